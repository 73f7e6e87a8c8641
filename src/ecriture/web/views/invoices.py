"""Settings → Invoices: the taxes with their two accounts and dated rates, and what an invoice carries besides."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ecriture.core.provinces import PROVINCES
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.forms.invoices import InvoicesForm, OwnTaxForm, ProvinceTaxesForm, provinces
from ecriture.web.guards import company_page
from ecriture.web.saving import saved, sent


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def invoices(request: HttpRequest, member: Membership) -> HttpResponse:
    company, today = member.company, timezone.localdate()
    settings, chart = settings_of(company, items=False), chart_of(company)
    asked = request.GET.get("province", "")
    province = asked if asked in PROVINCES else company.province
    form = InvoicesForm(sent(request), company=company, settings=settings, chart=chart, today=today)
    of_province = ProvinceTaxesForm(
        sent(request, "province"), company=company, settings=settings, chart=chart, today=today, province=province
    )
    own = OwnTaxForm(sent(request, "own"), company=company, settings=settings, chart=chart)
    acting = next((it for it in (of_province, own) if it.is_bound), form)
    if saved(request, member, acting, area="invoices"):
        return redirect("invoices", company.pk)
    context: dict[str, Any] = {"form": form, "of_province": of_province, "own": own, "acting": acting}
    context |= {"province": province, "provinces": list(provinces())}
    return render(request, "settings/invoices.html", context, status=422 if request.method == "POST" else 200)
