"""The chart of accounts: its filter, the file upload, an account added by hand, and the linked accounts."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.accounts import Account, AccountType, Chart, is_account_number
from ecriture.core.provinces import PROVINCES
from ecriture.core.settings import Settings
from ecriture.web import words
from ecriture.web.forms.fields import NameField, is_seen
from ecriture.web.forms.linked import linked_numbers
from ecriture.web.forms.seen import SeenForm
from ecriture.web.words import language

LARGEST_FILE = 10 * 1024 * 1024
MOST_ACCOUNTS = 20_000
"""More lines than this are a ledger, not a chart."""


class ChartFileForm(forms.Form):
    """The upload of a chart file, with a size limit."""

    file = forms.FileField(
        label=_("File of your chart of accounts"),
        help_text=_(
            "CSV or XLSX, at most 10 MB: the accounts as your program exports or prints them, or Écriture’s own table."
        ),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export the chart again."),
            "missing": _("Choose a file first."),
        },
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            size = f"{found.size / 1024 / 1024:.0f}"
            raise forms.ValidationError(
                say("“%(name)s” has %(size)s MB. A chart of accounts has at most 10 MB: export only the accounts.")
                % {"name": found.name, "size": size}
            )
        return found


LONGEST_NAME = 200
"""The columns of an account's names."""


def unfit_names(chart: Chart) -> list[str]:
    """What the database or the eye cannot take of the names of an imported chart."""
    found = []
    for account in chart:
        names = (account.name, account.name_fr)
        if any(len(name) > LONGEST_NAME for name in names):
            found.append(say("The name of account %s is longer than 200 characters.") % account.number)
        elif not all(map(is_seen, names)):
            found.append(say("The name of account %s has characters that cannot be seen.") % account.number)
    return found


class StarterForm(forms.Form):
    """A starter chart, with the taxes of a province."""

    province = forms.ChoiceField(label=_("Province or territory"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["province"].choices = [(code, it.named(language())) for code, it in PROVINCES.items()]  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """One account, new or corrected. The number of an existing account cannot change."""

    number = forms.CharField(
        max_length=15, label=_("Number"), help_text=_("As in your program, with as many digits as the others.")
    )
    name = NameField(required=False, max_length=200, label=_("Name in English"))
    name_fr = NameField(required=False, max_length=200, label=_("Name in French"))
    type = forms.ChoiceField(
        choices=[
            (kind.value, words.ACCOUNT_TYPES[kind]) for kind in AccountType if kind != AccountType.CURRENT_EARNINGS
        ],
        label=_("Type"),
        help_text=_("Only group and subgroup accounts take entries."),
        initial=AccountType.GROUP.value,
    )
    linked = forms.BooleanField(
        required=False,
        label=_("Linked account"),
        help_text=_("It belongs to a module of your program, which refuses journal entries on it: 1200, 2100."),
    )

    def __init__(self, *args: Any, chart: Chart, account: Account | None, **kwargs: Any) -> None:
        given = account._asdict() if account else {}
        initial = {**given, "type": account.type.value} if account else kwargs.pop("initial", {})
        super().__init__(*args, **{"label_suffix": "", **kwargs, "initial": initial})
        self._chart, self._account = chart, account
        if account:
            self.fields["number"].disabled = True
        if account and account.type is AccountType.CURRENT_EARNINGS:
            shown = (account.type.value, words.ACCOUNT_TYPES[account.type])
            self.fields["type"].choices = [shown, *self.fields["type"].choices]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not is_account_number(number):
            raise forms.ValidationError(say("“%s” is not an account number: write it without spaces.") % number)
        if self._account is None and (there := self._chart.get(number)):
            raise forms.ValidationError(
                say("%(number)s already exists: %(name)s.") % {"number": number, "name": there.named(language())}
            )
        return number

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("name") and not cleaned.get("name_fr"):
            french = language() == "fr"
            self.add_error("name_fr" if french else "name", say("Enter a name in at least one language."))
        return cleaned

    @property
    def account(self) -> Account:
        answers = self.cleaned_data
        found = self._account.account_class if self._account else None
        names = answers["name"], answers["name_fr"]
        return Account(answers["number"], *names, AccountType(answers["type"]), answers["linked"], found)


class LinkedForm(SeenForm):
    """Which accounts the program refuses. Likely ones are offered, but not selected."""

    linked = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Which of these accounts is linked?"),
    )
    others = forms.CharField(
        required=False,
        label=_("Other linked accounts"),
        help_text=_("Numbers separated by commas, such as 2100 for Accounts Payable. Leave empty if there are none."),
    )

    nothing = forms.BooleanField(required=False, label=_("None of my accounts is linked"))

    def __init__(self, *args: Any, settings: Settings, chart: Chart, offered: Iterable[Account], **kwargs: Any) -> None:
        shown = [account for account in offered if not account.linked]
        kept = settings.accounting.linked_accounts
        others = sorted(kept - {account.number for account in shown})
        initial = {"linked": [it.number for it in shown if it.number in kept], "others": ", ".join(others)}
        super().__init__(*args, **{"label_suffix": "", "initial": initial, **kwargs})
        self._settings, self._chart = settings, chart
        self.known = [account for account in chart if account.linked]
        """The accounts that are linked according to the chart."""
        choices = [(account.number, f"{account.number} {account.named(language())}") for account in shown]
        self.fields["linked"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["linked"]

    def clean_others(self) -> frozenset[str]:
        return linked_numbers(self.cleaned_data["others"], settings=self._settings, chart=self._chart)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        said = bool(self._numbers(cleaned))
        if not said and not cleaned.get("nothing") and not self.known and not self.errors:
            self.add_error("nothing", say("Choose the linked account, or tick that there is none."))
        if said and cleaned.get("nothing"):
            self.add_error("nothing", say("Linked accounts are chosen above. Remove them, or untick this box."))
        return cleaned

    def _numbers(self, cleaned: dict[str, Any]) -> frozenset[str]:
        return frozenset(cleaned.get("linked", ())) | frozenset(cleaned.get("others", ()))

    def change(self, settings: Settings) -> Settings:
        if not self.touched & {"linked", "others"}:
            return settings
        linked = self._numbers(self.cleaned_data)
        return replace(settings, accounting=replace(settings.accounting, linked_accounts=linked))
