"""What the story asks for: to look, point, click, type. Either filmed, with a pointer, or at once, for pictures alone."""

import base64
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tour.reel import RATE, Reel

FILM_SIZE, STRIP = (1280, 720), 80
"""The size of the film, and the height of the strip at its foot that has the captions."""

SCALE = 1280 / 1200
"""The pages are filmed a little larger than they are, to be read in a small window."""

VIEW: ViewportSize = {"width": 1200, "height": 600}
STEP = 2
"""Ticks that a picture is held while something moves."""

PAUSE = RATE // 2
MARGIN = 110
"""How far below the top of the view a part stands that is scrolled to."""

OVERLAY = (Path(__file__).parent / "overlay.js").read_text("utf-8")
SCROLLER = """element => {
  const scrolls = it => it.scrollHeight > it.clientHeight && ["auto", "scroll"].includes(getComputedStyle(it).overflowY);
  let it = element.parentElement;
  while (it && !scrolls(it)) it = it.parentElement;
  return it ?? document.scrollingElement;
}"""
"""What must be scrolled to show an element: a part of the page that scrolls by itself, or the page."""

FROM_TO = """(element, [scroller, margin]) => {
  const top = scroller === document.scrollingElement ? 0 : scroller.getBoundingClientRect().top;
  const wanted = element.getBoundingClientRect().top - top + scroller.scrollTop - margin;
  return [scroller.scrollTop, Math.max(0, Math.min(wanted, scroller.scrollHeight - scroller.clientHeight))];
}"""
IN_VIEW = f"""(element, height) => {{
  const [box, scroller] = [element.getBoundingClientRect(), ({SCROLLER})(element)];
  const bottom = scroller === document.scrollingElement ? height : scroller.getBoundingClientRect().bottom;
  return box.top >= 0 && box.top + Math.min(box.height, 80) <= bottom - 10;
}}"""
SCROLL = "(scroller, to) => scroller.scrollTo({top: to, behavior: 'instant'})"


class Acting(Protocol):
    """How the story is told."""

    page: Page

    def says(self, name: str) -> None:
        """The caption of this name begins."""

    def look(self, seconds: float = 0.6) -> None:
        """The page as it is, for a time."""

    def point(self, at: Locator) -> None: ...

    def click(self, at: Locator, *, looks: bool = True) -> None:
        """A click, and a look at what comes of it."""

    def write(self, at: Locator, text: str) -> None: ...

    def show(self, part: Locator) -> None:
        """Scrolls to a part of the page."""

    def picture(self, name: str) -> None:
        """A picture of the guide."""


def settle(page: Page) -> None:
    """Waits until the page has come and asks for nothing more."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request")).to_have_count(0)


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

    def click(self, at: Locator, *, looks: bool = True) -> None:
        self.point(at)
        for ring in (0.4, 0.7, 1.0):
            self._shoot(STEP, ring)
        self.page.mouse.click(*self.at)
        settle(self.page)
        if looks:
            self.look()

    def write(self, at: Locator, text: str) -> None:
        self.click(at)
        at.fill("")
        for letter in text:
            self.page.keyboard.type(letter)
            self._shoot(STEP)
        self.look(0.4)

    def show(self, part: Locator) -> None:
        scroller = part.evaluate_handle(SCROLLER)
        start, end = part.evaluate(FROM_TO, [scroller, MARGIN])
        steps = max(6, min(14, round(abs(end - start) / 60)))
        for step in range(1, steps + 1):
            scroller.evaluate(SCROLL, round(start + (end - start) * _eased(step / steps)))
            self._shoot(STEP)
        self._shoot(PAUSE)

    def picture(self, name: str) -> None:
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
        x, y = self.page.evaluate(OVERLAY, [*self.at, ring])
        clip = {"x": x, "y": y, **VIEW, "scale": SCALE}
        options = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": False, "clip": clip}
        shot = self._browser.send("Page.captureScreenshot", options)
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

    def click(self, at: Locator, *, looks: bool = True) -> None:  # noqa: ARG002
        at.click()
        settle(self.page)

    def write(self, at: Locator, text: str) -> None:
        at.click()
        at.fill("")
        at.press_sequentially(text)
        settle(self.page)

    def show(self, part: Locator) -> None:
        part.scroll_into_view_if_needed()

    def picture(self, name: str) -> None:
        settle(self.page)
        self.page.locator(".messages").evaluate("messages => { messages.hidden = true }")
        self.page.locator("main").screenshot(path=self.folder / f"{name}.png", animations="disabled")


def _eased(part: float) -> float:
    """From 0 to 1, slow at both ends."""
    return part * part * (3 - 2 * part)


def _is_in_view(at: Locator) -> bool:
    return bool(at.evaluate(IN_VIEW, VIEW["height"]))
