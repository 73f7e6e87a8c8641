"""A payment or a refund that is entered by hand, its allocation later, and a payment that the bank returns."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.documents import FINAL, REFUND, Payment, PaymentKind, PaymentRow
from ecriture.core.methods import KNOWN
from ecriture.core.text import is_storable
from ecriture.store import models
from ecriture.store.by_hand import Open, open_documents, with_balances
from ecriture.store.models import Company
from ecriture.web import words
from ecriture.web.forms.amounts import AmountField
from ecriture.web.forms.days import entry_fault
from ecriture.web.forms.fields import DayField, NameField

MOST_SHARES = 200
COIN = 5
"""The smallest coin, in cents."""
_SHARE = re.compile("share-([0-9]{1,3})-(document|amount)")


def checked_day(day: dt.date) -> dt.date:
    if fault := entry_fault(day):
        raise forms.ValidationError(fault)
    return day


class ReceiptForm(forms.Form):
    """All of a payment but what it settles."""

    use_required_attribute = False

    number = NameField(max_length=200, label=_("Number"))
    date = DayField(required=True, label=_("Date"))
    customer = NameField(max_length=200, required=False, label=_("Customer"))
    method = forms.ChoiceField(label=_("Payment method"))
    bank_reference = NameField(
        max_length=200,
        required=False,
        label=_("Bank reference"),
        help_text=_("As on the bank statement."),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.company = company
        names = dict.fromkeys([*_own_methods(company), *sorted(set(KNOWN.values()), key=list(words.METHODS).index)])
        self.fields["method"].choices = [(name, words.method_name(name)) for name in names]  # type: ignore[attr-defined] # a choice field

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if models.Payment.objects.filter(company=self.company, number=number).exists():
            raise forms.ValidationError(say("There is already a payment %s. Choose another number.") % number)
        return number

    def clean_date(self) -> dt.date:
        return checked_day(self.cleaned_data["date"])


def _own_methods(company: Company) -> Iterable[str]:
    return models.Method.objects.filter(company=company).order_by("position").values_list("name", flat=True)


class ShareForm(forms.Form):
    """What a document gets of a payment; without a document it is a deposit."""

    use_required_attribute = False

    document = forms.CharField(required=False, max_length=200, label=_("Document"))
    amount = AmountField(label=_("Amount"))
    tip = AmountField(label=_("Tip"))
    fee = AmountField(label=_("Fee"))
    rounding = AmountField(signed=True, label=_("Rounding"))

    def __init__(
        self, *args: Any, place: int, is_refund: bool = False, open_one: Open | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": f"share-{place}", **kwargs})
        self.place, self.open_one = place, open_one
        self.fields["fee"].signed = is_refund  # type: ignore[attr-defined] # what a processor gives back is below zero
        for field in self.fields.values():
            field.about = say("Line %s") % (place + 1)  # type: ignore[attr-defined] # for the list of faults

    @property
    def is_blank(self) -> bool:
        given = (self.data.get(self.add_prefix(name), "") for name in ("amount", "tip", "fee", "rounding"))
        return not any(str(text).strip() for text in given)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        amount = cleaned.get("amount")
        if not self.is_blank and not amount and "amount" not in self.errors:
            self.add_error("amount", say("The amount is missing."))
        if amount and (cleaned.get("tip") or 0) > amount:
            self.add_error("tip", say("The tip is a part of the amount, and cannot be more."))
        return cleaned

    @property
    def row(self) -> PaymentRow:
        amount, fee, rounding, tip = (self.cleaned_data.get(it) or 0 for it in ("amount", "fee", "rounding", "tip"))
        return PaymentRow(self.cleaned_data.get("document", ""), amount, fee, rounding, tip)


class Receipt:
    """A payment as somebody types it."""

    def __init__(self, data: Mapping[str, Any], *, company: Company, kind: PaymentKind) -> None:
        self.company, self.kind, self.data = company, kind, data
        self.head = ReceiptForm(data, company=company)
        sent = [int(found[1]) for name in data if (found := _SHARE.fullmatch(name))]
        count = min(max(sent, default=-1) + 1, MOST_SHARES)
        is_refund = kind is REFUND
        self.shares = [ShareForm(data, place=place, is_refund=is_refund) for place in range(count)]
        self.faults: list[str] = []
        for share in self.shares:
            share.open_one = self.open_ones.get(str(data.get(share.add_prefix("document"), "")).strip())

    @cached_property
    def open_ones(self) -> Mapping[str, Open]:
        """The documents that are named, with what is left of each."""
        named = {str(self.data.get(f"share-{place}-document", "")).strip() for place in range(len(self.shares))}
        return final_documents(self.company, named)

    @cached_property
    def typed_shares(self) -> list[ShareForm]:
        return [share for share in self.shares if not share.is_blank]

    @property
    def rows(self) -> tuple[PaymentRow, ...]:
        """Those that are right so far."""
        return tuple(share.row for share in self.typed_shares if share.is_valid())

    @property
    def total_cents(self) -> int:
        return sum(row.amount_cents for row in self.rows)

    @property
    def is_unrounded_cash(self) -> bool:
        return self.head["method"].value() == "cash" and self.total_cents % COIN != 0

    def is_valid(self) -> bool:
        is_right = [self.head.is_valid(), *(share.is_valid() for share in self.typed_shares)]
        for share in self.typed_shares:
            number = share.cleaned_data.get("document", "")
            if number and number not in self.open_ones:
                share.add_error("document", say("There is no final document %s. Check the number.") % number)
                is_right.append(False)
        if not self.typed_shares:
            self.faults.append(say("Enter at least one amount."))
        return all(is_right) and not self.faults

    def payment(self) -> Payment:
        given = self.head.cleaned_data
        customer, method, reference = given["customer"], given["method"], given["bank_reference"]
        return Payment(given["number"], self.kind, FINAL, given["date"], customer, method, reference, self.rows)


def final_documents(company: Company, numbers: Iterable[str]) -> Mapping[str, Open]:
    askable = [number for number in numbers if number and is_storable(number)]
    found = models.Document.objects.filter(company=company, number__in=askable) if askable else ()
    return {it.number: it for it in with_balances(company, found)}


def rounded_cash(receipt: Receipt) -> dict[str, int]:
    """The amount and the rounding of the last share with which the whole can be paid in coins, by the names of the fields."""
    *_others, last = receipt.typed_shares
    whole = receipt.total_cents
    coins = (2 * whole + COIN) // (2 * COIN) * COIN
    row = last.row
    return {
        last.add_prefix("amount"): row.amount_cents + coins - whole,
        last.add_prefix("rounding"): row.rounding_cents - (coins - whole),
    }


def offered(
    company: Company,
    kind: PaymentKind,
    customer: str,
    typed: Sequence[Mapping[str, Any]] = (),
    *,
    known: Mapping[str, Open] | None = None,
    blank: int = 2,
) -> list[ShareForm]:
    """A line for what was typed, for each open document of the customer, and empty ones for deposits and other documents."""
    is_refund = kind is REFUND
    named = {str(it.get("document", "")).strip() for it in typed}
    of_customer = [it for it in open_documents(company, customer) if (it.balance_cents < 0) is is_refund]
    initial: list[tuple[Mapping[str, Any], Open | None]] = [
        (it, (known or {}).get(str(it.get("document", "")).strip())) for it in typed
    ]
    initial += [({"document": it.number}, it) for it in of_customer if it.number not in named]
    initial += [({}, None)] * blank
    return [
        ShareForm(place=place, is_refund=is_refund, initial=given, open_one=open_one)
        for place, (given, open_one) in enumerate(initial[:MOST_SHARES])
    ]


class AllocationForm(forms.Form):
    """The day on which a deposit is allocated, and what each open document takes of it."""

    use_required_attribute = False

    day = DayField(required=True, label=_("Allocated on"))

    def __init__(self, *args: Any, open_ones: Sequence[Open], left_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.open_ones, self.left_cents = open_ones, left_cents
        for place, it in enumerate(open_ones):
            self.fields[f"amount-{place}"] = AmountField(label=say("Amount for %s") % it.number)

    @property
    def lines(self) -> list[tuple[Open, Any]]:
        return [(it, self[f"amount-{place}"]) for place, it in enumerate(self.open_ones)]

    def clean_day(self) -> dt.date:
        return checked_day(self.cleaned_data["day"])

    @property
    def shares(self) -> list[tuple[str, int]]:
        given = [(it.number, self.cleaned_data.get(f"amount-{place}")) for place, it in enumerate(self.open_ones)]
        return [(number, cents) for number, cents in given if cents]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        total = sum(cents for _, cents in self.shares)
        if not self.errors and not total:
            raise forms.ValidationError(say("Enter at least one amount."))
        if total > self.left_cents:
            raise forms.ValidationError(say("That is more than is left of the deposit."))
        return cleaned


class ReturnForm(forms.Form):
    """The day on which the bank took a payment back, and what it kept for that."""

    use_required_attribute = False

    date = DayField(required=True, label=_("Returned on"))
    fee = AmountField(
        label=_("Fee of the bank"), help_text=_("What your bank charged you for it on the same day. Empty: nothing.")
    )

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.payment = payment

    def clean_date(self) -> dt.date:
        day = checked_day(self.cleaned_data["date"])
        if day < self.payment.date:
            raise forms.ValidationError(
                say("It was paid on %s: it cannot come back before.") % words.day(self.payment.date)
            )
        return day


def returned(payment: Payment, number: str, day: dt.date, fee_cents: int) -> Payment:
    """The refund that stands for a payment that the bank took back: all of it, on the day on which it came back."""
    rows = [row._replace(fee_cents=0, applied=None) for row in payment.rows]
    rows[0] = rows[0]._replace(fee_cents=fee_cents)
    return payment._replace(number=number, kind=REFUND, date=day, rows=tuple(rows), row=0)
