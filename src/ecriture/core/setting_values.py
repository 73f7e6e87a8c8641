"""The values that a setting may have, wherever it is typed: in the settings file, a table of items, a form."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

from ecriture.core.accounts import is_account_number
from ecriture.core.settings import FiscalYear
from ecriture.core.taxes import Rate

_NO_BREAK_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")


class Invalid(NamedTuple):
    """Why a value is not valid: the expected kind, and the accepted words."""

    kind: str
    accepted: str = ""


Reader = Callable[[object], Any]
"""Converts a plain value (a text, number, date, list) to a valid one, or Invalid."""


def text(value: object) -> str | Invalid:
    """One line of text, with no-break spaces as in French."""
    fits = isinstance(value, str) and value.translate(_NO_BREAK_SPACES).isprintable()
    return str(value) if fits else Invalid("text")


def account(value: object) -> str | Invalid:
    return value if isinstance(value, str) and is_account_number(value) else Invalid("account")


def flag(value: object) -> bool | Invalid:
    return value if isinstance(value, bool) else Invalid("flag")


def day(value: object) -> date | Invalid:
    """A date, bare or in quotes."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return Invalid("date")
    return value if isinstance(value, date) and not isinstance(value, datetime) else Invalid("date")


def percent(value: object) -> Decimal | Invalid:
    """A rate in percent, in quotes or bare, of at most six decimals."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return Invalid("percent")
    if isinstance(value, int) and not 0 <= value <= 100:  # Python refuses to write a number of thousands of digits
        return Invalid("percent")
    found = re.fullmatch("[0-9]{1,3}([.,][0-9]{1,6})?", str(value))
    rate = Decimal(found[0].replace(",", ".")) if found else Decimal(-1)
    return rate if 0 <= rate <= 100 else Invalid("percent")


def count(value: object) -> int | Invalid:
    """A number of lines: 2 or more, since an entry has two."""
    fits = isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= 1_000_000
    return int(str(value)) if fits else Invalid("count")


def one_of(values: type[StrEnum] | tuple[str, ...]) -> Reader:
    """One of the accepted words."""

    def read(value: object) -> object:
        words = [str(word) for word in values]
        if value not in words:
            return Invalid("choice", ", ".join(words))
        return values(value) if isinstance(values, type) else value

    return read


def prefix(value: object) -> str | Invalid:
    fits = isinstance(value, str) and re.fullmatch("[A-Z0-9]{1,3}", value)
    return str(value) if fits else Invalid("prefix")


def currency(value: object) -> str | Invalid:
    fits = isinstance(value, str) and re.fullmatch("[A-Z]{3}", value)
    return str(value) if fits else Invalid("currency")


def listed(reader: Reader, kind: str) -> Reader:
    """A list with a reader for its elements."""

    def read(value: object) -> object:
        values = [reader(element) for element in value] if isinstance(value, list) else [Invalid(kind)]
        return Invalid(kind) if any(isinstance(element, Invalid) for element in values) else tuple(values)

    return read


def fiscal_year(value: object) -> FiscalYear | Invalid:
    """A pair of days in order."""
    days = [day(element) for element in value] if isinstance(value, list) else []
    first, last = days if len(days) == 2 else (Invalid("years"), Invalid("years"))
    if isinstance(first, Invalid) or isinstance(last, Invalid) or first > last:
        return Invalid("years")
    return FiscalYear(first, last)


def fiscal_years(value: object) -> tuple[FiscalYear, ...] | Invalid:
    """Fiscal years in order of date, without overlap."""
    years = listed(fiscal_year, "years")(value)
    if isinstance(years, Invalid):
        return years
    in_order: tuple[FiscalYear, ...] = tuple(sorted(years))
    apart = all(earlier.last < later.first for earlier, later in pairwise(in_order))
    return in_order if apart else Invalid("years")


def rate(value: object) -> Rate | Invalid:
    """A rate: its first day and its percentage."""
    if not isinstance(value, list) or len(value) != 2:
        return Invalid("rates")
    since, rate_percent = day(value[0]), percent(value[1])
    if isinstance(since, Invalid) or isinstance(rate_percent, Invalid):
        return Invalid("rates")
    return Rate(since, rate_percent)


def rates(value: object) -> tuple[Rate, ...] | Invalid:
    """Rates in order of date, at most one per day."""
    found = listed(rate, "rates")(value)
    if isinstance(found, Invalid) or len({rate.since for rate in found}) < len(found):
        return Invalid("rates")
    return tuple(sorted(found))
