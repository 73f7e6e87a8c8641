"""Looking at a page in Chromium: what is wrong with it, and what it looks like."""

import os
from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).parents[1] / "out" / "screenshots"
SignIn = Callable[[str], Page]
"""Signs somebody of the world in, and gives the page on which they arrive."""


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page as it stands, for WCAG 2.2 AA."""
    page.wait_for_load_state()
    page.locator("main").wait_for()  # a page that is only beginning to come has no fault of its own to show
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{it['id']}: {it['help']} ({'; '.join(node['html'][:120] for node in it['nodes'])})" for it in found]


def look(page: Page, name: str) -> None:
    """Keeps a screenshot for somebody to look at: light, dark, and on a phone. Only `make e2e` asks for them."""
    if not os.environ.get("ECRITURE_SCREENSHOTS"):
        return
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
