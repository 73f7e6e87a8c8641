"""What a careful bookkeeper would point out in a document that is otherwise right (P2, P7): warnings, never a change."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecriture.core.documents import Document, Form, RowKey, RowKind
from ecriture.core.money import round_half_up
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.rules import Pattern, Role
from ecriture.core.settings import Item, Settings
from ecriture.core.taxes import Tax

Amounts = tuple[int, ...]


class TaxRows(NamedTuple):
    """Where a tax's rows stand in documents of one form, and the rows that it is reckoned on."""

    tax: Tax
    recorded: Sequence[int]
    lines: Sequence[int]
    discounts: Sequence[int]
    shipping: Sequence[int]
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

    def __init__(self, company: Settings) -> None:
        self._company = company
        self._facts: dict[Pattern, Facts] = {}

    def of_document(self, document: Document, pattern: Pattern) -> tuple[Problem, ...]:
        """All warnings about one document posted with a pattern."""
        facts = self._facts_of(document.form, pattern)
        columns = [(cents,) for cents in document.amounts]
        differing = [tax for tax in facts.taxes if not _agrees(document.date, columns, tax)]
        return tuple(self._warnings(document, facts, differing))

    def is_clear(self, form: Form, day: date, columns: Sequence[Amounts], pattern: Pattern) -> bool:
        """Whether there is nothing to say of some documents of one form and day, posted with a pattern.

        `columns`: the cents of each row of the form, for all of them.
        """
        unknown_items, archived, split, taxes = self._facts_of(form, pattern)
        if unknown_items or archived or split:
            return False
        return all(_agrees(day, columns, tax) for tax in taxes)

    def _facts_of(self, form: Form, pattern: Pattern) -> Facts:
        facts = self._facts.get(pattern)
        if facts is None:
            facts = self._facts[pattern] = self._of_pattern(form, pattern)
        return facts

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
                yield TaxRows(tax, rows, lines, places(RowKind.DISCOUNT), places(RowKind.SHIPPING), {})

    def _is_taxed(self, key: RowKey, tax: str) -> bool:
        item = self._company.items.get(key.code)
        return item is None or item.taxes is None or tax in item.taxes


def _agrees(day: date, columns: Sequence[Amounts], tax: TaxRows) -> bool:
    """Whether the recorded taxes of some documents of one form are within one cent for each of its rows.

    With shipping taxed or without: each of them may be either.
    """
    ratio = tax.ratios[day] if day in tax.ratios else _ratio(tax, day)
    if ratio is None:
        return True
    numerator, denominator = ratio
    leeway = len(columns) * denominator
    sums = zip(*(_added(columns, places) for places in tax[1:4]), strict=True)
    excesses = [recorded * denominator - (lines - discounts) * numerator for recorded, lines, discounts in sums]
    if -leeway <= min(excesses) and max(excesses) <= leeway:
        return True
    with_shipping = zip(excesses, _added(columns, tax.shipping), strict=True)
    return all(min(abs(excess), abs(excess - cents * numerator)) <= leeway for excess, cents in with_shipping)


def _added(columns: Sequence[Amounts], places: Sequence[int]) -> Sequence[int]:
    """The sum of some columns of amounts, row by row; the usual single one is itself."""
    if len(places) == 1:
        return columns[places[0]]
    chosen = [columns[place] for place in places]
    return list(map(sum, zip(*chosen, strict=True))) if chosen else [0] * len(columns[0])


def _ratio(tax: TaxRows, day: date) -> tuple[int, int] | None:
    percent = tax.tax.percent_on(day)
    numerator, denominator = (percent or Decimal()).as_integer_ratio()
    tax.ratios[day] = ratio = None if percent is None else (numerator, 100 * denominator)
    return ratio


def _difference(document: Document, tax: TaxRows) -> dict[str, object]:
    numerator, denominator = _ratio(tax, document.date) or (0, 1)
    recorded_cents, lines_cents, discounts_cents = (
        sum(document.amounts[place] for place in places) for places in (tax.recorded, tax.lines, tax.discounts)
    )
    base_cents = lines_cents - discounts_cents
    return {
        "tax": tax.tax.code,
        "rate": tax.tax.percent_on(document.date),
        "base_cents": base_cents,
        "expected_cents": round_half_up(base_cents * numerator, denominator),
        "recorded_cents": recorded_cents,
    }


def _amount_of(document: Document, key: RowKey) -> int:
    return sum(cents for row, cents in zip(document.form.keys, document.amounts, strict=True) if row == key)
