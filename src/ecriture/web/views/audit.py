"""The audit log: who did what and when, before and after. It can be read and downloaded; no page changes it.

Every member can read it, including readers, since bookkeepers must be able to show what happened to the books.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.sources.tables.csv_file import guarded
from ecriture.store.access import Right
from ecriture.store.audit import records
from ecriture.store.charts import chart_of
from ecriture.store.models import AuditRecord, Membership
from ecriture.store.uploads import source_of, sources_of
from ecriture.web.audit_words import Shown, shown, zone_of
from ecriture.web.downloads import CSV, download
from ecriture.web.forms.audit import AuditForm
from ecriture.web.guards import company_page

PAGE = 50
MOST_SHOWN = 20
"""A record with more changes shows the first few; the others unfold, up to a limit. The file has all of them."""

MOST_OPENED = 200
"""The maximum number of lines on a page: a catalogue import can have thousands."""


@company_page(see=Right.READ)
def audit(request: HttpRequest, member: Membership) -> HttpResponse:
    company, zone = member.company, zone_of(member.company)
    form = AuditForm(request.GET, company=company)
    page = Paginator(records(company, form.asked(zone)), PAGE).get_page(request.GET.get("page"))
    chart = chart_of(company)
    files = sources_of(company, page)
    entries = [shown(record, chart, most=MOST_OPENED)._replace(file=files.get(record.pk)) for record in page]
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "entries": entries,
        "query": asked.urlencode(),
        "most": MOST_SHOWN,
        "zone": zone,
    }
    with timezone.override(zone):
        return render(
            request, "audit/list.html", {**context, "pages": _pages(page)}, status=422 if form.errors else 200
        )


@company_page(see=Right.READ)
def source(_request: HttpRequest, member: Membership, record_id: UUID) -> HttpResponse:
    """The file that made a change, as it came."""
    found = source_of(member.company, record_id)
    return download(found.content, found.upload.name, "application/octet-stream")


def _pages(page: object) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))  # type: ignore[attr-defined] # a Page


@company_page(see=Right.READ)
def audit_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    """The records that match the page's filter, one row per change."""
    company, zone = member.company, zone_of(member.company)
    wanted = records(company, AuditForm(request.GET, company=company).asked(zone))
    answer = download(codecs.BOM_UTF8, "audit.csv", CSV)
    titles = (
        say("Time"),
        say("Who"),
        say("Where"),
        say("Action"),
        say("About"),
        say("Setting"),
        say("Before"),
        say("After"),
    )
    table = csv.writer(answer)
    table.writerow(titles)
    table.writerows(_rows(wanted.iterator(chunk_size=500), chart_of(company), zone))
    return answer


def _rows(wanted: Iterable[AuditRecord], chart: Chart, zone: ZoneInfo) -> Iterator[list[str]]:
    for record in wanted:
        entry = shown(record, chart)
        when = record.at.astimezone(zone).isoformat(" ", "seconds")
        for line in _changes(entry):
            row = (entry.who, entry.area, entry.action, entry.subject, *line)
            yield [when, *map(guarded, row)]


def _changes(entry: Shown) -> Iterable[tuple[str, str, str]]:
    """The changes; a record without changes still has one row."""
    return entry.lines or (("", "", ""),)
