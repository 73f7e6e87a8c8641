"""What a person decides of documents that a file leaves open: the taxes that its amount is, and the day of a refund."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.amounts import show_amount
from ecriture.core.money import plain
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.sources.mapping.model import ColumnMapping, Decision, Decisions
from ecriture.sources.mapping.taxes import tax_sets
from ecriture.web.forms.amounts import AmountField
from ecriture.web.forms.base import key_of
from ecriture.web.forms.fields import DayField
from ecriture.web.forms.receipts import checked_day
from ecriture.web.import_preview import Undecided
from ecriture.web.words import Words, language

Sets = Sequence[tuple[str, ...]]


def names_of(codes: Sequence[str]) -> str:
    return " + ".join(tax_name(code, language()) for code in codes)


def value_of(codes: Iterable[str]) -> str:
    """What stands for taxes in a form: their codes, so that it means the same when the settings have changed meanwhile."""
    return "+".join(map(key_of, codes))


def _taxes_field(sets: Sets, empty: str) -> forms.ChoiceField:
    choices = [("", empty), *((value_of(codes), names_of(codes)) for codes in sets)]
    return forms.ChoiceField(required=False, label=_("Taxes"), choices=choices)


def _chosen(answer: str, sets: Sets) -> tuple[str, ...]:
    return next((tuple(codes) for codes in sets if value_of(codes) == answer), ())


WHY: Words = MappingProxyType(
    {
        "none": _("No rates of the settings give this amount of taxes."),
        "several": _("The rates of several taxes give this amount."),
        "no-rates": _("The settings have no rates on this date."),
        "included": _("The taxes are in the amount, and the settings have no rate of theirs on this date."),
        "decided": _("What was decided does not give this amount of taxes."),
    }
)


class _Form(forms.Form):
    """What is decided of one document."""

    use_required_attribute = False

    def __init__(self, given: QueryDict | None, about: Undecided) -> None:
        super().__init__(given, prefix=f"decide-{key_of(about.key)}", label_suffix="")
        self.about = about


class TaxesForm(_Form):
    """The taxes of a document: which ones, divided by their rates; or the amount of each."""

    def __init__(self, given: QueryDict | None, about: Undecided, sets: Sets, codes: Sequence[str]) -> None:
        super().__init__(given, about)
        self._sets, self._codes = sets, codes
        self.fields["taxes"] = _taxes_field(sets, say("not decided yet"))
        for code in codes:
            self.fields[f"amount-{key_of(code)}"] = AmountField(label=tax_name(code, language()), signed=True)

    @property
    def why(self) -> str:
        """Why the rates of the settings do not tell the taxes."""
        why = str(WHY.get(self.about.reason, WHY["none"]))
        if not self._tried or self.about.reason not in ("none", "several"):
            return why
        would_be = say("They would be: %s") % self._tried
        return f"{why} {would_be}"

    @property
    def _tried(self) -> str:
        return " · ".join(
            f"{names_of(taxes.split(' + '))} {show_amount(cents, language())}" for taxes, cents in self.about.tried
        )

    @property
    def amounts(self) -> list[forms.BoundField]:
        return [self[f"amount-{key_of(code)}"] for code in self._codes]

    @property
    def has_amounts(self) -> bool:
        return any(it.value() for it in self.amounts)

    def clean(self) -> None:
        typed = self._typed()
        if typed and sum(typed.values()) != self.about.cents:
            raise ValidationError(say("These amounts do not come to that of the file."))
        if typed and self.cleaned_data.get("taxes"):
            raise ValidationError(say("Choose the taxes, or type their amounts: not both."))

    def _typed(self) -> dict[str, int]:
        typed = {code: self.cleaned_data.get(f"amount-{key_of(code)}") for code in self._codes}
        return {code: cents for code, cents in typed.items() if cents}

    def decision(self, before: Decision) -> Decision | None:
        """None where nothing was answered."""
        if typed := self._typed():
            amounts = frozen_mapping({code: plain(cents) for code, cents in typed.items()})
            return replace(before, taxes=(), tax_amounts=amounts)
        taxes = _chosen(self.cleaned_data["taxes"], self._sets)
        return replace(before, taxes=taxes, tax_amounts=frozen_mapping({})) if taxes else None


class RefundForm(_Form):
    """When a document was refunded, and whether the sale was taken back too."""

    day = DayField(required=False, label=_("Day of the refund"))
    credit_note = forms.BooleanField(
        required=False,
        label=_("The sale was taken back too"),
        help_text=_("Makes its credit note. Without one, revenue and taxes stay."),
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        return checked_day(day) if day else None

    def clean(self) -> None:
        if self.cleaned_data.get("credit_note") and not self.cleaned_data.get("day") and "day" not in self.errors:
            self.add_error("day", say("The credit note is dated as the refund: type its day."))

    def decision(self, before: Decision) -> Decision | None:
        day, credit_note = self.cleaned_data["day"], self.cleaned_data["credit_note"]
        return replace(before, refunded=day, credit_note=credit_note) if day else None


class DecisionsForm:
    """A form for each document that is undecided, and one answer for the taxes of all alike."""

    def __init__(self, undecided: Sequence[Undecided], settings: Settings, given: QueryDict | None = None) -> None:
        self._sets, codes = tax_sets(settings.taxes), [*settings.taxes]
        self.parts: list[TaxesForm | RefundForm] = [
            RefundForm(given, it) if it.is_refund else TaxesForm(given, it, self._sets, codes) for it in undecided
        ]
        self.all = forms.Form(given, prefix="decide-all", label_suffix="", use_required_attribute=False)
        self.all.fields["taxes"] = _taxes_field(self._sets, say("as decided below"))
        self.has_taxes = any(not it.is_refund for it in undecided)

    def __iter__(self) -> Iterator[TaxesForm | RefundForm]:
        return iter(self.parts)

    def is_valid(self) -> bool:
        is_right = [it.is_valid() for it in (self.all, *self.parts)]  # each says all its faults
        return all(is_right)

    def decided(self, mapping: ColumnMapping) -> ColumnMapping:
        """The mapping with the answers, which stand over those that it has."""
        before = mapping.decisions
        documents: dict[str, Decision] = {**before.documents}
        for part in self.parts:
            found = part.decision(documents.get(part.about.key, Decision()))
            if found is not None:
                documents[part.about.key] = found
        taxes = _chosen(self.all.cleaned_data["taxes"], self._sets) or before.taxes
        return replace(mapping, decisions=Decisions(taxes, frozen_mapping(documents)))
