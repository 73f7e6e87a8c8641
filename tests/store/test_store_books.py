"""Documents and payments are recorded all or none, come back as they were, and touch what they could move."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from ecriture.core.documents import (
    DOCUMENT,
    PAYMENT,
    Books,
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    Unit,
    UnitId,
    UnitKind,
    invoice,
)
from ecriture.core.settings import DefaultAccounts
from ecriture.store import demonstration, models
from ecriture.store.batches import is_live
from ecriture.store.books import (
    MOST_CENTS,
    ChangedMeanwhile,
    Changes,
    Live,
    TooLarge,
    Unknown,
    record,
    used_items,
)
from ecriture.store.catalogue import change_items, items_named
from ecriture.store.charts import accounts_named, chart_of, put_chart
from ecriture.store.demonstration import BOREAL, make_demonstration
from ecriture.store.locking import Removed
from ecriture.store.models import AuditRecord, Company, Membership
from ecriture.store.removal import remove
from ecriture.store.settings import change, settings_of
from ecriture.store.transfer import cancel, export
from ecriture.store.transfer import plan as pending
from ecriture.store.units import books_of
from ecriture.transfer import inputs, plan, read
from server_world import World, other_company, put

LINE = RowKey(RowKind.LINE)
JANUARY_5 = date(2026, 1, 5)
MARCH = date(2026, 3, 31)


def sale(number: str, cents: int = 1000, *, customer: str = "", status: Status = Status.FINAL) -> Document:
    return invoice(number, JANUARY_5, [(LINE, cents)], customer=customer, status=status)


def credit(number: str, applies_to: str = "") -> Document:
    return sale(number)._replace(kind=DocumentKind.CREDIT_NOTE, applies_to=applies_to)


def payment(number: str, *documents: str, kind: PaymentKind = PaymentKind.PAYMENT) -> Payment:
    rows = tuple(PaymentRow(document, 1000) for document in documents or ("",))
    return Payment(number, kind, Status.FINAL, date(2026, 1, 20), "", "card", "", rows)


def plain(books: Books) -> list[Unit]:
    """The units without what only a file has: the row they stood on."""
    return [unit._replace(row=0) for unit in books.units]


def all_of(company: Company, kind: type[models.Document] | type[models.Payment]) -> Iterator[tuple[str, bool]]:
    return iter(kind.objects.filter(company=company).values_list("number", "touched"))


def touched(company: Company) -> set[str]:
    """The numbers of all touched units."""
    return {it for kind in (models.Document, models.Payment) for it, is_so in all_of(company, kind) if is_so}


def untouch(company: Company) -> None:
    models.Document.objects.filter(company=company).update(touched=False)
    models.Payment.objects.filter(company=company).update(touched=False)


@pytest.fixture
def company(world: World) -> Company:
    """One without documents yet."""
    return other_company(world.owner)


# As they were


def test_what_was_recorded_comes_back_in_its_order(world: World) -> None:
    files = read(company=BOREAL / "company.toml", documents=BOREAL / "documents.csv", payments=BOREAL / "payments.csv")
    assert plain(books_of(world.company)) == plain(files.books)


def test_a_discount_is_positive_in_the_table_and_reduces_the_total_in_the_core(company: Company) -> None:
    rows = [(RowKey(RowKind.LINE, "A"), 10000), (RowKey(RowKind.DISCOUNT), 1500), (LINE, -200)]
    kept = invoice("F-1", JANUARY_5, rows)
    assert kept.amounts == (10000, -1500, -200)
    put(company, kept)
    found = models.DocumentRow.objects.filter(company=company).order_by("position")
    assert list(found.values_list("kind", "code", "amount_cents")) == [
        *[("line", "A", 10000), ("discount", "", 1500), ("line", "", -200)]
    ]
    assert models.Document.objects.get(company=company).total_cents == kept.total_cents == 8300
    assert books_of(company).documents == {"F-1": kept}


@pytest.mark.parametrize("kind", PaymentKind)
def test_a_row_of_a_payment_comes_back_with_all_that_it_says(company: Company, kind: PaymentKind) -> None:
    """Its tip too, and the fee of a refund that was given back."""
    fee_cents = 500 if kind is PaymentKind.PAYMENT else -500
    rows = (
        PaymentRow("F-1", 12500, fee_cents, rounding_cents=-1, tip_cents=2000, applied=date(2026, 2, 1)),
        PaymentRow("", 1000, tip_cents=1000),
        PaymentRow("F-2", 100),
    )
    kept = Payment("P-1", kind, Status.FINAL, date(2026, 1, 20), "Lise", "card", "PAYOUT-7", rows)
    put(company, kept, payment("P-0"))
    assert [*books_of(company).payments.values()] == [kept, payment("P-0")]


def test_a_payment_without_rows_comes_back(company: Company) -> None:
    put(company, payment("P-1")._replace(rows=()), payment("P-2"))
    assert [len(it.rows) for it in books_of(company).payments.values()] == [0, 1]


def test_the_tables_give_the_same_plan_as_the_files(world: World) -> None:
    """The one core: a company in the application wants exactly what its files want."""
    found = read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=BOREAL / "payments.csv",
        chart=BOREAL / "chart.csv",
    )
    kept = books_of(world.company)
    ours = inputs(
        settings_of(world.company),
        documents=kept.documents.values(),
        payments=kept.payments.values(),
        chart=chart_of(world.company),
    )
    assert [*plan(ours).entries] == [*plan(replace(found, problems=())).entries]


# All or none


def test_what_is_done_is_told_once_in_the_audit_log(world: World, company: Company) -> None:
    put(company, sale("F-1"), sale("F-2"), sale("F-3"), sale("F-4"))
    before = AuditRecord.objects.filter(company=company).count()
    done = record(
        company,
        Changes(
            [sale("F-1"), sale("F-2", 2500), sale("F-5")], void=[UnitId(DOCUMENT, "F-3")], deleted=[sale("F-4").id]
        ),
        by=None,
        source="janvier.csv",
    )
    assert [[number for _, number in units] for units in done] == [["F-5"], ["F-2"], ["F-3"], ["F-4"]]
    assert [*books_of(company).documents] == ["F-1", "F-2", "F-3", "F-5"]
    assert books_of(company).documents["F-3"] == sale("F-3", status=Status.VOID)
    assert books_of(company).documents["F-2"] == sale("F-2", 2500)
    found = AuditRecord.objects.filter(company=company).order_by("-at", "-id")
    assert found.count() == before + 1
    assert (found[0].area, found[0].action, found[0].subject) == ("books", "books-recorded", "janvier.csv")
    assert found[0].changes == [
        ["document.rows F-2", "line 10.00", "line 25.00"],
        ["document F-5", "", "invoice · final · 2026-01-05 · line 10.00"],
        ["document.status F-3", "final", "void"],
        ["document F-4", "invoice · final · 2026-01-05 · line 10.00", ""],
    ]


def test_nothing_new_is_nothing_done(company: Company) -> None:
    put(company, sale("F-1"), payment("P-1", "F-1"))
    untouch(company)
    before = AuditRecord.objects.count()
    assert not record(company, Changes([sale("F-1")._replace(row=7), payment("P-1", "F-1")]), by=None, source="again")
    assert (AuditRecord.objects.count(), touched(company)) == (before, set())


@pytest.mark.parametrize(
    "unfit",
    [
        sale("F" * 201),
        sale("F-2", customer="x" * 201),
        sale("F-2", customer="a\x00b"),
        sale("F-2", customer="\ud800"),
        sale("F-2", MOST_CENTS + 1),
        invoice("F-2", JANUARY_5, [(LINE, MOST_CENTS), (LINE, 1)]),
        invoice("F-2", JANUARY_5, [(RowKey(RowKind.LINE, "x" * 101), 1000)]),
        payment("P-1", "F" * 201),
        payment("P-1")._replace(method="x" * 101),
        payment("P-1")._replace(rows=(PaymentRow("", MOST_CENTS + 1),)),
    ],
)
def test_what_a_database_cannot_hold_is_refused_on_both_alike(company: Company, unfit: Unit) -> None:
    with pytest.raises(TooLarge) as refused:
        record(company, Changes([sale("F-1"), unfit]), by=None, source="x")
    assert refused.value.units == (unfit.id,)
    assert not books_of(company).documents
    fitting = (
        sale("F" * 200, customer="x" * 200),
        invoice("F", JANUARY_5, [(RowKey(RowKind.LINE, "x" * 100), MOST_CENTS)]),
    )
    put(company, *fitting)
    assert [*books_of(company).documents.values()] == [*fitting]


def test_the_largest_amounts_are_transferred(company: Company) -> None:
    """A batch adds them up, and so does a plan what batches hold of one document."""
    accounts = DefaultAccounts(invoice_debit="1201", invoice_credit="4000")
    change(company, None, lambda it: replace(it, accounts=accounts), area="accounting")
    put(company, sale("F-1", MOST_CENTS), sale("F-2", MOST_CENTS))
    batch = export(company, MARCH, pending(company, MARCH).fingerprint, None)
    assert batch.debit_cents == 2 * MOST_CENTS
    put(company, sale("F-1", -MOST_CENTS))
    found = pending(company, MARCH)
    assert [sum(abs(line.amount_cents) for line in entry.lines) for entry in found.plan.entries] == [4 * MOST_CENTS]
    assert 9000 * MOST_CENTS < 2**63


@pytest.mark.parametrize("number", ["F\x00", "F\ud800", "F" * 300])
def test_no_number_is_too_strange_to_be_unknown(company: Company, number: str) -> None:
    for kind in (DOCUMENT, PAYMENT):
        for changes in (Changes(void=[UnitId(kind, number)]), Changes(deleted=[UnitId(kind, number)])):
            with pytest.raises(Unknown):
                record(company, changes, by=None, source="x")


def test_a_source_may_have_a_name_that_the_system_could_not_read(company: Company) -> None:
    record(company, Changes([sale("F-1")]), by=None, source="caf\udce9\x00.csv")
    assert AuditRecord.objects.get(company=company, area="books").subject == "caf\ufffd\ufffd.csv"


def test_nothing_is_written_for_a_company_that_was_removed_meanwhile(company: Company) -> None:
    stale = Company.objects.get(pk=company.pk)
    remove(company, by=None)
    for write in (
        lambda: record(stale, Changes([sale("F-1")]), by=None, source="x"),
        lambda: export(stale, MARCH, "", None),
        lambda: cancel(stale, 1, None, reason="x"),
        lambda: change(stale, None, lambda it: it, area="accounting"),
        lambda: change_items(stale, None, ["X"], lambda it: it),
        lambda: put_chart(stale, [], None),
    ):
        with pytest.raises(Removed):
            write()


def test_a_demonstration_is_made_whole_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = world.people["stranger"]
    monkeypatch.setattr(demonstration, "export", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_demonstration(owner)
    assert not Membership.objects.filter(user=owner).exists()


def test_what_is_not_there_cannot_be_void_or_deleted(company: Company) -> None:
    for changes in (Changes(void=[UnitId(DOCUMENT, "F-1")]), Changes(deleted=[UnitId(PAYMENT, "P-1")])):
        with pytest.raises(Unknown):
            record(company, Changes([sale("F-2")], *changes[1:]), by=None, source="x")
    assert not books_of(company).documents


def test_a_unit_is_named_once(company: Company) -> None:
    with pytest.raises(ValueError, match="twice"):
        record(company, Changes([sale("F-1"), sale("F-1", 5)]), by=None, source="x")
    record(company, Changes([sale("1"), payment("1")]), by=None, source="a document and a payment are two units")


def test_a_change_that_somebody_made_meanwhile_is_not_undone(company: Company) -> None:
    put(company, sale("F-1"))
    seen = {sale("F-1").id: sale("F-1")}
    put(company, sale("F-1", 2000))
    with pytest.raises(ChangedMeanwhile):
        record(company, Changes([sale("F-1", 3000)]), by=None, source="x", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        record(company, Changes([sale("F-1", 3000)]), by=None, source="x", seen={sale("F-1").id: None})
    assert books_of(company).documents["F-1"] == sale("F-1", 2000)
    record(company, Changes([sale("F-1", 3000)]), by=None, source="x", seen={sale("F-1").id: sale("F-1", 2000)})
    assert books_of(company).documents["F-1"] == sale("F-1", 3000)


def test_a_changed_unit_keeps_its_place_and_its_neighbours(company: Company) -> None:
    put(company, sale("F-1"), sale("F-2"), payment("P-1", "F-1"))
    more = invoice("F-1", JANUARY_5, [(LINE, 100), (RowKey(RowKind.TAX, "GST"), 5)])
    put(company, sale("F-3"), more)
    assert [*books_of(company).documents.values()] == [more, sale("F-2"), sale("F-3")]
    assert models.Document.objects.get(company=company, number="F-3").position == 3


# What a live batch holds


@pytest.fixture
def transferred(world: World) -> Company:
    """Boréal with its first quarter transferred."""
    export(world.company, MARCH, pending(world.company, MARCH).fingerprint, None)
    world.company.refresh_from_db()
    return world.company


def test_what_a_live_batch_holds_is_not_deleted(transferred: Company) -> None:
    number = next(iter(books_of(transferred).documents))
    unit = UnitId(DOCUMENT, number)
    with pytest.raises(Live) as refused:
        record(transferred, Changes(deleted=[unit]), by=None, source="x")
    assert refused.value.units == (unit,)
    cancel(transferred, 1, None, reason="refused")
    assert record(transferred, Changes(deleted=[unit]), by=None, source="x").deleted == (unit,)


def test_the_database_itself_keeps_its_number(transferred: Company) -> None:
    row = (
        models.Payment.objects.filter(company=transferred, number="P-1").first()
        or models.Payment.objects.filter(company=transferred)[0]
    )
    with pytest.raises(DatabaseError, match="a live batch holds it"), transaction.atomic():
        models.Payment.objects.filter(pk=row.pk).update(number="P-renumbered")
    models.Payment.objects.filter(pk=row.pk).update(customer="somebody else")
    cancel(transferred, 1, None, reason="refused")
    models.Payment.objects.filter(pk=row.pk).update(number="P-renumbered")


# What a change touches


def test_a_change_touches_what_it_could_move(company: Company) -> None:
    put(
        company,
        *(sale(number) for number in ("F-1", "F-2", "F-3", "F-4")),
        *(credit("C-1", "F-1"), credit("C-2", "F-2"), credit("C-3")),
        *(payment("P-1", "F-1"), payment("P-2", "F-2", "F-3"), payment("P-3", "F-3"), payment("P-4")),
        *(payment("R-1", "C-1", kind=PaymentKind.REFUND), payment("R-3", "C-3", kind=PaymentKind.REFUND)),
    )
    changes: list[tuple[Changes, set[str]]] = [
        (Changes([sale("F-1", 2000)]), {"F-1", "C-1", "P-1", "R-1"}),  # what names it, and what names its credit note
        (Changes([sale("F-3", 2000)]), {"F-3", "P-2", "P-3"}),
        (Changes([payment("P-4", "F-4")]), {"P-4", "F-4"}),
        (Changes([payment("P-2", "F-1")]), {"P-2", "F-2", "F-3", "F-1"}),  # named before and after
        (Changes([credit("C-2", "F-4")]), {"C-2", "F-2", "F-4"}),
        (Changes(void=[credit("C-3").id]), {"C-3", "R-3"}),
        (Changes(deleted=[sale("F-1").id]), {"C-1", "P-1", "P-2", "R-1"}),
        (Changes([sale("F-1")]), {"F-1", "C-1", "P-1", "P-2", "R-1"}),  # those that named what was not there
    ]
    for change_of, expected in changes:
        untouch(company)
        record(company, change_of, by=None, source="x")
        assert touched(company) == expected, change_of


def test_a_neighbour_is_not_touched(world: World, company: Company) -> None:
    other = other_company(world.owner, "Clinique du Parc")
    for it in (company, other):
        put(it, sale("F-1"), payment("P-1", "F-1"))
    untouch(other)
    put(company, sale("F-1", 3000))
    record(company, Changes(deleted=[payment("P-1").id]), by=None, source="x")
    assert (touched(other), plain(books_of(other))) == (set(), [sale("F-1"), payment("P-1", "F-1")])


# What documents use


def test_items_that_documents_use(world: World, company: Company) -> None:
    assert used_items(world.company, ["MENAGE", "VITRES", "RIEN", "GST"]) == {"MENAGE", "VITRES"}
    assert used_items(company, ["MENAGE"]) == frozenset()
    assert used_items(world.company, []) == frozenset()


def test_the_demonstration_is_made_once_for_a_person(world: World) -> None:
    stranger = world.people["stranger"]
    found = make_demonstration(stranger)
    assert make_demonstration(stranger) == found
    assert [*models.Batch.objects.filter(company=found).values_list("number", "state")] == [(1, "confirmed")]


def test_what_no_database_takes_is_nothing_that_is_there(company: Company) -> None:
    for text in ("\0", "F-1\0", "\ud800"):
        assert is_live(company, [UnitId(UnitKind.DOCUMENT, text)]) == frozenset()
        assert items_named(company, [text]) == {}
        assert not accounts_named(company, [text])
        assert used_items(company, [text]) == frozenset()
