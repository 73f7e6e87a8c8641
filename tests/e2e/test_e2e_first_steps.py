"""The whole set-up of a new company, by keyboard alone, in French and in English, with a chart from a real file."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.charts import chart_of
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.web.set_up import known_of
from ecriture.web.steps import progress
from keyboard import Keyboard
from server_world import World, other_company

GOLDEN = Path(__file__).parents[1] / "golden" / "chart"

WORDS = {
    "fr": {
        "new": "Nouvelle entreprise",
        "name": "Nom de l’entreprise",
        "make": "Créer l’entreprise",
        "begin": "Commencer",
        "go": "Enregistrer et continuer",
        "program": "Sage 50",
        "file": "Fichier de votre plan comptable",
        "look": "Aperçu de l’importation",
        "place": "Utiliser ce plan comptable",
        "linked": "1200",
        "add": "ajoutez-le ici",
        "save": "Enregistrer",
        "clearing": "Compte de compensation",
        "start": "Non",
        "tax": "TVQ",
        "credit": "Compte de crédit",
        "debit": "Compte de débit",
        "code": "Code",
        "item": "Nom",
        "finish": "Terminer les premiers pas",
        "statement": "Un seul total",
        "waiting": "En attente d’un transfert",
    },
    "en": {
        "new": "New company",
        "name": "Name of the company",
        "make": "Create the company",
        "begin": "Begin",
        "go": "Save and continue",
        "program": "Sage 50",
        "file": "File of your chart",
        "look": "Preview the import",
        "place": "Use this chart",
        "linked": "1200",
        "add": "add it here",
        "save": "Save",
        "clearing": "Clearing account",
        "start": "No",
        "tax": "QST",
        "credit": "Credit account",
        "debit": "Debit account",
        "code": "Code",
        "item": "Name",
        "finish": "Finish the first steps",
        "statement": "One total",
        "waiting": "Waiting for a transfer",
    },
}
SAGE_IN_ENGLISH = """VERNUM,CTYCODE,LEDGER
30001,1,Accounts
"1000","CURRENT ASSETS","H","","",""
"1060","Chequing Bank Account","G","Bank","CAD","1002"
"1200","Accounts Receivable","G","Accounts Receivable","","1060"
"1290","TOTAL CURRENT ASSETS","T","","",""
"2310","GST Charged on Sales","G","Sales Tax Payable","",""
"2330","QST Charged on Sales","G","Sales Tax Payable","",""
"4020","General Sales","G","Operating Revenue","","8000"
"5610","Card Fees","G","Operating Expense","",""
"""


@pytest.fixture
def charts(tmp_path: Path) -> dict[str, Path]:
    """A real file of each: Sage's export in French, in Windows-1252 and with 1201; and in English, without it."""
    english = tmp_path / "ACCOUNTS.CSV"
    english.write_text(SAGE_IN_ENGLISH, encoding="ascii", newline="\r\n")
    return {"fr": GOLDEN / "sage-values-fr" / "chart.csv", "en": english}


def at_step(page: Page, number: int) -> None:
    expect(page.locator(".page-head")).to_contain_text(f"{number} ")
    expect(page.locator("[aria-current=step]")).to_have_count(1)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_set_up_by_keyboard_alone(  # noqa: PLR0915 - one way, told from its beginning to its end
    sign_in: SignIn, world: World, charts: dict[str, Path], language: str
) -> None:
    world.people["stranger"].language = language
    world.people["stranger"].save()
    says = WORDS[language]
    page = sign_in("stranger")
    keys = Keyboard(page)
    seen: list[str] = []

    def stop(name: str) -> None:
        """What is looked at on each page on the way."""
        assert faults(page) == [], name
        assert not overflows(page), name
        if os.environ.get("ECRITURE_LOOK"):
            look(page, f"first-steps-{language}-{name}")
        seen.append(name)

    keys.press(says["new"])
    keys.write(says["name"], "Ménage Lise")
    keys.enter()
    company = Company.objects.get(name="Ménage Lise")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ménage Lise")
    stop("home")

    keys.press(says["begin"])
    stop("company")
    keys.press(says["go"])

    at_step(page, 2)
    stop("program")
    keys.to(says["program"], kind="input[type=radio]")
    keys.press(says["go"])

    at_step(page, 3)
    stop("chart")
    keys.file(says["file"], charts[language])
    keys.press(says["look"])
    stop("preview")
    keys.press(says["place"])
    at_step(page, 3)
    stop("linked")
    keys.tick(says["linked"])
    keys.press(says["go"])
    assert "1200" in settings_of(Company.objects.get(pk=company.pk)).accounting.linked_accounts

    at_step(page, 4)
    stop("clearing")
    if "1201" not in chart_of(company):
        keys.press(says["add"])
        stop("add")
        keys.press(says["save"])
    at_step(page, 4)
    keys.write(says["clearing"], "1201")
    stop("clearing-chosen")
    keys.press(says["go"])

    at_step(page, 5)
    stop("start")
    keys.to(says["start"], kind="input[type=radio]")
    page.keyboard.press("Space")
    keys.press(says["go"])

    at_step(page, 6)
    stop("accounts")
    settings = settings_of(Company.objects.get(pk=company.pk))
    assert settings.accounts.invoice_credit == ""  # what is proposed is not taken
    keys.press(says["go"])
    assert settings_of(Company.objects.get(pk=company.pk)).accounts.invoice_credit.startswith("4")

    at_step(page, 7)
    stop("taxes")
    keys.press(says["go"])
    if page.get_by_role("alert").count():
        stop("taxes-refused")
        keys.to(f"{says['tax']} · {says['credit']}", kind="a")
        page.keyboard.press("Enter")  # to the field itself
        page.keyboard.type("2310")
        keys.press(says["go"])

    if page.locator(".messages .wait").count():  # one account for two taxes: said here, where it can be changed
        at_step(page, 7)
        stop("taxes-warned")
        keys.press(says["go"])

    at_step(page, 8)
    stop("methods")
    keys.to(says["statement"], kind="input[type=radio]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    keys.press(says["go"])

    at_step(page, 9)
    stop("items")
    keys.write(says["code"], "MENAGE")
    keys.write(says["item"], "Entretien ménager")
    keys.to(says["credit"], kind="[role=combobox]")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(".listbox:not([hidden]) [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    keys.press(says["go"])

    at_step(page, 10)
    stop("documents")
    keys.press(says["finish"])
    expect(page.get_by_role("region", name=says["waiting"])).to_be_visible()
    stop("finished")

    company.refresh_from_db()
    found = settings_of(company)
    assert progress(known_of(company)).finished
    assert found.accounts.invoice_debit == found.accounts.payment_credit == "1201"
    assert found.accounting.bank_lines == "payment"
    assert found.items["MENAGE"].credit.startswith("4")
    assert set(found.taxes) == {"GST", "QST"}
    assert len(seen) > 12


def new_company(sign_in: SignIn, world: World) -> tuple[Page, Company]:
    company = other_company(world.people["stranger"])
    return sign_in("stranger"), company


def test_the_set_up_can_be_left_and_taken_up_again(sign_in: SignIn, world: World) -> None:
    page, _company = new_company(sign_in, world)
    page.get_by_role("link", name="Commencer").click()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("link", name="Plus tard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le plan comptable")
    page.get_by_role("link", name="Accueil").click()
    expect(page.get_by_role("region", name="Premiers pas")).to_contain_text("Votre logiciel comptable")
    page.get_by_role("link", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre logiciel comptable")
    page.get_by_role("link", name="Retour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’entreprise")


def test_a_starter_chart_brings_1201_and_the_proposals_with_it(sign_in: SignIn, world: World) -> None:
    page, company = new_company(sign_in, world)
    page.goto(f"{page.url.rstrip('/')}/first-steps/chart/")
    page.get_by_text("commencer avec un plan comptable de départ").click()
    page.get_by_role("button", name="Utiliser le plan comptable de départ").click()
    expect(page.locator(".note.done").last).to_contain_text("comptes sont dans Écriture")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    field = page.get_by_role("combobox", name="Compte de compensation")
    expect(field).to_have_value("1201")
    expect(page.get_by_text("Proposé à cause de son nom").first).to_be_visible()
    assert settings_of(company).accounts.invoice_debit == ""
    field.fill("1200")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été enregistré.")
    expect(field).to_have_value("1200")
    look(page, "first-steps-refused")


def test_a_reader_sees_the_steps_and_cannot_answer(sign_in: SignIn, world: World) -> None:
    page = sign_in("reader")
    page.goto(f"{page.url.rstrip('/')}/first-steps/accounts/")
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    assert faults(page) == []


def test_the_overview_shows_what_each_step_has_come_to(sign_in: SignIn, world: World) -> None:
    page = sign_in("bookkeeper")
    page.get_by_role("link", name="Revoir les premiers pas").click()
    expect(page.locator(".steps")).to_contain_text("1201 Compte Client – Écriture")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "first-steps-overview")
