"""What the taxes of a file show of its other amounts: whether they are of each row or of the document, net, discounted."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ecriture.core.settings import Settings
from ecriture.sources.mapping.file_column import FileColumn, cents_of
from ecriture.sources.mapping.header_words import words_of
from ecriture.sources.mapping.model import Amount
from ecriture.sources.mapping.tax_columns import TaxColumns, rates_of_days
from ecriture.sources.mapping.taxes import PER_CENT, tax_sets

BESIDE = ("discount", "shipping", "tip")


class Sold(NamedTuple):
    """A row: the number of its document, amounts in cents, and the rates that taxes may have together on its day."""

    number: str
    line: int
    discount: int
    shipping: int
    tip: int
    tax: int
    rates: Sequence[int]

    @property
    def sums(self) -> Collection[int]:
        """What a row may come to: its line with all, some or none of what stands beside it."""
        sums = {self.line}
        for beside in (-self.discount, self.shipping, self.tip, self.tax):
            sums |= {it + beside for it in sums}
        return sums

    @property
    def bases(self) -> Sequence[int]:
        """What taxes may be on, the surest first."""
        net = self.line - self.discount
        return (net, net + self.shipping)


class Shown(NamedTuple):
    """What the taxes show: which columns beside the line are of each row, and whether it is sure what was sold."""

    of_rows: frozenset[str]
    is_sure: bool


def shown_by_taxes(
    columns: Sequence[FileColumn], found: Mapping[str, FileColumn], taxes: TaxColumns, line: Amount, settings: Settings
) -> Shown:
    """What is to be known of a file before something is proposed for it. `line` is what a line would be read from."""
    rows = _rows(columns, found, taxes, line, settings)
    documents = [*_documents(rows)]
    several = [it for it in documents if len(it) > 1]
    own = [it for it in several if _are_alike([row.tax for row in it]) and all(map(_fits, it))]
    whole = [it for it in several if it not in own and _is_whole(it)]
    is_own = len(own) > len(whole)
    beside = {"discount", "shipping"} if is_own and any(not _on_line_alone(row) for it in own for row in it) else set()
    is_said = bool(line.times) or any(words_of(name) & {"line", "item", "price"} for name in line.columns)
    is_doubtful = (
        not is_said and bool(several) and not whole and all(_are_alike([row.line for row in it]) for it in several)
    )
    of_rows = frozenset({"taxes", *beside} if is_own else ())
    is_told_otherwise = _are_other(rows) or _has_percents(columns, line) or _is_contradicted(rows, found, line)
    return Shown(of_rows, not (is_doubtful or is_told_otherwise))


def _rows(
    columns: Sequence[FileColumn], found: Mapping[str, FileColumn], taxes: TaxColumns, line: Amount, settings: Settings
) -> list[Sold]:
    days, number = found["date"], ""
    by_name = {it.name: it for it in columns}
    lines, of_taxes = cents_of(line, by_name), cents_of(Amount(tuple(it.name for it in taxes.columns)), by_name)
    beside = [found[it].cents if it in found else [0] * len(lines) for it in BESIDE]
    rows = list[Sold]()  # a total less what stands beside it is less its discount already
    sums = [
        [sum(rates[code] for code in codes) for codes in tax_sets(rates)] for rates in rates_of_days(days, settings)
    ]
    for place, text in enumerate(found["document"].texts):
        number = text.strip() or number
        discount, shipping, tip = (its[place] for its in beside)
        less = 0 if line.less else abs(discount)
        rows.append(Sold(number, lines[place], less, shipping, tip, of_taxes[place], sums[place]))
    return rows


def _documents(rows: Sequence[Sold]) -> list[list[Sold]]:
    """The rows of each document that have a line."""
    found: list[list[Sold]] = []
    for row in rows:
        if found and found[-1][0].number == row.number:
            found[-1].append(row)
        else:
            found.append([row])
    return [its for document in found if (its := [row for row in document if row.line])]


def _are_alike(cents: Sequence[int]) -> bool:
    return len({*cents}) == 1


def _is_taxed(tax: int, base: int, rates: Sequence[int], rows: int = 1) -> bool:
    """Whether a tax is what some rates give, to two cents for each row, since it may be two taxes."""
    return any(abs(tax * PER_CENT - base * rate) <= 2 * rows * PER_CENT for rate in rates)


def _fits(row: Sold) -> bool:
    return bool(row.tax) and any(_is_taxed(row.tax, base, row.rates) for base in row.bases)


def _on_line_alone(row: Sold) -> bool:
    """Whether its tax is on its line, without a discount or shipping of its own."""
    return not (row.discount or row.shipping) or _is_taxed(row.tax, row.line, row.rates)


def _is_whole(rows: Sequence[Sold]) -> bool:
    """Whether the tax of the first row is that of all lines together, less the discount of the document."""
    first, lines = rows[0], sum(row.line for row in rows)
    bases = (lines, lines - first.discount, lines - first.discount + first.shipping)
    return bool(first.tax) and any(_is_taxed(first.tax, base, first.rates, len(rows)) for base in bases)


def _are_other(rows: Sequence[Sold]) -> bool:
    """Whether the taxes say that the lines are something else: with the taxes in them, less their discount or a tip already."""
    told = [row for row in rows if row.tax and row.line and not _fits(row)]
    return bool(told) and all(map(_is_other, told))


def _is_other(row: Sold) -> bool:
    bases = [row.line - row.tax, *([row.line] if row.discount else []), *([row.line + row.tip] if row.tip else [])]
    return any(_is_taxed(row.tax, base, row.rates) for base in bases)


def _has_percents(columns: Sequence[FileColumn], line: Amount) -> bool:
    """Whether a price times a quantity would be read without the discount that a column has in percent."""
    percents = (it for it in columns if "%" in it.name and "discount" in words_of(it.name))
    return bool(line.times) and any(any(it.cents) or not it.has_amounts for it in percents)


def _is_contradicted(rows: Sequence[Sold], found: Mapping[str, FileColumn], line: Amount) -> bool:
    """Whether a column of amounts that is not read says in a row neither what the row comes to nor what its document does."""
    if "amount" not in found or found["amount"].name in line.columns or line.less:
        return False
    sums = dict[str, int]()
    for row in rows:
        sums[row.number] = sums.get(row.number, 0) + row.line + row.tax
    return any(
        cents and not any(abs(cents - it) <= 1 for it in (*row.sums, sums[row.number]))
        for cents, row in zip(found["amount"].cents, rows, strict=True)
    )
