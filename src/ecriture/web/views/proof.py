"""The month's proof, on the page and as PDF, and who looked at it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.store.proof import look
from ecriture.web.downloads import PDF, download
from ecriture.web.explain_page import MonthFilters
from ecriture.web.guards import company_page
from ecriture.web.proof_page import Proof, month_asked, printed


def _proof(request: HttpRequest, member: Membership) -> tuple[Proof, MonthFilters]:
    form = MonthFilters(request.GET)
    found = Proof(member.company, month_asked(member.company, form.given("month")))
    return found, form if request.GET.get("month") else MonthFilters({"month": found.value})


@company_page(see=Right.READ, act=Right.EXPORT)
def proof(request: HttpRequest, member: Membership) -> HttpResponse:
    found, form = _proof(request, member)
    if request.method == "POST":
        if found.month.first > timezone.localdate():
            messages.error(request, say("This month has not begun: there is nothing to look at yet."))
            return redirect("proof", member.company_id)
        look(member.company, found.month, found.control, member)
        return redirect(f"{reverse('proof', args=[member.company_id])}?month={found.value}")
    return render(request, "control/proof.html", {"proof": found, "form": form})


@company_page(see=Right.READ)
def proof_pdf(request: HttpRequest, member: Membership) -> HttpResponse:
    found, _form = _proof(request, member)
    return download(printed(found), f"{found.value}.pdf", PDF)
