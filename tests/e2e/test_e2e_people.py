"""People in Chromium: signing up and in, two factors, the lock-out, a new password, invitations, members, the firm's list."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.models import Membership, User
from server_world import PASSWORD, World, other_company

NEW_PASSWORD = "poireau-et-panais"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def fresh_limits(transactional_db: None) -> None:
    """The limits of allauth count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def visitor(world: World, live_server: Any, context: BrowserContext, complaints: list[str]) -> Page:
    """A page of somebody who is not signed in."""
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    return page


@pytest.fixture
def english(world: World, live_server: Any, browser: Browser) -> Iterator[Page]:
    """The same, with an English browser."""
    context = browser.new_context(locale="en-CA", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    yield page
    context.close()


def seen(page: Page, name: str) -> None:
    """A page is accessible and fits a phone; its picture is kept."""
    assert faults(page) == []
    assert not overflows(page)
    look(page, f"people-{name}")


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def enter(page: Page, address: str, password: str = PASSWORD) -> None:
    """Signs in by keyboard, from the first field."""
    page.locator("#id_login").focus()
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def leave(page: Page, who: str, word: str = "Se déconnecter") -> None:
    page.locator("summary", has_text=who).click()
    page.get_by_role("button", name=word).click()


def last_link(pattern: str = r"https?://\S+") -> str:
    found = re.search(pattern, str(mail.outbox[-1].body))
    assert found
    return found[0]


def code_of(secret: str, *, steps: int = 0) -> str:
    """The six digits that an app shows for a secret: RFC 6238, over HMAC-SHA1 and thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30 + steps), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


# Signing up, in and out


def test_somebody_signs_up_in_french(visitor: Page) -> None:
    title(visitor, "Se connecter")
    seen(visitor, "sign-in")
    visitor.get_by_role("link", name="Créer un compte").click()
    title(visitor, "Créer un compte")
    seen(visitor, "sign-up")
    visitor.get_by_label("Votre nom").focus()
    for text in ("Lise Roy", "lise@example.com", "court", "court"):
        visitor.keyboard.type(text)
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")
    expect(visitor.locator("#id_password1_error")).to_contain_text("10 caractères")
    expect(visitor.get_by_label("Adresse courriel")).to_have_value("lise@example.com")
    seen(visitor, "sign-up-wrong")
    visitor.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    visitor.get_by_label("Mot de passe, encore une fois").fill(PASSWORD)
    visitor.keyboard.press("Enter")
    title(visitor, "Consultez vos courriels")
    seen(visitor, "sign-up-sent")
    confirm(visitor)
    title(visitor, "Entreprises")
    expect(visitor.get_by_text("Il n’y a pas encore d’entreprise")).to_be_visible()
    expect(visitor.locator(".messages")).to_contain_text("lise@example.com est confirmée.")


def confirm(visitor: Page) -> None:
    """Opens the link of the last mail in the browser in which somebody signed up, which signs in."""
    title(visitor, "Consultez vos courriels")
    visitor.goto(last_link())
    title(visitor, "Confirmer l’adresse")
    seen(visitor, "confirm")
    visitor.get_by_role("button", name="Confirmer").click()


def test_somebody_signs_up_in_english_and_comes_back(english: Page) -> None:
    english.get_by_role("link", name="Create an account").click()
    english.get_by_label("Your name").fill("Ann Lee")
    english.get_by_label("E-mail address").fill("ann@example.com")
    english.get_by_label("Password", exact=True).fill(PASSWORD)
    english.get_by_label("Password, once more").fill(PASSWORD)
    english.keyboard.press("Enter")
    title(english, "Check your e-mail")
    english.goto(last_link())
    english.get_by_role("button", name="Confirm").click()
    title(english, "Companies")
    leave(english, "Ann Lee", "Sign out")
    expect(english.locator(".messages")).to_contain_text("You are signed out.")
    enter(english, "ANN@example.com", "wrong-password")
    expect(english.get_by_role("alert")).to_contain_text("The address or the password is wrong.")
    expect(english.get_by_label("E-mail address")).to_have_value("ANN@example.com")
    enter_again = english.get_by_label("Password")
    enter_again.fill(PASSWORD)
    enter_again.press("Enter")
    title(english, "Companies")


def test_somebody_signs_in_and_out_by_keyboard(visitor: Page, world: World) -> None:
    enter(visitor, "bookkeeper@example.com")
    title(visitor, world.company.name)
    leave(visitor, "Bookkeeper")
    title(visitor, "Se connecter")
    visitor.go_back()
    visitor.reload()
    title(visitor, "Se connecter")


def test_the_door_is_locked_after_five_wrong_passwords(visitor: Page) -> None:
    for _ in range(4):
        enter_wrong(visitor)
        expect(visitor.get_by_role("alert")).to_contain_text("erroné")
        visitor.goto(visitor.url)
    enter_wrong(visitor)
    title(visitor, "Verrouillé pour un moment")
    expect(visitor.get_by_role("alert")).to_contain_text("Attendez 15 minutes")
    seen(visitor, "locked")
    visitor.get_by_role("link", name="Réinitialiser le mot de passe").click()
    title(visitor, "Réinitialiser le mot de passe")


def enter_wrong(page: Page) -> None:
    enter(page, "reader@example.com", "pas-le-bon-mot")


# A new password


def test_a_new_password_comes_by_mail(visitor: Page, world: World) -> None:
    visitor.get_by_role("link", name="Mot de passe oublié").click()
    seen(visitor, "reset")
    visitor.get_by_label("Adresse courriel").fill("office@example.com")
    visitor.keyboard.press("Enter")
    title(visitor, "Consultez vos courriels")
    seen(visitor, "reset-sent")
    assert mail.outbox[-1].subject == "Écriture · Votre nouveau mot de passe"
    link = last_link()
    visitor.goto(link)
    title(visitor, "Choisir un nouveau mot de passe")
    seen(visitor, "reset-choose")
    visitor.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    visitor.get_by_label("Nouveau mot de passe, encore une fois").fill(NEW_PASSWORD)
    visitor.keyboard.press("Enter")
    title(visitor, "Le mot de passe a été changé")
    seen(visitor, "reset-done")
    visitor.get_by_role("main").get_by_role("link", name="Se connecter").click()
    enter(visitor, "office@example.com", NEW_PASSWORD)
    title(visitor, world.company.name)


def test_a_link_for_a_new_password_works_once(visitor: Page) -> None:
    visitor.goto(visitor.url.split("/auth")[0] + "/auth/password/reset/key/0-never-made/")
    title(visitor, "Ce lien ne fonctionne plus")
    seen(visitor, "reset-over")


def test_a_password_is_changed(sign_in: SignIn, live_server: Any) -> None:
    page = sign_in("office")
    page.goto(f"{live_server.url}/auth/password/change/")
    seen(page, "password")
    page.get_by_label("Mot de passe actuel").fill("pas-le-bon-mot")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Nouveau mot de passe, encore une fois").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce n’est pas votre mot de passe actuel.")).to_be_visible()
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Nouveau mot de passe, encore une fois").fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Le mot de passe a été changé.")
    assert mail.outbox[-1].subject == "Écriture · Votre mot de passe a été changé"


# The person


def test_a_person_changes_name_and_address(sign_in: SignIn, live_server: Any) -> None:
    page = sign_in("office")
    page.locator("summary", has_text="Office").click()
    page.get_by_role("link", name="Mon compte").click()
    title(page, "Mon compte")
    expect(page.get_by_text("Le mot de passe suffit pour se connecter.")).to_be_visible()
    seen(page, "me")
    page.get_by_label("Votre nom").fill("Lise Roy")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Enregistré.")
    expect(page.locator("summary", has_text="Lise Roy")).to_be_visible()
    page.get_by_role("navigation", name="Mon compte").get_by_role("link", name="Adresse courriel").click()
    page.get_by_label("Nouvelle adresse courriel").fill("lise@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("lise@example.com").first).to_be_visible()
    seen(page, "email")
    page.goto(last_link())
    page.get_by_role("button", name="Confirmer").click()
    assert User.objects.filter(email="lise@example.com", name="Lise Roy").exists()


# Two factors


def ask_again(page: Page) -> None:
    """What makes the account more or less safe asks for the password, also of who has just signed in."""
    title(page, "Est-ce bien vous?")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_two_factors_from_turning_on_to_turning_off(visitor: Page, world: World) -> None:  # noqa: PLR0915 - one story
    page = visitor
    enter(page, "owner@example.com")
    page.locator("summary", has_text="Owner").click()
    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("link", name="Activer").click()
    title(page, "Connexion à deux facteurs")
    seen(page, "two-factor-off")
    page.get_by_role("link", name="Activer").click()
    ask_again(page)
    title(page, "Activer la connexion à deux facteurs")
    expect(page.get_by_role("img", name="Code QR")).to_be_visible()
    assert page.get_by_role("img", name="Code QR").evaluate("image => image.naturalWidth") > 0
    seen(page, "two-factor-activate")
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code à six chiffres").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce code est erroné")).to_be_visible()
    assert page.locator("#secret").inner_text() == secret
    page.get_by_label("Code à six chiffres").fill(code_of(secret))
    page.keyboard.press("Enter")
    title(page, "Codes de secours")
    codes = page.locator(".codes .secret").all_inner_texts()
    assert len(codes) == 10
    seen(page, "recovery-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger les codes").click()
    assert all(code in download.value.path().read_text() for code in codes)
    assert mail.outbox[-1].subject.startswith("Écriture · ")
    leave(page, "Owner")

    enter(page, "owner@example.com")
    title(page, "Connexion : le code".replace(" :", "\N{NO-BREAK SPACE}:"))
    seen(page, "sign-in-code")
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce code est erroné")).to_be_visible()
    page.locator("#id_code").fill(code_of(secret, steps=1))
    page.keyboard.press("Enter")
    title(page, world.company.name)
    leave(page, "Owner")

    enter(page, "owner@example.com")
    page.locator("#id_code").fill(codes[0])
    page.keyboard.press("Enter")
    title(page, world.company.name)
    leave(page, "Owner")

    enter(page, "owner@example.com")
    page.locator("#id_code").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce code est erroné")).to_be_visible()
    page.locator("#id_code").fill(codes[1])
    page.keyboard.press("Enter")
    title(page, world.company.name)

    page.goto(page.url.split("/c/")[0] + "/auth/2fa/")
    expect(page.get_by_text("il reste 8 codes")).to_be_visible()
    seen(page, "two-factor-on")
    page.get_by_role("link", name="Créer de nouveaux codes").click()
    ask_again(page)
    page.get_by_role("button", name="Créer de nouveaux codes").click()
    assert not set(page.locator(".codes .secret").all_inner_texts()) & set(codes)
    page.goto(page.url.split("/auth/")[0] + "/auth/2fa/totp/deactivate/")
    seen(page, "two-factor-deactivate")
    page.get_by_role("button", name="Désactiver").click()
    expect(page.locator(".messages")).to_contain_text("La connexion à deux facteurs est désactivée.")
    leave(page, "Owner")
    enter(page, "owner@example.com")
    title(page, world.company.name)


def test_who_changes_two_factors_is_asked_for_the_password_again(sign_in: SignIn, live_server: Any) -> None:
    page = sign_in("reader")
    page.goto(f"{live_server.url}/auth/2fa/totp/activate/")
    title(page, "Est-ce bien vous?")
    seen(page, "reauthenticate")
    page.get_by_label("Mot de passe").fill("pas-le-bon-mot")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ce n’est pas votre mot de passe.")).to_be_visible()
    ask_again(page)
    title(page, "Activer la connexion à deux facteurs")


# Members and invitations


def members_page(page: Page) -> Page:
    page.get_by_role("navigation", name="Principale").get_by_role("link", name="Réglages").click()
    page.get_by_role("navigation", name="Réglages").get_by_role("link", name="Membres").click()
    title(page, "Membres")
    return page


def test_an_invitation_from_making_to_joining(sign_in: SignIn, world: World, browser: Browser) -> None:
    page = members_page(sign_in("owner"))
    seen(page, "members")
    page.get_by_label("Adresse courriel").fill("lise@")
    page.get_by_role("button", name="Créer le lien").click()
    assert "lise@" not in str(mail.outbox)
    page.get_by_label("Adresse courriel").fill("lise@example.com")
    page.get_by_label("Rôle", exact=True).select_option("office")
    page.get_by_role("button", name="Créer le lien").click()
    title(page, "Le lien de l’invitation")
    link = page.get_by_label("Lien", exact=True).input_value()
    assert mail.outbox[-1].to == ["lise@example.com"]
    assert last_link() == link
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_text("copié", exact=True)).to_be_visible()
    seen(page, "invited")
    page.get_by_role("link", name="Revenir aux membres").click()
    expect(page.get_by_role("region", name="Invitations non utilisées")).to_contain_text("lise@example.com")
    seen(page, "members-with-invitation")

    context = browser.new_context(locale="fr-CA", viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other.goto(link)
    title(other, world.company.name)
    seen(other, "invitation")
    other.get_by_role("link", name="Créer un compte").click()
    other.get_by_label("Votre nom").fill("Lise Roy")
    other.get_by_label("Adresse courriel").fill("lise@example.com")
    other.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    other.get_by_label("Mot de passe, encore une fois").fill(PASSWORD)
    other.keyboard.press("Enter")
    confirm(other)
    title(other, world.company.name)
    seen(other, "invitation-signed-in")
    other.get_by_role("button", name="Rejoindre l’entreprise").click()
    expect(other.locator(".messages")).to_contain_text("Vous êtes membre de")
    assert Membership.objects.get(user__email="lise@example.com").role == "office"
    other.goto(link)
    title(other, "Cette invitation ne fonctionne plus")
    seen(other, "invitation-over")
    context.close()
    page.reload()
    expect(page.get_by_role("region", name="Qui travaille dans cette entreprise")).to_contain_text("Lise Roy")


def test_an_invitation_in_english_is_withdrawn(sign_in: SignIn, world: World, english: Page) -> None:
    User.objects.filter(pk=world.owner.pk).update(language="en")
    page = sign_in("owner")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Members").click()
    page.get_by_role("button", name="Create the link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    english.goto(link)
    expect(english.get_by_role("main")).to_contain_text("invites you to work on this company")
    page.get_by_role("link", name="Back to the members").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".messages")).to_contain_text("its link no longer works")
    english.reload()
    title(english, "This invitation no longer works")


def test_a_role_is_changed_and_a_member_removed_by_keyboard(sign_in: SignIn, world: World) -> None:
    page = members_page(sign_in("owner"))
    role = page.get_by_label("Rôle de Office", exact=True)
    role.select_option("reader")
    role.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Office")
    assert Membership.objects.get(company=world.company, user=world.people["office"]).role == "reader"
    page.get_by_role("link", name="Retirer Office").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Le travail de cette personne est conservé")
    assert faults(page) == []
    look(page, "people-remove-dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Retirer Office").press("Enter")
    dialog.get_by_role("button", name="Retirer").click()
    expect(page.locator(".messages")).to_contain_text("Office n’est plus membre")
    assert not Membership.objects.filter(company=world.company, user=world.people["office"]).exists()


def test_the_last_owner_is_told_why_not(sign_in: SignIn, world: World) -> None:
    page = members_page(sign_in("owner"))
    page.get_by_role("link", name="Quitter").click()
    page.get_by_role("dialog").get_by_role("button", name="Quitter").click()
    expect(page.locator(".messages")).to_contain_text("Une entreprise doit avoir un propriétaire")
    assert world.member("owner")


def test_removing_asks_without_script_too(browser: Browser, sign_in: SignIn, world: World, live_server: Any) -> None:
    cookies = sign_in("owner").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="fr-CA")
    context.add_cookies(cookies)  # type: ignore[arg-type] # the same cookies that came out
    page = context.new_page()
    page.goto(f"{live_server.url}/c/{world.company.pk}/settings/members/")
    page.get_by_role("link", name="Retirer Office").click()
    title(page, "Retirer Office?")
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator(".messages")).to_contain_text("Office n’est plus membre")
    context.close()


def test_a_reader_cannot_open_what_they_must_not(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = members_page(sign_in("reader"))
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(page.get_by_role("button", name="Créer le lien")).to_have_count(0)
    seen(page, "members-reader")
    page.goto(f"{live_server.url}/c/{world.company.pk}/settings/members/{world.member('office').pk}/remove/")
    title(page, "Votre rôle ne le permet pas")
    stranger = sign_in("stranger")
    answer = stranger.goto(f"{live_server.url}/c/{world.company.pk}/settings/members/")
    assert answer
    assert answer.status == 404


# A firm with many companies


def test_a_firm_finds_one_of_forty_companies(sign_in: SignIn, world: World, live_server: Any) -> None:
    for number in range(39):
        other_company(world.people["bookkeeper"], f"Entretien Numéro {number:02} inc.")
    page = sign_in("bookkeeper")
    page.goto(f"{live_server.url}/companies/")
    title(page, "Entreprises")
    expect(page.get_by_role("row")).to_have_count(41)
    expect(page.get_by_role("row").nth(1)).to_contain_text(world.company.name)
    seen(page, "companies")
    page.locator("summary").first.click()
    look(page, "people-companies-menu")
    page.keyboard.press("Escape")
    page.get_by_label("Chercher une entreprise").fill("numero 17")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Entretien Numéro 17 inc.").last.click()
    title(page, "Entretien Numéro 17 inc.")
