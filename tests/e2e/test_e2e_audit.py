"""The audit and the settings file in Chromium: a change is found again, and a file is looked at before it is taken."""

from pathlib import Path

from playwright.sync_api import expect

from browsing import SignIn, faults, look, overflows
from server_world import World


def test_a_file_is_looked_at_and_taken_and_stands_in_the_audit(sign_in: SignIn, world: World, tmp_path: Path) -> None:
    page = sign_in("bookkeeper")
    page.get_by_role("link", name="Réglages").click()
    page.get_by_role("link", name="Fichier des réglages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fichier des réglages")
    assert faults(page) == []
    look(page, "settings-file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger company.toml").click()
    text = download.value.path().read_text("utf-8")
    changed = tmp_path / "company.toml"
    changed.write_text(
        text.replace('invoice_credit = "4000"', 'invoice_credit = "4130"') + '\n[items.NEUF]\ncredit = "4100"\n',
        "utf-8",
    )
    page.get_by_label("Fichier des réglages (company.toml)").set_input_files(changed)
    page.get_by_role("button", name="Voir les différences").click()
    expect(page.get_by_role("table")).to_contain_text("4130")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "settings-file-preview")
    page.get_by_role("button", name="Enregistrer ces réglages").click()
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    page.get_by_role("link", name="Journal des modifications").click()
    expect(page.locator("#found tbody tr").first).to_contain_text("4130")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "audit")
    page.get_by_label("Recherche").fill("introuvable")
    page.get_by_label("Recherche").press("Enter")
    expect(page.get_by_role("heading", name="Aucun résultat")).to_be_visible()
    look(page, "audit-empty")


def test_a_wrong_file_says_what_to_correct(sign_in: SignIn, world: World, tmp_path: Path) -> None:
    page = sign_in("owner")
    page.goto(page.url.rstrip("/") + "/settings/file/")
    wrong = tmp_path / "company.toml"
    wrong.write_text(
        '[company]\nname = "Boréal"\n\n[accounting]\ncarry = "maybe"\n\n[accounts]\ninvoice_credt = "1"\n', "utf-8"
    )
    page.get_by_label("Fichier des réglages (company.toml)").set_input_files(wrong)
    page.get_by_role("button", name="Voir les différences").click()
    expect(page.get_by_role("alert")).to_contain_text("accounting.carry")
    expect(page.get_by_role("alert")).to_contain_text("invoice_credit")
    assert faults(page) == []
    look(page, "settings-file-wrong")
