"""Forms about a company: they know its settings and chart, and report a refused account immediately."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from django import forms
from django.urls import reverse

from ecriture.core.accounts import Chart
from ecriture.core.likely import likely
from ecriture.core.problems import Problem
from ecriture.core.review import account_fault
from ecriture.core.roles import role_of_setting
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.soundness import unsaid
from ecriture.store.models import Company
from ecriture.targets.registry import target
from ecriture.transfer import limits_of
from ecriture.web.forms.fields import AccountField, AccountInput
from ecriture.web.forms.seen import SeenForm
from ecriture.web.soundness import named_text_of, other_of, setting_of, text_of, unsound
from ecriture.web.words import language, setting_label

MOST_LIKELY = 2
"""How many accounts are proposed beside an empty field."""


def key_of(name: str) -> str:
    """A company's own code or name, encoded for the name and id of a field."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else f"~{name.encode().hex()}"


def account_problem(number: str, field: AccountField, *, settings: Settings, chart: Chart) -> Problem | None:
    """What is wrong with the account in a field, whatever the others are."""
    limits, role = limits_of(target(settings.accounting.target)), role_of_setting(field.setting)
    if role is None:
        raise LookupError(field.setting)
    return account_fault(number, role, settings=settings, chart=chart, limits=limits, setting=field.setting)


class CompanyForm(forms.Form):
    """A form whose account fields offer a company's accounts and are checked against its chart."""

    def __init__(self, *args: Any, company: Company, settings: Settings, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.company, self.settings, self.chart = company, settings, chart
        self.warnings: list[str] = []
        """What is unusual but allowed, and not about the account of a setting."""
        self.build()
        for name, field in self._account_fields():
            self._prepare(name, field.widget, field)
            self._name_apart(field)

    def build(self) -> None:
        """Adds the fields that depend on the company."""

    def _account_fields(self) -> Iterator[tuple[str, AccountField]]:
        for name, field in self.fields.items():
            if isinstance(field, AccountField):
                yield name, field

    def _prepare(self, name: str, widget: Any, field: AccountField) -> None:
        if isinstance(widget, AccountInput):
            widget.options_url = reverse("account-options", args=[self.company.pk])
            widget.check_url = reverse("account-check", args=[self.company.pk])
            widget.purpose, widget.setting = field.purpose, field.setting
            widget.chosen_name = self.name_of(str(self[name].value() or ""))

    def _name_apart(self, field: AccountField) -> None:
        """Several fields are called *credit account*: away from its place, each is called by its setting."""
        if not hasattr(field, "about") and "*" not in field.setting:
            field.in_full = setting_label(field.setting)  # type: ignore[attr-defined] # for form/faults.html

    def name_of(self, number: str) -> str:
        """The name of an account in the current language; empty if it is not in the chart."""
        account = self.chart.get(number)
        return account.named(language()) if account else ""

    def put_instead(self, name: str, number: str, words: str) -> None:
        """The default of an empty account field: 1201, « Comptes clients – Écriture, comme les factures »."""
        widget: Any = self.fields[name].widget
        if number:
            widget.attrs["placeholder"] = number
            widget.empty_name = f"{account}, {words}" if (account := self.name_of(number)) else words

    def say_about(self, prefix: str, owner: str) -> None:
        """The owner of fields with a prefix, shown where errors are listed away from their fields."""
        for name, field in self.fields.items():
            if name.startswith(prefix):
                field.about = owner  # type: ignore[attr-defined] # for form/faults.html

    def propose(self, name: str) -> None:
        """Shows likely accounts beside an empty account field, without filling it in."""
        field: Any = self.fields[name]
        if not self[name].value():
            linked = self.settings.accounting.linked_accounts
            field.widget.likely = likely(self.chart, field.purpose, linked=linked)[:MOST_LIKELY]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self._account_fields():
            if number := cleaned.get(name):
                self._check(name, number, field)
        return cleaned

    def full_clean(self) -> None:
        """Pairs last: they need every answer, each right by itself."""
        super().full_clean()
        if self.is_bound and not self.errors:
            self._refuse_pairs()

    def checked_by(self) -> Settings:
        """The settings that accounts are checked against."""
        return self.settings

    def change(self, settings: Settings) -> Settings:
        """The settings with the form's answers."""
        raise NotImplementedError

    def intended(self) -> Settings:
        """The settings as they would be, which pairs are judged by."""
        return self.change(self.settings)

    def _check(self, name: str, number: str, field: AccountField) -> None:
        """Refuses what the program refuses; saving says what is only unusual."""
        problem = account_problem(number, field, settings=self.checked_by(), chart=self.chart)
        if problem is not None and problem.stops:
            self.add_error(name, text_of(problem))

    def _refuse_pairs(self) -> None:
        """Refuses a debit and a credit that are one account, beside the field of one of the two."""
        before, after = unsound(self.settings, self.chart), unsound(self.intended(), self.chart)
        new = unsaid(after, before)
        for problem in after:
            name = self._field_of(problem, is_new=problem in new)
            if problem.code == "account-same" and (name or problem in new):
                self.add_error(name, text_of(problem) if name else named_text_of(problem))

    def _field_of(self, problem: Problem, *, is_new: bool) -> str | None:
        """The field of a problem's setting, else of the setting that it does not go with; None for neither.

        A field for an item, whichever, is not blamed for what was wrong with another item before.
        """
        fields = [(name, field) for name, field in self._account_fields() if is_new or "*" not in field.setting]
        named = (
            name for path in (setting_of(problem), other_of(problem)) for name, field in fields if field.gives(path)
        )
        return next(named, None)


class ItemsForm(CompanyForm):
    """A form that changes items of the catalogue: those of its settings are the ones that it names."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the items that the answers change."""
        raise NotImplementedError

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        """Those items with the form's answers, from those of them that exist."""
        raise NotImplementedError

    def change(self, settings: Settings) -> Settings:
        named = {code: settings.items[code] for code in self.codes if code in settings.items}
        return replace(settings, items=frozen_mapping({**settings.items, **self.items(named)}))


class SettingsForm(SeenForm, CompanyForm):
    """A form that changes settings; every field has the name of its setting."""

    def __init__(self, *args: Any, settings: Settings, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": shown(settings), "settings": settings, **kwargs})

    def checked_by(self) -> Settings:
        return self.change(self.settings)

    def change(self, settings: Settings) -> Settings:
        """The settings with the edited values."""
        found = {name: self.cleaned_data[name] for name in self.touched if name in self.cleaned_data}
        return replace(
            settings,
            accounting=_replaced(settings.accounting, found),
            accounts=_replaced(settings.accounts, found),
            extras=_replaced(settings.extras, found),
        )


def _replaced(part: Any, found: Mapping[str, Any]) -> Any:
    names = {field.name for field in fields(part)} & found.keys()
    return replace(part, **{name: found[name] for name in names})


def shown(settings: Settings) -> dict[str, Any]:
    """The initial values of fields for some settings, by name."""
    parts = (settings.accounting, settings.accounts, settings.extras)
    values = {field.name: getattr(part, field.name) for part in parts for field in fields(part)}
    linked = ", ".join(sorted(settings.accounting.linked_accounts))
    return {**values, "linked_accounts": linked}
