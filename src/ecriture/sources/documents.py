"""Documents in long form: one row per line, tax or extra; the rows of a document are consecutive."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import compress, repeat
from operator import getitem
from typing import Any, BinaryIO

from ecriture.core.amounts import UnreadAmount
from ecriture.core.dates import UnreadDate
from ecriture.core.documents import (
    DISCOUNT,
    FINAL,
    Document,
    DocumentKind,
    RowKey,
    RowKind,
    Status,
    UnitKind,
    faults_of,
    new,
)
from ecriture.sources.tables.table import Column, Tabular
from ecriture.sources.units import (
    Choices,
    Columns,
    Layout,
    Marks,
    Reading,
    UnitColumns,
    UnitsRead,
    Unknown,
    read_file,
    values_of,
)

COLUMNS = (
    Column("document", needed=True),
    Column("type"),
    Column("status", "statut"),
    Column("date", needed=True),
    Column("customer", "client"),
    Column("row", "rangée"),
    Column("code"),
    Column("description"),
    Column("quantity", "quantité"),
    Column("unit_price", "prix_unitaire"),
    Column("amount", "montant", needed=True),
    Column("total"),
    Column("applies_to", "s_applique_à"),
    Column("currency", "devise"),
)
HEAD = ("type", "status", "date", "customer", "total", "applies_to", "currency")
"""The columns that may be empty after a document's first row."""

OF_FINAL = frozenset({"date", "total", "currency"})
"""Those of them that may be anything unless the document is final."""

ROW_KINDS = Choices(
    RowKind,
    ligne="line",
    rabais="discount",
    taxe="tax",
    pourboire="tip",
    livraison="shipping",
    arrondi="rounding",
)
KINDS = Choices(DocumentKind, facture="invoice", note_de_credit="credit_note")
STATUSES = Choices(Status, finale="final", brouillon="draft", annule="void", annulee="void")

Key = RowKey | Unknown
"""The key of a row, or the text that is no kind of row."""

Amount = int | UnreadAmount


class KeysOfKind(dict[str, Key]):
    """The texts of `code` to a key of one kind, one object for all rows alike."""

    def __init__(self, kind: RowKind | Unknown) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, text: str) -> Key:
        kind = self.kind
        if isinstance(kind, Unknown):
            return kind
        self[text] = key = RowKey(kind, text.strip())
        return key


class Keys(dict[str, KeysOfKind]):
    """The texts of `row` to the keys of that kind: two looks at a text cost less than one at a pair of them."""

    def __init__(self) -> None:
        super().__init__()
        self.discounts: set[str] = set()
        """The texts that were met and mean one."""
        self.met_unknown = False

    def __missing__(self, text: str) -> KeysOfKind:
        kind = ROW_KINDS[text]
        found = KeysOfKind(kind)
        if isinstance(kind, Unknown):
            self.met_unknown = True
            return found
        self[text] = found
        if kind is DISCOUNT:
            self.discounts.add(text)
        return found


def read_documents(stream: BinaryIO, *, file: str = "documents.csv", currency: str = "CAD") -> UnitsRead[Document]:
    """The documents of a CSV or XLSX file; the stream is read from its start, twice if need be."""
    return read_file(stream, COLUMNS, _Documents, file=file, currency=currency)


def documents_of(table: Tabular, *, file: str, currency: str, marks: Marks) -> UnitsRead[Document]:
    """The documents of a table in our own columns, of which it is known how its amounts and dates are written."""
    return _Documents(table, file, currency, marks).read().result()


class _Documents(Reading[Document]):
    def __init__(self, table: Tabular, file: str, currency: str, marks: Marks) -> None:
        layout = Layout(HEAD, OF_FINAL)
        super().__init__(table, file=file, kind=UnitKind.DOCUMENT, layout=layout, marks=marks, currency=currency)
        self.keys = Keys()
        self.adds_discount = False
        """Whether a discount of the chunk is below zero: written so, it would add to its document."""

    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        return (
            values_of(texts["type"], KINDS),
            values_of(texts["status"], STATUSES),
            values_of(texts["date"], self.dates),
            values_of(texts["customer"], self.names),
            self.amounts.optional_column(texts["total"], None),
            map(str.strip, texts["applies_to"]),
            values_of(texts["currency"], self.currencies),
        )

    def own(self, texts: Mapping[str, Sequence[str]]) -> tuple[Sequence[Key], Sequence[Amount]]:
        keys = tuple(map(getitem, map(self.keys.__getitem__, texts["row"]), texts["code"]))
        amounts = [*self.amounts.column(texts["amount"])]
        discounts, self.adds_discount = self.keys.discounts, False
        for place in compress(range(len(keys)), map(discounts.__contains__, texts["row"])) if discounts else ():
            cents = amounts[place]
            if isinstance(cents, int):
                amounts[place] = -cents
                self.adds_discount = self.adds_discount or cents < 0
        return keys, tuple(amounts)

    def made(self, numbers: Sequence[str], rows: Iterable[int], values: UnitColumns) -> Iterable[Document]:
        kinds, statuses, days, customers, _, applies_to, _, keys, amounts = values
        fields = zip(numbers, kinds, statuses, days, customers, applies_to, keys, amounts, rows, strict=True)
        return map(new, repeat(Document), fields)

    def doubtful(self, values: UnitColumns) -> Iterable[int]:
        kinds, statuses, days, _, totals, _, currencies, _, amounts = values
        if self.amounts.met_unread or self.keys.met_unknown or self.adds_discount:
            return range(len(kinds))
        units = enumerate(zip(kinds, statuses, days, totals, currencies, map(sum, amounts), strict=True))
        return [
            place
            for place, (kind, status, day, stated, currency, cents) in units
            if status is not FINAL
            or cents < 0
            or (stated is not None and stated != cents)
            or type(day) is UnreadDate
            or type(kind) is Unknown
            or currency != self.currency
        ]

    def judge(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        kind, status, _, _, stated, _, _, keys, amounts = values
        if Unknown in map(type, (kind, status, *keys)):
            self.unknown_values(number, rows, values)
        elif status is not FINAL:
            self.keep_weightless(number, rows[0], values)
        else:
            self.note_unread(number, rows, values)
            for code, params in faults_of(kind, keys, amounts, stated) if number not in self.faulty else ():
                self.fault(number, rows[0], code, params)

    def note_unread(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        """Notes what could not be read of a document, and a foreign currency."""
        _, _, day, _, total, _, currency, keys, amounts = values
        for row, key, amount in zip(rows, keys, amounts, strict=True):
            self.not_read(number, row, "amount", amount)
            if _adds_discount(key, amount):
                params = {"column": "amount", "reason": "discount", "amount_cents": -amount}
                self.fault(number, row, "amount-negative", params)
        self.not_read(number, rows[0], "total", total)
        self.not_read(number, rows[0], "date", day)
        if currency != self.currency:
            self.fault(number, rows[0], "currency-foreign", {"currency": currency, "company": self.currency})

    def keep_weightless(self, number: str, row: int, values: Sequence[Any]) -> None:
        """Takes in a draft or void document: it wants nothing, so its amounts, and even its date, may be anything.

        A draft, which a person may finish, has the rows that can be read, of money of the company.
        """
        kind, status, day, customer, _, applies_to, currency, keys, amounts = values
        known = date.min if isinstance(day, UnreadDate) else day
        is_kept = status is Status.DRAFT and currency == self.currency
        rows = [(key, it) for key, it in zip(keys, amounts, strict=True) if isinstance(it, int) and is_kept]
        its_keys, its_amounts = tuple(key for key, _ in rows), tuple(it for _, it in rows)
        self.units[number] = Document(number, kind, status, known, customer, applies_to, its_keys, its_amounts, row)

    def unknown_values(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        """Notes the texts that are none of a column's values."""
        self.unknown_in(number, rows[0], values, (KINDS, STATUSES))
        *_, keys, _ = values
        for row, key in zip(rows, keys, strict=True):
            if isinstance(key, Unknown):
                self.unknown_value(row, "row", key.text, ROW_KINDS.accepted)


def _adds_discount(key: Key, amount: Amount) -> bool:
    return not isinstance(key, Unknown) and key.kind is DISCOUNT and isinstance(amount, int) and amount > 0
