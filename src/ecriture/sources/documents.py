"""Documents in long form: one row per line, tax or extra; the rows of a document are consecutive."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple, cast

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
    signed,
)
from ecriture.sources.tables.table import Column, Table, open_table
from ecriture.sources.units import (
    Choices,
    Columns,
    Head,
    Layout,
    Marks,
    Reading,
    UnitsRead,
    Unknown,
    read_deciding,
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
Own = tuple["Form", tuple[Amount, ...]]


class Keys(dict[tuple[str, str], Key]):
    """The texts of `row` and `code` to a key, one object for all rows alike."""

    def __missing__(self, texts: tuple[str, str]) -> Key:
        kind = ROW_KINDS[texts[0]]
        self[texts] = key = kind if isinstance(kind, Unknown) else RowKey(kind, texts[1].strip())
        return key


class Currencies(dict[str, str]):
    """The texts of a column to currencies; a blank one is the company's."""

    def __init__(self, own: str) -> None:
        super().__init__({"": own})

    def __missing__(self, text: str) -> str:
        return text.strip().upper() or self[""]


class Form(NamedTuple):
    """The keys of a document, and whether a discount or an unknown one is among them."""

    keys: tuple[Key, ...]
    has_discount: bool
    has_unknown: bool


class Forms(dict[tuple[Key, ...], Form]):
    """The keys of documents: one object for all that have the same."""

    def __missing__(self, keys: tuple[Key, ...]) -> Form:
        kinds = [key.kind for key in keys if isinstance(key, RowKey)]
        self[keys] = form = Form(keys, DISCOUNT in kinds, len(kinds) < len(keys))
        return form


def read_documents(stream: BinaryIO, *, file: str = "documents.csv", currency: str = "CAD") -> UnitsRead[Document]:
    """The documents of a CSV or XLSX file; the stream is read from its start, twice if need be."""

    def read(stream: BinaryIO, marks: Marks) -> Reading[Document]:
        reading = _Documents(open_table(stream, file=file, columns=COLUMNS), file, currency, marks)
        reading.read()
        return reading

    return read_deciding(stream, read)


class _Documents(Reading[Document]):
    def __init__(self, table: Table, file: str, currency: str, marks: Marks) -> None:
        layout = Layout(HEAD, OF_FINAL)
        super().__init__(table, file=file, kind=UnitKind.DOCUMENT, layout=layout, marks=marks, currency=currency)
        self.currency = currency
        self.currencies = Currencies(currency)
        self.keys, self.forms = Keys(), Forms()

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

    def own(self, texts: Mapping[str, Sequence[str]]) -> tuple[tuple[Key, ...], tuple[Amount, ...]]:
        keys = map(self.keys.__getitem__, zip(texts["row"], texts["code"], strict=True))
        return tuple(keys), tuple(self.amounts.column(texts["amount"]))

    def cut(self, own: tuple[tuple[Key, ...], tuple[Amount, ...]], place: slice) -> Own:
        keys, amounts = own
        return self.forms[keys[place]], amounts[place]

    def take(self, number: str, rows: Sequence[int], head: Head, own: Own) -> None:
        kind, status, day, customer, total, applies_to, currency = head
        (keys, has_discount, has_unknown), amounts = own
        if has_unknown or type(kind) is Unknown or type(status) is Unknown:
            self.unknown_values(number, rows, head, keys)
            return
        if status is not FINAL:
            self.keep_weightless(number, rows[0], head)
            return
        if self.amounts.met_unread or type(day) is UnreadDate or currency != self.currency:
            self.note_unread(number, rows, head, amounts)
            if number in self.faulty:
                return
        cents = cast("tuple[int, ...]", amounts)
        if has_discount:
            cents = tuple(map(signed, cast("tuple[RowKey, ...]", keys), cents))
        total_cents = sum(cents)
        if (total_cents < 0 or (total is not None and total != total_cents)) and number not in self.faulty:
            for code, params in faults_of(kind, cast("tuple[RowKey, ...]", keys), cents, total):
                self.fault(number, rows[0], code, params)
        self.units[number] = new(Document, (number, kind, FINAL, day, customer, applies_to, keys, cents, rows[0]))

    def note_unread(self, number: str, rows: Sequence[int], head: Head, amounts: Sequence[Amount]) -> None:
        """Notes what could not be read of a document, and a foreign currency."""
        _, _, day, _, total, _, currency = head
        for row, amount in zip(rows, amounts, strict=True):
            self.not_read(number, row, "amount", amount)
        self.not_read(number, rows[0], "total", total)
        self.not_read(number, rows[0], "date", day)
        if currency != self.currency:
            self.fault(number, rows[0], "currency-foreign", {"currency": currency, "company": self.currency})

    def keep_weightless(self, number: str, row: int, head: Head) -> None:
        """Takes in a draft or void document: it wants nothing, so its amounts, and even its date, may be anything."""
        kind, status, day, customer, _, applies_to, _ = head
        known = date.min if isinstance(day, UnreadDate) else day
        self.units[number] = Document(number, kind, status, known, customer, applies_to, (), (), row)

    def unknown_values(self, number: str, rows: Sequence[int], head: Head, keys: Sequence[Key]) -> None:
        """Notes the texts that are none of a column's values."""
        self.unknown_in(number, rows[0], head, (KINDS, STATUSES))
        for row, key in zip(rows, keys, strict=True):
            if isinstance(key, Unknown):
                self.unknown_value(row, "row", key.text, ROW_KINDS.accepted)
