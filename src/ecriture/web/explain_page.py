"""An account explained: by month, the entries of a month, and the documents and payments that make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.store.charts import chart_of
from ecriture.store.explaining import PAGE, MonthSum, Moved, accounts_of, entries_of_month, months_of, moved_in
from ecriture.store.models import Company
from ecriture.store.proof import Month, month_of
from ecriture.web.entries import Side, name_in
from ecriture.web.ledger import WHY
from ecriture.web.listing import Filters
from ecriture.web.unit_pages import addresses
from ecriture.web.words import setting_label

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "clearing": "accounts.payment_credit",
        "unapplied": "extras.deposit",
        "fee": "extras.fee",
        "rounding": "extras.rounding",
        "tip": "extras.tip",
    }
)
ROWS: Mapping[str, str] = MappingProxyType(
    {
        "discount": "extras.discount",
        "tip": "extras.tip",
        "shipping": "extras.shipping",
        "rounding": "extras.rounding",
    }
)


OWNERS: Mapping[str, str] = MappingProxyType({"tax": "taxes", "line": "items"})


class MonthField(forms.CharField):
    """A month, as browsers send it: 2026-01."""

    widget = forms.TextInput({"type": "month"})

    def clean(self, value: object) -> Month | None:
        text = str(super().clean(value))
        if not text:
            return None
        try:
            return month_of(date.fromisoformat(f"{text}-01"))
        except (ValueError, OverflowError):
            raise forms.ValidationError(say("“%s” is not a month. Write it like 2026-01.") % text) from None


class ExplainFilters(Filters):
    account = forms.CharField(required=False, max_length=15, label=_("Account"))
    month = MonthField(required=False, label=_("Month"))
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)


class MonthFilters(Filters):
    month = MonthField(required=False, label=_("Month"))


class Line(NamedTuple):
    moved: Moved
    amount: Side
    link: str
    why: str
    chosen_by: str


@dataclass(frozen=True)
class Page:
    company: Company
    form: ExplainFilters

    @cached_property
    def accounts(self) -> list[tuple[str, str]]:
        chart = chart_of(self.company)
        return [(number, name_in(chart, number)) for number in accounts_of(self.company)]

    @property
    def account(self) -> str:
        asked = str(self.form.given("account") or "")
        known = [number for number, _ in self.accounts]
        return asked if asked in known else next(iter(known), "")

    @property
    def name(self) -> str:
        return next((name for number, name in self.accounts if number == self.account), "")

    @property
    def month(self) -> Month | None:
        found: Month | None = self.form.given("month")
        return found

    @cached_property
    def months(self) -> list[MonthSum]:
        return months_of(self.company, self.account)

    @property
    def of_month(self) -> MonthSum | None:
        return next((it for it in self.months if self.month and it.first == self.month.first), None)

    @cached_property
    def entries(self) -> Sequence[tuple[int, str, date, int, int]]:
        return entries_of_month(self.company, self.account, self.month) if self.month else ()

    @property
    def at(self) -> int:
        return int(self.form.given("page") or 1)

    @cached_property
    def _moved(self) -> list[Moved]:
        return moved_in(self.company, self.account, self.month, self.at) if self.month else []

    @property
    def lines(self) -> list[Line]:
        found = self._moved[:PAGE]
        pages = addresses(self.company, [it.unit for it in found])
        return [Line(it, Side(it.cents), pages.get(it.unit, ""), str(WHY[it.why]), chosen_by(it.keys)) for it in found]

    @property
    def next_page(self) -> str:
        return self._page(self.at + 1) if len(self._moved) > PAGE else ""

    @property
    def previous_page(self) -> str:
        return self._page(self.at - 1) if self.at > 1 else ""

    def _page(self, at: int) -> str:
        month = f"{self.month.first:%Y-%m}" if self.month else ""
        return urlencode({"account": self.account, "month": month, "page": at})


def chosen_by(keys: Sequence[str]) -> str:
    """What of a document or payment goes to an account: its item, its tax, its method, in the words of the settings."""
    return ", ".join(dict.fromkeys(_said(key) for key in keys))


def _said(key: str) -> str:
    """`line:CLEAN:credit` is about that item, `method:card` about that method, `clearing` about what settles."""
    if key in KEYS:
        return setting_label(KEYS[key])
    kind, _colon, rest = key.partition(":")
    if kind == "method":
        return setting_label(f"methods.{rest}" if rest else "accounts.payment_debit")
    code, _colon, side = rest.rpartition(":")
    if code and kind in OWNERS:
        return setting_label(f"{OWNERS[kind]}.{code}")
    is_owed = side == ("credit" if kind == "discount" else "debit")
    return setting_label("accounts.invoice_debit" if is_owed else ROWS.get(kind, "accounts.invoice_credit"))
