"""Requests of an account field while somebody types: matching accounts, and whether the typed one is refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ecriture.core.accounts import Chart
from ecriture.core.likely import Purpose, likely, search
from ecriture.core.problems import Problem
from ecriture.core.roles import role_of_setting
from ecriture.core.settings import Settings
from ecriture.core.soundness import REFUSED, with_account
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.guards import company_page
from ecriture.web.soundness import other_of, setting_of, text_of, unsound

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
    """The name of a typed account, or what is wrong with it for this setting."""
    chart = chart_of(member.company)
    number = request.GET.get("number", "").strip()[:15]
    settings = settings_of(member.company, items=False)
    problem = _problem(number, request.GET.get("setting", "")[:200], settings, chart) if number else None
    said, refused = (text_of(problem), problem.code in REFUSED) if problem else ("", False)
    found = {"account": chart.get(number), "said": said, "refused": refused}
    return render(request, "form/account_check.html", found)


def _problem(number: str, setting: str, settings: Settings, chart: Chart) -> Problem | None:
    """What would be wrong with a setting if it had this account; what it is refused for first.

    A clearing account is typed before the one of payments follows it: that the two differ is said when it is saved.
    """
    if role_of_setting(setting) is None:
        return None
    found = [it for it in unsound(with_account(settings, setting, number), chart) if it.code != "receivable-split"]
    of_field = [it for it in found if setting in (setting_of(it), other_of(it))]
    return min(of_field, key=lambda problem: problem.code not in REFUSED, default=None)


def _purpose(request: HttpRequest) -> Purpose:
    asked = request.GET.get("purpose", "")
    return Purpose(asked) if asked in set(Purpose) else Purpose.REVENUE
