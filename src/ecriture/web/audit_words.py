"""The words of the audit log: actions, areas and values as shown, accounts with their names."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.accounts import Chart
from ecriture.core.provinces import PROVINCES, tax_name
from ecriture.core.text import fold
from ecriture.store.models import AuditRecord, Company
from ecriture.web import book_words, tax_words, words
from ecriture.web.words import Named, Words, language

ACTIONS: Words = MappingProxyType(
    {
        "company-made": _("Company created"),
        "company-downloaded": _("All data downloaded"),
        "settings-changed": _("Settings changed"),
        "chart-changed": _("Chart of accounts changed"),
        "role-changed": _("Role changed"),
        "member-left": _("Left the company"),
        "member-removed": _("Member removed"),
        "invitation-made": _("Invitation created"),
        "invitation-withdrawn": _("Invitation withdrawn"),
        "invitation-accepted": _("Invitation accepted"),
        "mapping-kept": _("Mapping kept"),
        "mapping-deleted": _("Mapping deleted"),
        "layout-kept": _("File layout kept"),
        "layout-deleted": _("File layout given up"),
        "books-recorded": _("Documents and payments recorded"),
        "period-reopened": _("Closed period reopened"),
        "batch-exported": _("Batch exported"),
        "batch-confirmed": _("Batch confirmed"),
        "batch-cancelled": _("Batch cancelled"),
        "remap-asked": _("Move to today’s accounts"),
        "remap-taken-back": _("Move to today’s accounts taken back"),
        "batch-link-made": _("Link to a batch created"),
        "batch-link-withdrawn": _("Link to a batch withdrawn"),
        "proof-looked": _("Month’s proof looked at"),
        "return-filed": _("Tax return marked as filed"),
        "return-withdrawn": _("Tax return withdrawn"),
        "change-decided": _("Change of a filed return decided"),
    }
)

AREAS: Words = MappingProxyType(
    {
        "accounting": _("Accounting"),
        "batches": _("Batches"),
        "books": _("Documents and payments"),
        "chart": _("Chart of accounts"),
        "closing": _("Closing"),
        "company": _("Company"),
        "file": _("Settings file"),
        "invoices": _("Invoices and taxes"),
        "items": _("Products & Services"),
        "layouts": _("File layout"),
        "mappings": _("Mappings"),
        "members": _("Members"),
        "payments": _("Payments"),
        "taxes": _("Taxes"),
    }
)

CHOICES: Mapping[str, Named] = MappingProxyType(
    {
        "company.language": MappingProxyType({"fr": _("French"), "en": _("English")}),
        "accounting.target": words.TARGETS,
        "accounting.grouping": MappingProxyType(
            {"period": _("month"), "day": _("day"), "document": _("document and payment")}
        ),
        "accounting.detail": MappingProxyType({"summary": _("account"), "document": _("document"), "line": _("line")}),
        "accounting.bank_lines": MappingProxyType(
            {
                "total": _("one total"),
                "day": _("one per day"),
                "payment": _("one per payment"),
                "reference": _("one per bank reference"),
            }
        ),
        "accounting.paid_sale_date": MappingProxyType(
            {"payment": _("date of the payment"), "document": _("date of the invoice")}
        ),
        "accounting.opening": MappingProxyType(
            {"sage": _("in the program’s own module"), "clearing": _("in the clearing account")}
        ),
        "role": words.ROLES,
    }
)

FLAGS = frozenset({"accounting.only_when_paid", "accounting.carry", "company.quick_method"})
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_ZONES: Mapping[str, str] = MappingProxyType(
    {
        "AB": "America/Edmonton",
        "BC": "America/Vancouver",
        "MB": "America/Winnipeg",
        "NB": "America/Moncton",
        "NL": "America/St_Johns",
        "NS": "America/Halifax",
        "NT": "America/Yellowknife",
        "NU": "America/Iqaluit",
        "ON": "America/Toronto",
        "PE": "America/Halifax",
        "QC": "America/Toronto",
        "SK": "America/Regina",
        "YT": "America/Whitehorse",
    }
)


def zone_of(company: Company) -> ZoneInfo:
    """The time zone of a company's audit log: that of the largest part of its province."""
    return ZoneInfo(_ZONES.get(company.province, settings.TIME_ZONE))


class Line(NamedTuple):
    """A change as shown."""

    setting: str
    before: str
    after: str


class Shown(NamedTuple):
    """A record as shown."""

    record: AuditRecord
    who: str
    action: str
    area: str
    subject: str
    lines: tuple[Line, ...]
    has_file: bool = False
    """Whether a file made the changes, which can be downloaded (`ecriture.store.uploads.with_files`)."""


def shown(record: AuditRecord, chart: Chart, *, most: int | None = None) -> Shown:
    """A record in words, with all changes or the first few."""
    lines = tuple(line_shown(record.area, change, chart) for change in record.changes[:most])
    said = who_shown(record.who_name), action_name(record.action), area_name(record.area), _subject_shown(record)
    return Shown(record, *said, lines, has_file=getattr(record, "has_file", False))


def accounts_in(record: AuditRecord, *, most: int) -> Iterator[str]:
    """The account numbers in the first changes of a record, whose names `shown` needs."""
    if record.area != "chart":
        for path, *values in record.changes[:most]:
            if _is_account(path):
                yield from (number for value in values for number in value.split(", "))


def line_shown(area: str, change: Sequence[str], chart: Chart) -> Line:
    path, before, after = change
    if area == "books":
        return Line(book_words.label(path), book_words.value(path, before), book_words.value(path, after))
    if area in _OF_TEXTS:
        return Line(_OF_TEXTS[area](path), before, after)
    if area == "taxes" and path != "company.quick_method":
        return Line(*tax_words.audited(path, after))
    if area == "chart":
        return Line(_label(area, path), _chart_shown(before), _chart_shown(after))
    return Line(_label(area, path), value_shown(path, before, chart), value_shown(path, after, chart))


_OF_TEXTS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "mappings": lambda name: say("Mapping %s") % name,
        "layouts": lambda target: str(words.TARGETS.get(target, target)),
        "batches": lambda _: say("Reason"),
    }
)
"""Areas whose changes are texts as they were written, and what they are called."""


def _chart_shown(value: str) -> str:
    """An account of the chart as stored in the log, with its one English word translated."""
    return value.replace(", linked)", f", {say('linked')})")


def who_shown(name: str) -> str:
    return name or say("The command line")


def action_name(action: str) -> str:
    return str(ACTIONS.get(action, action))


def area_name(area: str) -> str:
    return str(AREAS.get(area, area))


def _label(area: str, path: str) -> str:
    """The name of the changed setting, account or role. A change of the chart may change which accounts are linked, too."""
    if path == "company.province":
        return say("Province or territory")
    if path == "role":
        return say("Role")
    is_account = area == "chart" and not path.startswith("accounting.")
    return say("Account %s") % path if is_account else words.setting_label(path)


def value_shown(path: str, value: str, chart: Chart) -> str:
    """A value in words, accounts with their current names. Empty if it did not exist."""
    choices = words.UNTAXED if path.endswith(".untaxed") else CHOICES.get(path)
    if choices is not None:
        return str(choices.get(value, value))
    if path in FLAGS or path.endswith(".write_off"):
        return {"true": say("yes"), "false": say("no")}.get(value, value)
    if path == "company.province":
        return PROVINCES[value].named(language()) if value in PROVINCES else value
    if _is_account(path) or _is_named(path):
        each = value.split(", ")
        return ", ".join(_account_shown(it, chart) if _is_account(path) else _name_shown(path, it) for it in each)
    if path.endswith(".rates"):
        return _rates_shown(value)
    return _day_shown(value) if DAY.fullmatch(value) else value


def _is_named(path: str) -> bool:
    """Whether the value is codes of taxes, or the name of a payment method."""
    table, _dot, rest = path.partition(".")
    return (table in ("taxes", "methods") and "." not in rest) or (table == "items" and rest.endswith(".taxes"))


def _name_shown(path: str, name: str) -> str:
    return words.method_name(name) if path.startswith("methods.") else tax_name(name, language())


def _rates_shown(value: str) -> str:
    """`9,975 % (1er janvier 2013)`."""
    in_words = DAY.sub(lambda found: _day_shown(found[0]), value)
    return re.sub(r"([0-9])\.([0-9])", r"\1,\2", in_words) if language() == "fr" else in_words


def _is_account(path: str) -> bool:
    if path.startswith(("accounts.", "extras.")) or path == "accounting.linked_accounts":
        return True
    return path.startswith(("taxes.", "items.", "methods.")) and path.endswith((".debit", ".credit"))


def _account_shown(number: str, chart: Chart) -> str:
    account = chart.get(number)
    return f"{number} {account.named(language())}".strip() if account else number


_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _subject_shown(record: AuditRecord) -> str:
    """The name and the days of a return in words; elsewhere such a text may be the number of a document."""
    if record.area != "taxes" or not record.subject:
        return record.subject
    form, _blank, days = record.subject.partition(" ")
    return f"{tax_words.form_name(form)} {_DAY.sub(lambda found: _day_shown(found[0]), days)}"


def _day_shown(value: str) -> str:
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return value


def settings_named(text: str) -> frozenset[str]:
    """The paths of the settings whose screen name contains a text."""
    return frozenset(_with(text, words.SETTINGS.items()))


def actions_named(text: str) -> frozenset[str]:
    return frozenset(_with(text, ACTIONS.items()))


def _with(text: str, named: Iterable[tuple[str, object]]) -> Iterable[str]:
    return (key for key, name in named if fold(text) in fold(str(name)))
