"""`ecriture probe`: a file of one entry of 0.01 for a first import."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from command_line import COMPANY, called, program

from ecriture.cli import probe
from ecriture.core.settings import FiscalYear, Settings
from ecriture.targets.registry import TARGETS, target

FILE = b'03-02-26,"TEST-01","Essai Ecriture"\r\n1201,0.01\r\n4000,-0.01\r\n'


@pytest.fixture
def company(tmp_path: Path) -> Path:
    file = tmp_path / "company.toml"
    file.write_text(COMPANY, "utf-8")
    return file


def test_the_file(tmp_path: Path, company: Path) -> None:
    out = tmp_path / "test.txt"
    done = program("probe", "--company", company, "--date", "2026-03-02", "--out", out)
    assert (done.status, done.err) == (0, "")
    assert out.read_bytes() == FILE
    assert done.out.splitlines()[0] == f"File: {out} ({len(FILE)} bytes)"
    assert done.out.splitlines()[1].startswith("Next, in Sage 50: make a backup")
    assert done.out.splitlines()[2].startswith("Then look for the entry TEST-01 of 2026-03-02 in the program")


def test_the_comment_is_in_the_language_of_the_company(tmp_path: Path, company: Path) -> None:
    company.write_text(COMPANY.replace("[company]\n", '[company]\nlanguage = "en"\n'), "utf-8")
    out = tmp_path / "test.txt"
    called("probe", "--company", company, "--date", "2026-03-02", "--out", out, "--lang", "fr")
    assert out.read_bytes() == FILE.replace(b"Essai Ecriture", b"Ecriture test")


def test_standard_output_has_the_bytes_and_nothing_else(company: Path) -> None:
    done = program("probe", "--company", company, "--date", "2026-03-02", "--out", "-")
    assert (done.status, done.raw, done.err) == (0, FILE, "")


@pytest.mark.parametrize("name", TARGETS)
def test_every_target(tmp_path: Path, company: Path, name: str) -> None:
    out = tmp_path / "test"
    chart = tmp_path / "chart.csv"
    chart.write_text("number,name\n1201,Customers\n4000,Sales\n", "utf-8")
    options = ("--company", company, "--chart", chart, "--to", name, "--date", "2026-03-02", "--out", out)
    assert called("probe", *options).status == 0
    (entry,) = target(name).read(out.read_bytes())
    first, second = ("Customers", "Sales") if name == "quickbooks-online" else ("1201", "4000")
    assert [(line.account, line.amount_cents) for line in entry.lines] == [(first, 1), (second, -1)]
    assert called("verify", "--to", name, "--file", out).status == 0


@pytest.mark.parametrize("missing", ["invoice_debit", "invoice_credit"])
def test_an_account_that_is_not_filled_in(tmp_path: Path, company: Path, missing: str) -> None:
    lines = COMPANY.splitlines(keepends=True)
    company.write_text("".join(line for line in lines if not line.startswith(missing)), "utf-8")
    done = called("probe", "--company", company, "--out", tmp_path / "test.txt")
    assert (done.status, done.out) == (2, "")
    assert done.err == "Fill in accounts.invoice_debit and accounts.invoice_credit in company.toml first.\n"
    assert not (tmp_path / "test.txt").exists()


def test_settings_with_errors(tmp_path: Path, company: Path) -> None:
    company.write_text(COMPANY.replace("payment_debit", "paymnt_debit"), "utf-8")
    (tmp_path / "test.txt").write_bytes(b"before")
    done = called("probe", "--company", company, "--out", tmp_path / "test.txt")
    assert (done.status, done.out) == (1, "")
    assert "Did you mean “payment_debit”?" in done.err
    assert (tmp_path / "test.txt").read_bytes() == b"before"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('["1200"]', '["1201"]', "account-linked"),
        ('invoice_credit = "4000"', 'invoice_credit = "40"', "account-wrong-length"),
        ("2026-12-31", "2026-02-28", "date-outside-fiscal-year"),
    ],
)
def test_what_the_program_would_refuse(tmp_path: Path, company: Path, old: str, new: str, code: str) -> None:
    company.write_text(COMPANY.replace(old, new), "utf-8")
    done = called("probe", "--company", company, "--date", "2026-03-02", "--out", tmp_path / "test.txt")
    assert (done.status, done.out) == (1, "")
    assert f"[{code}" in done.err
    assert not (tmp_path / "test.txt").exists()


YEARS = (FiscalYear(date(2020, 1, 1), date(2020, 12, 31)), FiscalYear(date(2021, 1, 1), date(2021, 12, 31)))


@pytest.mark.parametrize(
    ("company", "day"),
    [
        (Settings(fiscal_years=YEARS), date(2021, 12, 31)),
        (Settings(fiscal_years=YEARS, lock_date=date(2021, 6, 30)), date(2021, 12, 31)),
        (Settings(lock_date=date(2199, 12, 31)), date(2200, 1, 1)),
        (Settings(fiscal_years=(FiscalYear(date(2199, 7, 1), date(2200, 6, 30)),)), date(2199, 7, 1)),
    ],
)
def test_without_a_date_it_is_the_nearest_open_day(company: Settings, day: date) -> None:
    assert probe._open_day(company) == day


def test_without_a_date_it_is_today() -> None:
    before = datetime.now(UTC).astimezone().date()
    assert before <= probe._open_day(Settings()) <= datetime.now(UTC).astimezone().date()
