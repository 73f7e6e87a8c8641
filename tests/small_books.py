"""Small companies and books, written shortly, and a ledger that takes one export after the other without any file."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from ecriture.core.batches import Batch, BatchState, Recorded, Transferred, transferred_by
from ecriture.core.documents import (
    Books,
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
    signed,
)
from ecriture.core.entries import Line
from ecriture.core.opening import opening_notices
from ecriture.core.plan import Plan, exported_units
from ecriture.core.plan import plan as difference
from ecriture.core.problems import Problem
from ecriture.core.review import TargetLimits
from ecriture.core.settings import (
    Accounting,
    DefaultAccounts,
    Extras,
    Item,
    Method,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Tax
from ecriture.core.wants import Want, Wants

ALWAYS = date(2008, 1, 1)
GST = Tax("GST", "", "2310")  # without rates: most documents here have no taxes, which would be said each time
QST = Tax("QST", "", "2330")

COMPANY = Settings(
    accounts=DefaultAccounts("1201", "4000", "1060", "1201"),
    taxes=frozen_mapping({"GST": GST, "QST": QST}),
    items=frozen_mapping(
        {"CLEAN": Item("CLEAN", credit="4100"), "OLD": Item("OLD", "", "", "4130", date(2026, 1, 31))}
    ),
    methods=frozen_mapping({"card": Method("card", "1065"), "cash": Method("cash", "1050")}),
    extras=Extras("4900", "2400", "4200", "5990", "5610", "2450"),
)
"""The company of posting.md's worked example, with all its other accounts."""

Row = tuple[RowKey, int]
Balances = dict[str, int]
Parts = dict[date, Balances]


def on(day: str) -> date:
    """`01-05` is the fifth of January 2026."""
    return date.fromisoformat(day if len(day) > 5 else f"2026-{day}")


def accounting(company: Settings = COMPANY, **changes: object) -> Settings:
    """A company with other settings of the table `accounting`."""
    changed: Accounting = replace(company.accounting, **changes)  # type: ignore[arg-type]
    return replace(company, accounting=changed)


def accounts(company: Settings = COMPANY, **changes: str) -> Settings:
    return replace(company, accounts=replace(company.accounts, **changes))


def extras(company: Settings = COMPANY, **changes: str) -> Settings:
    return replace(company, extras=replace(company.extras, **changes))


def line(code: str, cents: int) -> Row:
    return RowKey(RowKind.LINE, code), cents


def tax(code: str, cents: int) -> Row:
    return RowKey(RowKind.TAX, code), cents


def row(kind: str, cents: int) -> Row:
    """A discount, tip, shipping or rounding row."""
    return RowKey(RowKind(kind)), cents


def invoice(
    number: str,
    day: str,
    *rows: Row,
    customer: str = "",
    kind: DocumentKind = DocumentKind.INVOICE,
    status: Status = Status.FINAL,
    applies_to: str = "",
) -> Document:
    """From rows as they are written: a discount is positive."""
    keys, amounts = tuple(key for key, _ in rows), tuple(signed(key, cents) for key, cents in rows)
    return Document(number, kind, status, on(day), customer, applies_to, keys, amounts)


def credit_note(
    number: str, day: str, *rows: Row, applies_to: str = "", customer: str = "", status: Status = Status.FINAL
) -> Document:
    kind = DocumentKind.CREDIT_NOTE
    return invoice(number, day, *rows, customer=customer, kind=kind, status=status, applies_to=applies_to)


def share(document: str, cents: int, *, fee: int = 0, rounding: int = 0, tip: int = 0, applied: str = "") -> PaymentRow:
    return PaymentRow(document, cents, fee, rounding, tip, on(applied) if applied else None)


def payment(
    number: str,
    day: str,
    *rows: PaymentRow,
    kind: PaymentKind = PaymentKind.PAYMENT,
    method: str = "",
    customer: str = "",
    reference: str = "",
    status: Status = Status.FINAL,
) -> Payment:
    return Payment(number, kind, status, on(day), customer, method, reference, rows)


def refund(number: str, day: str, *rows: PaymentRow, method: str = "", customer: str = "") -> Payment:
    return payment(number, day, *rows, kind=PaymentKind.REFUND, method=method, customer=customer)


def books(*units: Document | Payment) -> Books:
    documents = {unit.number: unit for unit in units if isinstance(unit, Document)}
    payments = {unit.number: unit for unit in units if isinstance(unit, Payment)}
    days = [unit.date for unit in units]
    return Books(documents, payments, span=(min(days), max(days)) if days else None)


def wants_of(
    found: Books, company: Settings = COMPANY, *, through: str = "12-31", transferred: Transferred | None = None
) -> dict[UnitId, Want]:
    """What each unit wants."""
    wants = Wants(found, company, through=on(through), transferred=transferred or Transferred())
    return {want.unit.id: want for want in wants}


def parts_of(want: Want) -> Parts:
    """What a unit wants by own date and account."""
    return {part.own_date: part.by_account() for part in want.parts}


def wanted(unit: Document | Payment, *others: Document | Payment, company: Settings = COMPANY) -> Parts:
    """What the first of some units wants by own date and account, all units known."""
    return parts_of(wants_of(books(unit, *others), company)[unit.id])


def codes(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.where.number) for problem in problems)


def lines(plan: Plan) -> list[tuple[Line, ...]]:
    return [entry.lines for entry in plan.entries]


def amounts(plan: Plan) -> list[dict[tuple[str, bool], int]]:
    """For each entry, its lines by account and side (true for the debit), in their order."""
    return [
        {(line.account, line.amount_cents > 0): line.amount_cents for line in entry.lines} for entry in plan.entries
    ]


@dataclass
class Ledger:
    """A company's batches. The notices of the start date are in the plan too, as the program gives them."""

    company: Settings = COMPANY
    batches: list[Batch] = field(default_factory=list)

    @property
    def transferred(self) -> Transferred:
        return transferred_by(self.batches)

    def plan(
        self, found: Books, through: str, *, company: Settings | None = None, limits: TargetLimits | None = None
    ) -> Plan:
        wants = Wants(found, company or self.company, through=on(through), transferred=self.transferred)
        plan = difference(wants, batch=len(self.batches) + 1, limits=limits)
        return replace(plan, problems=(*opening_notices(wants), *plan.problems))

    def export(self, found: Books, through: str, *, company: Settings | None = None) -> Plan:
        """Plans, and keeps a batch of the plan when there is anything in it."""
        plan = self.plan(found, through, company=company)
        if plan.entries:
            self.batches.append(batch_of(plan, company or self.company))
        return plan

    def cancel(self, number: int) -> None:
        self.batches[number - 1] = replace(self.batches[number - 1], state=BatchState.CANCELLED)

    def balances(self) -> Balances:
        """What live batches hold, by account, without zeros."""
        sums: Balances = {}
        for parts in parts_held(self.transferred).values():
            for held in parts.values():
                add(sums, held)
        return {account: cents for account, cents in sorted(sums.items()) if cents}


def live_units(transferred: Transferred) -> dict[UnitId, Recorded]:
    """What live batches recorded of each unit."""
    documents = {UnitId(UnitKind.DOCUMENT, number): it for number, it in transferred.documents.items()}
    return documents | {UnitId(UnitKind.PAYMENT, number): it for number, it in transferred.payments.items()}


def parts_held(transferred: Transferred) -> dict[UnitId, Parts]:
    """What live batches hold of each unit, by own date and account."""
    return {unit: recorded.parts for unit, recorded in live_units(transferred).items()}


def batch_of(plan: Plan, company: Settings) -> Batch:
    return Batch(
        number=plan.batch,
        target="json",
        through=plan.through,
        content=b"",
        entries=plan.entries,
        opening=company.accounting.opening,
        start_date=company.accounting.start_date,
        exported_at="",
        units=tuple(exported_units(plan)),
    )


def add(sums: Balances, more: Balances) -> None:
    for account, cents in more.items():
        sums[account] = sums.get(account, 0) + cents
