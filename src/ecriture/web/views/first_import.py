"""The guide of a first import, and its file of one cent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.targets.registry import target
from ecriture.web.downloads import download
from ecriture.web.guards import company_page
from ecriture.web.one_cent import SOURCE, can_be_written, one_cent, open_day


@company_page(see=Right.READ)
def first_import(request: HttpRequest, member: Membership) -> HttpResponse:
    settings = settings_of(member.company, items=False)
    context = {"can_be_written": can_be_written(settings), "settings": settings, "source": SOURCE}
    context["on"] = open_day(settings, timezone.localdate())
    return render(request, "first_steps/first_import.html", context)


@company_page(see=Right.EXPORT)
def one_cent_file(request: HttpRequest, member: Membership) -> HttpResponse:
    settings = settings_of(member.company, items=False)
    if not can_be_written(settings):
        messages.error(request, say("Choose the two accounts of an invoice first."))
        return redirect("accounting", member.company_id)
    content = one_cent(settings, chart_of(member.company), today=timezone.localdate())
    suffix = target(settings.accounting.target).suffix
    return download(content, f"ecriture-test.{suffix.lstrip('.')}", "application/octet-stream")
