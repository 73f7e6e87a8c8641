"""The names of the set-up steps, and a summary of each."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ecriture.core.provinces import tax_name
from ecriture.web import words
from ecriture.web.steps import Known, Step, linked_numbers
from ecriture.web.words import Words

NAMES: Words = MappingProxyType(
    {
        Step.COMPANY: _("The company"),
        Step.PROGRAM: _("Your accounting program"),
        Step.CHART: _("The chart of accounts"),
        Step.CLEARING: _("The clearing account"),
        Step.START: _("The start date"),
        Step.ACCOUNTS: _("Accounts of invoices and payments"),
        Step.TAXES: _("Taxes"),
        Step.METHODS: _("Payment methods"),
        Step.ITEMS: _("Products and services"),
        Step.DOCUMENTS: _("Invoices and payments"),
    }
)

ASKED: Words = MappingProxyType(
    {
        Step.COMPANY: _("Name, language of the entries, province, fiscal year."),
        Step.PROGRAM: _("The program that imports the entries."),
        Step.CHART: _("Your accounts, from a file of your program or a starter chart."),
        Step.CLEARING: _("An account for what customers owe: 1201."),
        Step.START: _("What is already in your books, so that it is not sent again."),
        Step.ACCOUNTS: _("Two for an invoice, two for a payment."),
        Step.TAXES: _("The account of each tax that you charge."),
        Step.METHODS: _("Where the money arrives, and how you tick your bank statement."),
        Step.ITEMS: _("What you sell, each with its revenue account."),
        Step.DOCUMENTS: _("How invoices and payments get into Écriture."),
    }
)
"""A step's question, in a few words."""


def summary(step: Step, known: Known, language: str) -> str:
    """The answer of a step, or its question if there is none."""
    found = _answers(known, language).get(step, "")
    return found or str(ASKED[step])


def _answers(known: Known, language: str) -> Mapping[Step, str]:
    settings, chart = known.settings, known.chart
    accounts, start = settings.accounts, settings.accounting.start_date
    return {
        Step.COMPANY: " · ".join(filter(None, (settings.name, _years(known)))),
        Step.PROGRAM: str(words.TARGETS[settings.accounting.target]),
        Step.CHART: _chart(known) if len(chart) else "",
        Step.CLEARING: _account(known, accounts.invoice_debit, language),
        Step.START: words.day(start) if start else _no_start(known),
        Step.ACCOUNTS: " · ".join(filter(None, (accounts.invoice_credit, accounts.payment_debit))),
        Step.TAXES: ", ".join(tax_name(code, language) for code in settings.taxes) or say("no sales tax"),
        Step.METHODS: ", ".join(words.method_name(name) for name in settings.methods),
        Step.ITEMS: _count(len(settings.items)) if settings.items else "",
    }


def _no_start(known: Known) -> str:
    """The answer *no* to whether books are there already."""
    is_answered = Step.START in known.said or known.has_documents
    return say("none: everything entered here is new to the books") if is_answered else ""


def _years(known: Known) -> str:
    return str(known.settings.fiscal_years[-1].last.year) if known.settings.fiscal_years else ""


def _chart(known: Known) -> str:
    count = len(known.chart)
    counted = ngettext("%(count)s account", "%(count)s accounts", count) % {"count": count}
    linked = ", ".join(sorted(linked_numbers(known.settings, known.chart)))
    return say("%(counted)s, linked: %(linked)s") % {"counted": counted, "linked": linked} if linked else counted


def _account(known: Known, number: str, language: str) -> str:
    account = known.chart.get(number)
    return f"{number} {account.named(language)}" if account else number


def _count(count: int) -> str:
    return ngettext("%(count)s item", "%(count)s items", count) % {"count": count}
