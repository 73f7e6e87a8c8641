"""A large file in the browser: the bar moves by itself, without a script by a refresh; then the preview, and it is stored."""

from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.project.working import Worker
from ecriture.store import import_jobs
from ecriture.store.import_jobs import Phase
from ecriture.store.models import Document, ImportJob
from ecriture.store.transfer import export, plan
from ecriture.web import import_work
from server_world import World

QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
ROWS = "".join(f"G-{it},2026-03-02,Éva Roy,line,,{it}.00\n" for it in range(1, 251))
CHANGED = "F-1001,2026-01-05,Café Lumière,line,,1.00\n"


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = QUEUE
    for module in ("ecriture.project.working", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    monkeypatch.setattr(import_work, "LARGE_TEXT", 0)


def chosen(page: Page) -> None:
    content = f"document,date,customer,row,code,amount\n{CHANGED}{ROWS}"
    page.get_by_label("Fichier de documents ou de paiements").set_input_files(
        FilePayload(name="annee.csv", mimeType="text/csv", buffer=content.encode())
    )
    page.get_by_role("button", name="Voir ce qu’il ferait").click()


def test_the_bar_moves_and_then_the_preview_is_there(sign_in: SignIn, world: World) -> None:
    world.company.refresh_from_db()
    through = Document.objects.latest("date").date
    export(world.company, through, plan(world.company, through).fingerprint, None, skip_invalid=True)
    page = sign_in("office")
    page.goto(page.url.partition("/c/")[0] + f"/c/{world.company.pk}/import/")
    chosen(page)
    expect(page.get_by_role("heading", level=2)).to_have_text("En attente de son tour")
    import_jobs.note(ImportJob.objects.get(), Phase.READS, place=1, total=2)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "35")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "import-progress")
    page.reload()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "35")
    Worker().round()
    expect(page.get_by_role("button", name="Les enregistrer")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("250 nouveaux")
    page.get_by_role("link", name="Suivante").click()
    expect(page.get_by_role("main")).to_contain_text("Page 2 de 3")
    page.get_by_role("link", name="Première").click()
    page.get_by_role("link", name="Le prochain transfert contiendra la correction.").click()
    expect(page.get_by_role("region", name="Les corrections")).to_contain_text("1201")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "import-large")
    page.get_by_role("button", name="Les enregistrer").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.goto(page.url.partition("/import/")[0] + "/import/")
    expect(page.get_by_role("region", name="Gros fichiers")).to_contain_text("annee.csv")
    look(page, "import-jobs")
    page.get_by_role("link", name="annee.csv").click()
    Worker().round()
    expect(page.get_by_role("region", name="Importé")).to_contain_text("250 nouveaux")
    assert Document.objects.filter(number="G-250").exists()


def test_without_a_script_the_page_asks_again_by_itself(
    sign_in: SignIn, world: World, browser: Browser, live_server: Any
) -> None:
    page = sign_in("office")
    plain = browser.new_context(java_script_enabled=False, locale="fr-CA")
    plain.add_cookies(page.context.cookies())  # type: ignore[arg-type] # as they come
    quiet = plain.new_page()
    quiet.goto(f"{live_server.url}/c/{world.company.pk}/import/")
    chosen(quiet)
    expect(quiet.get_by_role("progressbar")).to_be_visible()
    expect(quiet.get_by_role("link", name="Actualiser")).to_be_visible()
    Worker().round()
    expect(quiet.get_by_role("main")).to_contain_text("250 nouveaux")
    plain.close()
