"""The session is over in the middle of a form: people sign in, and what they typed is still there."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ecriture.store.models import Company, Invitation
from server_world import PASSWORD, World
from web_forms import shown, words_of

SignedIn = Callable[[str], Client]
LOGIN = "/auth/login/"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def sign_in(client: Client, address: str, world: World) -> Any:
    return client.post(
        address, {"login": world.owner.email, "password": PASSWORD, "next": address.partition("next=")[2]}
    )


def test_what_was_typed_is_saved_after_signing_in_again(world: World, signed_in: SignedIn) -> None:
    url = reverse("accounting", args=[world.company.pk])
    client = signed_in("owner")
    fields = {**shown(client.get(url)), "source_prefix": "ZZ"}
    client.logout()
    answer = client.post(url, fields)
    assert answer["Location"] == f"{LOGIN}?next=/kept/"
    assert sign_in(client, answer["Location"], world)["Location"] == "/kept/"
    page = client.get("/kept/")
    assert "Ce que vous avez saisi est gardé" in words_of(page)
    kept = page.context["kept"]
    assert kept.path == url
    assert client.post(kept.path, dict(kept.fields)).status_code == 302
    assert Company.objects.get(pk=world.company.pk).source_prefix == "ZZ"
    assert client.get("/kept/")["Location"] == "/"  # once


def test_an_address_that_only_takes_forms_never_ends_on_a_405(world: World, signed_in: SignedIn) -> None:
    url = reverse("invite", args=[world.company.pk])
    client = Client()
    answer = client.post(url, {"role": "reader"})
    sign_in(client, answer["Location"], world)
    kept = client.get("/kept/").context["kept"]
    assert client.post(kept.path, dict(kept.fields)).status_code == 200
    assert Invitation.objects.filter(company=world.company).count() == 1


def test_what_is_too_large_or_a_file_is_not_kept(world: World) -> None:
    client = Client(headers={"referer": "http://testserver/c/x/settings/chart/import/?guide=chart"})
    answer = client.post(reverse("accounting", args=[world.company.pk]), {"note": "x" * 70_000})
    assert answer["Location"] == f"{LOGIN}?next=/c/x/settings/chart/import/%3Fguide%3Dchart"
    other = Client(headers={"referer": "https://example.com/evil"})
    answer = other.post(reverse("accounting", args=[world.company.pk]), {"note": "x" * 70_000})
    assert answer["Location"] == f"{LOGIN}?next=/"


@pytest.mark.parametrize("header", ["HX-Request", "X-Requested-With"])
def test_a_part_of_a_page_is_never_the_sign_in_page(world: World, header: str) -> None:
    answer = Client().get(reverse("account-options", args=[world.company.pk]), headers={header: "true"})
    assert (answer.status_code, answer.content) == (401, b"")


# Without a mail server


@pytest.fixture
def without_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


@pytest.mark.usefixtures("without_mail")
def test_nothing_is_said_to_be_sent_that_was_not(world: World, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    with caplog.at_level(logging.WARNING, "ecriture.mail"):
        answer = client.post("/auth/password/reset/", {"email": world.owner.email}, follow=True)
    assert "Ce serveur n’envoie pas de courriel." in words_of(answer)
    assert "Nous avons envoyé" not in words_of(answer)
    assert "ECRITURE_SMTP" in caplog.text  # who runs the server learns it
    for address in ("/auth/confirm-email/", "/auth/password/reset/", "/auth/password/reset/done/"):
        page = words_of(client.get(address))
        assert "Nous avons envoyé" not in page
        assert "Nous vous avons envoyé" not in page


@pytest.mark.usefixtures("without_mail")
def test_an_invitation_that_was_not_sent_is_to_be_given(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    assert "donnez le lien vous-même" in words_of(client.get(reverse("members", args=[world.company.pk])))
    answer = client.post(reverse("invite", args=[world.company.pk]), {"role": "reader", "email": "a@example.com"})
    assert "rien n’est parti vers <b>a@example.com</b>" in words_of(answer)


def test_the_same_form_sent_again_makes_no_second_invitation(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    fields = {**shown(client.get(reverse("members", args=[world.company.pk]))), "role": "reader"}
    for expected in (200, 302):
        assert client.post(reverse("invite", args=[world.company.pk]), fields).status_code == expected
    assert Invitation.objects.filter(company=world.company).count() == 1
