"""What the story asks for: to look, point, click, type. Either filmed, with a pointer, or at once, for pictures alone."""

import base64
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, ViewportSize

from tour.reel import RATE, Reel

FILM_SIZE, STRIP = (1280, 720), 88
"""The size of the film, and the height of the strip at its foot that has the captions."""

SCALE = 1280 / 1120
"""The pages are filmed a little larger than they are, to be read in a small window."""

VIEW: ViewportSize = {"width": 1120, "height": 553}
STEP = 2
"""Ticks that a picture is held while something moves."""

PAUSE = RATE // 2
MARGIN = 110
"""How far below the top of the view a part stands that is scrolled to."""

OVERLAY = (Path(__file__).parent / "overlay.js").read_text("utf-8")
TOP = "element => element.getBoundingClientRect().top + window.scrollY"
SCROLL = "y => window.scrollTo({top: y, behavior: 'instant'})"
MOST = "document.documentElement.scrollHeight - window.innerHeight"
QUIET = "document.querySelector('.htmx-request') === null && document.fonts.status === 'loaded'"


class Acting(Protocol):
    """How the story is told."""

    page: Page

    def says(self, name: str) -> None:
        """The caption of this name begins."""

    def look(self, seconds: float = 0.6) -> None:
        """The page as it is, for a time."""

    def point(self, at: Locator) -> None: ...

    def click(self, at: Locator) -> None: ...

    def write(self, at: Locator, text: str) -> None: ...

    def show(self, part: Locator) -> None:
        """Scrolls to a part of the page."""

    def picture(self, name: str, part: Locator | None = None) -> None:
        """A picture of the guide."""


def settle(page: Page) -> None:
    """Waits until the page has come and asks for nothing more."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(QUIET)


class Filmed:
    """With a pointer that moves, letters that come one after the other, and pages that scroll, on a reel."""

    def __init__(self, page: Page, reel: Reel) -> None:
        self.page, self.reel = page, reel
        self.at = (VIEW["width"] * 0.6, VIEW["height"] * 0.55)
        self._browser = page.context.new_cdp_session(page)

    def says(self, name: str) -> None:
        self.reel.says(name)

    def look(self, seconds: float = 0.6) -> None:
        settle(self.page)
        self._shoot(round(seconds * RATE))

    def point(self, at: Locator) -> None:
        if not _is_in_view(at):
            self.show(at)
        box = at.bounding_box()
        if box is None:
            raise ValueError(at)
        self._move((box["x"] + min(box["width"] / 2, 120), box["y"] + min(box["height"] / 2, 40)))

    def click(self, at: Locator) -> None:
        self.point(at)
        for ring in (0.4, 0.7, 1.0):
            self._shoot(STEP, ring)
        self.page.mouse.click(*self.at)
        self.look()

    def write(self, at: Locator, text: str) -> None:
        self.click(at)
        at.fill("")
        for letter in text:
            self.page.keyboard.type(letter)
            self._shoot(STEP)
        self.look(0.4)

    def show(self, part: Locator) -> None:
        start = float(self.page.evaluate("window.scrollY"))
        most = float(self.page.evaluate(MOST))
        end = max(0.0, min(float(part.evaluate(TOP)) - MARGIN, most))
        steps = max(6, min(14, round(abs(end - start) / 60)))
        for step in range(1, steps + 1):
            self.page.evaluate(SCROLL, round(start + (end - start) * _eased(step / steps)))
            self._shoot(STEP)
        self._shoot(PAUSE)

    def picture(self, name: str, part: Locator | None = None) -> None:
        pass

    def _move(self, to: tuple[float, float]) -> None:
        start = self.at
        distance = ((to[0] - start[0]) ** 2 + (to[1] - start[1]) ** 2) ** 0.5
        steps = max(3, min(11, round(distance / 55)))
        for step in range(1, steps + 1):
            part = _eased(step / steps)
            self.at = (start[0] + (to[0] - start[0]) * part, start[1] + (to[1] - start[1]) * part)
            if step == steps:
                self.page.mouse.move(*self.at)
            self._shoot(STEP)

    def _shoot(self, ticks: int, ring: float = 0) -> None:
        self.page.evaluate(OVERLAY, [*self.at, ring])
        shot = self._browser.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        self.reel.put(base64.b64decode(shot["data"]), ticks)


class AtOnce:
    """Without a film: the story goes through the pages, and some of them are pictured."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder

    def says(self, name: str) -> None:
        pass

    def look(self, seconds: float = 0.6) -> None:  # noqa: ARG002 - there is nobody to look
        settle(self.page)

    def point(self, at: Locator) -> None:
        pass

    def click(self, at: Locator) -> None:
        at.click()
        settle(self.page)

    def write(self, at: Locator, text: str) -> None:
        at.click()
        at.fill("")
        at.press_sequentially(text)
        settle(self.page)

    def show(self, part: Locator) -> None:
        part.scroll_into_view_if_needed()

    def picture(self, name: str, part: Locator | None = None) -> None:
        settle(self.page)
        shot = part or self.page.locator("main")
        shot.screenshot(path=self.folder / f"{name}.png", animations="disabled")


def _eased(part: float) -> float:
    """From 0 to 1, slow at both ends."""
    return part * part * (3 - 2 * part)


def _is_in_view(at: Locator) -> bool:
    box = at.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + min(box["height"], 80) <= VIEW["height"] - 10
