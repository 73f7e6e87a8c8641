"""People on the web: the lock-out, signing up and in, the person's page, members, invitations, the firm's list."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ecriture.core.documents import RowKey, RowKind, Status, invoice
from ecriture.core.settings import DefaultAccounts, Settings
from ecriture.store import invitations
from ecriture.store.models import AuditRecord, Invitation, Membership, Role, User
from ecriture.store.settings import make_company
from server_world import PASSWORD, World, other_company, person, put

LOGIN = "/auth/login/"
SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    """The limits of allauth count in the cache, which outlives a test."""
    cache.clear()


# The lock-out


def enter(address: str, password: str, *, ip: str = "10.0.0.1", by_way_of: str = "") -> Any:
    headers = {"x-forwarded-for": by_way_of} if by_way_of else {}
    return Client(REMOTE_ADDR=ip, headers=headers).post(LOGIN, {"login": address, "password": password})


@pytest.fixture
def locked(world: World) -> str:
    """The address of somebody for whom a wrong password was typed five times."""
    address = world.owner.email
    for _ in range(4):
        assert enter(address, "wrong").status_code == 200
    assert enter(address, "wrong").status_code == 429
    return address


def test_the_right_password_does_not_open_a_locked_door(locked: str) -> None:
    answer = enter(locked, PASSWORD)
    assert answer.status_code == 429
    assert "_auth_user_id" not in answer.client.session


@pytest.mark.parametrize("spelling", [str.upper, str.title, lambda address: f" {address} "])
def test_nor_does_another_spelling_of_the_address(locked: str, spelling: Callable[[str], str]) -> None:
    assert enter(spelling(locked), PASSWORD).status_code == 429


def test_another_account_from_there_is_not_locked(locked: str, world: World) -> None:
    assert enter(world.people["reader"].email, PASSWORD).status_code == 302


def test_the_right_password_from_elsewhere_opens(locked: str) -> None:
    assert enter(locked, PASSWORD, ip="10.0.0.2").status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(14, 429), (16, 302)])
def test_the_lock_ends_after_fifteen_minutes(locked: str, minutes: int, status: int) -> None:
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=minutes))
    assert enter(locked, PASSWORD).status_code == status


def test_the_page_says_how_long_and_what_to_do(locked: str) -> None:
    page = Client(REMOTE_ADDR="10.0.0.1").post(LOGIN, {"login": locked, "password": PASSWORD}).content.decode()
    assert "Attendez 15 minutes" in page
    assert reverse("account_reset_password") in page


def test_a_right_password_in_time_starts_the_count_anew(world: World) -> None:
    for _ in range(2):
        for _wrong in range(4):
            assert enter(world.owner.email, "wrong").status_code == 200
        assert enter(world.owner.email, PASSWORD).status_code == 302


def test_a_new_password_by_mail_opens_the_door(locked: str) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    client.post("/auth/password/reset/", {"email": locked})
    client.post(opened_reset(client), {"password1": "courge-et-poireau", "password2": "courge-et-poireau"})
    assert enter(locked, "courge-et-poireau").status_code == 302


def opened_reset(client: Client) -> str:
    """The address of the form behind the link of the last mail."""
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link
    return client.get(link[1])["Location"]


def test_asking_again_who_it_is_is_counted_for_that_person_alone(world: World, signed_in: SignedIn) -> None:
    """Wrong answers there must not lock every account of the office, which has one address."""
    client = signed_in("owner")
    for _ in range(6):
        answer = client.post("/auth/reauthenticate/", {"password": "wrong"}, REMOTE_ADDR="10.0.0.1")
    assert answer.status_code == 429
    assert enter(world.people["reader"].email, PASSWORD).status_code == 302
    assert enter(world.owner.email, PASSWORD).status_code == 429


def test_the_password_is_asked_again_of_who_has_no_confirmed_address(world: World, signed_in: SignedIn) -> None:
    EmailAddress.objects.filter(user=world.owner).delete()
    answer = signed_in("owner").post("/auth/reauthenticate/", {"password": PASSWORD, "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")


def test_behind_a_proxy_each_person_has_an_address(world: World, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(5):
        enter(world.owner.email, "wrong", by_way_of="1.1.1.1, 203.0.113.7")
    assert enter(world.owner.email, PASSWORD, by_way_of="203.0.113.7").status_code == 429
    assert enter(world.owner.email, PASSWORD, by_way_of="203.0.113.7, 203.0.113.8").status_code == 302


def test_without_one_nobody_chooses_their_address(world: World) -> None:
    for number in range(5):
        answer = enter(world.owner.email, "wrong", by_way_of=f"203.0.113.{number}")
    assert answer.status_code == 429


# Signing up, and the person


def sign_up(client: Client, address: str = "nouvelle@example.com", **fields: str) -> Any:
    answers = {"name": "Lise Roy", "email": address, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/auth/signup/", {**answers, **fields})


def test_signing_up_keeps_name_and_language_and_sends_a_mail(db: None) -> None:
    answer = sign_up(Client(headers={"accept-language": "en"}), "New@Example.com")
    made = User.objects.get()
    assert (made.email, made.name, made.language) == ("new@example.com", "Lise Roy", "en")
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert mail.outbox[0].subject == "Écriture · Confirm your address"
    assert "/auth/confirm-email/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password1": "court", "password2": "court"}, "trop court"),
        ({"password2": "autre-chose-ici"}, "id_password2_error"),
        ({"email": "personne"}, "id_email_error"),
    ],
)
def test_wrong_answers_are_said_beside_their_field(world: World, fields: dict[str, str], said: str) -> None:
    before = User.objects.count()
    answer = sign_up(Client(), **fields)
    assert said in answer.content.decode()
    assert User.objects.count() == before


def test_a_closed_server_lets_in_who_was_invited(world: World, settings: Any) -> None:
    settings.SIGNUP_OPEN = False
    assert "Sur invitation seulement" in Client().get("/auth/signup/").content.decode()
    sign_up(Client())
    assert not User.objects.filter(email="nouvelle@example.com").exists()
    client, link = Client(), invitations.make(world.company, Role.OFFICE, by=world.owner)
    client.get(reverse("invitation", args=[link.token]))
    sign_up(client)
    assert User.objects.filter(email="nouvelle@example.com").exists()


def test_a_withdrawn_invitation_does_not_open_a_closed_server(world: World, settings: Any) -> None:
    settings.SIGNUP_OPEN = False
    client, link = Client(), invitations.make(world.company, Role.OFFICE, by=world.owner)
    client.get(reverse("invitation", args=[link.token]))
    invitations.withdraw(link.invitation, by=world.owner)
    sign_up(client)
    assert not User.objects.filter(email="nouvelle@example.com").exists()


def test_a_person_changes_name_and_language(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    answer = client.post("/me/", {"name": "Hélène Roy", "language": "en"}, follow=True)
    world.owner.refresh_from_db()
    assert (world.owner.name, world.owner.language) == ("Hélène Roy", "en")
    assert "Saved." in answer.content.decode()


@pytest.mark.parametrize("fields", [{"name": "x" * 101, "language": "fr"}, {"name": "Lise", "language": "de"}, {}])
def test_wrong_answers_about_a_person_are_refused(world: World, signed_in: SignedIn, fields: dict[str, str]) -> None:
    assert signed_in("owner").post("/me/", {"sent": "1", **fields}).status_code == 422
    world.owner.refresh_from_db()
    assert world.owner.name == "Owner"


def test_the_present_address_stays_until_the_new_one_is_confirmed(world: World, signed_in: SignedIn) -> None:
    """Also where nobody ever confirmed it, and when somebody mistypes and asks again."""
    client = signed_in("office")
    for address in ("mistyped@example.com", "Lise@example.com"):
        client.post("/auth/email/", {"action_add": "", "email": address})
        assert "office@example.com" in client.get("/auth/email/").content.decode()
        assert enter("office@example.com", PASSWORD).status_code == 302
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link
    client.post(link[1])
    assert enter("lise@example.com", PASSWORD).status_code == 302
    assert enter("office@example.com", PASSWORD).status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "name", ["password_changed", "email_changed", "email_confirm", "email_deleted", "password_set", "password_reset"]
)
def test_a_change_of_the_account_is_told_by_mail(world: World, rf: Any, language: str, name: str) -> None:
    from allauth.account.adapter import get_adapter
    from allauth.core import context
    from django.utils import translation

    request = rf.get("/")
    request.user = world.owner
    with context.request_context(request), translation.override(language):
        get_adapter().send_notification_mail(
            f"account/email/{name}",
            world.owner,
            {"from_email": "a@b.ca", "to_email": "c@d.ca", "deleted_email": "a@b.ca"},
        )
    sent = mail.outbox[-1]
    assert sent.subject.startswith("Écriture · ")
    assert "http://testserver/auth/password/reset/" in sent.body
    assert ("Navigateur" if language == "fr" else "Browser") in sent.body
    assert "&#" not in sent.body


# Members


def act(client: Client, world: World, name: str, *args: object, **fields: str) -> Any:
    return client.post(reverse(name, args=[world.company.pk, *args]), fields, follow=True)


def test_an_owner_changes_a_role(world: World, signed_in: SignedIn) -> None:
    reader = world.member("reader")
    answer = act(signed_in("owner"), world, "member-role", reader.pk, role="office")
    assert "Reader : Adjoint" in answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert Membership.objects.get(pk=reader.pk).role == "office"


def test_a_role_that_is_none_is_refused(world: World, signed_in: SignedIn) -> None:
    reader = world.member("reader")
    act(signed_in("owner"), world, "member-role", reader.pk, role="emperor")
    assert Membership.objects.get(pk=reader.pk).role == "reader"


@pytest.mark.parametrize(
    ("name", "fields"), [("member-role", {"role": "reader"}), ("member-remove", {}), ("leave", {})]
)
def test_the_last_owner_stays(world: World, signed_in: SignedIn, name: str, fields: dict[str, str]) -> None:
    args = [] if name == "leave" else [world.member("owner").pk]
    answer = act(signed_in("owner"), world, name, *args, **fields)
    assert "Une entreprise doit avoir un propriétaire" in answer.content.decode()
    assert world.member("owner").user == world.owner


def test_who_was_removed_is_out_at_the_next_click(world: World, signed_in: SignedIn) -> None:
    office = signed_in("office")
    page = reverse("members", args=[world.company.pk])
    assert office.get(page).status_code == 200
    act(signed_in("owner"), world, "member-remove", world.member("office").pk)
    assert office.get(page).status_code == 404


def test_a_reader_leaves(world: World, signed_in: SignedIn) -> None:
    answer = act(signed_in("reader"), world, "leave")
    assert answer.redirect_chain[-1][0] == "/companies/"
    assert not Membership.objects.filter(company=world.company, role="reader").exists()
    assert AuditRecord.objects.get(action="member-left").who == world.people["reader"]


@pytest.mark.parametrize("name", ["member-role", "member-remove", "invitation-withdraw"])
def test_what_belongs_to_another_company_is_not_there(world: World, signed_in: SignedIn, name: str) -> None:
    """Also for an owner, who puts it behind the address of their own company."""
    own = other_company(world.people["stranger"])
    invitation = invitations.make(world.company, Role.READER, by=world.owner).invitation
    pk = invitation.pk if name == "invitation-withdraw" else world.member("reader").pk
    answer = signed_in("stranger").post(reverse(name, args=[own.pk, pk]), {"role": "owner"})
    assert answer.status_code == 404
    assert world.member("reader")
    assert Invitation.objects.filter(pk=invitation.pk).exists()


def test_others_see_the_members_and_can_change_nothing(world: World, signed_in: SignedIn) -> None:
    invitations.make(world.company, Role.READER, by=world.owner, email="secret@example.com")
    for who in ("reader", "bookkeeper"):
        page = signed_in(who).get(reverse("members", args=[world.company.pk])).content.decode()
        assert "office@example.com" in page
        assert "<select" not in page
        assert "secret@example.com" not in page


# Inviting


def invited(client: Client, world: World, **fields: str) -> tuple[str, Any]:
    answer = act(client, world, "invite", **{"role": "office", "email": "", **fields})
    found = re.search(r"http://testserver(/invitation/[^\"/]+/)", answer.content.decode())
    assert found
    return found[1], answer


def test_an_invitation_from_making_to_joining(world: World, signed_in: SignedIn) -> None:
    link, answer = invited(signed_in("owner"), world)
    assert "no-store" in answer["Cache-Control"]
    stranger = signed_in("stranger")
    assert world.company.name in stranger.get(link).content.decode()
    assert not Membership.objects.filter(user=world.people["stranger"]).exists(), "opening a link changes nothing"
    assert stranger.post(link)["Location"] == reverse("company", args=[world.company.pk])
    assert Membership.objects.get(user=world.people["stranger"]).role == "office"
    assert stranger.get(link).status_code == 404


def test_the_link_is_shown_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    link, _answer = invited(client, world)
    again = client.get(reverse("members", args=[world.company.pk])).content.decode()
    assert link not in again
    assert link.split("/")[2] not in str(dict(client.session))


@pytest.mark.parametrize(("language", "word"), [("fr", "vous invite"), ("en", "invites you")])
def test_it_is_mailed_where_an_address_was_given(world: World, signed_in: SignedIn, language: str, word: str) -> None:
    User.objects.filter(pk=world.owner.pk).update(language=language)
    link, answer = invited(signed_in("owner"), world, email="Lise@Example.com")
    sent = mail.outbox[-1]
    assert sent.to == ["lise@example.com"]
    assert world.company.name in sent.subject
    assert f"http://testserver{link}" in sent.body
    assert word in sent.body
    assert "Owner" in sent.body
    assert "lise@example.com" in answer.content.decode()


@pytest.mark.parametrize("fields", [{"email": "lise@"}, {"role": "emperor"}, {"email": "x" * 250 + "@a.ca"}])
def test_a_wrong_invitation_is_refused(world: World, signed_in: SignedIn, fields: dict[str, str]) -> None:
    answer = act(signed_in("owner"), world, "invite", **{"role": "office", **fields})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_too_many_open_ones_are_refused(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_OPEN", 1)
    invited(signed_in("owner"), world)
    answer = act(signed_in("owner"), world, "invite", role="office")
    assert answer.status_code == 422
    assert "Retirez-en une" in answer.content.decode()


def test_withdrawing_makes_no_room_for_more_mail(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In no company: somebody can make as many as they like."""
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    own = other_company(world.owner)
    for company in (world.company, own):
        invitations.withdraw(invitations.make(company, Role.READER, by=world.owner).invitation, by=world.owner)
    answer = act(signed_in("owner"), world, "invite", role="office", email="lise@example.com")
    assert answer.status_code == 422
    assert "Continuez demain" in answer.content.decode()
    assert not mail.outbox


def test_anonymous_people_are_asked_to_sign_in_and_come_back(world: World) -> None:
    link = reverse("invitation", args=[invitations.make(world.company, Role.READER, by=world.owner).token])
    page = Client().get(link).content.decode()
    assert "Owner" in page
    assert f"/auth/signup/?next={link}" in page
    client = Client()
    assert client.post(link)["Location"] == f"{LOGIN}?next={link}"
    entered = client.post(LOGIN, {"login": "stranger@example.com", "password": PASSWORD, "next": link})
    assert entered["Location"] == link
    assert not Membership.objects.filter(user=world.people["stranger"]).exists()


def test_a_member_is_not_offered_to_use_up_the_link(world: World, signed_in: SignedIn) -> None:
    link = reverse("invitation", args=[invitations.make(world.company, Role.READER, by=world.owner).token])
    assert "déjà membre" in signed_in("bookkeeper").get(link).content.decode()


def test_names_are_written_as_text_everywhere(world: World, signed_in: SignedIn) -> None:
    User.objects.filter(pk=world.owner.pk).update(name="<script>x</script>")
    link, _answer = invited(signed_in("owner"), world, email="lise@example.com")
    pages = [Client().get(link), signed_in("owner").get(reverse("members", args=[world.company.pk]))]
    assert all("<script>x" not in page.content.decode() for page in pages)
    assert "<script>x</script>" in mail.outbox[-1].body


# The companies of a firm


def firm_list(client: Client, **query: str) -> str:
    return client.get("/companies/", query).content.decode()


def waits(company: Any, number: str, day: date) -> None:
    put(company, invoice(number, day, [(RowKey(RowKind.LINE), 1000)], status=Status.FINAL))


def test_what_waits_longest_comes_first(world: World) -> None:
    firm = person("firm", language="en")
    accounts = DefaultAccounts("1201", "4000", "1060", "1201")
    for name, day in (("Alpha", None), ("Bravo", date(2026, 3, 1)), ("Clé", date(2025, 12, 24))):
        company = make_company(Settings(name=name, accounts=accounts), owner=firm)
        if day:
            waits(company, "F-1", day)
    make_company(Settings(name="Delta"), owner=firm)
    client = Client()
    client.force_login(firm, backend="django.contrib.auth.backends.ModelBackend")
    page = firm_list(client)
    names = re.findall(r'<th scope="row"><a [^>]+>([^<]+)', page)
    assert names == ["Clé", "Bravo", "Alpha", "Delta"]
    assert "Dec. 24, 2025" in page
    assert page.count("accounts missing") == 1
    assert 'type="search"' not in page


def test_many_companies_can_be_searched_without_accents_in_as_many_queries(
    world: World,
) -> None:
    firm = person("firm")
    for number in range(3):
        waits(other_company(firm, f"Numéro {number}"), "F-1", date(2026, 1, 1))
    client = Client()
    client.force_login(firm, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/companies/")
    counted = queries(client)
    for number in range(3, 41):
        waits(other_company(firm, f"Numéro {number}"), "F-1", date(2026, 1, 1))
    client.get("/companies/")  # the plan of each new one is made once
    assert queries(client) == counted
    assert counted <= 8
    page = firm_list(client, q="NUMERO 7")
    assert re.findall(r'<th scope="row"><a [^>]+>([^<]+)', page) == ["Numéro 7"]
    assert "Aucune entreprise ne s’appelle" in firm_list(client, q="<zzz>")


def queries(client: Client, page: str = "/companies/") -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(page)
    return len(found)


def test_the_members_page_costs_the_same_for_four_and_for_thirty(world: World, signed_in: SignedIn) -> None:
    client, page = signed_in("owner"), reverse("members", args=[world.company.pk])
    client.get(page)
    counted = queries(client, page)
    for number in range(26):
        Membership.objects.create(company=world.company, user=person(f"more{number}"), role="reader")
    assert queries(client, page) == counted
    assert counted <= 10
