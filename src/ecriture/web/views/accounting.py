"""Settings → Accounting: the program, the clearing account, the accounts of invoices, payments and refunds, the switch."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.forms.accounting import AccountingForm
from ecriture.web.guards import company_page
from ecriture.web.sample import sample
from ecriture.web.saving import saved, sent
from ecriture.web.set_up import taxes_in_words


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def accounting(request: HttpRequest, member: Membership) -> HttpResponse:
    company = member.company
    settings, chart = settings_of(company, items=False), chart_of(company)
    form = AccountingForm(sent(request), company=company, settings=settings, chart=chart)
    if saved(request, member, form, area="accounting"):
        return redirect("accounting", company.pk)
    clearing = settings.accounts.payment_credit
    context: dict[str, object] = {"form": form, "clearing": clearing, "clearing_name": form.name_of(clearing)}
    context["sample"] = sample(form, [(tax, "") for tax in settings.taxes.values()], timezone.localdate())
    context["taxes"] = taxes_in_words(settings, company.province)
    return render(request, "settings/accounting.html", context, status=422 if request.method == "POST" else 200)
