"""The list of batches: what was transferred, when, and what became of it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.amounts import show_number
from ecriture.core.batches import BatchState
from ecriture.core.money import plain
from ecriture.core.text import is_storable
from ecriture.store.models import Batch
from ecriture.store.transfer import batches_of
from ecriture.web import words
from ecriture.web.audit_words import zone_of
from ecriture.web.forms.fields import DayField
from ecriture.web.listing import Column, Empty, Filters, Listing, SearchField, link, quiet, state
from ecriture.web.words import Words, language

STATES: Words = MappingProxyType(
    {
        BatchState.EXPORTED: _("not confirmed yet"),
        BatchState.CONFIRMED: _("went in"),
        BatchState.CANCELLED: _("cancelled"),
    }
)
MARKS = MappingProxyType({BatchState.EXPORTED: "wait", BatchState.CONFIRMED: "done", BatchState.CANCELLED: "off"})


class BatchFilters(Filters):
    q = SearchField(label=_("Reason or person"))
    show = forms.ChoiceField(required=False, choices=(("", _("all")), *STATES.items()), label=_("State"))
    since = DayField(label=_("Through, from"))
    through = DayField(label=_("Through, until"))


class BatchList(Listing[Batch, Batch]):
    url = "batches"
    template = "transfer/batches.html"
    title = _("Batches")
    lead = _("Each transfer, with its file as it was made. Nobody can change one; a cancelled one keeps its number.")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"number": ("number",)})
    down = True
    size = 50
    in_settings = False
    filters = BatchFilters
    files = (("CSV", "batches-csv"),)
    empty = Empty(_("No batches yet"), _("The first transfer makes the first batch."))

    def found(self) -> QuerySet[Batch]:
        given, found = self.form.given, batches_of(self.company).order_by()
        words_asked = given("q")
        if words_asked and is_storable(words_asked):
            found = found.filter(Q(reason__icontains=words_asked) | Q(exported_by_name__icontains=words_asked))
        if given("show"):
            found = found.filter(state=given("show"))
        if given("since"):
            found = found.filter(through__gte=given("since"))
        if given("through"):
            found = found.filter(through__lte=given("through"))
        return found

    def counted(self, count: int) -> str:
        return ngettext("%(count)s batch", "%(count)s batches", count) % {"count": words.number(count)}

    def lines(self, rows: Sequence[Batch]) -> Sequence[Batch]:
        return rows

    def key(self, line: Batch) -> str:
        return str(line.number)

    def css(self, line: Batch) -> str:
        return "" if line.live else "archived"

    def columns(self) -> tuple[Column[Batch], ...]:
        return (
            Column(_("Batch"), self._number, sort="number", text=self.key),
            Column(_("Through"), _through, css="nowrap", text=lambda row: str(row.through)),
            Column(_("Exported"), self._exported, text=lambda row: row.exported_at.isoformat(" ", "seconds")),
            Column(_("Entries"), lambda row: words.number(row.entry_count), css="number", text=_entries),
            Column(_("State"), state_shown, text=_state_text),
            Column(_("Reason"), _reason),
            Column(_("Debits = credits"), _debits, css="money", text=lambda row: plain(row.debit_cents)),
        )

    def _number(self, row: Batch) -> str:
        return link(reverse("batch", args=[self.company.pk, row.number]), row.number)

    def _exported(self, row: Batch) -> str:
        day = words.day(row.exported_at.astimezone(zone_of(self.company)).date())
        return format_html("{}<br>{}", day, quiet(row.exported_by_name)) if row.exported_by_name else day


def _through(row: Batch) -> str:
    return words.day(row.through)


def _entries(row: Batch) -> str:
    return str(row.entry_count)


def _debits(row: Batch) -> str:
    return show_number(row.debit_cents, language())


def state_shown(row: Batch) -> str:
    return state(MARKS[BatchState(row.state)], STATES[row.state])


def _state_text(row: Batch) -> str:
    return str(STATES[row.state])


def _reason(row: Batch) -> str:
    """Why it was cancelled."""
    return row.reason
