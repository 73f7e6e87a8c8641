"""The start page: the person's company, or the list of their companies with what is pending."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings
from ecriture.core.text import fold
from ecriture.store.access import Right, companies_of
from ecriture.store.books import Waiting, waiting_in
from ecriture.store.models import Company, Membership
from ecriture.web.guards import company_page
from ecriture.web.set_up import frame, known_of
from ecriture.web.words import TARGETS

SEARCHED_FROM = 10
"""With more companies than this, the list has a search."""


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Goes to the last viewed company, the only one, or the list."""
    memberships = list(companies_of(request.user))  # type: ignore[arg-type] # signed in
    last = request.session.get("company")
    found = next((it for it in memberships if str(it.company_id) == last), None)
    if found is None and len(memberships) == 1:
        found = memberships[0]
    return redirect("company", found.company_id) if found else redirect("companies")


class Row(NamedTuple):
    """A company in the list."""

    company: Company
    role: str
    program: str
    is_set_up: bool
    waiting: Waiting

    @property
    def urgency(self) -> tuple[date, int, str]:
        """Sort key: the longest wait first, then the most pending."""
        waiting = self.waiting
        return (waiting.oldest or date.max, -(waiting.documents + waiting.payments), self.company.name.casefold())


@login_required
def companies(request: HttpRequest) -> HttpResponse:
    """All companies of a person: role, what is pending, what is missing."""
    memberships = list(companies_of(request.user))  # type: ignore[arg-type] # signed in
    q = request.GET.get("q", "").strip()[:60]
    found = [it for it in memberships if fold(q) in fold(it.company.name)]
    waiting = waiting_in(it.company for it in found)
    rows = sorted((_row(it, waiting[it.company_id]) for it in found), key=lambda row: row.urgency)
    context = {"rows": rows, "q": q, "is_searchable": len(memberships) > SEARCHED_FROM}
    return render(request, "companies/list.html", context)


def _row(membership: Membership, waiting: Waiting) -> Row:
    company = membership.company
    program = str(TARGETS.get(company.target, company.target))
    return Row(company, membership.get_role_display(), program, _is_set_up(company), waiting)


def _is_set_up(company: Company) -> bool:
    """Whether the accounts of invoices and payments are set, which is enough for a transfer."""
    accounts = (company.invoice_debit, company.invoice_credit, company.payment_debit, company.payment_credit)
    return all(accounts)


@company_page(see=Right.READ)
def company(request: HttpRequest, member: Membership) -> HttpResponse:
    """A company's home page: the next steps, what is pending, and what to check before a transfer."""
    known = known_of(member.company)
    context = {"waiting": waiting_in([member.company])[member.company_id], "to_check": _to_check(known.settings)}
    return render(request, "companies/company.html", {**context, **frame(known)})


class ToCheck(NamedTuple):
    """What has no account: items, which use the default, and taxes, whose invoices are held back."""

    items: int
    default: str
    taxes: tuple[str, ...]


def _to_check(settings: Settings) -> ToCheck:
    items = sum(not item.credit and not item.archived for item in settings.items.values())
    taxes = tuple(tax_name(code, str(get_language())) for code, tax in settings.taxes.items() if not tax.credit)
    return ToCheck(items, settings.accounts.invoice_credit, taxes)
