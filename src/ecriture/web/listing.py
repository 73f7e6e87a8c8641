"""A list on a page: filters, order and place in the address, columns that a phone stacks, and the same rows as a file.

A list is a class that declares what it finds, what it is sorted by, and its columns; the rest is here, in
`templates/listing/` and in `ecriture.store.listing`. All lists are in `ecriture.web.lists`, and tested as one.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ecriture.sources.tables.csv_file import csv_file, guarded
from ecriture.store.listing import FIRST, LAST, Mark, Order, Page, in_order, page_of, read_values
from ecriture.store.models import Company
from ecriture.web.downloads import CSV, download

M = TypeVar("M", bound=Model)
L = TypeVar("L")
FOUND = "found"
"""The part of the page that a filter replaces."""
LONGEST_MARK = 2000


class SearchField(forms.CharField):
    """The words that a row must have."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"type": "search", "autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": 100, "label": _("Search"), "widget": widget, **kwargs})


class Filters(forms.Form):
    """The filters of a list, which are its address. An invalid value is ignored, and said beside its field."""

    use_required_attribute = False

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked, label_suffix="", auto_id="id_search_%s")
        self.is_valid()

    def given(self, name: str) -> Any:
        """What is asked for by a filter; None where it is empty or invalid."""
        return self.cleaned_data.get(name) or None

    @property
    def query(self) -> dict[str, str]:
        """The filters in use, as the address has them."""
        asked = {name: str(self.data.get(name, "")) for name in self.fields}
        return {name: text for name, text in asked.items() if text and text != self._whole(name)}

    def _whole(self, name: str) -> str:
        """The value of a filter that filters nothing."""
        choices = getattr(self.fields[name], "choices", None)
        return str(next(iter(choices))[0]) if choices else ""


class Column(NamedTuple, Generic[L]):
    """A column: its title, what a line shows there, and the name of the order that its title sorts by."""

    title: Any
    shown: Callable[[L], str]
    sort: str = ""
    css: str = ""
    text: Callable[[L], str] | None = None
    """What a file has, where that is not what is shown."""


class Heading(NamedTuple):
    """A column's title; the query that sorts by it, and how it is sorted now: ascending, descending or not."""

    title: str
    query: str
    order: str
    css: str


class Cell(NamedTuple):
    title: str
    html: str
    css: str


class Line(NamedTuple):
    """A row of the table. `key` chooses it among others; `name` is what a person calls it."""

    key: str
    name: str
    css: str
    head: Cell
    cells: tuple[Cell, ...]


class Empty(NamedTuple):
    """What a page says where there is no row: the title, what to do, and the words of the way out."""

    title: Any
    text: Any
    action: Any = ""


class Listing(Generic[M, L]):
    """A list of a company: a request asks for filters, an order and a place.

    Subclasses say what is declared here; `L` is a line as its columns want it, made of rows `M` a page at a time.
    """

    url: ClassVar[str]
    """The name of the page's address."""
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    template: ClassVar[str] = "listing/page.html"
    orders: ClassVar[Mapping[str, tuple[str, ...]]]
    """What the list can be sorted by: columns that together are unique and have an index. The first is the default."""
    down: ClassVar[bool] = False
    """Whether the default order goes down: the latest first."""
    size: ClassVar[int] = 100
    filters: ClassVar[type[Filters]]
    files: ClassVar[tuple[tuple[str, str], ...]]
    """The files of what is shown: a name, and the name of the address."""
    table_css: ClassVar[str] = ""
    in_settings: ClassVar[bool] = True
    """Whether its page is one of the settings."""
    chooses: ClassVar[str] = ""
    """The template of the bar that acts on chosen lines, if there is one."""
    empty: ClassVar[Empty]
    nothing: ClassVar[Empty] = Empty(_("No matches"), _("Use fewer words, or show everything."), _("Show everything"))

    def __init__(self, company: Company, asked: QueryDict, *, chosen: Collection[str] = ()) -> None:
        self.company, self.asked, self.chosen = company, asked, frozenset(chosen)

    # Declared by each list

    def found(self) -> QuerySet[M]:
        """The rows that match the filters, of this company alone."""
        raise NotImplementedError

    def columns(self) -> tuple[Column[L], ...]:
        """The columns; the first one names the line."""
        raise NotImplementedError

    def lines(self, rows: Sequence[M]) -> Sequence[L]:
        """The lines of some rows, with a bounded number of queries."""
        raise NotImplementedError

    def key(self, line: L) -> str:
        """What names a line for the computer and for a person."""
        raise NotImplementedError

    def css(self, line: L) -> str:  # noqa: ARG002 - most lists have one kind of line
        return ""

    def counted(self, count: int) -> str:
        """How many rows were found, in words."""
        raise NotImplementedError

    def totals(self) -> tuple[tuple[str, str], ...]:
        """The sums of what was found, each with its label; none in a list without amounts."""
        return ()

    def states_address(self) -> str:
        """Where the page asks for what takes longer than a page should; empty if there is nothing to ask."""
        return ""

    def known_count(self) -> int | None:
        """How many rows match the filters, where a list knows it anyway."""
        return None

    def content(self) -> bytes:
        """The file of what is shown: the same rows in the same order, every column, safe to open as a spreadsheet."""
        return csv_file(self.file_titles(), self.file_rows(self.lines(list(self.in_order()))))

    def file_titles(self) -> Iterable[str]:
        return (str(column.title) for column in self.columns())

    def file_rows(self, lines: Iterable[L]) -> Iterable[Iterable[str]]:
        columns = self.columns()
        return ([_in_file(column, line) for column in columns] for line in lines)

    # The address

    @cached_property
    def form(self) -> Filters:
        return self.filters(self.asked)

    @cached_property
    def sort(self) -> str:
        """The order asked for, with `-` in front if it goes down."""
        asked = str(self.asked.get("sort", ""))
        first = next(iter(self.orders))
        return asked if asked.removeprefix("-") in self.orders else f"{'-' if self.down else ''}{first}"

    @cached_property
    def order(self) -> Order:
        return Order(self.orders[self.sort.removeprefix("-")], down=self.sort.startswith("-"))

    @property
    def is_default_order(self) -> bool:
        return self.sort == f"{'-' if self.down else ''}{next(iter(self.orders))}"

    @property
    def mark(self) -> Mark:
        """The place asked for; the first page for what is none."""
        if "last" in self.asked:
            return LAST
        for name, back in (("after", False), ("before", True)):
            if values := read_values(self.matching.model, self.order, _texts(str(self.asked.get(name, "")))):
                return Mark(values, back=back)
        return FIRST

    def query(self, **more: str) -> str:
        """The address of this list as it is asked for, without the place."""
        sort = {} if self.is_default_order else {"sort": self.sort}
        return urlencode({**self.form.query, **sort, **more})

    def place(self, mark: Mark) -> str:
        """The address of another page of it."""
        return self.query(**{"before" if mark.back else "after": _mark(mark.values)})

    # The page

    @cached_property
    def matching(self) -> QuerySet[M]:
        return self.found()

    def in_order(self) -> QuerySet[M]:
        """All that was found, in the order asked for."""
        return in_order(self.matching, self.order)

    @cached_property
    def page(self) -> Page[M]:
        return page_of(self.matching, self.order, self.mark, size=self.size)

    @cached_property
    def count(self) -> int:
        """How many rows match the filters. Where one page has all of them, the database need not look again."""
        if (known := self.known_count()) is not None:
            return known
        is_whole = self.page.before is self.page.after is None
        return len(self.page.rows) if is_whole else self.matching.count()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all, so that there is nothing to filter either."""
        return not self.page.rows and not self.form.query

    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns()]

    def _heading(self, column: Column[L]) -> Heading:
        is_here = bool(column.sort) and column.sort == self.sort.removeprefix("-")
        order = ("descending" if self.order.down else "ascending") if is_here else ""
        turned = f"{'-' if order == 'ascending' else ''}{column.sort}"
        query = urlencode({**self.form.query, "sort": turned}) if column.sort else ""
        return Heading(str(column.title), query, order, column.css)

    def rows(self) -> list[Line]:
        columns = [(column, str(column.title)) for column in self.columns()]
        return [self._line(line, columns) for line in self.lines(self.page.rows)]

    def _line(self, line: L, columns: Sequence[tuple[Column[L], str]]) -> Line:
        head, *cells = (Cell(title, column.shown(line), column.css) for column, title in columns)
        return Line(self.key(line), self.key(line), self.css(line), head, tuple(cells))

    def pages(self) -> dict[str, str]:
        """The addresses of the pages around this one; empty where there is none."""
        before, after = self.page.before, self.page.after
        return {
            "first": self.query() if before else "",
            "previous": self.place(before) if before else "",
            "next": self.place(after) if after else "",
            "last": self.query(last="1") if after else "",
        }

    def shown(self) -> dict[str, Any]:
        """The context of the templates."""
        return {
            "listing": self,
            "address": reverse(self.url, args=[self.company.pk]),
            "filters": self.form,
            "rows": self.rows(),
            "headings": self.headings(),
            "pages": self.pages(),
            "counted": self.counted(self.count),
            "totals": self.totals(),
            "query": self.query(),
            "states": self.states_address(),
            "files": [(name, reverse(url, args=[self.company.pk])) for name, url in self.files],
        }


def _in_file(column: Column[L], line: L) -> str:
    """What a file has. An amount below zero begins as a formula does; a spreadsheet must add it up all the same."""
    text = str((column.text or column.shown)(line))
    return text if column.css == "money" else guarded(text)


def _mark(values: Iterable[object]) -> str:
    """The values of a row, as an address has them."""
    text = json.dumps([str(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _texts(mark: str) -> list[object]:
    """The values in an address; none for what is no mark."""
    padded = mark[:LONGEST_MARK].encode("utf-8", "replace") + b"=" * (-len(mark) % 4)
    try:
        found = json.loads(urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) and all(isinstance(text, str) for text in found) else []


def listed(
    request: HttpRequest, listing: Listing[Any, Any], context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of a list; while somebody filters, just what is found."""
    is_part = request.headers.get("HX-Target") == FOUND
    template = "listing/found.html" if is_part else listing.template
    answer = render(request, template, {**listing.shown(), "is_part": is_part, **(context or {})}, status=status)
    patch_vary_headers(answer, ["HX-Target"])
    return answer


def listed_file(listing: Listing[Any, Any]) -> HttpResponse:
    """What a list shows, as CSV."""
    return download(listing.content(), f"{listing.url}.csv", CSV)


# What cells are made of


def quiet(text: object) -> SafeString:
    return format_html('<span class="quiet">{}</span>', text)


def state(kind: str, text: object) -> SafeString:
    """A state in words, with its mark: `done`, `wait`, `off`."""
    return format_html('<span class="state {}">{}</span>', kind, text)


def link(address: str, text: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, text)
