"""Settings → Company."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.store.steps import SELLER, put_province, put_seller
from ecriture.web.forms.company import CompanySettingsForm, identity, with_next_year
from ecriture.web.guards import company_page
from ecriture.web.saving import save, sent
from ecriture.web.steps import year_after


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def company(request: HttpRequest, member: Membership) -> HttpResponse:
    """The company's name and fiscal years; one click adds the next year."""
    if request.method == "POST" and "next_year" in request.POST:
        save(request, member, with_next_year, area="company")
        return redirect("company-settings", member.company_id)
    settings = settings_of(member.company, items=False)
    rows = [*settings.fiscal_years, None]
    seller = {name: getattr(member.company, name) for name in SELLER}
    initial = {**identity(settings, member.company.province), **seller}
    form = CompanySettingsForm(sent(request), initial=initial, years=rows, kept=settings.fiscal_years)
    if request.method == "POST" and form.is_valid():
        put_province(member.company, form.province_for(member.company.province), member)
        put_seller(member.company, form.seller, member)
        if form.touched and form.touched <= {*SELLER}:
            messages.success(request, say("Saved."))
            return redirect("company-settings", member.company_id)
        if save(request, member, form.change, area="company", warnings=form.warnings) is not None:
            return redirect("company-settings", member.company_id)
    following = year_after(settings.fiscal_years[-1]) if settings.fiscal_years else None
    context = {"form": form, "settings": settings, "following": following}
    return render(request, "settings/company.html", context, status=422 if form.errors else 200)
