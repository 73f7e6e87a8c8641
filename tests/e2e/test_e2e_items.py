"""Settings → Products & Services in Chromium: by keyboard, in both languages, dialogs, many at once, a file."""

from pathlib import Path

from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from server_world import World


def opened(page: Page) -> Page:
    page.get_by_role("navigation", name="Principale").get_by_role("link", name="Articles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles")
    return page


def credit_of(world: World, code: str) -> str:
    return settings_of(Company.objects.get(pk=world.company.pk)).items[code].credit


def test_the_pages_are_accessible_and_fit_a_phone(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    make(page, "SAVON", "Savon à vaisselle")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "items")
    page.get_by_label("Choisir SAVON").check()
    page.get_by_label("Choisir VITRES").check()
    assert faults(page) == []
    assert not overflows(page)
    look(page, "items-chosen")
    page.reload()
    page.get_by_role("link", name="MENAGE").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Article MENAGE")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "item")
    page.go_back()
    page.get_by_role("link", name="TAPIS").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Article TAPIS")
    assert faults(page) == []
    look(page, "item-archived")
    page.go_back()
    page.get_by_role("link", name="Nouvel article").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel article")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "item-new")


def make(page: Page, code: str, name: str) -> None:
    """A new item without accounts, by keyboard alone."""
    link = page.get_by_role("link", name="Nouvel article").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel article")
    expect(page.get_by_text("D’abord le compte dans Sage 50, ensuite ici.")).to_be_visible()
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type(code)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")


def test_an_item_is_made_and_found_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    make(page, "SAVON", "Savon à vaisselle")
    expect(page.locator("#without")).to_contain_text("1 article n’a pas son propre compte.")
    page.get_by_label("Chercher un article").focus()
    page.keyboard.type("vaiss")
    expect(page.locator("#how-many")).to_have_text("1 article")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page).to_have_url(f"{page.url.partition('?')[0]}?q=vaiss&show=all")
    page.get_by_label("Chercher un article").fill("zzz")
    expect(page.get_by_text("Aucun article ne correspond")).to_be_visible()


def test_many_get_their_account_at_once(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    make(page, "SAVON", "Savon")
    make(page, "SEL", "Sel")
    bar = page.locator("#many")
    expect(bar).to_be_hidden()
    for code in ("SAVON", "SEL"):
        page.get_by_label(f"Choisir {code}").focus()
        page.keyboard.press("Space")
    expect(bar).to_contain_text("Choisis\u00a0: 2")
    field = bar.get_by_label("Compte de crédit")
    field.press_sequentially("résid")
    expect(bar.locator(".listbox:visible [role=option]").first).to_contain_text("4100")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("4100")
    field.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    assert credit_of(world, "SAVON") == credit_of(world, "SEL") == "4100"


def test_a_refused_account_of_many_keeps_the_choice(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    page.get_by_label("Choisir toute la page").check()
    page.locator("#many").get_by_label("Compte de crédit").fill("1200")
    page.get_by_role("button", name="Donner ces comptes").click()
    expect(page.locator("#many .fault")).to_contain_text("1200")
    expect(page.get_by_label("Choisir VITRES")).to_be_checked()
    assert credit_of(world, "VITRES") == "4110"


def test_the_dialog_says_why_an_item_is_not_deleted(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    page.get_by_role("link", name="MENAGE").click()
    page.get_by_role("button", name="Supprimer…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("il ne peut pas être supprimé")
    assert faults(page) == []
    look(page, "item-delete")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Supprimer…").click()
    dialog.get_by_label("Note").fill("ne plus utiliser, remplacé par VITRES")
    dialog.get_by_role("button", name="Archiver à la place").click()
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    expect(page.get_by_text("ne plus utiliser, remplacé par VITRES")).to_be_visible()


def test_an_item_comes_back_from_the_archive(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    page.get_by_role("link", name="TAPIS").click()
    expect(page.get_by_text("Ses transactions tardives s’imputent encore")).to_be_visible()
    page.get_by_role("button", name="Sortir des archives").click()
    expect(page.get_by_role("button", name="Archiver…")).to_be_visible()


def test_a_file_is_looked_at_before_it_is_taken(sign_in: SignIn, world: World, tmp_path: Path) -> None:
    page = opened(sign_in("bookkeeper"))
    page.get_by_role("link", name="Importer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importer des articles")
    assert faults(page) == []
    wrong, right = tmp_path / "faux.csv", tmp_path / "articles.csv"
    wrong.write_text("code;crédit\nHAIE;1200\nVITRES;4 110\n", "utf-8")
    right.write_text("code;nom;crédit\nHAIE;Taille de haie;4100\nVITRES;Vitres;4110\n", "utf-8")
    page.get_by_label("Fichier d’articles").set_input_files(wrong)
    page.get_by_role("button", name="Aperçu de l’importation").click()
    expect(page.get_by_role("alert").locator("li b")).to_have_text("faux.csv, ligne 3")
    look(page, "items-import-wrong")
    page.get_by_label("Fichier d’articles").set_input_files(right)
    page.get_by_role("button", name="Aperçu de l’importation").click()
    expect(page.get_by_role("region", name="Ce qui changera").first).to_contain_text("1 nouveau")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "items-import")
    page.get_by_role("button", name="Importer ces articles").click()
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    assert credit_of(world, "HAIE") == "4100"


def test_in_english(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    page.locator("summary", has_text="Bookkeeper").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Products & Services")
    assert faults(page) == []
    look(page, "items-english")
    page.get_by_role("link", name="New item").click()
    expect(page.get_by_text("First the account in Sage 50, then here.")).to_be_visible()


def test_a_reader_cannot_change_anything(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("reader"))
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("link", name="Nouvel article")).to_have_count(0)
    page.get_by_role("link", name="MENAGE").click()
    expect(page.get_by_role("combobox").first).to_be_disabled()
    assert faults(page) == []


def test_without_a_script_it_works_too(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in("bookkeeper"))
    browser = page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, locale="fr-CA")
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type] # what one gives the other takes
    plain = context.new_page()
    plain.goto(page.url)
    plain.get_by_label("Chercher un article").fill("vitres")
    plain.get_by_role("button", name="Filtrer").click()
    expect(plain.locator("#found tbody tr")).to_have_count(1)
    plain.get_by_label("Choisir VITRES").check()
    plain.locator("#many").get_by_label("Compte de crédit").fill("4120")
    plain.get_by_role("button", name="Donner ces comptes").click()
    expect(plain.locator(".messages")).to_contain_text("Enregistré.")
    plain.get_by_role("link", name="VITRES").click()
    plain.get_by_role("button", name="Archiver…").click()
    expect(plain.get_by_label("Note")).to_be_visible()
    context.close()
    assert credit_of(world, "VITRES") == "4120"
