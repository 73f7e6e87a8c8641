"""The filter of the audit log."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ecriture.store.audit import Asked, areas_of, names_of
from ecriture.store.models import Company
from ecriture.web.audit_words import actions_named, area_name, settings_named, who_shown
from ecriture.web.forms.fields import DayField

NOBODY = "-"
"""Represents the empty name, which is the command line."""


class AuditForm(forms.Form):
    """Filters of the audit log. An empty field does not filter."""

    text = forms.CharField(
        required=False,
        max_length=100,
        label=_("Search"),
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    who = forms.ChoiceField(required=False, label=_("Who"))
    area = forms.ChoiceField(required=False, label=_("Where"))
    since = DayField(label=_("From"))
    through = DayField(label=_("Through"))

    def __init__(self, data: Any, *, company: Company) -> None:
        super().__init__(data, label_suffix="")
        named = [(name or NOBODY, who_shown(name)) for name in names_of(company)]
        self.fields["who"].choices = [("", _("everybody")), *named]  # type: ignore[attr-defined] # a choice field
        areas = sorted(((area, area_name(area)) for area in areas_of(company)), key=lambda pair: pair[1])
        self.fields["area"].choices = [("", _("everywhere")), *areas]  # type: ignore[attr-defined] # a choice field

    def asked(self, zone: ZoneInfo) -> Asked:
        """The search; invalid fields are ignored. Days are in the given time zone."""
        self.is_valid()
        given = self.cleaned_data
        text, who = given.get("text", ""), given.get("who", "")
        since, through = given.get("since"), given.get("through")
        return Asked(
            who_name={"": None, NOBODY: ""}.get(who, who),
            area=given.get("area", ""),
            since=datetime.combine(since, time.min, zone) if since else None,
            until=_end(through, zone) if through else None,
            text=text,
            actions=actions_named(text) if text else frozenset(),
            settings=settings_named(text) if text else frozenset(),
        )


def _end(day: date, zone: ZoneInfo) -> datetime | None:
    """The start of the next day; None after the last possible day."""
    try:
        return datetime.combine(day + timedelta(days=1), time.min, zone)
    except OverflowError:
        return None
