"""The list of items, with the accounts that each would be posted to now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.accounts import Account, Chart
from ecriture.core.documents import RowKey, RowKind
from ecriture.core.provinces import tax_name
from ecriture.core.rules import AccountChoice, Rules
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.sources.items import write_items, write_items_workbook
from ecriture.store import models
from ecriture.store.catalogue import Counts, Show, counts_of, found_items, item_of
from ecriture.store.charts import accounts_named
from ecriture.store.models import Company
from ecriture.web import words
from ecriture.web.listing import Column, Empty, Filters, Listing, SearchField, link, quiet, state
from ecriture.web.words import language

SHOWN = (
    (Show.ALL.value, _("all items")),
    (Show.WITHOUT.value, _("items without an account")),
    (Show.USED.value, _("items in use")),
    (Show.ARCHIVED.value, _("archived items")),
)


class ItemFilters(Filters):
    q = SearchField(label=_("Search for an item"))
    show = forms.ChoiceField(required=False, choices=SHOWN, label=_("Show"))

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked)
        self.fields["q"].widget.attrs["placeholder"] = say("code, name or account")


class Side(NamedTuple):
    """An account in the list: its number, its name, and whether it is the item's own."""

    number: str
    name: str
    own: bool


class ItemLine(NamedTuple):
    """An item of the list, with the accounts that it would be posted to now."""

    row: models.Item
    item: Item
    debit: Side
    credit: Side


class ItemList(Listing[models.Item, ItemLine]):
    url = "items"
    title = _("Products & Services")
    template = "items/list.html"
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {
            "code": ("code_key", "code"),
            "name": ("name_key", "code"),
            "debit": ("debit", "code"),
            "credit": ("credit", "code"),
        }
    )
    filters = ItemFilters
    files = (("CSV", "items-csv"), ("Excel (XLSX)", "items-xlsx"))
    chooses = "items/many.html"
    nothing = Empty(_("No matching item"), _("Use fewer words, or show all of them."), _("Show all items"))

    def __init__(self, company: Company, asked: QueryDict, *, settings: Settings, **kwargs: Any) -> None:
        super().__init__(company, asked, **kwargs)
        self.settings = settings

    @property
    def show(self) -> Show:
        return Show(self.form.given("show") or Show.ALL)

    def found(self) -> QuerySet[models.Item]:
        return found_items(self.company, words=self.form.given("q") or "", show=self.show)

    @cached_property
    def counts(self) -> Counts:
        return counts_of(self.company)

    @cached_property
    def chart(self) -> Chart:
        """The accounts of the page: those of its items, and the two defaults."""
        own = {number for row in self.page.rows for number in (row.debit, row.credit)}
        defaults = self.settings.accounts
        return accounts_named(self.company, own | {defaults.invoice_debit, defaults.invoice_credit})

    def known_count(self) -> int | None:
        return None if self.form.given("q") else self.counts.of(self.show)

    def counted(self, count: int) -> str:
        return ngettext("%(count)s item", "%(count)s items", count) % {"count": words.number(count)}

    def lines(self, rows: Sequence[models.Item]) -> list[ItemLine]:
        items = {row.code: item_of(row) for row in rows}
        rules = Rules(replace(self.settings, items=frozen_mapping(items)))
        legs = [[choice for choice, _ in rules.new_rows[RowKey(RowKind.LINE, code)].legs] for code in items]
        return [
            ItemLine(row, items[row.code], *(_side(choice, self.chart) for choice in pair))
            for row, pair in zip(rows, legs, strict=True)
        ]

    def key(self, line: ItemLine) -> str:
        return line.item.code

    def css(self, line: ItemLine) -> str:
        return "archived" if line.item.archived else ""

    def columns(self) -> tuple[Column[ItemLine], ...]:
        return (
            Column(_("Code"), self._code, sort="code"),
            Column(_("Name"), _name, sort="name"),
            Column(_("Debit account"), _debit, sort="debit"),
            Column(_("Credit account"), _credit, sort="credit"),
            Column(_("Taxes"), _taxes),
            Column(_("State"), _state),
        )

    def _code(self, line: ItemLine) -> str:
        return link(reverse("item", args=[self.company.pk, line.row.pk]), line.item.code)

    def content(self) -> bytes:
        """The table that the import reads, of the items that are shown."""
        return write_items(map(item_of, self.in_order()))

    def all_codes(self) -> list[str]:
        """The codes of everything that was found, on whatever page."""
        return list(self.matching.values_list("code", flat=True))

    def workbook(self) -> bytes:
        return write_items_workbook(map(item_of, self.in_order()))


def _side(choice: AccountChoice, chart: Chart) -> Side:
    account = chart.get(choice.account)
    return Side(choice.account, _named(account), choice.setting.startswith("items."))


def _named(account: Account | None) -> str:
    return account.named(language()) if account else ""


def tax_names(item: Item) -> str | None:
    """The names of the taxes that apply; None for all."""
    if item.taxes is None:
        return None
    return ", ".join(tax_name(code, language()) for code in sorted(item.taxes))


def _taxes(line: ItemLine) -> str:
    names, untaxed = tax_names(line.item), line.item.untaxed
    shown = quiet(say("all taxes")) if names is None else names or say("no tax")
    return format_html("{}<br>{}", shown, quiet(words.UNTAXED[untaxed])) if untaxed else shown


def _name(line: ItemLine) -> str:
    item = line.item
    if not item.note:
        return item.name
    return format_html("{}<br>{}", item.name, quiet(item.note)) if item.name else quiet(item.note)


def _own(side: Side) -> str:
    return format_html("<b>{}</b> {}", side.number, side.name)


def _held() -> str:
    return format_html('<span class="missing">{}</span>', say("no account: held"))


def _debit(line: ItemLine) -> str:
    side = line.debit
    if side.own:
        return _own(side)
    default = say("default")
    return quiet(f"{side.number} {side.name} ({default})") if side.number else _held()


def _credit(line: ItemLine) -> str:
    side = line.credit
    if side.own:
        return _own(side)
    text = say("no account: goes to %(number)s") % {"number": side.number}
    return format_html('<span class="missing">{}</span>', text) if side.number else _held()


def _state(line: ItemLine) -> str:
    if line.item.archived:
        since = quiet(say("from %(day)s") % {"day": words.day(line.item.archived)})
        return format_html("{}<br>{}", state("off", say("archived")), since)
    return quiet(say("in use")) if line.credit.own else state("wait", say("without an account"))
