"""The words of the audit log for documents and payments: `document.rows F-1` and its values as shown."""

import re
from types import MappingProxyType

from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.amounts import show_number
from ecriture.web.words import Words

FIELDS: Words = MappingProxyType(
    {
        "kind": _("Type"),
        "status": _("Status"),
        "date": _("Date"),
        "customer": _("Customer"),
        "applies_to": _("Invoice that it settles"),
        "method": _("Payment method"),
        "bank_reference": _("Bank reference"),
        "rows": _("Lines"),
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


def label(path: str) -> str:
    """`Document F-1 · Lines`."""
    what, _space, number = path.partition(" ")
    kind, _dot, field = what.partition(".")
    unit = (say("Document %s") if kind == "document" else say("Payment %s")) % number
    return f"{unit} · {FIELDS[field]}" if field in FIELDS else unit


def value(path: str, text: str) -> str:
    """Words and amounts in the language; a new or deleted unit has all its fields, apart by a dot."""
    field = path.partition(" ")[0].partition(".")[2]
    if field in ("kind", "status"):
        return str(VALUES.get(text, text))
    if field == "rows":
        return _rows(text)
    if field:
        return text
    *fields, rows = text.split(" · ") if text else [""]
    return " · ".join([*(str(VALUES.get(it, it)) for it in fields), _rows(rows)]) if text else ""


def _rows(text: str) -> str:
    return "; ".join(" ".join(map(_word, row.split(" "))) for row in text.split("; "))


def _word(word: str) -> str:
    if _AMOUNT.fullmatch(word):
        language = "fr" if str(get_language()).startswith("fr") else "en"
        return show_number(int(word.replace(".", "")), language)
    return str(OF_ROWS.get(word, word))
