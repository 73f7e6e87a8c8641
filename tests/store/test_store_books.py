"""Documents and payments go into the tables and come back as they were; what waits is counted."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from ecriture.core.batches import BatchState
from ecriture.core.documents import Books, DocumentKind, PaymentKind, RowKey, RowKind, Status, UnitKind, invoice
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
    """The units without what only a file has: the row they stood on, and which of them share a form."""
    documents = [(it._replace(form=None, row=0), it.form.keys) for it in books.documents.values()]  # type: ignore[arg-type]
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
