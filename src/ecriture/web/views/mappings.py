"""Making a column mapping beside a file, and the mappings of a company."""

from dataclasses import replace
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as say

from ecriture.core.settings import Settings
from ecriture.sources.mapping.mapping_file import LONGEST_NAME, LONGEST_SOURCE
from ecriture.sources.mapping.sample import Sample, sample_of
from ecriture.store import uploads
from ecriture.store.access import Right
from ecriture.store.mappings import mappings_for, own_mappings, put_mapping
from ecriture.store.models import Company, Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of
from ecriture.store.settings import settings_of
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.forms.fields import printed
from ecriture.web.forms.mapping import MappingForm
from ecriture.web.guards import company_page
from ecriture.web.mapping_text import Written, read_text, written
from ecriture.web.mapping_trial import tried
from ecriture.web.views.imports import look_by

OUTCOME = "outcome"
"""The id of the part that shows what the mapping makes of the file."""
FIRST_ROWS = 8
"""So many rows of the file stand beside the form."""


class Looked(NamedTuple):
    """The file that was uploaded, its first rows, and the settings by which they are read."""

    waiting: Waiting
    sample: Sample
    settings: Settings


class Screen(NamedTuple):
    """What stands on the page: a form, or the text alone; and the mapping that it makes, None while it makes none."""

    form: MappingForm | None
    base: Written
    made: Written | None


@company_page(see=Right.RECORD, act=Right.RECORD)
def import_mapping(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """The mapping of an uploaded file, beside its first rows. Each change shows what it would make of them."""
    waiting = uploads.waiting(member.company, upload_id, Kind.BOOKS)
    file = Looked(waiting, sample_of(waiting.stream()), settings_of(member.company))
    if request.method != "POST":
        return _page(request, member, file, _begun(member.company, file))
    screen, act = _sent(request, file), request.POST.get("act", "")
    if act == "use" and screen.made and not screen.made.faults:
        return _use(request, member, file, screen, screen.made)
    return _page(request, member, file, screen, status=422 if act == "use" else 200)


def _begun(company: Company, file: Looked) -> Screen:
    """The mapping that reads the file already, else the one that is proposed."""
    waiting, sample, settings = file
    found = sample.recognised(mappings_for(company, waiting.stream()))
    if found is None:
        stem = printed(PurePath(waiting.upload.name).stem).strip()
        name, source = stem[:LONGEST_NAME].strip(), stem[:LONGEST_SOURCE].strip()
        found = replace(sample.proposal(settings), name=name, source=source)
    base = written(found)
    return Screen(MappingForm(mapping=found, sample=sample, settings=settings), base, None if base.faults else base)


def _sent(request: HttpRequest, file: Looked) -> Screen:
    """What was sent: the text, or the answers of the form over what it does not show."""
    _, sample, settings = file
    act, toml = request.POST.get("act", ""), request.POST.get("toml", "")
    base = read_text(toml)
    if request.POST.get("mode") == "text":
        shown = act == "form" and not base.faults
        form = MappingForm(mapping=base.mapping, sample=sample, settings=settings) if shown else None
        return Screen(form, base, base)
    form = MappingForm(request.POST, mapping=base.mapping, sample=sample, settings=settings)
    if not form.is_valid():
        return Screen(form, base, None)
    made = written(form.change())
    return Screen(None if act == "text" else form, made if act == "text" else base, made)


def _use(request: HttpRequest, member: Membership, file: Looked, screen: Screen, made: Written) -> HttpResponse:
    """Keeps the mapping for the company, and goes on to what the file would do by it."""
    name = made.mapping.name
    seen = request.POST.get("seen", "") if request.POST.get("seen_name") == name else ""
    try:
        row = put_mapping(member.company, name, made.toml, by=member, seen=seen)
    except ChangedMeanwhile as changed:
        there = say(
            "There is a mapping “%s” already, or somebody changed it just now. Use this one again to put it in its place,"
            " or give it another name."
        )
        told = {"conflict": there % name if changed.now else say("Somebody deleted “%s” just now.") % name}
        told |= {"seen": mark_of(changed.now), "seen_name": name}
        return _page(request, member, file, screen, status=409, **told)
    return look_by(member, file.waiting, row.pk)


def _page(
    request: HttpRequest, member: Membership, file: Looked, screen: Screen, *, status: int = 200, **told: object
) -> HttpResponse:
    (waiting, sample, settings), made = file, screen.made
    trial = None
    if made and not made.faults:
        trial = tried(member.company, settings, sample, made.mapping, waiting.upload.name)
    is_part = request.headers.get("HX-Target") == OUTCOME
    base = screen.base.mapping.name
    own = next((it.toml for it in own_mappings(member.company) if it.name == base), "")
    context: dict[str, Any] = {
        "upload": waiting.upload,
        "screen": screen,
        "form": screen.form,
        "faults": made.faults if made else (),
        "trial": trial,
        "sample": sample,
        "rows": sample.below[:FIRST_ROWS],
        "is_part": is_part,
        "seen": request.POST.get("seen", mark_of(own)),
        "seen_name": request.POST.get("seen_name", base),
        **told,
    }
    template = "imports/mapping_outcome.html" if is_part else "imports/mapping.html"
    answer = render(request, template, context, status=200 if is_part else status)
    patch_vary_headers(answer, ["HX-Target"])
    return answer
