"""Which account, and which rule won (P1): from the most precise to the least; a batch's own record before them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ecriture.core.batches import NO_ACCOUNTS, RecordedAccounts
from ecriture.core.documents import DISCOUNT, LINE, REFUND, TAX, PaymentKind, RowKey, RowKind
from ecriture.core.methods import Methods
from ecriture.core.roles import Role as Role  # noqa: PLC0414 - a choice has one: whoever asks for choices finds it here
from ecriture.core.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class AccountChoice:
    """An account, and why it is that one. There is one object for each choice: compared by identity.

    `keys` is what a batch records the account under: two where the clearing account serves as the unapplied one, since a
    change of the clearing account would else move what was paid in advance from the one to the other. `setting` is
    the one that gave the account (`items.CLEAN.credit`), or `recorded`. Without an account, `fault` is the code of the problem
    and `setting` the one to fill.
    """

    account: str
    keys: tuple[str, ...]
    setting: str
    role: Role
    fault: str = ""


class Rule:
    """The accounts that an amount goes to: to some as it is, to others with the other sign. Compared by identity.

    There is one object for each row key, and a few for each kind and method of payment.
    """

    __slots__ = ("account_numbers", "accounts", "legs", "signs")

    def __init__(self, debited: AccountChoice, credited: AccountChoice | None = None) -> None:
        """Where a positive amount is a debit, and where it is a credit."""
        self.legs: tuple[tuple[AccountChoice, int], ...] = ((debited, 1),)
        if credited is not None:
            self.legs += ((credited, -1),)
        self.account_numbers = tuple(choice.account for choice, _ in self.legs)
        """What a batch holds of it."""
        self.signs = tuple((choice.account, sign) for choice, sign in self.legs)
        """What a line of accounts and sides needs of it."""
        self.accounts: Mapping[str, str] = {key: choice.account for choice, _ in self.legs for key in choice.keys}
        """What a batch records of it."""


class PaymentAccounts(NamedTuple):
    """The accounts of payments of one kind and method."""

    bank: AccountChoice
    fee: AccountChoice
    clearing: AccountChoice
    unapplied: AccountChoice
    rounding: AccountChoice
    tip: AccountChoice


class PaymentRule:
    """The accounts of payments of one kind and method, and the rules that they form."""

    __slots__ = ("accounts", "applied", "applied_apart", "deposit", "deposit_apart", "keys", "moved")

    def __init__(self, accounts: PaymentAccounts) -> None:
        bank, fee, clearing, unapplied, rounding, tip = accounts
        self.accounts = accounts
        self.keys = tuple(key for choice in accounts for key in choice.keys)
        self.applied = Rule(bank, clearing)
        """What is applied to a document at once."""
        self.deposit = Rule(bank, unapplied)
        """What is not applied yet."""
        self.moved = Rule(unapplied, clearing)
        """What was a deposit and is applied now."""
        self.applied_apart = tuple(map(Rule, (bank, fee, clearing, rounding, tip)))
        self.deposit_apart = tuple(map(Rule, (bank, fee, unapplied, rounding, tip)))
        """Each account by its own, for rows with a fee, a rounding or a tip; `postings.of_payment` has the amounts so."""


RECORDED = "recorded"
CLEARING_KEY = "clearing"
UNAPPLIED_KEY = "unapplied"

Choice = tuple[str, str]
"""An account and the setting that gives it."""

CREDIT_ROLES: Mapping[RowKind, Role] = {
    RowKind.LINE: Role.REVENUE,
    RowKind.TAX: Role.TAX,
    RowKind.SHIPPING: Role.SHIPPING,
    RowKind.TIP: Role.TIP,
    RowKind.ROUNDING: Role.ROUNDING,
}


class RowRules(dict[RowKey, Rule]):
    """The rule of each row key, made when it is first asked for: what the customer owes is a debit of the first account."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def __missing__(self, key: RowKey) -> Rule:
        self[key] = rule = Rule(*(self._of_discount(key) if key.kind is DISCOUNT else self._of_row(key)))
        return rule

    def _of_discount(self, key: RowKey) -> tuple[AccountChoice, AccountChoice]:
        """A discount credits the receivable; its amount is negative, so the receivable comes first here too.

        Its keys say what it does in the ledger, which is the other way round.
        """
        accounts, extras = self._settings.accounts, self._settings.extras
        receivable = (accounts.invoice_debit, "accounts.invoice_debit")
        discount = (extras.discount, "extras.discount"), (accounts.invoice_credit, "accounts.invoice_credit")
        return (
            _choice(f"{key.kind}:{key.code}:credit", Role.RECEIVABLE, receivable),
            _choice(f"{key.kind}:{key.code}:debit", Role.DISCOUNT, *discount),
        )

    def _of_row(self, key: RowKey) -> tuple[AccountChoice, AccountChoice]:
        fault = "account-missing"
        if key.kind is TAX:
            fault = "tax-account-missing" if key.code in self._settings.taxes else "tax-unknown"
        return (
            _choice(f"{key.kind}:{key.code}:debit", Role.RECEIVABLE, *self._debit(key)),
            _choice(f"{key.kind}:{key.code}:credit", CREDIT_ROLES[key.kind], *self._credit(key), fault=fault),
        )

    def _debit(self, key: RowKey) -> tuple[Choice, ...]:
        default = (self._settings.accounts.invoice_debit, "accounts.invoice_debit")
        if key.kind is LINE and (item := self._settings.items.get(key.code)):
            return (item.debit, f"items.{key.code}.debit"), default
        if key.kind is TAX and (tax := self._settings.taxes.get(key.code)):
            return (tax.debit, f"taxes.{key.code}.debit"), default
        return (default,)

    def _credit(self, key: RowKey) -> tuple[Choice, ...]:
        default = (self._settings.accounts.invoice_credit, "accounts.invoice_credit")
        extras = self._settings.extras
        match key.kind:
            case RowKind.LINE:
                item = self._settings.items.get(key.code)
                return (item.credit if item else "", f"items.{key.code}.credit"), default
            case RowKind.TAX:
                tax = self._settings.taxes.get(key.code)
                return ((tax.credit if tax else "", f"taxes.{key.code}.credit"),)
            case RowKind.TIP:
                return ((extras.tip, "extras.tip"),)
            case RowKind.ROUNDING:
                return ((extras.rounding, "extras.rounding"),)
            case _:
                return (extras.shipping, "extras.shipping"), default


class PaymentRules(dict[tuple[PaymentKind, str], PaymentRule]):
    """The rules of payments of each kind and method, made when they are first asked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.methods = Methods(settings.methods)

    def __missing__(self, key: tuple[PaymentKind, str]) -> PaymentRule:
        self[key] = rule = PaymentRule(self._accounts(*key))
        return rule

    def _accounts(self, kind: PaymentKind, method: str) -> PaymentAccounts:
        extras, accounts = self._settings.extras, self._settings.accounts
        is_refund = kind is REFUND
        found = self.methods.find(method)
        received = (
            (found.debit if found else "", f"methods.{found.name if found else method}.debit"),
            (accounts.payment_debit, "accounts.payment_debit"),
        )
        gives_up = found is not None and found.write_off
        given_back = ((accounts.refund_credit, "accounts.refund_credit"),) if is_refund and not gives_up else ()
        reverse = ((accounts.refund_debit, "accounts.refund_debit"),) if is_refund else ()
        clearing = (*reverse, (accounts.payment_credit, "accounts.payment_credit"))
        deposit = (extras.deposit, "extras.deposit")
        unapplied_keys = (UNAPPLIED_KEY,) if extras.deposit else (UNAPPLIED_KEY, CLEARING_KEY)
        return PaymentAccounts(
            bank=_choice(f"method:{method}", Role.WRITE_OFF if gives_up else Role.BANK, *given_back, *received),
            fee=_choice("fee", Role.FEE, (extras.fee, "extras.fee")),
            clearing=_choice(CLEARING_KEY, Role.CLEARING, *clearing),
            unapplied=_choice(unapplied_keys, Role.UNAPPLIED, deposit, *clearing),
            rounding=_choice("rounding", Role.ROUNDING, (extras.rounding, "extras.rounding")),
            tip=_choice("tip", Role.TIP, (extras.tip, "extras.tip")),
        )


class Rules:
    """The rules of one company; each account is looked up once for each row key, and for each kind and method of payment."""

    def __init__(self, settings: Settings) -> None:
        self._payments: dict[tuple[PaymentKind, str, RecordedAccounts], PaymentRule] = {}
        self._recorded: dict[tuple[AccountChoice, str, bool], AccountChoice] = {}
        self._rows: dict[tuple[Sequence[RowKey], RecordedAccounts], Sequence[Rule]] = {}
        self._recorded_rows: dict[tuple[Rule, str | None, str | None], Rule] = {}
        self._recorded_payments: dict[tuple[PaymentRule, tuple[str | None, ...]], PaymentRule] = {}
        self._transferred: dict[str, AccountChoice] = {}
        self._alone: dict[AccountChoice, Rule] = {}
        self.new_rows = RowRules(settings)
        """The rules of rows of which no batch recorded anything."""
        self.new_payments = PaymentRules(settings)
        """Those of such payments."""

    def rows(self, keys: Sequence[RowKey], accounts: RecordedAccounts) -> Sequence[Rule]:
        """The rules of a document's rows, looked up once for documents that share recorded accounts."""
        found = self._rows.get((keys, accounts))
        if found is None:
            found = self._rows[keys, accounts] = [self.row(key, accounts) for key in keys]
        return found

    def row(self, key: RowKey, accounts: Mapping[str, str]) -> Rule:
        """The rule of a row; `accounts` are those that batches recorded for its document."""
        rule = self.new_rows[key]
        (debited, _), (credited, _) = rule.legs
        found = accounts.get(debited.keys[0]), accounts.get(credited.keys[0])
        recorded = self._recorded_rows.get((rule, *found))
        if recorded is None:
            recorded = Rule(self.recorded(debited, accounts), self.recorded(credited, accounts))
            self._recorded_rows[(rule, *found)] = recorded
        return recorded

    def payment(self, kind: PaymentKind, method: str, accounts: RecordedAccounts = NO_ACCOUNTS) -> PaymentRule:
        """The rule of payments or refunds of a method, the same way round: `of_payment` turns the amounts of a refund."""
        if not accounts:
            return self.new_payments[kind, method]
        rule = self._payments.get((kind, method, accounts))
        if rule is None:
            rule = self._payments[kind, method, accounts] = self._recorded_payment(kind, method, accounts)
        return rule

    def _recorded_payment(self, kind: PaymentKind, method: str, accounts: RecordedAccounts) -> PaymentRule:
        rule = self.new_payments[kind, method]
        found = rule, tuple(map(accounts.get, rule.keys))
        recorded = self._recorded_payments.get(found)
        if recorded is None:
            recorded = PaymentRule(PaymentAccounts(*[self.recorded(choice, accounts) for choice in rule.accounts]))
            self._recorded_payments[found] = recorded
        return recorded

    def recorded(self, choice: AccountChoice, accounts: Mapping[str, str]) -> AccountChoice:
        """The choice, with the account that a batch recorded for its key if there is one."""
        for key in choice.keys:
            if key in accounts:
                account = accounts[key]
                shared = choice.role is Role.UNAPPLIED and accounts.get(CLEARING_KEY) == account
                return self._as_recorded(choice, account, shared)
        return choice

    def transferred(self, account: str) -> AccountChoice:
        """An account that a batch holds and that the unit does not want any more."""
        if account not in self._transferred:
            self._transferred[account] = AccountChoice(account, (), RECORDED, Role.TRANSFERRED)
        return self._transferred[account]

    def alone(self, choice: AccountChoice) -> Rule:
        """The rule that has one account only."""
        if choice not in self._alone:
            self._alone[choice] = Rule(choice)
        return self._alone[choice]

    def _as_recorded(self, choice: AccountChoice, account: str, shared: bool) -> AccountChoice:  # noqa: FBT001 - private
        """`shared`: whether the clearing account serves as the unapplied one, and is recorded under both keys again."""
        found = self._recorded.get((choice, account, shared))
        if found is None:
            keys = (UNAPPLIED_KEY, CLEARING_KEY) if shared else choice.keys[:1]
            found = self._recorded[choice, account, shared] = AccountChoice(account, keys, RECORDED, choice.role)
        return found


def _choice(keys: str | tuple[str, ...], role: Role, *choices: Choice, fault: str = "account-missing") -> AccountChoice:
    """The first of some choices that has an account; without any, the last setting is the one to fill."""
    named = (keys,) if isinstance(keys, str) else keys
    account, rule = next((choice for choice in choices if choice[0]), ("", choices[-1][1]))
    return AccountChoice(account, named, rule, role, "" if account else fault)
