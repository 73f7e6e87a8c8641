"""Settings → Accounting: the program, the clearing account, the accounts of invoices, payments and refunds, the switch."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.forms.accounting import AccountingForm, initial
from ecriture.web.guards import company_page
from ecriture.web.saving import save


@company_page(see=Right.READ, act=Right.SETTINGS)
def accounting(request: HttpRequest, member: Membership) -> HttpResponse:
    company = member.company
    settings, chart = settings_of(company, items=False), chart_of(company)
    form = AccountingForm(
        request.POST or None, initial=initial(settings), company=company, settings=settings, chart=chart
    )
    if request.method == "POST" and form.is_valid():
        saved = save(request, member, form.change, area="accounting", warnings=form.warnings)
        if saved is not None:
            return redirect("accounting", company.pk)
    return render(request, "settings/accounting.html", {"form": form}, status=_status(form))


def _status(form: AccountingForm) -> int:
    """Not every browser notes it, but a script does: what was sent was not taken."""
    return 422 if form.errors else 200
