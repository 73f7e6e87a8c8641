"""When something is wrong, the page says so in the language of the person, whatever is broken."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import translation
from test_access_table import COMPANY_PAGES, address

from ecriture.project import urls
from ecriture.store.models import User
from ecriture.web.views import errors
from server_world import World

SignedIn = Callable[[str], Client]
LANGUAGES = (("fr", "Retour à la première page"), ("en", "Back to the first page"))
each_language = pytest.mark.parametrize(("language", "words"), LANGUAGES)


@pytest.fixture(autouse=True)
def language_is_given_back() -> Iterator[None]:
    with translation.override(translation.get_language()):
        yield


@each_language
def test_no_such_page(language: str, words: str, db: None) -> None:
    answer = Client().get("/nowhere/", headers={"accept-language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert f'lang="{language}-CA"' in answer.content.decode()


def test_no_right(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("reader").post(reverse("accounting", args=[world.company.pk]))
    assert answer.status_code == 403
    assert "Votre rôle" in answer.content.decode()
    assert reverse("items", args=[world.company.pk]) in answer.content.decode()  # one goes on in the same company


def test_who_is_no_member_gets_no_navigation_of_the_company(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("stranger").post(reverse("accounting", args=[world.company.pk]))
    assert answer.status_code == 404
    assert reverse("items", args=[world.company.pk]) not in answer.content.decode()


@each_language
@pytest.mark.parametrize("who", ["anonymous", "reader"])
def test_an_address_that_takes_forms_only(
    language: str, words: str, who: str, world: World, signed_in: SignedIn
) -> None:
    User.objects.update(language=language)
    address = reverse("language") if who == "anonymous" else reverse("many-items", args=[world.company.pk])
    answer = signed_in(who).get(address, headers={"accept-language": language})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert words in answer.content.decode()


def test_the_switches_come_back_from_the_answer_to_a_form(world: World, signed_in: SignedIn) -> None:
    """The answer stands at an address that takes forms only; what sent the form can be opened."""
    items = "http://testserver" + reverse("items", args=[world.company.pk]) + "?q=vitres"
    answer = signed_in("owner").post(
        reverse("many-items", args=[world.company.pk]),
        {"chosen": "VITRES", "credit": "1200"},
        headers={"referer": items},
    )
    assert answer.status_code == 422
    assert answer.context["this_page"] == items
    back = signed_in("owner").post(reverse("language"), {"language": "en", "next": items})
    assert back["Location"] == items


def test_the_switches_of_every_page_come_back_to_it(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    lost: dict[str, set[str]] = {}
    for name in (name for name, row in COMPANY_PAGES.items() if "owner" in row.see):
        page = address(world, name)
        answer: Any = client.get(page)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found = {*re.findall(r'name="next" value="([^"]*)"', answer.content.decode())}
            lost |= {name: found} if found - {page} else {}
        elif answer.streaming:  # a file is read to its end
            assert b"".join(answer.streaming_content)
    assert lost == {}


@pytest.mark.parametrize("switch", ["language", "theme"])
@pytest.mark.parametrize(
    "there", ["None", "company", "", "//evil.example/", "https://evil.example/", "a:b", "\0", "?q"]
)
def test_a_switch_goes_nowhere_else(switch: str, there: str, db: None) -> None:
    answer = Client().post(reverse(switch), {"language": "fr", "theme": "dark", "next": there})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@each_language
def test_a_host_that_is_not_ours(language: str, words: str) -> None:
    answer = Client().get("/", headers={"host": "evil.example", "accept-language": language})
    assert answer.status_code == 400
    assert words in answer.content.decode()


@each_language
def test_a_form_without_its_sign(language: str, words: str, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "en"}, headers={"accept-language": language})
    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert "CSRF" not in answer.content.decode()


def breaks(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [path("breaks/", breaks), *urls.urlpatterns]
handler500 = errors.broken


@each_language
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_the_program(language: str, words: str, db: None) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/breaks/", headers={"accept-language": language})
    assert answer.status_code == 500
    assert words in answer.content.decode()
    assert f'lang="{language}-CA"' in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/breaks/").content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_while_the_database_and_the_files_of_the_pages_are_away(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    client.raise_request_exception = False
    with mock.patch.object(errors, "static", side_effect=ValueError("no manifest")), without_database():
        answer = client.get(f"/c/{world.company.pk}/")
    assert answer.status_code == 500
    assert "stylesheet" not in answer.content.decode()
    assert "<h1>" in answer.content.decode()


def without_database() -> Any:
    return mock.patch.object(connection, "cursor", side_effect=OperationalError("away"))


def test_health(db: None) -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().post("/healthz").status_code == 405
    with without_database():
        assert Client().get("/healthz").status_code == 200


def test_readiness(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/readyz").content == b"ok\n"
    with without_database():
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database unavailable\n")
    monkeypatch.setattr("ecriture.web.views.health.LEAST_FREE_BYTES", 1 << 80)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"disk full\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_asks_by_ip_address_and_without_https(db: None, path: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no lock of the whole database")
def test_it_is_not_ready_while_the_database_is_locked() -> None:
    with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert Client().get("/readyz").status_code == 503
        assert Client().get("/healthz").status_code == 200
        other.execute("ROLLBACK")
    other.close()
    assert Client().get("/readyz").status_code == 200
