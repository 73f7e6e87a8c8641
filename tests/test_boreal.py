"""A company with every posting rule in it: each file that its README promises, to the byte."""

import gc
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecriture import transfer
from ecriture.core.batches import Batch, transferred_by
from ecriture.core.plan import Plan
from ecriture.core.settings import Accounting, BankLines, Detail, Grouping, Opening, PaidSaleDate

FOLDER = Path(__file__).parent / "golden" / "boreal"
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


class Row(NamedTuple):
    """A row of the README's table: what differs from company.toml, and the last date."""

    accounting: dict[str, Any]
    through: date = FEBRUARY
    lock_date: date | None = None


ROWS = {
    "period-summary": Row({}),
    "period-summary-january": Row({}, JANUARY),
    "period-document": Row({"detail": Detail.DOCUMENT}),
    "day-summary": Row({"grouping": Grouping.DAY}),
    "document-line": Row({"grouping": Grouping.DOCUMENT, "detail": Detail.LINE}),
    "only-when-paid": Row({"only_when_paid": True}),
    "only-when-paid-document-date": Row({"only_when_paid": True, "paid_sale_date": PaidSaleDate.DOCUMENT}),
    "locked-january": Row({}, lock_date=JANUARY),
    "bank-lines-payment": Row({"bank_lines": BankLines.PAYMENT}),
    "bank-lines-day": Row({"bank_lines": BankLines.DAY}),
    "start-february-sage": Row({"start_date": date(2026, 2, 1)}),
    "start-february-clearing": Row({"start_date": date(2026, 2, 1), "opening": Opening.CLEARING}),
    "max-lines-10": Row({"max_lines": 10}),
}


def inputs(row: Row, folder: Path = FOLDER) -> transfer.Inputs:
    read = transfer.read(
        company=(FOLDER / "company.toml").read_bytes(),
        documents=(folder / "documents.csv").read_bytes(),
        payments=(folder / "payments.csv").read_bytes(),
        chart=(FOLDER / "chart.csv").read_bytes(),
    )
    accounting: Accounting = replace(read.settings.accounting, **row.accounting)
    return replace(read, settings=replace(read.settings, accounting=accounting, lock_date=row.lock_date))


def written(read: transfer.Inputs, plan: Plan) -> bytes:
    return transfer.write(plan.entries, settings=read.settings, chart=read.chart).content


def batch(read: transfer.Inputs, plan: Plan) -> Batch:
    written = transfer.write(plan.entries, settings=read.settings, chart=read.chart)
    return transfer.export(read, plan, written, exported_at="")


def expected(name: str) -> bytes:
    return (FOLDER / "expected" / f"{name}.txt").read_bytes()


def problems(plan: Plan) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.where.number) for problem in plan.problems)


@pytest.mark.parametrize("name", ROWS)
def test_the_file_is_the_one_promised(name: str) -> None:
    read = inputs(ROWS[name])
    plan = transfer.plan(read, through=ROWS[name].through)
    assert written(read, plan) == expected(name)
    assert not any(problem.stops for problem in plan.problems)


def test_the_second_export_is_the_one_promised() -> None:
    january = inputs(Row({}))
    first = batch(january, transfer.plan(january, through=JANUARY))
    assert first.content == expected("period-summary-january")
    read = inputs(Row({}, lock_date=JANUARY), FOLDER / "second")
    plan = transfer.plan(read, transferred=transferred_by([first]), through=FEBRUARY, batch=2)
    assert written(read, plan) == expected("second-export")


def test_every_promised_file_is_tried() -> None:
    promised = {file.stem for file in (FOLDER / "expected").iterdir()}
    table = [line.split("|")[1] for line in (FOLDER / "README.md").read_text("utf-8").splitlines() if line[:3] == "| `"]
    assert promised == {*ROWS, "second-export"}
    assert promised == {name for cell in table for name in re.findall(r"`([a-z0-9-]+)`", cell)}


def test_the_warnings_are_the_archived_and_the_unknown_item() -> None:
    plan = transfer.plan(inputs(Row({})), through=FEBRUARY)
    assert problems(plan) == [("item-archived", "F-1006"), ("item-unknown", "F-1008")]
    assert plan.kept_back == ()


def test_january_alone_has_no_warning() -> None:
    assert problems(transfer.plan(inputs(Row({})), through=JANUARY)) == []


def test_exported_again_there_is_nothing() -> None:
    read = inputs(Row({}))
    first = batch(read, transfer.plan(read, through=FEBRUARY))
    again = transfer.plan(read, transferred=transferred_by([first]), through=FEBRUARY, batch=2)
    assert again.entries == ()


def test_what_is_dated_before_the_start_is_listed_for_sage() -> None:
    plan = transfer.plan(inputs(ROWS["start-february-sage"]), through=FEBRUARY)
    listed = [number for code, number in problems(plan) if code == "opening-document"]
    assert listed == ["N-2001", "P-3", "P-5", "P-7"]


def test_files_that_a_caller_opened_stay_open() -> None:
    files = [BytesIO((FOLDER / name).read_bytes()) for name in ("company.toml", "documents.csv", "payments.csv")]
    transfer.read(company=files[0], documents=files[1], payments=files[2])
    gc.collect()
    assert [file.closed for file in files] == [False, False, False]
