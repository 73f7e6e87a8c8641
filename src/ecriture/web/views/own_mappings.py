"""Settings → Mappings: those of the company, as text, and those that are shipped, to be copied."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say

from ecriture.sources.mapping.mapping_file import LONGEST_NAME, read_mapping, write_mapping
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.shipped import all_shipped, shipped_bytes
from ecriture.sources.toml_file import toml_value
from ecriture.store.access import Right
from ecriture.store.mappings import (
    NameTaken,
    delete_mapping,
    mapping_of,
    own_mapping,
    own_mappings,
    put_mapping,
)
from ecriture.store.models import Mapping, Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of
from ecriture.web.downloads import download
from ecriture.web.guards import company_page
from ecriture.web.mapping_text import LONGEST_TOML, Written, read_text
from ecriture.web.toml_text import of_file

_NAME = re.compile(r"^name[ \t]*=.*$", re.MULTILINE)


@company_page(see=Right.RECORD)
def mappings(request: HttpRequest, member: Membership) -> HttpResponse:
    """The mappings that files are recognised by."""
    return _list(request, member)


def _list(request: HttpRequest, member: Membership, *, status: int = 200, **told: object) -> HttpResponse:
    own = [(row, mark_of(row.toml), mapping_of(row)) for row in own_mappings(member.company)]
    context = {"own": own, "shipped": [(slug, read.mapping) for slug, read in all_shipped()], **told}
    return render(request, "settings/mappings.html", context, status=status)


@company_page(see=Right.RECORD, act=Right.RECORD)
def new_mapping(request: HttpRequest, member: Membership) -> HttpResponse:
    """A mapping from a shipped one or from a file, to be adjusted as text and kept."""
    if request.method != "POST":
        return _editor(request, read_text(_copied(request.GET.get("shipped", ""))))
    file: Any = request.FILES.get("file")
    if file is not None:
        given = read_text(of_file(file, LONGEST_TOML))
        return _editor(request, given, status=422 if given.faults else 200)
    return _kept(request, member)


def _copied(slug: str) -> str:
    if not slug:
        return ""
    try:
        return shipped_bytes(slug).decode()
    except KeyError:
        raise Http404 from None


@company_page(see=Right.RECORD, act=Right.RECORD)
def edit_mapping(request: HttpRequest, member: Membership, mapping_id: UUID) -> HttpResponse:
    """A mapping of the company as text."""
    row = own_mapping(member.company, mapping_id)
    if request.method != "POST":
        return _editor(request, read_text(row.toml), row=row, seen=mark_of(row.toml))
    return _kept(request, member, row)


def _kept(request: HttpRequest, member: Membership, row: Mapping | None = None) -> HttpResponse:
    """Keeps what was sent, if nothing is wrong with it and nobody changed it meanwhile."""
    given = read_text(request.POST.get("toml", ""))
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    if name and name != given.mapping.name:
        given = read_text(renamed(given.toml, given.mapping, name))
    seen = request.POST.get("seen", "")
    if given.faults:
        return _editor(request, given, row=row, seen=seen, status=422)
    name, pk = given.mapping.name, row.pk if row else None
    try:
        put_mapping(member.company, name, given.toml, by=member, seen=seen, instead=pk)
    except NameTaken:
        fault = say("Another mapping is called “%s”. Give this one another name.") % name
        return _editor(request, given._replace(faults=(fault,)), row=row, seen=seen, status=422)
    except ChangedMeanwhile as changed:
        return _editor(request, given, row=row, seen=mark_of(changed.now), theirs=changed.now or "—", status=409)
    messages.success(request, say("“%s” is kept. Files with its columns are read by it.") % name)
    return redirect("mappings", member.company_id)


def renamed(toml: str, mapping: ColumnMapping, name: str) -> str:
    """A mapping's text under another name, with everything else as it was written."""
    line = f"name = {toml_value(name)}"
    found = _NAME.sub(lambda _: line, toml, count=1) if _NAME.search(toml) else f"{line}\n{toml}"
    same = read_mapping(BytesIO(found.encode("utf-8", "replace"))).mapping == replace(mapping, name=name)
    return found if same or mapping == ColumnMapping() else write_mapping(replace(mapping, name=name)).decode()


def _editor(
    request: HttpRequest, given: Written, *, row: Mapping | None = None, seen: str = "", status: int = 200, **told: Any
) -> HttpResponse:
    context = {"given": given, "row": row, "seen": seen, "faults": given.faults if given.toml else (), **told}
    return render(request, "settings/mapping.html", context, status=status)


@company_page(see=None, act=Right.SETTINGS)
def remove_mapping(request: HttpRequest, member: Membership, mapping_id: UUID) -> HttpResponse:
    """Deletes a mapping of the company. What was imported by it stays."""
    row = own_mapping(member.company, mapping_id)
    try:
        delete_mapping(member.company, mapping_id, by=member, seen=request.POST.get("seen", ""))
    except ChangedMeanwhile:
        fault = say("Somebody changed “%s” just now. Look at it again before you delete it.") % row.name
        return _list(request, member, status=409, fault=fault)
    messages.success(request, say("“%s” is deleted. Its text stays in the audit log.") % row.name)
    return redirect("mappings", member.company_id)


@company_page(see=Right.RECORD)
def mapping_toml(_request: HttpRequest, member: Membership, mapping_id: UUID) -> HttpResponse:
    """A mapping as the command reads it."""
    row = own_mapping(member.company, mapping_id)
    return download(row.toml.encode(), f"{row.name}.toml", "application/toml; charset=utf-8")
