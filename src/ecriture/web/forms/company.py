"""Settings → Company: its name, language, province, fiscal years and lock date."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.provinces import PROVINCES
from ecriture.core.settings import FiscalYear, Settings
from ecriture.store.steps import SELLER
from ecriture.web import words
from ecriture.web.forms.days import year_fault, year_warning
from ecriture.web.forms.fields import DayField, NameField, TextArea
from ecriture.web.forms.seen import SeenForm
from ecriture.web.steps import year_after
from ecriture.web.words import language

MOST_YEARS = 50
_YEAR = re.compile("year_([0-9]{1,2})_first")
_YEAR_DAY = re.compile("year_[0-9]+_(first|last)")


YEARS = "fiscal_years"


class IdentityForm(SeenForm):
    """A company's name, place and fiscal years: one row per year, with its first and last day.

    The years are one setting, whatever their rows: they are compared as a whole.
    """

    name = NameField(max_length=200, label=words.SETTINGS["company.name"])
    language = forms.ChoiceField(
        choices=(("fr", _("French")), ("en", _("English"))),
        label=words.SETTINGS["company.language"],
        help_text=_("The language of the comments in the books, whatever the language of the screen."),
    )
    province = forms.ChoiceField(
        label=_("Province or territory"), help_text=_("It decides the taxes that are proposed.")
    )

    def __init__(
        self, *args: Any, years: Sequence[FiscalYear | None], kept: Sequence[FiscalYear], **kwargs: Any
    ) -> None:
        """`years` are the rows to show; None is an empty row. `kept` are those of the settings."""
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self._kept = kept
        self.warnings: list[str] = []
        self.fields["province"].choices = [(code, it.named(language())) for code, it in PROVINCES.items()]  # type: ignore[attr-defined]
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

    # What was changed

    @property
    def seen(self) -> str:
        """Like that of other forms, with the years as one value."""
        return json.dumps({**json.loads(super().seen), YEARS: self._years_before()})

    def _watched(self) -> Iterator[str]:
        return (name for name in super()._watched() if not _YEAR_DAY.fullmatch(name))

    def _is_gone(self, name: str, before: object) -> bool:
        return name != YEARS and super()._is_gone(name, before)

    def _years_before(self) -> str:
        now = _as_text(self._kept)
        return now if YEARS in self.conflicts or not self.is_bound else str(self._seen().get(YEARS, now))

    def _judge_years(self, years: Sequence[FiscalYear]) -> None:
        """Whether the years were edited, and whether somebody else edited them meanwhile."""
        before, now, typed = self._years_before(), _as_text(self._kept), _as_text(years)
        if typed == before:
            return
        self.touched |= {YEARS}
        if now not in (before, typed):
            self.conflicts.add(YEARS)
            self.add_error(None, say("Meanwhile somebody changed the fiscal years. Save again to keep yours."))

    def clean_name(self) -> str:
        found = setting_values.text(self.cleaned_data["name"])
        if isinstance(found, setting_values.Invalid):
            raise forms.ValidationError(say("The name has a character that cannot be printed. Type it again."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rows = {row: year for row in range(self._rows) if (year := self._year(row))}
        self._forbid_overlap(rows)
        found = setting_values.fiscal_years([list(year) for year in rows.values()])
        if isinstance(found, setting_values.Invalid):
            if not self.errors:
                self.add_error(None, say("The fiscal years overlap. Correct their dates."))
        else:
            cleaned[YEARS] = found
            self._judge_years(found)
            self.warnings = [text for year in found if year not in self._kept and (text := year_warning(year))]
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
        year = FiscalYear(first, last)
        if year not in self._kept and (fault := year_fault(year)):
            self.add_error(names[1], fault)
            return None
        return year

    def _forbid_overlap(self, rows: dict[int, FiscalYear]) -> None:
        in_order = sorted(rows.items(), key=lambda pair: pair[1])
        for (_row, earlier), (row, later) in pairwise(in_order):
            if later.first <= earlier.last:
                text = say("%(day)s is already in the fiscal year %(first)s – %(last)s.")
                params = {"day": later.first, "first": earlier.first, "last": earlier.last}
                self.add_error(f"year_{row}_first", text % params)

    def change(self, settings: Settings) -> Settings:
        names = self.touched & {"name", "language", YEARS}
        return replace(settings, **{name: self.cleaned_data[name] for name in names})

    def province_for(self, present: str) -> str:
        """The province that was chosen, or the present one if nobody chose another here."""
        return self.chosen("province") or present


class CompanySettingsForm(IdentityForm):
    address = TextArea(
        max_length=500,
        label=words.SETTINGS["company.address"],
        help_text=_("With the telephone number or address of e-mail, as it shall stand on the invoice."),
    )
    gst_number = NameField(max_length=30, required=False, label=words.SETTINGS["company.gst_number"])
    qst_number = NameField(max_length=30, required=False, label=words.SETTINGS["company.qst_number"])

    @property
    def seller(self) -> dict[str, str]:
        """What was edited of what printed invoices say."""
        return {name: self.cleaned_data[name] for name in SELLER if name in self.touched}


def _as_text(years: Sequence[FiscalYear]) -> str:
    return ", ".join(f"{year.first} – {year.last}" for year in years)


def with_next_year(settings: Settings) -> Settings:
    """The settings with the year after the last one; unchanged if there is no year yet, or if it is far ahead."""
    years = settings.fiscal_years
    following = tuple(year for year in (year_after(it) for it in years[-1:]) if not year_fault(year))
    return replace(settings, fiscal_years=tuple(sorted({*years, *following})))


def identity(settings: Settings, province: str) -> dict[str, str | date | None]:
    """The form values of a company."""
    return {
        "name": settings.name,
        "language": settings.language,
        "province": province,
    }
