"""Documents and payments by hand, as a browser sends them: what is computed, what is kept, and what is never changed."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import wide_books
from ecriture import transfer
from ecriture.core.amounts import show_number
from ecriture.core.batches import NOTHING_TRANSFERRED
from ecriture.core.documents import (
    CREDIT_NOTE,
    FINAL,
    INVOICE,
    REFUND,
    Books,
    Document,
    Payment,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
)
from ecriture.core.money import plain
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.core.wants import Wants
from ecriture.store import audit, models
from ecriture.store.books import Changes, record
from ecriture.store.particulars import particulars_of
from ecriture.store.settings import change
from ecriture.store.transfer import plan
from ecriture.store.units import books_of
from ecriture.web.views import documents as views
from server_world import World, put
from web_forms import said, words_of
from wide_books import BOREAL

SignedIn = Callable[[str], Client]
LINE, GST, QST, HST = (
    RowKey(RowKind.LINE),
    RowKey(RowKind.TAX, "GST"),
    RowKey(RowKind.TAX, "QST"),
    RowKey(RowKind.TAX, "HST"),
)


@pytest.fixture
def office(world: World, signed_in: SignedIn) -> Client:
    return signed_in("office")


def address(world: World, name: str, *arguments: object) -> str:
    return reverse(name, args=[world.company.pk, *arguments])


def sent_by(page: Any) -> dict[str, str]:
    """What the page of a document sends when nothing is touched."""
    fields = {"kind": page.context["kind"], "seen": page.context["seen"], "proposed_for": ""}
    for form in (page.context["head"], *page.context["lines"]):
        fields |= {field.html_name: f"{'' if field.value() is None else field.value()}" for field in form}
    return {**fields, "proposed_for": fields.get("customer", "")}


def enter(client: Client, url: str, act: str = "final", **typed: object) -> Any:
    """Opens a page, types into some fields (`line_0_item` is `line-0-item`), and presses a button."""
    named = {re.sub("line_([0-9]+)_", r"line-\1-", name): f"{value}" for name, value in typed.items()}
    return client.post(url, {**sent_by(client.get(url)), **named, "act": act})


def document(world: World, number: str) -> Document:
    return books_of(world.company).documents[number]


def row(world: World, number: str) -> models.Document:
    return models.Document.objects.get(company=world.company, number=number)


def totals(page: Any) -> dict[str, int]:
    return {it.name: it.cents for it in page.context["sums"]}


# A document


def test_an_invoice_has_the_taxes_of_its_place_and_keeps_its_words(world: World, office: Client) -> None:
    answer = enter(
        office,
        address(world, "new-document"),
        customer="Gagné & fils, notaires",
        date="2026-03-02",
        address="12, rue du Parc\r\nQuébec",
        terms="Net 30 jours",
        line_0_item="menage",
        line_0_quantity="2",
        line_0_unit_price="70,00",
        line_2_description="Conseil",
        line_2_unit_price="1000",
    )
    assert answer["Location"] == address(world, "document", row(world, "F-1009").pk)  # after those of the files
    found = document(world, "F-1009")
    assert (found.kind, found.status, found.date) == (INVOICE, Status.FINAL, date(2026, 3, 2))
    assert dict(zip(found.keys, found.amounts, strict=True)) == {
        RowKey(RowKind.LINE, "MENAGE"): 14000,
        LINE: 100000,
        GST: 5700,  # on the sum, once: the golden case of posting.md
        QST: 11372,
    }
    kept = particulars_of(world.company, ["F-1009"])["F-1009"]
    assert kept[:4] == ("QC", "Net 30 jours", "12, rue du Parc\nQuébec", "fr")
    assert [tuple(it) for it in kept.rows[:2]] == [
        ("Entretien ménager résidentiel", "2", "70.00"),
        ("Conseil", "", "1000.00"),
    ]


def taxes_of(world: World, **rates: str) -> None:
    """Gives the company these taxes besides its own."""
    more = {code: Tax(code, "", "2310", (Rate(date(2010, 7, 1), Decimal(rate)),)) for code, rate in rates.items()}

    def to(settings: Settings) -> Settings:
        return replace(settings, taxes=frozen_mapping({**settings.taxes, **more}))

    change(world.company, None, to, area="invoices")


@pytest.mark.parametrize(
    ("place", "taxes"),
    [("QC", {GST: 500, QST: 998}), ("AB", {GST: 500}), ("ON", {HST: 1300}), ("exempt", {})],
)
def test_each_place_has_its_own_taxes(world: World, office: Client, place: str, taxes: Mapping[RowKey, int]) -> None:
    taxes_of(world, HST="13")
    enter(office, address(world, "new-document"), date="2026-03-02", place=place, line_0_unit_price="100.00")
    found = document(world, "F-1009")
    assert dict(zip(found.keys, found.amounts, strict=True)) == {LINE: 10000, **taxes}


def test_without_taxes_is_an_answer_by_hand_and_a_question_of_a_file(world: World, office: Client) -> None:
    def untaxed() -> list[object]:
        found = plan(world.company, date(2026, 12, 31)).plan.problems
        return [problem.params["units"] for problem in found if problem.code == "tax-missing"]

    before = untaxed()
    given = {"customer": "Luc", "date": "2026-03-02", "place": "exempt", "line_0_unit_price": "100.00"}
    enter(office, address(world, "new-document"), **given)
    assert untaxed() == before == []
    put(world.company, document(world, "F-1009")._replace(number="X-1"))
    assert untaxed() == [(("document", "X-1"),)]


def test_a_draft_of_a_file_is_finished_with_its_lines(world: World, office: Client) -> None:
    rows = (RowKey(RowKind.LINE, "MENAGE"), GST, QST)
    draft = Document("X-1", INVOICE, Status.DRAFT, date(2026, 3, 2), "Luc", "", rows, (10000, 500, 998))
    put(world.company, draft)
    enter(office, address(world, "edit-document", row(world, "X-1").pk))
    assert document(world, "X-1") == draft._replace(status=Status.FINAL)


def test_a_place_whose_tax_the_settings_lack_is_refused_with_the_remedy(world: World, office: Client) -> None:
    taxes_of(world, HST="13")
    answer = enter(office, address(world, "new-document"), date="2026-03-02", place="NS", line_0_unit_price="100")
    assert answer.status_code == 422
    assert "Nouvelle-Écosse a la taxe TVH 14 %" in words_of(answer)
    assert not models.Document.objects.filter(number="F-1009").exists()


def test_a_tax_is_on_the_lines_that_it_applies_to_less_the_discount_with_shipping(world: World, office: Client) -> None:
    def to(settings: Settings) -> Settings:
        exempt = Item("COURS", "Cours", credit="4100", taxes=frozenset())
        return replace(settings, items=frozen_mapping({**settings.items, "COURS": exempt}))

    change(world.company, None, to, area="items")
    enter(
        office,
        address(world, "new-document"),
        date="2026-03-02",
        discount="10",
        shipping="5",
        tip="3",
        line_0_item="COURS",
        line_0_unit_price="80",
        line_1_unit_price="100",
    )
    found = document(world, "F-1009")
    rows = dict(zip(found.keys, found.amounts, strict=True))
    assert (rows[GST], rows[QST], found.total_cents) == (475, 948, 8000 + 10000 - 1000 + 500 + 475 + 948 + 300)


def test_as_one_types_the_server_says_what_it_comes_to(world: World, office: Client) -> None:
    url = address(world, "new-document")
    fields = {**sent_by(office.get(url)), "date": "2026-03-02", "line-0-unit_price": "9,95", "line-0-quantity": "12"}
    part = office.post(url, {**fields, "act": "recalculate"}, headers={"HX-Request": "true", "HX-Target": "sums"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert '<span id="cents-0" hx-swap-oob="true">119,40</span>' in part.content.decode()
    assert totals(part) == {"Lignes": 11940, "TPS 5\N{NO-BREAK SPACE}%": 597, "TVQ 9,975\N{NO-BREAK SPACE}%": 1191}
    whole = office.post(url, {**fields, "line-1-unit_price": "x", "act": "recalculate"})  # without a script
    assert "<html" in whole.content.decode()
    assert (totals(whole), whole.context["wrong"]) == (totals(part), 0)
    assert sent_by(whole)["line-1-unit_price"] == "x"


def test_another_line_takes_the_focus_and_loses_nothing(world: World, office: Client) -> None:
    url = address(world, "new-document")
    fields = {**sent_by(office.get(url)), "line-2-unit_price": "7"}
    for headers in ({}, {"HX-Request": "true", "HX-Target": "lines"}):
        page = office.post(url, {**fields, "act": "line"}, headers=headers)
        assert len(page.context["lines"]) == 4
        focused = re.findall("<input[^>]* autofocus", page.content.decode())
        assert ["line-3-item" in it for it in focused] == [True]
        assert page.context["lines"][2]["unit_price"].value() == "7"


def test_a_customer_is_addressed_as_last_time(world: World, office: Client) -> None:
    url = address(world, "new-document")
    enter(office, url, customer="Jones", language="en", address="Main St", line_0_unit_price="1", place="exempt")
    fields = {**sent_by(office.get(url)), "customer": "Jones", "act": "recalculate"}
    page = office.post(url, fields, headers={"HX-Request": "true", "HX-Target": "buyer"})
    head = page.context["head"]
    assert [head[name].value() for name in ("place", "language", "address")] == ["exempt", "en", "Main St"]
    typed = {**fields, "proposed_for": "Jones", "address": "Other St"}
    assert office.post(url, typed).context["head"]["address"].value() == "Other St"  # it proposes once


def test_numbers_follow_one_another_by_kind(world: World, office: Client) -> None:
    url = address(world, "new-document")
    enter(office, url, number="2026-0099", line_0_unit_price="1")
    assert office.get(url).context["head"]["number"].value() == "2026-0100"
    put(world.company, document(world, "2026-0099")._replace(number="2026-0100"))
    assert office.get(url).context["head"]["number"].value() == "2026-0101"
    assert office.get(f"{url}?kind=credit_note").context["head"]["number"].value() == "N-1001"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"line_0_unit_price": "1,234"}, "peut se lire de deux façons"),
        ({"line_0_unit_price": "abc"}, "n’est pas un montant"),
        ({"line_0_description": "x"}, "Il manque le prix"),
        ({}, "au moins une ligne"),
        ({"line_0_unit_price": "1", "line_0_item": "RIEN"}, "L’article RIEN n’existe pas"),
        ({"line_0_unit_price": "999999999", "line_0_quantity": "999999999"}, "trop"),
        ({"line_0_unit_price": "1", "number": "F-1001"}, "Il y a déjà un document F-1001"),
        ({"line_0_unit_price": "1", "date": "2206-01-01"}, "à plus d’un an"),
        ({"line_0_unit_price": "1", "discount": "-1"}, "sous zéro"),
        (
            {"line_0_unit_price": "1", "kind": "credit_note", "applies_to": "F-1004"},
            "Il n’y a pas de facture finale F-1004",
        ),
        ({"line_0_unit_price": "-1", "kind": "credit_note"}, "moins que zéro"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(world: World, office: Client, typed: dict[str, str], fault: str) -> None:
    before = books_of(world.company)
    kind = typed.get("kind", "invoice")
    answer = enter(office, f"{address(world, 'new-document')}?kind={kind}", **typed)
    assert answer.status_code == 422
    assert fault in words_of(answer)
    assert books_of(world.company) == before


# Drafts, and what is final


def test_a_draft_is_changed_and_made_final_and_then_stays(world: World, office: Client) -> None:
    enter(office, address(world, "new-document"), "draft", line_0_unit_price="100", line_0_description="Un", tip="2")
    draft = row(world, "F-1009")
    edit = address(world, "edit-document", draft.pk)
    assert document(world, "F-1009").status is Status.DRAFT
    opened = sent_by(office.get(edit))
    assert (opened["line-0-description"], opened["line-0-unit_price"], opened["tip"]) == ("Un", "100,00", "2,00")
    assert enter(office, edit, line_0_unit_price="120").status_code == 302
    found = document(world, "F-1009")
    assert (found.status, found.amounts[0]) == (Status.FINAL, 12000)
    assert particulars_of(world.company, ["F-1009"])["F-1009"].rows[0].description == "Un"
    late = office.post(edit, {**opened, "act": "final"})
    assert late["Location"] == address(world, "document", draft.pk)
    assert document(world, "F-1009") == found
    assert models.Document.objects.get(pk=draft.pk).by_hand


def test_the_words_alone_can_change_and_the_history_says_so(world: World, office: Client) -> None:
    enter(office, address(world, "new-document"), "draft", line_0_unit_price="100", line_0_description="Un")
    draft = row(world, "F-1009")
    assert (
        enter(office, address(world, "edit-document", draft.pk), "draft", line_0_description="Deux").status_code == 302
    )
    page = words_of(office.get(address(world, "document", draft.pk)))
    assert "<del>Un · 100.00</del> Deux · 100.00" in page


def test_the_second_tab_of_a_draft_is_told(world: World, office: Client) -> None:
    enter(office, address(world, "new-document"), "draft", line_0_unit_price="100")
    edit = address(world, "edit-document", row(world, "F-1009").pk)
    first, second = (sent_by(office.get(edit)) for _ in range(2))
    assert office.post(edit, {**first, "terms": "Net 15", "act": "draft"}).status_code == 302
    answer = office.post(edit, {**second, "terms": "Net 60", "act": "draft"})
    assert answer.status_code == 409
    assert "Entre-temps, quelqu’un a modifié ce brouillon" in words_of(answer)
    assert row(world, "F-1009").terms == "Net 15"
    again = {**sent_by(answer), "act": "draft"}
    assert office.post(edit, again).status_code == 302  # told once, their answer counts
    assert row(world, "F-1009").terms == "Net 60"


def test_two_tabs_with_the_same_new_number_do_not_overwrite_each_other(world: World, office: Client) -> None:
    url = address(world, "new-document")
    tabs = [sent_by(office.get(url)) for _ in range(2)]
    answers = [
        office.post(url, {**tab, "line-0-unit_price": f"{at}", "act": "final"}) for at, tab in enumerate(tabs, 1)
    ]
    assert [it.status_code for it in answers] == [302, 422]
    assert document(world, "F-1009").amounts[0] == 100


def test_a_credit_note_has_the_lines_of_its_invoice_and_names_it(world: World, office: Client) -> None:
    invoice = row(world, "F-1003")
    url = f"{address(world, 'new-document')}?credit={invoice.pk}"
    assert enter(office, url, date="2026-03-02").status_code == 302
    note, credited = document(world, "N-1001"), document(world, "F-1003")
    assert (note.kind, note.applies_to, note.customer) == (CREDIT_NOTE, "F-1003", "Hélène Côté")
    assert note.total_cents == credited.total_cents
    assert dict(zip(note.keys, note.amounts, strict=True)) == dict(zip(credited.keys, credited.amounts, strict=True))


def test_a_void_document_keeps_its_lines_and_can_be_copied(world: World, office: Client) -> None:
    enter(office, address(world, "new-document"), line_0_unit_price="100", line_0_description="Un", customer="X")
    made = row(world, "F-1009")
    page = office.get(address(world, "void-document", made.pk))
    assert "dans aucun transfert" in words_of(page)
    voided = office.post(address(world, "void-document", made.pk), follow=True)
    assert said(voided) == ["Facture F-1009 est annulée."]
    assert document(world, "F-1009").status is Status.VOID
    assert particulars_of(world.company, ["F-1009"])["F-1009"].rows[0].description == "Un"
    assert enter(office, f"{address(world, 'new-document')}?copy={made.pk}").status_code == 302
    assert document(world, "F-1010") == document(world, "F-1009")._replace(
        number="F-1010", status=FINAL, date=document(world, "F-1010").date
    )


def drafted(world: World, office: Client) -> models.Document:
    enter(office, address(world, "new-document"), "draft", line_0_unit_price="100", customer="Léa")
    return row(world, "F-1009")


def test_a_draft_that_never_counted_is_deleted_and_its_number_given_again(world: World, office: Client) -> None:
    made = drafted(world, office)
    enter(office, address(world, "edit-document", made.pk), "draft", customer="Zoé")
    asked = office.get(address(world, "delete-document", made.pk))
    assert "Supprimer Facture F-1009" in words_of(asked)
    deleted = office.post(address(world, "delete-document", made.pk), follow=True)
    assert said(deleted)[-1] == "Facture F-1009 est supprimée."
    assert "F-1009" not in books_of(world.company).documents
    [change] = models.AuditRecord.objects.filter(company=world.company, area="books").latest("at").changes
    assert change[0] == "document F-1009"
    assert "Zoé" in change[1]
    again = drafted(world, office)
    office.post(address(world, "delete-document", again.pk))
    assert office.get(address(world, "delete-document", again.pk)).status_code == 404


def test_a_draft_that_came_with_very_many_others_is_deleted_too(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "AT_FIRST", 1)
    monkeypatch.setattr(audit, "IN_A_PART", 1)
    draft, final = (document(world, "F-1001")._replace(number=it) for it in ("L-2", "L-3"))
    put(world.company, final._replace(number="L-1"), draft._replace(status=Status.DRAFT), final)
    put(world.company, final._replace(status=Status.DRAFT))
    for number in ("L-2", "L-3"):
        office.post(address(world, "delete-document", row(world, number).pk))
    assert {"L-1", "L-2", "L-3"} & books_of(world.company).documents.keys() == {"L-1", "L-3"}, "L-3 counted once"


def test_a_draft_that_counted_once_or_that_something_names_stays(world: World, office: Client) -> None:
    made = drafted(world, office)
    put(world.company, document(world, "N-2001")._replace(number="N-2", applies_to="F-1009"))
    named = office.post(address(world, "delete-document", made.pk), follow=True)
    assert "N-2" in said(named)[-1]
    put(world.company, document(world, "N-2")._replace(status=Status.VOID))
    for status in (FINAL, Status.DRAFT):
        put(world.company, document(world, "F-1009")._replace(status=status))
    assert "Annulez" in said(office.post(address(world, "delete-document", made.pk), follow=True))[-1]
    final = row(world, "F-1001")
    assert office.get(address(world, "delete-document", final.pk)).status_code == 302
    assert {"F-1001", "F-1009"} <= books_of(world.company).documents.keys()


def test_a_draft_that_somebody_finalised_meanwhile_is_not_deleted(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = drafted(world, office)

    def finalised(company: models.Company, number: str) -> list[str]:
        """Between the question whether it may go and its deletion."""
        put(company, document(world, number)._replace(status=FINAL))
        return []

    before = views.before_of
    monkeypatch.setattr(views, "before_of", lambda *of: [before(*of), finalised(world.company, made.number)][0])
    assert "Entre-temps" in said(office.post(address(world, "delete-document", made.pk), follow=True))[-1]
    assert document(world, "F-1009").status is FINAL


def test_the_question_says_what_a_void_causes(world: World, office: Client) -> None:
    put(world.company, document(world, "N-2001")._replace(number="N-2", applies_to="F-1001"))
    page = words_of(office.get(address(world, "void-document", row(world, "F-1001").pk)))
    assert "Un paiement ou remboursement la nomme" in page
    assert "Une note de crédit la nomme" in page


def test_an_import_of_a_document_by_hand_loses_none_of_its_words(world: World, office: Client) -> None:
    enter(
        office,
        address(world, "new-document"),
        terms="Net 30",
        line_0_unit_price="100",
        line_0_description="Un",
        line_1_unit_price="50",
        line_1_description="Deux",
    )
    found = document(world, "F-1009")
    put(world.company, found._replace(amounts=(10000, 6000, *found.amounts[2:]), customer="Autre"))
    kept = particulars_of(world.company, ["F-1009"])["F-1009"]
    assert kept.terms == "Net 30"
    assert [it.description for it in kept.rows[:2]] == ["Un", ""]  # the second is not what it was


def test_another_kind_of_change_by_hand_says_who_and_what(world: World, office: Client) -> None:
    enter(office, address(world, "new-document"), line_0_unit_price="1", place="exempt", line_0_description="Un")
    record_of = models.AuditRecord.objects.filter(company=world.company).latest("at")
    assert record_of.who_name.startswith("Office")
    assert [path for path, *_ in record_of.changes] == [
        *("document F-1009", "document.place F-1009", "document.language F-1009", "document.words F-1009"),
    ]


def test_options_are_the_items_and_customers_that_have_the_words(world: World, office: Client) -> None:
    items = office.get(address(world, "item-options"), {"line-0-item": "vit"}).content.decode()
    assert items.strip() == '<option value="VITRES">Lavage de vitres</option>'
    assert "TAPIS" not in office.get(address(world, "item-options")).content.decode()  # archived
    customers = office.get(address(world, "customer-options"), {"customer": "gagne"}).content.decode()
    assert "Gagné &amp; fils, notaires" in customers


@pytest.mark.parametrize(("listed", "new"), [("documents", "new-document"), ("payments", "new-payment")])
def test_who_may_enter_sees_both_ways_in_from_the_lists(
    world: World, signed_in: SignedIn, listed: str, new: str
) -> None:
    ways = address(world, new), address(world, "imports")
    page = signed_in("office").get(address(world, listed)).content.decode()
    assert [f'href="{way}"' in page for way in ways] == [True, True]
    page = signed_in("reader").get(address(world, listed)).content.decode()
    assert [f'href="{way}"' in page for way in ways] == [False, False]


def test_what_was_voided_meanwhile_is_not_voided_again(world: World, office: Client) -> None:
    record(world.company, Changes(void=[UnitId(UnitKind.DOCUMENT, "F-1001")]), by=None, source="test")
    count = models.AuditRecord.objects.count()
    assert office.post(address(world, "void-document", row(world, "F-1001").pk)).status_code == 302
    assert models.AuditRecord.objects.count() == count


# A payment


def paid(client: Client, url: str, act: str = "save", **typed: object) -> Any:
    """Opens the page of a payment, types into some fields (`share_0_amount` is `share-0-amount`), and presses a button."""
    page = client.get(url)
    fields = {"kind": f"{page.context['kind']}", "offered_for": f"{page.context['head']['customer'].value() or ''}"}
    for form in (page.context["head"], *page.context["shares"]):
        fields |= {field.html_name: f"{'' if field.value() is None else field.value()}" for field in form}
    fields["method"] = fields["method"] or "cheque"
    named = {re.sub("share_([0-9]+)_", r"share-\1-", name): f"{value}" for name, value in typed.items()}
    return client.post(url, {**fields, **named, "act": act})


def payment(world: World, number: str) -> Payment:
    return books_of(world.company).payments[number]


def offered_in(page: Any) -> dict[str, int]:
    """The documents that a page offers, with what is left of each."""
    return {it["document"].value(): it.open_one.balance_cents for it in page.context["shares"] if it.open_one}


def test_the_open_documents_of_a_customer_are_offered_with_what_is_left(world: World, office: Client) -> None:
    url = address(world, "new-payment")
    enter(office, address(world, "new-document"), customer="Lise Tremblay", line_0_unit_price="100", place="exempt")
    page = office.post(url, {"customer": "Lise Tremblay", "act": "recalculate"})
    assert offered_in(page) == {"F-1009": 10000}  # the others of hers are settled
    assert (
        paid(office, f"{url}?document={row(world, 'F-1009').pk}", share_0_amount="40", method="cheque").status_code
        == 302
    )
    assert offered_in(office.post(url, {"customer": "Lise Tremblay", "act": "recalculate"})) == {"F-1009": 6000}
    assert offered_in(office.post(url, {"customer": "Lise Tremblay", "kind": "refund", "act": "recalculate"})) == {}


def test_a_credit_note_is_taken_off_its_invoice_and_what_is_too_much_is_offered_for_a_refund(
    world: World, office: Client
) -> None:
    record(world.company, Changes(void=[UnitId(UnitKind.PAYMENT, "P-5")]), by=None, source="test")
    url, customer = address(world, "new-payment"), "Gagné & fils, notaires"
    assert offered_in(office.post(url, {"customer": customer, "act": "recalculate"})) == {"F-1002": 10180}
    put(world.company, document(world, "N-2001")._replace(number="N-2", applies_to=""))
    page = office.post(url, {"customer": customer, "kind": "refund", "act": "recalculate"})
    assert offered_in(page) == {"N-2": -10061}


def test_a_payment_settles_documents_of_several_customers_with_all_that_it_has(world: World, office: Client) -> None:
    answer = paid(
        office,
        address(world, "new-payment"),
        method="card",
        date="2026-03-02",
        bank_reference="po_1",
        share_0_document="F-1006",
        share_0_amount="30.00",
        share_0_tip="1",
        share_0_fee="0,50",
        share_1_amount="12",
    )
    made = payment(world, "P-1001")
    assert answer["Location"] == address(
        world, "payment", models.Payment.objects.get(company=world.company, number="P-1001").pk
    )
    assert (made.date, made.method, made.bank_reference) == (date(2026, 3, 2), "card", "po_1")
    assert made.rows == (PaymentRow("F-1006", 3000, 50, 0, 100), PaymentRow("", 1200))


def test_cash_is_rounded_to_five_cents_on_request(world: World, office: Client) -> None:
    url = address(world, "new-payment")
    page = paid(office, url, "recalculate", method="cash", share_0_amount="29.95", share_1_amount="45.99")
    assert page.context["rounds"]
    page = paid(office, url, "round", method="cash", share_0_amount="29.95", share_1_amount="45.99")
    assert [page.context["shares"][1][name].value() for name in ("amount", "rounding")] == [
        show_number(4600, "fr"),
        show_number(-1, "fr"),
    ]
    assert (page.context["total_cents"], page.context["rounds"]) == (7595, False)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, "au moins un montant"),
        ({"share_0_amount": "1", "share_0_document": "F-1005"}, "Il n’y a pas de document final F-1005"),
        ({"share_0_amount": "1", "share_0_tip": "2"}, "ne peut pas le dépasser"),
        ({"share_0_fee": "1"}, "Il manque le montant"),
        ({"share_0_amount": "1", "share_0_fee": "-1"}, "sous zéro"),
        ({"share_0_amount": "1", "number": "P-1"}, "Il y a déjà un paiement P-1"),
        ({"share_0_amount": "1", "method": "or"}, "or"),
    ],
)
def test_what_is_wrong_with_a_payment_is_said(world: World, office: Client, typed: dict[str, str], fault: str) -> None:
    before = books_of(world.company)
    answer = paid(office, address(world, "new-payment"), **typed)
    assert answer.status_code == 422
    assert fault in words_of(answer)
    assert books_of(world.company) == before


def test_a_deposit_is_allocated_on_a_day_that_is_kept(world: World, office: Client) -> None:
    paid(office, address(world, "new-payment"), customer="Jones", date="2026-02-20", share_0_amount="50")
    enter(
        office,
        address(world, "new-document"),
        customer="Jones",
        date="2026-03-01",
        place="exempt",
        line_0_unit_price="30",
    )
    pk = models.Payment.objects.get(company=world.company, number="P-1001").pk
    url = address(world, "allocate-payment", pk)
    page = office.get(url)
    fields = {"seen": page.context["seen"], "day": "2026-03-03", "amount-0": "30"}
    assert office.post(url, {**fields, "amount-0": "51"}).status_code == 422
    assert office.post(url, {**fields, "seen": "x"}).status_code == 422
    assert office.post(url, fields).status_code == 302
    found = payment(world, "P-1001")
    assert found.rows == (PaymentRow("F-1009", 3000, applied=date(2026, 3, 3)), PaymentRow("", 2000))
    assert office.post(url, fields).status_code == 422  # the second tab
    assert payment(world, "P-1001") == found


def test_a_cheque_that_comes_back_is_a_refund_of_that_day(world: World, office: Client) -> None:
    row_of_cheque = models.Payment.objects.get(company=world.company, number="P-2")
    url = address(world, "return-payment", row_of_cheque.pk)
    fields = {"number": office.get(url).context["number"], "fee": "7,50"}
    assert office.post(url, {**fields, "date": "2026-01-30"}).status_code == 422  # before it was paid
    assert office.post(url, {**fields, "date": "2026-02-03"}).status_code == 302
    made = payment(world, "R-1001")
    assert (made.kind, made.date, made.method) == (REFUND, date(2026, 2, 3), "cheque")
    assert made.rows == (PaymentRow("F-1002", 20000, 750),)
    assert payment(world, "P-2").status is FINAL
    again = office.post(url, {**fields, "date": "2026-02-03"})  # the second press
    assert again.status_code == 422
    assert [it for it in books_of(world.company).payments if it.startswith("R-")] == ["R-1001"]


def test_a_void_payment_counts_for_nothing(world: World, office: Client) -> None:
    pk = models.Payment.objects.get(company=world.company, number="P-2").pk
    url = address(world, "void-payment", pk)
    assert "Annuler Paiement P-2" in words_of(office.get(url))
    assert said(office.post(url, follow=True)) == ["Paiement P-2 est annulé."]
    assert payment(world, "P-2").status is Status.VOID
    assert office.get(url).status_code == 302


# The company of the examples, entered by hand


def by_hand(world: World, unit: Document | Payment) -> dict[str, str]:
    """What somebody types for a document or payment of the files."""
    if isinstance(unit, Payment):
        names = {"amount": "amount_cents", "fee": "fee_cents", "rounding": "rounding_cents", "tip": "tip_cents"}
        typed = {"number": unit.number, "date": f"{unit.date}", "method": unit.method, "customer": unit.customer}
        for at, share in enumerate(unit.rows):
            typed[f"share_{at}_document"] = share.document
            typed |= {f"share_{at}_{name}": plain(getattr(share, field)) for name, field in names.items()}
        return {**typed, "bank_reference": unit.bank_reference}
    typed = {"number": unit.number, "date": f"{unit.date}", "customer": unit.customer, "applies_to": unit.applies_to}
    items = {key.code for key in unit.keys if key.kind is RowKind.LINE} - {"INCONNU"}
    for at, (key, cents) in enumerate(zip(unit.keys, unit.amounts, strict=True)):
        if key.kind is RowKind.LINE:
            typed |= {f"line_{at}_item": key.code if key.code in items else "", f"line_{at}_unit_price": plain(cents)}
        elif key.kind is not RowKind.TAX:
            typed[key.kind] = plain(abs(cents) if key.kind is RowKind.DISCOUNT else cents)
    return typed


def postings(world: World) -> Counter[tuple[object, ...]]:
    """What everything wants in the ledger: the unit, its own date, the account and the cents."""
    books = books_of(world.company)
    return postings_of(books, plan(world.company, date(2026, 12, 31), books).inputs.settings)


def postings_of(books: Books, settings: Settings) -> Counter[tuple[object, ...]]:
    wants = Wants(books, settings, through=date(2026, 12, 31), transferred=NOTHING_TRANSFERRED)
    found: Counter[tuple[object, ...]] = Counter()
    for want in wants:
        for part in want.parts:
            for choice, cents, _row in part.postings():
                found[want.unit.id, part.own_date, choice.account] += cents
    return found


def test_boreal_by_hand_wants_the_same_postings_as_from_its_files(world: World, office: Client) -> None:
    from_files, books = postings(world), books_of(world.company)
    everything = [*books.documents, *books.payments]
    assert len(from_files) > 50
    record(world.company, Changes(deleted=[unit.id for unit in books.units]), by=None, source="test")
    for made in books.documents.values():
        if made.status is FINAL:
            url = f"{address(world, 'new-document')}?kind={made.kind}"
            assert enter(office, url, **by_hand(world, made)).status_code == 302, made.number
    for received in books.payments.values():
        if received.status is FINAL:
            url = f"{address(world, 'new-payment')}?kind={received.kind}"
            assert paid(office, url, **by_hand(world, received)).status_code == 302, received.number
    world.company.refresh_from_db()
    assert {*books_of(world.company).documents, *books_of(world.company).payments} < {*everything}
    assert postings(world) == from_files


def test_boreal_through_a_mapping_wants_the_same_postings_as_given_to_the_command(world: World, office: Client) -> None:
    files = {name: BOREAL / f"{name}.csv" for name in ("documents", "payments", "chart")}
    given = transfer.read(company=BOREAL / "company.toml", **files)  # type: ignore[arg-type] # its own names
    by_command = postings_of(given.books, given.settings)
    assert postings(world) == by_command  # the files are in the store
    record(world.company, Changes(deleted=[it.id for it in books_of(world.company).units]), by=None, source="test")
    toml = f'name = "wide"\nsource = "wide"\n{wide_books.IN_COLUMNS}'
    models.Mapping.objects.create(company=world.company, name="wide", toml=toml)
    file = SimpleUploadedFile("wide.csv", wide_books.in_columns())
    preview = office.post(address(world, "imports"), {"file": file})["Location"]
    assert office.post(preview, {"asked": office.get(preview).context["choices"].shows}).status_code == 302
    assert models.Import.objects.filter(company=world.company, origin="wide").exists()
    assert postings(world) == by_command
