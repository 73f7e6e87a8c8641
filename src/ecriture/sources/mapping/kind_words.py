"""What the texts of statuses and types say of a row, in both languages: a draft, a credit note, no customer's money."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ecriture.sources.mapping.file_column import FileColumn
from ecriture.sources.mapping.header_words import words_of
from ecriture.sources.mapping.model import (
    NO_TEXT,
    Amount,
    Condition,
    Payouts,
    SetAside,
    Text,
    Treatment,
)
from ecriture.sources.tables.header import plain_name

_OFFERS = frozenset(["quote", "quotation", "estimate", "soumission", "devis", "proforma"])
_DRAFTS = _OFFERS | {"draft", "brouillon"}
_VOIDS = frozenset(
    (
        *("void", "voided", "cancelled", "canceled", "cancellation", "annulee", "annule", "annulation"),
        *("deleted", "supprimee", "supprime", "reversed"),
    )
)
_NOT = frozenset(["not", "non", "pas", "never", "jamais"])
_NO = frozenset(["no", "non", "n", "false", "faux", "0"])
_CREDITS = frozenset(
    ["credit", "avoir", "refund", "refunded", "remboursement", "return", "retour", "creditnote", "cn", "nc"]
)
_CARDS = frozenset(["card", "carte"])
"""A credit card is how a sale was paid."""

_CREDIT_NOTES = frozenset(["credit_note", "credit_memo", "note_de_credit", "avoir", "creditnote"])
_NO_SALES = _OFFERS | frozenset(["payment", "paiement", "deposit", "depot", "journal", "expense", "depense"])
_REFUNDS = frozenset(["refund", "refunded", "remboursement", "remboursee"])
_FAILED = frozenset(
    (
        *("failed", "failure", "declined", "rejected", "refused", "bounced", "nsf", "echec", "echoue"),
        *("echouee", "refuse", "refusee", "rejete", "rejetee"),
    )
)
_PENDING = frozenset(["pending", "scheduled", "processing", "attente", "planifie", "incomplete"])
_PAYOUTS = frozenset(["payout", "payouts", "withdrawal", "retrait"])
_TRANSFERS = frozenset(["transfer", "virement", "versement"])
"""Payouts where the rows say of which payout they are; elsewhere a customer may have paid so."""
_ASIDE: Mapping[str, Treatment] = MappingProxyType(
    {
        word: treatment
        for treatment, words in {
            Treatment.TRANSFER: " ".join(_PAYOUTS),
            Treatment.RESERVE: "reserve hold",
            Treatment.CHARGEBACK: "chargeback dispute litige retrofacturation",
            Treatment.LOAN: "loan pret",
            Treatment.OTHER: "adjustment ajustement journal expense depense",
            Treatment.FEE: "fee fees frais",
        }.items()
        for word in words.split()
    }
)
"""What a row among payments is by a word of its type, where it is no customer's money."""

_TOTALS = frozenset(
    ["total", "totals", "totaux", "grand_total", "total_general", "sous_total", "subtotal", "sub_total"]
)
MOST_WORDS, MOST_KINDS = 200, 20


def status_of(column: FileColumn | None) -> Text:
    """The words of a column that mean a draft or a void; any other is final."""
    if column is None:
        return NO_TEXT
    if _named(column.name) & _VOIDS:  # "Voided": yes or no, or the day of it
        counts = dict.fromkeys((word for word in _words(column) if plain_name(word) in _NO), "final")
        return Text((column.name,), values=MappingProxyType(counts), otherwise="void")
    return Text((column.name,), values=MappingProxyType(statuses_of(_words(column))), otherwise="final")


def type_of(column: FileColumn | None) -> Text:
    """A column in which some text means a credit note; any other is an invoice."""
    return _told(column, kinds_of(_words(column)), "invoice")


def sales_alone(column: FileColumn | None) -> tuple[Condition, ...]:
    """Rows of which the type says that they are no sales are not taken: it is told, and a person says what they are."""
    words = tuple(word for word in _words(column) if _named(word) & _NO_SALES)
    return (Condition(column.name, none_of=words),) if column and words else ()


def _words(column: FileColumn | None) -> list[str]:
    """The distinct texts of a column, if there is one."""
    return [text.strip() for text in dict.fromkeys(column.told)][:MOST_WORDS] if column else []


def _told(column: FileColumn | None, values: Mapping[str, str], otherwise: str) -> Text:
    """A column by what its words mean; nothing where none of them means anything."""
    return Text((column.name,), values=MappingProxyType(values), otherwise=otherwise) if column and values else NO_TEXT


def _named(text: str) -> frozenset[str]:
    return frozenset(plain_name(text).split("_"))


def statuses_of(words: Iterable[str]) -> dict[str, str]:
    """Those of some words that mean a draft or a void, also among others: "Cancelled - duplicate"."""
    found = {}
    for word in words:
        named = _named(word)
        if named & _DRAFTS:
            found[word] = "draft"
        elif named & _VOIDS and not named & _NOT:
            found[word] = "void"
    return found


def kinds_of(words: Iterable[str]) -> dict[str, str]:
    """Those of some words that mean a credit note."""
    return {word: "credit_note" for word in words if _named(word) & _CREDITS and not _named(word) & _CARDS}


def is_void(column: FileColumn) -> bool:
    """Whether a column is of nothing but what is void."""
    named = words_of(column.name)
    return bool(named & _VOIDS) and named <= _VOIDS | {"date", "is"}


def is_type(column: FileColumn) -> bool:
    """Whether a column of an unknown name tells credit notes from invoices."""
    words = _words(column)
    return len(words) < MOST_KINDS and not _CREDIT_NOTES.isdisjoint(map(plain_name, words))


def money_status(column: FileColumn | None) -> Text:
    """The words of a column that mean money that did not come; any other is final."""
    void = {word: "void" for word in _words(column) if _named(word) & (_FAILED | _VOIDS) and not _named(word) & _NOT}
    return _told(column, void, "final")


def money_type(column: FileColumn | None) -> Text:
    """A column in which some text means a refund; any other is a payment."""
    refunds = {word: "refund" for word in _words(column) if _named(word) & _REFUNDS}
    return _told(column, refunds, "payment")


def payouts_of(found: Mapping[str, FileColumn]) -> Payouts | None:
    """The rows that are payouts themselves by their type, where each row says its payout and what it brought."""
    words = tuple(word for word in _words(found.get("type")) if _named(word) & (_PAYOUTS | _TRANSFERS))
    if not words or "bank_reference" not in found or "line" not in found:
        return None
    total = (Condition(found["type"].name, one_of=words),)
    return Payouts(Text((found["bank_reference"].name,)), Amount((found["line"].name,)), total=total)


def set_aside(found: Mapping[str, FileColumn], payouts: Payouts | None, amount: Amount) -> tuple[SetAside, ...]:
    """The rows that are no customer's money by their type, as fees are, or no money yet. It is told what they come to."""
    told: dict[tuple[str, Treatment], list[str]] = {}
    known = payouts.total[0].one_of if payouts else ()
    for meaning, treatments in (("type", _ASIDE), ("status", dict.fromkeys(_PENDING, Treatment.OTHER))):
        for word in (it for it in _words(found.get(meaning)) if it not in known):
            if treatment := next((it for its, it in treatments.items() if its in _named(word)), None):
                told.setdefault((found[meaning].name, treatment), []).append(word)
    return tuple(SetAside(it, (Condition(name, one_of=tuple(its)),), amount) for (name, it), its in told.items())


def is_total(text: str) -> bool:
    """Whether a text is the word of a total alone."""
    return plain_name(text) in _TOTALS
