"""Settings → Products & Services: an item, its archiving, bulk changes, and catalogue files."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.likely import Purpose
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.sources.items import LONGEST
from ecriture.store.items import Asked, Show, Sort, item_like
from ecriture.web.forms.base import CompanyForm
from ecriture.web.forms.fields import AccountField, DayField, NameField
from ecriture.web.forms.seen import SeenForm

SHOWN = (
    (Show.ALL, _("all items")),
    (Show.WITHOUT, _("items without an account")),
    (Show.USED, _("items in use")),
    (Show.ARCHIVED, _("archived items")),
)
ALL_TAXES, THESE_TAXES, NO_TAX = "all", "these", "none"
LARGEST_FILE = 4 << 20
"""The maximum size of a catalogue file, in bytes."""


def with_items(settings: Settings, *items: Item) -> Settings:
    """The settings with some items added, or replaced by code."""
    return replace(settings, items=frozen_mapping({**settings.items, **{item.code: item for item in items}}))


class SearchForm(forms.Form):
    """The search of the list. Invalid values are ignored."""

    q = forms.CharField(
        required=False,
        label=_("Search for an item"),
        widget=forms.TextInput({"type": "search", "placeholder": _("code, name or account"), "autocomplete": "off"}),
    )
    show = forms.ChoiceField(required=False, choices=SHOWN, label=_("Show"))

    def asked(self) -> Asked:
        sort = str(self.data.get("sort", ""))
        show = str(self.data.get("show", ""))
        return Asked(
            words=str(self.data.get("q", ""))[:100].replace("\0", ""),
            show=Show(show) if show in set(Show) else Show.ALL,
            sort=Sort(sort.lstrip("-")) if sort.lstrip("-") in set(Sort) else Sort.CODE,
            down=sort.startswith("-"),
        )


class ItemForm(SeenForm, CompanyForm):
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
            (NO_TAX, _("none: it is exempt")),
        ),
        widget=forms.RadioSelect,
        label=_("Taxes that apply"),
    )
    taxes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Which ones"))
    note = NameField(
        required=False, max_length=LONGEST["note"], label=_("Note"), help_text=_("Shown in the list of items.")
    )

    def __init__(self, *args: Any, kept: Item | None = None, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        codes = dict.fromkeys([*self.settings.taxes, *sorted((self.kept and self.kept.taxes) or ())])
        named = [(code, tax_name(code, str(get_language()))) for code in codes]
        self.fields["taxes"].choices = named  # type: ignore[attr-defined] # a choice field
        defaults = self.settings.accounts
        self.put_instead("debit", defaults.invoice_debit, say("as invoices"))
        self.put_instead("credit", defaults.invoice_credit, say("as invoices"))

    def clean(self) -> dict[str, Any]:
        """The taxes are never guessed: a ticked one beside *all* or *none* says two things at once."""
        cleaned = super().clean()
        which, ticked = cleaned.get("which_taxes"), cleaned.get("taxes")
        if which in (ALL_TAXES, NO_TAX) and ticked:
            names = ", ".join(tax_name(code, str(get_language())) for code in ticked)
            self.add_error("taxes", say("%s is ticked: choose “some of them”, or untick it.") % names)
        elif which == THESE_TAXES and not ticked and "taxes" not in self.errors:
            self.add_error("taxes", say("Tick at least one tax, or choose “none”."))
        return cleaned

    def item(self, before: Item) -> Item:
        """The item with what was edited here."""
        names = self.touched & {"name", "debit", "credit", "note"}
        changed = replace(before, **{name: self.cleaned_data[name] for name in names})
        return replace(changed, taxes=self._taxes()) if self.touched & {"which_taxes", "taxes"} else changed

    def _taxes(self) -> frozenset[str] | None:
        """The taxes that apply; None for all of them."""
        return None if self.cleaned_data["which_taxes"] == ALL_TAXES else frozenset(self.cleaned_data["taxes"])

    def intended(self) -> Settings:
        """With this item, though the page does without the others."""
        return with_items(self.settings, self.item(self.kept)) if self.kept else super().intended()

    def change(self, settings: Settings) -> Settings:
        """Does not restore an item that somebody else deleted meanwhile."""
        before = settings.items.get(self.kept.code) if self.kept else None
        return with_items(settings, self.item(before)) if before else settings


class NewItemForm(ItemForm):
    code = NameField(
        max_length=LONGEST["code"],
        label=_("Code"),
        help_text=_("As written on your invoices. It cannot be changed later."),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if there := item_like(self.company, code):
            raise ValidationError(say("There is already an item %s. Choose another code.") % there)
        return code

    def change(self, settings: Settings) -> Settings:
        """Does not overwrite an item of the same code that somebody else created meanwhile."""
        code = self.cleaned_data["code"]
        return settings if code in settings.items else with_items(settings, self.item(Item(code)))


def initial(item: Item) -> dict[str, Any]:
    """The form values of an item."""
    named = {name: getattr(item, name) for name in ("code", "name", "debit", "credit", "note")}
    which = ALL_TAXES if item.taxes is None else THESE_TAXES if item.taxes else NO_TAX
    return {**named, "which_taxes": which, "taxes": sorted(item.taxes or ())}


class ArchiveForm(forms.Form):
    """From when an item is archived, and why."""

    archived = DayField(required=True, label=_("Do not use from"), help_text=_("Earlier documents may still use it."))
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

    def change(self, settings: Settings) -> Settings:
        item = settings.items.get(self.item.code)
        return with_items(settings, replace(item, **self.cleaned_data)) if item else settings


def taken_back(code: str, settings: Settings) -> Settings:
    """The settings with an item restored from the archive."""
    item = settings.items.get(code)
    return with_items(settings, replace(item, archived=None)) if item else settings


def deleted(code: str, settings: Settings) -> Settings:
    """The settings without an item."""
    return replace(settings, items=frozen_mapping({key: it for key, it in settings.items.items() if key != code}))


class ManyForm(CompanyForm):
    """The accounts of many items. An empty field leaves them unchanged."""

    debit = AccountField(purpose=Purpose.CLEARING, setting="items.*.debit", label=_("Debit account"))
    credit = AccountField(purpose=Purpose.REVENUE, setting="items.*.credit", label=_("Credit account"))

    def __init__(self, *args: Any, codes: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_many_%s", **kwargs})
        self.codes = codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned["debit"] or cleaned["credit"]):
            raise ValidationError(say("Give a debit account, a credit account, or both."))
        if not self.codes:
            raise ValidationError(say("Choose at least one item."))
        return cleaned

    def change(self, settings: Settings) -> Settings:
        given = {name: number for name in ("debit", "credit") if (number := self.cleaned_data[name])}
        chosen = (settings.items[code] for code in self.codes if code in settings.items)
        return with_items(settings, *(replace(item, **given) for item in chosen))


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
