"""After signing in again in the middle of a form: what was typed is here, and one click sends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ecriture.web.guards import signed_in
from ecriture.web.kept import take


@never_cache
@require_safe
@signed_in
def kept(request: HttpRequest) -> HttpResponse:
    found = take(request)
    return render(request, "people/kept.html", {"kept": found}) if found else redirect("home")
