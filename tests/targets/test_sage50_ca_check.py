"""The checker of general-journal files: each rule by its faulty files, and what lax accepts."""

from csv import DictReader
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from ecriture.core.accounts import Account, AccountType, Chart
from ecriture.core.settings import FiscalYear
from ecriture.targets.sage50_ca import grammar
from ecriture.targets.sage50_ca.check import MAX_FINDINGS, check
from ecriture.targets.sage50_ca.rules import Finding
from faulty_journals import CONTENT, CREDIT, DEBIT, FAULTY, HEADER, SECOND, TAX, VALID, changed, file, with_line
from patience import patience
from strategies_sage import HOSTILE

GOLDEN = Path(__file__).parent.parent / "golden" / "sage50-ca" / "boreal" / "expected"
YEARS = (FiscalYear(date(2026, 1, 1), date(2026, 12, 31)),)
# The chart of tests/golden's worked example (shared/examples/boreal/chart.csv): number and type; 1200 is linked.
CHART_CSV = """number,type,linked
1000,H,no
1050,G,no
1060,G,no
1065,A,no
1200,G,yes
1201,G,no
1290,T,no
2310,G,no
2330,G,no
2400,G,no
2450,G,no
4000,G,no
4100,G,no
4110,G,no
4120,G,no
4130,G,no
4200,G,no
4900,G,no
5610,G,no
5990,G,no
"""
CHART = Chart(
    Account(row["number"], type=AccountType(row["type"]), linked=row["linked"] == "yes")
    for row in DictReader(CHART_CSV.splitlines())
)


def all_findings(content: bytes, *, lax: bool = False) -> tuple[Finding, ...]:
    return check(content, chart=CHART, fiscal_years=YEARS, linked=frozenset({"2400"}), lax=lax)


def rules(content: bytes, *, lax: bool = False) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in all_findings(content, lax=lax)]


def test_a_right_file_has_no_finding() -> None:
    assert all_findings(CONTENT) == all_findings(CONTENT, lax=True) == ()


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_the_worked_example_has_none(path: Path) -> None:
    assert check(path.read_bytes(), chart=CHART, fiscal_years=YEARS, linked=frozenset({"1200"})) == ()


@pytest.mark.parametrize("case", FAULTY)
def test_one_fault_is_one_finding(case: str) -> None:
    content, rule, line = FAULTY[case]
    assert rules(content) == [(rule, line)]


@pytest.mark.parametrize("number", range(1, 12))
def test_each_rule_has_its_faulty_files(number: int) -> None:
    assert sum(rule == f"GJ-{number:02d}" for _, rule, _ in FAULTY.values()) >= 3


LAX = {
    "source of 20": changed("EC000001-01", "E" * 20),
    "comment of 75": changed("Ventes 2026-01", "V" * 75),
    "line comment of 75": changed("F-1 Lise Tremblay", "V" * 75),
    "comma after an amount": changed(CREDIT, f"{CREDIT},"),
    "comma after a line comment": changed(DEBIT, f"{DEBIT},"),
    "tax lines": with_line(1, HEADER, "TAXH,1,0", 'TAXD,2310,"TPS","G",100.00,14.98,0.00'),
    "tax lines at the end": CONTENT + file("TAXH,1,1", "TAXD,2310,TPS,G,100.00,14.98"),
    "no tax lines": with_line(1, HEADER, "TAXH,0"),
    "currency": changed('"Ventes 2026-01"', '"Ventes 2026-01",USD'),
    "currency and rate": changed('"Ventes 2026-01"', '"Ventes 2026-01","US Dollars",1.3512'),
    "currency without comment": changed('"Ventes 2026-01"', ",USD,1.35"),
    "allocation": changed(CREDIT, f'{CREDIT},"Ventes",1\r\n"Projet A",-100.00'),
    "two allocations": changed(CREDIT, f'{CREDIT},"Ventes",2\r\n"2024 Projet",50%\r\nProjet B,50%'),
    "no allocation": changed(CREDIT, f'{CREDIT},"Ventes",0'),
    "allocation without comment": changed(CREDIT, f"{CREDIT},,1\r\nProjet,-100.00"),
    "allocation at the end": CONTENT.removesuffix(b"\r\n") + b',"TPS",1\r\nProjet,-14.98\r\n',
    "no comment": changed(',"Ventes 2026-01"', ""),
    "no comment but its comma": changed('"Ventes 2026-01"', ""),
    "no last line end": CONTENT.removesuffix(b"\r\n"),
    "LF": CONTENT.replace(b"\r\n", b"\n"),
    "one LF": changed("-14.98\r\n", "-14.98\n"),
}


@pytest.mark.parametrize("case", LAX)
def test_lax_accepts_what_the_help_documents(case: str) -> None:
    assert rules(LAX[case], lax=True) == []
    assert len(rules(LAX[case])) == 1


STILL_FAULTY = {
    "source of 21": (changed("EC000001-01", "E" * 21), "GJ-02", 1),
    "comment of 76": (changed("Ventes 2026-01", "V" * 76), "GJ-02", 1),
    "fewer tax lines": (with_line(1, HEADER, "TAXH,2,0", 'TAXD,2310,"TPS","G",100.00,14.98,0.00'), "GJ-10", 2),
    "more tax lines": (with_line(1, HEADER, "TAXH,0,0", 'TAXD,2310,"TPS","G",100.00,14.98,0.00'), "GJ-10", 2),
    "no tax line at the end": (CONTENT + file("TAXH,1,0"), "GJ-10", 9),
    "tax header of nothing": (with_line(1, HEADER, "TAXH", 'TAXD,2310,"TPS","G",100.00,14.98'), "GJ-10", 2),
    "tax of neither kind": (with_line(1, HEADER, "TAXH,1,2", 'TAXD,2310,"TPS","G",100.00,14.98'), "GJ-10", 2),
    "tax line alone": (with_line(4, TAX, 'TAXD,2310,"TPS","G",100.00,14.98,0.00'), "GJ-10", 5),
    "short tax line": (with_line(1, HEADER, "TAXH,1,0", "TAXD,2310,14.98"), "GJ-10", 3),
    "tax on an unknown account": (with_line(1, HEADER, "TAXH,1,0", "TAXD,2311,TPS,G,100.00,14.98"), "GJ-07", 3),
    "tax header first": (file("TAXH,0,0", *VALID), "GJ-02", 1),
    "rate of zero": (changed('"Ventes 2026-01"', '"Ventes 2026-01",USD,0.00'), "GJ-10", 1),
    "rate without currency": (changed('"Ventes 2026-01"', '"Ventes 2026-01",,1.35'), "GJ-10", 1),
    "fewer allocations": (changed(CREDIT, f'{CREDIT},"Ventes",2\r\n"Projet A",-100.00'), "GJ-10", 3),
    "more allocations": (changed(CREDIT, f'{CREDIT},"Ventes",1\r\n"A",-50.00\r\n"B",-50.00'), "GJ-10", 3),
    "no allocation at the end": (CONTENT.removesuffix(b"\r\n") + b',"TPS",1\r\n', "GJ-10", 8),
    "allocation of an unknown kind": (changed(CREDIT, f'{CREDIT},"Ventes",x'), "GJ-02", 3),
    "empty comment": (changed('"Ventes 2026-01"', '""'), "GJ-11", 1),
    "accent": (changed("Lise", "Élise"), "GJ-01", 2),
    "accent in an allocation": (changed(CREDIT, f'{CREDIT},"Ventes",1\r\n"Forêt",-100.00'), "GJ-01", 4),
    "CR": (CONTENT.replace(b"\r\n", b"\r"), "GJ-01", 1),
    "LF in a text": (changed("Lise Tremblay", "Lise\nTremblay"), "GJ-01", 2),
    "year 50": (changed("01-05-26", "01-05-50"), "GJ-03", 1),
    "a cent": (changed("114.98", "114.99"), "GJ-05", 1),
    "0.00": (with_line(4, TAX, "1050,0.00"), "GJ-06", 5),
    "linked": (changed("1201,", "1200,"), "GJ-08", 2),
}


@pytest.mark.parametrize("case", STILL_FAULTY)
def test_lax_is_not_blind(case: str) -> None:
    content, rule, line = STILL_FAULTY[case]
    assert rules(content, lax=True) == [(rule, line)]


PARAMS = {
    "utf-8 mark": {"kind": "byte-order-mark", "encoding": "UTF-8"},
    "utf-16": {"kind": "byte-order-mark", "encoding": "UTF-16"},
    "accent": {"kind": "character", "character": "É", "code": "U+00C9", "column": 18, "count": 1},
    "LF": {"kind": "line-end", "found": "LF", "count": 8},
    "no last line end": {"kind": "line-end", "found": "none", "count": 1},
    "empty": {"reason": "no-entry"},
    "blank line": {"reason": "blank", "text": ""},
    "no header": {"reason": "first-line"},
    "slashes": {"reason": "header", "text": HEADER.replace("-05-", "/05/").replace("01/05-", "01/05/")},
    "amount with a plus": {"reason": "detail", "text": DEBIT.replace("114", "+114")},
    "semicolons": {"reason": "unknown", "text": "4000;-100.00"},
    "source of 14": {"reason": "text-long", "field": "source", "length": 14, "limit": 13, "text": "EC000001-01234"},
    "30 February": {"reason": "impossible", "text": "02-30-26"},
    "year 50": {"reason": "year", "text": "01-05-50"},
    "after the fiscal year": {"reason": "fiscal-year", "text": "01-01-27", "date": date(2027, 1, 1)},
    "one detail": {"source": "EC000001-02", "details": 1},
    "a cent": {"source": "EC000001-01", "difference_cents": 1},
    "-0.00": {"reason": "zero", "amount": "-0.00"},
    "007.00": {"reason": "leading-zero", "amount": "007.00"},
    "unknown account": {"reason": "unknown", "account": "4001"},
    "heading": {"reason": "not-postable", "account": "1000", "type": "H"},
    "five digits": {"reason": "digits", "account": "40000", "digits": 4},
    "linked in the chart": {"account": "1200"},
    "source twice": {"source": "EC000001-01", "first_line": 1},
    "tax header alone": {"kind": "TAXH"},
    "tax line alone": {"kind": "TAXD"},
    "currency": {"kind": "currency", "fields": "USD"},
    "two allocations": {"kind": "allocation", "count": 2},
    "empty line comment": {"reason": "empty", "field": "line comment", "text": ""},
    "blank before": {"reason": "padded", "field": "comment", "text": " Ventes 2026-01"},
}


@pytest.mark.parametrize("case", PARAMS)
def test_the_parameters_of_the_sentence(case: str) -> None:
    (finding,) = all_findings(FAULTY[case][0])
    assert finding.params == PARAMS[case]


def test_the_parameters_of_counts_that_do_not_match() -> None:
    (tax,) = all_findings(STILL_FAULTY["fewer tax lines"][0], lax=True)
    (allocation,) = all_findings(STILL_FAULTY["more allocations"][0], lax=True)
    assert tax.params == {"kind": "TAXH", "expected": 2, "found": 1}
    assert allocation.params == {"kind": "allocation", "expected": 1, "found": 2}


def test_all_findings_at_once_in_order() -> None:
    content = file(
        '02-30-26,"EC1","Février"',  # an accent, and no such day
        "1200,10.00",
        "4001,-10.01",
        "",
        '01-05-26,"EC1","Ventes ",USD',
        "1201,0.00",
        "9999999,00.10",
    )
    assert rules(content) == [
        ("GJ-01", 1),
        ("GJ-03", 1),
        ("GJ-05", 1),
        ("GJ-08", 2),
        ("GJ-07", 3),
        ("GJ-02", 4),
        ("GJ-11", 5),
        ("GJ-10", 5),
        ("GJ-09", 5),
        ("GJ-05", 5),
        ("GJ-06", 6),
        ("GJ-06", 7),
        ("GJ-07", 7),
    ]


def test_faults_are_not_lost_beside_wrong_line_ends() -> None:
    lines = (HEADER, "1201;114.98", "bonjour", "", CREDIT, TAX, SECOND)
    found = [("GJ-01", 1), ("GJ-02", 2), ("GJ-02", 3), ("GJ-02", 4), ("GJ-04", 7)]
    content = file(*lines).replace(b"\r\n", b"\n")
    assert rules(content) == found
    assert rules(content, lax=True) == found[1:]
    assert rules(content.removesuffix(b"\n")) == [("GJ-01", 1), *found[1:4], ("GJ-01", 7), found[4]]


def test_what_is_not_known_is_not_checked() -> None:
    content = file('01-05-19,"EC1","Ventes"', "1200,10.00", "91234567,-10.00")
    assert check(content) == ()
    assert [finding.rule for finding in check(content, chart=Chart())] == ["GJ-07", "GJ-07"]
    assert [finding.rule for finding in check(content, linked=frozenset({"1200"}))] == ["GJ-08"]


@pytest.mark.parametrize("number", ["6100", "9999", "0100"])
def test_an_account_is_taken_whatever_its_first_digit_unless_the_chart_lacks_it(number: str) -> None:
    """Companies widen Sage's ranges: 6 to 9 are expenses too."""
    content = changed("4000,", f"{number},")
    assert check(content) == check(content, chart=Chart([*CHART, Account(number)])) == ()
    assert rules(content) == [("GJ-07", 3)]


def _without(line: int) -> bytes:
    return file(*VALID[: line - 1], *VALID[line:])


MUTATIONS = (
    # Not without line 5: two balanced entries become one.
    *(_without(number) for number in (1, 2, 3, 4, 6, 7, 8)),
    *(with_line(number, VALID[number - 1], VALID[number - 1]) for number in range(1, 9)),
    *(
        CONTENT.replace(b"\r\n", end, 1)
        for end in (b"", b"\r", b"\n", b"\n\r", b"\r\r\n", b"\r\n\r\n", b" \r\n", b";\r\n")
    ),
    *(CONTENT.replace(b",", sign, 1) for sign in (b"", b";", b"\t", b", ", b",,", b"|")),
    *(CONTENT.replace(b'"', sign, 1) for sign in (b"", b"'", b'""', b'" ', "“".encode())),
    *(CONTENT.replace(b".", sign, 1) for sign in (b"", b",", b"..", b"0.")),
    *(
        CONTENT.replace(b"-100.00", amount, 1)
        for amount in (b"100.00", b"-100.01", b"-100", b"-0100.00", b"--100.00", b"(100.00)")
    ),
    *(CONTENT[:cut] for cut in (1, 5, 20, 60, 100, len(CONTENT) - 1)),
    *(CONTENT.replace(b"1201", account, 1) for account in (b"1200", b"1202", b"120", b"01201", b"12O1", b"")),
)


@pytest.mark.parametrize("content", MUTATIONS)
def test_no_mutation_is_overlooked(content: bytes) -> None:
    assert content != CONTENT
    assert all_findings(content)


@pytest.mark.parametrize("line", dict.fromkeys(VALID))
def test_the_short_way_and_the_long_way_agree(line: str) -> None:
    for lax in (False, True):
        slowly = grammar._parse_slowly(line, lax=lax)
        assert grammar._parse(line, lax=lax) == slowly._replace(text="", texts=(), amount="")


@given(HOSTILE)
def test_no_bytes_raise(content: bytes) -> None:
    for lax in (False, True):
        findings = all_findings(content, lax=lax)
        assert all(finding.line >= 1 for finding in findings)
        assert list(findings) == sorted(findings, key=lambda finding: finding.line)


@pytest.mark.parametrize(
    "junk", [b"\n", b"\r", b'"', b",", b"\r\r\n", b"1,\n", b'"a",1\n', b"\xff\n", CONTENT[:40], b'1201,1.00,"\n']
)
def test_hostile_bytes_are_bounded(junk: bytes) -> None:
    content = junk * (100_000 // len(junk))
    with patience():
        assert len(all_findings(content)) <= MAX_FINDINGS
        assert len(all_findings(content, lax=True)) <= MAX_FINDINGS
