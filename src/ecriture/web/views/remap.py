"""Remap: what was transferred goes to the accounts of today's settings. Its entry is shown before anything is kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.store.remap import MOST, Moved, TooMany, count_waiting, look, remap, take_back
from ecriture.store.settings import settings_of
from ecriture.web import words
from ecriture.web.entries import entries_page
from ecriture.web.forms.remap import RemapForm
from ecriture.web.guards import company_page
from ecriture.web.plan_page import PlanShown


@company_page(see=Right.READ, act=Right.EXPORT)
def remap_page(request: HttpRequest, member: Membership) -> HttpResponse:
    """What moving the chosen documents and payments would do; what is sent has them moved with the next transfer."""
    company, is_sent = member.company, request.method == "POST"
    asked = request.POST if is_sent else request.GET
    form = RemapForm(asked or None, settings=settings_of(company, items=False))
    context: dict[str, Any] = {"form": form, "waiting": count_waiting(company), "most": words.number(MOST)}
    if not asked or not form.is_valid():
        return render(request, "transfer/remap.html", context, status=422 if form.errors else 200)
    try:
        if is_sent:
            count = remap(company, form.choice, request.POST.get("fingerprint", ""), member)
            return _done(request, member, count)
        found = look(company, form.choice)
    except TooMany:
        return render(request, "transfer/remap.html", {**context, "too_many": True}, status=422)
    except Moved as moved:
        found = moved.found
    shown = PlanShown(found.planned, timezone.localdate())
    context |= {"found": found, "plan": shown, "pages": entries_page(shown.entries, shown.planned.inputs.chart, 1)}
    return render(request, "transfer/remap.html", {**context, "wrong": is_sent}, status=422 if is_sent else 200)


def _done(request: HttpRequest, member: Membership, count: int) -> HttpResponse:
    text = ngettext(
        "%(count)s document or payment is moved with the next transfer.",
        "%(count)s documents and payments are moved with the next transfer.",
        count,
    )
    messages.success(request, text % {"count": words.number(count)})
    return redirect("remap", member.company_id)


@company_page(see=None, act=Right.EXPORT)
def take_back_remap(request: HttpRequest, member: Membership) -> HttpResponse:
    """Nothing is moved with the next transfer."""
    if take_back(member.company, member):
        messages.success(request, say("Taken back: what was transferred stays on its accounts."))
    return redirect("remap", member.company_id)
