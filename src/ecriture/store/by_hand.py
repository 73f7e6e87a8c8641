"""What a page proposes to somebody who enters a document or payment: its number, what the customer's last one said,
and the documents that are open."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from ecriture.core.documents import CREDIT_NOTE, FINAL, INVOICE, DocumentKind, PaymentKind, Status, UnitKind
from ecriture.core.text import is_storable
from ecriture.store import models
from ecriture.store.audit import of_unit
from ecriture.store.listing import with_words
from ecriture.store.models import Company
from ecriture.store.settling import settled_in
from ecriture.store.units import MODELS

MOST_OFFERED = 12
MOST_OPEN = 500
"""So many of a customer's documents, the latest, are looked at for what is open."""
FIRST: Mapping[str, str] = {
    "invoice fr": "F-1001",
    "invoice en": "I-1001",
    "credit_note fr": "N-1001",
    "credit_note en": "C-1001",
    "payment fr": "P-1001",
    "payment en": "P-1001",
    "refund fr": "R-1001",
    "refund en": "R-1001",
}
_LAST_DIGITS = re.compile("[0-9]{1,18}(?=[^0-9]*$)")


def next_number(company: Company, kind: DocumentKind | PaymentKind) -> str:
    """The number after the last one entered by hand of its kind, past those that are taken."""
    unit = UnitKind.DOCUMENT if kind in (INVOICE, CREDIT_NOTE) else UnitKind.PAYMENT
    numbers = MODELS[unit].objects.filter(company=company)
    last = numbers.filter(by_hand=True, kind=kind).order_by("-position").values_list("number", flat=True).first()
    number = _after(last) if last else FIRST[f"{kind} {'fr' if company.language == 'fr' else 'en'}"]
    while taken := set(numbers.filter(number__in=(block := _run(number))).values_list("number", flat=True)):
        free = [it for it in block if it not in taken]
        if free:
            return free[0]
        number = _after(block[-1])
    return number


def _run(number: str) -> list[str]:
    found = [number]
    for _ in range(99):
        found.append(_after(found[-1]))
    return found


def _after(number: str) -> str:
    """`F-1009` → `F-1010`; the last digits count, and keep their width."""
    digits = _LAST_DIGITS.search(number)
    if digits is None:
        return f"{number}-2"
    return f"{number[: digits.start()]}{int(digits[0]) + 1:0{len(digits[0])}}{number[digits.end() :]}"


def last_of(company: Company, customer: str) -> models.Document | None:
    """The last document that was entered by hand for a customer."""
    if not customer or not is_storable(customer):
        return None
    found = models.Document.objects.filter(company=company, customer=customer, by_hand=True)
    return found.order_by("-position").first()


def customers_like(company: Company, text: str) -> Sequence[str]:
    """The names of customers of documents in which some words occur, the latest first."""
    found = models.Document.objects.filter(company=company).exclude(customer="").filter(with_words(text))
    names = found.order_by("-position").values_list("customer", flat=True)[: 20 * MOST_OFFERED]
    return list(dict.fromkeys(names))[:MOST_OFFERED]


# What may be deleted

MOST_RECORDS = 200


def was_final(company: Company, number: str) -> bool:
    """Whether a document ever counted, by the audit log; true where that does not tell."""
    for _record, changes in of_unit(company, UnitKind.DOCUMENT, number, most=MOST_RECORDS):
        for path, before, after in changes:
            if path == f"document {number}":  # made then: what is earlier was another document of this number
                return after.split(" · ")[1] != Status.DRAFT
            if path == f"document.status {number}" and {before, after} != {Status.DRAFT}:
                return True
    return True


def naming(company: Company, number: str) -> list[str]:
    """The payments and credit notes that name a document, but for void ones."""
    rows = models.PaymentRow.objects.filter(company=company, document=number).exclude(payment__status=Status.VOID)
    notes = models.Document.objects.filter(company=company, applies_to=number).exclude(status=Status.VOID)
    found = {*rows.values_list("payment__number", flat=True), *notes.values_list("number", flat=True)}
    return sorted(found)


# What is open


class Open(NamedTuple):
    """A final document and what is left of it: above zero the customer owes it, below zero it is theirs."""

    pk: UUID
    number: str
    kind: str
    date: date
    total_cents: int
    balance_cents: int


def open_documents(company: Company, customer: str) -> list[Open]:
    """A customer's documents that are not settled, the oldest first."""
    if not customer or not is_storable(customer):
        return []
    found = models.Document.objects.filter(company=company, customer=customer, status=FINAL)
    latest = found.order_by("-position")[:MOST_OPEN]
    return [it for it in with_balances(company, latest) if it.balance_cents]


def with_balances(company: Company, documents: Iterable[models.Document]) -> list[Open]:
    """Final documents with what is left of each, by date. What a credit note settles is taken off its invoice."""
    found = [it for it in documents if it.status == FINAL]
    settled = settled_in(company.pk, [it.number for it in found])
    made: list[Open] = []
    for it in found:
        own = it.total_cents if it.kind != CREDIT_NOTE else 0 if it.applies_to else -it.total_cents
        balance = own - settled.get(it.number, 0)
        made.append(Open(it.pk, it.number, it.kind, it.date, it.total_cents, balance))
    return sorted(made, key=lambda it: (it.date, it.number))
