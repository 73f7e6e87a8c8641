"""Settings → Products & Services: an item, its archiving, bulk changes, and catalogue files."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.likely import Purpose
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Settings, Untaxed
from ecriture.core.text import fold
from ecriture.sources.items import LONGEST
from ecriture.store.catalogue import items_like
from ecriture.web.forms.base import ItemsForm
from ecriture.web.forms.fields import AccountField, DayField, NameField
from ecriture.web.forms.seen import SeenForm
from ecriture.web.words import language

ALL_TAXES, THESE_TAXES, NO_TAX = "all", "these", "none"
LARGEST_FILE = 4 << 20
"""The maximum size of a catalogue file, in bytes."""


class ItemForm(SeenForm, ItemsForm):
    """An item, without its archiving. Its code is a field only in `NewItemForm`."""

    name = NameField(required=False, max_length=LONGEST["name"], label=_("Name"))
    debit = AccountField(
        purpose=Purpose.CLEARING,
        setting="items.*.debit",
        label=_("Debit account"),
        help_text=_("Empty: the default account of invoices."),
    )
    credit = AccountField(
        purpose=Purpose.REVENUE,
        setting="items.*.credit",
        label=_("Credit account"),
        help_text=_("The revenue account of this item."),
    )
    which_taxes = forms.ChoiceField(
        choices=(
            (ALL_TAXES, _("all of the company’s taxes")),
            (THESE_TAXES, _("some of them")),
            (NO_TAX, _("none")),
        ),
        widget=forms.RadioSelect,
        label=_("Taxes that apply"),
    )
    taxes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Which ones"))
    untaxed = forms.ChoiceField(
        required=False,
        choices=(
            ("", _("not said")),
            ("zero-rated", _("zero-rated: basic groceries, exports")),
            ("exempt", _("exempt: residential rent, health care, lessons")),
        ),
        label=_("Without tax, a sale of it is"),
        help_text=_("Only the tax return asks."),
    )
    note = NameField(
        required=False, max_length=LONGEST["note"], label=_("Note"), help_text=_("Shown in the list of items.")
    )

    def __init__(self, *args: Any, kept: Item | None = None, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        codes = dict.fromkeys([*self.settings.taxes, *sorted((self.kept and self.kept.taxes) or ())])
        named = [(code, tax_name(code, language())) for code in codes]
        self.fields["taxes"].choices = named  # type: ignore[attr-defined] # a choice field
        defaults = self.settings.accounts
        self.put_instead("debit", defaults.invoice_debit, say("as invoices"))
        self.put_instead("credit", defaults.invoice_credit, say("as invoices"))

    def clean(self) -> dict[str, Any]:
        """The taxes are never guessed: a ticked one beside *all* or *none* says two things at once."""
        cleaned = super().clean()
        which, ticked = cleaned.get("which_taxes"), cleaned.get("taxes")
        if which in (ALL_TAXES, NO_TAX) and ticked:
            names = ", ".join(tax_name(code, language()) for code in ticked)
            self.add_error("taxes", say("%s is ticked: choose “some of them”, or untick it.") % names)
        elif which == THESE_TAXES and not ticked and "taxes" not in self.errors:
            self.add_error("taxes", say("Tick at least one tax, or choose “none”."))
        return cleaned

    def item(self, before: Item) -> Item:
        """The item with what was edited here."""
        names = self.touched & {"name", "debit", "credit", "note"}
        changed = replace(before, **{name: self.cleaned_data[name] for name in names})
        if "untaxed" in self.touched:
            changed = replace(changed, untaxed=Untaxed(self.cleaned_data["untaxed"]))
        return replace(changed, taxes=self._taxes()) if self.touched & {"which_taxes", "taxes"} else changed

    def _taxes(self) -> frozenset[str] | None:
        """The taxes that apply; None for all of them."""
        return None if self.cleaned_data["which_taxes"] == ALL_TAXES else frozenset(self.cleaned_data["taxes"])

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.kept.code,) if self.kept else ()

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        """Does not restore an item that somebody else deleted meanwhile."""
        return {code: self.item(item) for code, item in before.items()}

    def intended(self) -> Settings:
        """With this item, though the page does without the others."""
        return self.change(replace(self.settings, items={it.code: it for it in (self.kept,) if it}))


class NewItemForm(ItemForm):
    code = NameField(
        max_length=LONGEST["code"],
        label=_("Code"),
        help_text=_("As written on your invoices. It cannot be changed later."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if there := items_like(self.company, [code]).get(fold(code)):
            raise ValidationError(say("There is already an item %s. Choose another code.") % there)
        return code

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.cleaned_data["code"],)

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        """Does not overwrite an item of the same code that somebody else created meanwhile."""
        return before or {code: self.item(Item(code)) for code in self.codes}


def initial(item: Item) -> dict[str, Any]:
    """The form values of an item."""
    named = {name: getattr(item, name) for name in ("code", "name", "debit", "credit", "note")}
    which = ALL_TAXES if item.taxes is None else THESE_TAXES if item.taxes else NO_TAX
    return {**named, "which_taxes": which, "taxes": sorted(item.taxes or ()), "untaxed": item.untaxed.value}


class ArchiveForm(forms.Form):
    """From when an item is archived, and why."""

    archived = DayField(required=True, label=_("Do not use after"), help_text=_("Documents until that day may use it."))
    note = NameField(
        required=False,
        max_length=LONGEST["note"],
        label=_("Note"),
        help_text=_("Why, and what to use instead: no longer used, replaced by …"),
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        since = item.archived or timezone.localdate()
        given = {"archived": since, "note": item.note}
        super().__init__(*args, **{"label_suffix": "", "initial": given, **kwargs})
        self.item, self.warnings = item, list[str]()

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.item.code,)

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        return {code: replace(item, **self.cleaned_data) for code, item in before.items()}


def taken_back(before: Mapping[str, Item]) -> Mapping[str, Item]:
    """The items, restored from the archive."""
    return {code: replace(item, archived=None) for code, item in before.items()}


def deleted(_before: Mapping[str, Item]) -> Mapping[str, Item]:
    """None of the items."""
    return {}


class ManyForm(ItemsForm):
    """The accounts of many items. An empty field leaves them unchanged."""

    debit = AccountField(purpose=Purpose.CLEARING, setting="items.*.debit", label=_("Debit account"))
    credit = AccountField(purpose=Purpose.REVENUE, setting="items.*.credit", label=_("Credit account"))

    def __init__(self, *args: Any, codes: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_many_%s", **kwargs})
        self._codes = codes

    @property
    def codes(self) -> tuple[str, ...]:
        return self._codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned["debit"] or cleaned["credit"]):
            raise ValidationError(say("Give a debit account, a credit account, or both."))
        if not self.codes:
            raise ValidationError(say("Choose at least one item."))
        return cleaned

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        given = {name: number for name in ("debit", "credit") if (number := self.cleaned_data[name])}
        return {code: replace(item, **given) for code, item in before.items()}


class FileForm(forms.Form):
    """The upload of a catalogue file."""

    file = forms.FileField(
        label=_("File with items"),
        help_text=_(
            "CSV or XLSX with the columns code, name, debit, credit, taxes, archived, note; only code is needed."
        ),
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(say("This file is too large for a list of items: the limit is 4 MB. Split it."))
        return file
