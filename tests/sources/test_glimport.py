import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.sources.glimport import LARGEST, MOST_MESSAGES, Found, Meaning, Meanings, Message, read_messages

WRITTEN = b"Ecriture\r\nLGL7\r\nE260131EC000001-01 Ventes\r\nT   1201   114.98\r\nT   4000            114.98\r\n"
SOURCES = ("EC000001-01",)


@given(st.binary())
def test_any_bytes_are_read(content: bytes) -> None:
    for message in read_messages(content):
        assert message.text.strip()
        assert Meanings(WRITTEN, SOURCES).of(message).found in Found


def test_what_stands_above_the_last_name_of_a_file_is_older() -> None:
    found = read_messages(b"GLIMPORT.001\r\nun\r\n\r\nGLIMPORT.002\r\ndeux\r\ntrois\r\n")
    assert found == (
        Message("un", "GLIMPORT.001", older=True),
        Message("deux", "GLIMPORT.002", older=False),
        Message("trois", "GLIMPORT.002", older=False),
    )
    assert read_messages(b"sans nom") == (Message("sans nom", "", older=False),)


def test_a_message_is_about_what_it_repeats() -> None:
    def about(text: str) -> Meaning:
        return Meanings(WRITTEN, SOURCES).of(Message(text, "", older=False))

    assert about("EC000001-01: non") == Meaning(Found.SOURCE, (1,))
    assert about("<E260131EC000001-01 Ventes>").found is Found.SOURCE
    assert about("T   1201   114.98 invalide") == Meaning(Found.ACCOUNT, (1,), "1201")
    assert about("Compte 4000") == Meaning(Found.ACCOUNT, (1,), "4000")
    assert about("Compte 9999") == Meaning(Found.NOTHING)


def test_a_source_is_not_named_by_one_that_begins_like_it() -> None:
    """A batch of more than 99 entries has EC000001-10 and EC000001-100."""
    sources = [f"EC000001-{number:02}" for number in range(1, 121)]
    for number in (1, 10, 12, 100, 120):
        found = Meanings(b"", sources).of(Message(f"{sources[number - 1]}: non", "", older=False))
        assert found == Meaning(Found.SOURCE, (number,))


def test_the_name_of_a_file_is_the_end_of_a_short_path() -> None:
    for line in ("C:\\Acomba\\GLImport.001", "« a/Ventes.txt »", "Fichier : 'glimport'", "x.ASC"):
        assert read_messages(f"{line}\nun".encode("cp1252"))[0].file in line
        assert len(read_messages(f"{line}\nun".encode("cp1252"))) == 1
    for line in ("un deux trois quatre cinq six GLimport.001", ".001", "GLimport.001 a", "a.0001"):
        assert len(read_messages(f"{line}\nun".encode())) == 2


HOSTILE = (b"glimport", b"glimport:", b"a.001 ", b"/a.txt", b'"', b"1201 4000 5100 ", b"EC000001-01 ")


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", [b"", b":x", b"\n", b" " * 400_000 + b"x"])
def test_no_file_takes_long(piece: bytes, end: bytes) -> None:
    """Seconds would be minutes, were a sign looked at again for each one before it."""
    begun = time.process_time()
    messages = read_messages((piece * (400_000 // len(piece)) + end)[-LARGEST:])
    meanings = Meanings(b"".join(b"T   %d   114.98\r\n" % (1000 + it) for it in range(20_000)), SOURCES * 1000)
    for message in messages[-50:]:
        meanings.of(message)
    assert time.process_time() - begun < 5
    assert len(messages) <= MOST_MESSAGES
