"""Batches: the list, the page of each with its file and what became of it, its listing, two beside each other."""

from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as say

from ecriture.core.batches import BatchState, WrongState
from ecriture.store import transfer
from ecriture.store.access import Right, may
from ecriture.store.batches import listing_of
from ecriture.store.charts import chart_of
from ecriture.store.links import TooManyLinks, links_of, make_link, withdraw_link
from ecriture.store.models import Batch, Membership
from ecriture.transfer import ThroughLocked
from ecriture.web import batch_page, words
from ecriture.web.batch_page import (
    batch_of,
    compared,
    file_of,
    listed,
    listing_csv,
    made_of,
    program_of,
    reversal,
    stem_of,
)
from ecriture.web.downloads import CSV, download
from ecriture.web.forms.transfer import CancelForm, CompareForm
from ecriture.web.guards import company_page
from ecriture.web.listing import listed as list_page
from ecriture.web.listing import listed_file
from ecriture.web.lists.batches import BatchList, state_shown
from ecriture.web.plan_page import following_month
from ecriture.web.program import Program
from ecriture.web.refusals import OF_BATCH, Refusal, refusals_of
from ecriture.web.remembered import BACK
from ecriture.web.views.transfer import made_of_answer, need, whole

MOST_LISTED = 500
MOST_ON_ONE_PAGE = 5_000
"""What is printed at once; more is in the file."""


@company_page(see=Right.READ)
def batches(request: HttpRequest, member: Membership) -> HttpResponse:
    return list_page(request, BatchList(member.company, request.GET), {"compare": CompareForm()})


@company_page(see=Right.READ)
def batches_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed_file(BatchList(member.company, request.GET))


@company_page(see=Right.READ)
def batch(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """The file, the steps with the totals that the program will show, and what became of it."""
    return _page(request, member, number)


def _page(request: HttpRequest, member: Membership, number: int, *, link: str = "", status: int = 200) -> HttpResponse:
    found = batch_of(member.company, number)
    context = batch_page.shown(found, page=whole(request.GET.get("page", ""), 1))
    context |= {
        "state": state_shown(found),
        "details": f"{reverse('batch-made-of', args=[member.company_id, number])}?",
        "address": "?",
        "downloads": "exported" in request.GET and found.state == BatchState.EXPORTED,
        "links": links_of(found) if may(member, Right.EXPORT) else (),
        "link": link,
        "following": _following(found, program_of(found)),
    }
    return render(request, "transfer/batch.html", context, status=status)


def _following(found: Batch, program: Program) -> str:
    """The month that comes after that of the last batch, where the program takes one at a time."""
    is_last = found.live and found.number == found.company.batches_made
    if not (is_last and program.key == found.company.target and program.target.split_by):
        return ""
    try:
        return following_month(found.company, found.through)
    except ThroughLocked:
        return ""


@company_page(see=Right.READ)
def batch_file(_request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    return file_of(batch_of(member.company, number))


@company_page(see=Right.READ)
def batch_made_of(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """The documents and payments behind a figure of a batch."""
    asked, found = request.GET, batch_of(member.company, number)
    entry, line, account = whole(asked.get("entry", "")), whole(asked.get("line", "")), asked.get("account", "")[:15]
    account = account.replace("\0", "")
    made = made_of(found, entry=entry, line=line, account=account, at=whole(asked.get("at", "")))
    place = asked.copy()
    place.pop("at", None)
    context = {
        "made": made,
        "account": account,
        "batch": found,
        "address": f"{request.path}?{place.urlencode()}",
        "back": reverse("batch", args=[member.company_id, number]),
    }
    return made_of_answer(request, context)


# The listing


@company_page(see=Right.READ)
def batch_listing(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """Every posting with its document and why it is there."""
    found, at = batch_of(member.company, number), whole(request.GET.get("at", ""))
    size = MOST_ON_ONE_PAGE if "all" in request.GET else MOST_LISTED
    some = [*islice(listing_of(found), at, at + size + 1)]
    context = {
        "batch": found,
        "state": state_shown(found),
        "rows": listed(found, chart_of(member.company), some[:size]),
        "previous": max(0, at - size) if at else None,
        "following": at + size if len(some) > size else None,
        "is_all": "all" in request.GET,
    }
    return render(request, "transfer/listing.html", context)


@company_page(see=Right.READ)
def batch_listing_csv(_request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    found = batch_of(member.company, number)
    return download(listing_csv(found, _titles()), f"{stem_of(found)}-listing.csv", CSV)


def _titles() -> tuple[str, ...]:
    return (
        say("Entry"),
        say("Line"),
        say("Type"),
        say("Number"),
        say("Customer"),
        say("Date"),
        say("Entered on"),
        say("Account"),
        say("Amount"),
        say("Why"),
    )


@company_page(see=Right.READ)
def compare(request: HttpRequest, member: Membership) -> HttpResponse:
    """What two batches have otherwise, by document and account."""
    is_asked = "first" in request.GET
    form = CompareForm(request.GET if is_asked else None)
    context: dict[str, Any] = {"form": form}
    if is_asked and form.is_valid():
        there = {
            it.number: it for it in transfer.batches_of(member.company).filter(number__in=form.cleaned_data.values())
        }
        for name, number in form.cleaned_data.copy().items():
            if number not in there:
                form.add_error(name, say("There is no batch %s.") % words.number(number))
        if form.is_valid():
            first, second = (batch_of(member.company, form.cleaned_data[name]) for name in ("first", "second"))
            context |= {"first": first, "second": second, "comparison": compared(first, second)}
            context["states"] = [(it, state_shown(it)) for it in dict.fromkeys((first, second))]
    return render(request, "transfer/compare.html", context, status=422 if form.errors else 200)


# What becomes of it


@company_page(see=None, act=Right.EXPORT)
def confirm_batch(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """The program took it."""
    batch_of(member.company, number)
    try:
        transfer.confirm(member.company, number, member)
    except WrongState:
        messages.error(request, say("Batch %s is cancelled: it can no longer be confirmed.") % words.number(number))
    else:
        messages.success(request, say("Batch %s went in.") % words.number(number))
    return redirect("batch", member.company_id, number)


@company_page(see=Right.EXPORT, act=Right.EXPORT)
def cancel_batch(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """What the program said and its remedy; what cancelling does; and the cancelling itself, with its reason."""
    found = batch_of(member.company, number)
    if not found.live:
        messages.error(request, say("Batch %s is cancelled already.") % words.number(number))
        return redirect("batch", member.company_id, number)
    program = program_of(found)
    refusals = refusals_of(program)
    refusal = refusals.get(request.GET.get("said", ""))
    is_confirmed = found.state == BatchState.CONFIRMED
    initial = {"is_in": "no", "reason": refusal.reason} if refusal and refusal.reason else {}
    form = CancelForm(request.POST if request.method == "POST" else None, initial=initial, is_confirmed=is_confirmed)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["is_in"] == "yes":
            need(member, Right.CANCEL_CONFIRMED)
        try:
            transfer.cancel(member.company, number, member, reason=given["reason"], seen=found.state)
        except WrongState as wrong:
            went_in = say("Nothing was cancelled: somebody said meanwhile that batch %s went in.")
            text = went_in if wrong.args[0] == BatchState.CONFIRMED else say("Batch %s is cancelled already.")
            messages.error(request, text % words.number(number))
        else:
            text = say("Batch %s is cancelled. Everything that it held waits for the next transfer.")
            messages.success(request, text % words.number(number))
        return redirect("batch", member.company_id, number)
    context = {
        "batch": found,
        "form": form,
        "refusal": refusal,
        "steps": _steps(found, refusal) if refusal else (),
        "refusals": refusals.items(),
        "program": program,
        "is_confirmed": is_confirmed,
        "may_reverse": may(member, Right.CANCEL_CONFIRMED),
        "reversal": reversal(found),
    }
    return render(request, "transfer/cancel.html", context, status=422 if form.errors else 200)


def _steps(batch: Batch, refusal: Refusal) -> list[tuple[str, str]]:
    """The addresses on which a remedy begins, with the way back to the plan from pages of the settings."""
    found = []
    for page, text, place in refusal.steps:
        if page in OF_BATCH:
            address = f"{reverse(page, args=[batch.company_id, batch.number])}{place}"
        else:
            address = f"{reverse(page, args=[batch.company_id])}?{urlencode({BACK: batch.through})}"
        found.append((address, str(text)))
    return found


# Links to it


@company_page(see=None, act=Right.EXPORT)
def make_batch_link(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """Shown once: only its digest is kept."""
    found = batch_of(member.company, number)
    try:
        token = make_link(found, member).token
    except TooManyLinks:
        messages.error(request, say("This batch has the most links already. Withdraw one first."))
        return redirect("batch", member.company_id, number)
    return _page(request, member, number, link=request.build_absolute_uri(reverse("shared-batch", args=[token])))


@company_page(see=None, act=Right.EXPORT)
def withdraw_batch_link(request: HttpRequest, member: Membership, number: int, link_id: UUID) -> HttpResponse:
    if not withdraw_link(batch_of(member.company, number), link_id, member):
        raise Http404
    messages.success(request, say("The link is withdrawn: it no longer opens anything."))
    return redirect("batch", member.company_id, number)
