"""Documents in long form: one row per line, tax or extra; the rows of a document are consecutive."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import BinaryIO, cast

from ecriture.core.amounts import UnreadAmount
from ecriture.core.columns import odd_places
from ecriture.core.dates import NO_DATE, UnreadDate
from ecriture.core.documents import (
    Document,
    DocumentKind,
    Form,
    RowKey,
    RowKind,
    Status,
    UnitKind,
    faults_of,
    totals_of,
)
from ecriture.core.registers import DocumentColumns, Documents
from ecriture.sources.tables.table import Column, Table, open_table
from ecriture.sources.units import (
    Choices,
    Columns,
    Drafts,
    Layout,
    Reading,
    UnitsRead,
    Unknown,
    cut,
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

USUAL_STATUSES = frozenset({None, Status.FINAL})

Key = RowKey | Unknown
"""The key of a row, or the text that is no kind of row."""
Amounts = tuple[int, ...]
Own = tuple[tuple[Key, ...], tuple[int | UnreadAmount, ...]]
"""The keys and the amounts of some rows."""


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

    def read(stream: BinaryIO, decimal: str) -> Reading[Document, DocumentColumns]:
        reading = _Documents(open_table(stream, file=file, columns=COLUMNS), file, currency, decimal)
        reading.read()
        return reading

    return read_deciding(stream, read)


class _Documents(Reading[Document, DocumentColumns]):
    def __init__(self, table: Table, file: str, currency: str, decimal: str) -> None:
        defaults = (DocumentKind.INVOICE, Status.FINAL, NO_DATE, "", None, "", currency)
        layout: Layout[Head] = Layout(HEAD, BLANK, defaults, OF_FINAL)
        super().__init__(table, file=file, kind=UnitKind.DOCUMENT, layout=layout, decimal=decimal)
        self.units: Documents = Documents()
        self.currency = currency
        self.keys, self.forms = Keys(), Forms()

    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        return (
            values_of(texts["type"], KINDS),
            values_of(texts["status"], STATUSES),
            values_of(texts["date"], self.dates),
            values_of(texts["customer"], self.names),
            self.amounts.optional_column(texts["total"], None),
            list(map(str.strip, texts["applies_to"])),
            [text.strip().upper() if text else text for text in texts["currency"]],
        )

    def own(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        keys = map(self.keys.__getitem__, zip(texts["row"], texts["code"], strict=True))
        return tuple(keys), tuple(self.amounts.column(texts["amount"]))

    def made(self, drafts: Drafts) -> tuple[DocumentColumns, Collection[int]]:
        kinds, statuses, days, customers, totals, applies_to, currencies = drafts.heads
        keys, cents = cast("Own", drafts.own)
        forms = [self.forms[keys[run]] for run in drafts.runs]
        amounts = [cents[run] for run in drafts.runs]
        known, final = [kind or DocumentKind.INVOICE for kind in kinds], [Status.FINAL] * len(forms)
        heads = drafts.numbers, known, final, days, customers, applies_to
        columns = DocumentColumns(*heads, cast("list[Form]", forms), cast("list[Amounts]", amounts), drafts.first_rows)
        if self.amounts.met_unread or None in forms:
            return columns, range(len(forms))
        return columns, {
            *odd_places([*map(type, kinds)], frozenset({DocumentKind, NoneType})),
            *odd_places(statuses, USUAL_STATUSES),
            *odd_places([*map(type, days)], frozenset({date})),
            *odd_places(currencies, frozenset({"", self.currency})),
            *_faulty_totals(totals, totals_of(columns.forms, columns.amounts)),
        }

    def keep(self, _drafts: Drafts, columns: DocumentColumns, places: slice) -> None:
        self.units.extend(DocumentColumns._make(cut(columns, places)))

    def take(self, number: str, rows: Sequence[int], head: Head, own: Columns) -> None:
        kind, status, day, customer, total_cents, applies_to, _ = head
        keys, amounts = cast("Own", own)
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
            head_of_it = number, sound[0], Status.FINAL, sound[1], customer, applies_to
            self.units.add([Document(*head_of_it, form, cents, rows[0])])

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
            self.units.add([Document(number, kind, status, known, customer, applies_to, EMPTY, (), row)])

    def unknown_values(self, number: str, rows: Sequence[int], head: Head, keys: Sequence[Key]) -> None:
        """Notes the texts that are none of a column's values."""
        self.unknown_in(number, rows[0], head, (KINDS, STATUSES))
        for row, key in zip(rows, keys, strict=True):
            if isinstance(key, Unknown):
                self.unknown_value(row, "row", key.text, ROW_KINDS.accepted)


Sound = tuple[DocumentKind, date, "int | None"]
"""The kind, date and total of a head of which everything could be read."""


def _faulty_totals(stated: Sequence[int | None], totals: Sequence[int]) -> Iterator[int]:
    """The places of totals that are not as stated, and of those below zero: a credit note's must not be."""
    for place, (stated_cents, total_cents) in enumerate(zip(stated, totals, strict=True)):
        if total_cents < 0 or (stated_cents != total_cents and stated_cents is not None):
            yield place
