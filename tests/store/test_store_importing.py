"""Importing: what a file would do, storing it as one act, undoing it, and a source that owns its numbers."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import BytesIO
from random import Random

import pytest

import wide_books
from ecriture import transfer
from ecriture.core.documents import (
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
)
from ecriture.sources.books_file import read_books_file
from ecriture.sources.mapping import read_mapping
from ecriture.sources.mapping.shipped import all_shipped
from ecriture.store import models
from ecriture.store.books import Changes, OfAnother, record
from ecriture.store.importing import EffectChanged, NotUndone, effect_of, store, undo
from ecriture.store.models import Company, Import
from ecriture.store.settings import make_company, settings_of
from ecriture.store.transfer import export, plan
from ecriture.store.units import books_of
from ecriture.store.uploads import Gone, Kind, keep_of
from reference import random_books
from server_world import World

LINE = RowKey(RowKind.LINE, "")
END = date(2026, 12, 31)


@pytest.fixture
def company(world: World) -> Company:
    return world.company


def invoice(number: str, cents: int = 10000, **more: object) -> Document:
    made = Document(number, DocumentKind.INVOICE, Status.FINAL, date(2026, 3, 2), "Ô", "", (LINE,), (cents,))
    return made._replace(**more)  # type: ignore[arg-type] # fields of a document


def paid(number: str, document: str, cents: int = 10000) -> Payment:
    row = PaymentRow(document, cents, 100, 0, 50, date(2026, 3, 4))
    return Payment(number, PaymentKind.PAYMENT, Status.FINAL, date(2026, 3, 3), "", "card", "po_1", (row,))


def stored(company: Company, *units: Unit, origin: str = "") -> Import:
    company.refresh_from_db()
    effect = effect_of(company, units, origin)
    upload = keep_of(company, None, Kind.BOOKS, "a.csv", b"x", shows=effect.fingerprint)
    return store(company, units, origin=origin, by=None, upload=upload, fingerprint=effect.fingerprint)


def numbers(units: "tuple[Unit, ...]") -> list[str]:
    return [unit.number for unit in units]


def test_what_a_file_would_do(company: Company) -> None:
    same, other = invoice("I-1"), invoice("I-2")
    stored(company, same, other)
    effect = effect_of(company, [same, replace_amount(other, 500), paid("Q-1", "I-1")], "")
    assert numbers(effect.new) == ["Q-1"]
    assert [(before.number, after) for before, after in effect.changed] == [("I-2", replace_amount(other, 500))]
    assert effect.unchanged == 1
    assert not effect.transferred
    assert not effect_of(company, [same, other], "")


def replace_amount(document: Document, cents: int) -> Document:
    return document._replace(amounts=(cents,))


def test_it_is_stored_as_one_act_with_its_file_and_cannot_be_stored_twice(company: Company) -> None:
    before = models.AuditRecord.objects.filter(company=company).count()
    units: list[Unit] = [invoice("I-1"), paid("Q-1", "I-1")]
    effect = effect_of(company, units, "")
    upload = keep_of(company, None, Kind.BOOKS, "mars.csv", b"x", shows=effect.fingerprint)
    made = store(company, units, origin="", by=None, upload=upload, fingerprint=effect.fingerprint)
    assert (made.new, made.changed, made.name) == (2, 0, "mars.csv")
    assert models.AuditRecord.objects.filter(company=company).count() == before + 1
    upload.refresh_from_db()
    assert upload.record is not None
    with pytest.raises(Gone):
        store(company, units, origin="", by=None, upload=upload, fingerprint=effect.fingerprint)


def test_what_is_not_what_somebody_looked_at_is_not_stored(company: Company) -> None:
    effect = effect_of(company, [invoice("I-1")], "")
    upload = keep_of(company, None, Kind.BOOKS, "a.csv", b"x", shows=effect.fingerprint)
    record(company, Changes([invoice("I-1", 5)]), by=None, source="somebody else")
    with pytest.raises(EffectChanged):
        store(company, [invoice("I-1")], origin="", by=None, upload=upload, fingerprint=effect.fingerprint)
    assert books_of(company).documents["I-1"].amounts == (5,)


def test_a_source_owns_its_numbers(company: Company) -> None:
    stored(company, invoice("I-1"), paid("Q-1", "I-1"), origin="Jobber")
    for units in ([invoice("I-1", 5)], [paid("Q-1", "I-1")]):  # even if it is the same
        effect = effect_of(company, units, "Square")
        assert list(effect.of_others.values()) == ["Jobber"]
        upload = keep_of(company, None, Kind.BOOKS, "a.csv", b"x", shows=effect.fingerprint)
        with pytest.raises(EffectChanged):
            store(company, units, origin="Square", by=None, upload=upload, fingerprint=effect.fingerprint)
    with pytest.raises(OfAnother):
        record(company, Changes([invoice("I-1", 5)]), by=None, source="a.csv", origin="")
    assert books_of(company).documents["I-1"].amounts == (10000,)
    assert stored(company, invoice("I-1", 5), origin="Jobber").changed == 1


def test_an_import_is_undone_whole(company: Company) -> None:
    stored(company, invoice("I-1"), paid("Q-1", "I-1"))
    before = books_of(company)
    made = stored(company, invoice("I-1", 7, applies_to="x"), invoice("I-2"), paid("Q-1", "I-2"), paid("Q-2", ""))
    assert books_of(company) != before
    undone = undo(company, made.pk, by=None)
    assert undone.undone_at is not None
    after = books_of(company)
    assert dict(after.documents) == dict(before.documents)
    assert dict(after.payments) == dict(before.payments)
    with pytest.raises(Import.DoesNotExist):
        undo(company, made.pk, by=None)


def test_an_import_is_not_undone_of_which_something_was_transferred_or_changed_since(company: Company) -> None:
    made, later = stored(company, invoice("I-1"), invoice("I-3")), stored(company, invoice("I-2"))
    record(company, Changes([invoice("I-3", 1)]), by=None, source="somebody else")
    company.refresh_from_db()
    export(company, END, plan(company, END).fingerprint, None, skip_invalid=True)
    with pytest.raises(NotUndone) as refused:
        undo(company, made.pk, by=None)
    documents = [UnitId(UnitKind.DOCUMENT, number) for number in ("I-1", "I-3")]
    assert (list(refused.value.live), list(refused.value.changed)) == (documents, documents[1:])
    with pytest.raises(NotUndone):
        undo(company, later.pk, by=None)
    assert "I-2" in books_of(company).documents


def test_nobody_undoes_an_import_of_another_company(company: Company, world: World) -> None:
    from server_world import other_company

    made = stored(company, invoice("I-1"))
    with pytest.raises(Import.DoesNotExist):
        undo(other_company(world.owner), made.pk, by=None)


def test_a_file_is_read_by_its_header(company: Company) -> None:
    settings = settings_of(company)
    mappings = [read.mapping for _, read in all_shipped()]
    ours = b"document,date,amount\nI-1,2026-03-02,10.00\n"
    received = b"paiement;date;document;montant\nQ-1;2026-03-03;I-1;10,00\n"
    assert [unit.id.kind for unit in read_books_file(BytesIO(ours), "a.csv", settings, mappings).units] == ["document"]
    assert [unit.id.kind for unit in read_books_file(BytesIO(received), "a.csv", settings, mappings).units] == [
        "payment"
    ]
    neither = read_books_file(BytesIO(b"a,b\n1,2\n"), "a.csv", settings, mappings)
    assert (neither.units, neither.origin) == ([], "")
    assert any(problem.code == "column-missing" for problem in neither.problems)


def test_each_shipped_mapping_recognises_its_own_file_and_says_its_program(company: Company) -> None:
    from pathlib import Path

    mappings = [read.mapping for _, read in all_shipped()]
    settings = replace(settings_of(company), currency="CAD")
    for name, read in all_shipped():
        folder = Path(__file__).parents[1] / "mappings" / name
        (file,) = (it for it in folder.iterdir() if it.stem == "export")
        found = read_books_file(BytesIO(file.read_bytes()), file.name, settings, mappings)
        assert found.mapping == read.mapping, name
        assert found.origin == read.mapping.source != "", name


@pytest.mark.parametrize("way", ["own", "wide"])
@pytest.mark.parametrize("seed", range(40))
def test_random_books_that_are_imported_give_the_entries_of_the_command(world: World, seed: int, way: str) -> None:
    """From files in our own columns, and through a mapping from one wide file.

    As far as the files are sound: what has an error is not stored, and the command leaves it out.
    """
    rng = Random(seed)  # noqa: S311 - the same books each time
    documents, payments = random_books.random_books(rng)
    given = transfer.read(
        company=random_books.random_company(rng).encode(), documents=documents.encode(), payments=payments.encode()
    )
    company = make_company(given.settings, owner=world.owner)
    mappings = [read.mapping for _, read in all_shipped()]
    for content in (
        (documents.encode(), payments.encode()) if way == "own" else (wide_books.beside(documents, payments),)
    ):
        its = mappings if way == "own" else [read_mapping(BytesIO(wide_books.mapping_beside().encode())).mapping]
        read = read_books_file(BytesIO(content), "a.csv", given.settings, its)
        stored(company, *read.units)
    company.refresh_from_db()
    with suppress(transfer.ThroughLocked, transfer.NothingToDate):
        by_files = transfer.plan(given)
        by_store = plan(company, by_files.through).plan
        faulty = {*given.books.faulty_documents, *given.books.faulty_payments}
        if not faulty:
            assert by_store.entries == by_files.entries
            assert sorted(by_store.kept_back) == sorted(by_files.kept_back)
