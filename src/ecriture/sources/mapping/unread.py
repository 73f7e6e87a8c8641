"""Columns with amounts that a mapping leaves out: a surcharge, what was refunded, a balance. A person is told of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ecriture.sources.mapping.file_column import FileColumn, cents_of
from ecriture.sources.mapping.header_words import meaning_of, words_of
from ecriture.sources.mapping.model import NO_AMOUNT, Amount, ColumnMapping, DocumentRule, PaymentRule, Row
from ecriture.sources.tables.header import plain_name

_MONEY = re.compile(r"[.,][0-9]{1,2}(?![0-9])|\$")
_NO_MONEY = frozenset(["price", "quantity", "hours", "heures", "duration", "duree"])
"""What has decimals and is no amount of a sale: a price, a rate, how much was sold."""

_PARTS = frozenset(["line", "amount", "discount", "shipping"])
"""What a total is less or more of already."""


def unread(columns: Sequence[FileColumn], mapping: ColumnMapping) -> tuple[str, ...]:
    """The names of those columns with amounts that a mapping does not read, but for those that say again what it does."""
    by_name = {plain_name(it.name): it for it in columns}
    names = {plain_name(name) for name, _ in mapping.columns()}
    amounts = (it for it in _read(mapping) if all(name in by_name for name in it.all_columns))
    read = [*(cents_of(it, by_name) for it in amounts), *_of_documents(mapping, by_name)]
    told = (it for name, it in by_name.items() if name not in names and _is_money(it) and not _is_within(it, mapping))
    return tuple(it.name for it in told if not any(_says_again(it, cents) for cents in read))


def _is_money(column: FileColumn) -> bool:
    is_other = "%" in column.name or words_of(column.name) & _NO_MONEY
    return not is_other and any(map(_MONEY.search, column.texts)) and column.has_amounts and any(column.cents)


def _is_within(column: FileColumn, mapping: ColumnMapping) -> bool:
    """Whether a column is a part of the total, where the line is what is left of that."""
    meant = meaning_of(column.name)
    lines = (it.amount for rule in mapping.documents for it in rule.rows if it.row is Row.LINE)
    return meant is not None and meant.name in _PARTS and any(it.less for it in lines)


def _says_again(column: FileColumn, read: Sequence[int]) -> bool:
    """Whether a column has, wherever it is not blank, what is read; one that is mostly blank says something of its own."""
    said = [
        (abs(it), abs(other)) for it, other, text in zip(column.cents, read, column.texts, strict=True) if text.strip()
    ]
    return 2 * len(said) > len(read) and all(it == other for it, other in said)


def _read(mapping: ColumnMapping) -> Iterator[Amount]:
    """The amounts that a mapping reads, and what follows from two of them; each name as it is plain."""
    for sale in mapping.documents:
        yield from map(_plain, _of_sales(sale))
    for money in mapping.payments:
        yield from map(_plain, _of_money(money))


def _of_sales(rule: DocumentRule) -> Iterator[Amount]:
    """Its rows and its total; the taxes together, the lines with them, the total without them."""
    lines, taxes = ([it.amount for it in rule.rows if it.row in rows] for rows in ((Row.LINE,), (Row.TAX, Row.TAXES)))
    yield from (it.amount for it in rule.rows)
    yield rule.total
    of_taxes = tuple(name for it in taxes for name in it.columns)
    yield Amount(of_taxes)
    yield from (Amount((*it.columns, *of_taxes), it.less) for it in lines if not it.times)
    yield Amount(rule.total.columns, (*rule.total.less, *of_taxes))


def _of_money(rule: PaymentRule) -> Iterator[Amount]:
    """What it brought is less the fee, which may be written below zero."""
    paid, fee = rule.amount, rule.fee
    yield from (paid, fee, rule.tip)
    more, less = (fee.columns, fee.less) if fee.negated else (fee.less, fee.columns)
    yield Amount((*paid.columns, *more), (*paid.less, *less))


def _plain(amount: Amount) -> Amount:
    columns, less = (tuple(map(plain_name, names)) for names in (amount.columns, amount.less))
    return Amount(columns, less, plain_name(amount.times) if amount.times else "")


def _of_documents(mapping: ColumnMapping, columns: Mapping[str, FileColumn]) -> Iterator[Sequence[int]]:
    """What the lines of each document come to, in each of its rows."""
    for rule in mapping.documents:
        line = next((_plain(it.amount) for it in rule.rows if it.row is Row.LINE), NO_AMOUNT)
        names = [plain_name(it) for it in rule.document.columns]
        if not names or not all(name in columns for name in (*names, *line.all_columns)):
            continue
        numbers = [*zip(*(columns[name].texts for name in names), strict=True)]
        sums = Counter[tuple[str, ...]]()
        for number, cents in zip(numbers, cents_of(line, columns), strict=True):
            sums[number] += cents
        yield [sums[it] for it in numbers]
