"""This invoice and this payment, as the program will show them: drawn from what a form shows, beside it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.taxes import Tax, tax_on
from ecriture.web.forms.base import CompanyForm

SOLD = 100_00
"""In cents, before taxes."""


class SampleLine(NamedTuple):
    """A line of a sample: its account, the field that gives it, and its signed amount in cents."""

    number: str
    name: str
    field: str
    cents: int

    @property
    def shown(self) -> int:
        return abs(self.cents)


class Sample(NamedTuple):
    title: str
    lines: list[SampleLine]


def sample(form: CompanyForm, taxes: Iterable[tuple[Tax, str]], today: date) -> list[Sample]:
    """An invoice of 100.00 with its taxes, and its payment. Each tax with the field of its credit account, if any."""
    owed = [(tax, field, tax_on([SOLD], percent)) for tax, field in taxes if (percent := tax.percent_on(today))]
    total = SOLD + sum(cents for _tax, _field, cents in owed)
    sale = [_of(form, "invoice_debit", total), _of(form, "invoice_credit", -SOLD)]
    sale += [_line(form, _value(form, field) or tax.credit, field, -cents) for tax, field, cents in owed]
    paid = [_of(form, "payment_debit", total), _of(form, "payment_credit", -total)]
    return [Sample(say("An invoice"), sale), Sample(say("Its payment"), paid)]


def _of(form: CompanyForm, name: str, cents: int) -> SampleLine:
    number = _value(form, name) or getattr(form.settings.accounts, name)
    return _line(form, number, name if name in form.fields else "", cents)


def _value(form: CompanyForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""


def _line(form: CompanyForm, number: str, name: str, cents: int) -> SampleLine:
    return SampleLine(number, form.name_of(number), f"id_{name}" if name else "", cents)
