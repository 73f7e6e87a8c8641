"""The transfer: the plan of what is pending, as the program would get it, and its export."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as say

from ecriture.core.batches import BatchState, WrongState
from ecriture.core.settings import Settings
from ecriture.store import models
from ecriture.store.access import Right, may
from ecriture.store.batches import has_live_batch
from ecriture.store.models import Company, Membership
from ecriture.store.settings import settings_of
from ecriture.store.transfer import (
    AcrossYears,
    Blocked,
    NotExported,
    PlanChanged,
    batches_of,
    confirm,
    export,
    plan,
)
from ecriture.store.waiting import Span, pending_span, span_of
from ecriture.transfer import ThroughLocked
from ecriture.web import words
from ecriture.web.entries import entries_page
from ecriture.web.forms.transfer import ExportForm, ThroughForm, WhatIfForm
from ecriture.web.guards import company_page
from ecriture.web.plan_page import PlanShown, differences, made_of, proposed

MOST_ASKED = 10
"""Of how many batches it is asked at once whether they went in."""
LARGEST_PLACE = 10_000_000


@company_page(see=Right.READ, act=Right.EXPORT)
def transfer(request: HttpRequest, member: Membership) -> HttpResponse:
    """The plan through a day, with everything that is to be known before the export; what is sent exports it."""
    if request.method == "POST":
        return _exported(request, member)
    company, waits = member.company, span_of(member.company)
    form, through = _through(company, request.GET, waits)
    return _page(request, member, form, through, waits, status=422 if form.errors else 200)


def _through(company: Company, asked: QueryDict, waits: Span) -> tuple[ThroughForm, date]:
    """The day that is asked for, or else proposed."""
    default = proposed(company, waits, timezone.localdate())
    if "through" not in asked:
        return ThroughForm(initial={"through": default}), default
    form = ThroughForm(asked)
    return form, (form.cleaned_data["through"] if form.is_valid() else None) or default


def _page(
    request: HttpRequest,
    member: Membership,
    form: ThroughForm,
    through: date,
    waits: Span,
    *,
    exporting: ExportForm | None = None,
    sent: ExportForm | None = None,
    status: int = 200,
    **told: object,
) -> HttpResponse:
    company = member.company
    unconfirmed = _unconfirmed(company)
    context: dict[str, Any] = {"form": form, "through": through, "waits": waits, "unconfirmed": unconfirmed, **told}
    try:
        shown = PlanShown(plan(company, through), timezone.localdate())
    except ThroughLocked as locked:
        return render(request, "transfer/plan.html", {**context, "locked": locked.lock_date}, status=status)
    context["waits"] = pending_span(shown.planned) or waits
    if sent is not None and sent.cleaned_data.get("fingerprint") != shown.planned.fingerprint:
        context["differ"] = differences(sent.cleaned_data.get("seen", ""), shown)
    if exporting is None:
        exporting = ExportForm(unconfirmed=unconfirmed)
    pages = entries_page(shown.entries, shown.planned.inputs.chart, whole(request.GET.get("page", ""), 1))
    details = f"{reverse('plan-made-of', args=[company.pk])}?through={through}&"
    address = f"?through={through}&"
    context |= {"plan": shown, "exporting": exporting, "pages": pages, "details": details, "address": address}
    context["exports"] = shown.has_any and may(member, Right.EXPORT)
    return render(request, "transfer/plan.html", context, status=status)


def _unconfirmed(company: Company) -> list[models.Batch]:
    return list(batches_of(company).filter(state=BatchState.EXPORTED)[:MOST_ASKED])


def whole(text: str, default: int = 0) -> int:
    """A place in an address; the default for what is none."""
    return min(int(text), LARGEST_PLACE) if text.isascii() and text.isdigit() and len(text) < 10 else default


# The export


def _exported(request: HttpRequest, member: Membership) -> HttpResponse:
    company = member.company
    form = ExportForm(request.POST, unconfirmed=_unconfirmed(company))
    is_answered = form.is_valid()
    if pressed := batches_of(company).filter(fingerprint=form.cleaned_data.get("fingerprint", "")).first():
        return _to(pressed)
    if not is_answered:
        return _again(request, member, form, wrong=say("Nothing was exported. Answer the questions below first."))
    given = form.cleaned_data
    for batch in form.taken:
        _confirm(request, member, batch.number)
    try:
        made = export(
            company,
            given["through"],
            given["fingerprint"],
            member,
            skip_invalid=given["leave_out"],
            across_years=given["across"],
        )
    except ThroughLocked:
        return _again(request, member, form)
    except NotExported as refused:
        return _again(request, member, form, wrong=_refusal(refused))
    return _to(made)


def _to(made: models.Batch) -> HttpResponse:
    """The page of a batch, which brings its file."""
    return redirect(f"{reverse('batch', args=[made.company_id, made.number])}?exported=1")


def _confirm(request: HttpRequest, member: Membership, number: int) -> None:
    try:
        confirm(member.company, number, member)
    except WrongState:  # somebody cancelled it meanwhile, and the plan is another one
        messages.warning(request, say("Batch %s was cancelled meanwhile.") % words.number(number))


def _refusal(refused: NotExported) -> str:
    """What to say of an export that was not made; what changed meanwhile is said with it."""
    if isinstance(refused, PlanChanged):
        return say("Nothing was exported: something changed since you looked.")
    if isinstance(refused, Blocked):
        return say("Nothing was exported: correct the errors, or choose to leave them out.")
    if isinstance(refused, AcrossYears):
        return say("Nothing was exported: say first what is to happen with the sales of the closed year.")
    return say("Nothing was exported: there is nothing to transfer.")


def _again(request: HttpRequest, member: Membership, sent: ExportForm, **told: Any) -> HttpResponse:
    """The page as it is now, with the answers that still hold."""
    company, waits = member.company, span_of(member.company)
    through = sent.cleaned_data.get("through") or proposed(company, waits, timezone.localdate())
    company.refresh_from_db()
    unconfirmed = _unconfirmed(company)
    kept = {name: sent.data.get(name) for name in sent.fields if name.startswith("took_")}
    form = ExportForm(initial=kept, unconfirmed=unconfirmed)
    if not sent.is_valid():
        told["unanswered"] = [name for name in sent.errors if name.startswith("took_")]
    asked = ThroughForm(initial={"through": through})
    return _page(request, member, asked, through, waits, exporting=form, sent=sent, status=422, **told)


# On demand


@company_page(see=Right.READ)
def plan_made_of(request: HttpRequest, member: Membership) -> HttpResponse:
    """The documents and payments behind a figure, each with the rule that chose the account: a part of the page, or a page."""
    company, asked = member.company, request.GET
    _form, through = _through(company, asked, span_of(company))
    entry, line, account = whole(asked.get("entry", "")), whole(asked.get("line", "")), asked.get("account", "")[:15]
    try:
        planned = plan(company, through)
    except ThroughLocked:
        return redirect("transfer", company.pk)
    made = made_of(planned, entry=entry, line=line, account=account, at=whole(asked.get("at", "")))
    place = {"through": f"{through}", "entry": f"{entry}", "line": f"{line}", "account": account}
    context = {
        "made": made,
        "account": account,
        "entry": planned.plan.planned[entry - 1].entry if 0 < entry <= len(planned.plan.planned) else None,
        "address": f"{request.path}?{_query(place)}",
        "back": f"{reverse('transfer', args=[company.pk])}?through={through}",
    }
    return made_of_answer(request, context)


def made_of_answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A part of a page for htmx, else a page of its own."""
    is_part = request.headers.get("HX-Request") == "true"
    answer = render(request, "transfer/made_of.html" if is_part else "transfer/made_of_page.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _query(place: dict[str, str]) -> str:
    found = QueryDict(mutable=True)
    found.update({name: value for name, value in place.items() if value not in ("", "0")})
    return found.urlencode()


@company_page(see=Right.READ)
def what_if(request: HttpRequest, member: Membership) -> HttpResponse:
    """The plan under other settings, beside that of now. Nothing is kept."""
    company, waits = member.company, span_of(member.company)
    settings = settings_of(company, items=False)
    default = proposed(company, waits, timezone.localdate())
    begin = {"through": default, **WhatIfForm.of(settings)}
    asked: Mapping[str, Any] = request.GET
    if asked and "detail" not in asked:  # a link that changes one of them; the form itself sends all
        asked = {**{name: value for name, value in begin.items() if value}, **asked.dict()}  # type: ignore[attr-defined] # of a request
    form = WhatIfForm(asked or None, initial=begin, has_live_batch=has_live_batch(company))
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        through = form.cleaned_data["through"] or default
        tried = form.supposed

        def supposed(now: Settings) -> Settings:
            return replace(now, accounting=replace(now.accounting, **tried))

        try:
            now = PlanShown(plan(company, through), timezone.localdate())
            then = PlanShown(plan(company, through, supposed=supposed), timezone.localdate())
        except ThroughLocked as locked:
            context["locked"] = locked.lock_date
        else:
            pages = entries_page(then.entries, then.planned.inputs.chart, 1)
            differ = differences(now.seen, then)
            context |= {"now": now, "then": then, "pages": pages, "differ": differ, "through": through}
    return render(request, "transfer/what_if.html", context, status=422 if form.errors else 200)


def need(member: Membership, right: Right) -> None:
    """Raises PermissionDenied for who may act on a page, but not in this way."""
    if not may(member, right):
        raise PermissionDenied(right)
