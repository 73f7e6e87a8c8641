"""Every text is bounded where it comes in, alike on both databases, and a name shows all that it is made of."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ecriture.store.access import end_membership
from ecriture.store.models import AuditRecord, Company, User
from ecriture.web.forms import settings_file
from ecriture.web.forms.fields import is_seen
from server_world import PASSWORD, World

SignedIn = Callable[[str], Client]


def named(name: str, content: str) -> BytesIO:
    file = BytesIO(content.encode())
    file.name = name
    return file


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/auth/login/", {"login": "x" * 300 + "@example.com", "password": PASSWORD}),
        ("/auth/login/", {"login": "a@example.com", "password": "x" * 1001}),
        ("/auth/password/reset/", {"email": "x" * 300 + "@example.com"}),
        (
            "/auth/signup/",
            {"email": "a@" + "b" * 60 + ("." + "c" * 60) * 4, "password1": PASSWORD, "password2": PASSWORD, "name": ""},
        ),
    ],
)
def test_what_is_too_long_to_sign_in_is_said_beside_its_field(db: None, path: str, fields: dict[str, str]) -> None:
    answer = Client().post(path, fields)
    assert answer.status_code == 200
    assert "caractères" in answer.content.decode()
    assert not User.objects.exists()


def chart_of(world: World, client: Client, name: str) -> Any:
    file = named("chart.csv", f"number;name;type\n1060;{name};H\n4000;Sales;H\n")
    return client.post(reverse("chart-import", args=[world.company.pk]), {"file": file})


@pytest.mark.parametrize(
    ("name", "said"), [("x" * 201, "plus de 200 caractères"), ("Ban\u202eque", "on ne voit pas"), ("Banque", "")]
)
def test_names_of_an_imported_chart(world: World, signed_in: SignedIn, name: str, said: str) -> None:
    answer = chart_of(world, signed_in("owner"), name)
    assert answer.status_code == (422 if said else 302)
    assert said in answer.content.decode()


TRICKS = ("Ow\u202ener", "Owner\u200b", "\u2067Owner", "Ow\u00adner", "Owner\u3164", "Owner\ufe0f", "Owner\u2800")


@pytest.mark.parametrize("name", TRICKS)
def test_a_name_with_invisible_characters_is_refused(world: World, signed_in: SignedIn, name: str) -> None:
    client = signed_in("reader")
    assert client.post("/me/", {"name": name, "language": "fr"}).status_code == 422
    answers = {"name": name, "email": "b@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post("/auth/signup/", answers).status_code == 200
    company = {"name": name, "province": "QC", "language": "fr"}
    assert client.post("/companies/new/", company).status_code == 422
    assert not User.objects.filter(email="b@example.com").exists()
    assert Company.objects.count() == 1


@pytest.mark.parametrize("name", ["Hélène D’Août-Côté", "Nguyễn", "李小龍", "Zo\u0308e", "Marie 2", "O\u00a0Neil"])
def test_real_names_are_taken(name: str) -> None:
    assert is_seen(name)


def test_a_settings_file_has_a_bound(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    page = reverse("settings-file", args=[world.company.pk])
    text = '[company]\nname = "X"\n[items.A]\ncredit = "4000"\n[items.B]\ncredit = "4000"\n'
    monkeypatch.setattr(settings_file, "MOST_ITEMS", 1)
    answer = signed_in("owner").post(page, {"file": named("company.toml", text)})
    assert (answer.status_code, "plus de 1 articles" in answer.content.decode()) == (422, True)
    monkeypatch.setattr(settings_file, "LARGEST_FILE", 50)
    answer = signed_in("owner").post(page, {"file": named("company.toml", text)})
    assert (answer.status_code, "plus de 6" in answer.content.decode()) == (422, True)


# The audit


def test_the_audit_shows_the_address_as_it_was(world: World, signed_in: SignedIn) -> None:
    """Somebody takes the owner's name, acts, and takes their own again."""
    bookkeeper = signed_in("bookkeeper")
    bookkeeper.post("/me/", {"name": "Owner", "language": "fr"})
    bookkeeper.post(reverse("leave", args=[world.company.pk]))
    bookkeeper.post("/me/", {"name": "Bookkeeper", "language": "fr"})
    page = signed_in("owner").get(reverse("audit", args=[world.company.pk])).content.decode()
    assert "Owner &lt;bookkeeper@example.com&gt;" in page


def test_a_long_name_leaves_room_for_the_address(world: World) -> None:
    reader = world.people["reader"]
    address = "a" * 60 + "@" + "b" * 60 + ".example." + "c" * 60
    User.objects.filter(pk=reader.pk).update(name="N" * 100, email=address)
    end_membership(world.member("reader"), by=User.objects.get(pk=reader.pk))
    who = AuditRecord.objects.get(action="member-left").who_name
    assert len(who) <= 254
    assert who.endswith(f" <{address}>")
    assert User(name="N", email="a" * 254).identified == "a" * 254
