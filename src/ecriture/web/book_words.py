"""The words of the audit log for documents and payments: `document.rows F-1` and its values as shown."""

import re
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from ecriture.core.advances import Nature
from ecriture.core.amounts import show_number
from ecriture.core.provinces import PROVINCES, tax_name
from ecriture.web import tax_words, words
from ecriture.web.words import Words, language

FIELDS: Words = MappingProxyType(
    {
        "kind": _("Type"),
        "status": _("Status"),
        "date": _("Date"),
        "customer": _("Customer"),
        "applies_to": _("Invoice that it settles"),
        "method": _("Payment method"),
        "bank_reference": _("Bank reference"),
        "known_as": _("Its number in the file"),
        "rows": _("Lines"),
        "words": _("Descriptions and prices"),
        "place": _("Place of supply"),
        "terms": _("Terms"),
        "address": _("Address of the customer"),
        "language": _("Language of the customer"),
        "nature": _("Money before its invoice"),
    }
)

VALUES: Words = MappingProxyType(
    {
        "invoice": _("invoice"),
        "credit_note": _("credit note"),
        "payment": _("payment"),
        "refund": _("refund"),
        "final": _("final"),
        "draft": _("draft"),
        "void": _("void"),
    }
)

OF_ROWS: Words = MappingProxyType(
    {
        "line": _("line"),
        "discount": _("discount"),
        "tax": _("tax"),
        "tip": _("tip"),
        "shipping": _("shipping"),
        "rounding": _("rounding"),
        "fee": _("fee"),
        "applied": _("applied"),
    }
)

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def label(path: str) -> str:
    """`Document F-1 · Lines`."""
    what, _space, number = path.partition(" ")
    kind, _dot, field = what.partition(".")
    unit = (say("Document %s") if kind == "document" else say("Payment %s")) % number
    return f"{unit} · {FIELDS[field]}" if field in FIELDS else unit


def value(path: str, text: str) -> str:
    """Words, dates, taxes and amounts in the language; a new or deleted unit has all its fields, apart by a dot."""
    what, _dot, field = path.partition(" ")[0].partition(".")
    if field == "rows":
        return _rows(text)
    if field == "nature":
        return _nature(text)
    if field == "method":
        return words.method_name(text)
    if field in ("place", "language") and text:
        return _place(text) if field == "place" else str({"fr": _("French"), "en": _("English")}.get(text, text))
    if field:
        return _field(what, text)
    *fields, rows = text.split(" · ") if text else [""]
    method = max((place for place, it in enumerate(fields) if it in words.METHODS), default=None)
    shown = [words.method_name(it) if place == method else _field(what, it) for place, it in enumerate(fields)]
    return " · ".join([*shown, _rows(rows)]) if text else ""


def _nature(text: str) -> str:
    """`kept 2026-03-05`."""
    word, _space, day = text.partition(" ")
    named = str(tax_words.NATURES.get(Nature(word), word)) if word in set(Nature) else word
    return f"{named} · {words.day(date.fromisoformat(day))}" if day else named


def _field(what: str, text: str) -> str:
    if what == "document" and text in VALUES:
        return _of_document(text)
    return words.day(date.fromisoformat(text)) if _DAY.fullmatch(text) else str(VALUES.get(text, text))


def _place(text: str) -> str:
    return PROVINCES[text].named(language()) if text in PROVINCES else say("Without taxes")


def _of_document(text: str) -> str:
    """In French a document is feminine and a payment is not."""
    return {
        "final": pgettext("document", "final"),
        "void": pgettext("document", "void"),
    }.get(text, str(VALUES[text]))


def _rows(text: str) -> str:
    return "; ".join(_row(row.split(" ")) for row in text.split("; "))


def _row(row: list[str]) -> str:
    """The second word of a tax is its code."""
    if row[0] == "tax" and len(row) > 1:
        row = [row[0], tax_name(row[1], language()), *row[2:]]
    return " ".join(map(_word, row))


def _word(word: str) -> str:
    return (
        show_number(int(word.replace(".", "")), language()) if _AMOUNT.fullmatch(word) else str(OF_ROWS.get(word, word))
    )
