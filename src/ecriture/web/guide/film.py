"""The film of the guide and its chapters, if the files are there. `make tour` makes them, and the page with what is said."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ecriture.web.guide.pages import TOUR, address

FOLDER = Path(__file__).parents[1] / "static" / "ecriture" / "tour"
CHAPTERS = "chapters.json"


class Chapter(NamedTuple):
    """A chapter, and the page of the guide that says the same."""

    title: str
    start: int
    """Seconds."""
    page: str

    @property
    def clock(self) -> str:
        return f"{self.start // 60}:{self.start % 60:02}"

    @property
    def in_film(self) -> str:
        return f"{address(TOUR)}?t={self.start}"


class Film(NamedTuple):
    """The film in one language."""

    video: str
    """Its name among the static files; so that of its captions."""
    captions: str
    chapters: tuple[Chapter, ...]

    def start_of(self, page: str) -> int:
        """Where it speaks of a page; its beginning if it does not."""
        return next((it.start for it in self.chapters if it.page == page), 0)


@cache
def film(language: str) -> Film | None:
    """The film of a language; None if it is not there."""
    return film_of(FOLDER, language)


def film_of(folder: Path, language: str) -> Film | None:
    files = [folder / name for name in (CHAPTERS, f"{language}.mp4", f"{language}.vtt")]
    if not all(file.is_file() for file in files):
        return None
    listed = json.loads(files[0].read_text("utf-8"))
    tour = "ecriture/tour"
    return Film(f"{tour}/{language}.mp4", f"{tour}/{language}.vtt", tuple(_chapters(listed, language)))


def _chapters(listed: Sequence[Any], language: str) -> Iterator[Chapter]:
    for it in listed:
        yield Chapter(it["title"][language], int(it["start"][language]), it["page"])
