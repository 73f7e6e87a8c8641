"""Documents and payments go into the tables and come back as they were; what waits is counted."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from ecriture.core.batches import BatchState
from ecriture.core.documents import (
    Books,
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
from ecriture.store import models
from ecriture.store.books import (
    Waiting,
    books_of,
    has_live_batch,
    put_books,
    used_items,
    waiting_books,
    waiting_in,
)
from ecriture.store.demonstration import BOREAL, make_demonstration
from ecriture.store.models import Company
from ecriture.transfer import inputs, plan, read
from server_world import World, other_company, person


def boreal_files() -> Books:
    return read(
        company=BOREAL / "company.toml", documents=BOREAL / "documents.csv", payments=BOREAL / "payments.csv"
    ).books


def plain(books: Books) -> list[object]:
    """The units without what only a file has: the row they stood on."""
    documents = [it._replace(row=0) for it in books.documents.values()]
    return [*documents, *(it._replace(row=0) for it in books.payments.values())]


def batch(company: Company, state: BatchState, *numbers: str) -> models.Batch:
    """A batch that holds some documents."""
    made = models.Batch.objects.create(
        company=company,
        number=models.Batch.objects.filter(company=company).count() + 1,
        state=state,
        target="sage50-ca",
        through=date(2026, 1, 31),
        opening="sage",
        content=b"",
        sha256="",
        entries=[],
        exported_at=timezone.now(),
    )
    for number in numbers:
        models.BatchRecord.objects.create(
            company=company,
            batch=made,
            unit_kind=UnitKind.DOCUMENT,
            unit_number=number,
            unit_date=date(2026, 1, 5),
            accounts={},
            applied=[],
        )
    return made


def test_what_was_put_comes_back_in_its_order(world: World) -> None:
    assert plain(books_of(world.company)) == plain(boreal_files())


def test_a_discount_is_positive_in_the_table_and_reduces_the_total_in_the_core(world: World) -> None:
    company = other_company(world.owner)
    rows = [(RowKey(RowKind.LINE, "A"), 10000), (RowKey(RowKind.DISCOUNT), 1500), (RowKey(RowKind.LINE), -200)]
    put = invoice("F-1", date(2026, 1, 1), rows)
    assert put.amounts == (10000, -1500, -200)
    put_books(company, Books({put.number: put}))
    kept = models.DocumentRow.objects.filter(company=company).order_by("position")
    assert list(kept.values_list("kind", "code", "amount_cents")) == [
        *[("line", "A", 10000), ("discount", "", 1500), ("line", "", -200)]
    ]
    assert models.Document.objects.get(company=company).total_cents == put.total_cents == 8300
    assert books_of(company).documents == {"F-1": put}


@pytest.mark.parametrize("kind", PaymentKind)
def test_a_row_of_a_payment_comes_back_with_all_that_it_says(world: World, kind: PaymentKind) -> None:
    """Its tip too, and the fee of a refund that was given back."""
    company = other_company(world.owner)
    fee_cents = 500 if kind is PaymentKind.PAYMENT else -500
    rows = (
        PaymentRow("F-1", 12500, fee_cents, rounding_cents=-1, tip_cents=2000, applied=date(2026, 2, 1)),
        PaymentRow("", 1000, tip_cents=1000),
        PaymentRow("F-2", 100),
    )
    put = Payment("P-1", kind, Status.FINAL, date(2026, 1, 20), "Lise", "card", "PAYOUT-7", rows)
    put_books(company, Books(payments={put.number: put}))
    assert books_of(company).payments == {"P-1": put}
    assert [
        *models.PaymentRow.objects.filter(company=company).order_by("position").values_list("tip_cents", flat=True)
    ] == [*[2000, 1000, 0]]


def test_rows_of_before_the_column_of_tips_have_none(world: World) -> None:
    """What a database kept before migration 0003."""
    loader = MigrationLoader(connection)
    old, new = (
        loader.project_state(("store", name)).apps.get_model("store", "PaymentRow")
        for name in ("0002_audit_is_written_once", "0003_payment_tip")
    )
    names = {field.name for field in old._meta.get_fields()}
    assert {field.name for field in new._meta.get_fields()} - names == {"tip_cents"}
    assert new._meta.get_field("tip_cents").default == 0
    assert {row.tip_cents for payment in books_of(world.company).payments.values() for row in payment.rows} == {0}


def test_the_tables_give_the_same_plan_as_the_files(world: World) -> None:
    """The one core: a company in the application wants exactly what its files want."""
    found = read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=BOREAL / "payments.csv",
        chart=BOREAL / "chart.csv",
    )
    from ecriture.store.charts import chart_of
    from ecriture.store.settings import settings_of

    kept = books_of(world.company)
    ours = inputs(
        settings_of(world.company),
        documents=kept.documents.values(),
        payments=kept.payments.values(),
        chart=chart_of(world.company),
    )
    assert [*plan(ours).entries] == [*plan(replace(found, problems=())).entries]


def test_a_number_that_is_there_adds_nothing(world: World) -> None:
    before = plain(books_of(world.company))
    new = invoice("N-1", date(2026, 3, 1), [(RowKey(RowKind.LINE), 1000)])
    again = next(iter(books_of(world.company).documents.values()))
    with pytest.raises(IntegrityError):
        put_books(world.company, Books({new.number: new, again.number: again}))
    assert plain(books_of(world.company)) == before


def test_what_waits_is_what_no_live_batch_holds(world: World) -> None:
    company = world.company
    final = [it.number for it in books_of(company).documents.values() if it.status is Status.FINAL]
    assert waiting_in([company]) == {company.pk: waiting_in([company])[company.pk]}
    assert waiting_in([company])[company.pk].documents == len(final)
    held = batch(company, BatchState.EXPORTED, *final[:2])
    assert waiting_in([company])[company.pk].documents == len(final) - 2
    held.state = BatchState.CANCELLED
    held.save()
    assert waiting_in([company])[company.pk].documents == len(final)


def test_drafts_and_void_ones_do_not_wait(world: World) -> None:
    company = other_company(world.owner)
    rows = [(RowKey(RowKind.LINE), 1000)]
    put = [invoice(status.value, date(2026, 1, 1), rows, status=status) for status in Status]
    put_books(company, Books({it.number: it for it in put}))
    assert waiting_in([company])[company.pk] == Waiting(documents=1, payments=0, oldest=date(2026, 1, 1))


def test_each_company_waits_for_itself_in_two_queries(world: World, django_assert_num_queries: object) -> None:
    companies = [world.company, other_company(world.owner), other_company(world.owner, "Clinique du Parc")]
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = waiting_in(companies)
    assert found[companies[1].pk] == found[companies[2].pk] == Waiting()
    assert found[world.company.pk] != Waiting()


def test_a_batch_of_another_company_holds_nothing_here(world: World) -> None:
    neighbour = other_company(world.owner)
    number = next(iter(books_of(world.company).documents))
    batch(neighbour, BatchState.EXPORTED, number)
    assert not has_live_batch(world.company)
    assert number in waiting_books(world.company, most=100).documents  # type: ignore[union-attr]


def test_too_many_to_look_at_is_said(world: World) -> None:
    assert waiting_books(world.company, most=1) is None
    assert waiting_books(world.company, most=1000) is not None


def test_items_that_documents_use(world: World) -> None:
    assert used_items(world.company, ["MENAGE", "VITRES", "RIEN", "GST"]) == {"MENAGE", "VITRES"}
    assert used_items(other_company(world.owner), ["MENAGE"]) == frozenset()
    assert used_items(world.company, []) == frozenset()


def test_a_live_batch_is_one_that_is_not_cancelled(world: World) -> None:
    assert not has_live_batch(world.company)
    batch(world.company, BatchState.CANCELLED)
    assert not has_live_batch(world.company)
    batch(world.company, BatchState.CONFIRMED)
    assert has_live_batch(world.company)


def test_the_demonstration_is_made_once_for_a_person(db: None) -> None:
    somebody = person("helene")
    assert make_demonstration(somebody) == make_demonstration(somebody)
    assert Company.objects.count() == 1


def test_the_kinds_are_kept(world: World) -> None:
    kept = books_of(world.company)
    assert {it.kind for it in kept.documents.values()} == set(DocumentKind)
    assert {it.kind for it in kept.payments.values()} == set(PaymentKind)
