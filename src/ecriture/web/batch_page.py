"""A batch as its page and the link to it show it: its file, its entries, the totals that the program shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.functions import Length
from django.http import Http404, HttpResponse

from ecriture.core.accounts import Chart
from ecriture.core.batches import BatchPosting
from ecriture.core.money import plain
from ecriture.sources.tables.csv_file import csv_file, guarded
from ecriture.store import models
from ecriture.store.batches import entries_of, is_debit, listing_of, sources_of
from ecriture.store.charts import chart_of
from ecriture.store.models import Batch, Company
from ecriture.web.downloads import download
from ecriture.web.entries import Side, entries_page, name_in, totals_of
from ecriture.web.ledger import WHY
from ecriture.web.plan_page import MOST_MADE_OF, Made, MadeOf
from ecriture.web.program import Program
from ecriture.web.unit_pages import addresses

MOST_DIFFERENCES = 200
FILE = "application/octet-stream"


def batch_of(company: Company, number: int) -> Batch:
    """A batch without its file, and how many bytes that has. Raises Http404."""
    rows = Batch.objects.filter(company=company, number=number).defer("content")
    found = rows.annotate(size=Length("content")).first()
    if found is None:
        raise Http404
    found.company = company
    return found


def program_of(batch: Batch) -> Program:
    """The program and the layout that it was made for, which may be others than the company's of now."""
    return Program(batch.company, batch.target, batch.layout)


def stem_of(batch: Batch) -> str:
    """`EC000012`: what the sources of its entries begin with, so that the file is found beside them."""
    sources = sources_of(batch)
    return sources[0].rpartition("-")[0] if sources else f"batch-{batch.number}"


def file_name(batch: Batch, program: Program) -> str:
    return f"{stem_of(batch)}{program.target.suffix}"


def file_of(batch: Batch) -> HttpResponse:
    """The bytes of the export, for ever the same."""
    return download(bytes(batch.content), file_name(batch, program_of(batch)), FILE)


def shown(batch: Batch, *, page: int = 1) -> dict[str, Any]:
    """The context of the file, the steps, the entries and the totals."""
    chart, entries = chart_of(batch.company), entries_of(batch)
    program = program_of(batch)
    name = file_name(batch, program)
    return {
        "batch": batch,
        "program": program,
        "file_name": name,
        "steps": program.steps(name),
        "entries": entries,
        "lines": sum(len(entry.lines) for entry in entries),
        "pages": entries_page(entries, chart, page),
        "totals": totals_of(entries, chart),
    }


def _postings(batch: Batch) -> QuerySet[models.BatchPosting]:
    return models.BatchPosting.objects.filter(company_id=batch.company_id, batch=batch)


# What is behind a figure


def made_of(batch: Batch, *, entry: int, line: int, account: str, at: int) -> Made:
    """What a line of an entry is made of, or all that came to an account; from a place on."""
    rows = _postings(batch)
    rows = rows.filter(entry=entry, line=line) if entry else rows.filter(account=account)
    same = "open_date", "unit_kind", "unit_number", "own_date", "customer", "why", "is_debit"
    summed = rows.annotate(is_debit=is_debit()).order_by(*same).values_list(*same).annotate(cents=Sum("amount_cents"))
    some = [*summed[at : at + MOST_MADE_OF]]
    pages = addresses(batch.company, [(kind, number) for _, kind, number, *_ in some])
    found = [
        MadeOf(kind, number, pages.get((kind, number), ""), customer, own, opened, str(WHY[why]), "", Side(int(cents)))
        for opened, kind, number, own, customer, why, _debit, cents in some
    ]
    total = rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0
    return Made(found, at, summed.count(), Side(int(total)))


# The listing


class Listed(NamedTuple):
    """A posting with the source of its entry, the name of its account and the address of its unit's page."""

    source: str
    posting: BatchPosting
    name: str
    address: str
    why: str
    amount: Side


def listed(batch: Batch, chart: Chart, postings: Sequence[BatchPosting]) -> list[Listed]:
    sources = sources_of(batch)
    pages = addresses(batch.company, [it.unit for it in postings])
    return [
        Listed(
            sources[it.entry - 1],
            it,
            name_in(chart, it.account),
            pages.get(it.unit, ""),
            str(WHY[it.why]),
            Side(it.amount_cents),
        )
        for it in postings
    ]


def listing_csv(batch: Batch, titles: Sequence[str]) -> bytes:
    sources = sources_of(batch)
    return csv_file(
        titles,
        (
            [
                sources[it.entry - 1],
                str(it.line),
                it.unit.kind.value,
                guarded(it.unit.number),
                guarded(it.customer),
                str(it.own_date),
                str(it.open_date),
                guarded(it.account),
                plain(it.amount_cents),
                it.why.value,
            ]
            for it in listing_of(batch)
        ),
    )


# Two batches beside each other


class Compared(NamedTuple):
    """An account of a document or payment of which two batches hold different amounts."""

    kind: str
    number: str
    address: str
    account: str
    first: Side
    second: Side


class Comparison(NamedTuple):
    """The first units that differ, how many differences there are, and the totals of both by account."""

    rows: Sequence[Compared]
    all: int
    totals: Sequence[tuple[str, str, Side, Side]]


def compared(first: Batch, second: Batch) -> Comparison:
    rows: Any = _postings(first) | _postings(second)
    both = {"one": _sum_of(first), "two": _sum_of(second)}
    same = "unit_kind", "unit_number", "account"
    differ = rows.order_by(*same).values_list(*same).annotate(**both).exclude(one=F("two"))
    some = [*differ[:MOST_DIFFERENCES]]
    pages = addresses(first.company, [(kind, number) for kind, number, *_ in some])
    chart = chart_of(first.company)
    totals = rows.order_by("account").values_list("account").annotate(**both)
    return Comparison(
        [
            Compared(kind, number, pages.get((kind, number), ""), account, Side(int(one)), Side(int(two)))
            for kind, number, account, one, two in some
        ],
        differ.count(),
        [(number, name_in(chart, number), Side(int(one)), Side(int(two))) for number, one, two in totals],
    )


def _sum_of(batch: Batch) -> Sum:
    """Of one of several batches; zero where it has none."""
    return Sum(Case(When(batch=batch, then="amount_cents"), default=Value(0)))


def reversal(batch: Batch) -> list[tuple[str, date, int]]:
    """What is to be reversed in the program: source, date and total of each entry."""
    return [(entry.source, entry.date, entry.debit_cents) for entry in entries_of(batch)]
