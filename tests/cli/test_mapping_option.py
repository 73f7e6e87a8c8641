"""`--mapping` of convert and check, and the command `mappings`."""

import io
import json
from pathlib import Path

import pytest
from command_line import program

from ecriture.sources.mapping import names, read_mapping, shipped_bytes

CASES = Path(__file__).parents[1] / "mappings"
COMPANY = ("--company", str(CASES / "company.toml"))
SALE = "No,Day,Net\nF-1,2026-01-05,100.00\n"
MAPPING = '[[documents]]\ndocument = "No"\ndate = "Day"\n[[documents.rows]]\nrow = "line"\namount = "Net"\n'


def export(name: str) -> str:
    return str(CASES / name / "export.csv")


def test_a_file_that_has_sales_and_payments_is_given_once(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    given = ("--documents", export("square-transactions"), "--mapping", "square-transactions", "--skip-invalid")
    done = program("convert", *COMPANY, *given, "--to", "json", "--out", str(out))
    assert done.status == 0
    accounts = {line["account"] for entry in json.loads(out.read_text("utf-8"))["entries"] for line in entry["lines"]}
    assert {"1065", "1050", "1201", "2310", "2330", "2400", "5610"} <= accounts


def test_two_files_with_a_mapping_each_whichever_comes_first() -> None:
    files = ("--documents", export("jobber-invoices"), "--payments", export("jobber-transactions"), "--skip-invalid")
    first, second = ("--mapping", "jobber-invoices"), ("--mapping", "jobber-transactions")
    done = program("check", *COMPANY, *files, *first, *second)
    assert (done.status, done.out) == (0, program("check", *COMPANY, *files, *second, *first).out)
    assert "1065" in done.out


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALE, "utf-8")
    (tmp_path / "own.toml").write_text(MAPPING, "utf-8")
    given = ("--documents", str(tmp_path / "sales.csv"), "--mapping", str(tmp_path / "own.toml"))
    done = program("check", *COMPANY, *given)
    assert done.status == 0
    assert "100.00" in done.out


def test_a_mistake_in_a_mapping_stops_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(MAPPING.replace("document =", "dokument ="), "utf-8")
    given = ("--documents", str(tmp_path / "not-there.csv"), "--mapping", str(tmp_path / "own.toml"))
    done = program("check", *COMPANY, *given)
    assert done.status == 1
    assert "Did you mean “document”?" in done.err
    assert "own.toml" in done.err
    as_json = program("check", *COMPANY, *given, "--format", "json")
    assert [it["code"] for it in json.loads(as_json.out)["problems"]] == ["setting-unknown", "setting-invalid"]


def test_a_file_that_the_only_mapping_does_not_fit_says_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("Number,Day\n1,2026-01-05\n", "utf-8")
    done = program("check", *COMPANY, "--documents", str(tmp_path / "sales.csv"), "--mapping", "jobber-invoices")
    assert done.status == 1
    assert "The column “Invoice #” of the mapping is missing. Row 1 has: Number, Day" in done.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("jober", "There is no file and no mapping jober. Known: freshbooks-invoices"),
        ("not-there.toml", "cannot be read"),
    ],
)
def test_a_mapping_that_is_not_there_is_wrong_usage(name: str, words: str) -> None:
    done = program("check", *COMPANY, "--documents", export("jane-sales"), "--mapping", name)
    assert done.status == 2
    assert words in done.err


def test_the_mapping_is_never_written_over(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(MAPPING, "utf-8")
    (tmp_path / "sales.csv").write_text(SALE, "utf-8")
    given = ("--documents", str(tmp_path / "sales.csv"), "--mapping", str(own), "--out", str(own))
    assert program("convert", *COMPANY, *given).status == 2
    assert own.read_text("utf-8") == MAPPING


def test_a_mapping_needs_documents() -> None:
    assert program("check", *COMPANY, "--mapping", "jane-sales").status == 2


def test_payments_of_a_payout_that_is_not_taken_are_listed_with_the_reason() -> None:
    given = ("--documents", export("stripe-balance"), "--mapping", "stripe-balance", "--skip-invalid")
    done = program("check", *COMPANY, *given)
    assert done.status == 0
    assert "  payment txn_5 (payout-differs)" in done.out


def test_a_file_is_divided_at_the_character_that_its_mapping_shows(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text('No;Day;Net;Memo\nF-1;2026-01-05;100,00;"a,b,c,d,e,f"\n', "utf-8")
    (tmp_path / "own.toml").write_text(MAPPING, "utf-8")
    mappings = ("--mapping", "jane-sales", "--mapping", str(tmp_path / "own.toml"))
    done = program("check", *COMPANY, "--documents", str(tmp_path / "sales.csv"), *mappings)
    assert (done.status, "100.00" in done.out) == (0, True)


def test_the_shipped_mappings_are_listed_and_printed() -> None:
    listed = program("mappings")
    assert (listed.status, [line.split()[0] for line in listed.out.splitlines()]) == (0, [*names()])
    for name in names():
        shown = program("mappings", name)
        assert (shown.status, shown.out.encode()) == (0, shipped_bytes(name))
        assert read_mapping(io.BytesIO(shown.out.encode())).problems == ()
    assert program("mappings", "nothing").status == 2
