"""Boréal on Acomba: from the choice of the program over the layout of its file to a batch that went in, month by month."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_e2e_look import as_it_stands

from browsing import SignIn, faults, look, overflows
from ecriture.cli.__main__ import status_of
from ecriture.store import demonstration
from ecriture.store.models import Batch, Company
from server_world import World

BOREAL = Path(demonstration.__file__).parent / "boreal"
SAYS = {
    "fr": {
        "go": "Enregistrer et continuer",
        "confirm": "À confirmer dans Acomba",
        "layout": "Gabarit du fichier",
        "decimal": "Signe décimal",
        "comma": "virgule (,)",
        "keep": "Garder ce gabarit",
        "kept": "Le gabarit est gardé",
        "cent": "Télécharger le fichier",
        "month": "ce lot est celui de janvier 2026",
        "export": "Exporter le lot",
        "then": "Ensuite vient février 2026",
        "refused": "Il a été refusé…",
        "read": "Lire GLimport.err",
        "paste": "Ou ce qu’il dit",
        "messages": "Lire les messages",
        "short": "il veut un autre gabarit",
        "entered": "Il est entré",
        "said": "Il est entré. Confirmé le",
    },
    "en": {
        "go": "Save and continue",
        "confirm": "To be confirmed in Acomba",
        "layout": "File layout",
        "decimal": "Decimal mark",
        "comma": "comma (,)",
        "keep": "Keep this layout",
        "kept": "The layout is kept",
        "cent": "Download the file",
        "month": "this batch is of January 2026",
        "export": "Export batch",
        "then": "Then comes February 2026",
        "refused": "It was refused…",
        "read": "Read GLimport.err",
        "paste": "Or what it says",
        "messages": "Read the messages",
        "short": "it wants another layout",
        "entered": "It went in",
        "said": "It went in: said on",
    },
}


def by_the_command(folder: Path, layout: str) -> list[bytes]:
    """The files of each month, by the layout that the page gives."""
    (folder / "acomba.toml").write_text(layout, "utf-8")
    files = [f"--{name}={BOREAL / f'{name}.csv'}" for name in ("documents", "payments", "chart")]
    asked = ["convert", f"--company={BOREAL / 'company.toml'}", *files, "--through=2026-02-28", "--skip-invalid"]
    to = [f"--to=layout:{folder / 'acomba.toml'}", f"--out={folder / 'out.001'}", f"--state={folder / 'state.sqlite'}"]
    assert status_of([*asked, *to]) == 0
    return [file.read_bytes() for file in sorted(folder.glob("out*.001"))]


def sound(page: Page, name: str) -> None:
    assert faults(page) == [], name
    assert not overflows(page), name
    size = page.viewport_size
    lines = "cut: exact"  # the lines of a file are not broken: its sample is scrolled
    assert [it for it in as_it_stands(page) if lines not in it] == [], name
    if size:
        page.set_viewport_size(size)
    look(page, name)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_boreal_on_acomba_from_first_steps_to_confirmed_batches(  # noqa: PLR0915 - one way, told from its beginning to its end
    sign_in: SignIn, world: World, tmp_path: Path, language: str
) -> None:
    world.people["owner"].language = language
    world.people["owner"].save()
    says = {key: text.replace(" :", "\N{NO-BREAK SPACE}:") for key, text in SAYS[language].items()}
    page = sign_in("owner")
    root = f"{page.url.partition('/c/')[0].rstrip('/')}/c/{world.company.pk}/"

    # The program, and what is to be confirmed of it.
    page.goto(f"{root}first-steps/program/")
    page.get_by_text("Acomba", exact=True).click()
    page.get_by_role("button", name=says["go"]).click()
    world.company.refresh_from_db()
    assert world.company.target == "acomba"
    page.goto(f"{root}first-steps/program/")
    sound(page, f"acomba-program-{language}")
    page.goto(f"{root}first-steps/clearing/")
    expect(page.get_by_text("Acomba").first).to_be_visible()

    # The layout of its file, with the file beside it.
    page.goto(f"{root}settings/layout/")
    sample = page.locator("#sample")
    expect(sample).to_contain_text("114.98")
    page.get_by_label(says["decimal"]).select_option(label=says["comma"])
    expect(sample).to_contain_text("114,98")
    sound(page, f"layout-{language}")
    page.get_by_role("button", name=says["keep"]).click()
    expect(page.locator(".messages")).to_contain_text(says["kept"])
    with page.expect_download() as layout:
        page.get_by_role("link", name="(TOML)").click()

    # The file of one cent.
    page.goto(f"{root}first-import/")
    expect(page.get_by_text(says["confirm"])).to_be_visible()
    sound(page, f"acomba-first-import-{language}")
    with page.expect_download() as cent:
        page.get_by_role("link", name=says["cent"]).click()
    assert b"0,01" in Path(cent.value.path()).read_bytes()

    # January, which Acomba refuses, then takes; February follows.
    expected = by_the_command(tmp_path, Path(layout.value.path()).read_text("utf-8"))
    page.goto(f"{root}transfer/?through=2026-02-28")
    expect(page.get_by_text(says["month"])).to_be_visible()
    sound(page, f"acomba-plan-{language}")
    made = []
    with page.expect_download() as first:
        page.get_by_role("button", name=says["export"]).click()
    made.append(Path(first.value.path()).read_bytes())
    expect(page.get_by_text(says["then"])).to_be_visible()
    sound(page, f"acomba-batch-{language}")
    page.get_by_role("link", name=says["refused"]).click()
    sound(page, f"acomba-refused-{language}")
    page.get_by_role("link", name=says["read"]).click()
    page.get_by_label(says["paste"]).fill(
        "GLImport.001\nFormat de l'écriture invalide (moins de 42 caractères après C)"
    )
    page.get_by_role("button", name=says["messages"]).click()
    expect(page.get_by_text(says["short"])).to_be_visible()
    sound(page, f"acomba-messages-{language}")
    page.goto(f"{root}batches/1/")
    page.get_by_role("button", name=says["entered"]).click()
    expect(page.get_by_text(says["said"])).to_be_visible()
    page.goto(f"{root}transfer/?through=2026-02-28")
    with page.expect_download() as second:
        page.get_by_role("button", name=says["export"]).click()
    made.append(Path(second.value.path()).read_bytes())
    page.get_by_role("button", name=says["entered"]).click()
    expect(page.get_by_text(says["said"])).to_be_visible()
    assert made == expected
    assert [*Batch.objects.order_by("number").values_list("state", "target")] == [("confirmed", "acomba")] * 2
    assert Company.objects.get(pk=world.company.pk).batches_made == 2
