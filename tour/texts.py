"""The text track, the chapters and the pages of the docs, all from the table and the times of the films."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tour.reel import RATE, Cue
from tour.table import CHAPTERS, LANGUAGES, TITLE, Words, lines

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "src" / "ecriture" / "web" / "static" / "ecriture" / "tour"

LEAD = Words(
    "A film of about three minutes: a new company from its first step to the proof of a month, with Sage 50."
    " It has no sound; its captions are the text below. Each of its pictures is of the application itself.",
    "Un film d’environ trois minutes : une nouvelle entreprise, de sa première étape à la preuve d’un mois, avec"
    " Sage 50. Il est muet; ses sous-titres sont le texte ci-dessous. Chacune de ses images vient de"
    " l’application elle-même.",
)
WATCH = Words("Watch the film", "Regarder le film")
TRACK = Words("its captions as a file", "ses sous-titres en fichier")
MORE = Words("In the guide", "Dans le guide")


def clock(seconds: float) -> str:
    """As a text track writes a time."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def track(cues: Sequence[Cue], language: str) -> str:
    """The captions as WebVTT."""
    blocks = (
        f"{clock(it.start / RATE)} --> {clock(it.end / RATE)}\n" + "\n".join(lines(it.caption.words.of(language)))
        for it in cues
    )
    return "\n\n".join(("WEBVTT", *blocks)) + "\n"


def starts(cues: Sequence[Cue]) -> list[float]:
    """When each chapter begins, in seconds."""
    firsts = [chapter.captions[0] for chapter in CHAPTERS]
    return [round(it.start / RATE, 2) for it in cues if it.caption in firsts]


def chapters(times: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """What the guide inside the application reads."""
    return [
        {
            "page": it.page,
            "title": it.title._asdict(),
            "start": {to: times[to][place] for to in LANGUAGES},
        }
        for place, it in enumerate(CHAPTERS)
    ]


def page(found: Sequence[Mapping[str, Any]], language: str) -> str:
    """A page of the docs, from the chapters as they are in the file."""
    film = f"../../{PLACE.relative_to(ROOT).as_posix()}/{language}"
    parts = [
        f"# {TITLE.of(language)}",
        LEAD.of(language),
        f"[{WATCH.of(language)}]({film}.mp4) · [{TRACK.of(language)}]({film}.vtt)",
    ]
    for chapter, timed in zip(CHAPTERS, found, strict=True):
        minutes, seconds = divmod(int(timed["start"][language]), 60)
        captions = " ".join(it.words.of(language) for it in chapter.captions)
        parts += [
            f"## {chapter.title.of(language)}",
            f"*{minutes}:{seconds:02}* · {captions}",
            f"{MORE.of(language)}{colon(language)} [{heading(chapter.page, language)}]({chapter.page}.md)",
        ]
    return "\n\n".join(parts) + "\n"


def colon(language: str) -> str:
    return "\N{NO-BREAK SPACE}:" if language == "fr" else ":"


def heading(name: str, language: str) -> str:
    """The title of a page of the docs."""
    text = (ROOT / "docs" / language / f"{name}.md").read_text("utf-8")
    return text.partition("\n")[0].removeprefix("# ")


def write(films: Mapping[str, Sequence[Cue]]) -> None:
    """Writes all of it, from the captions of both films."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for language, cues in films.items():
        (PLACE / f"{language}.vtt").write_text(track(cues, language), "utf-8")
    found = chapters({language: starts(cues) for language, cues in films.items()})
    text = json.dumps(found, ensure_ascii=False, indent=2)
    (PLACE / "chapters.json").write_text(f"{text}\n", "utf-8")
    write_pages()


def write_pages() -> None:
    """Writes the pages of the docs anew, for the films as they are."""
    found = json.loads((PLACE / "chapters.json").read_text("utf-8"))
    for language in LANGUAGES:
        (ROOT / "docs" / language / "tour.md").write_text(page(found, language), "utf-8")
