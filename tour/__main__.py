"""`python -m tour film` makes the film and its texts, `python -m tour texts` its pages of the docs alone, as when a page
that they name has another title, and `python -m tour pictures` the pictures of the guide."""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from playwright.sync_api import ViewportSize

from tour import texts
from tour.acting import SCALE, VIEW, AtOnce, Filmed
from tour.files import files
from tour.film import film
from tour.pictures import smaller
from tour.reel import RATE, Cue, Reel
from tour.running import application, chromium, signed_in
from tour.story import CHAPTERS, begun, settings_pictured
from tour.table import LANGUAGES

OUT = texts.ROOT / "out" / "tour"
PAGE: ViewportSize = {"width": 1100, "height": 800}


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def record(language: str) -> list[Cue]:
    """Records the film of a language, and returns its captions with their times."""
    folder = _emptied(OUT / language)
    reel = Reel(folder, language)
    with application(language) as address, chromium(language) as browser:
        page = signed_in(browser, address, language, VIEW, SCALE)
        it = begun(Filmed(page, reel), language, files(folder, language))
        for chapter in CHAPTERS:
            chapter(it)
        page.context.close()
        reel.end()
        texts.PLACE.mkdir(parents=True, exist_ok=True)
        film(reel, browser, texts.PLACE / f"{language}.mp4")
    print(f"{language}: {reel.now / RATE:.1f} s, {len(reel.frames)} pictures")
    return reel.cues


def picture(language: str) -> None:
    """Takes the pictures of a language."""
    folder = _emptied(OUT / f"pictures-{language}")
    with application(language) as address, chromium(language) as browser:
        it = begun(AtOnce(signed_in(browser, address, language, PAGE), folder), language, files(folder, language))
        for chapter in (*CHAPTERS, settings_pictured):
            chapter(it)
    smaller(folder, texts.ROOT / "docs" / language / "images")


def make_film() -> None:
    texts.write({language: record(language) for language in LANGUAGES})


def take_pictures() -> None:
    for language in LANGUAGES:
        picture(language)


ACTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {"film": make_film, "texts": texts.write_pages, "pictures": take_pictures}
)


if __name__ == "__main__":
    ACTS[sys.argv[1]]()
