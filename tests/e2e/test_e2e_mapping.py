"""A file of an unknown program mapped from nothing, by keyboard; then one with errors, mended and imported again."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.models import Document, Mapping, Payment
from server_world import World
from till import TILL

SALES = """No,Le,À qui,Montant HT,TPS,TVQ,Grand total,État
S-1,2026-03-02,Éva Roy,100.00,5.00,9.98,114.98,Payée
S-2,2026-03-03,Luc Bé,200.00,10.00,19.95,229.95,Brouillon
"""
WRONG = "No,Le,À qui,Montant HT,TPS,TVQ,Grand total,État\nS-3,hier,Éva Roy,100.00,5.00,9.98,114.98,Payée\n"


def chosen(page: Page, content: str) -> None:
    """A file given to the page Import, which is opened by keyboard."""
    page.get_by_label("Fichier de documents ou de paiements").set_input_files(
        FilePayload(name="ventes.csv", mimeType="text/csv", buffer=content.encode())
    )
    page.get_by_role("button", name="Voir ce qu’il ferait").focus()
    page.keyboard.press("Enter")


def taken(field: Locator, option: str) -> None:
    """An option taken with the arrows, as one does in a list that has the focus."""
    expect(field.locator("option", has_text=option).first).to_be_attached()  # the part may be on its way
    offered = field.locator("option").all_inner_texts()
    field.focus()
    field.press("Home")
    for _ in range(offered.index(option)):
        field.press("ArrowDown")


def named(page: Page, label: str, column: str, *, within: str) -> None:
    field = page.get_by_role("region", name=within).get_by_label(label, exact=True)
    taken(field, column)
    expect(field).to_have_value(column)


def test_a_file_of_an_unknown_program_is_mapped_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = sign_in("office")
    page.goto(page.url.partition("/c/")[0] + f"/c/{world.company.pk}/import/")
    chosen(page, SALES)
    expect(page.get_by_role("heading", level=1)).to_have_text("Que veulent dire ces colonnes?")
    for label, column in (("Numéro", "No"), ("Date", "Le"), ("Client", "À qui"), ("Total", "Grand total")):
        named(page, label, column, within="Documents")
    named(page, "Montant d’une ligne", "Montant HT", within="Lignes et taxes")
    named(page, "État", "État", within="Documents")
    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("S-1")
    expect(outcome).to_contain_text("114,98")
    expect(outcome).not_to_contain_text("mais le total")  # the columns of the taxes are found by their names
    draft = page.get_by_label("Brouillon", exact=True)
    taken(draft, "brouillon, ne compte pas")
    expect(outcome).to_contain_text("brouillon")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "mapping")
    page.get_by_role("button", name="Modifier en texte").focus()
    page.keyboard.press("Enter")
    text = page.get_by_role("textbox", name="La correspondance en texte")
    expect(text).to_have_value(re.compile(r"\[\[documents\]\]"))
    assert faults(page) == []
    look(page, "mapping-text")
    page.get_by_role("button", name="Revenir au formulaire").click()
    page.get_by_role("button", name="Utiliser cette correspondance").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ventes.csv")
    assert faults(page) == []
    look(page, "mapping-preview")
    look(page, "mapping-preview")
    page.get_by_role("button", name="Les enregistrer").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Importer des documents et des paiements")
    assert {it.number: it.status for it in Document.objects.filter(origin="ventes")} == {"S-1": "final", "S-2": "draft"}
    chosen(page, WRONG)
    expect(page.get_by_role("alert")).to_contain_text("ventes.csv, ligne 2")
    page.go_back()
    chosen(page, WRONG.replace("hier", "2026-03-04"))
    page.get_by_role("button", name="Les enregistrer").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importer des documents et des paiements")
    assert Document.objects.filter(number="S-3").exists()


RECEIVED = "Day,Who,Paid\n2026-03-02,Luc,10.00\n2026-03-03,Ève,20.00\n"
RECEIPTS = """name = "Reçus"
source = "caisse"

[[payments]]
identity = ["Day", "Who", "Paid"]
date = "Day"
customer = "Who"
amount = "Paid"
"""


def test_what_only_a_person_knows_is_asked(sign_in: SignIn, world: World) -> None:
    row = Mapping.objects.create(company=world.company, name="Reçus", toml=RECEIPTS)
    page = sign_in("bookkeeper")
    company = page.url.partition("/c/")[0] + f"/c/{world.company.pk}/"
    page.goto(f"{company}settings/mappings/")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "mappings")
    page.get_by_role("link", name="Reçus", exact=True).click()
    assert faults(page) == []
    assert not overflows(page)
    look(page, "mapping-own")
    page.goto(f"{company}import/")
    chosen(page, RECEIVED)
    page.get_by_role("button", name="Les enregistrer").first.click()
    row.toml = RECEIPTS.replace('["Day", "Who", "Paid"]', '["Who", "Day"]')
    row.save()
    chosen(page, RECEIVED.replace("2026-03-03,Ève,20.00", "2026-03-09,Zoé,5.00"))
    page.get_by_text("Ce fichier est complet pour certains jours").click()
    page.get_by_label("Complet du").fill("2026-03-01")
    page.get_by_label("au", exact=True).fill("2026-03-31")
    page.get_by_role("button", name="Montrer ce qui manque").click()
    page.get_by_label("Paiement 2026-03-03 Ève 20.00").check()
    page.get_by_label("le même que 2026-03-02 Luc 10.00, qui garde son numéro").check()
    assert faults(page) == []
    assert not overflows(page)
    look(page, "import-questions")
    page.get_by_role("button", name="Les enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importer des documents et des paiements")
    kept = Payment.objects.filter(origin="caisse").values_list("number", "status")
    assert dict(kept) == {"2026-03-02 Luc 10.00": "final", "2026-03-03 Ève 20.00": "void", "Zoé 2026-03-09": "final"}


def test_what_a_file_leaves_open_is_decided_beside_it(sign_in: SignIn, world: World) -> None:
    Mapping.objects.create(company=world.company, name="Ventes", toml=TILL)
    page = sign_in("bookkeeper")
    page.goto(page.url.partition("/c/")[0] + f"/c/{world.company.pk}/import/")
    chosen(page, "No,Le,Qui,Net,Taxe,Rendu\nA,2026-03-02,Luc,100.00,8.99,\nB,2026-03-03,Zoé,100.00,14.98,57.49\n")
    expect(page.get_by_role("heading", name="À décider")).to_be_visible()
    assert faults(page) == []
    assert not overflows(page)
    look(page, "import-decisions")
    mixed, refunded = (page.get_by_role("group", name=f"Document {it} ·") for it in "AB")
    mixed.get_by_text("ou le montant de chacune").click()
    mixed.get_by_label("TPS").fill("3,00")
    mixed.get_by_label("TVQ").fill("5,00")
    refunded.get_by_label("Jour du remboursement").fill("2026-03-09")
    page.get_by_role("button", name="Décider").click()
    expect(mixed.get_by_role("alert")).to_have_text("Ces montants ne donnent pas celui du fichier.")
    assert faults(page) == []
    look(page, "import-decisions-fault")
    mixed.get_by_label("TVQ").fill("5,99")
    page.get_by_role("button", name="Décider").click()
    page.get_by_role("button", name="Les enregistrer").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importer des documents et des paiements")
    assert {*Document.objects.filter(origin="Caisse").values_list("number", flat=True)} == {"A", "B"}
    assert Payment.objects.get(origin="Caisse").date.isoformat() == "2026-03-09"
