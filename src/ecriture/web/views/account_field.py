"""Requests of an account field while somebody types: matching accounts, and whether the typed one is refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ecriture.core.accounts import Chart
from ecriture.core.likely import Purpose, likely, search
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.forms.base import account_problem
from ecriture.web.forms.fields import AccountField
from ecriture.web.guards import company_page
from ecriture.web.soundness import text_of

MOST_OFFERED = 20


@company_page(see=Right.READ)
def options(request: HttpRequest, member: Membership) -> HttpResponse:
    """The accounts that match the typed text (`q`), likely ones first."""
    chart = chart_of(member.company)
    purpose = _purpose(request)
    linked = frozenset(member.company.linked_accounts)
    found = search(chart, request.GET.get("q", "")[:60], purpose, linked=linked, limit=MOST_OFFERED)
    probable = {account.number for account in likely(Chart(found), purpose, linked=linked)}
    return render(request, "form/account_options.html", {"accounts": found, "likely": probable, "linked": linked})


@company_page(see=Right.READ)
def check(request: HttpRequest, member: Membership) -> HttpResponse:
    """The name of a typed account, or why it is refused."""
    chart = chart_of(member.company)
    number = request.GET.get("number", "").strip()[:15]
    settings = settings_of(member.company, items=False)
    field = AccountField(purpose=_purpose(request), setting=request.GET.get("setting", "")[:100])
    problem = account_problem(number, field, settings=settings, chart=chart)
    said = text_of(problem) if number and problem else ""
    found = {"account": chart.get(number), "said": said, "refused": bool(said and problem and problem.stops)}
    return render(request, "form/account_check.html", found)


def _purpose(request: HttpRequest) -> Purpose:
    asked = request.GET.get("purpose", "")
    return Purpose(asked) if asked in set(Purpose) else Purpose.REVENUE
