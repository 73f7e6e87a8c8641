"""The fields of the trade. What they accept is what company.toml accepts: the same readers read both."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say

from ecriture.core.likely import Purpose
from ecriture.formats import company_toml
from ecriture.formats.company_toml import Invalid


class AccountInput(forms.TextInput):
    """A number or words; the likely accounts are offered. The form says which company's (`CompanyForm`)."""

    template_name = "form/account.html"
    options_url = ""
    chosen_name = ""
    purpose = Purpose.REVENUE

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = f"{self.options_url}?purpose={self.purpose.value}"
        return {**context, "options": options, "chosen_name": self.chosen_name}


class AccountField(forms.CharField):
    """An account of the chart for a purpose. Whether it may be used there is checked by the form, which has the chart."""

    widget = AccountInput

    def __init__(self, *, purpose: Purpose, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 15, **kwargs})
        self.purpose = purpose

    def clean(self, value: Any) -> str:
        number: str = super().clean(value)
        if number and isinstance(company_toml.account(number), Invalid):
            raise ValidationError(say("“%s” is no account number: it has no blanks.") % number)
        return number


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date; browsers send it as 2026-01-31, and so may a person."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "input_formats": ["%Y-%m-%d"], **kwargs})

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(say("“%s” is no date. Write it like 2026-01-31.") % value) from None


class PercentField(forms.CharField):
    """A rate in percent, with a comma or a period, exactly as typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 12, **kwargs})
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = super().clean(value).removesuffix("%").strip()
        if not text:
            return None
        found = company_toml.percent(text)
        if isinstance(found, Invalid):
            raise ValidationError(say("“%s” is no rate. Write it in percent, like 9.975.") % value)
        return found
