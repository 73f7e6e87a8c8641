"""What is wrong with settings and chart before any document comes (P7): all faces ask this one function.

What a pending posting uses is an error, and `core.review` says it of that posting; here it is a warning.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.likely import is_a_bank, is_for_purchases
from ecriture.core.pairs import pair_faults
from ecriture.core.problems import NOWHERE, SEVERITIES, Problem, Severity, Where
from ecriture.core.review import AccountReview, Finding, TargetRules, gravest
from ecriture.core.roles import OWED, Role, role_of_setting
from ecriture.core.rules import AccountChoice
from ecriture.core.settings import Item, Method, Settings, frozen_mapping
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

    @property
    def is_needed(self) -> bool:
        """Whether nothing stands in for it: a default account, or the credit of a tax."""
        return self.setting in NEEDED or (self.setting.startswith("taxes.") and self.setting.endswith(".credit"))


def given_accounts(settings: Settings) -> Iterator[GivenAccount]:
    """The account of every setting that gives one, in the order of company.toml."""
    for table in ("accounts", "extras"):
        given = getattr(settings, table)
        yield from (GivenAccount(f"{table}.{name}", getattr(given, name)) for name in given.__dataclass_fields__)
    for code, tax in settings.taxes.items():
        yield from (GivenAccount(f"taxes.{code}.debit", tax.debit), GivenAccount(f"taxes.{code}.credit", tax.credit))
    for code, item in settings.items.items():
        yield from (GivenAccount(f"items.{code}.debit", item.debit), GivenAccount(f"items.{code}.credit", item.credit))
    for name, method in settings.methods.items():
        yield GivenAccount(f"methods.{name}.debit", method.debit)


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


_NAMED: Mapping[str, type[Tax | Item | Method]] = MappingProxyType({"taxes": Tax, "items": Item, "methods": Method})


def soundness(settings: Settings, *, chart: Chart, rules: TargetRules, where: Where = NOWHERE) -> tuple[Problem, ...]:
    """All that is wrong with the accounts of some settings. Each problem has the parameter `setting`, and stops nothing."""
    review, faults = AccountReview(settings, chart=chart, rules=rules), pair_faults(settings)
    found: list[Finding] = []
    hints: dict[tuple[str, str], Finding] = {}  # a name is said once, however many settings have its account
    for given in given_accounts(settings):
        fault = faults.get(given.setting)
        own = gravest(_of_account(given, review), (fault.code, fault.params) if fault else None)
        found += own
        if not any(SEVERITIES[code] is Severity.ERROR for code, _ in own):
            for code, params in _of_name(given, chart, settings.language):
                hints.setdefault((code, given.account), (code, params))
    return tuple(Problem(code, params, where, unused=True) for code, params in (*found, *hints.values()))


def _of_account(given: GivenAccount, review: AccountReview) -> Finding | None:
    role = role_of_setting(given.setting)
    if role is None or not (given.account or given.is_needed):
        return None
    missing = "tax-account-missing" if role is Role.TAX else "account-missing"
    return review.of_choice(AccountChoice(given.account, (), given.setting, role, "" if given.account else missing))


def _of_name(given: GivenAccount, chart: Chart, language: str) -> Iterator[Finding]:
    """What the name of an account says against its use. A name only warns: the company may mean something else by it."""
    account, role = chart.get(given.account), role_of_setting(given.setting)
    if account is None:
        return
    params: dict[str, object] = {"account": account.number, "name": account.named(language), "setting": given.setting}
    if role in OWED and is_a_bank(account):
        yield "account-bank", {**params, "reason": "name"}
    if role is Role.TAX and is_for_purchases(account):
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
