"""The programs and files that entries can be written for.

A new one is a layout, that is a TOML in `layout/shipped/`, or a module here with a line in `_MODULES`; and a golden folder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.entries import JournalEntry
from ecriture.core.problems import Problem
from ecriture.core.settings import frozen_mapping

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "sage50-ca": "sage50_ca",
        "hledger": "hledger",
        "beancount": "beancount",
        "csv": "entries_csv",
        "xlsx": "entries_xlsx",
        "json": "entries_json",
    }
)

SHIPPED = Path(__file__).parent / "layout" / "shipped"


@cache
def layout_names() -> tuple[str, ...]:
    """The names of the layouts that come with Écriture, in alphabetical order."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))


TARGETS: tuple[str, ...] = (*_MODULES, *layout_names())

OWN_LAYOUT = "layout:"
"""What stands before the file of a layout of one's own, where a target is named."""

OTHER = "layout"
"""The target of a program that has no layout here: the company describes its file itself."""


def is_layout(name: str) -> bool:
    """Whether a target's file is described by a layout, which a company may adjust."""
    return name == OTHER or name in layout_names()


class WriteOptions(NamedTuple):
    """What a writer may use beside the entries. The language is the company's, never that of a screen."""

    currency: str = "CAD"
    language: str = "fr"
    chart: Chart = Chart()
    units: Mapping[tuple[int, int], tuple[str, str]] = MappingProxyType({})
    """By entry and line, from 1: the number and customer of the one document or payment that a line is of."""


class Fitted(NamedTuple):
    """Entries with their texts as the target takes them, and how many texts were cut, or had letters replaced by `?`."""

    entries: tuple[JournalEntry, ...]
    shortened: int = 0
    replaced: int = 0


def as_they_are(entries: Sequence[JournalEntry]) -> Fitted:
    """For a target that takes any text."""
    return Fitted(tuple(entries))


def all_of_them(entries: Sequence[JournalEntry], _options: WriteOptions) -> tuple[JournalEntry, ...]:
    """For a target whose file holds everything."""
    return tuple(entries)


def no_faults(_entries: Sequence[JournalEntry], _options: WriteOptions) -> tuple[Problem, ...]:
    """For a target that takes any amount and any account."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A program or file that takes journal entries.

    `fit` makes the texts what the target takes; `write` gives the bytes of fitted entries; `read` gives the entries of
    such bytes back, so that `read(write(fit(x).entries)) == fit(x).entries`, or what `as_read` leaves of these where the
    file does not hold everything. `read` raises ValueError for other bytes. `faults` says what the file has no room for.
    """

    name: str
    suffix: str
    write: Callable[[Sequence[JournalEntry], WriteOptions], bytes]
    read: Callable[[bytes], tuple[JournalEntry, ...]]
    fit: Callable[[Sequence[JournalEntry]], Fitted] = as_they_are
    source_limit: int | None = None
    first_date: date = date.min
    last_date: date = date.max
    sage_numbers: bool = False
    """Whether accounts are 4 to 8 digits, all of one length, the first one giving the class."""
    title: str = ""
    """How the program is called, where its name here is not enough."""
    as_read: Callable[[Sequence[JournalEntry], WriteOptions], tuple[JournalEntry, ...]] = all_of_them
    faults: Callable[[Sequence[JournalEntry], WriteOptions], tuple[Problem, ...]] = no_faults
    max_lines: int | None = None
    max_entries: int | None = None
    split_by: str = ""
    """`month` where each batch has the entries of one month."""
    needs_units: bool = False
    """Whether the file has the documents of lines, so that the options must have them."""
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: frozen_mapping({}))
    """What a person does with the file, by language, one act after the other; `{file}` is its name."""
    to_confirm: bool = False
    """Whether nobody has seen the program take such a file yet."""
    messages: str = ""
    """The file of messages by which the program refuses one, where it can be read: `glimport`."""

    def steps_in(self, language: str) -> tuple[str, ...]:
        """In a language, else in another one that there is; none where nobody wrote any."""
        return self.steps.get(language) or next(iter(self.steps.values()), ())


def target(name: str) -> Target:
    """The target of a name in `TARGETS`; its module is loaded only now. Raises KeyError for another name.

    That of `OTHER` is a plain table, with which a company begins to describe its program's file.
    """
    if is_layout(name):
        from ecriture.targets import layout  # noqa: PLC0415 - stands on this module

        return layout.target_of(layout.shipped_layout(name), name)
    module = import_module(f"ecriture.targets.{_MODULES[name]}")
    found: Target = module.TARGET
    return found
