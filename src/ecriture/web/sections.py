"""Parts of a page that is printed too: a heading, some lines, a table. The page and the PDF show the same."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ecriture.core.amounts import show_number
from ecriture.web.words import language

MONEY = "money"


class Column(NamedTuple):
    title: Any
    css: str = ""


class Cell(NamedTuple):
    """A text, and the page that it leads to. `under` is a smaller line below it."""

    text: str
    link: str = ""
    under: str = ""


class Row(NamedTuple):
    cells: Sequence[Cell]
    css: str = ""


class Section(NamedTuple):
    """`key` is its id on the page. `foot` is a row of totals."""

    key: str
    heading: str
    said: Sequence[str] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    foot: Sequence[Cell] = ()
    is_wrong: bool | None = None
    """Whether what it checks is not so; None where it checks nothing."""

    @property
    def shown(self) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        """The rows, each cell with its column."""
        return [(row, [*zip(self.columns, row.cells, strict=True)]) for row in self.rows]


def cents(amount: int | None, link: str = "") -> Cell:
    """An amount in a column of amounts; blank for none."""
    return Cell(show_number(amount, language()) if amount is not None else "", link)


def cells(*texts: str | Cell) -> list[Cell]:
    return [it if isinstance(it, Cell) else Cell(it) for it in texts]


def plain_rows(section: Section) -> Iterable[list[str]]:
    """As a PDF has them."""
    for row in section.rows:
        yield [f"{it.text}\n{it.under}".strip() for it in row.cells]
