"""Finds the accounts of a chart that likely suit a purpose, by name and class, as proposals only.

A purpose has signs: words of an account's name, in either language, each with positive or negative points. An account
is proposed if it has a word of the purpose itself and a positive total. This keeps taxes paid on purchases apart from
those charged on sales, and the refused receivable account apart from the clearing account.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.accounts import Account, AccountClass, Chart, class_of_number
from ecriture.core.roles import CLASSES, Role
from ecriture.core.text import fold, fold_all


class Purpose(StrEnum):
    """What an account is wanted for: a field of a settings page. `LINKED` is the receivable that the program refuses."""

    CLEARING = "clearing"
    LINKED = "linked"
    REVENUE = "revenue"
    BANK = "bank"
    CASH = "cash"
    CARD = "card"
    CHEQUE = "cheque"
    ETRANSFER = "etransfer"
    DIRECT_DEBIT = "direct_debit"
    DISCOUNT = "discount"
    TIP = "tip"
    SHIPPING = "shipping"
    ROUNDING = "rounding"
    FEE = "fee"
    DEPOSIT = "deposit"
    BAD_DEBT = "bad_debt"
    GST = "gst"
    QST = "qst"
    HST = "hst"
    PST = "pst"
    RST = "rst"
    TAX = "tax"
    """A tax that is not one of the five."""


_ROLES: Mapping[Purpose, Role] = MappingProxyType(
    {
        Purpose.CLEARING: Role.CLEARING,
        Purpose.LINKED: Role.RECEIVABLE,
        Purpose.REVENUE: Role.REVENUE,
        **dict.fromkeys((Purpose.BANK, Purpose.CASH, Purpose.CARD), Role.BANK),
        **dict.fromkeys((Purpose.CHEQUE, Purpose.ETRANSFER, Purpose.DIRECT_DEBIT), Role.BANK),
        Purpose.DISCOUNT: Role.DISCOUNT,
        Purpose.TIP: Role.TIP,
        Purpose.SHIPPING: Role.SHIPPING,
        Purpose.ROUNDING: Role.ROUNDING,
        Purpose.FEE: Role.FEE,
        Purpose.DEPOSIT: Role.UNAPPLIED,
        Purpose.BAD_DEBT: Role.WRITE_OFF,
        **dict.fromkeys((Purpose.GST, Purpose.QST, Purpose.HST, Purpose.PST, Purpose.RST, Purpose.TAX), Role.TAX),
    }
)


def role_of(purpose: Purpose) -> Role:
    """The role of the account that is wanted, which tells the classes to look in."""
    return _ROLES[purpose]


# The signs

NEVER = -100
"""A penalty that no other sign can make up for."""


class _Sign(NamedTuple):
    """Words of an account name, without accents and capitals, with their points."""

    points: int
    pattern: str

    @property
    def words(self) -> re.Pattern[str]:
        """Compiled when it is first asked for: a hundred patterns are a noticeable part of the command's start."""
        return _compiled(self.pattern)


_compiled = cache(re.compile)


class _Signs(NamedTuple):
    """The words that are required for a proposal, and those that raise or lower it."""

    core: tuple[_Sign, ...]
    more: tuple[_Sign, ...] = ()


def _sign(points: int, *alternatives: str) -> _Sign:
    """Matches any of some whole words or phrases; a space in a phrase matches any space or hyphen."""
    joined = "|".join(alternatives).replace(" ", r"[\s-]")
    return _Sign(points, rf"\b(?:{joined})\b")


def _together(points: int, first: str, second: str) -> _Sign:
    """Matches a word of each of two groups, in any order."""
    return _Sign(points, rf"(?s)\A(?=.*\b(?:{first})\b)(?=.*\b(?:{second})\b)")


_CARDS = "cards?|cartes?|visa|mastercard|amex|interac|moneris|stripe|square|paypal|clover|helcim|tpv|monetique"
_COSTS = "fees?|frais|charges?|commissions?|costs?|couts?"
_CUSTOMERS = "clients?|clientele|customers?"
_OWED = f"{_CUSTOMERS}|receivables?|debiteurs?|creances?"
_PREPAID = "deposits?|depots?|acomptes?|arrhes|advances?|avances?|prepayments?|prepaid"
_DOUBTFUL = "provisions?|allowances?|doubtful|douteuses?|mauvaises|bad"
_TAXES = "tps|tvq|tvh|tvp|tvd|gst|qst|hst|pst|rst|tax|taxes|taxe|impots?"
_BORROWED = "loans?|prets?|emprunts?|marges?|hypotheques?|hypothecaire|mortgages?|notes?"
_STAFF = "employes?|employees?|payroll|paies?|salaires?|salariales?|wages?|deductions?"
_OWNERS = "actionnaires?|shareholders?|proprietaires?|owners?|administrateurs?|directors?"
_STOCK = "inventory|inventories|stocks?|inventaires?"
_BANKS = "banks?|banques?|bancaires?|desjardins|rbc|bmo|td|cibc|scotia|scotiabank|bnc|nbc|hsbc|tangerine"

# What Sage calls the account that its module of customers feeds.
_STANDARD = "accounts receivable|trade receivables?|comptes? clients?|comptes? debiteurs?|comptes? a recevoir"
_UNLINKED = "non linked|unlinked|non associes?|non lies?|clearing|compensation"
_OF_CUSTOMERS = _sign(0, _OWED, _UNLINKED, "ecriture")
_NO_CUSTOMERS = (_CARDS, _PREPAID, _DOUBTFUL, _TAXES, _STAFF, _OWNERS, _STOCK, _BORROWED, "credit", _BANKS)

_BANK_WORDS = (
    _sign(6, _BANKS, "chequing", "checking", "cheques?", "caisse populaire", "compte courant", "operating account"),
    _sign(3, "encaisse", "cash", "caisse"),
)
_NO_BANK = (
    _sign(NEVER, "petty", "on hand", "petite caisse", "especes", "comptant", "fonds de caisse"),
    _sign(NEVER, "cash register", "caisse enregistreuse", _COSTS, "interests?", "interets?", _BORROWED),
    _sign(NEVER, "credit", "arrondi\\w*", "rounding", "gic", "cpg", "placements?", "investments?", "a terme", _TAXES),
    _sign(-4, _CARDS, "clearing", "undeposited", "a deposer", "transit"),
    _sign(-3, "savings?", "epargne", "us", "usd", "american", "americains?", "euros?"),
)


def _bank(*own: _Sign) -> _Signs:
    """Money on its way to the bank: its own account, or else the bank account."""
    return _Signs((*own, *_BANK_WORDS), _NO_BANK)


_TAX_WORDS: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.GST: "gst|tps|goods and services tax|taxe sur les produits et services",
        Purpose.QST: "qst|tvq|quebec sales tax|taxe de vente du quebec",
        Purpose.HST: "hst|tvh|harmonized sales tax|taxe de vente harmonisee",
        Purpose.PST: "pst|tvp|provincial sales tax|taxe de vente provinciale",
        Purpose.RST: "rst|tvd|retail sales tax|taxe sur les ventes au detail",
    }
)
_SALES_TAX = "sales tax(?:es)?|taxes? de ventes?|taxes? sur (?:les )?ventes|taxes? (?:a payer|percues?|payable)"
_ON_SALES = (
    _sign(4, "charged", "collected", "percues?", "facturees?", "collectees?", "payable", "a payer", "exigibles?"),
    _sign(2, "on sales", "sur (?:les )?ventes", "output"),
)
_ON_PURCHASES = (
    _sign(-9, "paid", "payees?", "ctis?", "itcs?", "rtis?", "itrs?", "receivable", "a recevoir", "input", "intrants?"),
    _sign(-9, "recoverable", "recouvrables?", "recuperables?", "purchases?", "achats?"),
)
_CHARGED = (
    *_ON_SALES,
    *_ON_PURCHASES,
    _sign(-3, "adjustments?", "ajustements?", "redressements?", "quick method", "methode rapide"),
    _sign(-4, "remise", "remitted", "remittances?", "versements?", "instal?lments?", "acomptes?", "suspens"),
    _sign(NEVER, _STAFF, "income", "revenus?", "corporate", "corporation", "societes?", "property", "foncieres?"),
    _sign(NEVER, "municipales?", "scolaires?", "carbone?", "excise", "accise"),
)


def _tax(purpose: Purpose, colloquial: str = "") -> _Signs:
    """Matches the name of the tax; or else a general name for sales taxes, if no other tax is named."""
    own = _TAX_WORDS[purpose] + colloquial
    others = "|".join(words for other, words in _TAX_WORDS.items() if other is not purpose)
    pattern = rf"(?s)\A(?!.*\b(?:{own})\b)(?=.*\b(?:{others})\b)".replace(" ", r"[\s-]")
    only_others = _Sign(NEVER, pattern)
    return _Signs((_sign(9, own), _sign(3, _SALES_TAX)), (only_others, _sign(-1, others), *_CHARGED))


_SIGNS: Mapping[Purpose, _Signs] = MappingProxyType(
    {
        Purpose.CLEARING: _Signs(
            (_sign(3, _OWED, "ecriture"),),
            (
                _sign(20, "ecriture"),
                _sign(14, _UNLINKED),
                _sign(7, "autres?", "other"),
                _sign(-9, _STANDARD),
                _Sign(-9, r"(?m)^(?:clients|customers|debiteurs|receivables?)$"),
                _sign(NEVER, *_NO_CUSTOMERS),
            ),
        ),
        Purpose.LINKED: _Signs(
            (_sign(4, _OWED),),
            (
                _sign(9, _STANDARD),
                _sign(-3, "autres?", "other"),
                _sign(NEVER, "ecriture", _UNLINKED, *_NO_CUSTOMERS),
            ),
        ),
        Purpose.REVENUE: _Signs(
            (_sign(4, "sales?", "ventes?", "revenues?", "revenus?", "produits?", "fees", "honoraires", "services?"),),
            (
                _sign(1, "general", "generales?", "principaux", "main"),
                _sign(-3, "autres?", "other", "divers", "misc", "miscellaneous", "accessoires?"),
                _sign(-9, "shipping", "livraisons?", "deplacements?", "travel", "freight", "delivery", "frais"),
                _sign(NEVER, "discounts?", "rabais", "escomptes?", "remises?", "returns?", "retours?", "rendus"),
                _sign(NEVER, "interests?", "interets?", "gains?", "dividend(?:e)?s?", "subventions?", "grants?"),
                _sign(
                    NEVER, "tips?", "pourboires?", "gratuit(?:y|ies)", "rounding", "arrondi\\w*", "exchange", "change"
                ),
            ),
        ),
        Purpose.BANK: _bank(),
        Purpose.CHEQUE: _bank(_sign(5, "undeposited", "a deposer", "cheques? recus")),
        Purpose.ETRANSFER: _bank(_sign(12, "interac", "virements?", "e ?transfers?")),
        Purpose.DIRECT_DEBIT: _bank(
            _sign(8, "prelevements?", "preautorises?", "pre authorized", "direct debits?", "debits? directs?", "dpa")
        ),
        Purpose.CASH: _Signs(
            (_sign(3, "cash", "caisse", "encaisse", "comptant", "especes", "till"),),
            (
                _sign(
                    4, "petty cash", "petite caisse", "cash on hand", "fonds de caisse", "comptant", "especes", "till"
                ),
                _sign(2, "caisse enregistreuse", "cash register", "cash drawer", "undeposited"),
                _sign(NEVER, "populaire", _BANKS, "chequing", "cheques?", _CARDS, _BORROWED, _PREPAID, _TAXES),
                _sign(NEVER, "credit", "arrondi\\w*", "rounding", "equivalents?", "discounts?", "surrender"),
            ),
        ),
        Purpose.CARD: _Signs(
            (_sign(5, _CARDS),),
            (
                _sign(
                    5, "clearing", "receivables?", "a recevoir", "compensation", "transit", "a deposer", "undeposited"
                ),
                _sign(NEVER, "payable", "a payer", _COSTS, _BORROWED, "gift", "cadeaux?", "prepaid", "prepayees?"),
            ),
        ),
        Purpose.DISCOUNT: _Signs(
            (_sign(6, "discounts?", "rabais", "escomptes?", "remises?", "ristournes?", "reductions?"),),
            (
                _sign(2, "sales", "ventes?", "given", "accordes?", "allowed", _CUSTOMERS),
                _sign(NEVER, "purchases?", "achats?", "suppliers?", "vendors?", "fournisseurs?", "taken", "obtenus"),
            ),
        ),
        Purpose.BAD_DEBT: _Signs(
            (
                _sign(6, "bad debts?", "mauvaises creances?", "creances? irrecouvrables?", "creances? radiees?"),
                _sign(4, "creances? douteuses?", "doubtful"),
            ),
            (_sign(-2, "provisions?", "allowances?"), _sign(NEVER, "recover(?:y|ies|ed)", "recouvrements?")),
        ),
        Purpose.TIP: _Signs((_sign(6, "tips?", "pourboires?", "gratuit(?:y|ies)"),)),
        Purpose.SHIPPING: _Signs(
            (
                _sign(6, "shipping", "livraisons?", "expeditions?", "deliver(?:y|ies)"),
                _sign(5, "freight", "transports?", "postage", "manutention", "handling", "travel", "deplacements?"),
            ),
            (
                _sign(
                    NEVER, "meals?", "repas", "entertainment", "representation", "purchases?", "achats?", "freight in"
                ),
            ),
        ),
        Purpose.ROUNDING: _Signs(
            (
                _sign(6, "roundings?", "arrondi\\w*", "penny", "pennies"),
                _sign(3, "cash over", "cash short", "over short", "over and short", "ecarts? de caisse"),
            )
        ),
        Purpose.FEE: _Signs(
            (
                _together(8, f"{_CARDS}|merchants?|marchands?|processing|processors?|traitement", _COSTS),
                _together(4, _BANKS, f"{_COSTS}|services?"),
            ),
            (_sign(-2, "interests?", "interets?"), _sign(NEVER, _STAFF, "annual", "annuels?", "cotisations?")),
        ),
        Purpose.DEPOSIT: _Signs(
            (
                _together(7, _PREPAID, f"{_CUSTOMERS}|sales|ventes?"),
                _sign(4, "deposits? received", "depots? recus", "acomptes? recus", "avances? recues", "unapplied"),
                _sign(
                    4, "unearned", "deferred", "reportes?", "percus d.avance", "differes?", "non (?:affectes?|imputes?)"
                ),
                _sign(4, "customer credits?", "credits? (?:de |des |aux )?clients?"),
            ),
            (
                _sign(
                    NEVER, "suppliers?", "vendors?", "fournisseurs?", "purchases?", "achats?", _STAFF, _OWNERS, _BANKS
                ),
                _sign(NEVER, "undeposited", "a deposer", "term", "terme", "security", "garantie", "rent", "loyers?"),
                _sign(NEVER, _TAXES),
            ),
        ),
        Purpose.GST: _tax(Purpose.GST),
        Purpose.QST: _tax(Purpose.QST),
        Purpose.HST: _tax(Purpose.HST),
        Purpose.PST: _tax(Purpose.PST),
        Purpose.RST: _tax(Purpose.RST, "|pst|tvp"),  # many in Manitoba still use this name, as in other provinces
        Purpose.TAX: _Signs((_sign(9, *_TAX_WORDS.values()), _sign(3, _SALES_TAX, "tax", "taxes?")), _CHARGED),
    }
)


class _Home(NamedTuple):
    """The classes where such an account belongs, and the penalty for another class."""

    classes: frozenset[AccountClass]
    away: int


_ASSET, _LIABILITY = frozenset({AccountClass.ASSET}), frozenset({AccountClass.LIABILITY})
_INCOME = frozenset({AccountClass.REVENUE})
_NO_HOME = _Home(frozenset(AccountClass), 0)
_HOMES: Mapping[Purpose, _Home] = MappingProxyType(
    {
        # A card among the liabilities is one that the company pays with.
        **dict.fromkeys((Purpose.CASH, Purpose.CARD), _Home(_ASSET, NEVER)),
        **dict.fromkeys((Purpose.BANK, Purpose.CHEQUE, Purpose.ETRANSFER, Purpose.DIRECT_DEBIT), _Home(_ASSET, -4)),
        **dict.fromkeys((Purpose.DISCOUNT, Purpose.SHIPPING), _Home(_INCOME, -4)),
        **dict.fromkeys((Purpose.TIP, Purpose.DEPOSIT), _Home(_LIABILITY, -3)),
        **dict.fromkeys((*_TAX_WORDS, Purpose.TAX), _Home(_LIABILITY, -1)),
    }
)


# Proposing and searching


def likely(chart: Chart, purpose: Purpose, *, linked: frozenset[str]) -> tuple[Account, ...]:
    """The accounts that clearly suit a purpose, best first, ties in chart order. Empty if there is none.

    Each takes entries, and its class is expected by the purpose's role, or unknown. None is linked, in the chart or in
    `linked`, except for the purpose `LINKED`, where that counts in its favour. For `REVENUE` the class alone is enough.
    """
    found = _Finder(chart, purpose, linked)
    fitting = [account for account in chart if found.fits(account)]
    scored = [(found.points(account, names), account) for account, names in _with_names(fitting)]
    return tuple(account for points, account in sorted(scored, key=lambda one: -one[0]) if points > 0)


def is_for_purchases(account: Account) -> bool:
    """Whether its name is that of a tax paid on purchases, in either language, and of none charged on sales."""
    names = fold(f"{account.name}\n{account.name_fr}")
    bought, sold = (any(sign.words.search(names) for sign in signs) for signs in (_ON_PURCHASES, _ON_SALES))
    return bought and not sold


def is_a_bank(account: Account) -> bool:
    """Whether its name is that of a bank account, and says nothing of customers or of clearing."""
    names = fold(f"{account.name}\n{account.name_fr}")
    return bool(likely(Chart([account]), Purpose.BANK, linked=frozenset())) and not _OF_CUSTOMERS.words.search(names)


def search(
    chart: Chart, text: str, purpose: Purpose, *, linked: frozenset[str], limit: int = 20
) -> tuple[Account, ...]:
    """The accounts that a field offers while somebody types: at most `limit`, without duplicates.

    A text matches the start of an account's number, or names that contain all its words in either language, regardless
    of accents and capitals; a word can also match the start of the number. Order: the account with exactly this number,
    even a refused one, so that the field can say why; matches by number; matches by words. Within each group, likely
    accounts come first, then other accounts of a fitting class, then the rest. Other refused accounts (headings, linked
    ones) come last. An empty text offers the likely accounts and then the fitting classes, without refused accounts.
    """
    found = _Finder(chart, purpose, linked)
    typed = fold(text).strip()
    ranked = found.matching(typed) if typed else found.offered()
    return tuple(account for _, account in sorted(ranked, key=lambda one: one[0])[: max(limit, 0)])


_Rank = tuple[int, int, int]
"""Sort key: how it was found, then its negated points, then whether its class does not fit; lowest first."""


class _Finder:
    """One search of a chart for a purpose."""

    def __init__(self, chart: Chart, purpose: Purpose, linked: frozenset[str]) -> None:
        self._chart = chart
        self._linked = linked
        self._purpose = purpose
        self._classes = CLASSES[role_of(purpose)]
        self._signs = _SIGNS[purpose]
        self._home = _HOMES.get(purpose, _NO_HOME)

    def fits(self, account: Account) -> bool:
        """Whether it can be proposed: it is not refused, and its class needs no warning."""
        return not self._is_refused(account) and self._is_of_fitting_class(account)

    def points(self, account: Account, names: str) -> int:
        """The points of an account from its folded names; zero or less if nothing fits."""
        points = self._core_points(account, names)
        if points <= 0:
            return 0
        points += sum(sign.points for sign in self._signs.more if sign.words.search(names))
        found = _class_of(account)
        return points if found is None or found in self._home.classes else points + self._home.away

    def _core_points(self, account: Account, names: str) -> int:
        points = sum(sign.points for sign in self._signs.core if sign.words.search(names))
        if self._purpose is Purpose.LINKED and self._is_linked(account):
            return points + 6
        alone = self._purpose is Purpose.REVENUE and _class_of(account) is not None
        return points + alone

    def matching(self, typed: str) -> Iterator[tuple[_Rank, Account]]:
        words = typed.split()
        for account, names in _with_names(list(self._chart)):
            number = fold(account.number).strip()
            begins = number.startswith(typed)
            if begins or all(word in names or number.startswith(word) for word in words):
                yield self._rank(account, names, 0 if number == typed else 1 if begins else 2), account

    def offered(self) -> Iterator[tuple[_Rank, Account]]:
        for account, names in _with_names([account for account in self._chart if self.fits(account)]):
            yield self._rank(account, names, 2), account

    def _rank(self, account: Account, names: str, place: int) -> _Rank:
        if self._is_refused(account):
            return (place if place == 0 else 3), 0, 0
        if not self._is_of_fitting_class(account):
            return place, 0, 1
        return place, -max(self.points(account, names), 0), 0

    def _is_refused(self, account: Account) -> bool:
        return not account.postable or (self._purpose is not Purpose.LINKED and self._is_linked(account))

    def _is_linked(self, account: Account) -> bool:
        return account.linked or account.number in self._linked

    def _is_of_fitting_class(self, account: Account) -> bool:
        found = _class_of(account)
        return found is None or found in self._classes


def _class_of(account: Account) -> AccountClass | None:
    """Same result as `Chart.class_of`, without looking up each account again."""
    return account.account_class or class_of_number(account.number)


def _with_names(accounts: Sequence[Account]) -> Iterator[tuple[Account, str]]:
    """Each account with its folded names."""
    return zip(accounts, fold_all([f"{account.name}\n{account.name_fr}" for account in accounts]), strict=True)
