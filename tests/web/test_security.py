"""What answers carry, what the security log says, and that old sessions go."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ecriture.store.access import change_role
from ecriture.store.models import Role
from server_world import PASSWORD, World

SignedIn = Callable[[str], Client]
LOGIN = "/auth/login/"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def test_what_a_signed_in_person_sees_is_kept_in_no_cache(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    for name in ("company", "chart-csv", "settings-toml", "audit-csv"):
        assert "no-store" in owner.get(reverse(name, args=[world.company.pk]))["Cache-Control"]
    assert "no-store" in owner.get("/nowhere/")["Cache-Control"]


def test_no_page_asks_for_a_camera(db: None) -> None:
    assert "camera=()" in Client().get(LOGIN)["Permissions-Policy"]


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "ecriture.security"]


def test_the_security_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ecriture.security")
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.post(LOGIN, {"login": "owner@example.com", "password": "wrong"})
    client.post(LOGIN, {"login": "owner@example.com", "password": PASSWORD})
    client.post("/auth/logout/")
    change_role(world.member("reader"), Role.OFFICE, by=world.owner)
    lines = said(caplog)
    assert [line.partition(" ")[0] for line in lines] == ["sign-in-failed", "signed-in", "signed-out", "role-changed"]
    assert all("who='owner@example.com'" in line for line in lines)
    assert all("from='203.0.113.7'" in line for line in lines[:3])
    assert "reader@example.com" in lines[3]


def test_nobody_writes_lines_of_their_own(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ecriture.security")
    from ecriture.web.security_log import note

    note("sign-in-failed", who="x\nsigned-in who='owner@example.com'")
    assert "\n" not in said(caplog)[0]


def test_sessions_that_are_over_go(world: World) -> None:
    for days in (-1, 1):
        at = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=f"of-{days}", session_data="", expire_date=at)
    Client().post(LOGIN, {"login": "owner@example.com", "password": PASSWORD})
    kept = set(Session.objects.values_list("session_key", flat=True))
    assert "of--1" not in kept
    assert "of-1" in kept


def test_too_many_requests_get_a_page_in_the_person_s_language(world: World) -> None:
    for number in range(21):
        answer = Client(headers={"accept-language": "fr"}).post("/auth/signup/", {"email": f"p{number}@example.com"})
    assert answer.status_code == 429
    assert "Trop de demandes" in answer.content.decode()
