"""An invoice, a deposit and a returned cheque in Chromium: typed by keyboard alone, in both languages, on a phone too."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store import models
from ecriture.store.units import books_of
from keyboard import Keyboard
from server_world import World


def opened(page: Page, world: World, name: str, *arguments: object) -> None:
    root = page.url.partition("/c/")[0]
    page.goto(root + reverse(name, args=[world.company.pk, *arguments]))


def test_an_invoice_is_typed_by_keyboard_alone(sign_in: SignIn, world: World) -> None:
    page = sign_in("office")
    opened(page, world, "new-document")
    assert faults(page) == []
    assert not overflows(page)
    keys = Keyboard(page)
    keys.write("Client", "Lise Tremblay", kind="[name=customer]")
    keys.write("Adresse du client", "12, rue du Parc")
    keys.write("Ligne 1 : Article", "MENAGE", kind="[name=line-0-item]")
    keys.write("Ligne 1 : Quantité", "2")
    keys.write("Ligne 1 : Prix unitaire", "70")
    expect(page.locator("#sums")).to_contain_text("160,97")  # the server said so, while one typed
    expect(page.locator("#cents-0")).to_have_text("140,00")
    with page.expect_response(lambda it: it.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(page.locator("[name=line-3-item]")).to_be_focused()
    expect(page.locator("[name=line-0-unit_price]")).to_have_value("70")
    look(page, "by-hand-document")
    keys.press("Rendre finale")
    expect(page.locator(".messages")).to_contain_text("Facture F-1009 est finale.")
    assert faults(page) == []
    look(page, "by-hand-document-final")
    assert books_of(world.company).documents["F-1009"].total_cents == 16097


def test_what_is_wrong_is_said_and_nothing_is_lost(sign_in: SignIn, world: World) -> None:
    page = sign_in("office")
    opened(page, world, "new-document")
    page.locator("[name=line-0-item]").fill("RIEN")
    page.locator("[name=line-0-unit_price]").fill("1,234")
    page.get_by_role("button", name="Enregistrer comme brouillon").click()
    expect(page.get_by_role("alert")).to_contain_text("Ligne 1 · Article")
    expect(page.locator("[name=line-0-unit_price]")).to_have_value("1,234")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "by-hand-document-wrong")


def test_a_deposit_is_taken_and_allocated_and_a_cheque_comes_back(sign_in: SignIn, world: World) -> None:
    page = sign_in("office")
    opened(page, world, "new-payment")
    assert faults(page) == []
    page.get_by_label("Client").fill("Nguyễn")
    with page.expect_response(lambda it: it.request.method == "POST"):
        page.get_by_label("Client").press("Tab")
    expect(page.locator("[name=share-0-document]")).to_have_value("F-1006")  # what is open of theirs
    page.locator("[name=method]").select_option("cash")
    page.locator("[name=share-1-amount]").fill("50,02")
    page.get_by_role("button", name="Arrondir le comptant").click()
    expect(page.locator("[name=share-1-rounding]")).to_have_value("0,02")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "by-hand-payment")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("Paiement P-1001 est enregistré.")
    page.get_by_role("link", name="Imputer le dépôt").click()
    page.get_by_label("Montant pour F-1006").fill("20")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "by-hand-allocate")
    page.get_by_role("button", name="Imputer").click()
    expect(page.locator(".messages")).to_contain_text("Le dépôt est imputé.")
    page.get_by_role("link", name="Retourné par la banque…").click()
    assert faults(page) == []
    look(page, "by-hand-returned")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("Remboursement R-1001 est enregistré.")


def test_the_question_before_a_void_in_english(sign_in: SignIn, world: World) -> None:
    world.people["office"].language = "en"
    world.people["office"].save()
    page = sign_in("office")
    opened(page, world, "void-document", models.Document.objects.get(company=world.company, number="F-1001").pk)
    expect(page.get_by_role("heading", level=1)).to_have_text("Void Invoice F-1001?")
    assert faults(page) == []
    look(page, "by-hand-void")
    opened(page, world, "new-document")
    expect(page.get_by_role("heading", level=1)).to_have_text("New invoice")
    assert faults(page) == []
