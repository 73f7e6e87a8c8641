"""The start page: the person's company, or the list of their companies with what is pending."""

from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ecriture.core.provinces import tax_name
from ecriture.core.soundness import is_error
from ecriture.core.text import fold
from ecriture.store.access import Right, companies_of
from ecriture.store.figures import figures_of
from ecriture.store.models import Company, Membership
from ecriture.store.transfer import batches_of
from ecriture.store.waiting import Waiting, waiting_in
from ecriture.web.charts import month_bars, owed_widths
from ecriture.web.guards import company_page, signed_in
from ecriture.web.remembered import COMPANY
from ecriture.web.set_up import frame, known_of
from ecriture.web.soundness import page_of, setting_of, text_of
from ecriture.web.steps import Known, unsound
from ecriture.web.words import TARGETS, language, setting_label

MOST_FAULTS = 10
"""How many faults of the settings are listed; the others are counted."""
SEARCHED_FROM = 10
"""With more companies than this, the list has a search."""


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Goes to the last viewed company, the only one, or the list."""
    memberships = list(companies_of(request.user))  # type: ignore[arg-type] # signed in
    last = request.COOKIES.get(COMPANY)
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


@signed_in
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
    program = str(TARGETS[company.target])
    return Row(company, membership.get_role_display(), program, _is_set_up(company), waiting)


def _is_set_up(company: Company) -> bool:
    """Whether the accounts of invoices and payments are set, which is enough for a transfer."""
    accounts = (company.invoice_debit, company.invoice_credit, company.payment_debit, company.payment_credit)
    return all(accounts)


@company_page(see=Right.READ)
def company(request: HttpRequest, member: Membership) -> HttpResponse:
    """A company's home page: the next steps, what is pending, and what to check before a transfer."""
    known = known_of(member.company)
    context = {
        "waiting": waiting_in([member.company])[member.company_id],
        "last": batches_of(member.company).first(),
        "to_check": _to_check(known),
    }
    return render(request, "companies/company.html", {**context, **frame(known)})


@company_page(see=Right.READ)
def figures(request: HttpRequest, member: Membership) -> HttpResponse:
    """The charts of the home page, which take longer than a page should: they come after it."""
    found = figures_of(member.company, timezone.localdate())
    bars = month_bars(found)
    context = {
        "figures": found,
        "bars": bars,
        "labels": list(zip(bars.places, (it.first for it in found.months), strict=True)),
        "owed": list(zip(found.owed, owed_widths(found), strict=True)),
    }
    return render(request, "companies/figures.html", context)


class Fault(NamedTuple):
    """Something wrong with a setting: its name, the sentence, its page, and whether it holds documents back."""

    setting: str
    text: str
    page: str
    holds: bool


class ToCheck(NamedTuple):
    """What is wrong with the settings and the chart, and the items that use the default account."""

    missing: tuple[str, ...]
    """The settings without an account that need one."""
    taxes: tuple[str, ...]
    """The taxes without an account: their invoices are held back."""
    faults: tuple[Fault, ...]
    more: int
    items: int
    default: str

    @property
    def is_all_well(self) -> bool:
        return not (self.missing or self.taxes or self.faults or self.items)


def _to_check(known: Known) -> ToCheck:
    settings, problems = known.settings, unsound(known)
    missing = tuple(setting_label(setting_of(it)) for it in problems if it.code == "account-missing")
    taxes = tuple(
        tax_name(setting_of(it).split(".")[1], language()) for it in problems if it.code == "tax-account-missing"
    )
    others = [it for it in problems if it.code not in ("account-missing", "tax-account-missing")]
    others.sort(key=lambda problem: not is_error(problem))
    faults = tuple(
        Fault(setting_label(setting_of(it)), text_of(it), page_of(it), is_error(it)) for it in others[:MOST_FAULTS]
    )
    items = sum(not item.credit and not item.archived for item in settings.items.values())
    more = max(0, len(others) - MOST_FAULTS)
    return ToCheck(missing, taxes, faults, more, items, settings.accounts.invoice_credit)
