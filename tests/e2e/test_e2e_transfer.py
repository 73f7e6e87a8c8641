"""From the home page to the file in three clicks; then Sage refuses it, it is cancelled, mended, and goes in."""

from datetime import date
from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.cli.__main__ import status_of
from ecriture.store import demonstration
from ecriture.store.models import Batch
from ecriture.store.transfer import plan
from server_world import World

BOREAL = Path(demonstration.__file__).parent / "boreal"


def as_the_command_writes_it(folder: Path, through: str) -> bytes:
    files = [f"--{name}={BOREAL / f'{name}.csv'}" for name in ("documents", "payments", "chart")]
    company, out = f"--company={BOREAL / 'company.toml'}", folder / "out.txt"
    assert status_of(["convert", company, *files, f"--through={through}", f"--out={out}", "--skip-invalid"]) == 0
    return out.read_bytes()


def sound(page: Page, name: str) -> None:
    assert faults(page) == []
    assert not overflows(page)
    look(page, name)


def test_three_clicks_from_home_to_the_file_of_the_command(sign_in: SignIn, world: World, tmp_path: Path) -> None:
    page = sign_in("bookkeeper")
    clicks = 0
    page.get_by_role("link", name="Transférer").click()
    clicks += 1
    expect(page.get_by_role("heading", level=1)).to_have_text("Transfert")
    with page.expect_download() as found:
        page.get_by_role("button", name="Exporter le lot 1").click()
        clicks += 1
    assert clicks <= 3
    content = Path(found.value.path()).read_bytes()
    batch = Batch.objects.get()
    assert found.value.suggested_filename == "EC000001.txt"
    assert content == bytes(batch.content) == as_the_command_writes_it(tmp_path, str(batch.through))
    expect(page.get_by_role("heading", level=1)).to_have_text("Lot 1")
    expect(page.get_by_text(sha256(content).hexdigest())).to_be_visible()
    sound(page, "batch")
    page.reload()  # the address has no trace of the export, so the file comes once
    assert "exported" not in page.url


def test_sage_refuses_it_and_then_takes_it(sign_in: SignIn, world: World) -> None:
    page = sign_in("owner")
    root = page.url
    page.goto(f"{root}transfer/?through=2026-02-28")
    first = page.locator("details.made").first
    first.locator("summary").click()
    expect(first.get_by_role("link").first).to_have_text("P-2")
    sound(page, "plan")
    with page.expect_download():
        page.get_by_role("button", name="Exporter le lot 1").click()
    page.get_by_role("link", name="Il a été refusé…").click()
    page.get_by_role("link", name="d’une date").click()
    expect(page.get_by_label("Raison")).to_have_value("refusé : une date".replace(" :", "\N{NO-BREAK SPACE}:"))
    sound(page, "refused")
    page.get_by_role("link", name="Ouvrir Transfert → Fermeture").click()
    page.get_by_label("Tout fermer jusqu’au").fill("2026-01-31")
    page.get_by_role("button", name="Vérifier ce jour").click()
    page.get_by_label("Fermer malgré les points ouverts").check()
    sound(page, "closing")
    page.get_by_role("button", name="Fermer jusqu’au 31 janvier 2026").click()
    page.get_by_role("link", name="Revenir au transfert jusqu’au 28 février 2026").click()
    expect(page.get_by_text("Le lot 1 (jusqu’au 28 février 2026) est-il entré")).to_be_visible()
    page.get_by_role("link", name="Non, il a été refusé").click()
    page.get_by_label("Non, rien").check()
    page.get_by_label("Raison").fill("période fermée")
    page.get_by_role("button", name="Annuler le lot 1").click()
    expect(page.get_by_text("Annulé le")).to_be_visible()
    sound(page, "batch-cancelled")
    page.goto(f"{root}transfer/?through=2026-02-28")
    expect(page.get_by_role("heading", name="Ventes et paiements 2026-01 (reporte)")).to_be_visible()
    with page.expect_download():
        page.get_by_role("button", name="Exporter le lot 2").click()
    page.get_by_role("button", name="Il est entré").click()
    expect(page.get_by_text("Il est entré. Confirmé le")).to_be_visible()
    assert [*Batch.objects.order_by("number").values_list("number", "state")] == [(1, "cancelled"), (2, "confirmed")]
    world.company.refresh_from_db()
    assert not plan(world.company, date(2026, 2, 28)).plan.entries


def test_the_person_at_the_computer_with_sage_needs_no_account(sign_in: SignIn, world: World) -> None:
    page = sign_in("bookkeeper")
    root = page.url
    page.goto(f"{root}transfer/?through=2026-02-28")
    with page.expect_download():
        page.get_by_role("button", name="Exporter le lot 1").click()
    page.get_by_text("Un lien pour la personne assise").click()
    page.get_by_role("button", name="Créer un lien").click()
    link = page.get_by_label("Le lien, montré cette seule fois").input_value()
    sound(page, "batch-link")
    for name, at in (("batches", "batches/"), ("listing", "batches/1/listing/"), ("what-if", "transfer/what-if/")):
        page.goto(f"{root}{at}")
        sound(page, name)
    page.goto(f"{root}batches/compare/?first=1&second=1")
    sound(page, "compare")
    page.context.clear_cookies()
    page.goto(link)
    sound(page, "shared-batch")
    with page.expect_download() as found:
        page.get_by_role("link", name="Télécharger le fichier").click()
    assert Path(found.value.path()).read_bytes() == bytes(Batch.objects.get().content)
