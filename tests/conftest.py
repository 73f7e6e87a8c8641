"""What tests of every folder share. It stands here also so that they can import the modules beside it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import BrowserContext, Page, expect

import server_world
from browsing import SignIn
from server_program import done
from server_world import World
from tour.chromium import CHROMIUM, FLAGS

# How long an example takes says how busy the computer is, not whether the program is right.
AT_ANY_SPEED = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("ecriture", AT_ANY_SPEED, max_examples=60)
hypothesis_settings.register_profile("second-database", AT_ANY_SPEED, max_examples=15)
hypothesis_settings.load_profile("ecriture")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has an event loop of its own in this thread
expect.set_options(timeout=20_000)  # milliseconds: a busy computer is slow, not wrong
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, tmp_path_factory: pytest.TempPathFactory) -> bool:
    """On SQLite the database is made once for all processes of tests, which takes seconds; each begins with a copy.

    On PostgreSQL tests/with_postgresql.py does that.
    """
    if connection.vendor != "sqlite":
        return django_db_keepdb
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "migrated"
    home.mkdir(mode=0o700, exist_ok=True)
    # Whoever comes while another makes it waits for that one.
    migrated = done(home, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    made, copy = home / "ecriture.sqlite3", settings.DATABASES["default"]["TEST"]["NAME"]
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with transactions of their own are tidied up after by deleting every row, which on SQLite some triggers would
    refuse; tests/store puts them back for its own tests. (PostgreSQL truncates.)"""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_is_not_deleted'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture
def world(db: None) -> World:
    """Boréal and its people."""
    return server_world.world()


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    """A client in which somebody is signed in; nobody for `anonymous`."""

    def client(name: str) -> Client:
        made = Client()
        if name != "anonymous":
            made.force_login(world.people[name], backend=MODEL_BACKEND)
        return made

    return client


# Chromium


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "fr-CA", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser complains of (blocked by the policy, broken scripts): a test ends without any."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    yield found
    # A page that refuses an answer says so by its status; a page that is left gives up what it had asked for.
    ignored = ("status of 4", "htmx:send", "htmx:afterRequest")
    assert [text for text in found if not any(part in text for part in ignored)] == []


@pytest.fixture
def sign_in(world: World, context: BrowserContext, live_server: Any, complaints: list[str]) -> SignIn:
    """A page of the application in which somebody of the world is signed in, at the first page."""

    def page_of(name: str) -> Page:
        client = Client()
        client.force_login(world.people[name], backend=MODEL_BACKEND)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.clear_cookies()
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/")
        return page

    return page_of
