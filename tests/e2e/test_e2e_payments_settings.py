"""Settings → Payments in Chromium: methods with their accounts, and how the bank statement is ticked."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from server_world import World

HEADING = {"fr": "Paiements", "en": "Payments"}


def opened(page: Page, world: World, language: str = "fr") -> Page:
    page.goto(re.sub(r"/c/.*", f"/c/{world.company.pk}/settings/payments/", page.url))
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING[language])
    return page


@pytest.mark.parametrize(
    ("language", "method", "add", "bank"),
    [
        ("fr", "Virement Interac", "Ajouter les modes cochés", "Compte de banque, comme les paiements"),
        ("en", "E-transfer", "Add the ticked methods", "Chequing Bank Account, as payments"),
    ],
)
def test_a_common_method_is_added_by_keyboard(
    sign_in: SignIn, world: World, language: str, method: str, add: str, bank: str
) -> None:
    world.people["bookkeeper"].language = language
    world.people["bookkeeper"].save()
    page = opened(sign_in("bookkeeper"), world, language)
    page.get_by_role("checkbox", name=method, exact=True).press("Space")
    page.get_by_role("button", name=add).press("Enter")
    row = page.get_by_role("row", name=method)
    expect(row.get_by_role("combobox")).to_have_value("")
    expect(row.locator("output")).to_have_text(bank)


def test_an_account_in_the_table_is_found_by_a_word(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    field = page.get_by_role("row", name="Carte").get_by_role("combobox")
    field.fill("")
    field.press_sequentially("caisse")
    expect(page.locator(".listbox:visible [role=option]").first).to_contain_text("1050")
    field.press("ArrowDown")
    field.press("Tab")
    expect(field).to_have_value("1050")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("1 paiement en attente ira au compte 1050")


def test_a_refused_account_in_the_table_is_said_beside_it(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    row = page.get_by_role("row", name="Comptant")
    row.get_by_role("combobox").fill("1200")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Comptant · Compte de débit")
    expect(row).to_contain_text("1200")
    expect(row.get_by_role("combobox")).to_have_attribute("aria-invalid", "true")
    assert faults(page) == []


def test_the_bank_lines_are_chosen_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    page.get_by_role("radio", name=re.compile("Un seul total")).press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    expect(page.get_by_role("radio", name=re.compile("Une ligne par paiement"))).to_be_checked()


def test_the_page_is_accessible_and_fits_a_phone(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    for summary in page.locator("details.more > summary").all():
        summary.click()
    assert faults(page) == []
    look(page, "payments-settings")
    assert not overflows(page)


def test_a_reader_sees_and_cannot_change(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("reader"), world)
    expect(page.get_by_role("combobox").first).to_be_disabled()
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    assert faults(page) == []
