# An independent implementation, kept as it was written.
# ruff: noqa: PGH004
# ruff: noqa
# mypy: ignore-errors
# fmt: off
"""Oracle: a slow, plain implementation of posting.md (sections 1 to 6), for differential tests.

Nothing here is meant to be fast.  Amounts are integer cents, debit positive.  READINGS.md lists the
places where the specification leaves a choice; they are marked [R1], [R2] ... below.
"""

from __future__ import annotations

import calendar
import csv
import io
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

Unit = tuple[str, str]                 # ("document" | "payment", number); "document" < "payment" as text
Key = tuple[str, ...]                  # what a recorded account is recorded under
Line = tuple[str, int, str]            # account, cents, comment
Entry = tuple[str, str, str, list[Line]]
ProblemKey = tuple[str, str | None, str | None]

WARNINGS = frozenset({
    "document-not-final", "overpaid", "item-unknown", "item-archived", "tax-differs", "receivable-split",
    "carried-across-year", "text-shortened", "entry-long",
    "opening-document", "opening-payment", "transferred-missing",          # notices
})
SOURCE_LIMIT = 13
COMMENT_LIMIT = 39


# --------------------------------------------------------------------------------------------------
# Input as read
# --------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class DocumentRow:
    kind: str                          # line discount tax tip shipping rounding
    code: str
    amount: int

    @property
    def in_total(self) -> int:
        """"a discount row is positive and reduces the total"."""
        return -self.amount if self.kind == "discount" else self.amount


@dataclass(frozen=True)
class Document:
    number: str
    type: str
    status: str
    date: date
    customer: str
    given_total: int | None
    applies_to: str
    currency: str
    rows: tuple[DocumentRow, ...]

    @property
    def unit(self) -> Unit:
        return ("document", self.number)

    @property
    def final(self) -> bool:
        return self.status == "final"

    @property
    def total(self) -> int:
        return sum(row.in_total for row in self.rows)


@dataclass(frozen=True)
class PaymentRow:
    document: str
    amount: int
    fee: int
    tip: int
    rounding: int
    applied: date | None

    @property
    def settles(self) -> int:
        """"amount + rounding - tip": what the row settles, whatever asks."""
        return self.amount + self.rounding - self.tip

    @property
    def identity(self) -> tuple[str, date | None]:
        """posting.md 3: "a row (identified by document and `applied`)"."""
        return (self.document, self.applied)


@dataclass(frozen=True)
class Payment:
    number: str
    type: str
    status: str
    date: date
    customer: str
    method: str
    reference: str
    rows: tuple[PaymentRow, ...]

    @property
    def unit(self) -> Unit:
        return ("payment", self.number)

    @property
    def final(self) -> bool:
        return self.status == "final"

    @property
    def sign(self) -> int:
        """"refund: the reverse of a payment"."""
        return -1 if self.type == "refund" else 1

    @property
    def amount_faults(self) -> set[str]:
        """posting.md 2, of a payment that is not void."""
        negative = any(row.amount < 0 or row.tip < 0 or (row.fee < 0 and self.sign > 0) for row in self.rows)
        above = any(row.tip > max(row.amount, 0) for row in self.rows)
        return {code for code, found in (("amount-negative", negative), ("tip-above-amount", above)) if found}

    @property
    def counts(self) -> bool:
        """Whether what it says can settle anything [R53]."""
        return self.final and not self.amount_faults


def cents(text: str) -> int:
    return int((Decimal(text) * 100).to_integral_exact()) if text else 0


def day(value: object) -> date | None:
    if value in (None, ""):
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def csv_groups(text: str, key: str) -> list[list[dict[str, str]]]:
    """The rows of each document or payment, in the order of the input."""
    groups: dict[str, list[dict[str, str]]] = {}
    for raw in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        row = {name: (value or "").strip() for name, value in raw.items() if name is not None}
        groups.setdefault(row[key], []).append(row)
    return list(groups.values())


def read_documents(text: str, currency: str) -> dict[str, Document]:
    documents = {}
    for rows in csv_groups(text, "document"):
        first = rows[0].get
        documents[first("document", "")] = Document(
            number=first("document", ""),
            type=first("type") or "invoice",
            status=first("status") or "final",
            date=date.fromisoformat(first("date", "")),
            customer=first("customer", ""),
            given_total=cents(first("total", "")) if first("total") else None,
            applies_to=first("applies_to", ""),
            currency=first("currency") or currency,
            rows=tuple(DocumentRow(r.get("row") or "line", r.get("code", ""), cents(r["amount"])) for r in rows),
        )
    return documents


def read_payments(text: str) -> dict[str, Payment]:
    payments = {}
    for rows in csv_groups(text, "payment"):
        first = rows[0].get
        payments[first("payment", "")] = Payment(
            number=first("payment", ""),
            type=first("type") or "payment",
            status=first("status") or "final",
            date=date.fromisoformat(first("date", "")),
            customer=first("customer", ""),
            method=first("method", ""),
            reference=first("bank_reference", ""),
            rows=tuple(PaymentRow(r.get("document", ""), cents(r["amount"]), cents(r.get("fee", "")),
                                  cents(r.get("tip", "")), cents(r.get("rounding", "")), day(r.get("applied")))
                       for r in rows),
        )
    return payments


@dataclass(frozen=True)
class ChartAccount:
    postable: bool
    linked: bool


def read_chart(text: str | None) -> dict[str, ChartAccount] | None:
    """A plain table number,name,type,linked.  "Only A and G take postings"; empty = postable."""
    if text is None:
        return None
    chart = {}
    for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        kind = (row.get("type") or "").strip()
        linked = (row.get("linked") or "").strip().lower() == "yes"
        chart[row["number"].strip()] = ChartAccount(kind in ("", "A", "G"), linked)
    return chart


class Company:
    """company.toml with its defaults."""

    def __init__(self, text: str) -> None:
        data = tomllib.loads(text)
        company, accounting = data.get("company", {}), data.get("accounting", {})
        self.language: str = company.get("language", "fr")
        self.currency: str = company.get("currency", "CAD")
        self.fiscal_years = [(day(a), day(b)) for a, b in company.get("fiscal_years", [])]
        self.lock_date = day(company.get("lock_date"))
        self.only_when_paid: bool = accounting.get("only_when_paid", False)
        self.paid_sale_date: str = accounting.get("paid_sale_date", "payment")
        self.grouping: str = accounting.get("grouping", "period")
        self.detail: str = accounting.get("detail", "summary")
        self.bank_lines: str = accounting.get("bank_lines", "total")
        self.max_lines: int = accounting.get("max_lines", 500)
        self.source_prefix: str = accounting.get("source_prefix", "EC")
        self.linked_accounts: list[str] = accounting.get("linked_accounts", [])
        self.start_date = day(accounting.get("start_date"))
        self.opening: str = accounting.get("opening", "sage")
        self.carry: bool = accounting.get("carry", True)
        self.accounts: dict[str, str] = data.get("accounts", {})
        self.taxes: dict[str, dict] = data.get("taxes", {})
        self.items: dict[str, dict] = data.get("items", {})
        self.methods: dict[str, dict] = data.get("methods", {})
        self.extras: dict[str, str] = data.get("extras", {})

    def fiscal_year(self, when: date) -> int | None:
        """Index of the fiscal year of a date, None when it lies in none."""
        for index, (first, last) in enumerate(self.fiscal_years):
            if first <= when <= last:
                return index
        return None


# --------------------------------------------------------------------------------------------------
# History
# --------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Transferred:
    """One posting that a batch holds (posting.md 6: "postings with own and open dates")."""
    unit: Unit
    own: date
    open: date
    account: str
    amount: int


@dataclass
class Batch:
    number: int
    through: date
    text: bytes
    postings: list[Transferred]
    accounts: dict[Unit, dict[Key, str]]
    sale_dates: dict[Unit, tuple[date, date]]                       # unit -> (document date, sale date)
    application_dates: dict[Unit, tuple[date, dict[tuple[str, date | None], date]]]   # -> (payment date, rows)
    listed: dict[Unit, tuple[date, str]] = field(default_factory=dict)                # -> date and customer then [R48]
    live: bool = True


class History:
    """The batches of one company.  "live: a batch that is not cancelled" (posting.md 0)."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    @property
    def next_number(self) -> int:
        """posting.md 6: numbers of a cancelled batch are never used again."""
        return 1 + max((batch.number for batch in self.batches), default=0)

    def cancel(self, number: int) -> None:
        for batch in self.batches:
            if batch.number == number:
                batch.live = False

    def live_batches(self) -> list[Batch]:
        return [batch for batch in self.batches if batch.live]

    def live_units(self) -> set[Unit]:
        """"a unit is live when a live batch holds postings of it"."""
        return {posting.unit for batch in self.live_batches() for posting in batch.postings}

    def transferred(self, unit: Unit) -> dict[date, dict[str, int]]:
        """Per own date that a live batch holds of the unit: account -> amount (zero is possible)."""
        parts: dict[date, dict[str, int]] = {}
        for batch in self.live_batches():
            for posting in batch.postings:
                if posting.unit == unit:
                    part = parts.setdefault(posting.own, {})
                    part[posting.account] = part.get(posting.account, 0) + posting.amount
        return parts

    def recorded_accounts(self, unit: Unit) -> dict[Key, str]:
        accounts: dict[Key, str] = {}
        for batch in self.live_batches():
            accounts.update(batch.accounts.get(unit, {}))
        return accounts

    def recorded_sale(self, unit: Unit) -> tuple[date, date] | None:
        """The latest record; "a later batch without such a date keeps the earlier one"."""
        found = None
        for batch in self.live_batches():
            found = batch.sale_dates.get(unit, found)
        return found

    def recorded_application(self, unit: Unit, identity: tuple[str, date | None]) -> tuple[date, date] | None:
        """(payment date then, application date) of a row, from the latest batch that has one."""
        found = None
        for batch in self.live_batches():
            payment_date, rows = batch.application_dates.get(unit, (None, {}))
            if identity in rows:
                found = (payment_date, rows[identity])
        return found

    def listed(self, unit: Unit) -> tuple[date, str]:
        """Date and customer of a live unit in "its last live batch"."""
        return [batch.listed[unit] for batch in self.live_batches() if unit in batch.listed][-1]

    def balances(self) -> dict[str, int]:
        """Account -> what live batches transferred (zeros dropped)."""
        result: dict[str, int] = {}
        for batch in self.live_batches():
            for posting in batch.postings:
                result[posting.account] = result.get(posting.account, 0) + posting.amount
        return {account: amount for account, amount in result.items() if amount}


# --------------------------------------------------------------------------------------------------
# What every unit wants
# --------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Posting:
    own: date
    account: str
    amount: int
    key: Key
    row: int                            # index of the row in the unit
    customer: str
    bank: bool = False


@dataclass
class Part:
    """What one unit wants on one own date, or the correction of it (posting.md 4)."""
    unit: Unit
    own: date
    open: date
    correction: bool
    postings: list[Posting]
    customer: str                       # of the heading
    reference: str

    @property
    def carried(self) -> bool:
        return self.open != self.own

    @property
    def order(self) -> tuple:
        return (self.open, self.unit, self.own)


class Books:
    """posting.md 1 to 3 for one company, input, *through* and history."""

    def __init__(self, company: Company, documents: dict[str, Document], payments: dict[str, Payment],
                 chart: dict[str, ChartAccount] | None, through: date, history: History) -> None:
        self.company, self.documents, self.payments = company, documents, payments
        self.chart, self.through, self.history = chart, through, history
        self.live = history.live_units()
        self.known = {number: self.known_document(number) for kind, number in self.live
                      if kind == "document" and number not in documents}
        self.problems: set[ProblemKey] = set()
        self.missing: list[Unit] = []

    def problem(self, code: str, unit: Unit | None = None) -> None:
        self.problems.add((code, *(unit or (None, None))))

    def has_error(self, unit: Unit) -> bool:
        return any((kind, number) == unit and code not in WARNINGS for code, kind, number in self.problems)

    # ---- documents by name ---------------------------------------------------------------------

    def known_document(self, number: str) -> Document:
        """"a document that is not in the input but live": what the history knows of it; no rows, no type [R49]."""
        dated, customer = self.history.listed(("document", number))
        return Document(number, "invoice", "final", dated, customer, None, "", self.company.currency, ())

    def document(self, number: str) -> Document | None:
        """The document of a number, in the input or known to the history."""
        return self.documents.get(number) or self.known.get(number)

    def named(self, number: str) -> Document | None:
        """The final document that a payment or credit note names; a void or draft one "counts as naming none"."""
        document = self.document(number)
        return document if document is not None and document.final else None

    def invoice_of(self, document: Document) -> Document | None:
        """The final document that a credit note names."""
        if document.type != "credit_note" or not document.applies_to:
            return None
        return self.named(document.applies_to)

    def is_opening(self, document: Document) -> bool:
        """posting.md 3: "A document dated before [start_date] is an opening document".  What is only known to the
        history "counts as sold" [R49]."""
        start = self.company.start_date
        return start is not None and document.date < start and document.number not in self.known

    def in_sage(self, document: Document) -> bool:
        """With opening = "sage": an opening document, or a credit note that names one."""
        if self.company.opening != "sage":
            return False
        invoice = self.invoice_of(document)
        return self.is_opening(document) or (invoice is not None and self.is_opening(invoice))

    def rows_naming(self, number: str) -> list[tuple[Payment, PaymentRow]]:
        return [(p, row) for p in self.payments.values() if p.counts for row in p.rows if row.document == number]

    # ---- release and sale date -----------------------------------------------------------------

    def events(self, document: Document) -> list[tuple[date, int]]:
        """"payments (amount + rounding - tip, on the later of the payment's date and `applied`), less refunds,
        plus final credit notes that name it (on their date)"."""
        found = [(max(p.date, row.applied or p.date), p.sign * row.settles)
                 for p, row in self.rows_naming(document.number)]
        for other in self.documents.values():
            if other.final and other.type == "credit_note" and other.applies_to == document.number:
                found.append((other.date, other.total))
        return found

    def computed_release(self, document: Document) -> date | None:
        """posting.md 3, *Release*; None when never (in this input)."""
        if document.total <= 0:
            return document.date                                                   # [R6]
        events = self.events(document)
        if document.type == "credit_note":
            invoice = self.invoice_of(document)
            if invoice is not None:
                released = self.release(invoice)
                return None if released is None else max(released, document.date)
            events = [(when, -amount) for when, amount in events]   # refunds less payments
        for candidate in sorted({document.date} | {when for when, _ in events if when > document.date}):
            if sum(amount for when, amount in events if when <= candidate) >= document.total:
                return candidate
        return None

    def release(self, document: Document) -> date | None:
        """"An opening document counts as released on its date, a live document on its sale date"."""
        if self.is_opening(document):
            return document.date
        if document.unit in self.live:
            return self.sale_date(document)
        return self.computed_release(document)

    def sale_date(self, document: Document) -> date | None:
        """The own date of a final document's postings; None while it waits.  "An export knows only releases
        up to *through*"; "a live document keeps its recorded sale date as long as its document date is
        unchanged"; "an edited document that is not released (again) is dated on its document date"."""
        live = document.unit in self.live
        recorded = self.history.recorded_sale(document.unit) if live else None
        if document.number in self.known:
            return document.date if recorded is None else recorded[1]              # [R49]
        if recorded is not None and recorded[0] == document.date:
            return recorded[1]
        if not self.company.only_when_paid:
            return document.date
        released = self.computed_release(document)
        if released is None or released > self.through:
            return document.date if live else None
        return released if self.company.paid_sale_date == "payment" else document.date

    def waits(self, document: Document) -> bool:
        return not self.is_opening(document) and self.sale_date(document) is None

    # ---- payments: held, applied ---------------------------------------------------------------

    def row_in_sage(self, row: PaymentRow) -> bool:
        """"in a payment with several rows this is judged row by row"."""
        document = self.named(row.document)
        return document is not None and self.in_sage(document)

    def row_waits(self, row: PaymentRow) -> bool:
        document = self.named(row.document)
        return document is not None and self.waits(document)

    def all_rows_wait(self, payment: Payment) -> bool:
        """"a payment all of whose rows name such documents"; rows in Sage are left aside [R8]."""
        rows = [row for row in payment.rows if not self.row_in_sage(row)]
        return bool(rows) and all(self.row_waits(row) for row in rows)

    def payment_held(self, payment: Payment) -> bool:
        """posting.md 3, *Held*.  "A live payment is never held"."""
        if payment.unit in self.live or not self.all_rows_wait(payment):
            return False
        if payment.type == "refund":
            names = {row.document for row in payment.rows if not self.row_in_sage(row)}       # all of them wait
            for number in names:
                for other, _ in self.rows_naming(number):
                    if other.type == "payment" and other.date <= self.through and not self.payment_held(other):
                        return False
        return True

    def application_date(self, payment: Payment, row: PaymentRow) -> date | None:
        """Date on which a row is applied; None while it is unapplied."""
        document = self.named(row.document)
        if document is None:
            return None
        if payment.unit in self.live:
            recorded = self.history.recorded_application(payment.unit, row.identity)
            if recorded is not None and recorded[0] == payment.date:
                return recorded[1]
        dates = [payment.date, row.applied or payment.date]
        if not self.is_opening(document):
            sale = self.sale_date(document)
            if sale is None:
                return None
            dates.append(sale)
        return max(dates)

    # ---- accounts (posting.md 1) ---------------------------------------------------------------

    def check_account(self, unit: Unit, account: str) -> None:
        """account-unknown, account-not-postable, account-linked, account-wrong-length."""
        known = self.chart.get(account) if self.chart is not None else None
        if not self.right_length(account) or (known is None and account[0] == "0"):
            self.problem("account-wrong-length", unit)
        if account in self.company.linked_accounts or (known is not None and known.linked):
            self.problem("account-linked", unit)
        if self.chart is not None and known is None:
            self.problem("account-unknown", unit)
        if known is not None and not known.postable:
            self.problem("account-not-postable", unit)

    def right_length(self, account: str) -> bool:
        """"4 to 8 digits, as many as the chart's"; its first digit is judged apart: 1 to 9, or what the chart lists."""
        if not (account.isascii() and account.isdigit() and 4 <= len(account) <= 8):
            return False
        return not self.chart or len(account) in {len(number) for number in self.chart}

    def account(self, unit: Unit, key: Key, *choices: str | None, missing: str = "account-missing") -> str:
        """The recorded account of a key while the unit is live, else the first choice that is set; else "?" and what is
        then wrong, which is said where it is pending [R20]."""
        if unit in self.live:
            recorded = self.history.recorded_accounts(unit)
            if key in recorded:
                return recorded[key]
        return next((choice for choice in choices if choice), "?" + missing)

    def row_accounts(self, document: Document, row: DocumentRow) -> tuple[str, str]:
        """Debit and credit account of a row, as of an invoice and a positive amount."""
        company, unit = self.company, document.unit
        debit_default, revenue = company.accounts.get("invoice_debit"), company.accounts.get("invoice_credit")
        extras = company.extras
        missing = "account-missing"
        debits: list[str | None] = [debit_default]
        if row.kind == "line":
            item = company.items.get(row.code, {}) if row.code else {}
            debits, credits = [item.get("debit"), debit_default], [item.get("credit"), revenue]
        elif row.kind == "discount":
            debits, credits = [extras.get("discount"), revenue], [debit_default]
        elif row.kind == "tax" and row.code not in company.taxes and \
                (row.kind, row.code, "credit") not in self.history.recorded_accounts(unit):
            return "?tax-unknown", "?tax-unknown"
        elif row.kind == "tax":
            tax = company.taxes.get(row.code, {})
            debits, credits, missing = [tax.get("debit"), debit_default], [tax.get("credit")], "tax-account-missing"
        elif row.kind == "tip":
            credits = [extras.get("tip")]
        elif row.kind == "shipping":
            credits = [extras.get("shipping"), revenue]
        elif row.kind == "rounding":
            credits = [extras.get("rounding")]
        else:
            raise ValueError(f"row kind {row.kind!r}")
        return (self.account(unit, (row.kind, row.code, "debit"), *debits),
                self.account(unit, (row.kind, row.code, "credit"), *credits, missing=missing))

    def clearing(self, payment: Payment) -> str:
        accounts = self.company.accounts
        refund = accounts.get("refund_debit") if payment.type == "refund" else None
        return self.account(payment.unit, ("clearing",), refund, accounts.get("payment_credit"))

    def bank(self, payment: Payment) -> str:
        accounts = self.company.accounts
        refund = accounts.get("refund_credit") if payment.type == "refund" else None
        method = self.company.methods.get(payment.method, {}).get("debit")
        return self.account(payment.unit, ("method", payment.method), refund, method, accounts.get("payment_debit"))

    def unapplied(self, payment: Payment) -> str:
        """`extras.deposit`, else the clearing account of this payment [R12]."""
        recorded = self.history.recorded_accounts(payment.unit) if payment.unit in self.live else {}
        if ("unapplied",) in recorded:
            return recorded[("unapplied",)]
        if self.company.extras.get("deposit"):
            return self.account(payment.unit, ("unapplied",), self.company.extras["deposit"])
        return self.clearing(payment)

    # ---- postings ------------------------------------------------------------------------------

    def document_postings(self, document: Document, own: date) -> list[Posting]:
        """Every row of a final document, debit and credit; zero postings dropped."""
        sign = -1 if document.type == "credit_note" else 1
        result = []
        for index, row in enumerate(document.rows):
            if row.amount == 0:
                continue
            debit, credit = self.row_accounts(document, row)
            amount = sign * row.amount
            result.append(Posting(own, debit, amount, (row.kind, row.code, "debit"), index, document.customer))
            result.append(Posting(own, credit, -amount, (row.kind, row.code, "credit"), index, document.customer))
        return result

    def row_customer(self, payment: Payment, row: PaymentRow) -> str:
        """"A payment without a customer of its own shows its document's, row by row"."""
        document = self.document(row.document)
        return payment.customer or (document.customer if document is not None else "")

    def payment_row_postings(self, payment: Payment, index: int) -> list[Posting]:
        """bank, fee, clearing or unapplied, rounding, tip; then the application (posting.md 1 and 3).  The fee is what
        the processor keeps, of a refund too: it is not reversed."""
        row, unit, sign = payment.rows[index], payment.unit, payment.sign
        if self.row_in_sage(row):
            return []
        customer = self.row_customer(payment, row)
        applied = self.application_date(payment, row)
        result: list[Posting] = []

        def add(own: date, account: str, amount: int, key: Key, bank: bool = False) -> None:
            result.append(Posting(own, account, sign * amount, key, index, customer, bank))

        kept = sign * row.fee
        if row.amount != kept:
            add(payment.date, self.bank(payment), row.amount - kept, ("method", payment.method), bank=True)
        if kept:
            add(payment.date, self.account(unit, ("fee",), self.company.extras.get("fee")), kept, ("fee",))
        if row.settles and applied == payment.date:
            add(payment.date, self.clearing(payment), -row.settles, ("clearing",))
        elif row.settles:
            add(payment.date, self.unapplied(payment), -row.settles, ("unapplied",))
        if row.rounding:
            rounding = self.account(unit, ("rounding",), self.company.extras.get("rounding"))
            add(payment.date, rounding, row.rounding, ("rounding",))
        if row.tip:
            add(payment.date, self.account(unit, ("tip",), self.company.extras.get("tip")), -row.tip, ("tip",))
        if row.settles and applied is not None and applied != payment.date:
            unapplied, clearing = self.unapplied(payment), self.clearing(payment)
            if unapplied != clearing:
                add(applied, unapplied, row.settles, ("unapplied",))
                add(applied, clearing, -row.settles, ("clearing",))
        return result

    def wanted(self, unit: Unit) -> list[Posting]:
        """All postings of a unit on all own dates (also after *through*), in the order of the input."""
        kind, number = unit
        if kind == "document":
            document = self.documents[number]
            if not document.final or self.is_opening(document) or self.in_sage(document):
                return []
            own = self.sale_date(document)
            postings = self.document_postings(document, own or document.date)
            return [] if own is None else self.not_before_start(postings)
        payment = self.payments[number]
        if not payment.counts or self.payment_held(payment):
            return []
        postings = [p for index in range(len(payment.rows)) for p in self.payment_row_postings(payment, index)]
        return self.not_before_start(postings)

    def not_before_start(self, postings: list[Posting]) -> list[Posting]:
        """"Own dates before `start_date` are never wanted"."""
        start = self.company.start_date
        return [posting for posting in postings if start is None or posting.own >= start]

    def held(self) -> list[Unit]:
        """What is not yet released, dated up to *through* (and not before the start date)."""
        start = self.company.start_date or date.min
        documents = [d.unit for d in self.documents.values()
                     if d.final and d.date <= self.through and not self.in_sage(d) and self.waits(d)]
        payments = [p.unit for p in self.payments.values()
                    if p.counts and start <= p.date <= self.through and self.payment_held(p)]
        return sorted(documents + payments)


# --------------------------------------------------------------------------------------------------
# Problems of the input (posting.md 2 and 7)
# --------------------------------------------------------------------------------------------------

def check_document(books: Books, document: Document) -> None:
    if not document.final:
        return
    unit, company = document.unit, books.company
    if document.currency != company.currency:
        books.problem("currency-foreign", unit)
    if document.given_total is not None and document.given_total != document.total:
        books.problem("total-differs", unit)
    if document.type == "credit_note" and document.total < 0:
        books.problem("credit-note-negative", unit)
    if document.applies_to:
        target = books.document(document.applies_to)
        if target is None or target.type == "credit_note":
            books.problem("document-unknown", unit)
        elif not target.final:
            books.problem("document-not-final", unit)
    for row in document.rows:
        if row.kind == "line" and row.code:
            item = company.items.get(row.code)
            if item is None:
                books.problem("item-unknown", unit)
            elif item.get("archived") and document.date > day(item["archived"]):
                books.problem("item-archived", unit)
        if row.kind == "tax" and row.code not in company.taxes:
            books.problem("tax-unknown", unit)
    check_taxes(books, document)
    check_paid(books, document)
    check_receivable(books, document)


def tax_rate(tax: dict, when: date) -> Fraction | None:
    if "rate" in tax:
        return Fraction(str(tax["rate"]))
    held = [Fraction(str(rate)) for start, rate in tax.get("rates", []) if day(start) <= when]
    return held[-1] if held else None


def check_taxes(books: Books, document: Document) -> None:
    """posting.md 2: "rate x (lines the tax applies to - discounts + shipping), with and without shipping; when
    neither agrees within one cent per row of the document it warns"."""
    company = books.company
    for code in {row.code for row in document.rows if row.kind == "tax"} & set(company.taxes):
        rate = tax_rate(company.taxes[code], document.date)
        if rate is None:
            continue
        recorded = sum(row.amount for row in document.rows if row.kind == "tax" and row.code == code)
        base = sum(row.amount for row in document.rows if row.kind == "line"
                   and code in company.items.get(row.code, {}).get("taxes", [code]))
        base -= sum(row.amount for row in document.rows if row.kind == "discount")
        shipping = sum(row.amount for row in document.rows if row.kind == "shipping")
        if all(abs(recorded - rate * part / 100) > len(document.rows) for part in (base, base + shipping)):
            books.problem("tax-differs", document.unit)


def check_paid(books: Books, document: Document) -> None:
    """"payments exceed the total; refunds exceed a credit note's" (whole input, net of the other kind)."""
    paid = sum(payment.sign * row.settles for payment, row in books.rows_naming(document.number))
    if document.type == "credit_note":
        paid = -paid
    if paid > max(document.total, 0):
        books.problem("overpaid", document.unit)


def check_receivable(books: Books, document: Document) -> None:
    """"a document debits an account that its payments never credit"."""
    if books.is_opening(document) or books.in_sage(document):
        return
    debited = set()
    for row in document.rows:
        if row.amount:
            debit, credit = books.row_accounts(document, row)
            debited.add(credit if row.kind == "discount" else debit)
    credited = {books.company.accounts.get("payment_credit")}
    credited |= {books.clearing(payment) for payment, _ in books.rows_naming(document.number)}
    if any(not account.startswith("?") for account in debited - credited):
        books.problem("receivable-split", document.unit)


def check_payment(books: Books, payment: Payment) -> None:
    if not payment.final:
        return
    for code in payment.amount_faults:
        books.problem(code, payment.unit)
    if payment.amount_faults:
        return                                                                                   # [R53]
    start = books.company.start_date
    for row in payment.rows:
        if not row.document:
            continue
        document = books.document(row.document)
        if document is None:
            books.problem("document-unknown", payment.unit)
        elif not document.final:
            books.problem("document-not-final", payment.unit)
        elif start is not None and books.in_sage(document):
            if max(payment.date, row.applied or payment.date) >= start:
                books.problem("opening-document", payment.unit)
        elif start is not None and payment.date < start <= document.date:
            books.problem("opening-payment", payment.unit)


def check_input(books: Books) -> None:
    for document in books.documents.values():
        check_document(books, document)
        if (document.final and books.company.start_date is not None and books.in_sage(document)
                and not books.is_opening(document)):
            books.problem("opening-document", document.unit)
    for payment in books.payments.values():
        check_payment(books, payment)
    refund_debit = books.company.accounts.get("refund_debit")
    if refund_debit and refund_debit != books.company.accounts.get("payment_credit"):
        books.problem("receivable-split")
    dates = [unit.date for unit in (*books.documents.values(), *books.payments.values())]        # [R34]
    books.missing = sorted(
        (kind, number) for kind, number in books.live
        if number not in (books.documents if kind == "document" else books.payments)
        and dates and min(dates) <= books.history.listed((kind, number))[0] <= max(dates))
    if books.missing:
        books.problem("transferred-missing")


# --------------------------------------------------------------------------------------------------
# Pending (posting.md 4)
# --------------------------------------------------------------------------------------------------

def open_date(books: Books, unit: Unit, own: date) -> date:
    """posting.md 3, *Open date*, with its problems."""
    company = books.company
    opened = own
    if company.lock_date is not None and own <= company.lock_date:
        if not company.carry:
            books.problem("date-locked", unit)
            return own
        opened = company.lock_date + timedelta(days=1)
    if company.fiscal_years:
        year = company.fiscal_year(opened)
        if year is None:
            books.problem("date-outside-fiscal-year", unit)
        elif opened != own and company.fiscal_year(own) != year:
            books.problem("carried-across-year", unit)
    return opened


def heading_customer(books: Books, unit: Unit, wanted: list[Posting]) -> str:
    """"in every heading, correction and bank line, the one of its first row that posts in any part (if none
    posts, of its first row)"."""
    kind, number = unit
    if kind == "document":
        return books.documents[number].customer
    payment = books.payments[number]
    first = min((posting.row for posting in wanted), default=0)
    return books.row_customer(payment, payment.rows[first])


def pending_parts(books: Books, unit: Unit) -> list[Part]:
    """"a part that no live batch holds is new; a part that a live batch holds is a correction: per account,
    wanted less transferred; zeros dropped"."""
    wanted = books.wanted(unit)
    if books.has_error(unit):
        return []
    customer = heading_customer(books, unit, wanted)
    reference = books.payments[unit[1]].reference if unit[0] == "payment" else ""
    transferred = books.history.transferred(unit) if unit in books.live else {}
    parts = []
    for own in sorted({posting.own for posting in wanted} | set(transferred)):
        if own > books.through:
            continue
        postings = [posting for posting in wanted if posting.own == own]
        if own in transferred:
            net = {account: -amount for account, amount in transferred[own].items()}
            for posting in postings:
                net[posting.account] = net.get(posting.account, 0) + posting.amount
            postings = [Posting(own, account, amount, (), 0, customer)
                        for account, amount in sorted(net.items()) if amount]
        if not postings:
            continue
        assert sum(posting.amount for posting in postings) == 0, "every part sums to zero by itself"
        for posting in postings:
            if posting.account.startswith("?"):
                books.problem(posting.account[1:], unit)
            else:
                books.check_account(unit, posting.account)
        opened = open_date(books, unit, own)
        parts.append(Part(unit, own, opened, own in transferred, postings, customer, reference))
    return [] if books.has_error(unit) else parts


# --------------------------------------------------------------------------------------------------
# Entries (posting.md 5)
# --------------------------------------------------------------------------------------------------

WORDS = {
    "fr": {"sales": "Ventes et paiements", "carried": " (reporté)", "front": "Reporté "},
    "en": {"sales": "Sales and payments", "carried": " (carried)", "front": "Carried "},
}


def label(number: str, customer: str) -> str:
    """"number and customer"."""
    return f"{number} {customer}".strip()


def summary_lines(parts: list[Part], bank_lines: str) -> list[Line]:
    """"debits by account, then credits by account; bank lines of an account by own date, then payment number or
    reference (what else touches that account is one line before them)"."""
    plain: dict[tuple[int, str], int] = {}
    bank: dict[tuple, tuple[date, int]] = {}            # (side or None, account, order text, comment) -> own, sum
    for part in parts:
        for posting in part.postings:
            side = 0 if posting.amount > 0 else 1
            if not posting.bank or bank_lines == "total":
                plain[side, posting.account] = plain.get((side, posting.account), 0) + posting.amount
                continue
            number = part.unit[1]
            if bank_lines == "day":
                key = (side, posting.account, part.own.isoformat(), part.own.isoformat())
            elif bank_lines == "reference" and part.reference:
                key = (None, posting.account, part.reference, part.reference)
            else:
                key = (side, posting.account, number, label(number, part.customer))
            own, amount = bank.get(key, (part.own, 0))
            bank[key] = (min(own, part.own), amount + posting.amount)
    ordered = [((side, account, 0, date.min, ""), (account, amount, "")) for (side, account), amount in plain.items()]
    for (side, account, text, comment), (own, amount) in bank.items():
        if amount:
            place = (0 if amount > 0 else 1) if side is None else side
            ordered.append(((place, account, 1, own, text), (account, amount, comment)))
    return [line for _, line in sorted(ordered)]


def detailed_lines(parts: list[Part], detail: str) -> list[Line]:
    """`document`: "one line per open date, unit, customer, account and side"; `line`: one per posting.
    Order: "open date, documents before payments, number, debits before credits, account; equal ones in the
    order of the input"."""
    found = [(part, posting) for part in parts for posting in part.postings]
    found.sort(key=lambda pair: (pair[0].open, pair[0].unit, pair[1].row, pair[0].own))   # order of the input
    lines: dict[tuple, int] = {}
    for count, (part, posting) in enumerate(found):
        side = 0 if posting.amount > 0 else 1
        comment = label(part.unit[1], posting.customer)
        own_line = count if detail == "line" else -1
        key = (part.open, part.unit, side, posting.account, comment, own_line)
        lines[key] = lines.get(key, 0) + posting.amount
    ordered = sorted(lines.items(), key=lambda item: item[0][:4])          # stable: the rest as it came
    return [(key[3], amount, key[4]) for key, amount in ordered]


@dataclass
class Group:
    """The parts of one entry before splitting."""
    when: date
    order: tuple
    comment: str
    correction: bool
    parts: list[Part] = field(default_factory=list)


def group_of(company: Company, through: date, part: Part) -> Group:
    """The entry that a part belongs to; two parts with the same order share one."""
    words = WORDS[company.language]
    not_carried = 0 if part.carried else 1
    if company.grouping == "document":
        front = "Correction " if part.correction else words["front"] if part.carried else ""
        return Group(part.open, (part.open, part.unit, not_carried, part.correction),
                     front + label(part.unit[1], part.customer), part.correction)
    name = "Corrections" if part.correction else words["sales"]
    if part.carried:
        month = part.own.isoformat()[:7]
        return Group(part.open, (part.open, 0, month, part.correction),
                     f"{name} {month}{words['carried']}", part.correction)
    if company.grouping == "day":
        text = part.open.isoformat()
        return Group(part.open, (part.open, 1, text, part.correction), f"{name} {text}", part.correction)
    month = part.open.isoformat()[:7]
    last = part.open.replace(day=calendar.monthrange(part.open.year, part.open.month)[1])
    year = company.fiscal_year(part.open)
    when = min([last, through] + ([company.fiscal_years[year][1]] if year is not None else []))
    return Group(when, (when, 1, month, part.correction), f"{name} {month}", part.correction)


def split(books: Books, group: Group) -> list[list[Line]]:
    """"A longer entry is split between parts ...: a piece is closed when the next part would make it longer.
    A part longer than that stands alone (warning `entry-long`)"."""
    company = books.company

    def lines(parts: list[Part]) -> list[Line]:
        if group.correction:
            return detailed_lines(parts, "document")
        if company.detail == "summary":
            return summary_lines(parts, company.bank_lines)
        return detailed_lines(parts, company.detail)

    parts = sorted(group.parts, key=lambda part: part.order)
    if len(lines(parts)) <= company.max_lines:
        return [lines(parts)]
    pieces: list[list[Part]] = []
    current: list[Part] = []
    for part in parts:
        if len(lines([part])) > company.max_lines:
            books.problem("entry-long", part.unit)
            pieces += [current, [part]]
            current = []
        elif len(lines(current + [part])) > company.max_lines:
            pieces.append(current)
            current = [part]
        else:
            current = current + [part]
    pieces.append(current)
    return [lines(piece) for piece in pieces if piece]


def make_entries(books: Books, parts: list[Part], batch: int) -> list[Entry]:
    groups: dict[tuple, Group] = {}
    for part in parts:
        group = group_of(books.company, books.through, part)
        groups.setdefault(group.order, group).parts.append(part)
    entries: list[Entry] = []
    for _, group in sorted(groups.items()):
        for lines in split(books, group):
            assert sum(amount for _, amount, _ in lines) == 0, "an entry balances"
            source = f"{books.company.source_prefix}{batch:06d}-{len(entries) + 1:02d}"
            entries.append((group.when.isoformat(), source, group.comment, lines))
    if any(len(source) > SOURCE_LIMIT for _, source, _, _ in entries):
        books.problem("too-many-entries")
    return entries


# --------------------------------------------------------------------------------------------------
# The Sage 50 file (sage50-canada.md 1)
# --------------------------------------------------------------------------------------------------

TABLE = str.maketrans({
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ß": "ss", "€": "EUR", "–": "-", "—": "-",
    "…": "...", "«": "'", "»": "'", "“": "'", "”": "'", "’": "'", "‘": "'", '"': "'",
})


def ascii_text(text: str) -> tuple[str, bool]:
    """"the table; then NFKD, combining marks dropped; what is still outside 0x20-0x7E -> ?; comma -> blank; runs of
    blanks -> one; cut to the limit; trimmed".  Also tells whether it was cut."""
    text = unicodedata.normalize("NFKD", text.translate(TABLE))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = "".join(c if " " <= c <= "~" else "?" for c in text).replace('"', "'").replace(",", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    result = text[:COMMENT_LIMIT].strip()
    return result, result != text.strip()


def sage_file(books: Books, entries: list[Entry]) -> bytes:
    out: list[str] = []

    def comment_text(text: str) -> str:
        plain, shortened = ascii_text(text)
        if shortened:
            books.problem("text-shortened")
        return plain

    for when, source, comment, lines in entries:
        year, month, number = when.split("-")
        out.append(f'{month}-{number}-{year[2:]},"{source}","{comment_text(comment)}"')
        for account, amount, note in lines:
            text = comment_text(note)
            value = f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"
            out.append(f"{account},{value}" + (f',"{text}"' if text else ""))
    return "".join(line + "\r\n" for line in out).encode("ascii")


# --------------------------------------------------------------------------------------------------
# Export
# --------------------------------------------------------------------------------------------------

@dataclass
class Result:
    text: bytes = b""
    entries: list[Entry] = field(default_factory=list)
    problems: set[ProblemKey] = field(default_factory=set)
    held: list[Unit] = field(default_factory=list)
    errors: bool = False
    batch: int = 0
    pending_units: list[Unit] = field(default_factory=list)
    missing: list[Unit] = field(default_factory=list)


def record(books: Books, batch: int, text: bytes, parts: list[Part]) -> Batch:
    """posting.md 1, 3 and 6: postings, accounts by key, sale and application dates up to *through*."""
    result = Batch(batch, books.through, text, [], {}, {}, {})
    for part in parts:
        for posting in part.postings:
            result.postings.append(Transferred(part.unit, part.own, part.open, posting.account, posting.amount))
    for unit in {part.unit for part in parts}:
        wanted = [posting for posting in books.wanted(unit) if posting.own <= books.through]
        accounts = {posting.key: posting.account for posting in wanted}
        units = books.documents if unit[0] == "document" else books.payments
        result.listed[unit] = (units[unit[1]].date, units[unit[1]].customer)
        if unit[0] == "document":
            document = books.documents[unit[1]]
            own = books.sale_date(document) if document.final and books.wanted(unit) else None
            if own is not None and own <= books.through:
                result.sale_dates[unit] = (document.date, own)
        else:
            payment = books.payments[unit[1]]
            if ("unapplied",) in accounts and accounts["unapplied",] == books.clearing(payment):
                accounts["clearing",] = accounts["unapplied",]                                    # [R11]
            rows = {}
            for row in payment.rows if payment.final else ():
                applied = None if books.row_in_sage(row) else books.application_date(payment, row)
                if applied is not None and applied <= books.through:
                    rows[row.identity] = applied
            if rows:
                result.application_dates[unit] = (payment.date, rows)
        result.accounts[unit] = accounts
    return result


def export(company_toml: str, documents_csv: str, payments_csv: str, chart_csv: str | None, through: str,
           history: History | None = None, batch: int = 1) -> Result:
    """One export.  With a history the batch is numbered by itself and, when there is something to transfer
    and no error, added to it; without one everything is written as `batch`."""
    company = Company(company_toml)
    limit = date.fromisoformat(through)
    number = batch if history is None else history.next_number
    if company.lock_date is not None and limit <= company.lock_date:
        return Result(problems={("through-locked", None, None)}, errors=True, batch=number)
    books = Books(company, read_documents(documents_csv, company.currency), read_payments(payments_csv),
                  read_chart(chart_csv), limit, history or History())
    check_input(books)
    units = [d.unit for d in books.documents.values()] + [p.unit for p in books.payments.values()]
    parts = [part for unit in units for part in pending_parts(books, unit)]
    entries = make_entries(books, parts, number)
    text = sage_file(books, entries)
    errors = any(code not in WARNINGS for code, _, _ in books.problems)
    result = Result(text, entries, books.problems, books.held(), errors, number, sorted({p.unit for p in parts}),
                    books.missing)
    if errors:
        result.text, result.entries = b"", []
    elif history is not None and entries:
        history.batches.append(record(books, number, text, parts))
    return result
