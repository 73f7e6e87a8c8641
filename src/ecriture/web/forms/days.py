"""Which dates a setting may have. A slip of the keyboard (2099 for 2026) would send everything again, or nothing."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.core.settings import FiscalYear
from ecriture.web import words

FIRST = date(1980, 1, 1)
"""No books of a program that we write for are older."""
YEARS_AHEAD = 10
LONGEST_YEAR = 53 * 7
"""In days: a fiscal year of whole weeks has 52 or 53 of them."""
SHORTEST_USUAL = 52 * 7


def start_fault(day: date) -> str:
    """What is wrong with a start date; empty for nothing."""
    if day < FIRST:
        return say("%s is too early. Check the year.") % words.day(day)
    if day > timezone.localdate() + timedelta(days=366):
        return say("%s is more than a year away: nothing would be sent until then. Check the year.") % words.day(day)
    return ""


def lock_fault(day: date) -> str:
    """What is wrong with a lock date; empty for nothing."""
    if day < FIRST:
        return say("%s is too early. Check the year.") % words.day(day)
    if day > timezone.localdate():
        return say("%s is in the future: a period is closed once it is over. Check the year.") % words.day(day)
    return ""


def year_fault(year: FiscalYear) -> str:
    """What is wrong with a fiscal year; empty for nothing."""
    if year.first < FIRST or year.last.year > timezone.localdate().year + YEARS_AHEAD:
        return say("%(first)s – %(last)s: check the year of these dates.") % _days(year)
    if _length(year) > LONGEST_YEAR:
        return say("%(first)s – %(last)s: a fiscal year has at most 53 weeks.") % _days(year)
    return ""


def year_warning(year: FiscalYear) -> str:
    """What is unusual about a fiscal year; empty for nothing."""
    if _length(year) >= SHORTEST_USUAL:
        return ""
    text = say(
        "The fiscal year %(first)s – %(last)s is shorter than 52 weeks. Only a first or a last year is: check it."
    )
    return text % _days(year)


def _length(year: FiscalYear) -> int:
    return (year.last - year.first).days + 1


def _days(year: FiscalYear) -> dict[str, str]:
    return {"first": words.day(year.first), "last": words.day(year.last)}


def entry_fault(day: date) -> str:
    """What is wrong with the date of a document or payment; empty for nothing."""
    if day < FIRST:
        return say("%s is too early. Check the year.") % words.day(day)
    if day > timezone.localdate() + timedelta(days=366):
        return say("%s is more than a year away. Check the year.") % words.day(day)
    return ""
