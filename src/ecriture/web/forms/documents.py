"""An invoice or a credit note that is entered by hand: its head, its lines, and what they come to."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.documents import (
    CREDIT_NOTE,
    FINAL,
    Document,
    DocumentKind,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
    signed,
)
from ecriture.core.invoicing import EXEMPT, Besides, Sold, Taxation, line_cents, rows_of, taxation
from ecriture.core.provinces import PROVINCES, tax_name
from ecriture.core.settings import Item, Settings
from ecriture.core.text import fold, is_storable
from ecriture.store import models
from ecriture.store.catalogue import items_like, items_named
from ecriture.store.models import Company
from ecriture.store.particulars import NOTHING, Particulars, RowWords
from ecriture.web import words
from ecriture.web.forms.amounts import MOST_CENTS, AmountField, FigureField, figure_text, price_text
from ecriture.web.forms.days import entry_fault
from ecriture.web.forms.fields import DayField, NameField, TextArea
from ecriture.web.words import language

MOST_LINES = 100
FEWEST_LINES = 3
"""So many lines are offered at first."""
_LINE = re.compile("line-([0-9]{1,3})-(item|description|quantity|unit_price)")


class HeadForm(forms.Form):
    """All of a document but its lines."""

    use_required_attribute = False

    number = NameField(max_length=200, label=_("Number"))
    date = DayField(required=True, label=_("Date"))
    customer = NameField(max_length=200, required=False, label=_("Customer"))
    applies_to = NameField(
        max_length=200,
        required=False,
        label=_("Invoice that it settles"),
        help_text=_("Its number. Empty: the credit note stands alone."),
    )
    place = forms.ChoiceField(label=_("Place of supply"), help_text=_("It decides the taxes."))
    discount = AmountField(label=_("Discount"))
    shipping = AmountField(label=_("Shipping"))
    tip = AmountField(label=_("Tip"))
    rounding = AmountField(signed=True, label=_("Rounding"))
    terms = NameField(required=False, max_length=200, label=_("Terms"))
    address = TextArea(max_length=500, label=_("Address of the customer"))
    language = forms.ChoiceField(
        choices=(("fr", _("French")), ("en", _("English"))), label=_("Language of the customer")
    )

    def __init__(self, *args: Any, company: Company, kind: DocumentKind, kept: Document | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.company, self.kind, self.kept = company, kind, kept
        self.settled: models.Document | None = None
        places = [(code, it.named(language())) for code, it in PROVINCES.items()]
        self.fields["place"].choices = [*places, (EXEMPT, say("Without taxes"))]  # type: ignore[attr-defined] # a choice field
        self.fields["customer"].widget.attrs |= {"list": "customers", "autocomplete": "off"}
        if kind is not CREDIT_NOTE:
            del self.fields["applies_to"]
        if kept is not None:
            self.fields["number"].disabled = True

    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        if fault := entry_fault(day):
            raise forms.ValidationError(fault)
        return day

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        there = models.Document.objects.filter(company=self.company, number=number)
        if self.kept is None and there.exists():
            raise forms.ValidationError(say("There is already a document %s. Choose another number.") % number)
        return number

    def clean_applies_to(self) -> str:
        number: str = self.cleaned_data["applies_to"]
        found = models.Document.objects.filter(company=self.company, number=number).first() if number else None
        if number and (found is None or found.status != FINAL or found.kind == CREDIT_NOTE):
            raise forms.ValidationError(say("There is no final invoice %s. Check the number.") % number)
        self.settled = found
        return number


class LineForm(forms.Form):
    """A line. Its amount is its quantity at its price; without a quantity it is one."""

    use_required_attribute = False

    item = forms.CharField(required=False, max_length=100, label=_("Item"))
    description = NameField(required=False, max_length=500, label=_("Description"))
    quantity = FigureField(label=_("Quantity"))
    unit_price = FigureField(label=_("Unit price"))

    def __init__(self, *args: Any, place: int, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "prefix": f"line-{place}", **kwargs})
        self.place = place
        for field in self.fields.values():
            field.about = say("Line %s") % (place + 1)  # type: ignore[attr-defined] # for form/faults.html
        self.fields["item"].widget.attrs |= {"list": "items", "autocomplete": "off", "autocapitalize": "none"}

    @property
    def is_blank(self) -> bool:
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields)

    @cached_property
    def cents(self) -> int | None:
        """What it comes to; None as long as its price is missing or something of it is wrong."""
        found = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if found.get("unit_price") is None:
            return None
        return line_cents(found["quantity"] if found["quantity"] is not None else Decimal(1), found["unit_price"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        price, quantity = cleaned.get("unit_price"), cleaned.get("quantity")
        if not self.is_blank and price is None and "unit_price" not in self.errors:
            self.add_error("unit_price", say("The price is missing."))
        elif price is not None and quantity is not None and abs(line_cents(quantity, price)) > MOST_CENTS:
            self.add_error("unit_price", say("The line comes to too much. Check its quantity and price."))
        return cleaned


class Sum(NamedTuple):
    """A line of the totals."""

    name: str
    cents: int


class Entry:
    """A document as somebody types it: what it comes to so far, and the document once nothing is wrong with it."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        company: Company,
        settings: Settings,
        kind: DocumentKind,
        kept: Document | None,
    ) -> None:
        self.company, self.settings, self.kind, self.kept = company, settings, kind, kept
        self.head = HeadForm(
            data, company=company, kind=kind, kept=kept, initial={"number": kept.number} if kept else {}
        )
        self.lines = [LineForm(data, place=place) for place in range(_lines_sent(data))]
        self.faults: list[str] = []

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        """The items of the lines, by code; that of each line by what was typed, whatever its capitals."""
        typed = {self._typed(line) for line in self.lines} - {""}
        like = items_like(self.company, filter(is_storable, typed))
        return items_named(self.company, like.values())

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        return {fold(code): code for code in self._items}

    def _typed(self, line: LineForm) -> str:
        line.is_valid()
        return str(line.cleaned_data.get("item", ""))

    def code_of(self, line: LineForm) -> str:
        return self._codes.get(fold(self._typed(line)), "")

    @cached_property
    def typed_lines(self) -> list[LineForm]:
        return [line for line in self.lines if not line.is_blank]

    @cached_property
    def taxation(self) -> Taxation:
        given = self._given
        day, place = given.get("date"), given.get("place")
        if day is None or place is None:
            return Taxation()
        return taxation(place, self.settings.taxes, day, home=self.company.province)

    @cached_property
    def _given(self) -> Mapping[str, Any]:
        """What is right of the head by itself."""
        self.head.is_valid()
        return dict(self.head.cleaned_data)

    @cached_property
    def rows(self) -> tuple[tuple[RowKey, int], ...]:
        """Of the lines that are right so far."""
        given = self._given
        besides = Besides(*(given.get(name) or 0 for name in ("discount", "shipping", "tip", "rounding")))
        lines = tuple(Sold(self.code_of(line), line.cents) for line in self.typed_lines if line.cents is not None)
        return rows_of(lines, besides, self.taxation.charged, self._items)

    def sums(self) -> list[Sum]:
        """Everything below the lines but the total."""
        lines = sum(cents for key, cents in self.rows if key.kind is RowKind.LINE)
        others = [Sum(self._name(key), cents) for key, cents in self.rows if key.kind is not RowKind.LINE]
        return [Sum(say("Lines"), lines), *others]

    def _name(self, key: RowKey) -> str:
        if key.kind is not RowKind.TAX:
            return str(
                {
                    RowKind.DISCOUNT: say("Discount"),
                    RowKind.SHIPPING: say("Shipping"),
                    RowKind.TIP: say("Tip"),
                    RowKind.ROUNDING: say("Rounding"),
                }[key.kind]
            )
        percent = next(it.percent for it in self.taxation.charged if it.code == key.code)
        return f"{tax_name(key.code, language())} {words.percent(percent)}" if percent is not None else key.code

    @property
    def total_cents(self) -> int:
        return sum(cents for _key, cents in self.rows)

    def missing(self) -> list[str]:
        """What the settings lack for the place."""
        place = self._given.get("place", "")
        return [self._missing(place, it.code, it.percent) for it in self.taxation.missing]

    def _missing(self, place: str, code: str, percent: Decimal | None) -> str:
        named = f"{tax_name(code, language())}{f' {words.percent(percent)}' if percent is not None else ''}"
        text = say(
            "%(place)s has the tax %(tax)s, which your settings do not have on that day. "
            "Add it under Settings → Invoices, or choose another place of supply."
        )
        return text % {"place": PROVINCES[place].named(language()), "tax": named}

    # Saving

    def is_valid(self) -> bool:
        is_right = [self.head.is_valid(), *(line.is_valid() for line in self.typed_lines)]
        for line in self.typed_lines:
            typed = self._typed(line)
            if typed and not self.code_of(line):
                line.add_error("item", say("There is no item %s. Choose one of the list, or leave it empty.") % typed)
                is_right.append(False)
        for text in self.missing():
            self.head.add_error("place", text)
        if not self.typed_lines:
            self.faults.append(say("Enter at least one line."))
        elif self.kind is CREDIT_NOTE and all(is_right) and self.total_cents < 0:
            self.faults.append(say("A credit note cannot come to less than zero."))
        return all(is_right) and not self.faults and not self.head.errors

    def document(self, status: Status) -> Document:
        given = self.head.cleaned_data
        keys, amounts = zip(*self.rows, strict=True)
        said = given["date"], given["customer"], given.get("applies_to", "")
        return Document(given["number"], self.kind, status, *said, keys, amounts)

    def particulars(self) -> Particulars:
        given = self.head.cleaned_data
        lines = [self._words(line) for line in self.typed_lines]
        rows = (*lines, *([RowWords()] * (len(self.rows) - len(lines))))
        return Particulars(given["place"], given["terms"], given["address"], given["language"], rows)

    def _words(self, line: LineForm) -> RowWords:
        found, item = line.cleaned_data, self._items.get(self.code_of(line))
        quantity = found["quantity"]
        count = figure_text(quantity) if quantity is not None else ""
        return RowWords(found["description"] or (item.name if item else ""), count, price_text(found["unit_price"]))


def _lines_sent(data: Mapping[str, Any]) -> int:
    sent = [int(found[1]) for name in data if (found := _LINE.fullmatch(name))]
    return min(max(sent, default=-1) + 1, MOST_LINES)


class Shown(NamedTuple):
    """The forms of the page: what was typed, or what is proposed, without complaints."""

    head: HeadForm
    lines: Sequence[LineForm]


def as_typed(entry: Entry, *, more: int = 0) -> Shown:
    """What was typed so far, without its faults, and as many more lines."""
    data = entry.head.data
    head = HeadForm(
        company=entry.company,
        kind=entry.kind,
        kept=entry.kept,
        initial={name: data.get(name) for name in HeadForm.base_fields} | _number(entry.kept),
    )
    return Shown(head, [*_lines_typed(entry), *blank_lines(len(entry.lines), more)])


def _number(kept: Document | None) -> dict[str, str]:
    return {"number": kept.number} if kept else {}


def _lines_typed(entry: Entry) -> Iterator[LineForm]:
    for line in entry.lines:
        given = {name: line.data.get(line.add_prefix(name)) for name in line.fields}
        shown = LineForm(place=line.place, initial=given)
        shown.cents = line.cents
        yield shown


def blank_lines(first: int, count: int) -> list[LineForm]:
    return [LineForm(place=place) for place in range(first, min(first + count, MOST_LINES))]


def initial_of(document: Document, said: Particulars) -> dict[str, Any]:
    """The values of the head of a document."""
    rows = zip(document.keys, document.amounts, strict=True)
    besides = {key.kind.value: signed(key, cents) for key, cents in rows}
    names = ("discount", "shipping", "tip", "rounding")
    return {
        **{name: besides.get(name) for name in names},
        **{name: getattr(document, name) for name in ("number", "date", "customer", "applies_to")},
        **{name: getattr(said, name) for name in ("place", "terms", "address", "language")},
    }


def lines_of(document: Document, said: Particulars) -> list[LineForm]:
    """The lines of a document; one that came from a file has one of each at its amount."""
    rows = said.rows or (RowWords(),) * len(document.keys)
    found: list[LineForm] = []
    for key, cents, row in zip(document.keys, document.amounts, rows, strict=True):
        if key.kind is RowKind.LINE:
            given = {"item": key.code, **row._asdict()}
            if not row.unit_price:
                given |= {"quantity": "", "unit_price": price_text(Decimal(cents) / 100)}
            line = LineForm(place=len(found), initial=given)
            line.cents = cents
            found.append(line)
    return found


def mark_of(document: Document | None, said: Particulars = NOTHING) -> str:
    """By what a page tells whether somebody changed a document meanwhile."""
    if document is None:
        return ""
    return hashlib.sha256(json.dumps([document, said], default=str).encode()).hexdigest()[:24]


def unit_id(number: str) -> UnitId:
    return UnitId(UnitKind.DOCUMENT, number)
