"""No page reads more than its kind takes, whoever sends it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ecriture.web.bounds import BOOKS_FILE, FILE, FORM, SIGN_IN, largest_body
from server_world import World

SignedIn = Callable[[str], Client]
UPLOADS = ("chart-import", "import-items", "settings-file", "control-compare")


@pytest.mark.parametrize("name", UPLOADS)
def test_pages_that_take_files_take_large_ones(world: World, name: str) -> None:
    assert largest_body(reverse(name, args=[world.company.pk])) == FILE


def test_a_file_of_documents_is_the_largest(world: World) -> None:
    assert largest_body(reverse("imports", args=[world.company.pk])) == BOOKS_FILE
    assert largest_body(reverse("import-preview", args=[world.company.pk, world.company.pk])) == FORM


@pytest.mark.parametrize(
    ("path", "most"), [("/auth/login/", SIGN_IN), ("/c/x/settings/file/", SIGN_IN), ("/", SIGN_IN)]
)
def test_pages_for_anybody_take_little(path: str, most: int) -> None:
    assert largest_body(path) == most


def sent(client: Client, path: str, size: int, **headers: str) -> tuple[int, str]:
    answer = client.post(path, b"x" * size, content_type="application/octet-stream", headers=headers)
    return answer.status_code, answer.content.decode()


def test_a_form_and_a_file_have_their_bounds(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    form, file = (reverse(name, args=[world.company.pk]) for name in ("accounting", "settings-file"))
    assert sent(owner, form, FORM)[0] != 413
    status, page = sent(owner, form, FORM + 1)
    assert (status, "au plus 10" in page) == (413, True)
    assert sent(owner, file, FORM + 1)[0] != 413
    assert sent(owner, file, FILE + 1)[0] == 413


def test_an_anonymous_visitor_has_no_large_page(world: World) -> None:
    status, page = sent(Client(), reverse("settings-file", args=[world.company.pk]), SIGN_IN + 1, accept_language="en")
    assert status == 413
    assert "at most 10 MB" in page


def test_a_length_that_is_none_is_refused(db: None) -> None:
    assert Client().post("/auth/login/", CONTENT_LENGTH="-1").status_code == 413


def test_what_the_server_found_too_large_is_refused(db: None) -> None:
    assert Client().post("/auth/login/", headers={"ecriture-too-large": "1"}).status_code == 413
