"""A page used without a mouse: whatever is reached here is reached by the Tab key, and seen to have the focus."""

from pathlib import Path

from playwright.sync_api import Page

MOST_TABS = 250

NAME = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const labels = at.labels ? [...at.labels].map((label) => label.innerText) : [];
  return (at.getAttribute("aria-label") || labels.join(" ") || at.innerText || at.value || "").trim();
}"""
VISIBLE = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


class NotReached(AssertionError):
    """The Tab key does not lead there."""


class Keyboard:
    """The keys of somebody on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Else the browser may open the choice of a file itself before it is told that somebody listens for it.
        page.on("filechooser", lambda _chooser: None)

    def to(self, name: str, *, kind: str = "*") -> None:
        """Presses Tab until something of a name (or that begins so) has the focus; it must then be in sight."""
        met: list[str] = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            found = str(self.page.evaluate(NAME)).replace("\N{NO-BREAK SPACE}", " ")
            met.append(found[:40])
            if found.startswith(name) and self.page.evaluate("(kind) => document.activeElement.matches(kind)", kind):
                assert self.page.evaluate(VISIBLE), f"{name} has the focus and is out of sight"
                return
        raise NotReached(f"{name} ({kind}); met {list(dict.fromkeys(met))}")

    def press(self, name: str) -> None:
        """Goes to a button or a link and uses it; a page follows."""
        self.to(name, kind="button, a")
        self.enter()

    def enter(self) -> None:
        """Presses Enter, and waits for the page that follows."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, name: str) -> None:
        self.to(name, kind="summary")
        self.page.keyboard.press("Enter")

    def write(self, name: str, text: str, *, kind: str = "input, textarea") -> None:
        """Goes to a field and writes over what is in it. An open list of accounts is closed again."""
        self.to(name, kind=kind)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        if self.page.evaluate("() => document.activeElement.getAttribute('role') === 'combobox'"):
            self.page.wait_for_timeout(250)
            self.page.keyboard.press("Escape")

    def take(self, name: str, words: str, number: str) -> None:
        """Goes to an account field, types words, and takes the first account offered, which must be the one."""
        self.to(name, kind="[role=combobox]")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)
        self.page.wait_for_selector(".listbox:not([hidden]) [role=option]")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("() => document.activeElement.value") == number

    def tick(self, name: str) -> None:
        self.to(name, kind="input[type=checkbox]")
        self.page.keyboard.press("Space")

    def choose(self, name: str, value: str) -> None:
        """Goes to a group of radios and moves the choice with the arrows until it has a value."""
        self.to(name, kind="input[type=radio]")
        for _ in range(20):
            if self.page.evaluate("() => document.activeElement.value") == value:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise NotReached(f"{value} among {name}")

    def file(self, name: str, path: Path) -> None:
        """Opens the choice of a file with the keyboard, and takes one."""
        self.to(name, kind="input[type=file]")
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(path)
