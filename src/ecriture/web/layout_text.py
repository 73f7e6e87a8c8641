"""A file layout as text, with what is wrong with it in words, and a sample of the file that it makes."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.core.taxes import tax_on
from ecriture.core.text import is_storable
from ecriture.speech.sentences import place, sentence
from ecriture.targets.layout import read_layout, target_of, write_layout
from ecriture.targets.layout.model import Layout
from ecriture.targets.registry import WriteOptions
from ecriture.web.layout_words import SETTINGS
from ecriture.web.words import language

LONGEST_TOML, LONGEST_SAMPLE = 100_000, 20_000
SOLD = 100_00
"""In cents, before taxes."""


class Written(NamedTuple):
    """A layout as text, with all its problems in words."""

    layout: Layout
    toml: str
    faults: tuple[str, ...] = ()


def written(layout: Layout) -> Written:
    return read_text(write_layout(layout).decode())


def read_text(toml: str) -> Written:
    toml = toml.replace("\r\n", "\n")  # a browser sends the lines of a field so
    read = read_layout(BytesIO(toml.encode("utf-8", "replace")))
    faults = tuple(_said(it) for it in read.problems)
    if not faults and not is_storable(toml):
        faults = (say("There is a character that cannot be printed. Type the text again."),)
    return Written(read.layout, toml, faults)


def _said(problem: Problem) -> str:
    """A problem with its line, if it has one; a setting by the name of its field."""
    spoken = language()
    text = sentence(problem, spoken, screen_name=_named)
    where = place(problem, spoken) if problem.where.row else ""
    return say("%(place)s: %(text)s") % {"place": where, "text": text} if where else text


def _named(path: str) -> str:
    key = path.removeprefix("layout.")
    return str(SETTINGS.get(key, key))


# The sample


class Sample(NamedTuple):
    """The file of two entries as text, and what of them it has no room for."""

    text: str
    faults: tuple[str, ...] = ()


def sample_of(layout: Layout, settings: Settings, chart: Chart, today: date) -> Sample:
    """A sale of 100.00 with its taxes and its payment, to the company's own accounts, as a layout writes them."""
    target, entries = target_of(layout, layout.name), _entries(settings, today)
    units = {
        (number, line): ("F-1001", "Lise Gagné")
        for number, entry in enumerate(entries, 1)
        for line in range(1, len(entry.lines) + 1)
    }
    options = WriteOptions(settings.currency, settings.language, chart, units)
    fitted = target.fit(entries).entries
    faults = tuple(_said(it) for it in (*_too_long(entries, target.source_limit), *target.faults(fitted, options)))
    if faults:
        return Sample("", faults)
    return Sample(target.write(fitted, options).decode(layout.encoding)[:LONGEST_SAMPLE])


def _too_long(entries: Sequence[JournalEntry], limit: int | None) -> Iterator[Problem]:
    """As a plan says it: a source is never cut."""
    source = entries[-1].source
    if limit is not None and len(source) > limit:
        yield Problem("too-many-entries", {"entries": len(entries), "source": source, "limit": limit})


def _entries(settings: Settings, today: date) -> tuple[JournalEntry, ...]:
    accounts, prefix = settings.accounts, settings.accounting.source_prefix
    clearing, revenue = accounts.invoice_debit or "1201", accounts.invoice_credit or "4000"
    bank = accounts.payment_debit or "1060"
    rates = [(tax.credit, tax.percent_on(today)) for tax in settings.taxes.values() if tax.credit]
    taxes = [Line(account, -cents, "") for account, rate in rates if rate and (cents := tax_on([SOLD], rate))]
    owed = SOLD - sum(line.amount_cents for line in taxes)
    sale, paid = ("Vente", "Paiement") if settings.language == "fr" else ("Sale", "Payment")
    return (
        JournalEntry(
            today,
            f"{prefix}000001-01",
            f"{sale} F-1001",
            (Line(clearing, owed, "F-1001"), Line(revenue, -SOLD, "F-1001"), *taxes),
        ),
        JournalEntry(
            today, f"{prefix}000001-02", f"{paid} F-1001", (Line(bank, owed, "F-1001"), Line(clearing, -owed, "F-1001"))
        ),
    )
