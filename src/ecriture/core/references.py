"""What the units of some books say of each other: names of documents that are not there, overpayments, look-alikes (P7)."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, repeat

from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND, Books, Document, Status, Unit, UnitKind, totals_of
from ecriture.core.problems import Problem, Where
from ecriture.core.registers import Documents, Payments


def where(unit: Unit, row: int = 0) -> Where:
    """The place of a unit; the command adds the name of its file."""
    return Where("", row or unit.row, *unit.id)


def without_unknown(books: Books) -> tuple[Books, list[Problem]]:
    """The books without the payments and credit notes that name a document which is not there, and those problems."""
    documents, payments = Documents.of(books.documents), Payments.of(books.payments)
    problems = [*_unknown_invoices(documents, books.faulty_documents)]
    problems += _unknown_documents(payments, documents, books.faulty_documents)
    faulty = {(problem.where.kind, problem.where.number) for problem in problems}
    if not faulty:
        return books, []
    sound_documents = documents.without({number for kind, number in faulty if kind == UnitKind.DOCUMENT})
    sound_payments = payments.without({number for kind, number in faulty if kind == UnitKind.PAYMENT})
    return (
        Books(
            sound_documents,
            sound_payments,
            books.faulty_documents | (documents.keys() - sound_documents.keys()),
            books.faulty_payments | (payments.keys() - sound_payments.keys()),
        ),
        problems,
    )


def _unknown_documents(payments: Payments, documents: Documents, faulty: frozenset[str]) -> Iterator[Problem]:
    unknown = set(payments.shares.documents).difference(documents.places, faulty, ("",))
    for payment in payments.units() if unknown else ():
        for row in payment.rows if payment.status is FINAL else ():
            if row.document in unknown:
                params = {"document": row.document, "amount_cents": row.amount_cents}
                yield Problem("document-unknown", params, where(payment))


def _unknown_invoices(documents: Documents, faulty: frozenset[str]) -> Iterator[Problem]:
    for document in documents.units() if any(documents.columns.applies_to) else ():
        if document.applies_to and document.kind is CREDIT_NOTE and document.status is FINAL:
            named = documents.get(document.applies_to)
            if named is None and document.applies_to in faulty:
                continue
            if named is None or named.kind is CREDIT_NOTE:
                params = {"document": document.applies_to, "amount_cents": document.total_cents}
                why = {} if named is None else {"reason": "credit-note"}
                yield Problem("document-unknown", {**params, **why}, where(document))


def not_final(books: Books) -> Iterator[Problem]:
    """Payments and credit notes that name a void or draft document: they count as naming none."""
    documents = Documents.of(books.documents).columns
    if documents.statuses.count(FINAL) == len(documents.statuses):
        return
    statuses = zip(documents.numbers, documents.statuses, strict=True)
    without_weight = {number: status for number, status in statuses if status is not FINAL}
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
    documents = Documents.of(books.documents)
    settled_cents = _settled(documents, Payments.of(books.payments))
    totals_cents = totals_of(documents.columns.forms, documents.columns.amounts)
    for place, (settled, total) in enumerate(zip(settled_cents, totals_cents, strict=True)):
        if settled < 0 or (settled and settled > total):
            document = documents.at(place)
            paid_cents = -settled if document.kind is CREDIT_NOTE else settled
            if paid_cents > 0 and paid_cents > total and document.status is FINAL:
                yield _overpaid(document, paid_cents)


def _settled(documents: Documents, payments: Payments) -> list[int]:
    """What payments, less refunds, take off each document, in cents."""
    kinds_and_statuses = zip(payments.columns.kinds, payments.columns.statuses, strict=True)
    signs = [(-1 if kind is REFUND else 1) if status is FINAL else 0 for kind, status in kinds_and_statuses]
    sign_of_shares = chain.from_iterable(map(repeat, signs, payments.columns.share_counts))
    named, amounts_cents, _, roundings_cents, _ = payments.shares
    nowhere = len(documents)
    places = map(documents.places.get, named, repeat(nowhere))
    settled = [0] * (nowhere + 1)
    for place, sign, cents, rounding in zip(places, sign_of_shares, amounts_cents, roundings_cents, strict=True):
        settled[place] += sign * (cents + rounding)
    return settled[:nowhere]


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
