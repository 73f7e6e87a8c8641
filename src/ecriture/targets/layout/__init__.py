"""Layouts: the import file of any program as data, with one writer and one reader for all. The shipped ones are TOMLs."""

from datetime import date
from functools import cache, partial
from io import BytesIO
from pathlib import Path

from ecriture.targets.layout.fit import as_read, faults, fit, most_of
from ecriture.targets.layout.layout_file import LayoutRead, read_layout, write_layout
from ecriture.targets.layout.model import YEAR_OF_TWO_DIGITS, Column, Encoding, Layout
from ecriture.targets.layout.read import read
from ecriture.targets.layout.write import write
from ecriture.targets.registry import OTHER, SHIPPED, Target, layout_names

__all__ = [
    "PLAIN",
    "read_file",
    "read_layout",
    "shipped",
    "shipped_bytes",
    "shipped_layout",
    "target_of",
    "write_layout",
]

FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2099, 12, 31)
"""What a year of two digits can say."""

PLAIN = Layout(
    delimiter=";",
    encoding=Encoding.UTF_8_SIG,
    header=True,
    spreadsheet=True,
    suffix=".csv",
    to_confirm=True,
    columns=(
        Column("source", title="No"),
        Column("date", title="Date"),
        Column("account", title="Account"),
        Column("account_name", title="Name"),
        Column("comment", title="Text"),
        Column("debit", title="Debit"),
        Column("credit", title="Credit"),
    ),
)
"""With which one begins to describe the file of any program. It has no name yet."""


def target_of(layout: Layout, name: str) -> Target:
    """The target of a sound layout, under a name."""
    short = YEAR_OF_TWO_DIGITS in layout.date
    return Target(
        name=name,
        title=layout.name,
        suffix=layout.suffix,
        first_date=FIRST_DATE if short else date.min,
        last_date=LAST_DATE if short else date.max,
        fit=partial(fit, layout),
        write=partial(write, layout),
        read=partial(read, layout),
        as_read=partial(as_read, layout),
        faults=partial(faults, layout),
        max_lines=most_of(layout, layout.max_lines),
        max_entries=most_of(layout, layout.max_entries),
        split_by=layout.split_by.value if layout.split_by else "",
        needs_units=layout.has("document", "customer"),
        steps=layout.steps,
        to_confirm=layout.to_confirm,
        messages=layout.messages.value if layout.messages else "",
    )


def shipped_bytes(name: str) -> bytes:
    """The TOML of a shipped layout. Raises KeyError for another name."""
    if name not in layout_names():
        raise KeyError(name)
    return (SHIPPED / f"{name}.toml").read_bytes()


@cache
def shipped(name: str) -> LayoutRead:
    """A shipped layout. Raises KeyError for another name."""
    return read_layout(BytesIO(shipped_bytes(name)), file=f"{name}.toml")


def shipped_layout(name: str) -> Layout:
    """The layout with which a company begins whose target has one. Raises KeyError for another name."""
    return PLAIN if name == OTHER else shipped(name).layout


def read_file(place: Path) -> LayoutRead:
    """The layout in a file. Raises OSError; with problems it is not to be used."""
    with place.open("rb") as stream:
        return read_layout(stream, file=place.name)
