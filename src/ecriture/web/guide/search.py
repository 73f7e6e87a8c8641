"""The search of the guide: words without capitals and accents, over headings and paragraphs. Bounded, and no index to age."""

import re
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from typing import NamedTuple

from ecriture.core.text import fold
from ecriture.web.guide.markdown import Heading, Page, Passage
from ecriture.web.guide.pages import Pages, address

LONGEST = 100
"""Characters of a query; what is more is cut off."""
MOST_WORDS = 8
MOST = 20
"""How many results are shown."""
SENTENCE = 240
"""Characters of the sentence that is shown of a result."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_WORDS = re.compile(r"([\w-]+)")
_MOST_OF_A_SMALL_WORD = 2


class Found(NamedTuple):
    """A paragraph that was found."""

    page: str
    heading: str
    """Empty if it stands under the page's title."""
    address: str
    section: str
    """The address of its heading, which is the same in both languages."""
    sentence: tuple[tuple[str, bool], ...]
    """In pieces, each with whether it is one that was asked for."""


class Answer(NamedTuple):
    """The best results, how many there are, and how many of the words each has."""

    found: tuple[Found, ...]
    in_all: int
    covered: int


def search(pages: Pages, query: str) -> Answer:
    """The passages with all words of a query, else those with the most of them; the best one of each heading."""
    asked = words_of(query)
    if not asked:
        return Answer((), 0, 0)
    ranked = [it for at, page in enumerate(pages.values()) for it in _ranked(page, at, asked)]
    most = max((it.covered for it in ranked), default=0)
    best = [it for it in ranked if it.covered == most]
    return Answer(tuple(_found(it, asked) for it in nsmallest(MOST, best, key=_order)), len(best), most)


def words_of(query: str) -> tuple[str, ...]:
    """The words that are looked for: « Factures payées » is `facture`, `payee`, found in the singular as well.

    Of « annuler un lot » the second is not: each paragraph has such a word.
    """
    words = _WORDS.findall(fold(query[:LONGEST]))
    words = [word for word in words if len(word) > _MOST_OF_A_SMALL_WORD or word.isdigit()] or words
    return tuple(dict.fromkeys((word.rstrip("sx") if len(word) > 3 else "") or word for word in words))[:MOST_WORDS]


class _Ranked(NamedTuple):
    """A passage with how much of the query is in it and in its headings."""

    page: Page
    passage: Passage
    covered: int
    in_heading: int
    in_text: int
    at: int


def _order(it: _Ranked) -> tuple[int, int, int]:
    """Headings say what a section is about; of equals the pages that the guide names first."""
    return (-it.in_heading, -it.in_text, it.at)


def _ranked(page: Page, at: int, asked: tuple[str, ...]) -> Iterator[_Ranked]:
    """The best passage of each heading, if any word is in it or in the heading."""
    title = fold(page.title)
    best: dict[Heading, _Ranked] = {}
    for passage in page.passages:
        heading = fold(passage.heading.text)
        headed = {word for word in asked if _begins(word, heading)}
        told = {word for word in asked if _begins(word, passage.folded)}
        in_heading, in_text = len(headed), len(told)
        covered = sum(word in headed or word in told or _begins(word, title) for word in asked)
        there = best.get(passage.heading)
        if in_heading + in_text and (there is None or (covered, in_text) > (there.covered, there.in_text)):
            best[passage.heading] = _Ranked(page, passage, covered, in_heading, in_text, at)
    yield from best.values()


def _found(it: _Ranked, asked: tuple[str, ...]) -> Found:
    heading = it.passage.heading
    section = address(it.page.name, heading.anchor)
    return Found(
        it.page.title,
        "" if heading.level == 1 else heading.text,
        address(it.page.name, it.passage.place) if it.in_text else section,
        section,
        tuple(_marked(_sentence(it.passage.text, asked), asked)),
    )


def _sentence(text: str, asked: tuple[str, ...]) -> str:
    """The sentence with the most words; of a long one what is around the first of them."""
    sentences = _SENTENCES.split(text)
    best = max(sentences, key=lambda it: sum(_begins(word, fold(it)) for word in asked))
    if len(best) <= SENTENCE:
        return best
    first = next((it.start() for it in _WORDS.finditer(best) if _is_asked(it[0], asked)), 0)
    start = best.rfind(" ", 0, max(first - SENTENCE // 3, 0)) + 1
    cut = best[start : start + SENTENCE].rpartition(" ")[0] or best[start : start + SENTENCE]
    return ("… " if start else "") + cut + " …"


def _marked(sentence: str, asked: tuple[str, ...]) -> Iterable[tuple[str, bool]]:
    return ((piece, _is_asked(piece, asked)) for piece in _WORDS.split(sentence) if piece)


def _is_asked(piece: str, asked: tuple[str, ...]) -> bool:
    folded = fold(piece)
    return any(_begins(word, folded) for word in asked)


def _begins(word: str, text: str) -> bool:
    """Whether a word of a text begins so: `tps` is no part of `https`."""
    place = text.find(word)
    while place > 0 and text[place - 1].isalnum() and word[0].isalnum():
        place = text.find(word, place + 1)
    return place >= 0
