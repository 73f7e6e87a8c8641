"""Settings → Payments: payment methods, the accounts of payments and refunds, and the bank lines."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.forms.payments import CommonMethodsForm, OwnMethodForm, PaymentsForm
from ecriture.web.guards import company_page
from ecriture.web.saving import saved, sent


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def payments_settings(request: HttpRequest, member: Membership) -> HttpResponse:
    company = member.company
    settings, chart = settings_of(company, items=False), chart_of(company)
    form = PaymentsForm(sent(request), company=company, settings=settings, chart=chart)
    common = CommonMethodsForm(sent(request, "common"), company=company, settings=settings, chart=chart)
    own = OwnMethodForm(sent(request, "own"), company=company, settings=settings, chart=chart)
    acting = next((it for it in (common, own) if it.is_bound), form)
    if saved(request, member, acting, area="payments"):
        return redirect("payments-settings", company.pk)
    context = {"form": form, "common": common, "own": own, "acting": acting}
    return render(request, "settings/payments.html", context, status=422 if request.method == "POST" else 200)
