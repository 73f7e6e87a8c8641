"""The linked accounts, typed as a list of numbers."""

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.accounts import Chart, is_account_number
from ecriture.core.settings import Settings
from ecriture.targets.registry import target

ONLY_RECEIVABLES = _(
    "Accounts that your program refuses in a journal entry, separated by commas: 1200, 2100. Only receivables and "
    "payables: lists of linked accounts may show the bank and the revenue too, which take entries."
)


def linked_numbers(typed: str, *, settings: Settings, chart: Chart) -> frozenset[str]:
    """The typed numbers. Raises ValidationError for what is no number, or is new and not in the chart.

    A number that nobody has protects nothing: the account that was meant would be used, and the program would refuse it.
    """
    numbers = typed.replace(",", " ").replace(";", " ").split()
    in_digits = target(settings.accounting.target).sage_numbers
    if wrong := [it for it in numbers if not is_account_number(it) or (in_digits and not it.isdecimal())]:
        raise forms.ValidationError(
            ngettext("%s cannot be an account number.", "%s cannot be account numbers.", len(wrong)) % ", ".join(wrong)
        )
    new = [number for number in numbers if number not in settings.accounting.linked_accounts]
    if len(chart) and (unknown := [number for number in new if number not in chart]):
        text = ngettext("%s is not in the chart of accounts.", "%s are not in the chart of accounts.", len(unknown))
        remedy = say("Correct the number, or import the chart again.")
        raise forms.ValidationError(f"{text % ', '.join(unknown)} {remedy}")
    return frozenset(numbers)
