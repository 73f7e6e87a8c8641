"""The audit log: who did what and when, before and after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.accounts import Chart
from ecriture.sources.tables.csv_file import csv_file, guarded
from ecriture.store.audit import AT_FIRST, Asked, names_of, records, with_changes
from ecriture.store.charts import accounts_named, chart_of
from ecriture.store.models import AuditRecord, Company
from ecriture.store.uploads import with_files
from ecriture.web import words
from ecriture.web.audit_words import (
    AREAS,
    Shown,
    accounts_in,
    actions_named,
    line_shown,
    settings_named,
    shown,
    who_shown,
    zone_of,
)
from ecriture.web.forms.fields import DayField
from ecriture.web.listing import Column, Empty, Filters, Listing, SearchField, quiet

NOBODY = "-"
"""Represents the empty name, which is the command line."""

MOST_SHOWN = 6
"""A record with more changes shows the first few; the others unfold, up to a limit. The file has all of them."""

MOST_OPENED = AT_FIRST
"""The maximum number of lines on a page: a catalogue import can have thousands."""


class AuditFilters(Filters):
    text = SearchField()
    who = forms.ChoiceField(required=False, label=_("Who"))
    area = forms.ChoiceField(required=False, label=_("Where"))
    since = DayField(label=_("From"))
    through = DayField(label=_("Through"))

    def __init__(self, asked: Mapping[str, Any], names: Iterable[str]) -> None:
        self._names = tuple(names)
        super().__init__(asked)

    def full_clean(self) -> None:
        """The choices are those of this log."""
        named = [(name or NOBODY, who_shown(name)) for name in self._names]
        self.fields["who"].choices = [("", _("everybody")), *named]  # type: ignore[attr-defined] # a choice field
        areas = sorted(((area, str(name)) for area, name in AREAS.items()), key=lambda pair: pair[1])
        self.fields["area"].choices = [("", _("everywhere")), *areas]  # type: ignore[attr-defined] # a choice field
        super().full_clean()

    def wanted(self, zone: ZoneInfo) -> Asked:
        """The search. Days are in the given time zone."""
        text, who = self.given("text") or "", self.given("who") or ""
        since, through = self.given("since"), self.given("through")
        return Asked(
            who_name={"": None, NOBODY: ""}.get(who, who),
            area=self.given("area") or "",
            since=datetime.combine(since, time.min, zone) if since else None,
            until=_end(through, zone) if through else None,
            text=text,
            actions=actions_named(text) if text else frozenset(),
            settings=settings_named(text) if text else frozenset(),
        )


def _end(day: date, zone: ZoneInfo) -> datetime | None:
    """The start of the next day; None after the last possible day."""
    try:
        return datetime.combine(day + timedelta(days=1), time.min, zone)
    except OverflowError:
        return None


class AuditList(Listing[AuditRecord, Shown]):
    """Every member can read it, including readers, since bookkeepers must be able to show what happened to the books."""

    url = "audit"
    title = _("Audit log")
    lead = _("Who did what and when, before and after. Nobody can change it.")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"at": ("at", "id")})
    down = True
    size = 50
    table_css = "log"
    files = (("CSV", "audit-csv"),)
    empty = Empty(_("No changes yet"), _("Changes to settings, accounts and members appear here."))

    def __init__(self, company: Company, asked: QueryDict, **kwargs: Any) -> None:
        super().__init__(company, asked, **kwargs)
        self.zone = zone_of(company)

    @cached_property
    def form(self) -> AuditFilters:
        return AuditFilters(self.asked, names_of(self.company))

    def found(self) -> QuerySet[AuditRecord]:
        return with_files(self.company, records(self.company, self.form.wanted(self.zone)))

    def counted(self, count: int) -> str:
        text = ngettext("%(count)s action", "%(count)s actions", count) % {"count": words.number(count)}
        return say("%(count)s, times of %(zone)s") % {"count": text, "zone": self.zone}

    def lines(self, rows: Sequence[AuditRecord]) -> list[Shown]:
        numbers = {it for row in rows for it in accounts_in(row, most=MOST_OPENED)}
        chart = accounts_named(self.company, numbers)
        return [shown(row, chart, most=MOST_OPENED) for row in rows]

    def key(self, line: Shown) -> str:
        return str(line.record.pk)

    def columns(self) -> tuple[Column[Shown], ...]:
        return (
            Column(_("Time"), self._time, sort="at", css="nowrap"),
            Column(_("Who"), _who),
            Column(_("Action"), _action),
            Column(_("Changes"), self._changes, css="changes"),
        )

    def _time(self, entry: Shown) -> str:
        at = entry.record.at.astimezone(self.zone)
        return format_html('<time datetime="{}">{}, {}</time>', at.isoformat(), words.day(at.date()), words.hour(at))

    def _changes(self, entry: Shown) -> str:
        """Below the file that made them, if any: its sum is long, and here is room."""
        context = {"entry": entry, "most": MOST_SHOWN, "company": self.company}
        return render_to_string("audit/changes.html", context) if entry.lines or entry.has_file else ""

    def content(self) -> bytes:
        """One row for each change; a record without changes still has one."""
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
        chart = chart_of(self.company)
        return csv_file(titles, self._file_rows(chart))

    def _file_rows(self, chart: Chart) -> Iterator[list[str]]:
        for record, changes in with_changes(self.company, self.in_order()):
            entry = shown(record, chart, most=0)
            when = record.at.astimezone(self.zone).isoformat(" ", "seconds")
            lines = (line_shown(record.area, change, chart) for change in changes)
            for line in lines if record.change_count else (("", "", ""),):
                row = (entry.who, entry.area, entry.action, entry.subject, *line)
                yield [when, *map(guarded, row)]


def _who(entry: Shown) -> str:
    """The name, and the address below it."""
    name, _space, address = entry.who.removesuffix(">").rpartition(" <")
    return (
        format_html("<strong>{}</strong><br>{}", name, quiet(address))
        if name
        else format_html("<strong>{}</strong>", address)
    )


def _action(entry: Shown) -> str:
    about = f"{entry.area} · {entry.subject}" if entry.subject and not entry.has_file else entry.area
    return format_html("{}<br>{}", entry.action, quiet(about))
