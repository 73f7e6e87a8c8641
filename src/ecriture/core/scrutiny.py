"""What a careful bookkeeper would point out in a document that is otherwise right (P2, P7): warnings, never a change."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from ecriture.core.company import Company, Item
from ecriture.core.documents import Document, Form, RowKey, RowKind
from ecriture.core.money import round_half_up
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.rules import Pattern, Role
from ecriture.core.taxes import Tax

Amounts = tuple[int, ...]
Adder = Callable[[Amounts], int]
"""Adds up some of a document's amounts."""


def _adder(places: Sequence[int]) -> Adder:
    """What adds the amounts at some places; the usual single one is merely picked."""
    if len(places) == 1:
        return itemgetter(places[0])
    if not places:
        return _nothing
    return lambda amounts: sum([amounts[i] for i in places])


def _nothing(_amounts: Amounts) -> int:
    return 0


class TaxRows(NamedTuple):
    """What adds up a tax's rows in a document of one form, and what it is reckoned on."""

    tax: Tax
    recorded: Adder
    lines: Adder
    discounts: Adder
    shipping: Adder
    ratios: dict[date, tuple[int, int] | None]
    """The rate as a fraction, for each day that was met."""


class Facts(NamedTuple):
    """What can be said of all documents of one pattern."""

    unknown_items: tuple[RowKey, ...]
    archived: tuple[Item, ...]
    split: tuple[str, ...]
    """Accounts that its documents debit and that no payment credits."""
    taxes: tuple[TaxRows, ...]


class Scrutiny:
    """The warnings about documents of one company."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._facts: dict[Pattern, Facts] = {}

    def of_document(self, document: Document, pattern: Pattern) -> tuple[Problem, ...]:
        """All warnings about one document posted with a pattern."""
        facts = self._facts.get(pattern)
        if facts is None:
            facts = self._facts[pattern] = self._of_pattern(document.form, pattern)
        unknown_items, archived, split, taxes = facts
        _, _, _, day, _, _, _, amounts, _ = document
        differing = [tax for tax in taxes if not _agrees(day, amounts, tax)]
        if not (differing or unknown_items or archived or split):
            return ()
        return tuple(self._warnings(document, facts, differing))

    def _warnings(self, document: Document, facts: Facts, differing: list[TaxRows]) -> Iterator[Problem]:
        place = where(document)
        for key in facts.unknown_items:
            yield Problem("item-unknown", {"item": key.code, "amount_cents": _amount_of(document, key)}, place)
        for item in facts.archived:
            if item.archived is not None and document.date > item.archived:
                yield Problem("item-archived", {"item": item.code, "archived": item.archived, "note": item.note}, place)
        for account in facts.split:
            params = {"account": account, "clearing": self._company.accounts.payment_credit}
            yield Problem("receivable-split", params, place)
        for tax in differing:
            yield Problem("tax-differs", _difference(document, tax), place)

    def _of_pattern(self, form: Form, pattern: Pattern) -> Facts:
        pairs = zip(form.keys, pattern.legs, pattern.legs[len(form.keys) :], strict=False)
        new = [key for key, one, other in pairs if one.rule != "recorded" or other.rule != "recorded"]
        codes = dict.fromkeys(key for key in new if key.kind is RowKind.LINE and key.code)
        items = self._company.items
        clearing = self._company.accounts.payment_credit
        debited = dict.fromkeys(leg.account for leg in pattern.legs if leg.role is Role.RECEIVABLE)
        return Facts(
            tuple(key for key in codes if key.code not in items),
            tuple(items[key.code] for key in codes if key.code in items and items[key.code].archived),
            tuple(account for account in debited if account and clearing and account != clearing),
            tuple(self._tax_rows(form)),
        )

    def _tax_rows(self, form: Form) -> Iterator[TaxRows]:
        def places(kind: RowKind) -> tuple[int, ...]:
            return tuple(i for i, key in enumerate(form.keys) if key.kind is kind)

        for code in dict.fromkeys(key.code for key in form.keys if key.kind is RowKind.TAX):
            tax = self._company.taxes.get(code)
            if tax is not None and tax.rates:
                lines = [i for i in places(RowKind.LINE) if self._is_taxed(form.keys[i], code)]
                rows = [i for i in places(RowKind.TAX) if form.keys[i].code == code]
                discounts, shipping = _adder(places(RowKind.DISCOUNT)), _adder(places(RowKind.SHIPPING))
                yield TaxRows(tax, _adder(rows), _adder(lines), discounts, shipping, {})

    def _is_taxed(self, key: RowKey, tax: str) -> bool:
        item = self._company.items.get(key.code)
        return item is None or item.taxes is None or tax in item.taxes


def _agrees(day: date, amounts: Amounts, tax: TaxRows) -> bool:
    """Whether a recorded tax is within one cent for each row of the document, with shipping taxed or without."""
    _, recorded, lines, discounts, shipping, ratios = tax
    ratio = ratios[day] if day in ratios else _ratio(tax, day)
    if ratio is None:
        return True
    numerator, denominator = ratio
    base_cents = lines(amounts) - discounts(amounts)
    leeway = len(amounts) * denominator
    excess = recorded(amounts) * denominator - base_cents * numerator
    return -leeway <= excess <= leeway or abs(excess - shipping(amounts) * numerator) <= leeway


def _ratio(tax: TaxRows, day: date) -> tuple[int, int] | None:
    percent = tax.tax.percent_on(day)
    numerator, denominator = (percent or Decimal()).as_integer_ratio()
    tax.ratios[day] = ratio = None if percent is None else (numerator, 100 * denominator)
    return ratio


def _difference(document: Document, tax: TaxRows) -> dict[str, object]:
    numerator, denominator = _ratio(tax, document.date) or (0, 1)
    base_cents = tax.lines(document.amounts) - tax.discounts(document.amounts)
    return {
        "tax": tax.tax.code,
        "rate": tax.tax.percent_on(document.date),
        "base_cents": base_cents,
        "expected_cents": round_half_up(base_cents * numerator, denominator),
        "recorded_cents": tax.recorded(document.amounts),
    }


def _amount_of(document: Document, key: RowKey) -> int:
    return sum(cents for row, cents in zip(document.form.keys, document.amounts, strict=True) if row == key)
