"""A company's settings out of a file, checked as the pages check what is typed."""

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
    """Asks for company.toml."""

    file = forms.FileField(label=_("Settings file (company.toml)"), widget=forms.FileInput({"accept": ".toml"}))


class Proposed(NamedTuple):
    """What a file would make of the settings. With a fault it is not to be used."""

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
"""What an account is for, by its setting; those of taxes, items and methods by their table and last word."""


def proposed(content: bytes, *, company: Company, before: Settings, chart: Chart) -> Proposed:
    """Reads settings, and says what they would change and what is wrong with them."""
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
    """Tells whether settings are still those that somebody looked at."""
    return sha256(write_company(settings)).hexdigest()


LONGEST: Mapping[str, int] = MappingProxyType({"name": 200, "note": 500, "taxes": 50, "items": 100, "methods": 50})
"""How many characters the tables hold: of names and notes, and of the codes of taxes, items and methods."""


def _unfit(settings: Settings) -> Iterator[str]:
    if not settings.name.strip():
        yield say('The file gives no name of the company: write name = "…" under [company].')
    texts = [("company.name", settings.name, "name")]
    for table, named in (("taxes", settings.taxes), ("items", settings.items), ("methods", settings.methods)):
        texts += [(f"{table}.{key}", key, table) for key in named]
    for code, item in settings.items.items():
        texts += [(f"items.{code}.name", item.name, "name"), (f"items.{code}.note", item.note, "note")]
    for path, text, kind in texts:
        if isinstance(setting_values.text(text), setting_values.Invalid):
            yield say("“%(setting)s” has signs that cannot be shown.") % {
                "setting": path[:120].encode("unicode_escape").decode()
            }
        if len(text) > LONGEST[kind]:
            yield say("“%(setting)s” is longer than %(most)s characters.") % {
                "setting": path[:120],
                "most": LONGEST[kind],
            }


def _refused(company: Company, before: Settings, after: Settings) -> Iterator[str]:
    """What a save would refuse, said before it is tried."""
    if used := used_items(company, before.items.keys() - after.items.keys()):
        yield refusal(ItemsUsed(used))
    if before.accounting.start_date != after.accounting.start_date and has_live_batch(company):
        yield refusal(StartDateFixed())


def _of_accounts(changes: tuple[Change, ...], settings: Settings, chart: Chart) -> Iterator[tuple[bool, str]]:
    """What is wrong with the accounts that change, and whether that stops. What stays as it was is not looked at."""
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
