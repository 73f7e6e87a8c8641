"""Nobody gets into an account by what they prepared before it was somebody else's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ecriture.store import invitations, people
from ecriture.store.access import change_role
from ecriture.store.models import Company, Invitation, Membership, Role, User
from ecriture.store.people import Unverified
from server_world import PASSWORD, World, other_company, person

SignedIn = Callable[[str], Client]
VICTIM, ATTACKER = "victim@example.com", "attacker@example.com"
NEW = "courge-et-poireau"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def last_path() -> str:
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link
    return link[1]


def sign_up(client: Client, address: str) -> Any:
    return client.post("/auth/signup/", {"name": "", "email": address, "password1": PASSWORD, "password2": PASSWORD})


def sign_in(address: str, password: str) -> Client:
    client = Client()
    client.post("/auth/login/", {"login": address, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def reset(address: str) -> None:
    client = Client()
    client.post("/auth/password/reset/", {"email": address})
    form = client.get(last_path())["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})


@pytest.fixture
def prepared() -> Client:
    """An account that somebody made with another's address before there was a need to verify it, and is signed in to."""
    user = User.objects.create_user(VICTIM, PASSWORD)
    attacker = Client()
    attacker.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return attacker


def test_a_reset_ends_the_old_link_to_another_address(prepared: Client) -> None:
    prepared.post("/auth/reauthenticate/", {"password": PASSWORD})
    prepared.post("/auth/email/", {"action_add": "", "email": ATTACKER})
    link = last_path()
    assert "confirm-email" in link
    reset(VICTIM)
    prepared.post(link)
    assert User.objects.get().email == VICTIM
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(VICTIM, True)]


def test_a_reset_ends_sessions_and_sign_ins_that_wait_for_a_code(prepared: Client) -> None:
    assert is_in(prepared)
    EmailAddress.objects.create(user=User.objects.get(), email=VICTIM, verified=True, primary=True)
    TOTP.activate(User.objects.get(), "A" * 32)
    waiting = sign_in(VICTIM, PASSWORD)
    assert "account_login" in waiting.session
    reset(VICTIM)
    assert not is_in(prepared)
    assert "account_login" not in waiting.session


@pytest.mark.parametrize("was_verified", [False, True])
def test_a_reset_drops_second_factors_where_the_address_was_never_verified(
    prepared: Client, was_verified: bool
) -> None:
    user = User.objects.get()
    if was_verified:
        EmailAddress.objects.create(user=user, email=VICTIM, verified=True, primary=True)
    TOTP.activate(user, "A" * 32)
    reset(VICTIM)
    assert Authenticator.objects.exists() is was_verified
    assert is_in(sign_in(VICTIM, NEW)) is not was_verified


def test_a_reset_is_not_sent_to_an_address_that_was_only_asked_for(prepared: Client) -> None:
    EmailAddress.objects.create(user=User.objects.get(), email=ATTACKER)
    Client().post("/auth/password/reset/", {"email": ATTACKER})
    assert "/auth/password/reset/key/" not in mail.outbox[-1].body


def test_nobody_signs_in_before_the_address_is_verified() -> None:
    client = Client()
    sign_up(client, VICTIM)
    assert not is_in(client)
    assert not is_in(sign_in(VICTIM, PASSWORD))
    client.post(last_path())
    assert is_in(sign_in(VICTIM, PASSWORD))


def test_sign_up_tells_nobody_who_has_an_account(world: World) -> None:
    answers = [sign_up(Client(), address) for address in ("owner@example.com", "OWNER@example.com", VICTIM)]
    assert {(it.status_code, it["Location"]) for it in answers} == {(302, "/auth/confirm-email/")}
    assert ["Il y en a déjà un" in str(it.body) for it in mail.outbox] == [True, False]
    assert User.objects.filter(email="owner@example.com").count() == 1


def test_an_address_that_became_another_account_s_is_not_taken(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    client.post("/auth/reauthenticate/", {"password": PASSWORD})
    client.post("/auth/email/", {"action_add": "", "email": VICTIM})
    link = last_path()
    User.objects.create_user(VICTIM, PASSWORD)
    assert client.post(link, follow=True).status_code == 200
    world.owner.refresh_from_db()
    assert world.owner.email == "owner@example.com"


# Owning and inviting


@pytest.fixture
def unverified(world: World) -> User:
    return User.objects.create_user(VICTIM, PASSWORD)


def test_only_a_verified_address_owns_a_company_or_invites(world: World, unverified: User) -> None:
    with pytest.raises(Unverified):
        other_company(unverified)
    member = Membership.objects.create(company=world.company, user=unverified, role=Role.READER)
    with pytest.raises(Unverified):
        change_role(member, Role.OWNER, by=world.owner)
    with pytest.raises(Unverified):
        invitations.make(world.company, Role.READER, by=unverified)
    link = invitations.make(world.company, Role.OWNER, by=world.owner)
    with pytest.raises(Unverified):
        invitations.accept(link.token, unverified)
    assert Invitation.objects.get(pk=link.invitation.pk).used_at is None


def test_the_pages_say_so(world: World, unverified: User, signed_in: SignedIn) -> None:
    client = Client()
    client.force_login(unverified, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/companies/new/", {"name": "X", "province": "QC", "language": "fr"})
    assert "Confirmez d’abord votre adresse" in answer.content.decode()
    assert Company.objects.count() == 1
    link = reverse("invitation", args=[invitations.make(world.company, Role.OWNER, by=world.owner).token])
    assert client.post(link)["Location"] == "/auth/email/"
    member = Membership.objects.create(company=world.company, user=unverified, role=Role.READER)
    page = reverse("member-role", args=[world.company.pk, member.pk])
    answer = signed_in("owner").post(page, {"role": "owner"}, follow=True)
    assert "doit d’abord confirmer son adresse" in answer.content.decode()
    EmailAddress.objects.filter(user=world.owner).update(verified=False)
    answer = signed_in("owner").post(reverse("invite", args=[world.company.pk]), {"role": "reader", "email": ""})
    assert (answer.status_code, "Confirmez d’abord" in answer.content.decode()) == (422, True)


# What who runs the server does


def test_an_account_is_closed(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    invitations.make(world.company, Role.READER, by=world.owner)
    EmailAddress.objects.create(user=world.owner, email=ATTACKER)
    people.close(world.owner)
    assert not is_in(client)
    assert not is_in(sign_in(world.owner.email, PASSWORD))
    assert not Invitation.objects.exists()
    assert not EmailAddress.objects.filter(email=ATTACKER).exists()
    assert world.member("owner").user == world.owner


def test_a_lost_second_factor_is_reset() -> None:
    user = person("lise")
    TOTP.activate(user, "A" * 32)
    assert not is_in(sign_in(user.email, PASSWORD))
    assert people.reset_two_factor(user)
    assert not people.reset_two_factor(user)
    assert is_in(sign_in(user.email, PASSWORD))
