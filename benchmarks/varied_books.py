"""Varied books: forty items, discounts, tips, deposits, refunds, and every other thing that a year of trade has."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from vocabulary import ARCHIVED, VARIED_ITEMS, Document, Item, Payment, Period, Row, Share, taxes_on

METHODS = ("card",) * 9 + ("etransfer",) * 4 + ("cheque",) * 3 + ("cash",) * 2 + ("debit",) * 2
NOT_ARCHIVED = tuple(item for item in VARIED_ITEMS if not item.is_archived)
MOST_ARCHIVED = 100
"""How many documents, at most, have an item after its archiving: each of them is a warning."""
EXTRAS = {"discount": 0.15, "shipping": 0.03, "tip": 0.04}


class Varied:
    """The documents and payments of a period, both in no order of date."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self._chance = Random(period.first_number + 7)  # noqa: S311 - figures, not secrets
        self._archived_left = min(MOST_ARCHIVED, period.documents // 50)
        self._waiting: dict[str, list[Document]] = defaultdict(list)
        self._invoices: list[Document] = []
        self._payment_count = 0
        self.documents: list[Document] = []
        self.payments: list[Payment] = []
        for place in range(period.documents):
            document = self._document(place)
            self.documents.append(document)
            if document.status == "final":
                self.payments.extend(self._settling(document))
        for waiting in self._waiting.values():
            self.payments.extend(self._together(waiting))
        self._chance.shuffle(self.documents)
        self._chance.shuffle(self.payments)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _after(self, day: date, days: int) -> date:
        """Within some days after one, and within the period."""
        return min(day + timedelta(days=self._chance.randrange(days)), self._period.last_day)

    # Documents

    def _document(self, place: int) -> Document:
        number, day = self._period.first_number + place, self._period.day_of(place)
        customers = max(1, min(5000, self._period.documents // 20))
        customer = self._customer(self._chance.randrange(customers))
        status = "void" if self._happens(0.03) else "final"
        if self._happens(0.02):
            named = self._chance.choice(self._invoices) if self._invoices and self._happens(0.5) else None
            whose, applies_to = (named.customer, named.number) if named else (customer, "")
            return Document(f"C-{number}", "credit_note", status, day, whose, self._rows(day, {}), applies_to)
        document = Document(f"F-{number}", "invoice", status, day, customer, self._rows(day, EXTRAS))
        if status == "final":
            self._invoices.append(document)
        return document

    @staticmethod
    def _customer(place: int) -> str:
        return f"Tremblay, Côté et associés {place}" if place % 50 == 0 else f"Client {place} inc."

    def _rows(self, day: date, extras: dict[str, float]) -> list[Row]:
        chosen = [self._item(day) for _ in range(self._chance.choice((1, 1, 2, 2, 3, 4)))]
        lines = [Row("line", item.code, self._chance.randrange(2_000, 60_000)) for item in chosen]
        gst_cents, qst_cents = (
            sum(line.cents for line, item in zip(lines, chosen, strict=True) if tax in item.taxes)
            for tax in ("GST", "QST")
        )
        rows = list(lines)
        added = {kind for kind, share in extras.items() if self._happens(share)}
        discount = qst_cents // 10 if "discount" in added else 0
        if discount:
            rows.append(Row("discount", "", discount, "Rabais"))
        rows += taxes_on(gst_cents - discount, qst_cents - discount)
        if "shipping" in added:
            rows.append(Row("shipping", "", 1500, "Livraison"))
        if "tip" in added:
            rows.append(Row("tip", "", self._chance.randrange(2, 20) * 100, "Pourboire"))
        return rows

    def _item(self, day: date) -> Item:
        if day <= ARCHIVED:
            return self._chance.choice(VARIED_ITEMS)
        if self._archived_left and self._happens(0.1):
            self._archived_left -= 1
            return VARIED_ITEMS[-1]
        return self._chance.choice(NOT_ARCHIVED)

    # Payments

    def _settling(self, document: Document) -> Iterator[Payment]:
        """How a final document is settled, or is not."""
        if document.kind == "credit_note":
            if not document.applies_to or self._happens(0.5):
                yield self._refund(document, self._after(document.day, 15))
            return
        way = self._chance.random()
        if way < 0.04:
            return
        if way < 0.09:
            yield from self._deposit(document)
        elif way < 0.15:
            yield from self._in_parts(document)
        elif way < 0.16:
            yield from self._returned(document)
        elif way < 0.26:
            yield from self._with_others(document)
        else:
            yield self._paid(document, self._after(document.day, 30), document.total_cents)
        if self._happens(0.03):
            paid = self._paid(document, self._after(document.day, 30), document.total_cents)
            yield paid._replace(status="void")

    def _deposit(self, document: Document) -> Iterator[Payment]:
        """A part before the invoice, the rest after it. Some deposits name no invoice, or are applied to it later."""
        before = max(document.day - timedelta(days=self._chance.randrange(1, 25)), self._period.first_day)
        part = document.total_cents * self._chance.randrange(20, 60) // 100
        first = self._paid(document, before, part)
        if self._happens(0.2):
            shares = [replace(share, document="") for share in first.shares]
            yield first._replace(shares=shares, customer=document.customer)
            return
        if self._happens(0.2):
            later = self._after(document.day, 20)
            first = first._replace(shares=[replace(share, applied=later) for share in first.shares])
        yield first
        yield self._paid(document, self._after(document.day, 30), document.total_cents - part)

    def _in_parts(self, document: Document) -> Iterator[Payment]:
        """Two or three parts; of some documents the last one is still owed."""
        parts = self._chance.choice((2, 3))
        each, day = document.total_cents // parts, document.day
        last = 0 if self._happens(0.3) else document.total_cents - each * (parts - 1)
        for cents in filter(None, (*[each] * (parts - 1), last)):
            day = self._after(day, 30)
            yield self._paid(document, day, cents)

    def _returned(self, document: Document) -> Iterator[Payment]:
        """A payment that comes back, for which the bank keeps a fee, and another one in its place."""
        paid = self._paid(document, self._after(document.day, 20), document.total_cents)
        back = self._after(paid.day, 10)
        yield paid
        yield self._refund(document, back)._replace(
            method=paid.method, shares=[Share(document.number, document.total_cents, fee_cents=1500)]
        )
        yield self._paid(document, self._after(back, 10), document.total_cents)

    def _with_others(self, document: Document) -> Iterator[Payment]:
        """Paid together with other documents of its customer, once there are enough of them."""
        waiting = self._waiting[document.customer]
        waiting.append(document)
        if len(waiting) >= self._chance.choice((2, 2, 3)):
            yield from self._together(waiting)

    def _together(self, waiting: list[Document]) -> Iterator[Payment]:
        if waiting:
            method = self._chance.choice(("cheque", "etransfer", "card"))
            day = self._after(max(document.day for document in waiting), 30)
            shares = [Share(document.number, document.total_cents) for document in waiting]
            yield self._payment("payment", day, method, waiting[0].customer, shares)
            waiting.clear()

    def _paid(self, document: Document, day: date, cents: int) -> Payment:
        method = self._chance.choice(METHODS)
        share = Share(document.number, cents, tip_cents=self._chance.randrange(2, 30) * 100 * self._happens(0.05))
        if method == "cash":
            share = replace(share, rounding_cents=cents - (cents + 2) // 5 * 5)
        elif method == "card" and self._happens(0.6):
            share = replace(share, fee_cents=cents * 29 // 1000 + 30)
        return self._payment("payment", day, method, document.customer, [share])

    def _refund(self, document: Document, day: date) -> Payment:
        method = self._chance.choice(METHODS)
        shares = [Share(document.number, document.total_cents)]
        return self._payment("refund", day, method, document.customer, shares)

    def _payment(self, kind: str, day: date, method: str, customer: str, shares: list[Share]) -> Payment:
        self._payment_count += 1
        number = f"{'R' if kind == 'refund' else 'P'}-{self._period.first_number}-{self._payment_count}"
        named = customer if self._happens(0.5) else ""
        return Payment(number, kind, "final", day, named, method, self._reference(day, method), shares)

    @staticmethod
    def _reference(day: date, method: str) -> str:
        """What the bank's statement shows: a payout of cards, a slip of cheques, a file of debits."""
        slips = {"card": f"PO-{day}", "cheque": f"DS-{day:%G-%V}", "debit": f"PAD-{day:%Y-%m}"}
        return slips.get(method, "")
