"""Payments by hand: a payment or refund is entered, allocated later, voided, or returned by the bank."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import pgettext

from ecriture.core.allocating import allocated, unapplied_cents
from ecriture.core.documents import FINAL, REFUND, Payment, PaymentKind, Status, UnitId, UnitKind
from ecriture.store import models
from ecriture.store.access import Right
from ecriture.store.books import Changes, TooLarge, record
from ecriture.store.by_hand import next_number, open_documents, with_balances
from ecriture.store.models import Company, Membership
from ecriture.store.particulars import NOTHING
from ecriture.store.standing import batches_holding
from ecriture.store.units import payments_in
from ecriture.web import standing_words
from ecriture.web.corrections import if_void, shown
from ecriture.web.forms.receipts import (
    AllocationForm,
    Receipt,
    ReceiptForm,
    ReturnForm,
    ShareForm,
    final_documents,
    offered,
    returned,
    rounded_cash,
)
from ecriture.web.guards import company_page
from ecriture.web.templatetags.ecriture import unit_name
from ecriture.web.views.documents import row_of as document_row_of

PARTS = frozenset({"shares", "paid"})


def row_of(company: Company, payment_id: UUID) -> models.Payment:
    """Raises Http404 for another company's, as for one that does not exist."""
    found = models.Payment.objects.filter(company=company, pk=payment_id).first()
    if found is None:
        raise Http404
    return found


def payment_of(company: Company, row: models.Payment) -> Payment:
    ((_at, found),) = payments_in(company, number=row.number)
    return found


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def new_payment(request: HttpRequest, member: Membership) -> HttpResponse:
    """A payment or a refund, of the documents of a customer or of none."""
    given = request.POST if request.method == "POST" else request.GET
    kind = REFUND if given.get("kind") == REFUND else PaymentKind.PAYMENT
    company = member.company
    if request.method == "POST":
        return _typed(request, member, kind)
    document = _document(company, request.GET.get("document", ""))
    customer = document.customer if document else ""
    initial = {"number": next_number(company, kind), "date": timezone.localdate(), "customer": customer}
    typed = [{"document": document.number, "amount": _left(company, document)}] if document else []
    known = final_documents(company, [document.number]) if document else {}
    shares = offered(company, kind, customer, typed, known=known)
    return _page(request, kind, ReceiptForm(company=company, initial=initial), shares, _receipt(company, kind, shares))


def _document(company: Company, asked: str) -> models.Document | None:
    try:
        return document_row_of(company, UUID(asked)) if asked else None
    except ValueError:
        raise Http404 from None


def _left(company: Company, document: models.Document) -> int | None:
    found = with_balances(company, [document])
    return abs(found[0].balance_cents) if found and found[0].balance_cents else None


def _receipt(company: Company, kind: PaymentKind, shares: list[ShareForm]) -> Receipt:
    """As if the page were sent as it is first shown."""
    data = {it[name].html_name: f"{it[name].value() or ''}" for it in shares for name in it.fields}
    return Receipt(data, company=company, kind=kind)


def _typed(request: HttpRequest, member: Membership, kind: PaymentKind) -> HttpResponse:
    company, data = member.company, request.POST
    receipt = Receipt(data, company=company, kind=kind)
    if data.get("act") == "save":
        return _saved(request, member, receipt)
    changed = rounded_cash(receipt) if data.get("act") == "round" and receipt.rows else {}
    customer = data.get("customer", "").strip()
    is_other = customer != data.get("offered_for", "")
    filled = {**data.dict(), **changed}
    typed = [{name: filled.get(it.add_prefix(name), "") for name in it.fields} for it in receipt.shares]
    if is_other:
        typed = _without_offers(typed, receipt.shares, data.getlist("typed"))
    blank = 1 if data.get("act") == "line" else 2 if is_other else 0
    shares = offered(company, kind, customer if is_other else "", typed, known=receipt.open_ones, blank=blank)
    head = ReceiptForm(company=company, initial={name: data.get(name) for name in ReceiptForm.base_fields})
    if changed:
        receipt = Receipt(
            {**data.dict(), **{name: _plain(cents) for name, cents in changed.items()}}, company=company, kind=kind
        )
    return _page(request, kind, head, shares, receipt, adds=data.get("act") == "line")


def _without_offers(
    typed: list[dict[str, Any]], shares: list[ShareForm], changed: Sequence[str]
) -> list[dict[str, Any]]:
    """What somebody typed for the customer before: each line at its place, where one may still be typing."""
    kept = [
        {} if share.is_blank and share.add_prefix("document") not in changed else given
        for given, share in zip(typed, shares, strict=True)
    ]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _plain(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _saved(request: HttpRequest, member: Membership, receipt: Receipt) -> HttpResponse:
    if receipt.is_valid():
        made = receipt.payment()
        try:
            record(
                member.company, Changes([made], by_hand={made.id: NOTHING}), by=member, source="", seen={made.id: None}
            )
        except TooLarge:
            receipt.faults.append(say("A text or an amount is too large, or has a character that cannot be stored."))
        else:
            kept = models.Payment.objects.get(company=member.company, number=made.number)
            messages.success(request, pgettext("payment", "%s is recorded.") % unit_name(kept))
            return redirect("payment", member.company_id, kept.pk)
    shares = receipt.shares or offered(member.company, receipt.kind, "")
    return _page(request, receipt.kind, receipt.head, shares, receipt, status=422)


def _page(
    request: HttpRequest,
    kind: PaymentKind,
    head: ReceiptForm,
    shares: list[ShareForm],
    receipt: Receipt,
    *,
    status: int = 200,
    adds: bool = False,
) -> HttpResponse:
    target = request.headers.get("HX-Target", "")
    wrong_shares = [it for it in shares if it.errors]
    context = {
        "kind": kind,
        "head": head,
        "shares": shares,
        "receipt": receipt,
        "total_cents": receipt.total_cents,
        "rounds": receipt.is_unrounded_cash and bool(receipt.rows),
        "wrong_shares": wrong_shares,
        "wrong": sum(len(it.errors) for it in (*wrong_shares, head)) + len(receipt.faults),
        "adds": adds,
        "part": target if target in PARTS else "",
    }
    template = f"by_hand/{context['part']}.html" if context["part"] else "by_hand/payment.html"
    return render(request, template, context, status=status)


# A deposit that is allocated


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def allocate_payment(request: HttpRequest, member: Membership, payment_id: UUID) -> HttpResponse:
    """Gives what is left of a deposit to open documents, on a day that is kept."""
    company, row = member.company, row_of(member.company, payment_id)
    payment = payment_of(company, row)
    final = final_documents(company, {it.document for it in payment.rows}).keys()
    left = unapplied_cents(payment.rows, final) if payment.status is FINAL else 0
    if left <= 0:
        messages.error(request, say("%s has nothing left to allocate.") % unit_name(row))
        return redirect("payment", company.pk, row.pk)
    is_refund = payment.kind is REFUND
    open_ones = [it for it in open_documents(company, payment.customer) if (it.balance_cents < 0) is is_refund]
    data = request.POST if request.method == "POST" else None
    initial = {"day": max(timezone.localdate(), payment.date)}
    form = AllocationForm(data, open_ones=open_ones, left_cents=left, initial=initial)
    seen = _mark(payment, [it.number for it in open_ones])
    status = 200
    if request.method == "POST":
        if request.POST.get("seen") != seen:
            form.add_error(
                None, say("Meanwhile somebody changed this payment or its documents. Check the amounts again.")
            )
        elif form.is_valid():
            rows = allocated(payment.rows, form.shares, form.cleaned_data["day"], final)
            made = payment._replace(rows=rows)
            record(company, Changes([made]), by=member, source="", seen={made.id: payment})
            messages.success(request, say("The deposit is allocated."))
            return redirect("payment", company.pk, row.pk)
        status = 422
    context = {"unit": row, "form": form, "left_cents": left, "seen": seen}
    return render(request, "by_hand/allocate.html", context, status=status)


def _mark(payment: Payment, numbers: list[str]) -> str:
    return hashlib.sha256(json.dumps([payment, numbers], default=str).encode()).hexdigest()[:24]


# Void, and returned by the bank


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def void_payment(request: HttpRequest, member: Membership, payment_id: UUID) -> HttpResponse:
    company, row = member.company, row_of(member.company, payment_id)
    if row.status == Status.VOID:
        return redirect("payment", company.pk, row.pk)
    if request.method == "POST":
        record(company, Changes(void=[UnitId(UnitKind.PAYMENT, row.number)]), by=member, source="")
        messages.success(request, pgettext("payment", "%s is void.") % unit_name(row))
        return redirect("payment", company.pk, row.pk)
    batches = batches_holding(company, UnitKind.PAYMENT, [row.number]).get(row.number, ())
    context: dict[str, Any] = {"unit": row, "back": "payment"}
    if batches:
        corrections = if_void(company, UnitId(UnitKind.PAYMENT, row.number))
        context |= {
            "batches": standing_words.batches_named(batches),
            "corrections": shown(company, corrections),
        }
    return render(request, "by_hand/void.html", context)


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def return_payment(request: HttpRequest, member: Membership, payment_id: UUID) -> HttpResponse:
    """A cheque or a debit that the bank took back: a refund dated on that day, of all that it settled."""
    company, row = member.company, row_of(member.company, payment_id)
    payment = payment_of(company, row)
    if payment.status is not FINAL or payment.kind is REFUND:
        messages.error(request, say("Only a final payment can come back."))
        return redirect("payment", company.pk, row.pk)
    number = next_number(company, REFUND)
    data = request.POST if request.method == "POST" else None
    form = ReturnForm(data, payment=payment, initial={"date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        if request.POST.get("number") != number:
            form.add_error(None, say("Meanwhile somebody recorded a refund. Check that it is not this one."))
        else:
            made = returned(payment, number, form.cleaned_data["date"], form.cleaned_data["fee"] or 0)
            record(company, Changes([made], by_hand={made.id: NOTHING}), by=member, source="", seen={made.id: None})
            kept = models.Payment.objects.get(company=company, number=made.number)
            messages.success(request, pgettext("payment", "%s is recorded.") % unit_name(kept))
            return redirect("payment", company.pk, kept.pk)
    context: Mapping[str, Any] = {"unit": row, "form": form, "number": number}
    return render(request, "by_hand/returned.html", context, status=422 if form.errors else 200)
