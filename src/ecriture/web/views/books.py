"""Documents and payments: their lists, the page of each, and the states that only a plan tells."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ecriture.core.accounts import Chart
from ecriture.core.documents import FINAL, UnitKind
from ecriture.store import models
from ecriture.store.access import Right
from ecriture.store.audit import Change, of_unit
from ecriture.store.models import Company, Membership
from ecriture.store.standing import looked_at
from ecriture.web import standing_words
from ecriture.web.audit_words import Line, line_shown, who_shown, zone_of
from ecriture.web.guards import company_page
from ecriture.web.ledger import ledger_of
from ecriture.web.listing import listed, listed_file
from ecriture.web.lists.books import DocumentList, PaymentList

MOST_HISTORY = 20
MOST_NAMING = 200
"""A page lists at most so many payments and so many credit notes of a document; beyond, it says how many there are."""


@company_page(see=Right.READ)
def documents(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed(request, DocumentList(member.company, request.GET))


@company_page(see=Right.READ)
def payments(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed(request, PaymentList(member.company, request.GET))


@company_page(see=Right.READ)
def documents_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed_file(DocumentList(member.company, request.GET))


@company_page(see=Right.READ)
def payments_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed_file(PaymentList(member.company, request.GET))


@company_page(see=Right.READ)
def document_states(request: HttpRequest, member: Membership) -> HttpResponse:
    """The states of what waits on a page of the list, which take a plan: they come after the page."""
    return _states(request, DocumentList(member.company, request.GET))


@company_page(see=Right.READ)
def payment_states(request: HttpRequest, member: Membership) -> HttpResponse:
    return _states(request, PaymentList(member.company, request.GET))


def _states(request: HttpRequest, listing: DocumentList | PaymentList) -> HttpResponse:
    return render(request, "books/states.html", {"states": listing.states()})


@company_page(see=Right.READ)
def document(request: HttpRequest, member: Membership, document_id: UUID) -> HttpResponse:
    """Its rows, what names it, what it wants in the ledger and why, and its history."""
    company = member.company
    row = _of(company, models.Document, document_id)
    named = models.PaymentRow.objects.filter(company=company, document=row.number).select_related("payment")
    notes = models.Document.objects.filter(company=company, applies_to=row.number).order_by("date", "number")
    settled = models.Document.objects.filter(company=company, number=row.applies_to).first() if row.applies_to else None
    credited = list(notes[: MOST_NAMING + 1])
    payments = list(named.order_by("payment__date", "payment__number")[: MOST_NAMING + 1])
    context = {
        "unit": row,
        "rows": row.rows.filter(company=company).order_by("position"),
        "payments": payments[:MOST_NAMING],
        "all_payments": named.values("payment").distinct().count() if len(payments) > MOST_NAMING else 0,
        "notes": credited[:MOST_NAMING],
        "all_notes": notes.count() if len(credited) > MOST_NAMING else 0,
        "settled": settled,
    }
    return render(request, "books/document.html", {**context, **_common(company, UnitKind.DOCUMENT, row)})


@company_page(see=Right.READ)
def payment(request: HttpRequest, member: Membership, payment_id: UUID) -> HttpResponse:
    company = member.company
    row = _of(company, models.Payment, payment_id)
    rows = list(row.rows.filter(company=company).order_by("position"))
    named = models.Document.objects.filter(company=company, number__in={it.document for it in rows} - {""})
    documents = {it.number: it for it in named}
    settled = [(it, documents.get(it.document)) for it in rows]
    has_deposit = any(it is None or it.status != FINAL for _, it in settled)
    context = {"unit": row, "rows": settled, "has_deposit": has_deposit}
    return render(request, "books/payment.html", {**context, **_common(company, UnitKind.PAYMENT, row)})


def _of(company: Company, model: type[Any], pk: UUID) -> Any:
    found = model.objects.filter(company=company, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _common(company: Company, kind: UnitKind, row: models.Document | models.Payment) -> dict[str, Any]:
    looked = looked_at(company, kind, [row.number])
    zone, chart = zone_of(company), looked.planned.inputs.chart
    standing = looked.standing(row.number)
    return {
        "left_cents": looked.left_to_pay(row.number),
        "unit_kind": kind.value,
        "standing": standing_words.shown(standing, above_problems=True),
        "problems": standing_words.problems_shown(standing.problems),
        "stops": any(it.stops for it in standing.problems),
        "ledger": ledger_of(company, looked, row.number),
        "history": [
            History(
                record.at.astimezone(zone),
                who_shown(record.who_name),
                file_of(record.subject),
                _changed(changes, chart),
            )
            for record, changes in of_unit(company, kind, row.number, most=MOST_HISTORY)
        ],
    }


class History(NamedTuple):
    """What was done to a unit: when, by whom, from which file or page, and what it changed."""

    at: datetime
    who: str
    source: str
    lines: tuple[Line, ...]


def file_of(subject: str) -> str:
    """The name of a file, without the digest that the audit log keeps beside it."""
    return subject.partition(" · SHA-256 ")[0]


def _changed(changes: Iterable[Change], chart: Chart) -> tuple[Line, ...]:
    return tuple(line_shown("books", change, chart) for change in changes)
