import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ecriture import transfer
from ecriture.core.accounts import Account, Chart
from ecriture.core.batches import Batch, Transferred, transferred_by
from ecriture.core.documents import (
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitKind,
    invoice,
)
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.plan import Plan
from ecriture.core.problems import SEVERITIES, Problem, Severity, Where
from ecriture.core.settings import Settings
from ecriture.targets import registry
from ecriture.targets.registry import TARGETS, Fitted, Target, WriteOptions

COMPANY = """
[accounts]
invoice_debit = "1201"
invoice_credit = "4000"
payment_debit = "1060"
payment_credit = "1201"
[taxes.GST]
credit = "2310"
rate = "5"
"""
DOCUMENTS = "document,type,status,date,row,code,amount,total,applies_to\n"
PAYMENTS = "payment,type,status,date,document,amount,applied\n"
JANUARY = date(2026, 1, 31)


def read(documents: str = "", payments: str = "", company: str = COMPANY) -> transfer.Inputs:
    return transfer.read(
        company=company.encode(), documents=(DOCUMENTS + documents).encode(), payments=(PAYMENTS + payments).encode()
    )


def codes(problems: Sequence[Problem]) -> list[tuple[str, str, str]]:
    """Code, file and number of each."""
    return [(problem.code, problem.where.file, problem.where.number) for problem in problems]


INVOICE = "F-1,,,2026-01-05,,,100.00,,\nF-1,,,,tax,GST,5.00,,\n"
PAYMENT = "P-1,,,2026-01-20,F-1,105.00,\n"


def after(inputs: transfer.Inputs, through: date | None = None) -> Transferred:
    """What is transferred when the inputs were exported."""
    found = transfer.plan(inputs, through=through)
    assert not transfer.is_blocked(found.problems, skip_invalid=True)
    written = transfer.write(found.entries, settings=inputs.settings)
    return transferred_by([transfer.export(inputs, found, written, exported_at="2026-02-01T12:00:00+00:00")])


# From inputs to a file


def test_an_invoice_and_its_payment_come_to_a_file() -> None:
    inputs = read(INVOICE, PAYMENT)
    assert inputs.problems == ()
    found = transfer.plan(inputs, through=JANUARY)
    assert (found.problems, found.kept_back, found.left_out) == ((), (), 0)
    (entry,) = found.entries
    assert (entry.date, entry.source) == (JANUARY, "EC000001-01")
    assert [(line.account, line.amount_cents) for line in entry.lines] == [
        *[("1060", 10500), ("1201", 10500), ("1201", -10500), ("2310", -500), ("4000", -10000)]
    ]
    written = transfer.write(found.entries, settings=inputs.settings)
    assert written.content.startswith(b'01-31-26,"EC000001-01","Ventes et paiements 2026-01"\r\n')
    assert (written.entries, written.problems) == (found.entries, ())


NAMED = Chart([Account(number, f"Account {number}") for number in ("1060", "1201", "2310", "4000")])


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_writes_and_reads_the_same_plan(target: str) -> None:
    inputs = replace(read(INVOICE, PAYMENT), chart=NAMED)
    found = transfer.plan(inputs, target=target)
    assert found.problems == ()
    write = partial(transfer.write, found.entries, settings=inputs.settings, chart=NAMED, target=target, planned=found)
    written, chosen = write(), registry.target(target)
    assert chosen.read(written.content) == chosen.as_read(written.entries, inputs.options)
    assert write() == written


def test_the_target_is_that_of_the_company_unless_another_is_named() -> None:
    inputs = read(INVOICE, company=f'{COMPANY}[accounting]\ntarget = "hledger"\n')
    entries = transfer.plan(inputs).entries
    assert transfer.write(entries, settings=inputs.settings, target="sage50-ca").content.startswith(b"01-05-26,")
    own = transfer.write(entries, settings=inputs.settings).content
    assert own == transfer.write(entries, settings=inputs.settings, target="hledger").content
    assert b"2026-01-05" in own


def test_a_source_may_be_a_path_bytes_or_an_open_file(tmp_path: Path) -> None:
    files = {"company": COMPANY, "documents": DOCUMENTS + INVOICE, "payments": PAYMENTS + PAYMENT}
    paths: dict[str, Any] = {name: tmp_path / f"{name}.txt" for name in files}
    for name, content in files.items():
        paths[name].write_text(content, "utf-8")
    by_path = transfer.read(**paths)
    names: dict[str, Any] = {name: str(path) for name, path in paths.items()}
    by_name = transfer.read(**names)
    with paths["company"].open("rb") as company, paths["documents"].open("rb") as documents:
        opened = transfer.read(company=company, documents=documents, payments=io.BytesIO(files["payments"].encode()))
        assert not documents.closed
    plans = [transfer.plan(inputs).entries for inputs in (by_path, by_name, opened, read(INVOICE, PAYMENT))]
    assert plans == [plans[0]] * 4
    assert (
        by_path.files
        == by_name.files
        == {"settings": "company.txt", "document": "documents.txt", "payment": "payments.txt"}
    )
    assert opened.files == {"settings": "company.txt", "document": "documents.txt", "payment": "payments.csv"}


def test_an_open_file_can_be_read_again() -> None:
    documents = io.BytesIO((DOCUMENTS + INVOICE).encode())
    first, again = (transfer.read(company=COMPANY.encode(), documents=documents) for _ in range(2))
    assert transfer.plan(first).entries == transfer.plan(again).entries != ()


def test_a_file_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    for missing in ("company", "documents", "payments", "chart"):
        sources: dict[str, Any] = {"company": COMPANY.encode(), "documents": DOCUMENTS.encode()}
        with pytest.raises(OSError, match="nothing"):
            transfer.read(**{**sources, missing: tmp_path / "nothing.csv"})


# Through


@pytest.mark.parametrize(
    ("documents", "payments", "latest"),
    [
        (INVOICE, "", date(2026, 1, 5)),
        (INVOICE, PAYMENT, date(2026, 1, 20)),
        (INVOICE, "P-1,,,2026-01-20,F-1,105.00,2026-03-01\n", date(2026, 3, 1)),
        (INVOICE + "F-2,,draft,2026-09-09,,,1.00,,\n", "", date(2026, 1, 5)),
        (INVOICE + "F-2,,void,2026-09-09,,,1.00,,\n", "", date(2026, 9, 9)),
        (INVOICE, "P-1,,void,2026-09-09,F-1,1.00,\n", date(2026, 9, 9)),
        (INVOICE + "F-2,,,2026-09-09,,,x,,\n", "", date(2026, 1, 5)),
        (INVOICE, "P-1,,,2026-09-09,F-1,-1.00,\n", date(2026, 1, 5)),
        (INVOICE, "P-1,,,2026-09-09,F-9,1.00,\n", date(2026, 1, 5)),
        (INVOICE + "F-2,,void,,,,1.00,,\n", "", date(2026, 1, 5)),
    ],
)
def test_through_is_the_latest_date_of_what_is_valid_and_no_draft(documents: str, payments: str, latest: date) -> None:
    inputs = read(documents, payments)
    assert transfer.plan(inputs).through == transfer.latest_date(transfer.checked(inputs).books) == latest
    assert transfer.plan(inputs, through=JANUARY).through == JANUARY


@pytest.mark.parametrize(
    "documents", ["", "F-1,,draft,2026-01-05,,,1.00,,\n", "F-1,,,2026-01-05,,,x,,\n", "F-1,,void,,,,1.00,,\n"]
)
def test_without_anything_valid_there_is_nothing_to_date(documents: str) -> None:
    inputs = read(documents)
    with pytest.raises(transfer.NothingToDate) as caught:
        transfer.plan(inputs)
    assert caught.value.problems == transfer.checked(inputs).problems
    assert transfer.plan(inputs, through=JANUARY).entries == ()


def test_why_there_is_nothing_to_date_is_said() -> None:
    """Both what is wrong with a unit, and what the units say of each other."""
    with pytest.raises(transfer.NothingToDate) as caught:
        transfer.plan(read("F-1,,,2026-01-05,,,x,,\n", "P-1,,,2026-01-20,F-9,5.00,\n"))
    assert codes(caught.value.problems) == [
        ("amount-unreadable", "documents.csv", "F-1"),
        ("document-unknown", "payments.csv", "P-1"),
    ]


def test_through_must_be_after_the_lock_date() -> None:
    inputs = read(INVOICE, company="[company]\nlock_date = 2026-01-31\n" + COMPANY)
    for through in (None, date(2026, 1, 5), JANUARY):
        with pytest.raises(transfer.ThroughLocked) as caught:
            transfer.plan(inputs, through=through)
        assert (caught.value.through, caught.value.lock_date) == (through or date(2026, 1, 5), JANUARY)
        assert "2026-01-31" in str(caught.value)
    (entry,) = transfer.plan(inputs, through=date(2026, 2, 1)).entries
    assert entry.date == date(2026, 2, 1)


def test_what_is_before_since_is_left_out_and_counted() -> None:
    inputs = read(INVOICE, PAYMENT)
    found = transfer.plan(inputs, since=date(2026, 1, 6))
    assert found.left_out == 1
    assert [line.account for line in found.entries[0].lines] == ["1060", "1201"]


# Problems


def test_problems_name_the_file_that_they_are_in(tmp_path: Path) -> None:
    company, documents, payments = tmp_path / "boreal.toml", tmp_path / "ventes.csv", tmp_path / "encaissements.csv"
    company.write_text(COMPANY, "utf-8")
    documents.write_text(f"{DOCUMENTS}{INVOICE}F-2,,,x,,,1.00,,\nf-1,,void,2026-01-05,,,1.00,,\n", "utf-8")
    payments.write_text(
        f"{PAYMENTS}P-1,,,2026-01-20,F-1,500.00,\nP-2,,,2026-01-20,F-9,1.00,\nP-3,,,2026-01-20,f-1,1.00,\n"
    )
    inputs = transfer.read(company=company, documents=documents, payments=payments)
    assert codes(inputs.problems) == [("date-unreadable", "ventes.csv", "F-2")]
    problems = transfer.plan(inputs).problems
    assert problems[:5] == transfer.checked(inputs).problems
    assert codes(problems) == [
        ("date-unreadable", "ventes.csv", "F-2"),
        ("document-unknown", "encaissements.csv", "P-2"),
        ("number-similar", "ventes.csv", "f-1"),
        ("document-not-final", "encaissements.csv", "P-3"),
        ("overpaid", "ventes.csv", "F-1"),
    ]
    rows = {problem.code: problem.where.row for problem in problems}
    assert rows["document-unknown"] == 3
    assert rows["number-similar"] == 5
    assert rows["overpaid"] == 2
    company.write_text(f"{COMPANY}[company]\nnam = 1\n", "utf-8")
    inputs = transfer.read(company=company, documents=documents)
    assert codes(inputs.problems)[0] == ("setting-unknown", "boreal.toml", "")


def test_problems_of_the_plan_name_their_file_too() -> None:
    found = transfer.plan(read("F-1,,,2026-01-05,,,100.00,,\nF-1,,,,tax,QST,5.00,,\n"))
    assert codes(found.problems) == [("tax-unknown", "documents.csv", "F-1")]
    assert found.problems[0].where.kind == UnitKind.DOCUMENT


def test_an_unknown_document_is_not_said_when_a_file_could_not_be_read() -> None:
    """What the file does not have is not known to be missing."""
    inputs = read(INVOICE + "F-2,too short\n", "P-1,,,2026-01-20,F-9,1.00,\n")
    assert not inputs.whole
    found = transfer.plan(inputs, transferred=after(read("F-8,,,2026-01-06,,,1.00,,\n")))
    assert codes(found.problems) == [("row-unreadable", "documents.csv", "")]


def test_a_document_with_an_error_is_not_unknown() -> None:
    found = transfer.plan(read("F-1,,,x,,,100.00,,\n", PAYMENT))
    assert codes(found.problems) == [("date-unreadable", "documents.csv", "F-1")]


# What is held


def test_what_is_held_says_why() -> None:
    inputs = read(
        "F-1,,,2026-01-05,,,x,,\nF-2,,,2026-01-05,,,100.00,99.00,\nF-3,,,2026-01-05,tip,,5.00,,\nF-4,,,2026-01-05,,,1.00,,\n",
        "P-1,,,2026-01-20,F-9,105.00,\nP-2,,,x,F-4,-1.00,\n",
    )
    found = transfer.plan(inputs, through=JANUARY)
    assert sorted((unit.kind, unit.number, unit.why) for unit in found.kept_back) == [
        ("document", "F-1", "amount-unreadable"),
        ("document", "F-2", "total-differs"),
        ("document", "F-3", "account-missing"),
        ("payment", "P-1", "document-unknown"),
        ("payment", "P-2", "date-unreadable"),
    ]
    (entry,) = found.entries
    assert entry.debit_cents == 100


def test_document_and_payment_of_one_number_are_held_each_for_its_own_error() -> None:
    inputs = read("1001,,,x,,,1.00,,\n" + INVOICE, "1001,,,2026-01-20,F-1,-1.00,\n")
    held = {(unit.kind, unit.why) for unit in transfer.plan(inputs).kept_back}
    assert held == {("document", "date-unreadable"), ("payment", "amount-negative")}


def test_what_is_not_paid_is_held_with_the_money_that_it_keeps_back() -> None:
    inputs = read(INVOICE, "P-1,,,2026-01-20,F-1,5.00,\n", COMPANY + "[accounting]\nonly_when_paid = true\n")
    found = transfer.plan(inputs, through=JANUARY)
    assert found.entries == ()
    assert [(unit.number, unit.why, unit.account, unit.amount_cents) for unit in found.kept_back] == [
        ("F-1", "unpaid", "", 0),
        ("P-1", "waits", "1060", 500),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("code", SEVERITIES)
def test_an_error_blocks_unless_it_is_left_out_and_a_fatal_one_always(code: str) -> None:
    problems = [Problem("column-unknown"), Problem(code)]
    severity = SEVERITIES[code]
    assert transfer.is_blocked(problems, skip_invalid=False) == (severity in (Severity.FATAL, Severity.ERROR))
    assert transfer.is_blocked(problems, skip_invalid=True) == (severity is Severity.FATAL)
    assert not transfer.is_blocked([], skip_invalid=False)


def test_what_was_left_out_comes_with_a_later_export() -> None:
    wrong = read(INVOICE + "F-2,,,2026-01-06,,,50.00,49.00,\n")
    found = transfer.plan(wrong, through=JANUARY)
    assert transfer.is_blocked(found.problems, skip_invalid=False)
    assert not transfer.is_blocked(found.problems, skip_invalid=True)
    right = read(INVOICE + "F-2,,,2026-01-06,,,50.00,50.00,\n")
    later = transfer.plan(right, through=JANUARY, transferred=after(wrong, JANUARY), batch=2)
    assert [line.amount_cents for entry in later.entries for line in entry.lines] == [5000, -5000]


# After an export


def test_an_export_of_the_same_again_is_empty() -> None:
    inputs = read(INVOICE, PAYMENT)
    found = transfer.plan(inputs, transferred=after(inputs), batch=2)
    assert (found.entries, found.problems, found.kept_back) == ((), (), ())


@pytest.mark.parametrize("start", ["start_date = 2026-01-10", ""])
def test_the_start_date_cannot_change_after_an_export(start: str) -> None:
    """From one day to another, from none to one, and from one to none."""
    before = COMPANY + "[accounting]\nstart_date = 2026-01-02\n"
    transferred = after(read(INVOICE, company=before))
    later = read(INVOICE, company=f"{COMPANY}[accounting]\n{start}\n")
    (problem,) = transfer.plan(later, through=JANUARY, transferred=transferred).problems
    assert (problem.code, problem.severity) == ("setting-invalid", Severity.FATAL)
    assert problem.where == Where("company.toml")
    assert problem.params["setting"] == "accounting.start_date"
    assert problem.params["accepted"] == date(2026, 1, 2)
    assert problem.params["value"] == later.settings.accounting.start_date
    assert transfer.plan(read(INVOICE, company=before), through=JANUARY, transferred=transferred).problems == ()


def test_a_start_date_after_an_export_without_one_is_a_problem() -> None:
    later = read(INVOICE, company=COMPANY + "[accounting]\nstart_date = 2026-01-02\n")
    (problem,) = transfer.plan(later, through=JANUARY, transferred=after(read(INVOICE))).problems
    assert (problem.code, problem.params["accepted"]) == ("setting-invalid", None)


def test_the_start_date_may_change_while_nothing_is_transferred() -> None:
    inputs = read(INVOICE, company=COMPANY + "[accounting]\nstart_date = 2026-01-02\n")
    assert transfer.plan(inputs, transferred=Transferred(start_date=date(2025, 1, 1))).problems == ()


def test_a_live_unit_that_is_not_in_the_input_is_said_and_left_as_it_is() -> None:
    transferred = after(read(INVOICE, PAYMENT))
    found = transfer.plan(
        read("F-1B,,,2026-01-05,,,100.00,,\nF-1B,,,,tax,GST,5.00,,\n"), transferred=transferred, batch=2
    )
    (problem,) = found.problems
    assert (problem.code, problem.severity, problem.where) == ("transferred-missing", Severity.NOTICE, Where(""))
    assert problem.params == {"count": 1, "units": (("document", "F-1"),)}
    assert not transfer.is_blocked(found.problems, skip_invalid=False)
    assert [line.amount_cents for entry in found.entries for line in entry.lines] == [10500, -500, -10000]


def test_what_is_missing_is_one_notice_with_the_first_five_documents_first() -> None:
    """Missing is what lies between the first and the last date of both files."""
    documents = "".join(f"F-{n},,,2026-01-{n:02},,,1.00,,\n" for n in range(9, 0, -1))
    payments = "P-2,,,2026-01-20,F-2,1.00,\nP-1,,,2026-01-25,F-1,1.00,\n"
    transferred = after(read(documents, payments))

    def missing(documents: str, payments: str = "") -> list[tuple[object, object]]:
        found = transfer.plan(read(documents, payments), through=JANUARY, transferred=transferred, batch=2)
        assert found.entries == ()
        return [(it.params["count"], it.params["units"]) for it in found.problems if it.code == "transferred-missing"]

    draft, faulty = "F-90,,draft,2026-01-08,,,1.00,,\n", "P-90,,,2026-01-20,,x,\n"
    first = tuple(("document", f"F-{n}") for n in range(1, 10))
    assert missing("F-90,,draft,2026-01-01,,,1.00,,\n", "P-90,,void,2026-01-31,,1.00,\n") == [(11, first[:5])]
    assert missing(draft, faulty) == [(3, (*first[7:], ("payment", "P-2")))]
    assert missing(draft) == [(1, (first[7],))]
    assert missing("F-9,,,2026-01-09,,,1.00,,\n", "P-2,,,2026-01-20,F-2,1.00,\n") == []
    assert missing("F-90,,draft,2026-02-01,,,1.00,,\n") == []
    assert missing("") == []


def test_a_moved_unit_is_missing_on_the_date_of_its_latest_batch() -> None:
    first = read("F-1,,,2026-01-05,,,1.00,,\n")
    moved = read("F-1,,,2026-02-05,,,1.00,,\n")
    batches: list[Batch] = []
    for number, inputs in enumerate((first, moved), 1):
        found = transfer.plan(inputs, transferred=transferred_by(batches), batch=number)
        written = transfer.write(found.entries, settings=inputs.settings)
        batches.append(transfer.export(inputs, found, written, exported_at="2026-03-01T12:00:00+00:00"))
    for day, said in (("2026-01-05", []), ("2026-02-05", ["transferred-missing"])):
        later = read(f"F-9,,draft,{day},,,1.00,,\n")
        found = transfer.plan(later, through=date(2026, 3, 1), transferred=transferred_by(batches), batch=3)
        assert [problem.code for problem in found.problems] == said


def test_the_files_of_a_month_are_enough() -> None:
    """A payment and a credit note name documents that only an earlier batch has."""
    transferred = after(read(INVOICE + "F-2,,,2026-01-06,,,10.00,,\n"), JANUARY)
    february = read("N-1,credit_note,,2026-02-03,,,10.00,,F-2\n", "P-1,,,2026-02-10,F-1,500.00,\n")
    found = transfer.plan(february, transferred=transferred, batch=2)
    assert ([problem.code for problem in found.problems], found.kept_back) == (["tax-missing"], ())
    (entry,) = found.entries
    assert [(line.account, line.amount_cents) for line in entry.lines] == [
        *[("1060", 50000), ("4000", 1000), ("1201", -51000)],
    ]
    unknown = [problem for problem in transfer.checked(february).problems if problem.code == "document-unknown"]
    assert codes(unknown) == [("document-unknown", "documents.csv", "N-1"), ("document-unknown", "payments.csv", "P-1")]


def test_what_a_plan_must_know_about_are_the_units_read_and_the_documents_that_they_name() -> None:
    inputs = read(
        "F-1,,,2026-01-05,,,1.00,,\nF-2,,,x,,,1.00,,\nN-1,credit_note,,2026-01-05,,,1.00,,F-7\n",
        "P-1,,,2026-01-20,F-8,1.00,\nP-1,,,,F-1,1.00,\nP-1,,,,,1.00,\nP-2,,,x,,1.00,\n",
    )
    units = set(inputs.units)
    assert {number for kind, number in units if kind is UnitKind.PAYMENT} == {"P-1", "P-2"}
    assert {number for kind, number in units if kind is UnitKind.DOCUMENT} == {"F-1", "F-2", "N-1", "F-7", "F-8"}


# Tips and fees


TIPPED = COMPANY + '[extras]\ntip = "2400"\nfee = "5610"\nrounding = "5990"\n'


def paid(payments: str, *, company: str = TIPPED) -> tuple[list[tuple[str, int]], transfer.Inputs]:
    """The lines of an invoice's payments, under the columns of tips and fees."""
    header = "payment,type,date,document,montant,frais,pourboire,arrondi\n"
    inputs = transfer.read(
        company=company.encode(), documents=(DOCUMENTS + INVOICE).encode(), payments=(header + payments).encode()
    )
    found = transfer.plan(inputs, since=date(2026, 1, 6))
    assert found.problems == ()
    return [(line.account, line.amount_cents) for entry in found.entries for line in entry.lines], inputs


def test_a_tip_of_a_payment_is_owed_to_the_staff_and_settles_nothing() -> None:
    lines, inputs = paid("P-1,,2026-01-20,F-1,125.00,,20.00,\n")
    assert lines == [("1060", 12500), ("1201", -10500), ("2400", -2000)]
    lines, _ = paid("P-1,,2026-01-20,,125.02,,20.00,-0.02\n")
    assert lines == [("1060", 12502), ("1201", -10500), ("2400", -2000), ("5990", -2)]
    assert inputs.books.payments["P-1"].rows[0].settled_cents == 10500


def test_what_a_processor_keeps_of_a_refund_and_what_it_gives_back() -> None:
    lines, _ = paid("R-1,refund,2026-01-20,F-1,0.00,15.00,,\n")
    assert lines == [("5610", 1500), ("1060", -1500)]
    lines, _ = paid("R-1,refund,2026-01-20,,105.00,15.00,20.00,\n")
    assert lines == [("1201", 8500), ("2400", 2000), ("5610", 1500), ("1060", -12000)]
    lines, _ = paid("R-1,refund,2026-01-20,,105.00,-3.00,,\n")
    assert lines == [("1201", 10500), ("1060", -10200), ("5610", -300)]


def test_a_live_unit_that_has_an_error_now_is_not_missing() -> None:
    transferred = after(read(INVOICE, PAYMENT))
    found = transfer.plan(read("F-1,,,x,,,100.00,,\n", "P-1,,,x,F-1,1.00,\n"), through=JANUARY, transferred=transferred)
    assert {code for code, _, _ in codes(found.problems)} == {"date-unreadable"}
    assert found.entries == ()


def test_a_void_reverses_and_a_draft_too() -> None:
    transferred = after(read(INVOICE))
    for status in ("void", "draft"):
        found = transfer.plan(
            read(f"F-1,,{status},2026-01-05,,,100.00,,\n"), through=JANUARY, transferred=transferred, batch=2
        )
        lines = [(line.account, line.amount_cents) for entry in found.entries for line in entry.lines]
        assert sorted(lines) == [("1201", -10500), ("2310", 500), ("4000", 10000)]


def test_a_refund_account_of_its_own_is_pointed_out() -> None:
    inputs = read(INVOICE, company=COMPANY.replace("[taxes", 'refund_debit = "1202"\n[taxes', 1))
    (problem,) = transfer.plan(inputs).problems
    assert (problem.code, problem.where.file) == ("receivable-split", "company.toml")
    assert problem.params == {"account": "1202", "clearing": "1201", "setting": "accounts.refund_debit"}


# Writing


ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 500), Line("4000", -500)))


def broken(content: bytes | None = None, entries: tuple[JournalEntry, ...] | None = None) -> Target:
    """A target whose writer, or whose reader, has a fault."""
    good = registry.target("json")

    def write(given: Sequence[JournalEntry], options: WriteOptions) -> bytes:
        return good.write(given, options) if content is None else content

    return replace(good, write=write, read=good.read if entries is None else lambda _: entries)


OTHER_AMOUNT = replace(ENTRY, lines=(Line("1201", 501), Line("4000", -501)))


@pytest.mark.parametrize(
    "target",
    [
        broken(content=registry.target("json").write([], WriteOptions())),
        broken(content=registry.target("json").write([OTHER_AMOUNT], WriteOptions())),
        broken(content=registry.target("json").write([ENTRY, ENTRY], WriteOptions())),
        broken(entries=()),
        broken(entries=(replace(ENTRY, date=date(2026, 1, 30)),)),
        broken(entries=(replace(ENTRY, source="EC000001-02"),)),
        broken(entries=(replace(ENTRY, comment="ventes"),)),
        broken(entries=(replace(ENTRY, lines=ENTRY.lines[::-1]),)),
        broken(entries=(OTHER_AMOUNT,)),
    ],
)
def test_a_file_that_does_not_read_back_is_never_given(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    monkeypatch.setattr(transfer, "target_of", lambda _: target)
    with pytest.raises(transfer.ReadBackDiffers, match=target.name):
        transfer.write([ENTRY], settings=Settings())


def test_a_file_that_cannot_be_read_back_is_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "target_of", lambda _: broken(content=b"garbage"))
    with pytest.raises((transfer.ReadBackDiffers, ValueError)):
        transfer.write([ENTRY], settings=Settings())


def test_the_broken_targets_are_broken_only_where_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "target_of", lambda _: broken())
    assert transfer.write([ENTRY], settings=Settings()).entries == (ENTRY,)


def test_texts_that_had_to_be_changed_are_counted_and_the_changed_entries_given() -> None:
    long = replace(ENTRY, comment="Ventes 😀 " + "x" * 100)
    written = transfer.write([long, ENTRY], settings=Settings())
    (problem,) = written.problems
    assert (problem.code, problem.severity) == ("text-shortened", Severity.WARNING)
    assert problem.params == {"shortened": 1, "replaced": 1, "target": "sage50-ca"}
    assert written.entries[0].comment != long.comment
    assert written.entries[1] == ENTRY
    assert registry.target("sage50-ca").fit((long, ENTRY)) == Fitted(written.entries, 1, 1)


# A program that holds its documents itself


def test_documents_and_payments_of_a_program_make_the_same_plan() -> None:
    documents = [
        invoice("F-1", date(2026, 1, 5), [(RowKey(RowKind.LINE), 10000), (RowKey(RowKind.TAX, "GST"), 500)]),
    ]
    row = PaymentRow("F-1", 10500)
    payments = [Payment("P-1", PaymentKind.PAYMENT, Status.FINAL, date(2026, 1, 20), "", "", "", (row,))]
    from_files = read(INVOICE, PAYMENT)
    inputs = transfer.inputs(from_files.settings, documents=documents, payments=payments)
    assert documents[0].kind is DocumentKind.INVOICE

    def entries(given: transfer.Inputs) -> Plan:
        return transfer.plan(given)

    assert entries(inputs).entries == entries(from_files).entries
    assert inputs.books.span == (date(2026, 1, 5), date(2026, 1, 20))
    alone = transfer.checked(transfer.inputs(Settings(), payments=payments))
    assert codes(alone.problems) == [("document-unknown", "", "P-1")]
    assert transfer.inputs(Settings()).books.span is None
