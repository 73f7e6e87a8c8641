"""Closing: the lock date, what must be done before it moves, and the archive of a year."""

from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.store.access import Right, may
from ecriture.store.archive import write_year, years_of
from ecriture.store.closing import LockMoved, NotEarlier, NotLater, close, reopen
from ecriture.store.models import Membership
from ecriture.store.settings import company_only
from ecriture.web import words
from ecriture.web.closing_page import Point, State, points, proposed
from ecriture.web.forms.closing import CloseForm, ReopenForm
from ecriture.web.guards import company_page
from ecriture.web.views.removal import IN_MEMORY


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def closing(request: HttpRequest, member: Membership) -> HttpResponse:
    """What is closed, and what must be done before everything through a day is; sent with that day, it closes it."""
    company, lock = member.company, member.company.lock_date
    if request.method != "POST":
        return _looked_at(request, member)
    form = CloseForm(request.POST, lock=lock)
    if not form.is_valid():
        return _page(request, member, form, None, status=422)
    through, seen = form.cleaned_data["through"], form.cleaned_data["seen"]
    if seen != lock:
        return _moved(request, member)
    found = points(company, through, timezone.localdate())
    if any(point.state is State.OPEN for point in found) and not form.cleaned_data["although"]:
        return _page(request, member, form, through, status=422, found=found)
    try:
        close(member, through, seen=seen)
    except (LockMoved, NotLater):
        return _moved(request, member)
    messages.success(request, say("Everything is closed through %s.") % words.day(through))
    return redirect("closing", company.pk)


def _looked_at(request: HttpRequest, member: Membership) -> HttpResponse:
    """The day that is asked for, else the one that is proposed, with what is to be done before it is closed."""
    lock = member.company.lock_date
    if "through" in request.GET:
        asked = CloseForm(request.GET, lock=lock)
        status = 200 if asked.is_valid() else 422
        return _page(request, member, asked, asked.cleaned_data.get("through"), status=status)
    day = proposed(lock, company_only(member.company).fiscal_years, timezone.localdate())
    return _page(request, member, CloseForm(initial={"through": day}, lock=lock), day)


def _moved(request: HttpRequest, member: Membership) -> HttpResponse:
    messages.error(request, say("Nothing was changed: somebody moved the lock date meanwhile. This is how it is now."))
    return redirect("closing", member.company_id)


def _page(
    request: HttpRequest,
    member: Membership,
    form: CloseForm,
    day: date | None,
    *,
    status: int = 200,
    reopening: ReopenForm | None = None,
    found: list[Point] | None = None,
) -> HttpResponse:
    """`found` are the points of the day that somebody wanted to close although some are open."""
    company, lock = member.company, member.company.lock_date
    shown = found or (points(company, day, timezone.localdate()) if day is not None else [])
    context: dict[str, Any] = {
        "form": form,
        "lock": lock,
        "day": day,
        "points": shown,
        "open_points": sum(point.state is State.OPEN for point in shown),
        "asks": found is not None,
        "reopening": (reopening or ReopenForm(lock=lock)) if lock and may(member, Right.REOPEN) else None,
        "years": years_of(company),
        "today": timezone.localdate(),
    }
    return render(request, "transfer/closing.html", context, status=status)


@company_page(see=None, act=Right.REOPEN, alone=True)
def reopen_period(request: HttpRequest, member: Membership) -> HttpResponse:
    """Moves the lock date back, for a reason."""
    form = ReopenForm(request.POST, lock=member.company.lock_date)
    if not form.is_valid():
        closing_form = CloseForm(lock=member.company.lock_date)
        return _page(request, member, closing_form, None, status=422, reopening=form)
    given = form.cleaned_data
    try:
        reopen(member, given["through"], seen=given["seen"], reason=given["reason"])
    except (LockMoved, NotEarlier):
        return _moved(request, member)
    if given["through"]:
        messages.success(request, say("What is dated after %s is open again.") % words.day(given["through"]))
    else:
        messages.success(request, say("Nothing is closed now."))
    return redirect("closing", member.company_id)


@company_page(see=Right.READ)
def year_archive(_request: HttpRequest, member: Membership, first: str) -> HttpResponse:
    """A year's batches, listings, balances, gaps and audit as a ZIP, readable without the program."""
    year = next((it for it in years_of(member.company) if it.first.isoformat() == first), None)
    if year is None:
        raise Http404
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it once it was sent
    write_year(member.company, year, file)
    file.seek(0)
    name = f"ecriture-{year.first}-{year.last}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")  # type: ignore[return-value] # a response that streams
