"""`ecriture probe`: a file with one entry of 0.01, to try an import before a real one."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ecriture.cli.files import write_whole
from ecriture.cli.layouts import named_target, next_steps
from ecriture.cli.speech import Speech, tell
from ecriture.cli.usage import WrongUsage, keep_apart
from ecriture.core.dates import Calendar
from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.postings import Part
from ecriture.core.problems import Problem
from ecriture.core.review import Review
from ecriture.core.rules import AccountChoice, Role, Rule
from ecriture.core.settings import Settings
from ecriture.targets.registry import Target
from ecriture.transfer import Inputs, is_blocked, limits_of, read_set_up, write

SOURCE = "TEST-01"


def probe(company: Path, out: Path, *, day: date | None, target: str, speech: Speech, chart: Path | None = None) -> int:
    """Writes the test file and says what to check; returns 1 if the program would refuse an account or the date."""
    keep_apart(out, company, chart, speech=speech)
    inputs = read_set_up(company=company, chart=chart)
    found = named_target(target)
    problems = [*inputs.problems, *found.problems]
    chosen = None
    if not is_blocked(problems, skip_invalid=False):
        chosen = found.target or inputs.target
        entry = _entry(inputs.settings, day or _open_day(inputs.settings), speech)
        problems = _refused(inputs, entry, chosen)
    if chosen is None or is_blocked(problems, skip_invalid=False):
        for line in speech.problems(problems):
            tell(line, to_errors=True)
        return 1
    written = write([entry], settings=inputs.settings, chart=inputs.chart, target=chosen)
    if str(out) == "-":
        sys.stdout.buffer.write(written.content)
        return 0
    write_whole(out, written.content)
    tell(speech("File: {file} ({size} bytes)", file=out, size=len(written.content)))
    tell(next_steps(chosen, out, speech))
    tell(
        speech(
            "Then look for the entry {source} of {date} in the program, and delete or reverse it.",
            source=SOURCE,
            date=entry.date,
        )
    )
    return 0


def _refused(inputs: Inputs, entry: JournalEntry, target: Target) -> list[Problem]:
    """The problems of the test entry, found by the same checks as for a conversion."""
    company, limits = inputs.settings, limits_of(target)
    calendar = Calendar.of(company, first=limits.first_date, last=limits.last_date)
    review = Review(company, chart=inputs.chart, limits=limits, calendar=calendar)
    choices = (
        AccountChoice(company.accounts.invoice_debit, (), "accounts.invoice_debit", Role.RECEIVABLE),
        AccountChoice(company.accounts.invoice_credit, (), "accounts.invoice_credit", Role.REVENUE),
    )
    unit = invoice(SOURCE, entry.date, [(RowKey(RowKind.LINE), 1)])
    of_parts = review.of_parts([Part(unit, entry.date, [Rule(*choices)], [1], [0])])
    return [*of_parts, *target.faults([entry], inputs.options)]


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
