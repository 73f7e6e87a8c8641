"""Settings → Company: its name, language, province, fiscal years and lock date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.provinces import PROVINCES
from ecriture.core.settings import FiscalYear, Settings
from ecriture.web import words
from ecriture.web.forms.fields import DayField, NameField
from ecriture.web.steps import year_after

MOST_YEARS = 50
_YEAR = re.compile("year_([0-9]{1,2})_first")


class IdentityForm(forms.Form):
    """A company's name, place and fiscal years: one row per year, with its first and last day."""

    name = NameField(max_length=200, label=words.SETTINGS["company.name"])
    language = forms.ChoiceField(
        choices=(("fr", _("French")), ("en", _("English"))),
        label=words.SETTINGS["company.language"],
        help_text=_("The language of the comments in the books, whatever the language of the screen."),
    )
    province = forms.ChoiceField(
        label=_("Province or territory"), help_text=_("It decides the taxes that are proposed.")
    )

    def __init__(self, *args: Any, years: Sequence[FiscalYear | None], **kwargs: Any) -> None:
        """`years` are the rows to show; None is an empty row."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        language = "fr" if str(get_language()).startswith("fr") else "en"
        self.fields["province"].choices = [(code, it.named(language)) for code, it in PROVINCES.items()]  # type: ignore[attr-defined]
        self._rows = self._rows_sent() if self.is_bound else len(years)
        for row in range(self._rows):
            year = years[row] if row < len(years) else None
            self._add_year(row, year)

    def _rows_sent(self) -> int:
        sent = [int(found[1]) for name in self.data if (found := _YEAR.fullmatch(name))]
        return min(max(sent, default=-1) + 1, MOST_YEARS)

    def _add_year(self, row: int, year: FiscalYear | None) -> None:
        first, last = year or (None, None)
        for part, label, value in (("first", _("First day"), first), ("last", _("Last day"), last)):
            field = DayField(label=label, initial=value)
            field.about = say("Fiscal year %(n)s") % {"n": row + 1}  # type: ignore[attr-defined] # for form/faults.html
            self.fields[f"year_{row}_{part}"] = field

    @property
    def years(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The rows as fields for the template."""
        for row in range(self._rows):
            yield self[f"year_{row}_first"], self[f"year_{row}_last"]

    def clean_name(self) -> str:
        found = setting_values.text(self.cleaned_data["name"])
        if isinstance(found, setting_values.Invalid):
            raise forms.ValidationError(say("The name has a character that cannot be printed. Type it again."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        rows = {row: year for row in range(self._rows) if (year := self._year(row))}
        self._forbid_overlap(rows)
        found = setting_values.fiscal_years([list(year) for year in rows.values()])
        if isinstance(found, setting_values.Invalid):
            if not self.errors:
                self.add_error(None, say("The fiscal years overlap. Correct their dates."))
        else:
            cleaned["fiscal_years"] = found
        return cleaned

    def _year(self, row: int) -> FiscalYear | None:
        """The year of a row; None if it is empty or has an error, which is recorded."""
        names = (f"year_{row}_first", f"year_{row}_last")
        first, last = (self.cleaned_data.get(name) for name in names)
        if first is None or last is None:
            missing = [name for name in names if self.cleaned_data.get(name) is None and name not in self.errors]
            if first != last and missing:
                self.add_error(missing[0], say("Enter the first and the last day of the fiscal year."))
            return None
        if first > last:
            self.add_error(names[1], say("The last day is before the first one. Correct one of the two."))
            return None
        return FiscalYear(first, last)

    def _forbid_overlap(self, rows: dict[int, FiscalYear]) -> None:
        in_order = sorted(rows.items(), key=lambda pair: pair[1])
        for (_row, earlier), (row, later) in pairwise(in_order):
            if later.first <= earlier.last:
                text = say("%(day)s is already in the fiscal year %(first)s – %(last)s.")
                params = {"day": later.first, "first": earlier.first, "last": earlier.last}
                self.add_error(f"year_{row}_first", text % params)

    def change(self, settings: Settings) -> Settings:
        answers = self.cleaned_data
        return replace(
            settings, name=answers["name"], language=answers["language"], fiscal_years=answers["fiscal_years"]
        )


class CompanySettingsForm(IdentityForm):
    lock_date = DayField(
        label=words.SETTINGS["company.lock_date"],
        help_text=_("No entry is dated on or before it. Empty: nothing is closed."),
    )

    def change(self, settings: Settings) -> Settings:
        return replace(super().change(settings), lock_date=self.cleaned_data["lock_date"])


def with_next_year(settings: Settings) -> Settings:
    """The settings with the year after the last one; unchanged if there is no year yet."""
    years = settings.fiscal_years
    following = (year_after(years[-1]),) if years else ()
    return replace(settings, fiscal_years=tuple(sorted({*years, *following})))


def identity(settings: Settings, province: str) -> dict[str, str | date | None]:
    """The form values of a company."""
    return {
        "name": settings.name,
        "language": settings.language,
        "province": province,
        "lock_date": settings.lock_date,
    }
