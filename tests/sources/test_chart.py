"""Golden charts: `tests/golden/chart/<case>/chart.csv` is what is read, `expected.json` what must be found in it.

After a change that is meant, write the expected files anew, and look at what `git diff tests/golden` shows:

    PYTHONPATH=tests/formats .venv/bin/python -c "import test_chart_csv; test_chart_csv.regenerate()"
"""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.core.problems import Problem, Where
from ecriture.sources import chart_report
from ecriture.sources.chart import ChartRead, read_chart, suggested_linked, write_chart
from ecriture.sources.tables.table import MOST_PROBLEMS

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = sorted(folder.name for folder in (GOLDEN / "chart").iterdir())


def read(data: bytes | str) -> ChartRead:
    return read_chart(io.BytesIO(data.encode() if isinstance(data, str) else data), file="chart.csv")


def accounts(data: bytes | str) -> list[Account]:
    found = read(data)
    problems = [problem for problem in found.problems if problem.code != "chart-rows-skipped"]
    assert [problem for problem in problems if problem.params.get("reason") != "no-accounts"] == []
    assert bool(problems) == (not len(found.chart))
    return list(found.chart)


def pairs(problem: Problem) -> list[tuple[int, str]]:
    return list(problem.params["skipped"])  # type: ignore[call-overload,no-any-return]  # pairs


def skipped(data: bytes | str) -> dict[str, list[tuple[int, str]]]:
    """The rows that are no accounts, by the reason why."""
    found = [problem for problem in read(data).problems if problem.code == "chart-rows-skipped"]
    return {str(problem.params["reason"]): pairs(problem) for problem in found}


def as_json(found: ChartRead) -> dict[str, Any]:
    return {
        "accounts": [
            [*account[:3], account.type.value, account.linked, account.account_class and account.account_class.name]
            for account in found.chart
        ],
        "problems": json.loads(
            json.dumps([[problem.code, dict(problem.params), problem.where.row] for problem in found.problems])
        ),
        "suggested_linked": list(suggested_linked(found)),
    }


def regenerate() -> None:
    for case in CASES:
        found = as_json(read((GOLDEN / "chart" / case / "chart.csv").read_bytes()))
        lines = [f'    "{key}": [\n{_lines(values)}    ]' for key, values in found.items()]
        text = "{\n" + ",\n".join(lines).replace("[\n    ]", "[]") + "\n}\n"
        assert json.loads(text) == found
        (GOLDEN / "chart" / case / "expected.json").write_text(text, encoding="utf-8")


def _lines(values: list[Any]) -> str:
    return ",\n".join(f"        {json.dumps(value, ensure_ascii=False)}" for value in values) + "\n" * bool(values)


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    folder = GOLDEN / "chart" / case
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert as_json(read((folder / "chart.csv").read_bytes())) == expected


@pytest.mark.parametrize("case", CASES)
def test_golden_as_a_spreadsheet(case: str) -> None:
    """The same cells in an XLSX, numbers as numbers, give the same chart at the same rows."""
    folder = GOLDEN / "chart" / case
    data = (folder / "chart.csv").read_bytes()
    text = data.decode("utf-8" if b"\xc3" in data or data.isascii() else "cp1252")
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        book.active.append([int(cell) if cell.isdigit() and not cell.startswith("0") else cell for cell in record])
    file = io.BytesIO()
    book.save(file)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    problems = [problem for problem in expected["problems"] if problem[0] != "encoding-windows"]
    assert as_json(read(file.getvalue())) == {**expected, "problems": problems}


def test_boreal() -> None:
    found = read((GOLDEN / "boreal" / "chart.csv").read_bytes())
    assert not found.problems
    assert len(found.chart) == 20
    assert found.chart["1000"] == Account("1000", "CURRENT ASSETS", "ACTIF À COURT TERME", AccountType.HEADING)
    assert found.chart["1201"] == Account("1201", "Customers – Écriture", "Compte Client – Écriture")
    assert [account.number for account in found.chart if account.linked] == ["1200"]
    assert [account.number for account in found.chart if not account.postable] == ["1000", "1290"]


def test_a_table_of_numbers_only() -> None:
    assert accounts("numéro\n0042\nA-1\n") == [Account("0042"), Account("A-1")]


def test_a_table_without_numbers() -> None:
    for content, headers in (("name,type\nCash,G\n", "name, type"), ("", "")):
        params = {"column": "number", "french": "numéro", "headers": headers}
        assert read(content).problems == (Problem("column-missing", params, Where("chart.csv", 1)),)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings(delimiter: str, codec: str) -> None:
    text = "number,name,type\n1060,Petite caisse à côté,G\n".replace(",", delimiter)
    found = read(text.encode(codec))
    assert list(found.chart) == [Account("1060", "Petite caisse à côté")]
    assert [problem.code for problem in found.problems] == ["encoding-windows"] * (codec == "cp1252")


@pytest.mark.parametrize("text", ["yes", "oui", "TRUE", "Vrai", "1", "x", "X"])
def test_linked(text: str) -> None:
    assert accounts(f"number,linked\n1200,{text}\n") == [Account("1200", linked=True)]


@pytest.mark.parametrize("text", ["no", "non", "false", "Faux", "0", ""])
def test_not_linked(text: str) -> None:
    assert accounts(f"number,linked\n1200,{text}\n") == [Account("1200")]


@pytest.mark.parametrize(
    ("column", "text", "accepted"),
    [("type", "B", "H, A, G, S, T"), ("type", "?", "H, A, G, S, T"), ("linked", "maybe", "yes, no, oui, non")],
)
def test_an_unknown_value(column: str, text: str, accepted: str) -> None:
    params = {"reason": "value", "column": column, "value": text, "accepted": accepted}
    found = read(f"number,{column}\n1060,\n1200,{text}\n")
    assert found.problems == (Problem("row-unreadable", params, Where("chart.csv", 3)),)
    assert [account.number for account in found.chart] == ["1060"]


def test_a_number_twice() -> None:
    found = read("number,name\n1060,first\n\n1060,second\n")
    assert found.problems == (
        Problem("row-unreadable", {"reason": "account-twice", "account": "1060"}, Where("chart.csv", 4)),
    )
    assert list(found.chart) == [Account("1060", "first")]


@pytest.mark.parametrize("number", ["1234567890123456", "10 60", "10\u00a060", "1\x0760"])
def test_a_number_that_is_none(number: str) -> None:
    found = read(f"number,name\n{number},x\n")
    assert [dict(problem.params) for problem in found.problems] == [{"reason": "account-number", "value": number}]


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("Asset", "1000", AccountClass.ASSET),
        ("Bank", "1060", AccountClass.ASSET),
        ("Bank", "2010", AccountClass.LIABILITY),
        ("Banque", "1060", AccountClass.ASSET),
        ("SALES TAX PAYABLE", "2310", AccountClass.LIABILITY),
        ("Deferred Revenue", "2400", AccountClass.LIABILITY),
        ("Produits reportés", "2400", AccountClass.LIABILITY),
        ("Owner/Partner Contributions", "3000", AccountClass.EQUITY),
        ("Operating Revenue", "9000", AccountClass.REVENUE),
        ("Coût des marchandises vendues (C.M.V.)", "5000", AccountClass.EXPENSE),
        ("Cost of Goods Sold (COGS)", "5000", AccountClass.EXPENSE),
        ("Something else", "5000", None),
    ],
)
def test_classes(text: str, number: str, kind: AccountClass | None) -> None:
    assert accounts(f"number,class\n{number},{text}\n")[0].account_class is kind


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("3600,Whatever,X,", AccountType.CURRENT_EARNINGS),
        ("3600,Whatever,G,Current Earnings", AccountType.CURRENT_EARNINGS),
        ("3600,Bénéfice net,,", AccountType.CURRENT_EARNINGS),
        ("3600,Bénéfices de l’exercice,,", AccountType.CURRENT_EARNINGS),
        ("3600,Current Earnings,G,", AccountType.GROUP),
        ("5999,Net Income,,", AccountType.GROUP),
        ("3600,Current Earnings of 2019,,", AccountType.GROUP),
    ],
)
def test_current_earnings(row: str, kind: AccountType) -> None:
    found = accounts(f"number,name,type,class\n{row}\n")[0]
    assert found.type is kind
    assert found.postable is (kind is AccountType.GROUP)


@pytest.mark.parametrize(
    "head",
    [
        '"VERNUM","CTYCODE","LEDGER"',
        "VERNUM,CTYCODE,LEDGER",
        "VERNUM=20001,CTYCODE=1,LEDGER=Accounts",
        "VERNUM:20001 CTYCODE:CA LEDGER:Accounts",
        '"20001","1","Accounts"',
        "20001,1,Comptes",
        "20001 1 Accounts",
        "30.1,1,Accounts",
        "VERNUM,CTYCODE,LEDGER\n20001,1,Accounts",
    ],
)
def test_the_first_line_of_sage_in_any_punctuation(head: str) -> None:
    found = read(f"{head}\n1060,Chequing,G,Bank,CAD,1002\n1200,Receivable,A,Accounts Receivable\n5000,Odd,Q\n")
    assert list(found.chart) == [
        Account("1060", "Chequing", account_class=AccountClass.ASSET),
        Account("1200", "Receivable", type=AccountType.SUBGROUP, account_class=AccountClass.ASSET),
    ]
    assert [problem.where.row for problem in found.problems] == [head.count("\n") + 4]
    assert suggested_linked(found) == ("1200",)


def test_a_row_of_sage_with_too_many_fields() -> None:
    found = read("20001,1,Accounts\n1060,Chequing, main,G,Bank,CAD,1002\n")
    assert [dict(problem.params) for problem in found.problems] == [{"reason": "columns", "found": 7, "expected": 6}]


def test_a_list_without_any_header() -> None:
    assert accounts("1000,1,Cash\n1200,2,Comptes clients\n") == [
        Account("1000", "Cash"),
        Account("1200", "Comptes clients"),
    ]
    assert read("1000,Cash\n1000,Cash\n").problems[0].where.row == 2


def test_headings_of_a_report_that_has_no_types() -> None:
    report = "Chart\n\n1000,CURRENT ASSETS\n1060,Bank\n1070,TVA\n1290,TOTAL CURRENT ASSETS\n1300,Total Energies\n"
    kinds = [account.type for account in accounts(report)]
    plain = AccountType.GROUP
    assert kinds == [AccountType.HEADING, plain, plain, AccountType.TOTAL, plain]


REPORT = "Ma compagnie;;\n1060;Encaisse;A\n1200;Clients;{}\n12O1;Compensation;G\n1300;;\n1400;Stock;G\n;TOTAL;\n"


def test_every_row_of_a_report_that_is_no_account_is_listed_with_the_reason() -> None:
    assert [account.number for account in read(REPORT.format("G")).chart] == ["1060", "1200", "1400"]
    assert skipped(REPORT.format("G")) == {
        "no-number": [(1, "Ma compagnie"), (7, "TOTAL")],
        "odd-number": [(4, "12O1 Compensation G")],
        "no-name": [(5, "1300")],
    }
    long = "1000,Bank\n" + "x,Title\n" * 300
    problems = read(long).problems
    assert [(it.params["count"], it.where.row) for it in problems] == [(100, 2), (100, 102), (100, 202)]
    assert [row for it in problems for row, _ in pairs(it)] == list(range(2, 302))


def test_so_many_rows_that_are_no_accounts_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_report, "MOST_PROBLEMS", 150)
    problems = read("1000,Bank\n" + "x,Title\n" * 300).problems
    assert [(it.params["count"], len(pairs(it))) for it in problems] == [(100, 100), (200, 50)]


def test_an_odd_letter_is_a_mistake_in_its_row_and_never_drops_the_column() -> None:
    """Without its types, a heading would take entries."""
    found = read(REPORT.format("Q"))
    reasons = {problem.params["reason"]: problem.where.row for problem in found.problems}
    assert reasons == {"no-number": 1, "value": 3, "odd-number": 4, "no-name": 5}
    assert found.chart["1060"].type is AccountType.SUBGROUP
    classed = "1060,Encaisse,Banque\n1200,Clients,Actif\n1210,Odd,Wrod\n"
    assert [account.account_class for account in accounts(classed)] == [AccountClass.ASSET, AccountClass.ASSET, None]


@pytest.mark.parametrize("between", [" ", "  ", " - ", " – ", ": ", ". "])
def test_a_number_and_a_name_may_stand_in_one_cell(between: str) -> None:
    rows = f"1060{between}Petite caisse\n1201{between}Clients 2\n61000{between}Frais, divers\n"
    found = [Account("1060", "Petite caisse"), Account("1201", "Clients 2"), Account("61000", "Frais, divers")]
    assert accounts("Plan comptable;x\n" + rows.replace("\n", ";\n") + "TOTAL;\n") == found
    assert accounts("numéro;nom\n" + rows.replace("\n", ";\n")) == found


def test_an_address_above_a_report_is_no_account() -> None:
    report = "1234 rue Principale,\n1060,Encaisse\n1201,Clients\n"
    assert [account.number for account in accounts(report)] == ["1060", "1201"]
    assert skipped(report) == {"no-name": [(1, "1234 rue Principale")]}


@pytest.mark.parametrize("kind", ["", "Expense", "Charge d'exploitation"])
def test_accounts_from_6_to_9_are_read_with_or_without_a_class(kind: str) -> None:
    for content in (f"number,name,class\n6100,Fees,{kind}\n", f"20001,1,Accounts\n6100,Fees,A,{kind}\n"):
        found = read(content).chart
        assert found.class_of("6100") is AccountClass.EXPENSE
        assert found["6100"].postable


def test_titles_above_our_own_table() -> None:
    found = read("sep=;\nPlan comptable\n\nnuméro;nom;type\n1060;Encaisse;G\n1070;Odd;Q\n")
    assert list(found.chart) == [Account("1060", "Encaisse")]
    assert [(problem.code, problem.where.row) for problem in found.problems] == [
        ("rows-above-header", 4),
        ("row-unreadable", 6),
    ]


def test_a_report_whose_header_has_our_word_for_a_number_keeps_its_names() -> None:
    assert accounts("Plan\nNuméro,Description\nACTIF,\n1060,Encaisse\n") == [Account("1060", "Encaisse")]


def test_a_linked_account_is_not_suggested_again() -> None:
    assert suggested_linked(read("number,linked,class\n1200,yes,Accounts Receivable\n")) == ()


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(b"number\n1060\n")
    assert len(read_chart(stream, file="").chart) == 1
    assert not stream.closed


@pytest.mark.parametrize(
    "data",
    [b"number,name\n1060,\x00\n", b"number\n\xc3\xa9\xe9\n", b'number\n"1060\n', b"PK\x03\x04", b"number\n\xe9\x81"],
)
def test_a_damaged_file(data: bytes) -> None:
    assert "row-unreadable" in [problem.code for problem in read(data).problems]


# Any bytes, any chart

WORDS = (b"number", b"VERNUM", b"20001", b"1", b"Accounts", b"1060", b"10605", b"Cash", b"G", b"yes", b"Bank", b"\xe9")
SIGNS = (b",", b";", b"\t", b"\n", b"\r", b'"', b" ", b"'", b"=", b"\xc3\xa9", b"\xff", b"\0", b"\xef\xbb\xbf")


@example(b"\xe1\x81")
@given(st.one_of(st.binary(), st.lists(st.sampled_from(WORDS + SIGNS), max_size=30).map(b"".join)))
def test_no_bytes_raise_anything(data: bytes) -> None:
    for account in read(data).chart:
        assert 1 <= len(account.number) <= 15


def test_wide_and_long_files_are_read_in_no_time() -> None:
    generator = random.Random(7)  # noqa: S311 - nothing secret
    digits = ",".join(str(generator.randrange(1000, 9999)) for _ in range(50_000))
    read("\n".join([digits] * 3))
    assert len(read("number,name\n" + "".join(f"{number},x\n" for number in range(50_000))).chart) == 50_000


def test_a_chart_of_which_nothing_can_be_read_is_not_said_without_end() -> None:
    found = read("number,name\n" + "ab cd,x\n" * (MOST_PROBLEMS + 500))
    assert len(found.problems) == MOST_PROBLEMS


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip)
STARTS = st.sampled_from(["", "", "", "=", "'", "''", "'=", "+", "-", "@", "＝", '"', ";", "H", "TOTAL ", "number"])
NAMES = st.builds(str.__add__, STARTS, TEXTS).map(str.strip)
NUMBERS = st.one_of(
    st.from_regex("[1-5][0-9]{3,7}", fullmatch=True),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=15),
    st.sampled_from(["=1", "'1", "0001", "VERNUM", "number", "20001", "''=", "-5"]),
)
CHARTS = st.lists(
    st.builds(
        Account,
        NUMBERS,
        NAMES,
        NAMES,
        st.sampled_from(AccountType),
        st.booleans(),
        st.sampled_from([None, *AccountClass]),
    )
).map(Chart)


@given(CHARTS)
def test_a_written_chart_is_read_the_same(chart: Chart) -> None:
    assert accounts(write_chart(chart)) == list(chart)


def test_what_is_written() -> None:
    chart = Chart([Account("1200", "=A, B", "Clients", AccountType.GROUP, True, AccountClass.ASSET), Account("0042")])
    assert write_chart(chart).decode("utf-8-sig").splitlines() == [
        "number,name,type,linked,name_fr,class",
        '1200,"\'=A, B",G,yes,Clients,Asset',
        "0042,,G,no,,",
    ]
