"""A quarter of a company, worked by hand: what the command must write of it, typed from tests/golden/quarter/expected.md.

A difference is discussed in docs/decisions.md: which rule, which reading. The expectation is not edited to agree.
"""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from ecriture.cli.commands import run
from reference import reference

FOLDER = Path(__file__).parent / "golden" / "quarter"
MONTHS = ("2026-01-31", "2026-02-28", "2026-03-31")
QUARTER = MONTHS[-1]

JANUARY = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1060,3382.45
1065,243.00
1201,4502.19
4900,40.00
5610,7.00
1201,-3152.39
2310,-92.00
2330,-123.69
2340,-136.50
2400,-20.05
2450,-500.00
4000,-950.00
4100,-1040.00
4110,-2160.00
5990,-0.01
"""
FEBRUARY = """\
02-28-26,"EC000002-01","Sales and payments 2026-02"
1060,2725.74
1065,756.24
1201,2828.59
2310,4.00
2330,7.98
2450,500.00
4100,80.00
5610,22.60
1201,-4010.47
2310,-83.00
2330,-165.59
2400,-20.00
2450,-86.09
4000,-900.00
4100,-400.00
4110,-1260.00
"""
MARCH = """\
03-31-26,"EC000003-01","Sales and payments 2026-03"
1060,1437.95
1065,669.85
1201,3052.67
2310,10.00
2330,19.95
4110,200.00
5610,35.00
5990,0.02
1060,-275.94
1065,-353.93
1201,-2057.77
2310,-40.00
2330,-79.80
2340,-52.00
2450,-300.00
4000,-900.00
4100,-400.00
4110,-960.00
5610,-6.00
"""
BOOKS = dict(zip(MONTHS, (JANUARY, FEBRUARY, MARCH), strict=True))
"""Section 1: the file of each of three exports."""

AT_ONCE = JANUARY + FEBRUARY.replace("EC000002-01", "EC000001-02") + MARCH.replace("EC000003-01", "EC000001-03")
"""One export through March instead of three: the same entries."""

BANK_LINES = {
    "01-31-26": (
        '1060,900.00,"P-01 Flat 2"',
        '1060,200.00,"P-02 Halte Cafe"',
        '1060,1186.50,"P-03 Lakeview Roasters ON"',
        '1060,595.95,"SLIP-1"',
        '1060,500.00,"P-05 Auberge du Lac"',
        '1065,243.00,"PAYOUT-A"',
    ),
    "02-28-26": (
        '1060,630.00,"P-09 Foothills Coffee AB"',
        '1060,900.00,"P-11 Flat 2"',
        '1060,275.94,"P-12 Halte Cafe"',
        '1060,419.80,"P-13 Auberge du Lac"',
        '1060,500.00,"P-15 Salon Ouest"',
        '1065,446.90,"PAYOUT-A"',
        '1065,309.34,"PAYOUT-B"',
    ),
    "03-31-26": (
        '1060,900.00,"P-16 Flat 2"',
        '1060,137.95,"SLIP-2"',
        '1060,100.00,"P-23 Marche Central"',
        '1060,300.00,"P-24 Auberge du Lac"',
        '1065,445.90,"PAYOUT-C"',
        '1060,-275.94,"P-17 Halte Cafe"',
        '1065,-129.98,"DISPUTE-1"',
    ),
}
"""Section 4: the lines of the banks under `bank_lines = "reference"`, by the date of their entry."""

TAXES_POSTED = {
    "2026-01-31": {"2310": "-22.00", "2330": "-43.89", "2340": "-136.50"},
    "2026-03-31": {"2310": "-181.00", "2330": "-301.25", "2340": "-136.50"},
}
"""Section 5: what is posted of the taxes under `only_when_paid`, when the first export is the one through this day."""

REVENUE_POSTED = Decimal("-7690.00")
"""Section 5: accounts 4000, 4100, 4110 and 4900 on 03-31 under `only_when_paid`."""

REFERENCES = ('bank_lines = "total"', 'bank_lines = "reference"')
WHEN_PAID = ("only_when_paid = false", "only_when_paid = true")
AS_IT_IS = ("", "")
Change = tuple[str, str]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")  # the command sets it, for the words of click


def text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def settings(change: Change) -> str:
    """company.toml with one text replaced by another."""
    assert change[0] in text("company.toml")
    return text("company.toml").replace(*change)


class Command:
    """`ecriture convert` with a state, in a folder."""

    def __init__(self, folder: Path, change: Change = AS_IT_IS) -> None:
        self.folder, self.company = folder, folder / "company.toml"
        self.company.write_text(settings(change), "utf-8")

    def written(self, through: str) -> bytes | None:
        """The file that an export writes; None when there is none."""
        out = self.folder / "out.txt"
        out.unlink(missing_ok=True)
        inputs = ("--company", self.company, *(f"--{name}={FOLDER / name}.csv" for name in ("documents", "payments")))
        memory = ("--chart", FOLDER / "chart.csv", "--state", self.folder / "state.json")
        arguments = ("convert", *inputs, *memory, "--through", through, "--lang", "en", "--out", out)
        assert run([str(argument) for argument in arguments]) == 0
        return out.read_bytes() if out.exists() else None


class Reference:
    """The same exports by the independent implementation."""

    def __init__(self, _folder: Path, change: Change = AS_IT_IS) -> None:
        self.company, self.history = settings(change), reference.History()

    def written(self, through: str) -> bytes | None:
        documents, payments, chart = (text(f"{name}.csv") for name in ("documents", "payments", "chart"))
        result = reference.export(self.company, documents, payments, chart, through, self.history)
        assert result.problems == set()
        return result.text or None


BY = (Command, Reference)
by_both = pytest.mark.parametrize("by", BY)


def lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode("ascii").splitlines()


def as_file(content: str) -> bytes:
    return content.replace("\n", "\r\n").encode("ascii")


def entries(content: bytes | None) -> dict[str, list[str]]:
    """The lines of each entry, by its date."""
    found: dict[str, list[str]] = {}
    for line in lines(content):
        heading = re.match(r"\d\d-\d\d-\d\d", line)
        if heading:
            day = found.setdefault(heading[0], [])
        else:
            day.append(line)
    return found


def balances(content: bytes | None) -> Counter[str]:
    """The cents of each account, credits below zero."""
    found: Counter[str] = Counter()
    for of_entry in entries(content).values():
        for line in of_entry:
            account, amount = line.split(",")[:2]
            found[account] += int(Decimal(amount) * 100)
    return found


def cents(amount: str | Decimal) -> int:
    return int(Decimal(amount) * 100)


@by_both
def test_three_exports_give_the_three_entries(by: type[Command | Reference], tmp_path: Path) -> None:
    books = by(tmp_path)
    for through, expected in BOOKS.items():
        assert books.written(through) == as_file(expected)
        assert books.written(through) is None


@by_both
def test_one_export_gives_the_same_three_entries(by: type[Command | Reference], tmp_path: Path) -> None:
    books = by(tmp_path)
    assert books.written(QUARTER) == as_file(AT_ONCE)
    assert books.written(QUARTER) is None


def test_there_is_nothing_to_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = Command(tmp_path)
    for through in MONTHS:
        command.written(through)
    said = capsys.readouterr()
    assert not re.search(r"Error|Warning|Notice", said.out + said.err)


@by_both
def test_the_lines_of_the_bank_are_those_of_its_statement(by: type[Command | Reference], tmp_path: Path) -> None:
    books = by(tmp_path, REFERENCES)
    found = {day: of for through in MONTHS for day, of in entries(books.written(through)).items()}
    assert {day: tuple(line for line in of if line[:4] in ("1060", "1065")) for day, of in found.items()} == BANK_LINES
    others = [line for day in found.values() for line in day if line[:4] not in ("1060", "1065")]
    assert others == [line for line in lines(as_file(AT_ONCE)) if not re.match(r"106[05],|\d\d-", line)]


@by_both
@pytest.mark.parametrize("through", TAXES_POSTED)
def test_only_what_is_paid_is_posted(by: type[Command | Reference], through: str, tmp_path: Path) -> None:
    posted = balances(by(tmp_path, WHEN_PAID).written(through))
    assert {account: posted[account] for account in TAXES_POSTED[through]} == {
        account: cents(amount) for account, amount in TAXES_POSTED[through].items()
    }
    if through == QUARTER:
        assert sum(posted[account] for account in ("4000", "4100", "4110", "4900")) == cents(REVENUE_POSTED)


def test_what_is_typed_here_is_what_stands_there() -> None:
    """The files of section 1, and each bank line of section 4."""
    page = text("expected.md")
    assert "".join(f"    {line}\n" for line in lines(as_file(JANUARY))) in page
    assert "".join(f"    {line}\n" for line in lines(as_file(FEBRUARY))) in page
    assert "".join(f"    {line}\n" for line in lines(as_file(MARCH))) in page
    rows = re.findall(r"^\| [^|]*\| (106[05]) \| [-0-9]+ \| ([−\d.]+) \| `([^`]+)` \|", page, re.MULTILINE)
    typed = [line for of_entry in BANK_LINES.values() for line in of_entry]
    assert [f'{account},{amount.replace("−", "-")},"{comment}"' for account, amount, comment in rows] == typed
