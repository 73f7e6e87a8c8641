"""The programs and files that entries can be written for. A new one is a module here, a line in `_MODULES`, a golden folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.entries import JournalEntry

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

TARGETS: tuple[str, ...] = tuple(_MODULES)


class WriteOptions(NamedTuple):
    """What a writer may use beside the entries. The language is the company's, never that of a screen."""

    currency: str = "CAD"
    language: str = "fr"
    chart: Chart = Chart()


class Fitted(NamedTuple):
    """Entries with their texts as the target takes them, and how many texts were cut, or had letters replaced by `?`."""

    entries: tuple[JournalEntry, ...]
    shortened: int = 0
    replaced: int = 0


def as_they_are(entries: Sequence[JournalEntry]) -> Fitted:
    """For a target that takes any text."""
    return Fitted(tuple(entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A program or file that takes journal entries.

    `fit` makes the texts what the target takes; `write` gives the bytes of fitted entries; `read` gives the entries of
    such bytes back, so that `read(write(fit(x).entries)) == fit(x).entries`. `read` raises ValueError for other bytes.
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


def target(name: str) -> Target:
    """The target of a name in `TARGETS`; its module is loaded only now. Raises KeyError for another name."""
    module = import_module(f"ecriture.targets.{_MODULES[name]}")
    found: Target = module.TARGET
    return found
