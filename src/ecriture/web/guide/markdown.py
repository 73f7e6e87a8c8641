"""One page of the guide from its Markdown: its headings, what stands under each, and its passages for the search."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, pairwise
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from ecriture.core.text import fold


class Heading(NamedTuple):
    """A heading. Both languages have the same anchors, so that a link means one place whatever one reads."""

    level: int
    text: str
    anchor: str
    """The slug of the English words: the id."""
    alias: str
    """The slug of the French ones, which works too."""


class Piece(NamedTuple):
    """A heading and what stands under it, up to the next one, as HTML."""

    heading: Heading
    head: str
    body: str


class Passage(NamedTuple):
    """A paragraph, an item of a list, a row of a table or an example: what a search finds."""

    heading: Heading
    place: str
    """Its id in the page."""
    text: str
    folded: str


class Page(NamedTuple):
    """A page of the guide in one language."""

    name: str
    pieces: tuple[Piece, ...]
    passages: tuple[Passage, ...]

    @property
    def title(self) -> str:
        return self.pieces[0].heading.text

    @property
    def html(self) -> str:
        return html_of(self.pieces)

    @property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(piece.heading for piece in self.pieces)

    def part(self, anchor: str) -> tuple[Piece, ...]:
        """A heading with all that belongs to it; of the title, which needs no anchor, what comes before the first section."""
        named = (at for at, it in enumerate(self.headings) if anchor in (it.anchor, it.alias))
        start = next(named, None) if anchor else 0
        if start is None:
            return ()
        deeper = self.pieces[start + 1 :] if self.pieces[start].heading.level > 1 else ()
        level = self.pieces[start].heading.level
        end = next((at for at, it in enumerate(deeper) if it.heading.level <= level), len(deeper))
        return (self.pieces[start], *deeper[:end])


def html_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.head + piece.body for piece in pieces)


class Written(NamedTuple):
    """A page as it is parsed, before links and ids are known."""

    tokens: Sequence[Token]
    titles: tuple[tuple[int, str, str], ...]
    """Level, words and slug of each heading."""


class Links(NamedTuple):
    """Where the links of a page of one language lead."""

    anchors: Mapping[str, Mapping[str, str]]
    """Of each page: slug to anchor."""
    images: Mapping[str, tuple[int, int]]
    """Width and height of each picture, so that the page does not jump when it is there."""
    page_address: Callable[[str, str], str]
    """The address of a page, by its name and an anchor."""
    image_address: Callable[[str], str]
    file_address: Callable[[str], str | None]
    """The address of a file that the application has, as the film, by its path from the page; None of any other."""

    def target(self, here: str, link: str) -> str | None:
        """The address that a link means; None if it leads out of the guide, to a file that a reader here does not have."""
        if link.startswith("https://"):
            return link
        path, _, slug = unquote(link).partition("#")
        name = path.removesuffix(".md") if path else here
        if path == name or name not in self.anchors:
            return self.file_address(path)
        return self.page_address(name, self.anchors[name].get(slug, ""))

    def image(self, source: str) -> Mapping[str, str | int] | None:
        """The attributes of a picture; None where there is none."""
        name = unquote(source).removeprefix("images/")
        if name not in self.images:
            return None
        width, height = self.images[name]
        return {"src": self.image_address(name), "width": width, "height": height}


class _Renderer(RendererHTML):
    """The HTML of the application's other pages: tables that a phone stacks, examples that a keyboard scrolls."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - their signature
        token = tokens[idx]
        alias = token.meta.get("alias")
        return f"<{token.tag}{self.renderAttrs(token)}>" + (f'<span id="{escape(alias)}"></span>' if alias else "")

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - as above
        label = escape(tokens[idx].meta["label"])
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table class="stack">\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - as above
        return "</table></div>\n"

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - as above
        return f"<td{self.renderAttrs(tokens[idx])}><span>"

    def td_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - as above
        return "</span></td>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 - as above
        token = tokens[idx]
        return f'<pre tabindex="0"{self.renderAttrs(token)}><code>{escape(token.content)}</code></pre>\n'

    code_block = fence


def parser() -> MarkdownIt:
    """Markdown with tables. HTML in it stays text."""
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")


def slug(title: str) -> str:
    """The anchor of a heading, as it is made where Markdown is shown: « Créer un compte » is `créer-un-compte`."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def written(markdown: MarkdownIt, text: str) -> Written:
    """A page parsed. It begins with a heading."""
    tokens = markdown.parse(text)
    titles = tuple((int(it[0].tag[1:]), _plain(it[1]), slug(it[1].content)) for it in _sections(tokens))
    return Written(tokens, tuple(_told_apart(titles)))


def _told_apart(titles: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """The second of two equal slugs gets `-1`, as elsewhere."""
    seen: dict[str, int] = {}
    for level, text, made in titles:
        again = seen.get(made, 0)
        seen[made] = again + 1
        yield level, text, f"{made}-{again}" if again else made


def page_of(markdown: MarkdownIt, name: str, parsed: Written, headings: Sequence[Heading], links: Links) -> Page:
    """The page with its ids and links."""
    anchors = {it.anchor for it in headings}
    places = (f"p{number}" for number in count(1))
    pieces, passages = [], []
    for heading, section in zip(headings, _sections(parsed.tokens), strict=True):
        section[0].attrSet("id", heading.anchor)
        section[0].meta["alias"] = heading.alias if heading.alias not in anchors else ""
        _lead(section, name, links)
        _label(section, heading)
        for block, text in _texts(section[3:]):
            place = next(places)
            block.attrSet("id", place)
            passages.append(Passage(heading, place, text, fold(text)))
        head, body = (markdown.renderer.render(part, markdown.options, {}) for part in (section[:3], section[3:]))
        pieces.append(Piece(heading, head, body))
    return Page(name, tuple(pieces), tuple(passages))


def _sections(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Each heading, which is three tokens, with what stands under it."""
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    for start, end in pairwise([*starts, len(tokens)]):
        yield tokens[start:end]


def _plain(inline: Token) -> str:
    """The words of a text without its marks; of an image what it shows."""
    breaks = ("softbreak", "hardbreak")
    return "".join(" " if child.type in breaks else child.content for child in inline.children or ())


def _lead(section: Sequence[Token], name: str, links: Links) -> None:
    """Gives links and images their addresses. What leads out of the guide becomes its words."""
    for token in section:
        if token.type == "inline":
            token.children = list(_led(token.children or (), name, links))


def _led(children: Sequence[Token], name: str, links: Links) -> Iterator[Token]:
    is_open = False
    for child in children:
        if child.type == "link_open":
            target = links.target(name, str(child.attrs["href"]))
            is_open = target is not None
            if target is None:
                continue
            child.attrSet("href", target)
        elif child.type == "link_close" and not is_open:
            continue
        elif child.type == "image":
            picture = links.image(str(child.attrs["src"]))
            if picture is None:
                yield Token("text", "", 0, content=child.content)
                continue
            child.attrs.update(picture)
        yield child


def _label(section: Sequence[Token], heading: Heading) -> None:
    """Names each table by its heading, and each cell by its column, for phones; marks the columns of amounts."""
    columns: list[str] = []
    at = 0
    for before, token in pairwise(section):
        # The policy refuses styles: what stands to the right are amounts, which have a column of their own elsewhere too.
        if token.attrs.pop("style", "") == "text-align:right":
            token.attrSet("class", "money")
        if token.type == "table_open":
            columns, token.meta["label"] = [], heading.text
        elif token.type == "inline" and before.type == "th_open":
            columns.append(_plain(token))
        elif token.type == "tr_open":
            at = 0
        elif token.type == "td_open":
            token.attrSet("data-label", columns[at])
            at += 1


def _texts(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each block that has words of its own, with them. A row of a table is one; heads of tables are none."""
    holders: list[tuple[Token, list[str]]] = []
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.type in ("list_item_open", "tr_open"):
            holders.append((token, []))
        elif token.type in ("list_item_close", "tr_close"):
            block, words = holders.pop()
            if words:
                yield block, " · ".join(words)
        elif token.type in ("fence", "code_block"):
            yield token, token.content
        elif token.type == "inline" and before is not None and before.type != "th_open":
            if before.type == "paragraph_open" and not before.hidden:
                yield before, _plain(token)
            else:
                holders[-1][1].append(_plain(token))
