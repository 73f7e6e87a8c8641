"""The control of the clearing account: what is open, the opening balance, the program's report, an account explained."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.web.compare_page import CompareForm, compared
from ecriture.web.control_page import ControlFilters, Page, default_day
from ecriture.web.downloads import CSV, download
from ecriture.web.explain_page import ExplainFilters
from ecriture.web.explain_page import Page as ExplainPage
from ecriture.web.guards import company_page
from ecriture.web.open_lines import opening_of


@company_page(see=Right.READ)
def control(request: HttpRequest, member: Membership) -> HttpResponse:
    asked = request.GET.copy()
    asked["day"] = asked.get("day") or f"{default_day(member.company)}"
    page = Page(member.company, ControlFilters(asked))
    return render(request, "control/control.html", {"page": page, "query": page.query})


@company_page(see=Right.READ)
def control_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    page = Page(member.company, ControlFilters(request.GET))
    return download(page.content(), f"{page.account or 'control'}-{page.day}.csv", CSV)


@company_page(see=Right.READ)
def opening(request: HttpRequest, member: Membership) -> HttpResponse:
    """The opening balance by document, for a company with a start date."""
    return render(request, "control/opening.html", {"parts": opening_of(member.company)})


@company_page(see=Right.READ, act=Right.READ)
def compare(request: HttpRequest, member: Membership) -> HttpResponse:
    """Compares a report of the program, which is not kept."""
    is_sent = request.method == "POST"
    form = CompareForm(request.POST if is_sent else None, request.FILES or None, company=member.company)
    found = compared(member.company, form) if is_sent and form.is_valid() else None
    status = 422 if is_sent and found is None else 200
    return render(request, "control/compare.html", {"form": form, "compared": found}, status=status)


@company_page(see=Right.READ)
def explain(request: HttpRequest, member: Membership) -> HttpResponse:
    page = ExplainPage(member.company, ExplainFilters(request.GET))
    return render(request, "control/explain.html", {"page": page})
