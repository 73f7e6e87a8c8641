"""What made-up books consist of: items, documents, payments."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 12, 31)
ARCHIVED = date(2026, 12, 1)
"""The day from which the archived items of varied books are not to be used."""


class Item(NamedTuple):
    code: str
    account: str
    taxes: tuple[str, ...] = ("GST", "QST")
    is_archived: bool = False

    @property
    def setting(self) -> str:
        """Its part of the company's file."""
        names = ", ".join(f'"{name}"' for name in self.taxes)
        taxes = "" if len(self.taxes) == 2 else f"taxes = [{names}]\n"
        archived = f"archived = {ARCHIVED}\n" if self.is_archived else ""
        return f'[items.{self.code}]\ncredit = "{self.account}"\n{taxes}{archived}'


UNIFORM_ITEMS = (Item("CLEAN", "4100"), Item("WINDOW", "4110"))
VARIED_ITEMS = (
    *(Item(f"SVC-{place:02}", str(4300 + 10 * (place % 25))) for place in range(32)),
    *(Item(f"FREE-{place:02}", "4610", taxes=()) for place in range(3)),
    *(Item(f"GST-{place:02}", "4620", taxes=("GST",)) for place in range(2)),
    *(Item(f"OLD-{place:02}", "4630", is_archived=True) for place in range(3)),
)
"""Forty items: most of them taxed, some free of all taxes or of one, some archived late in the year."""


def items(*, varied: bool) -> tuple[Item, ...]:
    return VARIED_ITEMS if varied else UNIFORM_ITEMS


class Period(NamedTuple):
    """How many documents there are, numbered from which number, spread over which days."""

    documents: int
    first_number: int
    first_day: date
    last_day: date

    def day_of(self, place: int) -> date:
        return self.first_day + timedelta(days=place * (self.last_day - self.first_day).days // self.documents)


class Row(NamedTuple):
    kind: str
    code: str
    cents: int
    text: str = "Entretien"

    @property
    def signed_cents(self) -> int:
        return -self.cents if self.kind == "discount" else self.cents


def taxes_on(gst_cents: int, qst_cents: int) -> Iterator[Row]:
    """The rows of taxes on two bases; none for a base of nothing."""
    if gst_cents:
        yield Row("tax", "GST", (gst_cents * 5 + 50) // 100, "TPS")
    if qst_cents:
        yield Row("tax", "QST", (qst_cents * 9975 + 50_000) // 100_000, "TVQ")


@dataclass(frozen=True, slots=True)
class Document:
    number: str
    kind: str
    status: str
    day: date
    customer: str
    rows: list[Row]
    applies_to: str = ""
    total_cents: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total_cents", sum(row.signed_cents for row in self.rows))

    @property
    def is_final_invoice(self) -> bool:
        return self.kind == "invoice" and self.status == "final"

    def with_more(self, cents: int) -> "Document":
        """The same document with more on its first line. What is added is taxed as that line is."""
        code = self.rows[0].code
        item = next(item for item in (*VARIED_ITEMS, *UNIFORM_ITEMS) if item.code == code)
        more = {row.code: row.cents for row in taxes_on(cents, cents) if row.code in item.taxes}
        first, *others = self.rows
        rows = [row._replace(cents=row.cents + more.get(row.code, 0)) if row.kind == "tax" else row for row in others]
        return replace(self, rows=[first._replace(cents=first.cents + cents), *rows])


@dataclass(frozen=True, slots=True)
class Share:
    """A row of a payment: what it settles of a document, and what it brings or takes beside that."""

    document: str
    settled_cents: int
    fee_cents: int = 0
    rounding_cents: int = 0
    tip_cents: int = 0
    applied: date | None = None

    @property
    def amount_cents(self) -> int:
        return self.settled_cents - self.rounding_cents + self.tip_cents


class Payment(NamedTuple):
    number: str
    kind: str
    status: str
    day: date
    customer: str
    method: str
    reference: str
    shares: list[Share]
