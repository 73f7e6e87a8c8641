"""The film of the guide: its chapters and captions, if the files are there. `make tour` makes them."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ecriture.web.guide.pages import TOUR, address

FOLDER = Path(__file__).parents[1] / "static" / "ecriture" / "tour"
CHAPTERS = "chapters.json"
_CUE = re.compile(r"^(?:(\d+):)?(\d+):(\d+)\.\d+\s+-->", re.MULTILINE)
_MARKS = re.compile(r"<[^>]*>")


class Chapter(NamedTuple):
    """A chapter: the page of the guide that says the same, and what is said in it."""

    title: str
    start: int
    """Seconds."""
    page: str
    anchor: str
    said: tuple[str, ...]

    @property
    def clock(self) -> str:
        return f"{self.start // 60}:{self.start % 60:02}"

    @property
    def in_film(self) -> str:
        return f"{address(TOUR)}?t={self.start}"

    @property
    def in_guide(self) -> str:
        return address(self.page, self.anchor)


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
    cues = tuple(_cues(files[2].read_text("utf-8")))
    tour = "ecriture/tour"
    return Film(f"{tour}/{language}.mp4", f"{tour}/{language}.vtt", tuple(_chapters(listed, cues, language)))


def _chapters(listed: Sequence[Any], cues: Sequence[tuple[int, str]], language: str) -> Iterator[Chapter]:
    starts = [int(it["start"][language]) for it in listed]
    for at, it in enumerate(listed):
        end = starts[at + 1] if at + 1 < len(starts) else None
        first = 0 if at == 0 else starts[at]
        said = tuple(text for start, text in cues if start >= first and (end is None or start < end))
        yield Chapter(it["title"][language], starts[at], it["page"], it["anchor"], said)


def _cues(vtt: str) -> Iterator[tuple[int, str]]:
    """Second and words of each caption."""
    for block in re.split(r"\n\s*\n", vtt.replace("\r\n", "\n")):
        found = _CUE.search(block)
        if found:
            words = block[found.end() :].partition("\n")[2]
            hours, minutes, seconds = (int(it or 0) for it in found.groups())
            yield hours * 3600 + minutes * 60 + seconds, _MARKS.sub("", " ".join(words.split()))
