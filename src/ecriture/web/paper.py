"""A document on paper, as PDF: in the language of the customer, with what the law asks of an invoice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.text import capfirst
from django.utils.translation import gettext as say
from django.utils.translation import override, pgettext

from ecriture.core.amounts import show_amount, show_number
from ecriture.core.documents import CREDIT_NOTE, FINAL, RowKind
from ecriture.core.provinces import tax_name
from ecriture.store import models
from ecriture.store.by_hand import with_balances
from ecriture.store.catalogue import items_named
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.web import words
from ecriture.web.book_words import OF_ROWS, VALUES

TEMPLATE = Path(__file__).parent / "templates" / "paper" / "document.typ"


def printed(company: Company, document: models.Document) -> bytes:
    """The PDF. The same document gives the same bytes, and its texts are never read as markup."""
    language = "fr" if (document.language or company.language) == "fr" else "en"
    with override(language):
        said = json.dumps(_said(company, document, language), ensure_ascii=False)
    made_at = int(datetime(document.date.year, document.date.month, document.date.day, tzinfo=UTC).timestamp())
    pdf: bytes = typst.compile(TEMPLATE, ignore_system_fonts=True, sys_inputs={"said": said}, timestamp=made_at)
    return pdf


def _said(company: Company, document: models.Document, language: str) -> dict[str, Any]:
    rows = list(document.rows.filter(company=company).order_by("position"))
    lines = [row for row in rows if row.kind == RowKind.LINE]
    status = {"draft": VALUES["draft"], "void": pgettext("document", "void")}.get(document.status, "")
    dated = [words.day(document.date)]
    if document.applies_to:
        dated.append(say("for %s") % document.applies_to)
    return {
        "lang": language,
        "title": f"{capfirst(VALUES[document.kind])} {document.number}",
        "status": str(status).upper(),
        "pages": len(rows) > 25,
        "dated": dated,
        "seller": {"name": company.name, "address": company.address.splitlines()},
        "buyer": {"name": document.customer, "address": document.address.splitlines()},
        "words": {
            "to": say("To:"),
            "columns": [say("Description"), say("Quantity"), say("Unit price"), say("Amount")],
        },
        "rows": [*_lines(company, lines, language)],
        "sums": [*_sums(company, document, rows, language)],
        "total": [say("Total"), show_amount(document.total_cents, language)],
        "after": [*_after(company, document, language)],
        "terms": document.terms,
        "registrations": [*_registrations(company, language)],
    }


def _lines(company: Company, lines: list[models.DocumentRow], language: str) -> Iterator[list[str]]:
    items = items_named(company, (row.code for row in lines))
    for row in lines:
        named = items[row.code].name if row.code in items else ""
        figures = (text.replace(".", ",") if language == "fr" else text for text in (row.quantity, row.unit_price))
        yield [row.description or named or row.code, *figures, show_number(row.amount_cents, language)]


def _sums(
    company: Company, document: models.Document, rows: list[models.DocumentRow], language: str
) -> Iterator[list[str]]:
    """What comes below the lines, each tax with its rate of that day."""
    taxes = settings_of(company, items=False).taxes
    lines = sum(row.amount_cents for row in rows if row.kind == RowKind.LINE)
    yield [say("Lines"), show_number(lines, language)]
    for row in rows:
        if row.kind == RowKind.LINE:
            continue
        name, cents = str(capfirst(OF_ROWS[row.kind])), row.amount_cents
        if row.kind == RowKind.TAX:
            percent = taxes[row.code].percent_on(document.date) if row.code in taxes else None
            name = " ".join(filter(None, (tax_name(row.code, language), words.percent(percent) if percent else "")))
        yield [name, show_number(-cents if row.kind == RowKind.DISCOUNT else cents, language)]


def _after(company: Company, document: models.Document, language: str) -> Iterator[list[str]]:
    """What was paid or credited of a final invoice, and what is left."""
    if document.status != FINAL or document.kind == CREDIT_NOTE:
        return
    ((*_others, left),) = with_balances(company, [document])
    if left != document.total_cents:
        yield [say("Paid or credited"), show_number(left - document.total_cents, language)]
        yield [say("Balance"), show_amount(left, language)]


def _registrations(company: Company, language: str) -> Iterator[str]:
    for number, names in ((company.gst_number, ("GST", "HST")), (company.qst_number, ("QST",))):
        if number:
            named = "/".join(tax_name(name, language) for name in names)
            yield say("%(tax)s registration number: %(number)s") % {"tax": named, "number": number}
