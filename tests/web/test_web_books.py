"""Documents and payments on their pages: where each stands and why, what it wants in the ledger, and its history."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ecriture.core.documents import (
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
)
from ecriture.core.settings import Settings
from ecriture.store import models
from ecriture.store.books import Changes, record
from ecriture.store.settings import change
from ecriture.store.standing import Stands, looked_at, standings_of
from ecriture.store.transfer import cancel, export, plan
from ecriture.web.views import books
from server_world import World, put
from standing_promise import MAY_STAND

SignedIn = Callable[[str], Client]
LINE, GST = RowKey(RowKind.LINE, ""), RowKey(RowKind.TAX, "GST")


def invoice(number: str, day: str, cents: int, **more: object) -> Document:
    made = Document(number, DocumentKind.INVOICE, Status.FINAL, date.fromisoformat(day), "A & B", "", (LINE,), (cents,))
    return made._replace(**more)  # type: ignore[arg-type] # fields of a document


def paid(number: str, day: str, document: str, cents: int, **more: object) -> Payment:
    row = PaymentRow(document, cents)
    made = Payment(number, PaymentKind.PAYMENT, Status.FINAL, date.fromisoformat(day), "", "card", "", (row,))
    return made._replace(**more)  # type: ignore[arg-type] # fields of a payment


def stands(world: World, number: str, kind: UnitKind = UnitKind.DOCUMENT) -> Stands:
    """Exactly, and as the list first says it: the second is never another one, unless it says that it waits."""
    model: type[Any] = models.Document if kind is UnitKind.DOCUMENT else models.Payment
    rows = list(model.objects.filter(company=world.company, number=number))
    world.company.refresh_from_db()
    at_once = standings_of(world.company, kind, rows)[number].stands
    exactly = looked_at(world.company, kind, [number]).standing(number).stands
    assert exactly in MAY_STAND.get(at_once, (at_once,))
    return exactly


def when_paid(world: World) -> None:
    def to(settings: Settings) -> Settings:
        return replace(settings, accounting=replace(settings.accounting, only_when_paid=True))

    change(world.company, None, to, area="accounting")


def transfer(world: World, through: str) -> int:
    world.company.refresh_from_db()
    day = date.fromisoformat(through)
    return export(world.company, day, plan(world.company, day).fingerprint, None, skip_invalid=True).number


def test_where_a_document_stands(world: World) -> None:
    assert stands(world, "F-1001") is Stands.PENDING
    transfer(world, "2026-02-28")
    assert stands(world, "F-1001") is Stands.TRANSFERRED
    assert stands(world, "F-1004") is Stands.VOID
    assert stands(world, "F-1005") is Stands.DRAFT
    put(world.company, invoice("S-1", "2026-03-02", 10000))
    assert stands(world, "S-1") is Stands.PENDING
    put(world.company, invoice("S-2", "2026-03-02", 10000, keys=(LINE, RowKey(RowKind.TAX, "X")), amounts=(10000, 500)))
    assert stands(world, "S-2") is Stands.KEPT_BACK
    number = transfer(world, "2026-03-31")
    assert stands(world, "S-1") is Stands.TRANSFERRED
    put(world.company, invoice("S-1", "2026-03-02", 9000))
    assert stands(world, "S-1") is Stands.CHANGED
    put(world.company, invoice("S-1", "2026-03-02", 10000))
    assert stands(world, "S-1") is Stands.TRANSFERRED
    record(world.company, Changes(void=[UnitId(UnitKind.DOCUMENT, "S-1")]), by=None, source="test")
    assert stands(world, "S-1") is Stands.CHANGED  # it is to be taken out of the ledger
    cancel(world.company, number, None, reason="test")
    assert stands(world, "S-1") is Stands.VOID


def test_where_documents_stand_that_wait_for_their_payment(world: World) -> None:
    transfer(world, "2026-02-28")
    when_paid(world)
    put(world.company, invoice("S-1", "2026-03-02", 10000), paid("Q-1", "2026-03-03", "S-1", 4000))
    found = looked_at(world.company, UnitKind.DOCUMENT, ["S-1"]).standing("S-1")
    assert (found.stands, found.kept_back and found.kept_back.why) == (Stands.KEPT_BACK, "unpaid")
    assert stands(world, "Q-1", UnitKind.PAYMENT) is Stands.KEPT_BACK
    put(world.company, paid("Q-2", "2026-03-04", "S-1", 6000))
    assert stands(world, "S-1") is Stands.PENDING
    assert stands(world, "Q-1", UnitKind.PAYMENT) is Stands.PENDING


# The pages


def page(client: Client, world: World, name: str, number: str) -> str:
    model = models.Document if name == "document" else models.Payment
    pk = model.objects.get(company=world.company, number=number).pk
    return client.get(reverse(name, args=[world.company.pk, pk])).content.decode()


def test_a_document_shows_its_lines_what_settles_it_and_the_setting_behind_each_account(
    world: World, signed_in: SignedIn
) -> None:
    put(world.company, invoice("S-1", "2026-03-02", 10000, keys=(LINE, GST), amounts=(10000, 500)))
    put(world.company, paid("Q-1", "2026-03-03", "S-1", 10500))
    text = page(signed_in("reader"), world, "document", "S-1")
    assert "A &amp; B" in text
    assert "Q-1" in text
    assert "Factures\N{NO-BREAK SPACE}: compte de crédit" in text  # no item, so the default revenue
    assert "TPS\N{NO-BREAK SPACE}: compte de crédit" in text
    assert "105,00" in text
    assert "à transférer" in text


def test_a_page_says_how_many_name_a_document_where_it_does_not_show_all(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_NAMING", 2)
    notes = [invoice(f"N-{n}", "2026-03-09", 1, kind=DocumentKind.CREDIT_NOTE, applies_to="I-1") for n in range(3)]
    put(world.company, invoice("I-1", "2026-03-02", 10000), *notes)
    put(world.company, *(paid(f"Q-{n}", "2026-03-05", "I-1", 100) for n in range(3)))
    client = signed_in("reader")
    shown = page(client, world, "document", "I-1")
    assert "Q-1" in shown
    assert ">Q-2<" not in shown
    for name, unit, count in (("payments", "Q-2", 3), ("documents", "N-2", 3)):
        address = f"{reverse(name, args=[world.company.pk])}?of=I-1"
        assert f'href="{address}"' in shown
        listed = client.get(address)
        assert f">{unit}<" in listed.content.decode()
        assert listed.context["listing"].sums["count"] == count
    monkeypatch.setattr(books, "MOST_NAMING", 3)
    assert "?of=I-1" not in page(client, world, "document", "I-1")


def test_an_invoice_says_what_is_left_to_pay(world: World, signed_in: SignedIn) -> None:
    note = invoice("N-1", "2026-03-02", 2500, kind=DocumentKind.CREDIT_NOTE, applies_to="S-1")
    void = paid("Q-2", "2026-03-03", "S-1", 5000, status=Status.VOID)
    tip = paid("Q-1", "2026-03-03", "", 0, rows=(PaymentRow("S-1", 3300, 0, 0, 300), PaymentRow("", 100)))
    put(world.company, invoice("S-1", "2026-03-02", 10000), note, void, tip)
    client = signed_in("reader")
    assert "45,00\N{NO-BREAK SPACE}$" in page(client, world, "document", "S-1")
    assert "Reste à payer" in page(client, world, "document", "S-1")
    assert "Reste à payer" not in page(client, world, "document", "N-1")


def test_a_file_adds_up_and_leaves_nothing_out(world: World, signed_in: SignedIn) -> None:
    note = invoice("S-9", "2026-03-02", 2500, kind=DocumentKind.CREDIT_NOTE, applies_to="S-0", customer="=1+1")
    documents = [invoice(f"S-{number}", "2026-03-02", 10000) for number in range(5)]
    rows = tuple(PaymentRow(f"S-{number}", 100) for number in range(5))
    back = paid("Q-9", "2026-03-03", "", 0, rows=rows, kind=PaymentKind.REFUND, method="cash")
    put(world.company, *documents, note, back)
    client = signed_in("reader")
    _, *found = file_rows(client, world, "documents-csv", "s-")
    assert sum(float(row[-1]) for row in found) == 475
    assert found[0][2] == "'=1+1"
    assert "S-0" in found[0][3]
    _, refund = file_rows(client, world, "payments-csv", "q-")
    assert refund[3:] == ["Comptant (remboursement)", "S-0, S-1, S-2, S-3, S-4", refund[5], "-5.00"]


def file_rows(client: Client, world: World, name: str, words: str) -> list[list[str]]:
    content = client.get(reverse(name, args=[world.company.pk]) + f"?q={words}").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_a_payment_from_before_the_start_date_waits_where_it_is_for_a_later_invoice(
    world: World, signed_in: SignedIn
) -> None:
    def to(settings: Settings) -> Settings:
        return replace(settings, accounting=replace(settings.accounting, start_date=date(2026, 3, 1)))

    change(world.company, None, to, area="accounting")
    put(world.company, invoice("S-1", "2026-03-02", 500), paid("Q-1", "2026-02-03", "S-1", 500))
    assert stands(world, "Q-1", UnitKind.PAYMENT) is Stands.PENDING
    client, address = signed_in("reader"), reverse("payments", args=[world.company.pk])
    waiting = {line.key for line in client.get(f"{address}?show=waiting").context["rows"]}
    opening = {line.key for line in client.get(f"{address}?show=opening").context["rows"]}
    assert "Q-1" in waiting - opening
    assert "P-9" in opening - waiting


def test_a_correction_shows_what_was_transferred_and_what_is_left(world: World, signed_in: SignedIn) -> None:
    put(world.company, invoice("S-1", "2026-03-02", 10000))
    number = transfer(world, "2026-03-31")
    put(world.company, invoice("S-1", "2026-03-02", 7500))
    answer = signed_in("office").get(
        reverse("document", args=[world.company.pk, models.Document.objects.get(number="S-1").pk])
    )
    ledger = answer.context["ledger"]
    assert {line.batch for line in ledger.transferred} == {number}
    for lines, cents in ((ledger.wanted, 7500), (ledger.transferred, 10000), (ledger.pending, 2500)):
        assert sum(line.cents for line in lines) == 0
        assert max(line.cents for line in lines) == cents
    text = answer.content.decode()
    assert "modifié depuis" in text
    assert "<del>" in text  # its history


def test_a_payment_shows_what_it_settles(world: World, signed_in: SignedIn) -> None:
    rows = PaymentRow("F-1001", 5000), PaymentRow("", 2000, 100, 0, 300)
    put(world.company, paid("Q-9", "2026-03-03", "", 0, rows=rows, bank_reference="<b>po_1</b>"))
    text = page(signed_in("reader"), world, "payment", "Q-9")
    assert "aucun\N{NO-BREAK SPACE}: un dépôt" in text
    assert "&lt;b&gt;po_1&lt;/b&gt;" in text
    assert "70,00" in text


def test_what_keeps_a_payment_back_is_said_once(world: World, signed_in: SignedIn) -> None:
    put(world.company, paid("Q-8", "2026-03-03", "F-999", 5000))
    assert page(signed_in("reader"), world, "payment", "Q-8").count("pour le document F-999, qui n’existe pas") == 1


def test_what_waits_is_looked_into_after_the_page(world: World, signed_in: SignedIn) -> None:
    put(world.company, invoice("S-2", "2026-03-02", 10500, keys=(LINE, RowKey(RowKind.TAX, "X")), amounts=(10000, 500)))
    client = signed_in("reader")
    answer = client.get(reverse("documents", args=[world.company.pk]) + "?q=s-2")
    assert "à moins d’être retenu" in answer.content.decode()
    states = client.get(answer.context["states"]).content.decode()
    pk = models.Document.objects.get(number="S-2").pk
    assert f'id="state-{pk}" hx-swap-oob="true"' in states
    assert "5,00" in states
    assert "Réglages → Factures" in states


def test_a_total_counts_credit_notes_off_and_leaves_drafts_and_void_ones_out(world: World, signed_in: SignedIn) -> None:
    one, other, none = (
        invoice("S-1", "2026-03-02", 10000),
        invoice("S-2", "2026-03-02", 999),
        invoice("S-3", "2026-03-02", 1),
    )
    note = invoice("S-4", "2026-03-02", 2500, kind=DocumentKind.CREDIT_NOTE, applies_to="S-1")
    put(world.company, one, other._replace(status=Status.DRAFT), none._replace(status=Status.VOID), note)
    answer = signed_in("reader").get(reverse("documents", args=[world.company.pk]) + "?q=s-")
    ((_, total),) = answer.context["totals"]
    assert total == "75,00\N{NO-BREAK SPACE}$"
    assert answer.context["listing"].count == 4


def test_filters_of_states_find_each_document_in_its_own(world: World, signed_in: SignedIn) -> None:
    put(world.company, invoice("S-1", "2026-03-02", 10000))
    transfer(world, "2026-03-31")
    put(world.company, invoice("S-1", "2026-03-02", 9000), invoice("S-2", "2026-03-02", 5))
    client, address = signed_in("reader"), reverse("documents", args=[world.company.pk])
    found = {
        show: {line.key for line in client.get(f"{address}?show={show}").context["rows"]}
        for show in ("waiting", "transferred", "changed", "draft", "void", "opening")
    }
    assert found["waiting"] == {"S-2"}
    assert found["changed"] == {"S-1"}
    assert found["draft"] == {"F-1005"}
    assert found["void"] == {"F-1004"}
    assert found["transferred"] >= {"F-1001", "F-1002"}
    assert found["opening"] == set()
