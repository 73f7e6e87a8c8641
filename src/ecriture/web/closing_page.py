"""What must be done before a period is closed: each point is done, or says what is missing and where to do it."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.core.batches import BatchState
from ecriture.core.dates import last_month_end
from ecriture.core.settings import FiscalYear
from ecriture.store.models import Company
from ecriture.store.proof import looks_at, month_of
from ecriture.store.transfer import batches_of, plan
from ecriture.web import words
from ecriture.web.plan_page import PlanShown

MOST_NAMED = 5


class State(StrEnum):
    DONE = "done"
    OPEN = "open"
    LISTED = "listed"
    """A person decides whether it is right so."""


class Point(NamedTuple):
    """A point of the list: where it stands, and where to go on."""

    state: State
    text: str
    address: str = ""
    link: str = ""


def points(company: Company, through: date, today: date) -> list[Point]:
    """What is to be done before everything through a day is closed, which is later than the lock date."""
    return [*_of_plan(company, through, today), _of_batches(company), _of_proof(company, through)]


def proposed(lock: date | None, years: tuple[FiscalYear, ...], today: date) -> date | None:
    """The end of the last month, or of the last fiscal year if that is what comes next; None if all of it is closed."""
    month = last_month_end(today)
    ended = [year.last for year in years if year.last <= month and (lock is None or year.last > lock)]
    if lock is not None and month <= lock:
        return None
    return min(ended, default=month)


def _of_plan(company: Company, through: date, today: date) -> Iterator[Point]:
    shown = PlanShown(plan(company, through), today)
    address = f"{reverse('transfer', args=[company.pk])}?through={through}"
    day = words.day(through)
    if shown.has_any:
        text = say(
            "Something dated through %s waits for a transfer. Closed, it would be carried to the first open day."
        )
        yield Point(State.OPEN, text % day, address, say("Look at the plan"))
    else:
        yield Point(State.DONE, say("Everything dated through %s is transferred.") % day)
    if shown.kept_count:
        text = ngettext(
            "%(count)s document or payment is kept back, with its reason.",
            "%(count)s documents and payments are kept back, each with its reason.",
            shown.kept_count,
        )
        yield Point(State.LISTED, text % {"count": words.number(shown.kept_count)}, address, say("Look at them"))


def _of_batches(company: Company) -> Point:
    unconfirmed = [*batches_of(company).filter(state=BatchState.EXPORTED).values_list("number", flat=True)]
    if not unconfirmed:
        return Point(State.DONE, say("Every batch went into your accounting program."))
    numbers = ", ".join(words.number(number) for number in sorted(unconfirmed)[:MOST_NAMED])
    numbers += ", …" if len(unconfirmed) > MOST_NAMED else ""
    text = ngettext(
        "Nobody has said yet whether batch %(numbers)s went into your accounting program.",
        "Nobody has said yet whether batches %(numbers)s went into your accounting program.",
        len(unconfirmed),
    )
    return Point(
        State.OPEN, text % {"numbers": numbers}, reverse("batches", args=[company.pk]), say("Open the batches")
    )


def _of_proof(company: Company, through: date) -> Point:
    """Whether somebody looked at the proof of the month: it has what customers owe, deposits, taxes and the bank."""
    month = month_of(through)
    looks = looks_at(company, month)
    address = f"{reverse('proof', args=[company.pk])}?month={month.first:%Y-%m}"
    if looks:
        text = say("%(name)s looked at the month’s proof on %(day)s.")
        params = {"name": looks[0].by_name, "day": words.day(timezone.localdate(looks[0].at))}
        return Point(State.DONE, text % params, address, say("Open the month’s proof"))
    text = say("Nobody has looked at the proof of the last month yet: what customers owe, deposits, taxes, the bank.")
    return Point(State.OPEN, text, address, say("Open the month’s proof"))
