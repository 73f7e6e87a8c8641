"""Payments and refunds by a mapping: which rows of the file are money, and the rows of ours that they become."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ecriture.sources.mapping.cells import Amounts, Block, Cents, Tests, Texts, Unread
from ecriture.sources.mapping.model import Form, PaymentRule
from ecriture.sources.mapping.sales import Means
from ecriture.sources.mapping.sheets import Sheet

TEXTS = (
    *("type", "status", "date", "document", "customer", "method", "applied", "bank_reference"),
    "currency",
)
OF_PAYMENT = tuple(name for name in TEXTS if name not in ("document", "applied"))
"""Those that are said of a payment, once; the others are of a row."""
AMOUNTS = ("amount", "fee", "rounding", "tip")
BESIDE = ("fee", "rounding", "tip")
"""A row of zero is money where it has one of these, as the fee of a payment that came back."""
COLUMNS = ("payment", *TEXTS, *AMOUNTS)
"""The columns that a mapping fills."""

LONGEST = 150
"""A number made of the texts of several columns has at most so many characters; the counter comes behind them."""


class Numbers:
    """The numbers of payments that have none in their file: the texts that tell them apart, and a counter for equal ones."""

    def __init__(self) -> None:
        self._met: dict[str, int] = {}

    def of(self, parts: Sequence[str]) -> str:
        text = " ".join(filter(None, (" ".join(part.split()) for part in parts)))[:LONGEST].strip()
        if not text:
            return ""
        self._met[text] = count = self._met.get(text, 0) + 1
        return text if count == 1 else f"{text} ({count})"


class Row(NamedTuple):
    """A row of ours in the making: its texts and amounts by name."""

    texts: dict[str, str]
    amounts: dict[str, Cents | None]


class Receipts:
    """The payments and refunds of one rule. `numbers` is shared by the rules of a file."""

    def __init__(self, rule: PaymentRule, means: Means, numbers: Numbers) -> None:
        self._rule, self._means, self._numbers = rule, means, numbers
        self.tests = Tests(rule.when)
        self._number = Texts(rule.payment)
        self._texts = {name: Texts(getattr(rule, name)) for name in TEXTS}
        self._amounts = {name: Amounts(getattr(rule, name), means.amounts) for name in AMOUNTS}
        self._key = ""
        self._unpaid: tuple[str, Mapping[str, str]] = "", {}
        """The number and the texts of the last row without an amount: the first of a split payment says what it is."""
        called = {name: it.column for name, it in self._texts.items() if it.column}
        called |= {name: it.columns[0] for name, it in self._amounts.items() if len(it.columns) == 1}
        called["payment"] = self._number.column or "payment"
        self.sheet = Sheet(COLUMNS, called)
        self.several: dict[str, tuple[str, ...]] = {}
        """The documents of each payment that names more than one in a cell."""
        self.of_row: dict[int, str] = {}
        """The number of the payment that each row of the file became."""

    @property
    def number_column(self) -> str:
        return self._number.column or "payment"

    def take(self, block: Block, places: Sequence[int]) -> None:
        """Takes the rows at some places of a block; those without an amount are none, nor those of zero and nothing beside."""
        keys = self._number.of(block)
        parts = [block.column(name) for name in self._rule.identity]
        texts = {name: it.of(block) for name, it in self._texts.items()}
        amounts = {name: it.of(block) for name, it in self._amounts.items()}
        given = amounts["amount"]
        self._means.look_at([*texts["date"], *texts["applied"]])
        odd = self._means.are_odd(block, keys, places, self.number_column)
        for place in places:
            if place in odd:
                continue
            said = {name: it[place] for name, it in texts.items()}
            if not given[place] and not (given[place] == 0 and any(amounts[name][place] for name in BESIDE)):
                self._unpaid = keys[place], said
                continue
            key = keys[place] or self._numbers.of([column[place] for column in parts])
            self._add(block.numbers[place], key, Row(said, {name: it[place] for name, it in amounts.items()}))

    def _add(self, number: int, key: str, row: Row) -> None:
        prefix, sheet = self._means.prefix, self.sheet
        if not key:
            params = {"reason": "number-mapped", "column": self.number_column}
            self._means.faults.note(number, "row-unreadable", params)
            return
        texts, amounts = row
        if self._rule.form is Form.WIDE or key != self._key:
            sheet.begin()
            if self._rule.form is Form.LONG and key == self._unpaid[0]:
                texts |= {name: self._unpaid[1][name] for name in OF_PAYMENT if not texts[name]}
        self._key = key
        if self._rule.negative_is_refund:
            _turn(texts, amounts)
        if texts["document"]:
            texts["document"] = self._named(f"{prefix}{key}", texts["document"])
        self.of_row[number] = f"{prefix}{key}"
        written = (sheet.amount(number, name, amounts[name]) for name in AMOUNTS)
        sheet.add(number, (f"{prefix}{key}", *map(texts.__getitem__, TEXTS), *written))

    def _named(self, number: str, text: str) -> str:
        """The document of a payment with the prefix of its source; several are noted, and stay in one text."""
        separator, prefix = self._rule.document_separator, self._means.prefix
        parts = [part.strip() for part in text.split(separator)] if separator else [text]
        named = tuple(f"{prefix}{part}" for part in parts if part)
        if len(named) > 1:
            self.several[number] = named
        return f"{separator} ".join(named)


def _turn(texts: dict[str, str], amounts: dict[str, Cents | None]) -> None:
    """Money below zero is a refund of as much; its fee is what was kept, as that of a payment."""
    cents = amounts["amount"]
    if isinstance(cents, Unread) or cents is None or cents >= 0:
        return
    texts["type"] = "refund"
    for name in ("amount", "rounding", "tip"):
        part = amounts[name]
        amounts[name] = -part if isinstance(part, int) else part
