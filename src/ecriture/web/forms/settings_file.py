"""A company's settings from a file, checked like typed ones."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType
from typing import NamedTuple

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.accounts import Chart
from ecriture.core.review import account_fault
from ecriture.core.rules import Role
from ecriture.core.settings import Settings
from ecriture.sources.settings_file import read_company, write_company
from ecriture.speech.sentences import sentence
from ecriture.store.audit import Change
from ecriture.store.books import has_live_batch, used_items
from ecriture.store.models import Company
from ecriture.store.settings import ItemsUsed, StartDateFixed, differences
from ecriture.targets.registry import target
from ecriture.transfer import rules_of
from ecriture.web.saving import refusal
from ecriture.web.words import setting_label


class SettingsFileForm(forms.Form):
    """The upload of company.toml."""

    file = forms.FileField(label=_("Settings file (company.toml)"), widget=forms.FileInput({"accept": ".toml"}))


class Proposed(NamedTuple):
    """The effect of a file on the settings. It cannot be used if there is an error."""

    settings: Settings
    changes: tuple[Change, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "accounts.invoice_debit": Role.RECEIVABLE,
        "accounts.invoice_credit": Role.REVENUE,
        "accounts.payment_debit": Role.BANK,
        "accounts.payment_credit": Role.CLEARING,
        "accounts.refund_debit": Role.CLEARING,
        "accounts.refund_credit": Role.BANK,
        "extras.discount": Role.DISCOUNT,
        "extras.tip": Role.TIP,
        "extras.shipping": Role.SHIPPING,
        "extras.rounding": Role.ROUNDING,
        "extras.fee": Role.FEE,
        "extras.deposit": Role.UNAPPLIED,
    }
)
NAMED_ROLES: Mapping[tuple[str, str], Role] = MappingProxyType(
    {
        ("taxes", "debit"): Role.TAX,
        ("taxes", "credit"): Role.TAX,
        ("items", "debit"): Role.RECEIVABLE,
        ("items", "credit"): Role.REVENUE,
        ("methods", "debit"): Role.BANK,
    }
)
"""The purpose of an account, by its setting; for taxes, items and methods by table and last word."""


def proposed(content: bytes, *, company: Company, before: Settings, chart: Chart) -> Proposed:
    """Reads settings, their changes and their problems."""
    read = read_company(BytesIO(content))
    spoken = [(problem.stops, sentence(problem, str(get_language()))) for problem in read.problems]
    faults = [text for stops, text in spoken if stops]
    if faults:
        return Proposed(before, (), tuple(faults), ())
    changes = tuple(differences(before, read.company))
    faults += [*_unfit(read.company), *_refused(company, before, read.company)]
    warnings = [text for stops, text in spoken if not stops]
    for stops, text in _of_accounts(changes, read.company, chart):
        (faults if stops else warnings).append(text)
    return Proposed(read.company, changes, tuple(faults), tuple(warnings))


def seal(settings: Settings) -> str:
    """A fingerprint that tells whether the settings changed since the preview."""
    return sha256(write_company(settings)).hexdigest()


LONGEST: Mapping[str, int] = MappingProxyType({"name": 200, "note": 500, "taxes": 50, "items": 100, "methods": 50})
"""The maximum lengths in the database: names and notes, and the codes of taxes, items and methods."""


def _unfit(settings: Settings) -> Iterator[str]:
    if not settings.name.strip():
        yield say('The file does not give the company’s name: write name = "…" under [company].')
    texts = [("company.name", settings.name, "name")]
    for table, named in (("taxes", settings.taxes), ("items", settings.items), ("methods", settings.methods)):
        texts += [(f"{table}.{key}", key, table) for key in named]
    for code, item in settings.items.items():
        texts += [(f"items.{code}.name", item.name, "name"), (f"items.{code}.note", item.note, "note")]
    for path, text, kind in texts:
        if isinstance(setting_values.text(text), setting_values.Invalid):
            yield say("“%(setting)s” has characters that cannot be displayed.") % {
                "setting": path[:120].encode("unicode_escape").decode()
            }
        if len(text) > LONGEST[kind]:
            yield say("“%(setting)s” is longer than %(most)s characters.") % {
                "setting": path[:120],
                "most": LONGEST[kind],
            }


def _refused(company: Company, before: Settings, after: Settings) -> Iterator[str]:
    """What saving would refuse, reported in the preview."""
    if used := used_items(company, before.items.keys() - after.items.keys()):
        yield refusal(ItemsUsed(used))
    if before.accounting.start_date != after.accounting.start_date and has_live_batch(company):
        yield refusal(StartDateFixed())


def _of_accounts(changes: tuple[Change, ...], settings: Settings, chart: Chart) -> Iterator[tuple[bool, str]]:
    """What is wrong with changed accounts, and whether it is an error. Unchanged accounts are not checked."""
    rules = rules_of(target(settings.accounting.target))
    for path, _before, number in changes:
        role = _role_of(path)
        if role is None or not number:
            continue
        problem = account_fault(number, role, settings=settings, chart=chart, rules=rules, setting=path)
        if problem is not None:
            words = {"setting": setting_label(path), "problem": sentence(problem, str(get_language()))}
            yield problem.stops, say("%(setting)s: %(problem)s") % words


def _role_of(path: str) -> Role | None:
    table, _dot, rest = path.partition(".")
    return ROLES.get(path) or NAMED_ROLES.get((table, rest.rpartition(".")[2]))
