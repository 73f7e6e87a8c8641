"""The page of the control: what is open on an account by customer, with its age."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.amounts import show_amount
from ecriture.core.control import AGES
from ecriture.core.money import plain
from ecriture.core.text import fold
from ecriture.sources.tables.csv_file import csv_file, guarded
from ecriture.store.charts import chart_of
from ecriture.store.control import Balance, Control, batch_nets, control_on, controlled_in, latest_through
from ecriture.store.models import Company
from ecriture.web.entries import name_in
from ecriture.web.forms.amounts import AmountField
from ecriture.web.forms.fields import DayField
from ecriture.web.listing import Filters, SearchField
from ecriture.web.open_lines import Customer, Line, age_name, by_customer, kind_name, lines_of
from ecriture.web.words import language

MOST_SHOWN = 1_000
"""A page shows at most so many; the file has all of them."""
MOST_GUESSES = 10


class ControlFilters(Filters):
    day = DayField(label=_("On"))
    account = forms.CharField(required=False, max_length=15, label=_("Account"), widget=forms.Select())
    q = SearchField()
    shows = AmountField(signed=True, label=_("Balance that the program shows"))


def default_day(company: Company) -> date:
    """The last day that was transferred."""
    return latest_through(company) or timezone.localdate()


@dataclass(frozen=True)
class Page:
    """The control of one account on one day."""

    company: Company
    form: ControlFilters

    @cached_property
    def day(self) -> date:
        day: date | None = self.form.given("day")
        return day or default_day(self.company)

    @cached_property
    def accounts(self) -> list[tuple[str, str, bool]]:
        """Number, name and whether it is one of deposits."""
        chart = chart_of(self.company)
        return [(it, name_in(chart, it), is_deposit) for it, is_deposit in controlled_in(self.company)]

    @property
    def name(self) -> str:
        return next((name for number, name, _ in self.accounts if number == self.account), "")

    @property
    def account(self) -> str:
        asked = self.form.given("account")
        known = [number for number, _, _ in self.accounts]
        return str(asked) if asked in known else next(iter(known), "")

    @property
    def is_deposit(self) -> bool:
        return any(is_deposit for number, _, is_deposit in self.accounts if number == self.account)

    @cached_property
    def control(self) -> Control:
        return control_on(self.company, self.day)

    @cached_property
    def balance(self) -> Balance:
        return self.control.balance(self.account)

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.control, self.account, self.day)

    @property
    def open_cents(self) -> int:
        return sum(it.cents for it in self.lines)

    @property
    def found_cents(self) -> int:
        return sum(it.cents for it in self.found)

    @property
    def unexplained_cents(self) -> int:
        """What belongs to no document or payment: nothing, as long as an account has one purpose."""
        return self.balance.cents - self.open_cents

    @cached_property
    def found(self) -> list[Line]:
        """Those that have the words that are searched."""
        asked = fold(self.form.given("q") or "")
        return [it for it in self.lines if asked in fold(f"{it.about.number} {it.customer}")]

    @property
    def customers(self) -> list[Customer]:
        return by_customer(self.found[:MOST_SHOWN])

    @property
    def left_out(self) -> int:
        return max(0, len(self.found) - MOST_SHOWN)

    @property
    def ages(self) -> list[tuple[str, int, int]]:
        """The name of each age, how many are that old, and what they come to."""
        return [
            (age_name(age), len(its := [it for it in self.lines if it.age == age]), sum(it.cents for it in its))
            for age in range(len(AGES) + 1)
        ]

    # Compared with a balance that was typed

    @property
    def difference(self) -> int | None:
        """What the program has more than was transferred; None if nobody typed its balance."""
        shown: int | None = self.form.cleaned_data.get("shows") if hasattr(self.form, "cleaned_data") else None
        return None if shown is None else shown - self.balance.cents

    @property
    def guesses(self) -> list[str]:
        """What alone would make the difference: a batch that is not in the program or is there twice, an open document."""
        cents = self.difference
        if not cents:
            return []
        found = [
            (say("Batch %s is not in the program.") if net == -cents else say("Batch %s is there twice.")) % number
            for number, net in batch_nets(self.company, self.account, self.day)
            if net in (cents, -cents)
        ]
        found += [
            say("%(number)s has this amount open: %(amount)s.")
            % {"number": it.about.number, "amount": show_amount(it.cents, language())}
            for it in self.lines
            if it.cents in (cents, -cents)
        ]
        return found[:MOST_GUESSES]

    @property
    def query(self) -> str:
        """The address of the same question."""
        return urlencode(self.form.query)

    # A file

    def content(self) -> bytes:
        titles = (say("Customer"), say("Type"), say("Number"), say("Date"), say("Days"), say("Age"), say("Open"))
        rows = (_in_file(it) for customer in by_customer(self.found) for it in customer.lines)
        return csv_file(titles, rows)


def _in_file(it: Line) -> list[str]:
    who = guarded(it.customer), kind_name(it.about.kind), guarded(it.about.number)
    return [*who, str(it.dated or ""), str(it.days), it.age_name, plain(it.cents)]
