"""What is open, as pages and files show it: by customer and document, with its age and its page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.control import AGES, Head, Open, age_of
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.text import fold
from ecriture.store.control import Control, controlled_in, opening_on
from ecriture.store.models import Company
from ecriture.web.unit_pages import addresses


class Line(NamedTuple):
    """What is open of a document or payment, with its page, customer and age in days."""

    about: UnitId
    cents: int
    customer: str
    dated: date | None
    days: int
    link: str
    is_changed: bool

    @property
    def age(self) -> int:
        return age_of(self.days)

    @property
    def age_name(self) -> str:
        return age_name(self.age)


class Customer(NamedTuple):
    name: str
    lines: tuple[Line, ...]

    @property
    def cents(self) -> int:
        return sum(it.cents for it in self.lines)


def age_name(age: int) -> str:
    if age == len(AGES):
        return say("more than %s days") % AGES[-1]
    first = AGES[age - 1] + 1 if age else 0
    return say("%(first)s to %(last)s days") % {"first": first, "last": AGES[age]}


def kind_name(kind: UnitKind) -> str:
    return say("Payment") if kind is UnitKind.PAYMENT else say("Document")


def lines_of(control: Control, account: str, day: date) -> list[Line]:
    """What is open on an account, by customer and then by date."""
    found = control.open_on(account)
    pages = addresses(control.company, [it.about for it in found])
    lines = [_line(it, control.heads.get(it.about), pages.get(it.about, ""), day) for it in found]
    return sorted(lines, key=lambda it: (fold(it.customer), it.customer, it.dated or day, it.about))


def _line(it: Open, head: Head | None, link: str, day: date) -> Line:
    dated = head.date if head is not None else None
    days = max(0, (day - dated).days) if dated else 0
    return Line(it.about, it.cents, head.customer if head else "", dated, days, link, it.is_changed)


def by_customer(lines: Sequence[Line]) -> list[Customer]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for it in lines:
        groups[it.customer].append(it)
    return [Customer(name or say("Without a customer"), tuple(its)) for name, its in groups.items()]


class OpeningPart(NamedTuple):
    """The opening balance of an account, by document and payment."""

    account: str
    is_deposit: bool
    lines: tuple[Line, ...]
    day: date

    @property
    def cents(self) -> int:
        return sum(it.cents for it in self.lines)


def opening_of(company: Company) -> list[OpeningPart]:
    """The accounts that the opening balance holds something of; nothing without a start date."""
    found = opening_on(company)
    if found is None:
        return []
    parts = (
        OpeningPart(account, is_deposit, tuple(lines_of(found, account, found.day)), found.day)
        for account, is_deposit in controlled_in(company)
    )
    return [it for it in parts if it.lines]
