import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecriture.sources.tables import encoding
from ecriture.sources.tables.encoding import BLOCK, LONG_LINE, Encoding, find_encoding

FRENCH = "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»…–—’“”€ \n"


def found(content: bytes) -> Encoding:
    return find_encoding(io.BytesIO(content))


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """Files that are read in small blocks, so that a block ends everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "BLOCK", size)
        yield


class Endless(io.BytesIO):
    """So many bytes as one letter, none of which is anywhere."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.place, self.most = size, 0, 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert whence == 0
        self.place = offset
        return offset

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0, "a file is never read whole"
        count = min(size, self.size - self.place)
        self.place += count
        self.most = max(self.most, self.place)
        return b"a" * count


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        (b"", "utf-8-sig"),
        (b"document,date\n", "utf-8-sig"),
        ("F-1,Lise Gagné\n".encode(), "utf-8-sig"),
        ("F-1,Lise Gagné\n".encode("utf-8-sig"), "utf-8-sig"),
        ("F-1,שלום 😀\n".encode(), "utf-8-sig"),
        ("F-1,Lise Gagné\n".encode("cp1252"), "cp1252"),
        ("F-1,Gagné".encode("cp1252"), "cp1252"),
        ("F-1,« L’Œuvre » – 5 €\n".encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found(content: bytes, codec: str) -> None:
    assert found(content) == Encoding(codec)


@given(st.lists(st.sampled_from(FRENCH + "abc,;\t")).map("e".join))
def test_french_text_is_what_it_was_written_as(text: str) -> None:
    """Two letters that together would be one of UTF-8 do not stand side by side here; the next test has them."""
    for codec in ("utf-8", "utf-8-sig", "cp1252"):
        content = text.encode(codec)
        expected = "cp1252" if codec == "cp1252" and not text.isascii() else "utf-8-sig"
        assert found(content) == Encoding(expected)
        assert content.decode(expected) == text


@pytest.mark.parametrize("text", ["Ã©", "â€™", "Å“", "Â«", "â‚¬"])
def test_windows_letters_that_nobody_writes_are_taken_for_a_damaged_file(text: str) -> None:
    assert found(f"é\n{text}".encode("cp1252")).fault == "encoding"


@pytest.mark.parametrize("letter", list("àâçéèêëîïôùûÀÉÈÔœŒŸ’‘“”–—…€«»"))
@pytest.mark.parametrize("windows_first", [True, False])
def test_a_file_that_is_utf8_in_one_place_only_is_damaged(letter: str, *, windows_first: bool) -> None:
    parts = ["Gagné\n".encode("cp1252"), f"{letter}\n".encode()]
    line = 2 if windows_first else 3
    assert found(b"a\n" + b"".join(parts if windows_first else reversed(parts))) == Encoding("", "encoding", line)


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_are_neither_encoding_are_a_fault_wherever_they_stand(byte: int) -> None:
    assert found(b"a\nGagn\xe9\n" + bytes([byte]) + b"\n") == Encoding("", "encoding", 2)
    # Good UTF-8 that is no Windows-1252, and at the very end the beginning of a letter: once this was an exception.
    assert found("a,œ”Á\n".encode() + b"F,\xe9") == Encoding("", "encoding", 2)
    assert found(bytes([byte])).fault == "encoding"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_fault_is_in_its_line_however_lines_end(end: str) -> None:
    lines = end.join(("1", "2", "3{}", "4", "")).encode()
    assert found(lines.replace(b"{}", b"\0")) == Encoding("", "nul", 3)
    assert found(lines.replace(b"{}", b"\x81")) == Encoding("", "encoding", 3)
    with blocks_of(8):
        assert found(lines.replace(b"{}", b"\0")) == Encoding("", "nul", 3)


def test_utf16_is_no_table() -> None:
    assert found("document,date\n".encode("utf-16")).fault == "nul"


def test_two_hundred_megabytes_without_a_line_end_are_not_read() -> None:
    stream = Endless(200 << 20)
    assert find_encoding(stream) == Encoding("", "line-long", 1)
    assert stream.most == BLOCK


def test_a_long_line_is_said_and_a_short_one_is_not() -> None:
    short = (b"a" * (LONG_LINE // 2) + b"\n") * 9
    assert not found(short).long_lines
    assert found(short + b"a" * 2 * LONG_LINE + b"\n" + short).long_lines


@given(st.binary() | st.text().map(str.encode), st.integers(4, 20))
@example("a,œ”Á\n".encode() + b"F,\xe9", 4)
def test_whatever_is_found_can_be_read_and_the_stream_is_at_its_start(content: bytes, size: int) -> None:
    with blocks_of(size):
        stream = io.BytesIO(content)
        codec, fault, line, _ = find_encoding(stream)
    assert bool(codec) != bool(fault)
    if codec:
        assert stream.tell() == 0
        content.decode(codec)
    else:
        assert fault in ("nul", "line-long", "encoding")
        assert 1 <= line <= 1 + max(content.count(b"\n"), content.count(b"\r"))


@given(st.lists(st.text(FRENCH.strip() + "ab", max_size=3), max_size=20), st.integers(12, 40), st.booleans())
def test_where_a_block_ends_makes_no_difference(words: list[str], size: int, windows: bool) -> None:
    content = "\n".join(words).encode("cp1252" if windows else "utf-8")
    whole = found(content)
    with blocks_of(size):
        parts = found(content)
    if whole.codec or not windows:
        assert parts._replace(long_lines=False) == whole
