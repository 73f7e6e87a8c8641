"""Forms about one company: they know the settings and the chart, so that they say at once when an account is refused."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.likely import likely, role_of
from ecriture.core.problems import Problem
from ecriture.core.review import account_fault
from ecriture.core.settings import DefaultAccounts, Settings
from ecriture.speech.sentences import sentence
from ecriture.store.models import Company
from ecriture.targets.registry import target
from ecriture.transfer import rules_of
from ecriture.web.forms.fields import AccountField, AccountInput

MOST_LIKELY = 2
"""How many accounts are proposed beside an empty field."""


def key_of(name: str) -> str:
    """A code or name of the company's own as it can stand in the name and the id of a field."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else f"~{name.encode().hex()}"


def account_problem(
    number: str, field: AccountField, *, settings: Settings, chart: Chart, setting: str = ""
) -> Problem | None:
    """What is wrong with an account where a field asks for one."""
    rules = rules_of(target(settings.accounting.target))
    role = role_of(field.purpose)
    return account_fault(number, role, company=settings, chart=chart, rules=rules, setting=setting)


class CompanyForm(forms.Form):
    """A form whose account fields offer the accounts of a company, and are checked against its chart."""

    def __init__(self, *args: Any, company: Company, settings: Settings, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.company, self.settings, self.chart = company, settings, chart
        self.warnings: list[str] = []
        """What is odd about an account, and may be meant."""
        self.build()
        for name, field in self._account_fields():
            self._prepare(name, field.widget, field)

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
            widget.purpose = field.purpose
            widget.chosen_name = self.name_of(str(self[name].value() or ""))

    def name_of(self, number: str) -> str:
        """The name of an account in the language of the screen; nothing when the chart does not have it."""
        account = self.chart.get(number)
        return account.named(str(get_language())) if account else ""

    def put_instead(self, name: str, number: str, words: str) -> None:
        """What counts while an account field is empty: 1201, « Compte Client – Écriture, comme les factures »."""
        widget: Any = self.fields[name].widget
        if number:
            widget.attrs["placeholder"] = number
            widget.empty_name = f"{account}, {words}" if (account := self.name_of(number)) else words

    def say_about(self, prefix: str, owner: str) -> None:
        """Whose the fields of a prefix are: said where they are listed away from their place."""
        for name, field in self.fields.items():
            if name.startswith(prefix):
                field.about = owner  # type: ignore[attr-defined] # for form/faults.html

    def propose(self, name: str) -> None:
        """Names the likely accounts beside an account field that is empty. They are not taken."""
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

    def checked_by(self) -> Settings:
        """The settings under which accounts are looked at."""
        return self.settings

    def is_warned_of(self, name: str) -> bool:  # noqa: ARG002 - others look
        """Whether something odd about a field's account is worth saying."""
        return True

    def _check(self, name: str, number: str, field: AccountField) -> None:
        problem = account_problem(number, field, settings=self.checked_by(), chart=self.chart, setting=name)
        if problem is None:
            return
        text = sentence(problem, str(get_language()))
        if problem.stops:
            self.add_error(name, text)
        elif self.is_warned_of(name):
            self.warnings.append(text)


class SettingsForm(CompanyForm):
    """Changes settings; every field has the name of the setting that it changes.

    Only what was touched is changed: a hidden value says what the page showed, so that two people who change different
    settings at one time both have theirs, and who changes the same one is told.
    """

    def __init__(self, *args: Any, settings: Settings, **kwargs: Any) -> None:
        self.conflicts: set[str] = set()
        self.touched: frozenset[str] = frozenset()
        super().__init__(*args, **{"initial": shown(settings), "settings": settings, **kwargs})

    # What the page shows, and what was made of it

    @property
    def seen(self) -> str:
        """For the hidden field `seen`: what each field shows; after a refusal what it showed before."""
        before = self._seen() if self.is_bound else {}
        now = {name: self._now(name) for name, field in self.fields.items() if not field.disabled}
        kept = {name: value for name, value in before.items() if name in now and name not in self.conflicts}
        return json.dumps({**now, **kept})

    def _seen(self) -> dict[str, Any]:
        try:
            found = json.loads(self.data.get("seen", ""))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _now(self, name: str) -> str:
        field = self.fields[name]
        return _plain(field.prepare_value(self.get_initial_for_field(field, name)))

    def _typed(self, name: str) -> str:
        return _plain(self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def _is_sent(self, name: str, seen: Mapping[str, Any]) -> bool:
        """A box that is not ticked is not sent: that it was shown says so."""
        is_box = isinstance(self.fields[name], forms.BooleanField)
        return self.add_prefix(name) in self.data or (is_box and name in seen)

    def _find_touched(self) -> Iterator[str]:
        """Raises no error for what somebody else changed, unless it was changed here too, to something else."""
        seen = self._seen()
        for name, field in self.fields.items():
            if field.disabled or not self._is_sent(name, seen):
                continue
            now, typed = self._now(name), self._typed(name)
            before = seen.get(name, now)
            if typed != before:
                yield name
                if now not in (before, typed):
                    self._note_conflict(name, now)

    def _is_gone(self, name: str, before: object) -> bool:
        """Whether a field was touched of which there is none any more, such as an account of a tax that was removed."""
        return name not in self.fields and self.data.get(self.add_prefix(name), before) != before

    def _note_conflict(self, name: str, now: str) -> None:
        self.conflicts.add(name)
        if isinstance(self.fields[name], forms.BooleanField):
            text = say("Meanwhile somebody changed this. Save again to keep yours.")
        elif now:
            choices = dict(getattr(self.fields[name], "choices", ()))
            words = say("Meanwhile somebody changed this to “%s”. Save again to keep yours, or type theirs.")
            text = words % choices.get(now, now)
        else:
            text = say("Meanwhile somebody emptied this. Save again to keep yours.")
        self.add_error(name, text)

    # What is changed

    def clean(self) -> dict[str, Any]:
        self.touched = frozenset(self._find_touched())
        if any(self._is_gone(name, before) for name, before in self._seen().items()):
            self.add_error(None, say("Meanwhile somebody removed what you changed. Check the page as it is now."))
        cleaned = super().clean()
        if {"invoice_debit", "payment_credit"} & self.touched:
            self._warn_of_split(self.checked_by().accounts)
        return cleaned

    def _warn_of_split(self, accounts: DefaultAccounts) -> None:
        """One clearing account takes sales and payments; with two, neither ever clears."""
        debited, credited = accounts.invoice_debit, accounts.payment_credit
        if debited and credited and debited != credited:
            problem = Problem("receivable-split", {"account": debited, "clearing": credited})
            self.warnings.append(sentence(problem, str(get_language())))

    def checked_by(self) -> Settings:
        return self.change(self.settings)

    def is_warned_of(self, name: str) -> bool:
        return name in self.touched

    def chosen(self, name: str) -> Any:
        """What was put in a field that was touched; None for one that was not."""
        return self.cleaned_data.get(name) if name in self.touched else None

    def change(self, settings: Settings) -> Settings:
        """The settings with what was touched in their place."""
        found = {name: self.cleaned_data[name] for name in self.touched if name in self.cleaned_data}
        flat = {name: found[name] for name in ("lock_date",) if name in found}
        return replace(
            settings,
            accounting=_replaced(settings.accounting, found),
            accounts=_replaced(settings.accounts, found),
            extras=_replaced(settings.extras, found),
            **flat,
        )


def _replaced(part: Any, found: Mapping[str, Any]) -> Any:
    names = {field.name for field in fields(part)} & found.keys()
    return replace(part, **{name: found[name] for name in names})


def _plain(value: Any) -> str:
    """A value as a field sends it; nothing for a box that is not ticked."""
    if isinstance(value, bool):
        return "on" if value else ""
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value).strip()


def shown(settings: Settings) -> dict[str, Any]:
    """What fields show for some settings, by their names."""
    parts = (settings.accounting, settings.accounts, settings.extras)
    values = {field.name: getattr(part, field.name) for part in parts for field in fields(part)}
    linked = ", ".join(sorted(settings.accounting.linked_accounts))
    return {**values, "linked_accounts": linked, "lock_date": settings.lock_date}
