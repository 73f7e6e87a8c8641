"""The list of the accounts of the chart."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.accounts import Account, AccountClass, Chart, class_of_number
from ecriture.sources.chart import write_chart
from ecriture.store import models
from ecriture.store.charts import account_of, found_accounts, used_numbers
from ecriture.store.models import Company
from ecriture.web import words
from ecriture.web.listing import Column, Empty, Filters, Listing, SearchField, link, state
from ecriture.web.words import language

CLASSES = frozenset(kind.value for kind in AccountClass)


class ChartFilters(Filters):
    q = SearchField(max_length=60)
    show = forms.ChoiceField(
        required=False,
        label=_("Show"),
        choices=(
            ("", _("all accounts")),
            *((kind.value, words.CLASSES[kind]) for kind in AccountClass),
            ("linked", _("linked accounts")),
            ("used", _("accounts in the settings")),
        ),
    )

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked)
        self.fields["q"].widget.attrs["placeholder"] = say("number or words")


class AccountLine(NamedTuple):
    """An account, and whether a setting gives it."""

    row: models.Account
    account: Account
    is_used: bool


class ChartList(Listing[models.Account, AccountLine]):
    url = "chart"
    title = _("Chart of accounts")
    lead = _("The accounts of your books, offered wherever you choose an account.")
    template = "chart/chart.html"
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"place": ("position", "number"), "number": ("number",)}
    )
    filters = ChartFilters
    files = (("CSV", "chart-csv"),)
    nothing = Empty(
        _("No matching account"),
        _("Search for a number, or for a word of the name in French or in English."),
        _("Show all accounts"),
    )

    def __init__(self, company: Company, asked: QueryDict, *, may_correct: bool = False, **kwargs: Any) -> None:
        super().__init__(company, asked, **kwargs)
        self.may_correct = may_correct
        self.linked = frozenset(company.linked_accounts)

    def found(self) -> QuerySet[models.Account]:
        show = self.form.given("show") or ""
        return found_accounts(
            self.company,
            words=self.form.given("q") or "",
            of_class=AccountClass(show) if show in CLASSES else None,
            linked=show == "linked",
            among=self.used if show == "used" else None,
        )

    @cached_property
    def used(self) -> frozenset[str]:
        """The accounts that settings give: all of them where the list is about those, else those of the page."""
        is_all = self.form.given("show") == "used"
        return used_numbers(self.company, None if is_all else [row.number for row in self.page.rows])

    def counted(self, count: int) -> str:
        return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": words.number(count)}

    def lines(self, rows: Sequence[models.Account]) -> list[AccountLine]:
        return [AccountLine(row, account_of(row), row.number in self.used) for row in rows]

    def key(self, line: AccountLine) -> str:
        return line.account.number

    def columns(self) -> tuple[Column[AccountLine], ...]:
        return (
            Column(_("Number"), self._number, sort="number"),
            Column(_("Name"), _name),
            Column(_("Type"), lambda line: str(words.ACCOUNT_TYPES[line.account.type]), css="nowrap"),
            Column(_("Class"), _class),
            Column(_("State"), self._state),
        )

    def _number(self, line: AccountLine) -> str:
        number = line.account.number
        if not self.may_correct:
            return number
        return link(reverse("chart-account", args=[self.company.pk, line.row.pk]), number)

    def _state(self, line: AccountLine) -> str:
        account, found = line.account, []
        if account.linked or account.number in self.linked:
            found.append(state("wait", say("linked: refused in an entry")))
        elif not account.postable:
            found.append(state("off", say("does not take entries")))
        if line.is_used:
            found.append(state("done", say("in the settings")))
        return mark_safe(" ".join(found))  # noqa: S308 - `state` escapes

    def content(self) -> bytes:
        """The table that the import reads, of the accounts that are shown."""
        return write_chart(Chart(map(account_of, self.in_order())))


def _name(line: AccountLine) -> str:
    name = line.account.named(language())
    return name if line.account.postable else format_html("<b>{}</b>", name)


def _class(line: AccountLine) -> str:
    found = line.account.account_class or class_of_number(line.account.number)
    return str(words.CLASSES[found]) if found else ""
