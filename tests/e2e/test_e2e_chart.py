"""The chart of accounts and the company in Chromium: found while typing, imported with a preview, corrected by hand."""

from pathlib import Path

from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.charts import chart_of
from ecriture.store.settings import settings_of
from keyboard import Keyboard
from server_world import World

WRONG = "number,name,type\r\n1060,Banque,G\r\n1060,Encore,G\r\n12 00,Client,G\r\n4000,Revenus,Q\r\n"
RIGHT = "number,name,type\r\n1060,Banque Nationale,G\r\n1200,Comptes clients,G\r\n1201,Clients Ecriture,G\r\n4000,Revenus,G\r\n"


def opened(page: Page) -> Page:
    page.get_by_role("link", name="Réglages").click()
    page.get_by_role("link", name="Plan comptable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan comptable")
    return page


def sound(page: Page, name: str) -> None:
    assert faults(page) == []
    assert not overflows(page)
    look(page, name)


def test_an_account_is_found_while_one_types(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    sound(page, "chart")
    page.get_by_role("searchbox").press_sequentially("tapis")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page.locator("#found")).to_contain_text("4130")
    assert "q=tapis" in page.url
    page.get_by_role("searchbox").fill("girafe")
    expect(page.locator("#found")).to_contain_text("Aucun compte ne correspond")
    assert faults(page) == []


def test_a_file_with_mistakes_then_the_right_one_by_keyboard(sign_in: SignIn, world: World, tmp_path: Path) -> None:
    wrong, right = tmp_path / "fausse.csv", tmp_path / "bonne.csv"
    wrong.write_text(WRONG, newline="")
    right.write_text(RIGHT, newline="")
    page = opened(sign_in("bookkeeper"))
    keys = Keyboard(page)
    keys.press("Importer le plan comptable")
    keys.file("Fichier de votre plan comptable", wrong)
    keys.press("Aperçu de l’importation")
    expect(page.get_by_role("alert")).to_contain_text("fausse.csv, ligne 3")
    expect(page.get_by_role("alert")).to_contain_text("« 12 00 »")
    sound(page, "chart-refused")
    keys.file("Fichier de votre plan comptable", right)
    keys.press("Aperçu de l’importation")
    expect(page.get_by_role("region", name="comptes des réglages ne peuvent plus servir")).to_contain_text("4130")
    expect(page.get_by_role("region", name="Modifiés")).to_contain_text("Banque Nationale")
    sound(page, "chart-preview")
    keys.press("Utiliser ce plan comptable")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quels comptes sont associés?")
    sound(page, "chart-linked")
    keys.to("1200", kind="input[type=checkbox]")
    expect(page.locator("input[type=checkbox]:focus")).to_be_checked()  # the settings had it already
    keys.press("Enregistrer")
    assert [account.number for account in chart_of(world.company)] == ["1060", "1200", "1201", "4000"]
    assert settings_of(world.company).accounting.linked_accounts == {"1200"}


def test_an_account_is_added_and_corrected_by_hand(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    keys = Keyboard(page)
    keys.press("Ajouter un compte")
    keys.write("Numéro", "1060")
    keys.write("Nom français", "Autre créance")
    keys.press("Enregistrer")
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été enregistré.")
    expect(page.get_by_label("Numéro")).to_have_value("1060")
    sound(page, "chart-account-refused")
    keys.write("Numéro", "1203")
    keys.press("Enregistrer")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    keys.press("1203")
    keys.write("Nom français", "Créance corrigée")
    keys.press("Enregistrer")
    assert chart_of(world.company)["1203"].name_fr == "Créance corrigée"


def test_an_empty_chart_offers_a_file_or_a_starter_chart(sign_in: SignIn, world: World) -> None:
    from ecriture.store.charts import put_chart

    put_chart(world.company, (), by=None)
    page = opened(sign_in("bookkeeper"))
    sound(page, "chart-empty")


def test_a_reader_sees_the_chart(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("reader"))
    expect(page.get_by_role("link", name="Importer le plan comptable")).to_have_count(0)
    assert faults(page) == []


def test_the_company_and_its_years_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = sign_in("bookkeeper")
    page.get_by_role("link", name="Réglages").click()
    page.get_by_role("navigation", name="Réglages").get_by_role("link", name="Entreprise").click()
    sound(page, "company")
    keys = Keyboard(page)
    keys.write("Nom", "Boréal entretien")
    expect(page.get_by_text("Modifications non enregistrées")).to_be_visible()
    keys.enter()  # saves, and adds no year
    assert settings_of(world.company).fiscal_years[-1].last.year == 2026
    keys.press("Ajouter du")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    world.company.refresh_from_db()
    assert world.company.name == "Boréal entretien"
    assert settings_of(world.company).fiscal_years[-1].last.year == 2027
    page.get_by_label("Premier jour").nth(2).fill("2027-06-01")
    page.get_by_label("Dernier jour").nth(2).fill("2028-05-31")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("2027-06-01 est déjà dans l’exercice")).to_be_visible()
    sound(page, "company-refused")
