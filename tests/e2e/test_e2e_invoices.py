"""Settings → Invoices in Chromium: the taxes, their two accounts, their rates, by keyboard, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.models import DocumentRow, Tax
from server_world import World

HEADING = {"fr": "Factures", "en": "Invoices"}


def opened(page: Page, world: World, language: str = "fr") -> Page:
    page.goto(re.sub(r"/c/.*", f"/c/{world.company.pk}/settings/invoices/", page.url))
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADING[language])
    return page


def speak(world: World, language: str) -> None:
    world.people["bookkeeper"].language = language
    world.people["bookkeeper"].save()


def without_taxes(world: World) -> None:
    DocumentRow.objects.filter(company=world.company, kind="tax").delete()
    Tax.objects.filter(company=world.company).delete()


@pytest.mark.parametrize(
    ("language", "add", "tax", "state"),
    [("fr", "Ajouter ces taxes", "TVQ", "9,975\xa0% aujourd’hui"), ("en", "Add these taxes", "QST", "9.975% today")],
)
def test_the_taxes_of_the_province_are_added_after_a_look(
    sign_in: SignIn, world: World, language: str, add: str, tax: str, state: str
) -> None:
    speak(world, language)
    without_taxes(world)
    page = opened(sign_in("bookkeeper"), world, language)
    look(page, f"invoices-empty-{language}")
    assert faults(page) == []
    page.get_by_role("button", name=add).press("Enter")
    section = page.get_by_role("region", name=tax)
    expect(section).to_contain_text(state)
    expect(section.get_by_role("combobox").nth(1)).to_have_value("2330")
    expect(section.get_by_role("combobox").nth(0)).to_have_attribute("placeholder", "1201")


def test_a_likely_account_is_taken_by_keyboard_and_a_cleared_number_clears_its_name(
    sign_in: SignIn, world: World
) -> None:
    Tax.objects.filter(company=world.company, code="QST").update(credit="")
    page = opened(sign_in("bookkeeper"), world)
    section = page.get_by_role("region", name="TVQ")
    expect(section).to_contain_text("Il manque le compte de crédit de la TVQ.")
    section.get_by_role("button", name="utiliser 2330").press("Enter")
    credit = section.get_by_label("Compte de crédit")
    expect(credit).to_have_value("2330")
    expect(credit).to_be_focused()
    expect(section.locator("output").nth(1)).to_have_text("TVQ à payer")
    credit.fill("")
    expect(section.locator("output").nth(1)).to_have_text("")
    debit = section.get_by_label("Compte de débit")
    debit.fill("1200")
    debit.press("Tab")
    expect(debit).to_have_attribute("aria-invalid", "true")
    debit.fill("")
    expect(section.locator("output").first).to_have_text("Compte Client – Écriture, comme les factures")
    expect(debit).not_to_have_attribute("aria-invalid", "true")
    credit.press_sequentially("tvq")
    expect(page.locator(".listbox:visible [role=option]").first).to_contain_text("2330")
    credit.press("ArrowDown")
    credit.press("Enter")
    credit.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré. 7 documents en attente iront au compte 2330.")


def test_a_rate_with_its_first_day_right_and_wrong(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    section = page.get_by_role("region", name="TPS")
    section.locator("summary").press("Enter")
    rate, day = section.get_by_label("Nouveau taux, en pour cent"), section.get_by_label("Premier jour")
    rate.fill("six")
    day.fill("2027-07-01")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été enregistré.")
    expect(rate).to_have_value("six")
    expect(section).to_contain_text("n’est pas un taux")
    page.get_by_role("alert").get_by_role("link", name="TPS · Nouveau taux, en pour cent").click()
    rate.fill("6,5")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    section.locator("details").evaluate("it => { it.open = true; }")
    expect(section.get_by_role("row", name="1er juillet 2027")).to_contain_text("6,5")
    expect(section.get_by_role("row", name="toujours")).to_contain_text("s’applique aujourd’hui")


def test_leaving_with_unsaved_changes_is_asked(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    page.get_by_role("region", name="TPS").get_by_label("Compte de crédit").fill("2400")
    expect(page.get_by_text("Modifications non enregistrées")).to_be_visible()


def test_the_page_is_accessible_and_fits_a_phone(sign_in: SignIn, world: World) -> None:
    Tax.objects.filter(company=world.company, code="QST").update(credit="")
    page = opened(sign_in("bookkeeper"), world)
    for summary in page.locator("details.more > summary").all():
        summary.click()
    assert faults(page) == []
    assert not overflows(page)
    page.evaluate("window.scrollTo(0, 0)")
    look(page, "invoices")


def test_a_reader_sees_and_cannot_change(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("reader"), world)
    expect(page.get_by_role("region", name="TPS")).to_contain_text("TPS à payer")
    expect(page.get_by_role("combobox").first).to_be_disabled()
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    assert faults(page) == []
