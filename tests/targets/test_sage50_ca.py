"""The writer and the strict reader of Sage 50's general-journal file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.registry import Fitted, WriteOptions, target
from ecriture.targets.sage50_ca import TARGET
from ecriture.targets.sage50_ca.check import check
from strategies_sage import BATCHES, HOSTILE, TEXTS
from target_promises import damaged, damages

GOLDEN = Path(__file__).parent.parent / "golden" / "sage50-ca" / "boreal" / "expected"
GOLDEN_FILES = tuple(sorted(GOLDEN.glob("*.txt")))
OPTIONS = WriteOptions()
LINES = (Line("1201", 11498, "F-1 Lise Tremblay"), Line("4000", -11498))
ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes et paiements 2026-01", LINES)
CONTENT = b"".join(
    (
        b'01-31-26,"EC000001-01","Ventes et paiements 2026-01"\r\n',
        b'1201,114.98,"F-1 Lise Tremblay"\r\n',
        b"4000,-114.98\r\n",
    )
)


def write(*entries: JournalEntry) -> bytes:
    return TARGET.write(entries, OPTIONS)


def commented(comment: str, line_comment: str = "") -> JournalEntry:
    return replace(ENTRY, comment=comment, lines=(LINES[0]._replace(comment=line_comment), LINES[1]))


def in_ascii(text: str) -> str:
    """As a line's comment, which may stay empty."""
    return TARGET.fit((commented("", text),)).entries[0].lines[0].comment


def fitted_comment(comment: str) -> str:
    return TARGET.fit((commented(comment),)).entries[0].comment


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Œuvre du Cœur", "OEuvre du Coeur"),
        ("Nguyễn", "Nguyen"),
        ("Gagné & fils, notaires", "Gagne & fils notaires"),
        ("“quotes”", "'quotes'"),
        ("‘l’été’", "'l'ete'"),
        ("« Boréal »", "' Boreal '"),
        ('3/4" pipe', "3/4' pipe"),
        ("100 €", "100 EUR"),
        ("A–B—C", "A-B-C"),
        ("suite…", "suite..."),
        ("ÆON Æsop æ", "AEON AEsop ae"),
        ("Søren Ørsted", "Soren Orsted"),
        ("Straße", "Strasse"),
        ("汉", "?"),
        ("a\tb", "a?b"),
        ("a,b", "a b"),
        ("a, b", "a b"),
        ("a\nb", "a?b"),
        ("a\u200fb", "a?b"),
        ("a\u00a0b", "a b"),
        ("a\u202fb", "a b"),
        ("a \u00a0 ,b", "a b"),
        ("  a  ", "a"),
        ("e\u0301", "e"),
        ("a\u20ddb", "ab"),  # an enclosing mark, which is of no combining class
        ("ﬁn", "fin"),
        ("\uff02x\uff02", "'x'"),  # full-width quotes, straight ones after NFKD
        ("\x7f\x00", "??"),
        ("🍁", "?"),
        ("\ud800", "?"),
        ("", ""),
        (",", ""),
    ],
)
def test_a_text_in_ascii(text: str, written: str) -> None:
    assert in_ascii(text) == written


@pytest.mark.parametrize(
    ("end", "written"),
    [
        ("abcdef", "abcdef"),
        ("abcdefg", "abcdef"),
        ("abcde fg", "abcde"),  # cut, then trimmed
        ("œœœœ", "oeoeoe"),
        ("a   b   c", "a b c"),
    ],
)
def test_a_text_is_cut_last(end: str, written: str) -> None:
    assert in_ascii(f"{33 * '-'}{end}") == f"{33 * '-'}{written}"


def test_a_blank_before_a_text_counts_since_trimming_comes_last() -> None:
    assert in_ascii(f" {39 * '-'}") == 38 * "-"


@given(TEXTS)
def test_a_written_text_stays_as_it_is(text: str) -> None:
    written = in_ascii(text)
    assert in_ascii(written) == written
    assert len(written) <= 39
    assert written == written.strip()
    assert all(" " <= letter <= "~" and letter not in '",' for letter in written)


def test_comments_are_fitted_and_counted() -> None:
    entries = (commented("Ventes février", "a" * 40), commented("a" * 40, "Nguyễn 汉"), commented("b" * 39 + " ", "?"))
    fitted = TARGET.fit(entries)
    assert [entry.comment for entry in fitted.entries] == ["Ventes fevrier", "a" * 39, "b" * 39]
    assert [entry.lines[0].comment for entry in fitted.entries] == ["a" * 39, "Nguyen ?", "?"]
    assert (fitted.shortened, fitted.replaced) == (2, 1)


def test_a_comment_counts_for_every_line_that_has_it() -> None:
    long, strange = "a" * 40, "Nguyễn 汉"
    lines = (Line("1201", 5, long), Line("4000", -2, long), Line("4000", -2, strange), Line("4100", -1))
    fitted = TARGET.fit([replace(ENTRY, comment=comment, lines=lines) for comment in (strange, long, long)])
    assert (fitted.shortened, fitted.replaced) == (8, 4)
    for entry in fitted.entries:
        assert entry.lines == (
            Line("1201", 5, "a" * 39),
            Line("4000", -2, "a" * 39),
            Line("4000", -2, "Nguyen ?"),
            lines[3],
        )
        assert entry.lines[3] is lines[3]


def test_nothing_to_fit() -> None:
    assert TARGET.fit(()) == Fitted(())
    assert TARGET.fit((ENTRY,)) == Fitted((ENTRY,))


@pytest.mark.parametrize("empty", ["", " ", ",", "\u00a0"])
def test_an_empty_comment(empty: str) -> None:
    fitted = TARGET.fit((commented(empty, empty),)).entries
    assert fitted[0].comment == ENTRY.source
    assert fitted[0].lines[0].comment == ""
    assert check(write(*fitted)) == ()


def test_the_source_is_never_cut() -> None:
    long = replace(ENTRY, source="EC000001-01234567")
    assert TARGET.fit((long,)).entries[0].source == long.source
    with pytest.raises(ValueError, match="EC000001-01234567"):
        write(long)


def test_the_exact_bytes() -> None:
    assert write(ENTRY) == CONTENT
    assert write(ENTRY, replace(ENTRY, source="EC1")) == CONTENT + CONTENT.replace(b"EC000001-01", b"EC1")
    assert write() == b""


def test_the_registry_knows_it() -> None:
    assert target("sage50-ca") is TARGET
    assert (TARGET.suffix, TARGET.source_limit, TARGET.sage_numbers) == (".txt", 13, True)


@given(BATCHES)
def test_written_and_read_back(batch: list[JournalEntry]) -> None:
    fitted = TARGET.fit(batch)
    content = TARGET.write(fitted.entries, OPTIONS)
    assert TARGET.read(content) == fitted.entries
    assert check(content) == () or not batch
    assert TARGET.fit(fitted.entries) == Fitted(fitted.entries)


def line_by_line(entry: JournalEntry) -> str:
    """What the writer writes, in the plainest way."""
    text = f'{entry.date.strftime("%m-%d-%y")},"{entry.source}","{entry.comment}"\r\n'
    for line in entry.lines:
        text += f"{line.account},{Decimal(line.amount_cents).scaleb(-2):.2f}"
        text += f',"{line.comment}"\r\n' if line.comment else "\r\n"
    return text


@given(BATCHES)
def test_written_line_by_line(batch: list[JournalEntry]) -> None:
    fitted = TARGET.fit(batch).entries
    assert TARGET.write(fitted, OPTIONS).decode() == "".join(map(line_by_line, fitted))


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(("", "F-1, a", "0.00", "1", "-.-", "x 'y'"))), min_size=1)
)
def test_many_lines_with_any_written_comments(amounts: list[tuple[int, str]]) -> None:
    lines = [Line("4000", -cents, comment) for cents, comment in amounts]
    entry = replace(ENTRY, lines=(*lines, Line("1201", sum(cents for cents, _ in amounts), amounts[0][1])))
    content = write(entry, ENTRY, entry)
    assert content.decode() == line_by_line(entry) + CONTENT.decode() + line_by_line(entry)
    assert TARGET.read(content) == (entry, ENTRY, entry)


MANY = (
    ENTRY,
    replace(ENTRY, source="EC2", lines=(Line("1060", 5, "a"), Line("4000", -3), Line("4100", -2, "b"))),
    replace(ENTRY, source="EC3", lines=(Line("1060", 100_000), Line("4000", -100_000, "c, d"))),
)


@given(damages())
def test_a_damaged_file_is_refused_or_read_as_it_is(damage: list[tuple[int, int, bytes]]) -> None:
    """What is read is every byte of the file and nothing besides."""
    content = damaged(write(*MANY), damage)
    try:
        entries = TARGET.read(content)
    except ValueError:
        return
    assert TARGET.write(entries, OPTIONS) == content


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_the_worked_example(path: Path) -> None:
    content = path.read_bytes()
    entries = TARGET.read(content)
    assert content.endswith(b"\r\n")
    assert TARGET.fit(entries) == Fitted(entries)
    assert TARGET.write(entries, OPTIONS) == content


def test_the_worked_example_is_there() -> None:
    assert len(GOLDEN_FILES) == 14


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, date=date(1999, 12, 31)),
        replace(ENTRY, date=date(2050, 1, 1)),
        replace(ENTRY, source=""),
        replace(ENTRY, source='EC"1'),
        replace(ENTRY, source="EC\r\n1"),
        replace(ENTRY, source=" EC1"),
        commented(""),
        commented("a" * 40),
        commented("Février"),
        commented("Ventes", 'x",1'),
        commented("Ventes", "x\n"),
        commented("Ventes", "x\r\n"),
        commented("Ventes", 'x"\r\n4000,-5.00,"y'),
        commented("Ventes", 'x"\r\n4000,-5.00\r\n1201,5.00,"y'),
        commented("Ventes", 'x"\r\n01-31-26,"EC2","Ventes"\r\n1201,5.00,"y'),
        commented('Ventes"\r\n1201,5.00,"y'),
        replace(ENTRY, source='EC1","Ventes"\r\n1201,5.00,"y'),
        replace(ENTRY, lines=(Line("1201,5.00\r\n1201", 100), Line("4000", -100))),
        replace(ENTRY, lines=(Line("", 100), Line("4000", -100))),
        replace(ENTRY, lines=(Line("1201", 10**102), Line("4000", -(10**102)))),
        replace(ENTRY, lines=(Line("120", 100), Line("4000", -100))),
        replace(ENTRY, lines=(Line("120100000", 100), Line("4000", -100))),
        replace(ENTRY, lines=(Line("12O1", 100), Line("4000", -100))),
        replace(ENTRY, lines=(Line("١٢٠١", 100), Line("4000", -100))),
    ],
)
def test_what_the_profile_does_not_hold_is_not_written(entry: JournalEntry) -> None:
    with pytest.raises(ValueError, match=r".+"):
        write(entry)


def test_a_refusal_says_where() -> None:
    bad = replace(ENTRY, source="EC2", lines=(LINES[0], LINES[1]._replace(comment="é")))
    with pytest.raises(ValueError, match=r"EC2: .*'4000,-114\.98,\"é\""):
        write(ENTRY, bad)
    with pytest.raises(ValueError, match=r"'4000;-114\.98"):
        TARGET.read(CONTENT + b"4000;-114.98\r\n")


@pytest.mark.parametrize(
    "content",
    [
        CONTENT.replace(b"\r\n", b"\n"),
        CONTENT.replace(b"\r\n4000", b"\n4000"),
        CONTENT + b"4000",
        CONTENT + b"x",
        CONTENT.removesuffix(b"\r\n"),
        CONTENT.removesuffix(b"\n"),
        CONTENT + b"\r\n",
        b"\r\n",
        b"\r\n" + CONTENT,
        b"\xef\xbb\xbf" + CONTENT,
        CONTENT.replace(b"Lise", "Élise".encode()),
        CONTENT.replace(b"Lise", b"Li\tse"),
        CONTENT.replace(b"01-31-26", b"02-31-26"),
        CONTENT.replace(b"01-31-26", b"01-31-50"),
        CONTENT.replace(b"01-31-26", b"01-31-2026"),
        CONTENT.replace(b"01-31-26", "٠1-31-26".encode()),
        CONTENT.replace(b"1201,114.98", b"1201,114.99"),
        CONTENT.replace(b"114.98", b"0.00"),
        CONTENT.replace(b"114.98", b"0114.98"),
        CONTENT.replace(b"114.98", b"+114.98"),
        CONTENT.replace(b"114.98", b"114,98"),
        CONTENT.replace(b"114.98", b"9" * 5000 + b".00"),
        CONTENT.replace(b"4000,-114.98\r\n", b""),
        CONTENT.replace(b"4000,-114.98", b"4000,-114.98,"),
        CONTENT.replace(b"4000,-114.98", b'4000,-114.98,""'),
        CONTENT.replace(b"Lise Tremblay", b"Lise "),
        CONTENT.replace(b"1201", b"120"),
        CONTENT.replace(b"Ventes", b"Ventes et toutes sortes de paiements"),
        CONTENT.partition(b"\r\n")[2],
        b'01-31-26,"EC000001-01","Ventes"\r\n',
    ],
)
def test_any_other_file_is_not_read(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        TARGET.read(content)


@given(HOSTILE)
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    try:
        entries = TARGET.read(content)
    except ValueError:
        return
    assert TARGET.write(entries, OPTIONS) == content
