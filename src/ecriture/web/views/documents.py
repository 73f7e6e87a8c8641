"""Documents by hand: an invoice or a credit note is entered, credited, copied and voided; a draft is deleted."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import pgettext

from ecriture.core.documents import CREDIT_NOTE, FINAL, INVOICE, Document, DocumentKind, Status, UnitKind
from ecriture.core.invoicing import EXEMPT
from ecriture.store import models
from ecriture.store.access import Right
from ecriture.store.books import Changes, Refused, TooLarge, record
from ecriture.store.by_hand import MOST_OFFERED, customers_like, last_of, naming, next_number, was_final
from ecriture.store.listing import with_words
from ecriture.store.models import Company, Membership
from ecriture.store.particulars import NOTHING, Particulars, particulars_of
from ecriture.store.settings import settings_of
from ecriture.store.standing import batches_holding
from ecriture.store.units import documents_in
from ecriture.web import standing_words
from ecriture.web.corrections import if_void, shown
from ecriture.web.downloads import PDF, download
from ecriture.web.forms.documents import (
    FEWEST_LINES,
    Entry,
    HeadForm,
    Shown,
    as_typed,
    blank_lines,
    initial_of,
    lines_of,
    mark_of,
    unit_id,
)
from ecriture.web.guards import company_page
from ecriture.web.paper import printed
from ecriture.web.templatetags.ecriture import unit_name

SAVES = {"draft": Status.DRAFT, "final": Status.FINAL}
"""What the two buttons make of a document."""
PARTS = frozenset({"lines", "sums", "buyer"})
"""The parts of the page that are asked for as somebody types."""
OF_BUYER = ("place", "terms", "address", "language")


class Before(NamedTuple):
    """The document that a page is about, as it is now; None for a new one."""

    document: Document | None = None
    said: Particulars = NOTHING


def row_of(company: Company, document_id: UUID) -> models.Document:
    """Raises Http404 for another company's, as for one that does not exist."""
    found = models.Document.objects.filter(company=company, pk=document_id).first()
    if found is None:
        raise Http404
    return found


def before_of(company: Company, row: models.Document) -> Before:
    ((_at, document),) = documents_in(company, number=row.number)
    return Before(document, particulars_of(company, [row.number])[row.number])


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def new_document(request: HttpRequest, member: Membership) -> HttpResponse:
    """An invoice or a credit note: an empty one, a copy, or one that credits an invoice."""
    kind = _kind(request)
    if request.method == "POST":
        return _typed(request, member, kind, Before())
    company = member.company
    model = _model(request, company)
    shown = _proposed(company, kind, model, request.GET) if model else _empty(company, kind, request.GET)
    return _page(request, shown, _entry(company, kind, Before(), _data(shown)))


def _kind(request: HttpRequest) -> DocumentKind:
    given = request.POST if request.method == "POST" else request.GET
    return CREDIT_NOTE if given.get("kind") == CREDIT_NOTE or "credit" in request.GET else INVOICE


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def edit_document(request: HttpRequest, member: Membership, document_id: UUID) -> HttpResponse:
    """A draft. A final document is never changed."""
    row = row_of(member.company, document_id)
    if row.status != Status.DRAFT:
        text = say("%s is no longer a draft, so it cannot be changed. Credit it, or void it and copy it.")
        messages.error(request, text % unit_name(row))
        return redirect("document", member.company_id, row.pk)
    before = before_of(member.company, row)
    kind = DocumentKind(row.kind)
    if request.method == "POST":
        return _typed(request, member, kind, before, row)
    document = before.document
    if document is None:
        raise Http404
    initial = initial_of(document, _complete(member.company, before.said))
    head = HeadForm(company=member.company, kind=kind, kept=document, initial=initial)
    lines = lines_of(document, before.said)
    shown = Shown(head, [*lines, *blank_lines(len(lines), 1)])
    return _page(request, shown, _entry(member.company, kind, before, _data(shown)), row=row, before=before)


def _entry(company: Company, kind: DocumentKind, before: Before, data: Mapping[str, Any]) -> Entry:
    settings = settings_of(company, items=False)
    return Entry(data, company=company, settings=settings, kind=kind, kept=before.document)


def _data(shown: Shown) -> dict[str, Any]:
    """What a page would send as it is first shown, so that it says at once what the document comes to."""
    forms = [shown.head, *shown.lines]
    return {
        form.add_prefix(name): form[name].value() for form in forms for name in form.fields if form[name].value()
    } | {line.add_prefix("unit_price"): line["unit_price"].value() or "" for line in shown.lines}


# What is proposed


def _model(request: HttpRequest, company: Company) -> models.Document | None:
    """The document that is to be credited or copied."""
    asked = request.GET.get("credit") or request.GET.get("copy") or ""
    try:
        return row_of(company, UUID(asked)) if asked else None
    except ValueError:
        raise Http404 from None


def _empty(company: Company, kind: DocumentKind, asked: Mapping[str, str]) -> Shown:
    customer = str(asked.get("customer", ""))[:200]
    initial = {"number": next_number(company, kind), "date": timezone.localdate(), "customer": customer}
    head = HeadForm(company=company, kind=kind, kept=None, initial={**initial, **_of_customer(company, customer)})
    return Shown(head, blank_lines(0, FEWEST_LINES))


def _of_customer(company: Company, customer: str) -> dict[str, str]:
    """Where supplies to a customer take place and how they are addressed, as their last document by hand said."""
    last = last_of(company, customer)
    return {name: getattr(_complete(company, last), name) for name in OF_BUYER}


def _complete(company: Company, said: Any) -> Particulars:
    """With a place and a language, which a document from a file does not have."""
    found = {name: getattr(said, name, "") or "" for name in OF_BUYER}
    has_taxes = models.Tax.objects.filter(company=company).exists() if not found["place"] else True
    place = found["place"] or (company.province if has_taxes else EXEMPT)
    return Particulars(place, found["terms"], found["address"], found["language"] or company.language)


def _proposed(company: Company, kind: DocumentKind, row: models.Document, asked: Mapping[str, str]) -> Shown:
    """The content of another document under the next number, dated today."""
    before = before_of(company, row)
    if before.document is None:
        raise Http404
    initial = initial_of(before.document, _complete(company, before.said))
    is_credit = "credit" in asked
    kind = kind if is_credit else DocumentKind(row.kind)
    initial |= {"number": next_number(company, kind), "date": timezone.localdate()}
    initial |= {"applies_to": row.number} if is_credit else {}
    lines = lines_of(before.document, before.said)
    return Shown(
        HeadForm(company=company, kind=kind, kept=None, initial=initial), lines or blank_lines(0, FEWEST_LINES)
    )


# What is typed


def _typed(
    request: HttpRequest, member: Membership, kind: DocumentKind, before: Before, row: models.Document | None = None
) -> HttpResponse:
    """Saves, or shows what the document comes to so far, perhaps with another line."""
    company, data = member.company, request.POST.copy()
    if data.get("customer", "") != data.get("proposed_for", "") and data.get("act") not in SAVES:
        last = last_of(company, data.get("customer", "").strip())
        for name in set(OF_BUYER if last else ()).difference(data.getlist("typed")):
            data[name] = getattr(last, name)
    entry = _entry(company, kind, before, data)
    status = SAVES.get(data.get("act", ""))
    if status is not None:
        return _saved(request, member, entry, status, before, row)
    shown = as_typed(entry, more=data.get("act") == "line")
    return _page(request, shown, entry, row=row, before=before, adds=data.get("act") == "line")


def _saved(
    request: HttpRequest, member: Membership, entry: Entry, status: Status, before: Before, row: models.Document | None
) -> HttpResponse:
    shown = Shown(entry.head, entry.lines or blank_lines(0, FEWEST_LINES))
    if not entry.is_valid():
        return _page(request, shown, entry, row=row, before=before, status=422)
    if before.document is not None and request.POST.get("seen", "") != mark_of(*before):
        text = say("Meanwhile somebody changed this draft. Save again to keep yours, or open it again to see theirs.")
        entry.faults.append(text)
        return _page(request, shown, entry, row=row, before=before, status=409)
    made = entry.document(status)
    try:
        changes = Changes([made], by_hand={made.id: entry.particulars()})
        record(member.company, changes, by=member, source="", seen={made.id: before.document})
    except TooLarge:
        entry.faults.append(say("A text or an amount is too large, or has a character that cannot be stored."))
        return _page(request, shown, entry, row=row, before=before, status=422)
    kept = models.Document.objects.get(company=member.company, number=made.number)
    said = pgettext("document", "%s is final.") if status is Status.FINAL else say("%s is saved as a draft.")
    messages.success(request, said % unit_name(kept))
    return redirect("document", member.company_id, kept.pk)


def _page(
    request: HttpRequest,
    shown: Shown,
    entry: Entry,
    *,
    row: models.Document | None = None,
    before: Before | None = None,
    status: int = 200,
    adds: bool = False,
) -> HttpResponse:
    target = request.headers.get("HX-Target", "")
    faults = [line for line in shown.lines if line.errors]
    context = {
        "head": shown.head,
        "lines": shown.lines,
        "entry": entry,
        "sums": entry.sums(),
        "missing": entry.missing(),
        "kind": shown.head.kind,
        "row": row,
        "seen": mark_of(*before) if before else "",
        "wrong_lines": faults,
        "wrong": sum(len(it.errors) for it in (*faults, shown.head)) + len(entry.faults),
        "adds": adds,
        "part": target if target in PARTS else "",
    }
    template = f"by_hand/{context['part']}.html" if context["part"] else "by_hand/document.html"
    return render(request, template, context, status=status)


# Void


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def void_document(request: HttpRequest, member: Membership, document_id: UUID) -> HttpResponse:
    """Asks, saying what it causes, and voids."""
    company, row = member.company, row_of(member.company, document_id)
    if row.status == Status.VOID:
        return redirect("document", company.pk, row.pk)
    if request.method == "POST":
        record(company, Changes(void=[unit_id(row.number)]), by=member, source="")
        messages.success(request, pgettext("document", "%s is void.") % unit_name(row))
        return redirect("document", company.pk, row.pk)
    batches = batches_holding(company, UnitKind.DOCUMENT, [row.number]).get(row.number, ())
    naming = models.PaymentRow.objects.filter(company=company, document=row.number, payment__status=FINAL)
    notes = models.Document.objects.filter(company=company, applies_to=row.number, status=FINAL)
    context = {
        "unit": row,
        "back": "document",
        "batches": standing_words.batches_named(batches) if batches else "",
        "payments": naming.count(),
        "notes": notes.count(),
    }
    if batches:
        context["corrections"] = shown(company, if_void(company, unit_id(row.number)))
    return render(request, "by_hand/void.html", context)


# Delete


@company_page(see=Right.RECORD, act=Right.RECORD, alone=True)
def delete_document(request: HttpRequest, member: Membership, document_id: UUID) -> HttpResponse:
    """Asks, and deletes a draft that never counted and that nothing names: its number may be given again."""
    company, row = member.company, row_of(member.company, document_id)
    if fault := _undeletable(company, row):
        messages.error(request, fault)
        return redirect("document", company.pk, row.pk)
    if request.method != "POST":
        return render(request, "by_hand/delete.html", {"unit": row})
    draft = before_of(company, row).document
    try:
        record(company, Changes(deleted=[unit_id(row.number)]), by=member, source="", seen={unit_id(row.number): draft})
    except Refused:  # somebody was quicker
        messages.error(request, say("Meanwhile somebody changed this draft. Look at it again."))
        return redirect("document", company.pk, row.pk)
    messages.success(request, pgettext("document", "%s is deleted.") % unit_name(row))
    return redirect("documents", company.pk)


def _undeletable(company: Company, row: models.Document) -> str:
    """Why a document stays; empty for one that may go."""
    if row.status != Status.DRAFT or was_final(company, row.number):
        return say("%s is not a draft that never counted, so it stays. Void it instead.") % unit_name(row)
    if named := naming(company, row.number):
        params = {"document": unit_name(row), "units": ", ".join(named[:MOST_OFFERED])}
        return (
            say("%(document)s stays, because this names it: %(units)s. Void that first, or finalise the draft.")
            % params
        )
    return ""


# On paper


@company_page(see=Right.READ)
def document_pdf(_request: HttpRequest, member: Membership, document_id: UUID) -> HttpResponse:
    """As the customer gets it, in their language."""
    row = row_of(member.company, document_id)
    return download(printed(member.company, row), f"{row.number}.pdf", PDF)


# As somebody types


@company_page(see=Right.RECORD)
def item_options(request: HttpRequest, member: Membership) -> HttpResponse:
    """The items that have some words, for the list under a line."""
    today, text = timezone.localdate(), _asked(request, "-item")
    found = models.Item.objects.filter(Q(archived=None) | Q(archived__gt=today), company=member.company)
    named = found.filter(with_words(text)).order_by("code_key", "code").values_list("code", "name")
    return render(request, "by_hand/options.html", {"options": named[:MOST_OFFERED]})


@company_page(see=Right.RECORD)
def customer_options(request: HttpRequest, member: Membership) -> HttpResponse:
    names = customers_like(member.company, _asked(request, "customer"))
    return render(request, "by_hand/options.html", {"options": [(name, "") for name in names]})


def _asked(request: HttpRequest, name: str) -> str:
    """What is in the field that asks, which is sent under its own name."""
    return next((str(text)[:100] for key, text in request.GET.items() if key.endswith(name)), "")
