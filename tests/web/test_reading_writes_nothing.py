"""Looking at a page writes nothing, so a full disk or a long writer stops nobody from reading, or from taking an export."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_access_table import COMPANY_PAGES, OF_COMPANY, OTHER_ARGUMENTS, OTHER_PAGES, SIGNING_IN, address

from ecriture.store import invitations
from ecriture.store.links import make_link
from ecriture.store.models import Role
from server_world import World, a_batch, other_company

SignedIn = Callable[[str], Client]
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|SAVEPOINT|BEGIN)", re.IGNORECASE)


def written(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        answer = client.get(path)
        if answer.streaming:  # until its end, which closes the file that it comes from
            list(answer)
    return [query["sql"] for query in found if WRITES.match(query["sql"])]


@pytest.mark.parametrize("name", [name for name in OF_COMPANY if COMPANY_PAGES[name].see])
def test_a_page_of_a_company(name: str, world: World, signed_in: SignedIn) -> None:
    assert written(signed_in("owner"), address(world, name)) == []


@pytest.mark.parametrize("who", ["anonymous", "owner"])
def test_the_other_pages(who: str, world: World, signed_in: SignedIn) -> None:
    link = reverse("invitation", args=[invitations.make(world.company, Role.READER, by=world.owner).token])
    without = [name for name in (*OTHER_PAGES, *SIGNING_IN) if name not in NAMED]
    token = make_link(a_batch(world.company), world.member("owner")).token
    shared = [reverse(name, args=[token]) for name in ("shared-batch", "shared-batch-file")]
    guide = [reverse(name, args=OTHER_ARGUMENTS[name]) for name in ("guide-page", "guide-part", "guide-image")]
    for path in (link, *shared, *guide, *map(reverse, without)):
        assert written(signed_in(who), path) == [], path


NAMED = frozenset(
    {
        "invitation",
        "shared-batch",
        "shared-batch-file",
        "guide-page",
        "guide-part",
        "guide-image",
        "account_confirm_email",
        "account_reset_password_from_key",
        "account_logout",
        "ready",
    }
)
"""Those that need arguments, the one that ends a session, and the one that asks whether the database can be written."""


def test_the_first_page_leads_to_the_company_that_was_seen_last(world: World, signed_in: SignedIn) -> None:
    owner, second = signed_in("owner"), other_company(world.owner)
    for company in (world.company, second, world.company):
        page = reverse("company", args=[company.pk])
        assert owner.get(page).status_code == 200
        assert owner.get("/")["Location"] == page
    owner.cookies["company"] = str(other_company(world.people["stranger"]).pk)
    assert owner.get("/")["Location"] == "/companies/"


def test_an_invitation_that_was_made_up_does_not_open_a_closed_server(world: World, settings: Any) -> None:
    settings.SIGNUP_OPEN = False
    client = Client()
    client.cookies["invitation"] = str(invitations.make(world.company, Role.READER, by=world.owner).invitation.pk)
    assert "Sur invitation seulement" in client.get("/auth/signup/").content.decode()
