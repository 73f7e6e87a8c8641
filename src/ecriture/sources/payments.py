"""Payments and refunds: one row per document that a payment is for; the rows of a payment are consecutive."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import BinaryIO, cast

from ecriture.core.amounts import UnreadAmount
from ecriture.core.columns import odd_places
from ecriture.core.dates import NO_DATE, UnreadDate
from ecriture.core.documents import Payment, PaymentKind, PaymentRow, Status, UnitKind
from ecriture.core.registers import PaymentColumns, Payments, ShareColumns
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
    Column("payment", "paiement", needed=True),
    Column("type"),
    Column("status", "statut"),
    Column("date", needed=True),
    Column("document"),
    Column("customer", "client"),
    Column("method", "mode"),
    Column("amount", "montant", needed=True),
    Column("fee", "frais"),
    Column("rounding", "arrondi"),
    Column("applied", "imputé_le"),
    Column("bank_reference", "référence_bancaire"),
)
HEAD = ("type", "status", "date", "customer", "method", "bank_reference")
"""The columns that may be empty after a payment's first row."""

OWN = ("document", "amount", "fee", "rounding", "applied")
"""The columns that each row has for itself."""

Head = tuple["PaymentKind | Unknown | None", "Status | Unknown | None", "date | UnreadDate", str, str, str]
"""The values of HEAD in one row, or what stands for a blank or unreadable one."""

BLANK: Head = (None, None, NO_DATE, "", "", "")
DEFAULTS: Head = (PaymentKind.PAYMENT, Status.FINAL, NO_DATE, "", "", "")
LAYOUT = Layout(HEAD, BLANK, DEFAULTS, frozenset({"date"}))
KINDS = Choices(PaymentKind, paiement="payment", remboursement="refund")
STATUSES = Choices((Status.FINAL, Status.VOID), annule="void")

USUAL_STATUSES = frozenset({None, Status.FINAL})

Amount = int | UnreadAmount
Share = tuple[str, Amount, Amount, Amount, "date | UnreadDate | None"]
"""The values of OWN, or what stands for one that could not be read."""

SoundShare = tuple[str, int, int, int, "date | None"]
NOT_NEGATIVE = frozenset({"amount", "fee"})


def read_payments(stream: BinaryIO, *, file: str = "payments.csv") -> UnitsRead[Payment]:
    """The payments of a CSV or XLSX file; the stream is read from its start, twice if need be."""

    def read(stream: BinaryIO, decimal: str) -> Reading[Payment, PaymentColumns]:
        reading = _Payments(open_table(stream, file=file, columns=COLUMNS), file, decimal)
        reading.read()
        return reading

    return read_deciding(stream, read)


class _Payments(Reading[Payment, PaymentColumns]):
    def __init__(self, table: Table, file: str, decimal: str) -> None:
        super().__init__(table, file=file, kind=UnitKind.PAYMENT, layout=LAYOUT, decimal=decimal)
        self.units: Payments = Payments()

    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        return (
            values_of(texts["type"], KINDS),
            values_of(texts["status"], STATUSES),
            values_of(texts["date"], self.dates),
            *(values_of(texts[name], self.names) for name in ("customer", "method", "bank_reference")),
        )

    def own(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        amounts = self.amounts
        paid, fees = amounts.column(texts["amount"]), amounts.optional_column(texts["fee"], 0)
        applied = [self.dates[text] if text and text.strip() else None for text in texts["applied"]]
        return (
            list(map(str.strip, texts["document"])),
            paid,
            fees,
            amounts.optional_column(texts["rounding"], 0),
            applied,
        )

    def made(self, drafts: Drafts) -> tuple[PaymentColumns, Collection[int]]:
        kinds, statuses, days, customers, methods, references = drafts.heads
        known, final = [kind or PaymentKind.PAYMENT for kind in kinds], [Status.FINAL] * len(kinds)
        share_counts = [run.stop - run.start for run in drafts.runs]
        heads = drafts.numbers, known, final, days, customers, methods, references
        columns = PaymentColumns(*heads, share_counts, drafts.first_rows)
        if self.amounts.met_unread or _is_doubtful(*drafts.own):
            return columns, range(len(kinds))
        return columns, {
            *odd_places([*map(type, kinds)], frozenset({PaymentKind, NoneType})),
            *odd_places(statuses, USUAL_STATUSES),
            *odd_places([*map(type, days)], frozenset({date})),
        }

    def keep(self, drafts: Drafts, columns: PaymentColumns, places: slice) -> None:
        shares = slice(drafts.runs[places.start].start, drafts.runs[places.stop - 1].stop)
        self.units.extend(PaymentColumns._make(cut(columns, places)), ShareColumns._make(cut(drafts.own, shares)))

    def take(self, number: str, rows: Sequence[int], head: Head, own: Columns) -> None:
        kind, status, day, customer, method, reference = head
        shares: list[Share] = list(zip(*own, strict=True))
        if isinstance(kind, Unknown) or isinstance(status, Unknown):
            self.unknown_in(number, rows[0], head, (KINDS, STATUSES))
            return
        if status is Status.VOID:
            self.keep_void(number, rows[0], head, kind or PaymentKind.PAYMENT, shares)
            return
        self.unread(number, rows, day, shares)
        if number not in self.faulty:
            known, sound = cast("date", day), tuple([PaymentRow(*cast("SoundShare", share)) for share in shares])
            kind = kind or PaymentKind.PAYMENT
            head_of_it = number, kind, Status.FINAL, known, customer, method, reference
            self.units.add([Payment(*head_of_it, sound, rows[0])])

    def unread(self, number: str, rows: Sequence[int], day: date | UnreadDate, shares: Sequence[Share]) -> None:
        """Notes what could not be read of a payment, and what is below zero; only a rounding may be."""
        self.not_read(number, rows[0], "date", day)
        for row, share in zip(rows, shares, strict=True):
            for column, value in zip(OWN, share, strict=True):
                self.not_read(number, row, column, value)
                if column in NOT_NEGATIVE and isinstance(value, int) and value < 0:
                    self.fault(number, row, "amount-negative", {"column": column, "amount_cents": value})

    def keep_void(self, number: str, row: int, head: Head, kind: PaymentKind, shares: Sequence[Share]) -> None:
        """Takes in a void payment: it wants nothing, so its amounts, and even its date, may be anything.

        The documents that it names say whose it was.
        """
        _, _, day, customer, method, reference = head
        if number not in self.faulty:
            known = date.min if isinstance(day, UnreadDate) else day
            named = tuple(PaymentRow(document, 0) for document, *_ in shares)
            self.units.add([Payment(number, kind, Status.VOID, known, customer, method, reference, named, row)])


def _is_doubtful(
    _documents: Sequence[str],
    paid: Sequence[int],
    fees: Sequence[int],
    _roundings: Sequence[int],
    applied: Sequence[date | UnreadDate | None],
) -> bool:
    """Whether a row of a chunk has something negative, or a date that could not be read."""
    return min(*paid, *fees, 0) < 0 or UnreadDate in set(map(type, applied))
