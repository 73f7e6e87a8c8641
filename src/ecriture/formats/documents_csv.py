"""Documents in long form: one row per line, tax or extra; the rows of a document are consecutive."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import BinaryIO, NamedTuple, cast

from ecriture.core.amounts import UnreadAmount
from ecriture.core.dates import UnreadDate
from ecriture.core.documents import Document, DocumentKind, Form, RowKey, RowKind, Status, UnitKind, faults_of
from ecriture.formats.table import Chunk, Column, Table, open_table
from ecriture.formats.units import Choices, Reading, Texts, UnitsRead, filled, read_deciding

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

BLANK: Texts = ("",) * len(HEAD)
ROW_KINDS = Choices(
    RowKind,
    RowKind.LINE,
    ligne="line",
    rabais="discount",
    taxe="tax",
    pourboire="tip",
    livraison="shipping",
    arrondi="rounding",
)
KINDS = Choices(DocumentKind, DocumentKind.INVOICE, facture="invoice", note_de_credit="credit_note")
STATUSES = Choices(Status, Status.FINAL, finale="final", brouillon="draft", annule="void", annulee="void")

Key = RowKey | str
"""The key of a row, or the text that is no kind of row."""

DocumentRow = tuple[str, int, Texts, Key, "int | UnreadAmount"]
"""A row as read: the document's number, the row in the file, the texts of HEAD, the key, the amount."""


class Keys(dict[tuple[str, str], Key]):
    """The texts of `row` and `code` to a key, one object for all rows alike."""

    def __missing__(self, texts: tuple[str, str]) -> Key:
        kind = ROW_KINDS[texts[0]]
        self[texts] = key = texts[0] if kind is None else RowKey(kind, texts[1].strip())
        return key


class Forms(dict[tuple[Key, ...], "Form | None"]):
    """The keys of a document to its form, one object for all documents alike; None with an unknown kind of row."""

    def __missing__(self, keys: tuple[Key, ...]) -> Form | None:
        known = tuple(key for key in keys if not isinstance(key, str))
        self[keys] = form = Form(known) if len(known) == len(keys) else None
        return form


EMPTY = Form(())


class Head(NamedTuple):
    """The values of HEAD, or what stands for one that could not be read."""

    kind: DocumentKind | None
    status: Status | None
    date: date | UnreadDate
    customer: str
    total_cents: int | UnreadAmount | None
    applies_to: str
    currency: str


def read_documents(stream: BinaryIO, *, file: str = "documents.csv", currency: str = "CAD") -> UnitsRead[Document]:
    """The documents of a CSV or XLSX file; the stream is read from its start, twice if need be."""

    def read(stream: BinaryIO, decimal: str) -> Reading[Document]:
        reading = _Documents(open_table(stream, file=file, columns=COLUMNS), file, currency, decimal)
        reading.read()
        return reading

    return read_deciding(stream, read)


class _Documents(Reading[Document]):
    def __init__(self, table: Table, file: str, currency: str, decimal: str) -> None:
        super().__init__(table, file=file, kind=UnitKind.DOCUMENT, decimal=decimal)
        self.currency = currency
        self.keys, self.forms = Keys(), Forms()

    def read(self) -> None:
        for number, group in groupby(chain.from_iterable(map(self.rows_of, self.table.chunks())), itemgetter(0)):
            _, rows, heads, keys, amounts = zip(*group, strict=True)
            self.take(number, rows, heads, keys, amounts)

    def rows_of(self, chunk: Chunk) -> Iterator[DocumentRow]:
        """The rows of a chunk, each column converted as a whole."""
        texts = chunk.texts
        keys = map(self.keys.__getitem__, zip(texts["row"], texts["code"], strict=True))
        amounts = map(self.amounts.__getitem__, texts["amount"])
        heads = zip(*(texts[name] for name in HEAD), strict=True)
        return zip(map(str.strip, texts["document"]), chunk.rows, heads, keys, amounts, strict=True)

    def take(
        self,
        number: str,
        rows: Sequence[int],
        heads: Sequence[Texts],
        keys: tuple[Key, ...],
        amounts: tuple[int | UnreadAmount, ...],
    ) -> None:
        """Takes a document in, or notes its problems."""
        if self.comes_back(number, rows[0]):
            return
        form, head = self.forms[keys], self.head(heads[0])
        if form is None or head.kind is None or head.status is None:
            self.unknown_values(rows, heads[0], keys)
            self.faulty.add(number)
            return
        if heads.count(BLANK) != len(heads) - 1:
            self.contradictions(number, rows, heads, head)
        if head.status is Status.FINAL:
            self.unread(number, rows, head, amounts)
            if number not in self.faulty:
                self.keep(number, rows[0], head, form, amounts)
        elif number not in self.faulty:
            self.units[number] = _weightless(number, rows[0], head, head.kind, head.status)

    def head(self, texts: Texts) -> Head:
        kind, status, day, customer, total, applies_to, currency = texts
        return Head(
            KINDS[kind],
            STATUSES[status],
            self.dates[day],
            customer.strip(),
            self.amounts[total] if total and total.strip() else None,
            applies_to.strip(),
            (currency and currency.strip().upper()) or self.currency,
        )

    def contradictions(self, number: str, rows: Sequence[int], heads: Sequence[Texts], head: Head) -> None:
        """A later row may repeat a value of the first, in any form; another value is a mistake."""
        for row, texts in zip(rows[1:], heads[1:], strict=True):
            again = self.head(filled(texts, heads[0]))
            for column, first, later in zip(HEAD, head, again, strict=True):
                if first != later and (head.status is Status.FINAL or column not in OF_FINAL):
                    self.fault(number, row, "document-duplicate", {"reason": "contradicts", "column": column})

    def unread(self, number: str, rows: Sequence[int], head: Head, amounts: Sequence[int | UnreadAmount]) -> None:
        """Notes what could not be read of a document, and a foreign currency."""
        if UnreadAmount in map(type, amounts):
            for row, amount in zip(rows, amounts, strict=True):
                self.not_read(number, row, "amount", amount)
        self.not_read(number, rows[0], "date", head.date)
        self.not_read(number, rows[0], "total", head.total_cents)
        if head.currency != self.currency:
            self.fault(number, rows[0], "currency-foreign", {"currency": head.currency, "company": self.currency})

    def keep(self, number: str, row: int, head: Head, form: Form, amounts: Sequence[object]) -> None:
        """Takes in a document of which everything could be read, if its amounts agree."""
        kind, day, cents = cast("DocumentKind", head.kind), cast("date", head.date), cast("tuple[int, ...]", amounts)
        for code, params in faults_of(kind, form, cents, cast("int | None", head.total_cents)):
            self.fault(number, row, code, params)
        if number not in self.faulty:
            self.units[number] = Document(
                number, kind, Status.FINAL, day, head.customer, head.applies_to, form, cents, row
            )

    def unknown_values(self, rows: Sequence[int], texts: Texts, keys: Sequence[Key]) -> None:
        """Notes the texts that are none of a column's values."""
        for column, text, choices in (("type", texts[0], KINDS), ("status", texts[1], STATUSES)):
            if choices[text] is None:
                self.unknown_value(rows[0], column, text, choices.accepted)
        for row, key in zip(rows, keys, strict=True):
            if isinstance(key, str):
                self.unknown_value(row, "row", key, ROW_KINDS.accepted)


def _weightless(number: str, row: int, head: Head, kind: DocumentKind, status: Status) -> Document:
    """A draft or void document wants nothing: its amounts, and even its date, may be anything."""
    day = date.min if isinstance(head.date, UnreadDate) else head.date
    return Document(number, kind, status, day, head.customer, head.applies_to, EMPTY, (), row)
