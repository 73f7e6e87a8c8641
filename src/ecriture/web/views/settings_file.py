"""Settings → Settings file: exports and imports the settings as company.toml, the command's own file.

A preview shows what a file would change. Until it is confirmed, the settings travel in the page's form, written as a
file: nothing is stored on the server, so any process can answer, two tabs do not mix, and exactly the previewed
settings are applied. If somebody changed the settings meanwhile, the preview is shown again.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say

from ecriture.core.settings import Settings
from ecriture.sources.settings_file import write_company
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.web.audit_words import line_shown
from ecriture.web.downloads import download
from ecriture.web.forms.settings_file import LARGEST_FILE, Proposed, SettingsFileForm, proposed, seal
from ecriture.web.guards import company_page
from ecriture.web.saving import save

MOST_FAULTS = 50


class Meanwhile(RuntimeError):
    """The settings changed since the preview."""


@company_page(see=Right.READ, act=Right.SETTINGS)
def settings_file(request: HttpRequest, member: Membership) -> HttpResponse:
    if request.method == "POST" and "settings" in request.POST:
        return _apply(request, member)
    form = SettingsFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _preview(request, member, form.cleaned_data["file"].read())
    return _page(request, {"form": form}, status=422 if form.errors else 200)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "settings_file/page.html", {"form": SettingsFileForm(), **context}, status=status)


def _preview(request: HttpRequest, member: Membership, content: bytes) -> HttpResponse:
    company, before = member.company, settings_of(member.company)
    chart = chart_of(company)
    found = proposed(content, company=company, before=before, chart=chart)
    if found.faults:
        return _refuse(request, found)
    context = {
        "lines": [line_shown("file", change, chart) for change in found.changes],
        "warnings": found.warnings,
        "settings": write_company(found.settings).decode(),
        "seen": seal(before),
    }
    return render(request, "settings_file/preview.html", context)


def _refuse(request: HttpRequest, found: Proposed) -> HttpResponse:
    context = {"faults": found.faults[:MOST_FAULTS], "more": max(0, len(found.faults) - MOST_FAULTS)}
    return _page(request, context, status=422)


def _apply(request: HttpRequest, member: Membership) -> HttpResponse:
    company, content = member.company, request.POST["settings"][:LARGEST_FILE].encode("utf-8", "replace")
    found = proposed(content, company=company, before=settings_of(company), chart=chart_of(company))
    if found.faults:
        return _refuse(request, found)

    def to(present: Settings) -> Settings:
        if seal(present) != request.POST.get("seen"):
            raise Meanwhile
        return found.settings

    try:
        saved = save(request, member, to, area="file", items=True)
    except Meanwhile:
        messages.warning(
            request, say("Nothing was saved: the settings have changed meanwhile. Check the differences again.")
        )
        return _preview(request, member, content)
    return redirect("settings-file", company.pk) if saved else _page(request, {}, status=422)


@company_page(see=Right.READ)
def company_toml(request: HttpRequest, member: Membership) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The settings as the command reads them."""
    content = write_company(settings_of(member.company))
    return download(content, "company.toml", "application/toml; charset=utf-8")
