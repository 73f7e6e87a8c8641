"""Which parts form one entry, under which date and comment, and in which order the entries stand (P5)."""

from datetime import date
from typing import NamedTuple

from ecriture.core.dates import Calendar, Day, month_end
from ecriture.core.documents import Unit
from ecriture.core.settings import Detail, Grouping, Settings


class Group(NamedTuple):
    """The parts of one entry (or of the pieces of one that is too long). Groups sort in the order of their entries."""

    date: date
    kind: str
    number: str
    rank: tuple[bool, str, bool]
    """Ordinary after carried, month or day, corrections after ordinary."""
    detail: Detail

    @property
    def carried(self) -> bool:
        return not self.rank[0]

    @property
    def label(self) -> str:
        """The month or day that the comment says."""
        return self.rank[1]

    @property
    def correction(self) -> bool:
        return self.rank[2]


class Grouper:
    """Finds the group of a part. Unless `by_unit`, it is the same for all units of an own date."""

    def __init__(self, settings: Settings, *, calendar: Calendar, through: date) -> None:
        self.by_unit = settings.accounting.grouping is Grouping.DOCUMENT
        self._by_day = settings.accounting.grouping is Grouping.DAY
        self._detail = settings.accounting.detail
        self._calendar = calendar
        self._through = through

    def group(self, unit: Unit, own_date: date, *, correction: bool) -> Group:
        if self.by_unit:
            return self._of_unit(unit, self._calendar[own_date], correction)
        return self._of_day(self._calendar[own_date], correction)

    def _of_unit(self, unit: Unit, day: Day, correction: bool) -> Group:  # noqa: FBT001 - private
        return Group(day.open, *unit.id, (not day.carried, "", correction), self._detail_of(correction))

    def _of_day(self, day: Day, correction: bool) -> Group:  # noqa: FBT001 - private
        by_day = self._by_day and not day.carried
        label = day.open.isoformat() if by_day else (day.own if day.carried else day.open).isoformat()[:7]
        written = day.open if by_day or day.carried else self._period_end(day)
        return Group(written, "", "", (not day.carried, label, correction), self._detail_of(correction))

    def _detail_of(self, correction: bool) -> Detail:  # noqa: FBT001 - private
        return Detail.DOCUMENT if correction else self._detail

    def _period_end(self, day: Day) -> date:
        ends = [month_end(day.open), self._through]
        return min([*ends, day.year.last] if day.year else ends)


WORDS = {
    "fr": ("Ventes et paiements", "Corrections", " (reporté)", "Correction ", "Reporté "),
    "en": ("Sales and payments", "Corrections", " (carried)", "Correction ", "Carried "),
}


def comment(group: Group, heading: str, language: str) -> str:
    """An entry's comment in the company's language. `heading` is the unit's number and customer, where there is one unit."""
    ordinary, corrections, carried, correction, carried_unit = WORDS[language]
    if heading:
        return f"{correction if group.correction else carried_unit if group.carried else ''}{heading}"
    return f"{corrections if group.correction else ordinary} {group.label}{carried if group.carried else ''}"
