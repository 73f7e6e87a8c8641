"""A form about one company: it knows the settings and the chart, so that it can say at once when an account is refused."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import get_language

from ecriture.core.accounts import Chart
from ecriture.core.company import Company as Settings
from ecriture.core.likely import role_of
from ecriture.core.problems import Problem
from ecriture.core.review import account_fault
from ecriture.formats.registry import target
from ecriture.sentences import sentence
from ecriture.store.models import Company
from ecriture.transfer import rules_of
from ecriture.web.forms.fields import AccountField, AccountInput


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
        self.settings, self.chart = settings, chart
        self.warnings: list[str] = []
        """What is odd about an account, and may be meant."""
        for name, field in self._account_fields():
            self._prepare(name, field.widget, field, reverse("account-options", args=[company.pk]))

    def _account_fields(self) -> Iterator[tuple[str, AccountField]]:
        for name, field in self.fields.items():
            if isinstance(field, AccountField):
                yield name, field

    def _prepare(self, name: str, widget: Any, field: AccountField, options_url: str) -> None:
        if isinstance(widget, AccountInput):
            widget.options_url, widget.purpose = options_url, field.purpose
            account = self.chart.get(str(self[name].value() or ""))
            widget.chosen_name = account.named(str(get_language())) if account else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self._account_fields():
            if number := cleaned.get(name):
                self._check(name, number, field)
        return cleaned

    def _check(self, name: str, number: str, field: AccountField) -> None:
        problem = account_problem(number, field, settings=self.settings, chart=self.chart, setting=name)
        if problem is None:
            return
        text = sentence(problem, str(get_language()))
        if problem.stops:
            self.add_error(name, text)
        else:
            self.warnings.append(text)
