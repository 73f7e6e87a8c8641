"""Golden catalogues: `tests/golden/items/<case>/items.csv` is what is read, `expected.json` what must be found in it.

After a change that is meant, write the expected files anew, and look at what `git diff tests/golden` shows:

    PYTHONPATH=tests/formats .venv/bin/python -c "import test_items_csv; test_items_csv.regenerate()"
"""

import csv
import io
import json
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ecriture.core.problems import Problem, Where
from ecriture.core.settings import Item, Untaxed
from ecriture.sources.items import COLUMNS, ItemsRead, merged, read_items, write_items, write_items_workbook
from ecriture.speech.language import LANGUAGES, translate
from ecriture.speech.sentences import OF_ITEMS, sentence
from strategies import account_numbers, texts

GOLDEN = Path(__file__).parents[1] / "golden" / "items"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())
TAXES = ("GST", "QST")


def read(data: bytes | str, *, taxes: Collection[str] = TAXES) -> ItemsRead:
    content = data.encode() if isinstance(data, str) else data
    return read_items(io.BytesIO(content), file="items.csv", taxes=taxes)


def as_json(found: ItemsRead) -> dict[str, Any]:
    return {
        "columns": sorted(found.columns),
        "items": [
            [
                *(item.code, item.name, item.debit, item.credit),
                None if item.taxes is None else sorted(item.taxes),
                item.archived and item.archived.isoformat(),
                item.note,
            ]
            for item in found.items.values()
        ],
        "problems": [[problem.code, dict(problem.params), problem.where.row] for problem in found.problems],
    }


def regenerate() -> None:
    for case in CASES:
        found = as_json(read((GOLDEN / case / "items.csv").read_bytes()))
        lines = [
            f'    "{key}": [\n'
            + ",\n".join(f"        {json.dumps(it, ensure_ascii=False)}" for it in values)
            + "\n    ]"
            for key, values in found.items()
        ]
        (GOLDEN / case / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    assert as_json(read((GOLDEN / case / "items.csv").read_bytes())) == expected(case)


@pytest.mark.parametrize("case", [case for case in CASES if case != "everything-wrong"])
def test_golden_as_a_spreadsheet(case: str) -> None:
    """The same cells in an XLSX, dates as dates, give the same items."""
    data = (GOLDEN / case / "items.csv").read_bytes()
    text = data.decode("cp1252" if "windows" in case else "utf-8-sig")
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        book.active.append([_cell(cell) for cell in record])
    file = io.BytesIO()
    book.save(file)
    problems = [problem for problem in expected(case)["problems"] if problem[0] != "encoding-windows"]
    assert as_json(read(file.getvalue())) == {**expected(case), "problems": problems}


def _cell(text: str) -> str | int | date:
    if text.isdigit() and not text.startswith("0"):
        return int(text)
    return date.fromisoformat(text) if text.count("-") == 2 else text


# One thing at a time


@pytest.mark.parametrize("text", ["", "all", "toutes", "Toutes", "TOUS"])
def test_all_taxes(text: str) -> None:
    assert read(f"code,taxes\nA,{text}\n").items["A"].taxes is None


@pytest.mark.parametrize("text", ["none", "aucune", "Aucun"])
def test_no_tax(text: str) -> None:
    assert read(f"code,taxes\nA,{text}\n").items["A"].taxes == frozenset()


@pytest.mark.parametrize("text", ["GST;QST", '"GST, QST"', '"TPS,TVQ"', '"""GST"", QST"'])
def test_some_taxes(text: str) -> None:
    assert read(f"code,taxes\nA,{text}\n").items["A"].taxes == frozenset({"GST", "QST"})


def test_a_tax_that_is_called_none_stands_in_quotes() -> None:
    items = [Item("A", taxes=frozenset({"none"})), Item("B", taxes=frozenset({"a,b", "c"}))]
    found = read(write_items(items), taxes=["none", "a,b", "a", "b", "c"])
    assert list(found.items.values()) == items
    assert not found.problems


def test_a_company_may_call_its_tax_as_the_french_do() -> None:
    assert read("code,taxes\nA,TPS\n", taxes=["TPS", "GST"]).items["A"].taxes == frozenset({"TPS"})


def test_a_file_without_codes() -> None:
    for content, headers in (("name,credit\nx,4100\n", "name, credit"), ("", "")):
        params = {"column": "code", "french": "", "headers": headers}
        assert read(content).problems == (Problem("column-missing", params, Where("items.csv", 1)),)


def test_a_code_twice_is_said_and_the_first_counts() -> None:
    found = read("code,credit\nA,4100\nB,\nA,4110\n")
    assert found.problems == (Problem("row-unreadable", {"reason": "item-twice", "item": "A"}, Where("items.csv", 4)),)
    assert found.stops
    assert found.items["A"].credit == "4100"


WRONG = {
    "item-twice": (
        "code\nA\nA\n",
        "Item A is in the file twice. Keep one of the two rows.",
        "L’article A figure deux fois dans le fichier. Gardez une des deux lignes.",
    ),
    "item-account": (
        "code,credit\nA,41 00\n",
        "A: “41 00” in the column “credit” is not an account number: write 1 to 15 characters without spaces.",
        (
            "A\u00a0: «\u00a041 00\u00a0», dans la colonne «\u00a0credit\u00a0», n’est pas un numéro de compte\u00a0: écrivez"
            " de 1 à 15 caractères sans espace."
        ),
    ),
    "item-text": (
        'code,note\nA,"x\ty"\n',
        "A: “x y” in the column “note” is longer than 500 characters or has several lines. Shorten it.",
        (
            "A\u00a0: «\u00a0x y\u00a0», dans la colonne «\u00a0note\u00a0», dépasse 500 caractères ou a"
            " plusieurs lignes. Raccourcissez le texte."
        ),
    ),
}


def test_every_sentence_of_items_has_a_case() -> None:
    assert {f"row-unreadable/{reason}" for reason in WRONG} == OF_ITEMS.keys()
    assert [text for text in OF_ITEMS.values() if translate(text, "fr") == text] == []


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_in_both_languages(reason: str) -> None:
    content, english, french = WRONG[reason]
    (problem,) = read(content).problems
    assert problem.params["reason"] == reason
    assert problem.stops
    assert sentence(problem, "en") == english
    assert sentence(problem, "fr") == french


# Laid over a catalogue


def test_what_the_file_does_not_have_stays_as_it_is() -> None:
    before = {
        "A": Item("A", "Name", "1201", "4100", date(2026, 1, 31), "note", frozenset({"GST"})),
        "B": Item("B", credit="4110"),
    }
    after = merged(before, read("code,credit\nC,4130\nA,4120\n"))
    assert list(after) == ["A", "B", "C"]
    assert after["A"] == Item("A", "Name", "1201", "4120", date(2026, 1, 31), "note", frozenset({"GST"}))
    assert after["B"] is before["B"]
    assert after["C"] == Item("C", credit="4130")


def test_an_empty_cell_empties() -> None:
    before = {"A": Item("A", "Name", credit="4100", archived=date(2026, 1, 31))}
    assert merged(before, read("code,credit,archived\nA,,\n"))["A"] == Item("A", "Name")


# There and back

NO_BREAK = "\u00a0\u202f\u2009"
LINE = texts().map(lambda text: "".join(sign for sign in text if sign.isprintable() or sign in NO_BREAK).strip())
"""What company.toml takes for a text on one line."""

ITEMS = st.lists(
    st.builds(
        Item,
        code=LINE.filter(bool),
        name=LINE,
        debit=st.one_of(st.just(""), account_numbers()),
        credit=st.one_of(st.just(""), account_numbers()),
        archived=st.one_of(st.none(), st.dates()),
        note=LINE,
        taxes=st.one_of(st.none(), st.frozensets(LINE.filter(bool), max_size=3)),
    ),
    unique_by=lambda item: item.code,
    max_size=6,
)


@given(ITEMS)
@example([Item("=1", "@x", "'=", "-4100", note="'=1+1")])
@example([Item("'", "''", note="＝")])
def test_what_is_written_reads_back(items: list[Item]) -> None:
    taxes = {code for item in items for code in item.taxes or ()}
    for written in (write_items(items), write_items_workbook(items)):
        found = read(written, taxes=sorted(taxes))
        assert found.problems == ()
        assert list(found.items.values()) == items
        assert found.columns == {column.name for column in COLUMNS}


@given(ITEMS)
def test_no_cell_is_a_formula(items: list[Item]) -> None:
    for record in csv.reader(io.StringIO(write_items(items).decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in record)


@given(ITEMS)
def test_the_same_items_give_the_same_bytes(items: list[Item]) -> None:
    assert write_items(items) == write_items(items)
    assert write_items_workbook(items) == write_items_workbook(items)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda it: f"code,taxes,archived\n{it}".encode("utf-8", "replace")),
    )
)
def test_no_file_breaks_the_reader(data: bytes) -> None:
    found = read(data)
    assert found.items or found.problems or b"\n" in data or b"\r" in data or data.strip()
    for problem in found.problems:
        for language in LANGUAGES:
            assert sentence(problem, language)


def test_what_a_sale_without_tax_is() -> None:
    words = {"": "", "zero-rated": "zero-rated", "Détaxée": "zero-rated", "exempt": "exempt", "EXONÉRÉ": "exempt"}
    for word, untaxed in words.items():
        found = read(f"code,sans taxe\nA,{word}\n")
        assert (found.items["A"].untaxed, found.stops) == (Untaxed(untaxed), False)
        assert read(write_items(found.items.values()).decode("utf-8-sig")).items == found.items
    (problem,) = read("code,untaxed\nA,perhaps\n").problems
    assert (problem.params["column"], problem.params["accepted"]) == ("untaxed", "zero-rated, exempt")
