"""Calendar dates: read from text, and placed in a company's books (own date to open date, P3)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ecriture.core.settings import FiscalYear, Settings
from ecriture.core.text import fold


class UnreadDate(NamedTuple):
    """A text that is not a date, with the code of its problem."""

    code: str
    text: str
    reason: str = ""
    """`two-days` where the file does not say which number is the month; `number` for a number that is shown as one."""


NO_DATE = UnreadDate("date-missing", "")
UNREADABLE, TWO_DAYS, A_NUMBER = "date-unreadable", "two-days", "number"

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_TIME = re.compile(
    r"[t ,]+(?:[01]?[0-9]|2[0-3])(?::| ?h ?)[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
    r"(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt))?(?: ?[-+][0-9]{2}:?[0-9]{2})?$"
)
_WEEKDAY = r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_NAMED = tuple(
    re.compile(
        _WEEKDAY + form.format(month=r"(?P<month>[a-z]{3,9})\.?", day="(?P<day>[0-9]{1,2})", year="(?P<year>[0-9]{4})")
    )
    for form in (
        "{month} ?{day}(?:st|nd|rd|th)?,? {year}",
        "{day}(?:er|st|nd|rd|th)?[-/ ]{month},?[-/ ]{year}",
        "{year}[-/ ]{month}[-/ ]{day}",
    )
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv january janvier",
            "feb fev fevr february fevrier",
            "mar mars march",
            "apr avr avril april",
            "may mai",
            "jun june juin",
            "jul july juil juill juillet",
            "aug aou aout august",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre",
        ),
        1,
    )
    for name in names.split()
}
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
"""The number of a day of our time, as spreadsheets count them."""

DAY_FIRST, MONTH_FIRST = "day", "month"


class DayOrder:
    """Which of day and month comes first in a file's dates like `05/01/2026`: what its other dates show, or was decided."""

    def __init__(self, decided: str = "") -> None:
        self.order = decided
        self.seen: set[str] = set()
        self.met_ambiguous = False

    def decided(self) -> str:
        """What all dates that can be one day only show; `""` if there is none, or two show different orders."""
        return "".join(self.seen) if len(self.seen) == 1 else ""


class DateReader(dict[str, "date | UnreadDate"]):
    """Texts to dates, each distinct text read once: `2026-01-31` and its like, names of months in English or French.

    `31/01/2026` is read when it can be one day only; `05/01/2026` only with a known order. Of a moment it is the day as
    written.
    """

    LEARNED = 50_000

    def __init__(self, order: DayOrder | None = None) -> None:
        super().__init__()
        self.span: tuple[date, date] | None = None
        """The first and the last date that was read."""
        self.order = order or DayOrder()

    def __missing__(self, text: str) -> date | UnreadDate:
        bare = text.strip()
        found = self._read(bare) if bare else NO_DATE
        if isinstance(found, date):
            first, last = self.span or (found, found)
            self.span = min(first, found), max(last, found)
        elif found is not NO_DATE:
            found = found._replace(text=text)
        if len(self) < self.LEARNED:
            self[text] = found
        return found

    def _read(self, text: str) -> date | UnreadDate:
        if found := _YEAR_FIRST.fullmatch(text):
            return _real(int(found[1]), int(found[3]), int(found[4]))
        day = _TIME.sub("", fold(text))
        if found := _YEAR_FIRST.fullmatch(day):
            return _real(int(found[1]), int(found[3]), int(found[4]))
        if found := _YEAR_LAST.fullmatch(day):
            return self._day_and_month(int(found[4]), int(found[1]), int(found[3]))
        for form in _NAMED:
            if found := form.fullmatch(day):
                return _real(int(found["year"]), _MONTHS.get(found["month"], 0), int(found["day"]))
        return UnreadDate(UNREADABLE, "", A_NUMBER if _SERIAL.fullmatch(text) else "")

    def _day_and_month(self, year: int, first: int, second: int) -> date | UnreadDate:
        """`31/01/2026` and `01/31/2026` can only be one day, and show the order; `05/01/2026` could be two days."""
        if first == second:
            return _real(year, first, second)
        if min(first, second) >= 1 and max(first, second) <= 12 and not self.order.order:
            self.order.met_ambiguous = True
            return UnreadDate(UNREADABLE, "", TWO_DAYS)
        order = MONTH_FIRST if second > 12 else DAY_FIRST if first > 12 else self.order.order
        found = _real(year, second, first) if order == DAY_FIRST else _real(year, first, second)
        if isinstance(found, date) and max(first, second) > 12:
            self.order.seen.add(order)
        return found


def _real(year: int, month: int, day: int) -> date | UnreadDate:
    try:
        return date(year, month, day)
    except ValueError:
        return UnreadDate(UNREADABLE, "")


def last_month_end(day: date) -> date:
    """The last day of the month before a date's."""
    return day.replace(day=1) - timedelta(days=1)


def month_end(day: date) -> date:
    """The last day of a date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class Day(NamedTuple):
    """An own date with its open date in the books."""

    own: date
    open: date
    year: FiscalYear | None
    """The fiscal year of the open date; None if the company has none, or it is in none."""
    fault: str = ""
    """The code of the error for anything posted on this date."""

    @property
    def carried(self) -> bool:
        return self.own != self.open

    @property
    def across_year(self) -> bool:
        """Whether it is carried into a later fiscal year."""
        return self.carried and self.year is not None and self.own < self.year.first


def year_around(day: date, years: Sequence[FiscalYear]) -> FiscalYear:
    """The fiscal year that would hold a date outside all of them: it begins on the same day of the year as they do."""
    number = day.year if _begins(day.year, years[0]) <= day else day.year - 1
    first = _begins(number, years[0])
    last = date.max if number == date.max.year else _begins(number + 1, years[0]) - timedelta(days=1)
    before = [year.last for year in years if year.last < day]
    after = [year.first for year in years if year.first > day]
    first = max([first, *(end + timedelta(days=1) for end in before)])
    return FiscalYear(first, min([last, *(start - timedelta(days=1) for start in after)]))


def _begins(number: int, year: FiscalYear) -> date:
    """The day of a year on which a fiscal year like another begins; 29 February is the 28th."""
    month, day = year.first.month, year.first.day
    return date.min if number < date.min.year else date(number, month, min(day, 28) if month == 2 else day)


class Calendar(dict[date, Day]):
    """Maps own dates to their placed days, each computed once, for one lock date and set of fiscal years."""

    def __init__(
        self, *, lock_date: date | None, fiscal_years: Sequence[FiscalYear], carry: bool, first: date, last: date
    ) -> None:
        super().__init__()
        self._lock_date = lock_date
        self._years = tuple(fiscal_years)
        self._carry = carry
        self._bounds = (first, last)

    @classmethod
    def of(cls, settings: Settings, *, first: date = date.min, last: date = date.max) -> "Calendar":
        """The calendar of a company, for a target that accepts dates from `first` to `last`."""
        return cls(
            lock_date=settings.lock_date,
            fiscal_years=settings.fiscal_years,
            carry=settings.accounting.carry,
            first=first,
            last=last,
        )

    def __missing__(self, own: date) -> Day:
        self[own] = day = self._place(own)
        return day

    def _place(self, own: date) -> Day:
        locked = self._lock_date is not None and own <= self._lock_date
        if locked and not self._carry:
            return Day(own, own, None, "date-locked")
        opened = self._lock_date + timedelta(days=1) if locked and self._lock_date else own
        year = next((year for year in self._years if year.first <= opened <= year.last), None)
        outside = bool(self._years) and year is None
        in_target = self._bounds[0] <= opened <= self._bounds[1]
        return Day(own, opened, year, "" if in_target and not outside else "date-outside-fiscal-year")
