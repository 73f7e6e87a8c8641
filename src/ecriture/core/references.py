"""What the units of some books say of each other: names of documents that are not there, overpayments, look-alikes (P7)."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, filterfalse
from unicodedata import normalize

from ecriture.core.batches import Transferred
from ecriture.core.documents import (
    CREDIT_NOTE,
    DOCUMENT,
    FINAL,
    PAYMENT,
    REFUND,
    Books,
    Document,
    Payment,
    PaymentKind,
    Status,
    Unit,
    UnitId,
    UnitKind,
)
from ecriture.core.problems import Problem, Where


def where(unit: Unit, row: int = 0) -> Where:
    """The place of a unit; the command adds the name of its file."""
    return Where("", row or unit.row, *unit.id)


def aloud(problems: Iterable[Problem], silent: Collection[UnitId]) -> Iterator[Problem]:
    """Problems without those of units of which nothing is to be said."""
    for problem in problems:
        if not silent or (problem.where.kind, problem.where.number) not in silent:
            yield problem


def settled_by(payments: Iterable[Payment]) -> Mapping[str, int]:
    """The cents that final payments, less refunds, take off each document that they name."""
    settled: defaultdict[str, int] = defaultdict(int)
    final = [it for it in payments if it.status is FINAL]
    for kind, sign in ((PaymentKind.PAYMENT, 1), (REFUND, -1)):
        rows = [it.rows for it in final if it.kind is kind]
        for named, amount_cents, _, rounding_cents, tip_cents, _ in chain.from_iterable(rows):
            settled[named] += sign * (amount_cents + rounding_cents - tip_cents)
    return settled


def without_unknown(books: Books, transferred: Transferred, settled: Mapping[str, int]) -> tuple[Books, list[Problem]]:
    """The books without the payments and credit notes that name a document which is not there, and those problems.

    A document that only live batches know is there: it counts as sold on its recorded sale date. `settled`: what
    payments of these books settle.
    """
    elsewhere = transferred.documents.keys() | books.faulty_documents
    found = [*_unknown_invoices(books, elsewhere), *_unknown_documents(books, settled, elsewhere)]
    problems = [*aloud(found, books.partial)]
    if not problems:
        return books, []
    faulty = {UnitId(UnitKind(problem.where.kind), problem.where.number) for problem in problems}
    documents = {number: it for number, it in books.documents.items() if it.id not in faulty}
    payments = {number: it for number, it in books.payments.items() if it.id not in faulty}
    return (
        books._replace(
            documents=documents,
            payments=payments,
            faulty_documents=books.faulty_documents | (books.documents.keys() - documents.keys()),
            faulty_payments=books.faulty_payments | (books.payments.keys() - payments.keys()),
        ),
        problems,
    )


def _unknown_documents(books: Books, settled: Mapping[str, int], elsewhere: Collection[str]) -> Iterator[Problem]:
    unknown = {*filterfalse(books.documents.__contains__, settled)} - {""}
    unknown.difference_update(elsewhere)
    for payment in books.payments.values() if unknown else ():
        for row in payment.rows if payment.status is FINAL else ():
            if row.document in unknown:
                params = {"document": row.document, "amount_cents": row.amount_cents}
                yield Problem("document-unknown", params, where(payment))


def _unknown_invoices(books: Books, elsewhere: Collection[str]) -> Iterator[Problem]:
    for document in books.documents.values():
        named = document.applies_to
        if named and document.kind is CREDIT_NOTE and document.status is FINAL:
            found = books.documents.get(named)
            params: dict[str, object] = {"document": named, "amount_cents": document.total_cents}
            if found is not None and found.kind is CREDIT_NOTE:
                yield Problem("document-unknown", {**params, "reason": "credit-note"}, where(document))
            elif found is None and named not in elsewhere:
                yield Problem("document-unknown", params, where(document))


def not_final(books: Books, settled: Mapping[str, int]) -> Iterator[Problem]:
    """Payments and credit notes that name a void or draft document: they count as naming none. `settled` as above."""
    weightless = {number: it.status for number, it in books.documents.items() if it.status is not FINAL}
    for payment in books.payments.values() if weightless.keys() & settled.keys() else ():
        for row in payment.rows if payment.status is FINAL else ():
            if row.document in weightless:
                yield _not_final(payment, row.document, row.amount_cents, weightless[row.document])
    for document in books.documents.values() if weightless else ():
        if document.status is FINAL and document.applies_to in weightless:
            yield _not_final(document, document.applies_to, document.total_cents, weightless[document.applies_to])


def _not_final(unit: Unit, document: str, cents: int, status: Status) -> Problem:
    params = {"document": document, "amount_cents": cents, "status": status.value}
    if isinstance(unit, Document):
        params["reason"] = "credit-note"
    return Problem("document-not-final", params, where(unit))


def overpaid(documents: Mapping[str, Document], settled: Mapping[str, int]) -> Iterator[Problem]:
    """Documents whose payments, less refunds, exceed their total; credit notes whose refunds, less payments, do."""
    found: dict[str, Problem] = {}
    for number, document in documents.items():  # in this order they lie side by side in memory
        settled_cents = settled.get(number)
        if settled_cents and not 0 < settled_cents <= sum(document.amounts) and document.status is FINAL:
            paid_cents = -settled_cents if document.kind is CREDIT_NOTE else settled_cents
            if paid_cents > max(document.total_cents, 0):
                found[number] = _overpaid(document, paid_cents)
    yield from (found[number] for number in filter(found.__contains__, settled if found else ()))


def _overpaid(document: Document, paid_cents: int) -> Problem:
    total_cents = document.total_cents
    params: dict[str, object] = {"paid_cents": paid_cents, "total_cents": total_cents}
    if document.kind is CREDIT_NOTE:
        params["reason"] = "credit-note"
    elif total_cents <= 0:
        params["reason"] = "nothing-due"
    return Problem("overpaid", {**params, "excess_cents": paid_cents - total_cents}, where(document))


_LEADING_ZEROS = re.compile(r"0(?<![0-9]0)0*(?=[0-9])")  # beginning with the zero, which is found quickly
_UNSEEN, _BLANKS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]"), re.compile(" {2,}")
"""Characters that have no width, and blanks in a row: what NFKC leaves of a copy from a page."""


def similar(units: Mapping[str, Unit]) -> Iterator[Problem]:
    """Numbers that a person takes for one: `F-1` and `f-1`, `0012` and `12`. They are two units."""
    folded = _folded(units)
    if folded is None or len(set(folded)) == len(units):
        return
    first: dict[str, str] = {}
    for number, alike in zip(units, folded, strict=True):
        if first.setdefault(alike, number) != number:
            yield Problem("number-similar", {"other": first[alike]}, where(units[number]))


def bare(number: str) -> str:
    """A number without capitals, leading zeros and what cannot be seen."""
    if not number.isascii() or "  " in number:
        number = _BLANKS.sub(" ", _UNSEEN.sub("", normalize("NFKC", number)))
    return _LEADING_ZEROS.sub("", number).casefold()


def _folded(numbers: Collection[str]) -> Sequence[str] | None:
    """Bare numbers: all in one call, if none has the sign between them. None where that takes nothing off them but
    capitals, of which all letters are: then they differ as before.
    """
    joined = "\n".join(numbers)
    bare_ones = bare(joined)
    if bare_ones == joined or (joined.isupper() and joined.isascii() and bare_ones == joined.lower()):
        return None
    folded = bare_ones.split("\n")
    return folded if len(folded) == len(numbers) else [*map(bare, numbers)]


def missing(books: Books, transferred: Transferred) -> Iterator[Problem]:
    """One notice of the live units that these files should have by their dates, and have not."""
    if books.span is None:
        return
    first, last = books.span
    absent = [(DOCUMENT, it) for it in transferred.documents.keys() - books.documents.keys() - books.faulty_documents]
    absent += [(PAYMENT, it) for it in transferred.payments.keys() - books.payments.keys() - books.faulty_payments]
    expected = sorted(unit for unit in absent if first <= transferred.of(unit[0])[unit[1]].unit_date <= last)
    if expected:
        units = tuple((kind.value, number) for kind, number in expected[:FIRST_MISSING])
        yield Problem("transferred-missing", {"count": len(expected), "units": units})


FIRST_MISSING = 5
"""So many of them are named."""
