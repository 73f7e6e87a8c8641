"""What is wrong with settings and chart before any document comes (P7): all faces ask this one function.

What a pending posting uses is an error, and `core.review` says it of that posting; here it is a warning.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.likely import is_a_bank, is_for_purchases
from ecriture.core.pairs import pair_faults
from ecriture.core.problems import NOWHERE, SEVERITIES, Problem, Severity, Where
from ecriture.core.review import AccountReview, Finding, TargetLimits, gravest
from ecriture.core.roles import OWED, Role, role_of_setting
from ecriture.core.rules import AccountChoice
from ecriture.core.settings import DefaultAccounts, Extras, Item, Method, Settings, frozen_mapping
from ecriture.core.taxes import Tax

REFUSED = frozenset(
    {"account-same", "account-unknown", "account-not-postable", "account-linked", "account-wrong-length"}
)
"""The problems for which a page refuses a setting, beside its field. It tells the others, and saves."""

NEEDED = ("accounts.invoice_debit", "accounts.invoice_credit", "accounts.payment_debit", "accounts.payment_credit")


class GivenAccount(NamedTuple):
    """An account, perhaps none, and the setting that gives it."""

    setting: str
    account: str
    role: Role

    @property
    def is_needed(self) -> bool:
        """Whether there is no default for it: a default account itself, or the credit of a tax."""
        return self.role is Role.TAX or self.setting in NEEDED

    @property
    def choice(self) -> AccountChoice:
        missing = "tax-account-missing" if self.role is Role.TAX else "account-missing"
        return AccountChoice(self.account, (), self.setting, self.role, "" if self.account else missing)


def given_accounts(settings: Settings) -> Iterator[GivenAccount]:
    """The account of every setting that gives one, in the order of company.toml."""
    for table in ("accounts", "extras"):
        yield from _given(table, getattr(settings, table))
    for table in _NAMED:
        for name, named in getattr(settings, table).items():
            yield from _given(f"{table}.{name}", named)


def _given(path: str, part: object) -> Iterator[GivenAccount]:
    table = path.partition(".")[0]
    gives_up = isinstance(part, Method) and part.write_off
    for name, role in _ROLES[table].items():
        yield GivenAccount(f"{path}.{name}", getattr(part, name), Role.WRITE_OFF if gives_up else role)


def _roles(table: str, part: type) -> Mapping[str, Role]:
    """The fields of a part of the settings that are accounts."""
    roles = {field.name: role_of_setting(f"{table}.{field.name}") for field in fields(part)}
    return {name: role for name, role in roles.items() if role is not None}


_NAMED: Mapping[str, type[Tax | Item | Method]] = MappingProxyType({"taxes": Tax, "items": Item, "methods": Method})
_ROLES = MappingProxyType(
    {table: _roles(table, part) for table, part in {"accounts": DefaultAccounts, "extras": Extras, **_NAMED}.items()}
)


def with_account(settings: Settings, setting: str, account: str) -> Settings:
    """The settings with another account for one of them; a tax, item or method that is not there yet is added."""
    table, _dot, rest = setting.partition(".")
    part: Any = getattr(settings, table)
    if table in ("accounts", "extras"):
        changed = replace(part, **{rest: account})
    else:
        name, _dot, side = rest.rpartition(".")
        changed = frozen_mapping({**part, name: replace(part.get(name, _NAMED[table](name)), **{side: account})})
    parts: dict[str, Any] = {table: changed}
    return replace(settings, **parts)


def soundness(settings: Settings, *, chart: Chart, limits: TargetLimits, where: Where = NOWHERE) -> tuple[Problem, ...]:
    """All that is wrong with the settings. Each problem has the parameter `setting`, and stops nothing."""
    review, faults = AccountReview(settings, chart=chart, limits=limits), pair_faults(settings)
    found: list[Finding] = []
    hints: dict[tuple[str, str], Finding] = {}  # a name is said once, however many settings have its account
    sound: set[tuple[str, Role]] = set()  # thousands of items have few accounts
    for given in given_accounts(settings):
        fault, use = faults.get(given.setting), (given.account, given.role)
        if fault is None and (use in sound or not (given.account or given.is_needed)):
            continue
        own = gravest(review.of_choice(given.choice), (fault.code, fault.params) if fault else None)
        found += own
        named = [] if any(map(_is_error_code, own)) else [*_of_name(given, chart, settings.language)]
        for finding in named:
            hints.setdefault((finding[0], given.account), finding)
        if not own and not named:
            sound.add(use)
    said = (*found, *hints.values(), *_unknown_taxes(settings))
    return tuple(Problem(code, params, where, unused=True) for code, params in said)


def _unknown_taxes(settings: Settings) -> Iterator[Finding]:
    """Taxes that apply to an item and that the settings do not have: they would be expected on no document."""
    for item in settings.items.values():
        for tax in sorted((item.taxes or frozenset()) - settings.taxes.keys()):
            yield "tax-unknown", {"tax": tax, "account": "", "setting": f"items.{item.code}.taxes", "reason": "item"}


def _is_error_code(finding: Finding) -> bool:
    return SEVERITIES[finding[0]] is Severity.ERROR


def _of_name(given: GivenAccount, chart: Chart, language: str) -> Iterator[Finding]:
    """What the name of an account says against its use. A name only warns: the company may mean something else by it."""
    account = chart.get(given.account)
    if account is None:
        return
    params: dict[str, object] = {"account": account.number, "name": account.named(language), "setting": given.setting}
    if given.role in OWED and is_a_bank(account):
        yield "account-bank", {**params, "reason": "name"}
    if given.role is Role.TAX and is_for_purchases(account):
        yield "tax-account-purchases", params


def is_error(problem: Problem) -> bool:
    """Whether a document that uses the setting would be held back."""
    return SEVERITIES[problem.code] is Severity.ERROR and problem.params.get("reason") != "name"


def unsaid(problems: Iterable[Problem], said: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems of settings that are not among others: those of pending postings, or of the settings as they were."""
    known = {_identity(problem) for problem in said}
    return tuple(problem for problem in problems if _identity(problem) not in known)


def _identity(problem: Problem) -> tuple[object, ...]:
    return (problem.code, problem.params.get("setting"), problem.params.get("account"))
