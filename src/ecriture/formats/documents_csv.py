"""Documents in long form: one row per line, tax or extra; the rows of a document are consecutive."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO, cast

from ecriture.core.amounts import UnreadAmount
from ecriture.core.dates import NO_DATE, UnreadDate
from ecriture.core.documents import Document, DocumentKind, Form, RowKey, RowKind, Status, UnitKind, faults_of
from ecriture.formats.table import Column, Table, open_table
from ecriture.formats.units import Choices, Layout, Reading, UnitsRead, Unknown, read_deciding

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

Head = tuple[
    "DocumentKind | Unknown | None",
    "Status | Unknown | None",
    "date | UnreadDate",
    str,
    "int | UnreadAmount | None",
    str,
    str,
]
"""The values of HEAD in one row, or what stands for a blank or unreadable one."""

BLANK: Head = (None, None, NO_DATE, "", None, "", "")
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


class Keys(dict[tuple[str, str], Key]):
    """The texts of `row` and `code` to a key, one object for all rows alike."""

    def __missing__(self, texts: tuple[str, str]) -> Key:
        kind = ROW_KINDS[texts[0]]
        self[texts] = key = kind if isinstance(kind, Unknown) else RowKey(kind or RowKind.LINE, texts[1].strip())
        return key


class Forms(dict[tuple[Key, ...], "Form | None"]):
    """The keys of a document to its form, one object for all documents alike; None with an unknown kind of row."""

    def __missing__(self, keys: tuple[Key, ...]) -> Form | None:
        known = tuple(key for key in keys if isinstance(key, RowKey))
        self[keys] = form = Form(known) if len(known) == len(keys) else None
        return form


EMPTY = Form(())


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
        defaults = (DocumentKind.INVOICE, Status.FINAL, NO_DATE, "", None, "", currency)
        self.layout: Layout[Head] = Layout(HEAD, BLANK, defaults, OF_FINAL)

    def read(self) -> None:
        for chunk in self.table.chunks():
            texts, says_more = chunk.texts, chunk.says_more(HEAD)
            keys = tuple(map(self.keys.__getitem__, zip(texts["row"], texts["code"], strict=True)))
            amounts = tuple(self.amounts.column(texts["amount"]))
            heads = self.heads({name: chunk.first(name) for name in HEAD})
            for number, head, (start, end) in zip(chunk.first("document"), heads, chunk.runs(), strict=True):
                rows = chunk.rows[start:end]
                if self.is_new(number, rows[0]):
                    if says_more:
                        later = self.heads({name: texts[name][start:end] for name in HEAD})
                        self.compare(number, head, zip(rows, later, strict=True), self.layout)
                    self.take(number, rows, head, keys[start:end], amounts[start:end])

    def heads(self, texts: Mapping[str, Sequence[str]]) -> Iterator[Head]:
        """The heads in some rows, each column converted as a whole."""
        return zip(
            map(KINDS.__getitem__, texts["type"]),
            map(STATUSES.__getitem__, texts["status"]),
            map(self.dates.__getitem__, texts["date"]),
            map(self.names.__getitem__, texts["customer"]),
            self.amounts.optional_column(texts["total"], None),
            map(str.strip, texts["applies_to"]),
            [text.strip().upper() if text else text for text in texts["currency"]],
            strict=True,
        )

    def take(
        self,
        number: str,
        rows: Sequence[int],
        head: Head,
        keys: tuple[Key, ...],
        amounts: tuple[int | UnreadAmount, ...],
    ) -> None:
        """Takes a document in, or notes its problems."""
        kind, status, day, customer, total_cents, applies_to, _ = head
        form = self.forms[keys]
        if form is None or isinstance(kind, Unknown) or isinstance(status, Unknown):
            self.unknown_values(number, rows, head, keys)
            return
        if status is not None and status is not Status.FINAL:
            self.keep_weightless(number, rows[0], head, kind or DocumentKind.INVOICE, status)
            return
        self.unread(number, rows, head, amounts)
        if number in self.faulty:
            return
        sound, cents = cast("Sound", (kind or DocumentKind.INVOICE, day, total_cents)), cast("tuple[int, ...]", amounts)
        faults = faults_of(sound[0], form, cents, sound[2])
        for code, params in faults:
            self.fault(number, rows[0], code, params)
        if not faults:
            self.units[number] = Document(
                number, sound[0], Status.FINAL, sound[1], customer, applies_to, form, cents, rows[0]
            )

    def unread(self, number: str, rows: Sequence[int], head: Head, amounts: Sequence[int | UnreadAmount]) -> None:
        """Notes what could not be read of a document, and a foreign currency."""
        _, _, day, _, total_cents, _, currency = head
        if self.amounts.met_unread:
            for row, amount in zip(rows, amounts, strict=True):
                self.not_read(number, row, "amount", amount)
            self.not_read(number, rows[0], "total", total_cents)
        if isinstance(day, UnreadDate):
            self.not_read(number, rows[0], "date", day)
        if currency and currency != self.currency:
            self.fault(number, rows[0], "currency-foreign", {"currency": currency, "company": self.currency})

    def keep_weightless(self, number: str, row: int, head: Head, kind: DocumentKind, status: Status) -> None:
        """Takes in a draft or void document: it wants nothing, so its amounts, and even its date, may be anything."""
        _, _, day, customer, _, applies_to, _ = head
        if number not in self.faulty:
            known = date.min if isinstance(day, UnreadDate) else day
            self.units[number] = Document(number, kind, status, known, customer, applies_to, EMPTY, (), row)

    def unknown_values(self, number: str, rows: Sequence[int], head: Head, keys: Sequence[Key]) -> None:
        """Notes the texts that are none of a column's values."""
        self.unknown_in(number, rows[0], head, (KINDS, STATUSES))
        for row, key in zip(rows, keys, strict=True):
            if isinstance(key, Unknown):
                self.unknown_value(row, "row", key.text, ROW_KINDS.accepted)


Sound = tuple[DocumentKind, date, "int | None"]
"""The kind, date and total of a head of which everything could be read."""
