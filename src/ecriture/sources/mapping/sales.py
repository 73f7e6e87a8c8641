"""Documents by a mapping: the rows of the file that are one document, and the rows of ours that it becomes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

from ecriture.core.amounts import AmountReader, read_amount
from ecriture.core.dates import DateReader
from ecriture.core.documents import Status, new
from ecriture.core.money import plain
from ecriture.sources.documents import STATUSES
from ecriture.sources.mapping.cells import Amounts, Block, Cents, Tests, Texts, Unread, added
from ecriture.sources.mapping.credit_notes import credit_note_rows
from ecriture.sources.mapping.model import UNDECIDED, Decision, Decisions, DocumentRule, Form, Row, RowRule
from ecriture.sources.mapping.sheets import Faults, Sheet
from ecriture.sources.mapping.taxes import Codes, NotSplit, Shares, Splitter, Taxed, without
from ecriture.sources.tables.header import shown

COLUMNS = (
    *("document", "type", "status", "date", "customer", "row", "code", "description", "amount", "total"),
    *("applies_to", "currency"),
)
"""The columns that a mapping fills."""

PAID_BACK = ("payment", "type", "date", "document", "customer", "amount", "currency")
"""Those of the refunds that a mapping takes from documents."""


class Line(NamedTuple):
    """A row of a document: the row of the file, what it is, its code and description, its amount as written.

    An untaxed one is not in what taxes are on.
    """

    number: int
    row: Row
    code: str
    description: str
    cents: Cents | None
    untaxed: bool = False


class Unsplit(NamedTuple):
    """Why the taxes of a document could not be told apart, and what they come to."""

    why: NotSplit
    cents: int


class Head(NamedTuple):
    """What a row of the file says of its document."""

    type: str
    status: str
    date: str
    customer: str
    applies_to: str
    currency: str


DATE = Head._fields.index("date")


@dataclass(slots=True)
class Draft:
    """A document while its rows are read. `key` is its number in the file, `heads` what each of its rows says of it.

    Of a later row that is what one column says: the first of several that has a text may be another there. `once` are the
    amounts that are taken from its first row alone.
    """

    key: str
    number: str
    row: int
    heads: dict[int, Head]
    totals: dict[int, Cents | None]
    refunded: Cents | None = None
    refunded_on: str = ""
    lines: list[Line] = field(default_factory=list)
    once: dict["_RowRule", Cents | None] = field(default_factory=dict)

    @property
    def head(self) -> Head:
        return self.heads[self.row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all rules of a file share."""

    prefix: str
    amounts: AmountReader
    dates: DateReader
    codes: Codes
    splitter: Splitter
    decisions: Decisions
    faults: Faults
    odd: re.Pattern[str]
    """What is no number of a unit."""

    def are_odd(self, block: Block, numbers: Sequence[str], places: Sequence[int], column: str) -> set[int]:
        """The places of the rows of which the number is an error of a spreadsheet or the word of a total; each is noted."""
        if not self.odd.search("\n".join(numbers)):
            return set()
        found = {place: it for place in places if (it := self.odd.fullmatch(numbers[place]))}
        for place, it in found.items():
            params = {"reason": str(it.lastgroup).replace("_", "-"), "column": column, "value": shown(it[0])}
            self.faults.note(block.numbers[place], "row-unreadable", params)
        return {*found}

    def look_at(self, dates: Iterable[str]) -> None:
        """Takes in which of day and month dates show to come first."""
        for text in set(dates):
            self.dates[text]


class _RowRule:
    def __init__(self, rule: RowRule, means: Means) -> None:
        self.row, self.once, self.untaxed = rule.row, rule.once, rule.untaxed
        self.tests, self.amounts = Tests(rule.when), Amounts(rule.amount, means.amounts)
        self.code, self.description = Texts(rule.code), Texts(rule.description)
        self._codes = means.codes if rule.row is Row.TAX else None
        self.is_told = rule.row is Row.LINE and bool(rule.code.columns or rule.description.columns)

    def of(self, block: Block) -> tuple[Sequence[bool], Sequence[str], Sequence[str], Sequence[Cents | None]] | None:
        """Whether rows meet its conditions, their codes, descriptions and amounts; None where no row has an amount."""
        amounts = self.amounts.of(block)
        if not any(amounts):
            return None
        codes = self.code.of(block)
        if self._codes is not None:
            codes = [*map(self._codes.__getitem__, codes)]
        return [*self.tests.met(block)], codes, self.description.of(block), amounts


_Taken = tuple[_RowRule, Sequence[bool], Sequence[str], Sequence[str], Sequence[Cents | None]]
"""A rule of rows, with what it takes from a block."""


class Sales:
    """The documents of one rule."""

    def __init__(self, rule: DocumentRule, means: Means) -> None:
        self._rule, self._means = rule, means
        self.tests = Tests(rule.when)
        self._number, self._refunded_on = Texts(rule.document), Texts(rule.refunded_on)
        self._heads = [Texts(getattr(rule, name)) for name in Head._fields]
        self._total, self._refunded = (Amounts(it, means.amounts) for it in (rule.total, rule.refunded))
        self._rows = [_RowRule(it, means) for it in rule.rows]
        self._draft: Draft | None = None
        called = {name: it.column for name, it in zip(Head._fields, self._heads, strict=True) if it.column}
        called["document"] = self._number.column or "document"
        if len(self._total.columns) == 1:
            called["total"] = self._total.columns[0]
        lines = [it for it in self._rows if it.row is Row.LINE and len(it.amounts.columns) == 1]
        if lines:
            called["amount"] = lines[0].amounts.columns[0]
        self.sheet = Sheet(COLUMNS, called)
        self.credit_notes = Sheet(COLUMNS, called)
        amount = self._refunded.columns[0] if len(self._refunded.columns) == 1 else ""
        paid_back = {**called, "date": self._refunded_on.column, "amount": amount}
        self.refunds = Sheet(PAID_BACK, {ours: its for ours, its in paid_back.items() if its})

    @property
    def number_column(self) -> str:
        return self._number.column or "document"

    def take(self, block: Block, places: Sequence[int]) -> None:
        """Takes the rows at some places of a block."""
        keys, heads = self._number.of(block), [it.of(block) for it in self._heads]
        self._means.look_at(heads[DATE])
        is_wide = self._rule.form is Form.WIDE
        first = [*map(new, repeat(Head), zip(*heads, strict=True))]
        later = first if is_wide else self._later(heads)
        totals, refunded, refunded_on = self._total.of(block), self._refunded.of(block), self._refunded_on.of(block)
        rows = [(rule, *columns) for rule in self._rows if (columns := rule.of(block)) is not None]
        odd = self._means.are_odd(block, keys, places, self.number_column)
        for place in [place for place in places if place not in odd] if odd else places:
            key, number = keys[place], block.numbers[place]
            draft = self._draft
            begins = draft is None or is_wide or key not in ("", draft.key)
            if begins or draft is None:
                self.close()
                draft = self._draft = Draft(key, f"{self._means.prefix}{key}" if key else "", number, {}, {})
                draft.refunded, draft.refunded_on = refunded[place], refunded_on[place]
            if not key and not begins and self._is_unnamed(place, rows):
                params = {"reason": "number-mapped", "column": self.number_column}
                self._means.faults.note(number, "row-unreadable", params, kind="document", number=draft.number)
                continue
            if begins or any(later[place]) or totals[place] is not None:
                draft.heads[number] = first[place] if begins else later[place]
                draft.totals[number] = totals[place]
            if not begins and refunded[place]:
                self._compare(draft, number, self._refunded, refunded[place], draft.refunded)
            for rule, met, codes, descriptions, amounts in rows:
                cents = amounts[place]
                if not cents or not met[place]:
                    continue
                if rule.once and not begins:
                    self._compare(draft, number, rule.amounts, cents, draft.once.get(rule))
                    continue
                line = number, rule.row, codes[place], descriptions[place], cents, rule.untaxed
                draft.lines.append(new(Line, line))
                if rule.once:
                    draft.once[rule] = cents

    def _is_unnamed(self, place: int, rows: Iterable[_Taken]) -> bool:
        """Whether a row without a number has a line that says nothing, or that it is a total: it may be that of the report.

        A mapping that takes no text of its lines cannot tell.
        """
        texts = [(codes[place], told[place]) for it, _, codes, told, amounts in rows if it.is_told and amounts[place]]
        return any(not any(said) or any(map(self._means.odd.fullmatch, said)) for said in texts)

    def _later(self, heads: Sequence[Sequence[str]]) -> list[Head]:
        """What rows say of a document when they are not its first: only what one column says by itself."""
        blank = ("",) * len(heads[DATE])
        compared = [column if it.column else blank for it, column in zip(self._heads, heads, strict=True)]
        return [*map(new, repeat(Head), zip(*compared, strict=True))]

    def _compare(self, draft: Draft, row: int, amounts: Amounts, cents: Cents | None, first: Cents | None) -> None:
        """A later row may repeat an amount that is taken from the first alone; another one would be lost."""
        if cents == first or not draft.number or STATUSES[draft.head.status] is not Status.FINAL:
            return
        code, params = "document-duplicate", dict[str, object](reason="each-row", column=" + ".join(amounts.columns))
        params |= {"amount_cents": cents, "first_cents": _read(first)}
        if isinstance(cents, Unread):
            code, params = "amount-unreadable", {"column": cents.column, "text": cents.text}
        self._means.faults.note(row, code, params, kind="document", number=draft.number)

    # A whole document

    def close(self) -> None:
        """Writes the document whose rows were read last."""
        draft, self._draft = self._draft, None
        if draft is None:
            return
        if not draft.number:
            params = {"reason": "number-mapped", "column": self.number_column}
            self._means.faults.note(draft.row, "row-unreadable", params)
            return
        if self._rule.sum_totals:
            draft.totals = {draft.row: added(draft.totals.values())}
        if self._rule.negative_is_credit_note:
            self._turn(draft)
        lines = self._with_taxes(draft)
        if STATUSES[draft.head.status] is not Status.FINAL:
            known = draft.lines if isinstance(lines, Unsplit) else lines
            self._write(draft, [it for it in known if it.row not in (Row.TAX, Row.TAXES) or it.code])
            return
        if isinstance(lines, Unsplit):
            lines = self._not_split(draft, lines)
        self._write(draft, lines)
        if draft.refunded:
            self._give_back(draft, lines)

    def _turn(self, draft: Draft) -> None:
        """A document below zero is a credit note, with its amounts written positive."""
        signed = [_signed(it) for it in draft.lines]
        read = [cents for cents in signed if isinstance(cents, int)]
        if len(read) < len(signed) or sum(read) >= 0:
            return
        draft.lines = [it._replace(cents=-it.cents) for it in draft.lines if isinstance(it.cents, int)]
        draft.totals = {row: -cents if isinstance(cents, int) else cents for row, cents in draft.totals.items()}
        draft.heads = {row: head._replace(type="credit_note") for row, head in draft.heads.items()}

    def _with_taxes(self, draft: Draft) -> "list[Line] | Unsplit":
        """The rows with each tax in one of its own; those of a document with a fault as they are."""
        lines = draft.lines
        together, included = [it for it in lines if it.row is Row.TAXES], self._rule.taxes_included
        if not together and not included:
            return lines
        day = self._means.dates[draft.head.date]
        if not isinstance(day, date):
            return _in_kinds(lines)
        if self._means.amounts.met_unread and any(isinstance(it.cents, Unread) for it in lines):
            return _in_kinds(lines)
        others = [it for it in lines if it.row is not Row.TAXES]
        tax_cents = sum([_read(it.cents) for it in together])
        told_cents = tax_cents + sum([_read(it.cents) for it in others if it.row is Row.TAX])
        if included and not told_cents:
            return self._worked_out(draft, others, day)
        if included:
            others = _less(told_cents, others)
        shares = self._shares(draft, tax_cents, others, day) if tax_cents else ()
        if isinstance(shares, NotSplit):
            return Unsplit(shares, tax_cents)
        return [*others, *_tax_lines(shares, together[0].number if together else draft.row)]

    def _worked_out(self, draft: Draft, lines: list[Line], day: date) -> "list[Line] | Unsplit":
        """The rows without the taxes that are in them, and these."""
        codes = self._decision(draft).taxes or self._rule.taxes_included
        found = self._means.splitter.taken_out(taxed(lines), codes, day)
        if isinstance(found, NotSplit):
            return Unsplit(found, sum(_read(_signed(it)) for it in lines))
        nets, shares = found
        return [*_with_amounts(lines, nets), *_tax_lines(shares, draft.row)]

    def _decision(self, draft: Draft) -> Decision:
        return self._means.decisions.documents.get(draft.key, UNDECIDED)

    def _shares(self, draft: Draft, tax_cents: int, others: Sequence[Line], day: date) -> Shares | NotSplit:
        """What a person decided for the document, else what the rates say, else what was decided for all alike."""
        splitter, rule, decision = self._means.splitter, self._rule, self._decision(draft)
        if decision.tax_amounts:
            shares = tuple((code, read_amount(text)) for code, text in decision.tax_amounts.items())
            read = tuple((code, cents) for code, cents in shares if isinstance(cents, int))
            return read if sum(cents for _, cents in read) == tax_cents else NotSplit("decided", read)
        if decision.taxes:
            return splitter.by_rates(tax_cents, decision.taxes, day)
        found = splitter.split(tax_cents, taxed(others), day, discount_after_tax=rule.discount_after_tax)
        if isinstance(found, NotSplit) and self._means.decisions.taxes:
            return splitter.by_rates(tax_cents, self._means.decisions.taxes, day)
        return found

    def _not_split(self, draft: Draft, unsplit: "Unsplit") -> list[Line]:
        """Notes why, and leaves the document for a person."""
        why, cents = unsplit
        base = sum(_read(_signed(it)) for it in draft.lines if it.row in (Row.LINE, Row.DISCOUNT, Row.SHIPPING))
        params = {"reason": why.reason, "amount_cents": cents, "base_cents": base, "taxes": why.tried}
        self._means.faults.note(
            draft.row, "tax-split", {**params, "key": draft.key}, kind="document", number=draft.number
        )
        return _in_kinds(draft.lines)

    def _write(self, draft: Draft, lines: Sequence[Line]) -> None:
        """The document in our rows: what is said of it stands in the first of ours from each row of the file."""
        sheet, number = self.sheet, draft.number
        lines = lines or [Line(draft.row, Row.LINE, "", "", 0 if self._rule.rows else None)]
        if self._rule.form is Form.LONG:
            lines = sorted(lines, key=itemgetter(0))
        if lines[0].number != draft.row:
            lines = [lines[0]._replace(number=draft.row), *lines[1:]]
        sheet.begin()
        sheet.numbers += [it.number for it in lines]
        unsaid = dict(draft.heads)
        for row, kind, code, description, cents, _ in lines:
            amount = plain(cents) if type(cents) is int else sheet.amount(row, "amount", cents)
            head = unsaid.pop(row, None)
            if head is None:
                ours = (number, "", "", "", "", kind.value, code, description, amount, "", "", "")
            else:
                total = sheet.amount(row, "total", draft.totals.get(row))
                applies_to = f"{self._means.prefix}{head.applies_to}" if head.applies_to else ""
                said = (number, head.type, head.status, head.date, head.customer)
                ours = (*said, kind.value, code, description, amount, total, applies_to, head.currency)
            sheet.rows.append(ours)

    # What was given back

    def _give_back(self, draft: Draft, lines: Sequence[Line]) -> None:
        """The refund of a document with its date, and its credit note when that was decided."""
        decision, cents = self._decision(draft), draft.refunded
        day = decision.refunded.isoformat() if decision.refunded else draft.refunded_on
        if not day and isinstance(cents, int) and cents > 0:
            params = {"amount_cents": cents, "key": draft.key}
            self._means.faults.note(draft.row, "refund-undated", params, kind="document", number=draft.number)
            return
        head = draft.head
        amount = self.refunds.amount(draft.row, "amount", cents)
        self.refunds.begin()
        day = day or head.date  # the reader says that its amount is wrong; its day is asked for when that is right
        refund = (f"{draft.number}-R", "refund", day, draft.number, head.customer, amount, head.currency)
        self.refunds.add(draft.row, refund)
        if decision.credit_note and isinstance(cents, int) and draft.number not in self._means.faults.documents:
            self._credit(draft, lines, cents, day)

    def _credit(self, draft: Draft, lines: Sequence[Line], cents: int, day: str) -> None:
        rows = credit_note_rows([(it.row, it.code, _read(it.cents)) for it in lines], cents)
        self.credit_notes.begin()
        head = draft.head
        said = ("credit_note", "final", day, head.customer)
        for place, (row, code, part) in enumerate(rows):
            first = not place
            self.credit_notes.add(
                draft.row,
                (
                    *(f"{draft.number}-N", *(said if first else ("",) * 4), row.value, code, "", plain(part)),
                    *("", draft.number if first else "", head.currency if first else ""),
                ),
            )


def _in_kinds(lines: Sequence[Line]) -> list[Line]:
    """Rows of our own kinds: what stays for several taxes together is a tax without a code."""
    return [it._replace(row=Row.TAX) if it.row is Row.TAXES else it for it in lines]


def _read(cents: Cents | None) -> int:
    return cents if isinstance(cents, int) else 0


def _tax_lines(shares: Shares, number: int) -> list[Line]:
    """A row for each tax."""
    return [new(Line, (number, Row.TAX, code, "", cents, False)) for code, cents in shares if cents]


def _less(cents: int, lines: Sequence[Line]) -> list[Line]:
    """Rows of which the amounts have taxes in them, less as much; the taxes stay, behind them."""
    own = [it for it in lines if it.row is Row.TAX]
    rest = [it for it in lines if it.row is not Row.TAX]
    return [*_with_amounts(rest, without(cents, taxed(rest))), *own]


def _with_amounts(lines: Sequence[Line], signed_cents: Sequence[int]) -> list[Line]:
    """Rows with other amounts, which are given as they count."""
    pairs = zip(lines, signed_cents, strict=True)
    return [it._replace(cents=-cents if it.row is Row.DISCOUNT else cents) for it, cents in pairs]


def _signed(line: Line) -> Cents | None:
    """The amount as it counts in the total."""
    return -line.cents if line.row is Row.DISCOUNT and isinstance(line.cents, int) else line.cents


def taxed(lines: Sequence[Line]) -> list[Taxed]:
    """The rows as they bear taxes: an untaxed one is as good as a tip."""
    return [new(Taxed, (Row.TIP if it.untaxed else it.row, it.code, _read(_signed(it)))) for it in lines]
