"""The books that `make bench` measures with are free of mistakes, and have in them what they are said to have."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from books import CHANGED, EARLIER, KINDS, write_books, write_month
from vocabulary import VARIED_ITEMS

COUNT = 300
SAID = {"item-archived", "opening-payment"}
"""What may be said of them: a few items are used after their archiving, a few deposits are older than the start date."""


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ecriture.cli", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


def inputs(folder: Path) -> list[str]:
    names = ("documents", "payments", "chart")
    return [f"--company={folder / 'company.toml'}", *(f"--{name}={folder / name}.csv" for name in names)]


def check(folder: Path) -> tuple[int, Counter[str]]:
    """The exit status, and how many problems there are of each code."""
    done = command("check", *inputs(folder), "--format=json")
    return done.returncode, Counter(problem["code"] for problem in json.loads(done.stdout)["problems"])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_no_mistake_in_any_kind_of_books(kind: str, tmp_path: Path) -> None:
    write_books(tmp_path, kind, COUNT, tips=False)
    status, codes = check(tmp_path)
    assert (status, codes.keys() - SAID) == (0, set())
    assert codes.total() <= COUNT // 10


def test_books_with_tips_and_with_changes_are_taken(tmp_path: Path) -> None:
    write_books(tmp_path, "varied", COUNT, with_changes=True)
    assert check(tmp_path)[0] == 0


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("varied")
    write_books(folder, "varied", COUNT)
    return folder


def test_uniform_documents_have_three_rows_and_one_payment(tmp_path: Path) -> None:
    write_books(tmp_path, "uniform", COUNT)
    documents, payments = rows(tmp_path / "documents.csv"), rows(tmp_path / "payments.csv")
    assert Counter(Counter(row["document"] for row in documents).values()) == {3: COUNT}
    assert [row["document"] for row in payments] == list(dict.fromkeys(row["document"] for row in documents))


Rule = tuple[int, Callable[[dict[str, str]], object]]
"""How many rows at least there are of a sort, and which those are."""

OF_DOCUMENTS: dict[str, Rule] = {
    "void": (4, lambda row: row["status"] == "void"),
    "credit notes": (3, lambda row: row["type"] == "credit_note"),
    "credit notes that name an invoice": (1, lambda row: row["applies_to"]),
    "discounts": (20, lambda row: row["row"] == "discount"),
    "tips": (5, lambda row: row["row"] == "tip"),
    "shipping": (4, lambda row: row["row"] == "shipping"),
    "items without taxes": (20, lambda row: row["code"].startswith("FREE")),
    "items with one tax": (10, lambda row: row["code"].startswith("GST-")),
    "archived items": (3, lambda row: row["code"].startswith("OLD")),
}
OF_PAYMENTS: dict[str, Rule] = {
    "void": (4, lambda row: row["status"] == "void"),
    "refunds": (4, lambda row: row["type"] == "refund"),
    "fees": (50, lambda row: row["fee"]),
    "cash rounding": (8, lambda row: row["rounding"]),
    "tips": (5, lambda row: row["tip"]),
    "deposits that name nothing": (1, lambda row: row["date"] and not row["document"]),
    "applied later": (1, lambda row: row["applied"]),
    "bank references": (100, lambda row: row["bank_reference"]),
    "cash": (8, lambda row: row["method"] == "cash"),
    "cheques": (8, lambda row: row["method"] == "cheque"),
    "cards": (8, lambda row: row["method"] == "card"),
    "transfers": (8, lambda row: row["method"] == "etransfer"),
    "debits": (8, lambda row: row["method"] == "debit"),
}


@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_varied_documents_have_everything(name: str, varied: Path) -> None:
    least, is_one = OF_DOCUMENTS[name]
    assert sum(map(bool, map(is_one, rows(varied / "documents.csv")))) >= least


@pytest.mark.parametrize("name", OF_PAYMENTS)
def test_varied_payments_have_everything(name: str, varied: Path) -> None:
    least, is_one = OF_PAYMENTS[name]
    assert sum(map(bool, map(is_one, rows(varied / "payments.csv")))) >= least


def test_varied_documents_have_one_to_four_lines_of_forty_items(varied: Path) -> None:
    lines = [row for row in rows(varied / "documents.csv") if row["row"] == "line"]
    assert set(Counter(row["document"] for row in lines).values()) == {1, 2, 3, 4}
    assert {row["code"] for row in lines} == {item.code for item in VARIED_ITEMS}
    assert len(VARIED_ITEMS) == 40


def test_varied_payments_are_parts_deposits_and_for_several_documents(varied: Path) -> None:
    documents, payments = rows(varied / "documents.csv"), rows(varied / "payments.csv")
    final = [row for row in payments if row["status"] != "void" and row["type"] != "refund" and row["document"]]
    assert sum(count > 1 for count in Counter(row["document"] for row in final).values()) >= 20
    assert sum(count > 1 for count in Counter(row["payment"] for row in payments).values()) >= 8
    days = {row["document"]: row["date"] for row in documents if row["date"]}
    assert sum(bool(row["date"]) and row["date"] < days[row["document"]] for row in final) >= 5
    assert len(days) - len({row["document"] for row in final}) >= COUNT // 50


@pytest.mark.parametrize("name", ["documents", "payments"])
def test_varied_dates_are_in_no_order(name: str, varied: Path) -> None:
    days = [date.fromisoformat(row["date"]) for row in rows(varied / f"{name}.csv") if row["date"]]
    assert COUNT // 3 < sum(one > other for one, other in pairwise(days)) < len(days) - COUNT // 3


def test_the_same_books_each_time(varied: Path, tmp_path: Path) -> None:
    write_books(tmp_path, "varied", COUNT)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (varied / path.name).read_bytes()


def test_ten_documents_are_changed(varied: Path, tmp_path: Path) -> None:
    write_books(tmp_path, "varied", COUNT, with_changes=True)
    before, after = ({row["document"]: row["total"] for row in firsts(folder)} for folder in (varied, tmp_path))
    assert before.keys() == after.keys()
    assert sum(total != after[number] for number, total in before.items()) == CHANGED
    assert (tmp_path / "payments.csv").read_bytes() == (varied / "payments.csv").read_bytes()


def firsts(folder: Path) -> list[dict[str, str]]:
    """The first row of each document."""
    return [row for row in rows(folder / "documents.csv") if row["total"]]


@pytest.mark.parametrize("kind", ["uniform", "varied"])
def test_a_later_month_pays_documents_that_it_does_not_have(kind: str, tmp_path: Path) -> None:
    year, month = tmp_path / "year", tmp_path / "month"
    for folder in (year, month):
        folder.mkdir()
    write_books(year, kind, COUNT)
    write_month(month, kind, COUNT, 50)
    here, earlier = ({row["document"] for row in firsts(folder)} for folder in (month, year))
    named = {row["document"] for row in rows(month / "payments.csv") if row["document"]}
    assert here.isdisjoint(earlier)
    assert len(named & here) >= 40
    assert named - here <= earlier
    assert 5 <= len(named - here) <= EARLIER
