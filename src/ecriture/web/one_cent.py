"""The file for a first import: one entry of one cent, which shows that the program takes our files and the accounts."""

from datetime import date, timedelta

from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Settings

SOURCE = "TEST-01"


def can_be_written(settings: Settings) -> bool:
    accounts = settings.accounts
    return (
        bool(accounts.invoice_debit and accounts.invoice_credit) and accounts.invoice_debit != accounts.invoice_credit
    )


def one_cent(settings: Settings, *, today: date) -> JournalEntry:
    """One cent from the revenue account to the clearing account, on an open day."""
    accounts = settings.accounts
    lines = Line(accounts.invoice_debit, 1), Line(accounts.invoice_credit, -1)
    comment = "Essai Ecriture" if settings.language == "fr" else "Ecriture test"
    return JournalEntry(open_day(settings, today), SOURCE, comment, lines)


def open_day(settings: Settings, today: date) -> date:
    """Today, or the nearest day that is not locked and is in a fiscal year."""
    lock = settings.lock_date
    day = max(today, lock + timedelta(days=1)) if lock else today
    years = settings.fiscal_years
    if not years or any(year.first <= day <= year.last for year in years):
        return day
    edges = [edge for year in years for edge in year if lock is None or edge > lock]
    return min(edges, key=lambda edge: abs(edge - day), default=day)
