"""The figures of a sales tax return, from what documents say by their dates: sales by kind, taxes, and the lines of the forms.

Only the figures: where the taxes were posted is asked by `core.tax_accounts`, and nothing here is recomputed from a rate.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from ecriture.core.documents import CREDIT_NOTE, DISCOUNT, FINAL, LINE, SHIPPING, TAX, Document, RowKey
from ecriture.core.money import round_half_up
from ecriture.core.provinces import authority
from ecriture.core.settings import Item, Untaxed

CANADA, QUEBEC, HOME = "canada", "quebec", "QC"
COMBINED, FEDERAL = "gst-qst", "gst-hst"


class Period(NamedTuple):
    """First and last day, both in it."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class Supply(StrEnum):
    """What a sale is for the return. *Untaxed*: no tax was charged, and nobody said whether it is zero-rated or exempt."""

    TAXABLE = "taxable"
    ZERO_RATED = "zero-rated"
    EXEMPT = "exempt"
    UNTAXED = "untaxed"


class Group(NamedTuple):
    """Sales of one kind: the codes of the taxes on them, and whether they were supplied outside the company's province."""

    supply: Supply
    codes: tuple[str, ...] = ()
    outside: bool = False


NONE: Mapping[str, int] = MappingProxyType({})


class Amounts(NamedTuple):
    """What something adds to a return, in cents: sales before taxes by group, and by the code of each tax what was charged,
    what is added (a bad debt that came in after all) and what is deducted (a bad debt)."""

    sales: Mapping[Group, int] = MappingProxyType({})
    taxes: Mapping[str, int] = NONE
    added: Mapping[str, int] = NONE
    deducted: Mapping[str, int] = NONE

    @property
    def parts(self) -> tuple[Mapping[Any, int], ...]:
        return tuple(self)

    def __bool__(self) -> bool:
        return any(cents for part in self.parts for cents in part.values())

    @property
    def sales_cents(self) -> int:
        return sum(self.sales.values())

    def of(self, codes: Collection[str]) -> "Amounts":
        """With all sales, and some of the taxes."""
        kept = ({code: cents for code, cents in part.items() if code in codes} for part in self.parts[1:])
        return Amounts(self.sales, *kept)

    def negated(self) -> "Amounts":
        return Amounts(*({key: -cents for key, cents in part.items()} for part in self.parts))

    def without_zeros(self) -> "Amounts":
        """So that two that come to the same are equal."""
        return Amounts(*({key: cents for key, cents in part.items() if cents} for part in self.parts))


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum."""
    sums: tuple[dict[Any, int], ...] = ({}, {}, {}, {})
    for each in amounts:
        for kept, part in zip(sums, each.parts, strict=True):
            for key, cents in part.items():
                kept[key] = kept.get(key, 0) + cents
    return Amounts(*sums).without_zeros()


class Source(StrEnum):
    """Where an entry of a return comes from: a document by its date, an advance, or a bad debt."""

    DOCUMENT = "document"
    ADVANCE = "advance"
    BAD_DEBT = "bad-debt"


class Entry(NamedTuple):
    """What a document or payment contributes to the return of a period. A payment may do so twice."""

    source: Source
    number: str
    day: date
    customer: str
    amounts: Amounts

    @property
    def key(self) -> tuple[Source, str]:
        return self.source, self.number


# A document


class Sold(NamedTuple):
    """A document as the return counts it. Tips and roundings are in its total, and in no line."""

    amounts: Amounts
    besides_cents: int = 0


def sold(document: Document, items: Mapping[str, Item], *, province: str, place: str = "") -> Sold:
    """What a final document counts for; a credit note takes off. `place` is where it is supplied, if it says so.

    A line is taxable if a tax of the document applies to it. Shipping and discounts go with the document's taxes; without
    any, with what its lines are when they are all the same.
    """
    if document.status is not FINAL:
        return Sold(Amounts())
    sign = -1 if document.kind is CREDIT_NOTE else 1
    taxes: dict[str, int] = {}
    for key, cents in zip(document.keys, document.amounts, strict=True):
        if key.kind is TAX:
            taxes[key.code] = taxes.get(key.code, 0) + sign * cents
    charged = tuple(code for code, cents in taxes.items() if cents)
    outside = _is_outside(charged, province, place)
    groups = {
        key: _group(items.get(key.code), charged, outside=outside) for key in set(document.keys) if key.kind is LINE
    }
    shared = Group(Supply.TAXABLE, charged, outside) if charged else _only(groups.values())
    sales: dict[Group, int] = {}
    besides_cents = 0
    for key, cents in zip(document.keys, document.amounts, strict=True):
        group = groups.get(key) or (shared if key.kind in (DISCOUNT, SHIPPING) else None)
        if group is not None:
            sales[group] = sales.get(group, 0) + sign * cents
        elif key.kind is not TAX:
            besides_cents += sign * cents
    return Sold(Amounts(sales, taxes).without_zeros(), besides_cents)


def _group(item: Item | None, charged: Sequence[str], *, outside: bool) -> Group:
    """Of a line, by its item and the taxes that the document charges."""
    codes = tuple(code for code in charged if item is None or item.taxes is None or code in item.taxes)
    if codes:
        return Group(Supply.TAXABLE, codes, outside)
    untaxed = item.untaxed if item is not None else Untaxed.UNKNOWN
    return Group(Supply(untaxed.value) if untaxed is not Untaxed.UNKNOWN else Supply.UNTAXED, (), outside)


def _only(groups: Iterable[Group]) -> Group:
    """What all of them are, else without tax."""
    found = set(groups)
    return found.pop() if len(found) == 1 else Group(Supply.UNTAXED)


def _is_outside(charged: Sequence[str], province: str, place: str) -> bool:
    """Where the document says its place, that counts; else its taxes tell, as far as they do: HST is no tax of Québec."""
    if place and place.isupper():
        return place != province
    if not charged:
        return False
    authorities = {authority(code) for code in charged}
    return province == HOME and QUEBEC not in authorities and CANADA in authorities


def untaxed_codes(document: Document, items: Mapping[str, Item], *, province: str) -> Iterator[tuple[RowKey, int]]:
    """The lines of a document on which there is no tax and of which nobody said what they are, with their cents."""
    found = sold(document, items, province=province)
    if not any(group.supply is Supply.UNTAXED for group in found.amounts.sales):
        return
    sign = -1 if document.kind is CREDIT_NOTE else 1
    charged = tuple(found.amounts.taxes)
    for key, cents in zip(document.keys, document.amounts, strict=True):
        if key.kind is LINE and _group(items.get(key.code), charged, outside=False).supply is Supply.UNTAXED:
            yield key, sign * cents


# The forms


class Form(NamedTuple):
    """A return of its own: its name (`gst-qst`, `gst-hst`, `qst`, `pst-bc`), and the codes of its taxes.

    `blocks` are those of its lines: the authority, the codes, and the hundred with which the lines begin.
    """

    name: str
    codes: tuple[str, ...]
    blocks: tuple[tuple[str, tuple[str, ...], str], ...] = ()


def is_harmonised(code: str) -> bool:
    """Whether a tax of the federal return is the HST."""
    return code.casefold().startswith(("hst", "tvh"))


def forms_of(province: str, codes: Iterable[str]) -> tuple[Form, ...]:
    """The returns of a company that charges some taxes: in Québec GST and QST are one; each provincial sales tax is one."""
    by_authority: dict[str, list[str]] = {CANADA: [], QUEBEC: []}
    for code in dict.fromkeys(codes):
        by_authority.setdefault(authority(code), []).append(code)
    federal, quebec = tuple(by_authority.pop(CANADA)), tuple(by_authority.pop(QUEBEC))
    by_authority.pop("", None)  # a tax of a name of its own: nobody knows its return
    blocks = (CANADA, federal, "1"), (QUEBEC, quebec, "2")
    found = [Form(COMBINED, (*federal, *quebec), blocks)] if province == HOME else [Form(FEDERAL, federal, blocks[:1])]
    if quebec and province != HOME:
        found.append(Form("qst", quebec, blocks[1:]))
    return (*found, *(Form(name, tuple(its)) for name, its in by_authority.items()))


class Line(NamedTuple):
    """A line of a form; None where it is left open."""

    number: str
    cents: int | None


Credits = Mapping[str, int]
"""What was typed in of input credits, by the number of their line: 106 and 206."""


def lines_of(form: Form, amounts: Amounts, typed: Credits = NONE) -> tuple[Line, ...]:
    """The lines of a form. Without its input credits, a block says neither credits nor net tax.

    A provincial sales tax has no numbers of its own here: `sales` are all sales, `taxed` those with the tax, `tax` the tax
    less that of bad debts.
    """
    if not form.blocks:
        taxed = sum(cents for group, cents in amounts.sales.items() if set(group.codes) & set(form.codes))
        charged, added, deducted = (_of(part, form.codes) for part in (amounts.taxes, amounts.added, amounts.deducted))
        return (
            Line("sales", amounts.sales_cents),
            Line("taxed", taxed),
            Line("tax", charged),
            Line("recovered", added),
            Line("bad-debts", deducted),
            Line("net", charged + added - deducted),
        )
    found = [*(_electronic(amounts) if form.name == FEDERAL else ()), Line("101", amounts.sales_cents)]
    for _, codes, hundred in form.blocks:
        found += _block(hundred, codes, amounts, typed.get(f"{hundred}06"))
    return tuple(found)


def _electronic(amounts: Amounts) -> Iterator[Line]:
    """Lines 90 and 91 of the federal return when it is filed electronically; open as long as somebody must say what the
    sales without tax are."""
    of = {supply: sum(cents for group, cents in amounts.sales.items() if group.supply is supply) for supply in Supply}
    is_open = any(group.supply is Supply.UNTAXED for group in amounts.sales)
    yield Line("90", None if is_open else of[Supply.TAXABLE] + of[Supply.ZERO_RATED])
    yield Line("91", None if is_open else of[Supply.EXEMPT])


def _block(hundred: str, codes: Collection[str], amounts: Amounts, typed_cents: int | None) -> Iterator[Line]:
    charged, added, deducted = (_of(part, codes) for part in (amounts.taxes, amounts.added, amounts.deducted))
    credits_cents = None if typed_cents is None else typed_cents + deducted
    net_cents = None if credits_cents is None else charged + added - credits_cents
    values = (charged, added, charged + added, typed_cents, deducted, credits_cents, net_cents)
    for digit, cents in zip("3456789", values, strict=True):
        yield Line(f"{hundred}0{digit}", cents)


def _of(part: Mapping[str, int], codes: Collection[str]) -> int:
    return sum(cents for code, cents in part.items() if code in codes)


class Basis(NamedTuple):
    """The quick method: sales of one group, and what they come to with the taxes of an authority, at no rate."""

    group: Group
    sales_cents: int
    tax_cents: int

    @property
    def with_tax_cents(self) -> int:
        return self.sales_cents + self.tax_cents


def bases_of(codes: Collection[str], entries: Iterable[Amounts]) -> tuple[Basis, ...]:
    """By group, what was sold with some taxes and those taxes; of a document with several groups the taxes are shared
    by their sales."""
    sales: dict[Group, int] = {}
    taxes: dict[Group, int] = {}
    for amounts in entries:
        its = {group: cents for group, cents in amounts.sales.items() if set(group.codes) & set(codes)}
        for group, cents in its.items():
            sales[group] = sales.get(group, 0) + cents
        for code in set(amounts.taxes) & set(codes):
            bearing = [group for group in its if code in group.codes]
            for group, cents in _shared(amounts.taxes[code], {group: its[group] for group in bearing}):
                taxes[group] = taxes.get(group, 0) + cents
    return tuple(Basis(group, cents, taxes.get(group, 0)) for group, cents in sorted(sales.items()))


def _shared(cents: int, bearing: Mapping[Group, int]) -> Iterator[tuple[Group, int]]:
    """In proportion, the last takes what is left."""
    whole, left = sum(bearing.values()), cents
    for at, (group, its) in enumerate(bearing.items(), start=1):
        part = left if at == len(bearing) else share(cents, its, whole)
        left -= part
        yield group, part


def share(cents: int, part: int, whole: int) -> int:
    """`cents` × part ÷ whole, rounded half up to the cent; nothing of nothing."""
    if whole == 0:
        return 0
    return round_half_up(cents * part, whole) if whole > 0 else round_half_up(-cents * part, -whole)
