"""Where a person arrives: their company, or the list of their companies with what waits in each."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ecriture.store.access import Right, companies_of
from ecriture.store.books import waiting_in
from ecriture.store.models import Membership
from ecriture.web.guards import company_page


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The company that was looked at last, the only one, or the list."""
    memberships = list(companies_of(request.user))  # type: ignore[arg-type] # signed in
    last = request.session.get("company")
    found = next((it for it in memberships if str(it.company_id) == last), None)
    if found is None and len(memberships) == 1:
        found = memberships[0]
    return redirect("company", found.company_id) if found else redirect("companies")


@login_required
def companies(request: HttpRequest) -> HttpResponse:
    """All of a bookkeeping firm's companies: role, what waits, what is missing."""
    memberships = list(companies_of(request.user))  # type: ignore[arg-type] # signed in
    waiting = waiting_in(it.company for it in memberships)
    rows = [(it, waiting[it.company_id]) for it in memberships]
    return render(request, "companies/list.html", {"rows": rows})


@company_page(see=Right.READ)
def company(request: HttpRequest, member: Membership) -> HttpResponse:
    """A company's first page: what waits, and what to do first."""
    waiting = waiting_in([member.company])[member.company_id]
    return render(request, "companies/company.html", {"waiting": waiting})
