"""A new company. Its creator becomes its owner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as say

from ecriture.core.settings import Settings
from ecriture.store.people import Unverified
from ecriture.store.settings import make_company
from ecriture.web.forms.companies import NewCompanyForm
from ecriture.web.guards import signed_in


@signed_in
def new_company(request: HttpRequest) -> HttpResponse:
    form = NewCompanyForm(request.POST or None, initial={"language": get_language(), "province": "QC"})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        settings = Settings(name=answers["name"], language=answers["language"])
        try:
            company = make_company(settings, owner=request.user, province=answers["province"])  # type: ignore[arg-type] # signed in
        except Unverified:
            form.add_error(None, say("Confirm your e-mail address first: My account leads there."))
        else:
            return redirect("company", company.pk)
    return render(request, "companies/new.html", {"form": form}, status=422 if form.errors else 200)
