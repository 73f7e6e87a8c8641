"""Settings → Accounting in Chromium: by keyboard, with right and wrong accounts, light, dark and on a phone."""

from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from server_world import World


def opened(page: Page, world: World) -> Page:
    page.get_by_role("link", name="Réglages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comptabilité")
    return page


def test_an_account_is_found_by_a_word_and_taken_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    field = page.get_by_role("region", name="Comptes d’une facture").get_by_label("Compte de crédit")
    field.fill("")
    field.press_sequentially("tapis")
    expect(page.locator(".listbox:visible [role=option]").first).to_contain_text("4130")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("4130")
    expect(page.get_by_text("Modifications non enregistrées")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    expect(page.locator(".messages")).to_contain_text("4130")


def test_a_refused_account_is_said_at_once_and_never_saved(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    field = page.get_by_role("region", name="Comptes d’une facture").get_by_label("Compte de débit")
    field.fill("1200")
    field.press("Tab")
    expect(page.get_by_text("le compte 1200").first).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été enregistré.")
    expect(field).to_have_value("1200")


def test_the_page_is_accessible_and_fits_a_phone(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    assert faults(page) == []
    assert not overflows(page)
    look(page, "accounting")


def test_a_reader_sees_and_cannot_change(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("reader"), world)
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    expect(page.get_by_role("combobox").first).to_be_disabled()


def test_the_switch_and_a_card_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    switch = page.get_by_role("checkbox", name="Générer les transactions seulement lorsque les factures sont payées")
    dates = page.get_by_role("radio", name="La date de la facture")
    expect(dates).to_be_disabled()  # it does not apply, and says why
    expect(page.get_by_text("Ne s’applique que si l’option ci-dessus est activée.")).to_be_visible()
    switch.press("Space")
    expect(dates).to_be_enabled()
    unfold = page.get_by_role("heading", name="Écritures de journal")
    unfold.click()
    page.get_by_role("radio", name="Chaque jour").press("Space")
    page.get_by_role("radio", name="Chaque jour").press("Enter")
    expect(page.locator(".messages")).to_contain_text("impayé")
    expect(switch).to_be_checked()
    unfold.click()
    expect(page.get_by_role("radio", name="Chaque jour")).to_be_checked()


def test_an_empty_refund_account_says_what_counts(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    page.get_by_text("Comptes d’un remboursement").press("Enter")
    section = page.get_by_role("region", name="Comptes d’un paiement")
    expect(section.get_by_text("Compte de banque, comme les paiements")).to_be_visible()


def test_the_account_field_works_without_script(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"), world)
    page.route("**/ecriture.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    page.get_by_role("region", name="Comptes d’une facture").get_by_label("Compte de crédit").fill("4120")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("iront au compte 4120")


def test_in_english(sign_in: SignIn, world: World) -> None:
    world.people["bookkeeper"].language = "en"
    world.people["bookkeeper"].save()
    page = sign_in("bookkeeper")
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("link", name="Accounting", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounting")
    assert faults(page) == []
    look(page, "accounting-en")
