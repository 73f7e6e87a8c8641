"""Chromium against the running application, with Boréal in it and somebody signed in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

import server_world
from server_world import World

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright has an event loop of its own in this thread
CHROMIUM = os.environ.get("ECRITURE_CHROMIUM", "/usr/bin/chromium")
SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
SignIn = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "fr-CA", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def world(transactional_db: None) -> World:
    return server_world.world()


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser complains of (blocked by the policy, broken scripts): a test ends without any."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    context.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    yield found
    ignored = ("status of 4",)  # a page that refuses an answer says so by its status
    assert [text for text in found if not any(part in text for part in ignored)] == []


@pytest.fixture
def sign_in(world: World, context: BrowserContext, live_server: Any, complaints: list[str]) -> SignIn:
    """A page of the application in which somebody of the world is signed in, at the first page."""

    def page_of(name: str) -> Page:
        client = Client()
        client.force_login(world.people[name], backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.clear_cookies()
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/")
        return page

    return page_of


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands, for WCAG 2.2 AA."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{it['id']}: {it['help']} ({'; '.join(node['html'][:120] for node in it['nodes'])})" for it in found]


def look(page: Page, name: str) -> None:
    """Keeps a screenshot for somebody to look at: light, dark, and on a phone."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=SCREENSHOTS / f"{name}-dark.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=SCREENSHOTS / f"{name}-phone.png", full_page=True)
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)


def overflows(page: Page) -> bool:
    """Whether the page itself, and not a table in it, must be scrolled sideways on a phone."""
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if size:
        page.set_viewport_size(size)
    return bool(wide)
