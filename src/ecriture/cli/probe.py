"""`ecriture probe`: a file with one entry of 0.01, to try an import before a real one."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ecriture.cli.files import write_whole
from ecriture.cli.report import NEXT_STEPS
from ecriture.cli.speech import Speech, tell
from ecriture.cli.usage import WrongUsage, keep_apart
from ecriture.core.accounts import Chart
from ecriture.core.dates import Calendar
from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.postings import Part
from ecriture.core.problems import Problem
from ecriture.core.review import Review, TargetLimits
from ecriture.core.rules import AccountChoice, Role, Rule
from ecriture.core.settings import Settings
from ecriture.targets.registry import target as target_of
from ecriture.transfer import is_blocked, limits_of, read_settings, write

SOURCE = "TEST-01"


def probe(company: Path, out: Path, *, day: date | None, target: str, speech: Speech) -> int:
    """Writes the test file and says what to check; returns 1 if the program would refuse an account or the date."""
    keep_apart(out, company, speech=speech)
    settings = read_settings(company)
    chosen = target or settings.company.accounting.target
    if not is_blocked(settings.problems, skip_invalid=False):
        entry = _entry(settings.company, day or _open_day(settings.company), speech)
        problems = _refused(settings.company, entry, limits_of(target_of(chosen)))
    else:
        problems = list(settings.problems)
    if is_blocked(problems, skip_invalid=False):
        for line in speech.problems(problems):
            tell(line, to_errors=True)
        return 1
    written = write([entry], settings=settings.company, target=chosen)
    if str(out) == "-":
        sys.stdout.buffer.write(written.content)
        return 0
    write_whole(out, written.content)
    tell(speech("File: {file} ({size} bytes)", file=out, size=len(written.content)))
    tell(speech(NEXT_STEPS[chosen], file=out))
    tell(
        speech(
            "Then look for the entry {source} of {date} in the program, and delete or reverse it.",
            source=SOURCE,
            date=entry.date,
        )
    )
    return 0


def _refused(company: Settings, entry: JournalEntry, limits: TargetLimits) -> list[Problem]:
    """The problems of the test entry, found by the same checks as for a conversion."""
    calendar = Calendar.of(company, first=limits.first_date, last=limits.last_date)
    review = Review(company, chart=Chart(), limits=limits, calendar=calendar)
    choices = (
        AccountChoice(company.accounts.invoice_debit, (), "accounts.invoice_debit", Role.RECEIVABLE),
        AccountChoice(company.accounts.invoice_credit, (), "accounts.invoice_credit", Role.REVENUE),
    )
    unit = invoice(SOURCE, entry.date, [(RowKey(RowKind.LINE), 1)])
    return [*review.of_parts([Part(unit, entry.date, [Rule(*choices)], [1], [0])])]


def _entry(company: Settings, day: date, speech: Speech) -> JournalEntry:
    accounts = company.accounts
    if not accounts.invoice_debit or not accounts.invoice_credit or accounts.invoice_debit == accounts.invoice_credit:
        raise WrongUsage(speech("Fill in accounts.invoice_debit and accounts.invoice_credit in company.toml first."))
    lines = Line(accounts.invoice_debit, 1), Line(accounts.invoice_credit, -1)
    return JournalEntry(day, SOURCE, "Essai Ecriture" if company.language == "fr" else "Ecriture test", lines)


def _open_day(company: Settings) -> date:
    """Today, or the nearest day that is not locked and is in an open fiscal year."""
    today = datetime.now(UTC).astimezone().date()
    if company.lock_date is not None:
        today = max(today, company.lock_date + timedelta(days=1))
    if not company.fiscal_years or any(year.first <= today <= year.last for year in company.fiscal_years):
        return today
    days = [
        edge for year in company.fiscal_years for edge in year if company.lock_date is None or edge > company.lock_date
    ]
    return min(days, key=lambda edge: abs(edge - today), default=today)
