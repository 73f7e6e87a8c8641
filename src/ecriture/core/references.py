"""What the units of some books say of each other: names of documents that are not there, overpayments, look-alikes (P7)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND, Books, Document, Payment, Status, Unit, UnitKind
from ecriture.core.problems import Problem, Where


def where(unit: Unit, row: int = 0) -> Where:
    """The place of a unit; the command adds the name of its file."""
    return Where("", row or unit.row, *unit.id)


def without_unknown(books: Books) -> tuple[Books, list[Problem]]:
    """The books without the payments and credit notes that name a document which is not there, and those problems."""
    known = books.documents.keys() | books.faulty_documents
    problems = [*_unknown_invoices(books), *_unknown_documents(books.payments.values(), known)]
    faulty = {(problem.where.kind, problem.where.number) for problem in problems}
    if not faulty:
        return books, []
    documents = {n: unit for n, unit in books.documents.items() if (UnitKind.DOCUMENT, n) not in faulty}
    payments = {n: unit for n, unit in books.payments.items() if (UnitKind.PAYMENT, n) not in faulty}
    return (
        Books(
            documents,
            payments,
            books.faulty_documents | (books.documents.keys() - documents.keys()),
            books.faulty_payments | (books.payments.keys() - payments.keys()),
        ),
        problems,
    )


def _unknown_documents(payments: Collection[Payment], known: "set[str] | frozenset[str]") -> Iterator[Problem]:
    named = (document for payment in payments for document, _, _, _, _ in payment.rows)
    if {*known, ""}.issuperset(named):  # as a rule all are there
        return
    for payment in payments:
        for row in payment.rows if payment.status is FINAL else ():
            if row.document and row.document not in known:
                yield Problem(
                    "document-unknown",
                    {"document": row.document, "amount_cents": row.amount_cents},
                    where(payment),
                )


def _unknown_invoices(books: Books) -> Iterator[Problem]:
    for document in books.documents.values():
        if document.applies_to and document.kind is CREDIT_NOTE and document.status is FINAL:
            named = books.documents.get(document.applies_to)
            if named is None and document.applies_to in books.faulty_documents:
                continue
            if named is None or named.kind is CREDIT_NOTE:
                params = {"document": document.applies_to, "amount_cents": document.total_cents}
                why = {} if named is None else {"reason": "credit-note"}
                yield Problem("document-unknown", {**params, **why}, where(document))


def not_final(books: Books) -> Iterator[Problem]:
    """Payments and credit notes that name a void or draft document: they count as naming none."""
    without_weight = {n: unit.status for n, unit in books.documents.items() if unit.status is not FINAL}
    if not without_weight:
        return
    for payment in books.payments.values():
        for row in payment.rows if payment.status is FINAL else ():
            if row.document in without_weight:
                yield _not_final(payment, row.document, row.amount_cents, without_weight[row.document])
    for document in books.documents.values():
        if document.status is FINAL and document.applies_to in without_weight:
            yield _not_final(document, document.applies_to, document.total_cents, without_weight[document.applies_to])


def _not_final(unit: Unit, document: str, cents: int, status: Status) -> Problem:
    params = {"document": document, "amount_cents": cents, "status": status.value}
    if isinstance(unit, Document):
        params["reason"] = "credit-note"
    return Problem("document-not-final", params, where(unit))


def overpaid(books: Books) -> Iterator[Problem]:
    """Documents whose payments, less refunds, exceed their total; credit notes whose refunds, less payments, do."""
    documents = books.documents
    for number, settled_cents in _settled(books.payments.values()).items():
        document = documents.get(number)
        if document is not None:
            _, kind, status, _, _, _, form, amounts, _ = document
            paid_cents = -settled_cents if kind is CREDIT_NOTE else settled_cents
            if paid_cents > 0 and paid_cents > form.total(amounts) and status is FINAL:
                yield _overpaid(document, paid_cents)


def _settled(payments: Iterable[Payment]) -> dict[str, int]:
    """What payments, less refunds, take off each document that they name, in cents."""
    settled: dict[str, int] = {}
    for _, kind, status, _, _, _, _, rows, _ in payments:
        if status is FINAL:
            sign = -1 if kind is REFUND else 1
            for named, amount_cents, _, rounding_cents, _ in rows:
                settled[named] = settled.get(named, 0) + sign * (amount_cents + rounding_cents)
    return settled


def _overpaid(document: Document, paid_cents: int) -> Problem:
    total_cents = document.total_cents
    params: dict[str, object] = {"paid_cents": paid_cents, "total_cents": total_cents}
    if document.kind is CREDIT_NOTE:
        params["reason"] = "credit-note"
    elif total_cents <= 0:
        params["reason"] = "nothing-due"
    return Problem("overpaid", {**params, "excess_cents": paid_cents - total_cents}, where(document))


_LEADING_ZEROS = re.compile(r"0(?<![0-9]0)0*(?=[0-9])")  # beginning with the zero, which is found quickly


def similar(units: Mapping[str, Unit]) -> Iterator[Problem]:
    """Numbers that a person takes for one: `F-1` and `f-1`, `0012` and `12`. They are two, and it is said.

    All numbers are made alike in one go, because a call for each would be felt.
    """
    alike = _LEADING_ZEROS.sub("", "\n".join(units)).casefold().split("\n")
    if len(alike) != len(units) or len(set(alike)) == len(units):
        return
    first: dict[str, str] = {}
    for number, bare in zip(units, alike, strict=True):
        if first.setdefault(bare, number) != number:
            yield Problem("number-similar", {"other": first[bare]}, where(units[number]))
