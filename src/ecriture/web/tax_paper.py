"""A return on paper, as PDF, in the language of the screen: for whoever types it into the tax authority's form, and to keep."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as say

from ecriture.core.amounts import show_amount, show_number
from ecriture.store.tax_returns import Prepared
from ecriture.web import words
from ecriture.web.tax_page import CheckShown, FormShown
from ecriture.web.words import language

TEMPLATE = Path(__file__).parent / "templates" / "paper" / "return.typ"
Rows = list[list[str]]


def printed_return(context: Mapping[str, Any]) -> bytes:
    """The PDF of the context of a return's page. The same figures give the same bytes."""
    found: Prepared = context["found"]
    last = found.period.last
    made_at = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp())
    said = json.dumps(_said(found, context), ensure_ascii=False)
    pdf: bytes = typst.compile(TEMPLATE, ignore_system_fonts=True, sys_inputs={"said": said}, timestamp=made_at)
    return pdf


def _said(found: Prepared, context: Mapping[str, Any]) -> dict[str, Any]:
    days = {"first": words.day(found.period.first), "last": words.day(found.period.last)}
    return {
        "lang": language(),
        "company": found.company.name,
        "title": say("Sales taxes from %(first)s to %(last)s") % days,
        "notes": [
            say("Prepared from the documents by their dates. This files nothing."),
            say("The tax reports of %s do not have these sales: they come in as journal entries.") % context["program"],
        ],
        "parts": [{"title": title, "rows": rows} for title, rows in _parts(found, context) if rows],
    }


def _parts(found: Prepared, context: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    forms: list[FormShown] = context["forms"]
    for form in forms:
        yield form.title, _quick(form) if form.bases else _lines(form)
        yield say("From the documents to the lines"), [*_steps(form)]
    sales = [[name, show_number(cents, language())] for name, cents in context["sales"]]
    yield say("Sales before taxes"), [*sales, [say("Total"), show_amount(found.amounts.sales_cents, language())]]
    checks: list[CheckShown] = context["checks"]
    yield say("Posted to the tax accounts"), [row for check in checks for row in _of_check(check)]
    yield (
        say("Money received before its invoice"),
        [
            [f"{it.receipt.payment} {it.receipt.customer}", show_number(it.receipt.cents, language())]
            for it in found.received
        ],
    )


def _lines(form: FormShown) -> Rows:
    return [
        [f"{it.number} · {it.name}", say("left open") if it.cents is None else show_number(it.cents, language())]
        for it in form.lines
    ]


def _steps(form: FormShown) -> Iterator[list[str]]:
    for step in form.steps:
        for column, cents in zip(form.columns, step.cents, strict=True):
            yield [f"{step.name} · {column}", show_number(cents, language())]


def _quick(form: FormShown) -> Rows:
    """With the taxes in it, as the quick method asks."""
    return [
        [f"{named} · {'+'.join(basis.group.codes)}", show_number(basis.with_tax_cents, language())]
        for named, bases in form.bases
        for basis in bases
    ]


def _of_check(shown: CheckShown) -> Iterator[list[str]]:
    check = shown.check
    account = f"{check.account} {shown.name}".strip() or say("no account")
    posted, documents = say("posted"), say("by the documents")
    yield [f"{account} · {posted}", show_number(check.posted_cents, language())]
    for it, why in shown.lines:
        yield [f"{it.unit.number} · {why}", show_number(it.cents, language())]
    if shown.more:
        yield [say("others: see the CSV"), ""]
    yield [f"{account} · {documents}", show_number(check.documents_cents, language())]
    if check.unexplained_cents:
        yield [say("not explained"), show_number(check.unexplained_cents, language())]
