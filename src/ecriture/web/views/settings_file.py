"""Settings → Settings file: exports and imports the settings as company.toml, the command's own file.

A file waits in the table of uploads until its preview is confirmed (`ecriture.store.uploads`).
"""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ecriture.sources.settings_file import CompanyRead, read_company, write_company
from ecriture.store import uploads
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Company, Membership, Upload
from ecriture.store.settings import locked, settings_of
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.audit_words import line_shown
from ecriture.web.downloads import download
from ecriture.web.forms.settings_file import Proposed, SettingsFileForm, proposed
from ecriture.web.guards import company_page
from ecriture.web.meanwhile import meanwhile
from ecriture.web.saving import save

MOST_FAULTS = 50


@company_page(see=Right.READ, act=Right.SETTINGS)
def settings_file(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. If it has an error, all its problems are shown."""
    form = SettingsFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, {"form": form}, status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    content = file.read()
    found = _proposed(member.company, read_company(BytesIO(content)))
    if found.faults:
        return _refuse(request, found)
    upload = uploads.keep(member, Kind.SETTINGS, file.name, content, shows=found.shows)
    return redirect("settings-preview", member.company_id, upload.pk)


def _proposed(company: Company, read: CompanyRead) -> Proposed:
    return proposed(read, company=company, before=settings_of(company), chart=chart_of(company))


def _page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "settings_file/page.html", {"form": SettingsFileForm(), **context}, status=status)


def _refuse(request: HttpRequest, found: Proposed) -> HttpResponse:
    context = {"faults": found.faults[:MOST_FAULTS], "more": max(0, len(found.faults) - MOST_FAULTS)}
    return _page(request, context, status=422)


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Previews a file. Saves its settings on confirmation."""
    waiting = uploads.waiting(member.company, upload_id, Kind.SETTINGS)
    read = read_company(BytesIO(waiting.content))
    if request.method == "POST":
        with locked(member) as present:
            return _apply(request, present, waiting, read)
    found = _proposed(member.company, read)
    return _refuse(request, found) if found.faults else _preview(request, member, waiting.upload, found)


def _preview(
    request: HttpRequest, member: Membership, upload: Upload, found: Proposed, *, shown: Upload | None = None
) -> HttpResponse:
    """The preview of an upload. `shown` is the one that somebody confirmed in vain, if its preview was not true any more."""
    chart, seen = chart_of(member.company), shown or upload
    context = {
        "upload": upload,
        "meanwhile": meanwhile(member.company, seen, chart) if seen.shows != found.shows else None,
        "lines": [line_shown("file", change, chart) for change in found.changes],
        "warnings": found.warnings,
    }
    return render(request, "settings_file/preview.html", context, status=409 if shown else 200)


def _apply(request: HttpRequest, member: Membership, waiting: Waiting, read: CompanyRead) -> HttpResponse:
    """Saves what the file says if that does what the preview showed."""
    uploads.need_waiting(waiting.upload)
    found = _proposed(member.company, read)
    if found.faults:
        return _refuse(request, found)
    if found.shows != waiting.upload.shows:
        again = uploads.look_again(member, waiting, shows=found.shows)
        return _preview(request, member, again, found, shown=waiting.upload)
    saved = save(request, member, lambda _: found.settings, area="file", items=True, source=waiting.upload)
    return redirect("settings-file", member.company_id) if saved else _page(request, {}, status=422)


@company_page(see=Right.READ)
def company_toml(request: HttpRequest, member: Membership) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The settings as the command reads them."""
    content = write_company(settings_of(member.company))
    return download(content, "company.toml", "application/toml; charset=utf-8")
