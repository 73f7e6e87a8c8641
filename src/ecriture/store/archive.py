"""The archive of a fiscal year: what went into the books, and what shows that nothing is missing; read without the program."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from ecriture.core.dates import year_around
from ecriture.core.numbering import gaps
from ecriture.core.settings import FiscalYear
from ecriture.sources.chart import write_chart
from ecriture.sources.leaving import Cents, write_table
from ecriture.sources.settings_file import write_company
from ecriture.store import models
from ecriture.store.batches import LIVE, credited, debited
from ecriture.store.charts import chart_of
from ecriture.store.control import control_on, controlled_in
from ecriture.store.filed import filed_in
from ecriture.store.filed_tables import ENTRY, FIGURE, entry_rows, figure_rows
from ecriture.store.models import Company
from ecriture.store.removal import AUDIT, BATCH, POSTING, audit_rows, batch_files, batch_rows, posting_rows
from ecriture.store.settings import company_only, settings_of

README = """Écriture: {name}, {first} – {last}

company.toml    réglages, tels qu’ils sont aujourd’hui / settings, as they are today (https://toml.io)
chart.csv       plan comptable / chart of accounts
batches.csv     lots dont une écriture est de cet exercice / batches with an entry of this year
batches/        leurs fichiers, tels qu’exportés / their files, as they were exported
postings.csv    ce que leurs écritures de cet exercice sont faites de / what their entries of this year are made of
balances.csv    par compte et par mois, débits et crédits des lots qui comptent / by account and month, debits and credits
                of the batches that count
owed.csv        par document, ce qui reste ouvert au dernier jour sur le compte de compensation et celui des dépôts / by
                document, what is open on the last day on the clearing account and that of deposits
returns.csv     déclarations produites dont la période touche l’exercice, ligne par ligne / filed returns of which the period
                has days of the year, line by line
return-entries.csv  documents et paiements de ces déclarations, et ce qu’ils y ont apporté / documents and payments of these
                returns, and what they brought to them
gaps.csv        numéros absents des séries / numbers that are missing in their series
audit.csv       journal des modifications (UTC), du premier jour de l’exercice à aujourd’hui / audit log (UTC), from the
                first day of the year until today

Les tables sont en CSV, UTF-8. Une apostrophe devant =, +, - ou @ empêche un tableur d’en faire une formule.
The tables are CSV, UTF-8. An apostrophe before =, +, - or @ keeps a spreadsheet from making a formula of it.
"""


def years_of(company: Company) -> list[FiscalYear]:
    """The fiscal years of the settings, and those in which other entries of batches are dated, the latest first."""
    years = company_only(company).fiscal_years
    dated = models.BatchPosting.objects.filter(company=company).aggregate(first=Min("open_date"), last=Max("open_date"))
    outside = [day for day in dated.values() if day and not any(it.first <= day <= it.last for it in years)]
    if years:
        return sorted({*years, *(year_around(day, years) for day in outside)}, reverse=True)
    first, last = (day.year if day else 0 for day in dated.values())
    return [FiscalYear(date(it, 1, 1), date(it, 12, 31)) for it in range(last, first - 1, -1) if it]


def write_year(company: Company, year: FiscalYear, to: IO[bytes]) -> None:
    """Writes the archive of a year as a ZIP."""
    span = (year.first, year.last)
    postings = models.BatchPosting.objects.filter(company=company, open_date__range=span)
    batches = models.Batch.objects.filter(company=company, pk__in=postings.values("batch"))
    returns = filed_in(company).filter(first__lte=year.last, last__gte=year.first).order_by("last", "form", "version")
    since = datetime.combine(year.first, time.min, UTC) - timedelta(days=1)
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(name=company.name, first=year.first, last=year.last))
        archive.writestr("company.toml", write_company(settings_of(company)))
        archive.writestr("chart.csv", write_chart(chart_of(company)))
        tables: tuple[tuple[str, Iterable[str], Iterable[Iterable[object]]], ...] = (
            ("batches.csv", BATCH, batch_rows(company, batches)),
            ("postings.csv", POSTING, posting_rows(postings)),
            ("balances.csv", BALANCE, _balances(postings)),
            ("owed.csv", OWED, _owed(company, year.last)),
            ("returns.csv", FIGURE, figure_rows(company, returns)),
            ("return-entries.csv", ENTRY, entry_rows(company, returns)),
            ("gaps.csv", GAP, _gaps(company, year)),
            (
                "audit.csv",
                AUDIT,
                audit_rows(company, models.AuditRecord.objects.filter(company=company, at__gte=since)),
            ),
        )
        for name, header, rows in tables:
            entry = ZipInfo(name, timezone.localtime().timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                write_table(file, header, rows)
        for name, content in batch_files(company, batches):
            archive.writestr(name, content)


BALANCE = ("account", "month", "debit", "credit")


def _balances(postings: QuerySet[models.BatchPosting]) -> Iterator[tuple[object, ...]]:
    """What the entries of live batches come to, by account and month."""
    by_month = (
        postings.filter(batch__state__in=LIVE).annotate(month=TruncMonth("open_date")).order_by("account", "month")
    )
    for account, month, debit, credit in by_month.values_list("account", "month").annotate(
        debit=debited(), credit=credited()
    ):
        yield account, f"{month:%Y-%m}", Cents(debit), Cents(credit)


OWED = ("account", "type", "number", "customer", "date", "open")


def _owed(company: Company, day: date) -> Iterator[tuple[object, ...]]:
    """What is open at the end of the year on the clearing account and that of deposits, as transferred."""
    found = control_on(company, day)
    for controlled in controlled_in(company):
        for about, cents, _ in found.open_on(controlled.account):
            head = found.heads[about]
            yield controlled.account, about.kind, about.number, head.customer, head.date, Cents(cents)


GAP = ("type", "before", "first_missing", "last_missing", "after", "missing")


def _gaps(company: Company, year: FiscalYear) -> Iterator[tuple[object, ...]]:
    """The gaps beside numbers of a year's documents and payments; a void or draft one is there."""
    for model, kind in ((models.Document, "document"), (models.Payment, "payment")):
        dated = dict(model.objects.filter(company=company).order_by().values_list("number", "date"))
        for gap in gaps(dated):
            if any(year.first <= dated[number] <= year.last for number in (gap.before, gap.after)):
                yield kind, *gap
