"""All pages of the guide, read and rendered once: they are files of the program, and do not change while it runs."""

import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.templatetags.static import static
from django.urls import reverse
from markdown_it import MarkdownIt

from ecriture.web.guide.markdown import Heading, Links, Page, Written, page_of, parser, written

FOLDER = Path(__file__).parent
START = "index"
"""The page that the guide opens with."""
TOUR = "tour"
"""The page of the film."""

Pages = Mapping[str, Page]


@cache
def pages(language: str) -> Pages:
    """The pages of a language by their names, in the order in which the start page names them."""
    return _all()[language]


@cache
def _all() -> Mapping[str, Pages]:
    """Both languages, since the anchors of one are those of the other."""
    markdown = parser()
    parsed = {language: _parsed(markdown, language) for language in ("en", "fr")}
    headings = {language: dict(headings_of(language, parsed)) for language in parsed}
    return MappingProxyType({language: rendered(markdown, language, parsed, headings) for language in parsed})


def _parsed(markdown: MarkdownIt, language: str) -> dict[str, Written]:
    files = sorted((FOLDER / language).glob("*.md"))
    return {file.stem: written(markdown, file.read_text("utf-8")) for file in files}


def headings_of(
    language: str, parsed: Mapping[str, Mapping[str, Written]]
) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    """The nth heading of a page in French answers the nth in English; a page that has no match keeps its own slugs."""
    for name, page in parsed[language].items():
        english, french = (parsed[it].get(name, page).titles for it in ("en", "fr"))
        if len(english) != len(french):
            english = french = page.titles
        found = zip(page.titles, english, french, strict=True)
        yield name, tuple(Heading(level, text, first[2], second[2]) for (level, text, _), first, second in found)


def rendered(
    markdown: MarkdownIt,
    language: str,
    parsed: Mapping[str, Mapping[str, Written]],
    headings: Mapping[str, Mapping[str, tuple[Heading, ...]]],
) -> Pages:
    links = Links(
        {name: dict(_anchors(page, headings[language][name])) for name, page in parsed[language].items()},
        images(language),
        address,
        lambda name: reverse("guide-image", args=[language, name]),
        _static,
    )
    found = {
        name: page_of(markdown, name, page, headings[language][name], links) for name, page in parsed[language].items()
    }
    return MappingProxyType({name: found[name] for name in _in_order(found)})


def _static(path: str) -> str | None:
    """The address of a static file that a page names by its path in the source."""
    _, _, name = path.partition("/src/ecriture/web/static/")
    is_there = name and ".." not in name and (FOLDER.parent / "static" / name).is_file()
    return static(name) if is_there else None


def _anchors(page: Written, headings: tuple[Heading, ...]) -> Iterator[tuple[str, str]]:
    """What a link may say after its #. The page's own slugs come last, so that they win."""
    yield from ((it.alias, it.anchor) for it in headings)
    yield from ((it.anchor, it.anchor) for it in headings)
    yield from ((own, it.anchor) for (_, _, own), it in zip(page.titles, headings, strict=True))


def _in_order(found: Pages) -> list[str]:
    start = found[START].html
    places = {name: start.find(f'href="{address(name)}"') for name in found}
    return sorted(found, key=lambda name: (name != START, places[name] < 0, places[name], name))


def address(name: str, anchor: str = "") -> str:
    """The address of a page of the guide, or of a place in it."""
    page = reverse("guide") if name == START else reverse("guide-page", args=[name])
    return f"{page}#{anchor}" if anchor else page


@cache
def images(language: str) -> Mapping[str, tuple[int, int]]:
    """Width and height of the pictures of a language, by name."""
    folder = FOLDER / language / "images"
    return MappingProxyType({file.name: _size(file) for file in folder.glob("*.png")})


def _size(png: Path) -> tuple[int, int]:
    """After the signature, the first chunk begins with its length and its name, then width and height."""
    with png.open("rb") as file:
        width, height = struct.unpack(">16x2I", file.read(24))
    return width, height
