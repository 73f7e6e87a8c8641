"""A file layout as text, with what is wrong with it in words, and a sample of the file that it makes."""

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
from ecriture.web.toml_text import both, too_long
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


def read_text(text: str | bytes) -> Written:
    """A layout as it was typed, or as a file. One that is too long is said, never cut: what it lost nobody would see."""
    toml, content = both(text)
    if len(toml) > LONGEST_TOML:
        return Written(Layout(), toml, (too_long(say("The layout as text"), LONGEST_TOML),))
    read = read_layout(BytesIO(content))
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
    is_broken: bool = False
    """Whether no file at all can be made."""


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
    faults = tuple(_said(it) for it in target.faults(fitted, options))
    if faults:
        return Sample("", faults)
    try:
        content = target.write(fitted, options)
        is_broken = target.read(content) != target.as_read(fitted, options)
    except ValueError:
        is_broken = True
    if is_broken:
        fault = say(
            "A file of this layout would not say the same again when it is read, so none would be made. Look for two columns"
            " that contradict each other."
        )
        return Sample("", (fault,), is_broken=True)
    return Sample(content.decode(layout.encoding)[:LONGEST_SAMPLE])


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
