"""Files that wait, letters that do not leave, and a company that goes, in Chromium."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.core.accounts import Account, AccountType
from ecriture.store import invitations
from ecriture.store.charts import put_account
from ecriture.store.models import Company, Letter, Role
from ecriture.store.uploads import Kind
from server_world import World
from uploading import file_of, in_place


def sound(page: Page, name: str) -> None:
    assert faults(page) == []
    assert not overflows(page)
    look(page, name)


def chosen(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})


def at(live_server: Any, world: World, name: str) -> str:
    return str(live_server.url + reverse(name, args=[world.company.pk]))


def test_a_conflict_is_told_and_the_new_preview_confirmed(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("bookkeeper")
    page.goto(at(live_server, world, "chart-import"))
    chosen(page, "plan.csv", file_of(Kind.CHART, world.company, "7001"))
    page.get_by_role("button", name="Aperçu de l’importation").click()
    expect(page.get_by_role("heading", name="Nouveaux")).to_be_visible()
    put_account(world.company, Account("1999", "Entre-temps", type=AccountType.GROUP), world.member("owner"))
    page.get_by_role("button", name="Utiliser ce plan comptable").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été enregistré")
    expect(page.get_by_role("alert")).to_contain_text("1999")
    sound(page, "chart-conflict")
    page.get_by_role("button", name="Utiliser ce plan comptable").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("associé")


def test_the_preview_of_items_and_of_settings(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("bookkeeper")
    for kind, name, button in (
        (Kind.ITEMS, "import-items", "Aperçu de l’importation"),
        (Kind.SETTINGS, "settings-file", "Voir les différences"),
    ):
        page.goto(at(live_server, world, name))
        chosen(page, "fichier avec un nom assez long pour une page étroite.csv", file_of(kind, world.company, "7001"))
        page.get_by_role("button", name=button).click()
        page.wait_for_url("**/*-*-*-*-*/**/*-*-*-*-*/")
        sound(page, f"preview-{kind}")
    page.reload()
    sound(page, "preview-settings-again")


def test_the_audit_gives_the_file_back(sign_in: SignIn, world: World, live_server: Any) -> None:
    in_place(world.member("bookkeeper"))
    page = sign_in("reader")
    page.goto(at(live_server, world, "audit"))
    sound(page, "audit-with-file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ce fichier").click()
    assert download.value.suggested_filename == "a.csv"


def test_what_became_of_an_invitation_stands_beside_it(sign_in: SignIn, world: World, live_server: Any) -> None:
    states: tuple[dict[str, Any], ...] = (
        {"sent_at": timezone.now()},
        {"tries": 2, "fault": "unreachable"},
        {"tries": 1, "fault": "address", "given_up_at": timezone.now()},
        {},
    )
    for number, state in enumerate(states):
        made = invitations.make(world.company, Role.READER, by=world.owner, email=f"invite{number}@example.com")
        Letter.objects.create(
            kind="invitation", to=made.invitation.email, company=world.company, invitation=made.invitation, **state
        )
    page = sign_in("owner")
    page.goto(at(live_server, world, "members"))
    expect(page.get_by_text("Le serveur de courriel ne répond pas.")).to_be_visible()
    sound(page, "members-letters")


def test_a_page_that_waits_for_mail_says_so(page: Page, world: World, live_server: Any) -> None:
    Letter.objects.create(kind="x", to="a@b.ca", tries=1)
    page.goto(live_server.url + reverse("account_reset_password_done"))
    sound(page, "mail-waits")


def test_a_company_is_removed(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    page.goto(at(live_server, world, "company-settings"))
    page.get_by_role("link", name="retirer l’entreprise").click()
    sound(page, "remove-company")
    field = page.get_by_label("Tapez le nom de l’entreprise")
    field.fill("autre")
    page.get_by_role("button", name="Retirer l’entreprise").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas le nom")
    sound(page, "remove-company-fault")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger toutes les données").click()
    assert download.value.suggested_filename.endswith(".zip")
    field.fill("Entretien Boréal inc.")
    page.get_by_role("button", name="Retirer l’entreprise").click()
    expect(page.get_by_text("est retirée, avec toutes ses données")).to_be_visible()
    assert not Company.objects.filter(pk=world.company.pk).exists()


def test_a_file_that_is_gone_says_what_to_do(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("bookkeeper")
    page.goto(f"{live_server.url}{reverse('items-preview', args=[world.company.pk, world.company.pk])}")
    expect(page.get_by_text("déjà en place")).to_be_visible()
    sound(page, "file-gone")
