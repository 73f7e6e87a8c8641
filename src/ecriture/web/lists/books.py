"""The lists of documents and of payments: what there is, and where each stands on its way to the ledger."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.amounts import show_amount, show_number
from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND, UnitKind
from ecriture.core.money import plain
from ecriture.store import models
from ecriture.store.listing import Page, with_words
from ecriture.store.standing import Standing, looked_at, posts_later, standings_of
from ecriture.web import standing_words, words
from ecriture.web.book_words import VALUES
from ecriture.web.forms.fields import DayField
from ecriture.web.listing import Column, Empty, Filters, Listing, SearchField, link, quiet
from ecriture.web.words import language

M = TypeVar("M", models.Document, models.Payment)

SHOWN = (
    ("", _("all")),
    ("waiting", _("to transfer or kept back")),
    ("transferred", _("transferred")),
    ("changed", _("changed since")),
    ("draft", _("drafts")),
    ("void", _("void")),
    ("opening", _("before the start date")),
)


class UnitFilters(Filters):
    q = SearchField()
    show = forms.ChoiceField(required=False, choices=SHOWN, label=_("State"))
    kind = forms.ChoiceField(required=False, label=_("Type"))
    since = DayField(label=_("From"))
    through = DayField(label=_("Through"))
    of = forms.CharField(required=False, max_length=200, label=_("For document"))


class DocumentFilters(UnitFilters):
    kind = forms.ChoiceField(
        required=False,
        choices=(("", _("all")), ("invoice", _("invoices")), ("credit_note", _("credit notes"))),
        label=_("Type"),
    )


class PaymentFilters(UnitFilters):
    kind = forms.ChoiceField(
        required=False,
        choices=(("", _("all")), ("payment", _("payments")), ("refund", _("refunds"))),
        label=_("Type"),
    )


class UnitLine(NamedTuple, Generic[M]):
    row: M
    standing: Standing
    documents: Sequence[str] = ()
    """Of a payment, the documents that it names; an empty one is a deposit."""


class _Units(Listing[M, UnitLine[M]]):
    """What both lists have: found by words, state, type and days; the states of a page are looked into afterwards."""

    kind: ClassVar[UnitKind]
    model: ClassVar[Any]
    unit_url: ClassVar[str]
    negative: ClassVar[str]
    """The kind of unit that is taken off a total."""
    states_url: ClassVar[str]
    in_settings = False
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"date": ("date", "number"), "number": ("number",)}
    )
    down = True

    def found(self) -> QuerySet[M]:
        given = self.form.given
        found = self.model.objects.filter(self._state(), company=self.company)
        if given("q"):
            found = found.filter(with_words(given("q")))
        if given("kind"):
            found = found.filter(kind=given("kind"))
        if given("since"):
            found = found.filter(date__gte=given("since"))
        if given("through"):
            found = found.filter(date__lte=given("through"))
        if given("of"):
            found = found.filter(self._naming(given("of")))
        return found  # type: ignore[no-any-return] # a query of either model

    @abstractmethod
    def _naming(self, number: str) -> Q:
        """What names a document."""

    def _state(self) -> Q:
        show = self.form.given("show")
        if show in ("draft", "void"):
            return Q(status=show)
        if show == "opening":
            return Q(status=FINAL) & self._is_opening()
        if show == "waiting":
            return Q(status=FINAL, touched=True, held=False) & ~self._is_opening()
        if show in ("transferred", "changed"):
            return Q(touched=show == "changed", held=True)
        return Q()

    def _is_opening(self) -> Q:
        """What the accounting program has already, unless a batch holds it."""
        start = self.company.start_date
        return Q(date__lt=start, held=False) if start else Q(pk__in=())

    @cached_property
    def sums(self) -> Mapping[str, int]:
        """How many were found, and what the final ones come to."""
        plus = Sum("total_cents", filter=Q(status=FINAL) & ~Q(kind=self.negative))
        minus = Sum("total_cents", filter=Q(status=FINAL, kind=self.negative))
        return self.matching.order_by().aggregate(count=Count("*"), plus=plus, minus=minus)

    def known_count(self) -> int | None:
        return self.sums["count"]

    def totals(self) -> tuple[tuple[str, str], ...]:
        net = (self.sums["plus"] or 0) - (self.sums["minus"] or 0)
        return ((say("Total of all that is shown, without drafts and void ones"), show_amount(net, language())),)

    def lines(self, rows: Sequence[M]) -> list[UnitLine[M]]:
        standings = standings_of(self.company, self.kind, rows)
        return [UnitLine(row, standings[row.number]) for row in rows]

    def key(self, line: UnitLine[M]) -> str:
        return line.row.number

    def css(self, line: UnitLine[M]) -> str:
        return "archived" if line.row.status != FINAL else ""

    def states_address(self) -> str:
        page: Page[Any] = self.page
        waits = any(row.touched for row in page.rows)
        return f"{reverse(self.states_url, args=[self.company.pk])}?{self.asked.urlencode()}" if waits else ""

    def states(self) -> list[tuple[str, str]]:
        """The ids of the cells whose states a plan tells, with what they show."""
        page: Page[Any] = self.page
        waiting: dict[str, Any] = {row.number: row.pk for row in page.rows if row.touched}
        if not waiting:
            return []
        looked = looked_at(self.company, self.kind, [*waiting])
        return [(f"state-{pk}", standing_words.shown(looked.standing(number))) for number, pk in waiting.items()]

    # Columns

    def _number(self, line: UnitLine[M]) -> str:
        return link(reverse(self.unit_url, args=[self.company.pk, line.row.pk]), line.row.number)

    def _signed(self, line: UnitLine[M]) -> int:
        cents = int(line.row.total_cents)
        return -cents if line.row.kind == self.negative else cents

    def _amount(self, line: UnitLine[M]) -> str:
        return show_number(self._signed(line), language())

    def _amount_text(self, line: UnitLine[M]) -> str:
        return plain(self._signed(line))

    def _state_shown(self, line: UnitLine[M]) -> str:
        return format_html('<span id="state-{}">{}</span>', line.row.pk, standing_words.shown(line.standing))


def _date(line: UnitLine[Any]) -> str:
    return words.day(line.row.date)


def _iso(line: UnitLine[Any]) -> str:
    return str(line.row.date)


def _customer(line: UnitLine[Any]) -> str:
    return str(line.row.customer)


def _kind(line: UnitLine[Any]) -> str:
    return str(capfirst(VALUES[line.row.kind]))


def _kind_text(line: UnitLine[models.Document]) -> str:
    """The kind, and of a credit note the document that it names."""
    named = line.row.applies_to
    return f"{_kind(line)} ({say('for %s') % named})" if named else _kind(line)


def _state_text(line: UnitLine[Any]) -> str:
    return standing_words.text(line.standing)


class DocumentList(_Units[models.Document]):
    url = "documents"
    template = "books/documents.html"
    title = _("Documents")
    lead = _("Invoices and credit notes, and where each stands on its way to the ledger.")
    kind = UnitKind.DOCUMENT
    model = models.Document
    unit_url = "document"
    states_url = "document-states"
    negative = CREDIT_NOTE
    filters = DocumentFilters
    files = (("CSV", "documents-csv"),)
    empty = Empty(_("No documents yet"), _("Invoices and credit notes appear here once they are entered or imported."))

    def _naming(self, number: str) -> Q:
        return Q(applies_to=number)

    def counted(self, count: int) -> str:
        return ngettext("%(count)s document", "%(count)s documents", count) % {"count": words.number(count)}

    def columns(self) -> tuple[Column[UnitLine[models.Document]], ...]:
        return (
            Column(_("Number"), self._number, sort="number", text=self.key),
            Column(_("Date"), _date, sort="date", css="nowrap", text=_iso),
            Column(_("Customer"), _customer),
            Column(_("Type"), self._kind, text=_kind_text),
            Column(_("State"), self._state_shown, text=_state_text),
            Column(_("Total"), self._amount, css="money", text=self._amount_text),
        )

    def _kind(self, line: UnitLine[models.Document]) -> str:
        if not line.row.applies_to:
            return _kind(line)
        return format_html("{}<br>{}", _kind(line), quiet(say("for %s") % line.row.applies_to))


class PaymentList(_Units[models.Payment]):
    url = "payments"
    template = "books/payments.html"
    title = _("Payments")
    lead = _("Payments and refunds, what each settles, and where it stands on its way to the ledger.")
    kind = UnitKind.PAYMENT
    model = models.Payment
    unit_url = "payment"
    states_url = "payment-states"
    negative = REFUND
    filters = PaymentFilters
    files = (("CSV", "payments-csv"),)
    empty = Empty(_("No payments yet"), _("Payments and refunds appear here once they are entered or imported."))

    def _naming(self, number: str) -> Q:
        rows = models.PaymentRow.objects.filter(company=self.company, document=number)
        return Q(pk__in=rows.values("payment_id"))

    def counted(self, count: int) -> str:
        return ngettext("%(count)s payment", "%(count)s payments", count) % {"count": words.number(count)}

    def _is_opening(self) -> Q:
        found = super()._is_opening()
        return found & ~Q(posts_later(self.company)) if self.company.start_date else found

    def lines(self, rows: Sequence[models.Payment]) -> list[UnitLine[models.Payment]]:
        named: dict[Any, list[str]] = {}
        found = models.PaymentRow.objects.filter(company=self.company, payment__in=[row.pk for row in rows])
        for pk, number in found.order_by("payment", "position").values_list("payment_id", "document"):
            named.setdefault(pk, []).append(number)
        return [it._replace(documents=named.get(it.row.pk, ())) for it in super().lines(rows)]

    def columns(self) -> tuple[Column[UnitLine[models.Payment]], ...]:
        return (
            Column(_("Number"), self._number, sort="number", text=self.key),
            Column(_("Date"), _date, sort="date", css="nowrap", text=_iso),
            Column(_("Customer"), _customer),
            Column(_("Method"), _method, text=_method_text),
            Column(_("For"), _for_documents, text=_for_all),
            Column(_("State"), self._state_shown, text=_state_text),
            Column(_("Amount"), self._amount, css="money", text=self._amount_text),
        )


def _method(line: UnitLine[models.Payment]) -> str:
    method = words.method_name(line.row.method)
    return method if line.row.kind != REFUND else format_html("{}<br>{}", method, quiet(say("refund")))


def _method_text(line: UnitLine[models.Payment]) -> str:
    method = words.method_name(line.row.method)
    return method if line.row.kind != REFUND else f"{method} ({say('refund')})".strip()


MOST_NAMED = 3


def _for_documents(line: UnitLine[models.Payment]) -> str:
    named = _named(line)
    more = len(named) - MOST_NAMED
    shown = ", ".join(named[:MOST_NAMED])
    return shown if more <= 0 else say("%(documents)s and %(count)s more") % {"documents": shown, "count": more}


def _for_all(line: UnitLine[models.Payment]) -> str:
    return ", ".join(_named(line))


def _named(line: UnitLine[models.Payment]) -> list[str]:
    return [number or say("deposit") for number in dict.fromkeys(line.documents)]
