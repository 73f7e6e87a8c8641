"""What a file of documents and payments would do, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.documents import LINE, TAX, Document, Payment, Unit, UnitId, UnitKind
from ecriture.core.methods import Methods
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.sources.books_file import BooksRead
from ecriture.speech.sentences import place, sentence
from ecriture.store.books import BY_HAND, differences
from ecriture.store.catalogue import items_named
from ecriture.store.charts import chart_of
from ecriture.store.importing import Effect, effect_of
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.web.audit_words import Line, line_shown
from ecriture.web.words import setting_label

MOST_SHOWN = 100
"""So many changes, and so many problems, are shown; the others are counted."""


class Shown(NamedTuple):
    """A document or payment of a file, and what becomes of it."""

    unit: Unit
    state: str
    """`new`, `changed`, `transferred` (changed after it was), or `other`: another source brought it."""
    lines: tuple[Line, ...] = ()
    origin: str = ""


class Unknown(NamedTuple):
    """What documents and payments of a file name, and the settings do not have."""

    items: tuple[str, ...]
    taxes: tuple[str, ...]
    methods: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self)


class Preview(NamedTuple):
    """What a file would do, in words. `stops`: nothing of it can be stored as it is."""

    effect: Effect
    shown: tuple[Shown, ...]
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    unknown: Unknown
    origin: str
    mapping: str

    @property
    def more(self) -> int:
        return len(self.effect.units) - len(self.shown)

    @property
    def stops(self) -> bool:
        return bool(self.faults or self.effect.of_others)

    @property
    def may_be_stored(self) -> bool:
        return bool(self.effect) and not self.stops


def preview_of(company: Company, read: BooksRead) -> Preview:
    language = str(get_language())
    effect = effect_of(company, read.units, read.origin)
    faults = (
        *(_owned(it, origin) for it, origin in effect.of_others.items()),
        *(said(it, language) for it in read.problems if it.stops),
    )
    notices = (
        *(said(it, language) for it in read.problems if not it.stops),
        *(_undivided(it) for it in read.undivided),
    )
    shown = tuple(_shown(company, effect))
    named = read.mapping.name if read.mapping else ""
    return Preview(effect, shown, faults, notices, unknown_in(company, read), read.origin, named)


def _shown(company: Company, effect: Effect) -> Iterable[Shown]:
    """The changes, those that stand in the way first, then those of what was transferred; then what is new."""
    chart = chart_of(company) if effect.changed else Chart()
    changed = sorted(
        effect.changed, key=lambda it: (it[1].id not in effect.of_others, it[1].id not in effect.transferred)
    )
    for before, after in changed[:MOST_SHOWN]:
        lines = tuple(line_shown("books", change, chart) for change in differences(before, after))
        state = "transferred" if after.id in effect.transferred else "changed"
        origin = effect.of_others.get(after.id)
        yield Shown(after, state if origin is None else "other", lines, origin or "")
    for unit in effect.new[: max(0, MOST_SHOWN - len(changed))]:
        yield Shown(unit, "new")


def unknown_in(company: Company, read: BooksRead) -> Unknown:
    documents = [unit for unit in read.units if isinstance(unit, Document)]
    codes = {key.code for unit in documents for key in unit.keys if key.kind is LINE} - {""}
    taxes = {key.code for unit in documents for key in unit.keys if key.kind is TAX}
    settings = settings_of(company, items=False)
    return Unknown(
        tuple(sorted(codes - items_named(company, codes).keys())),
        tuple(sorted(taxes - settings.taxes.keys())),
        tuple(sorted(_unknown_methods(read, settings))),
    )


def _unknown_methods(read: BooksRead, settings: Settings) -> set[str]:
    known = Methods(settings.methods)
    named = {unit.method for unit in read.units if not isinstance(unit, Document)} - {""}
    return {name for name in named if not known.knows(name)}


def _owned(unit: UnitId, origin: str) -> str:
    """Why a number stands in the way. A source owns its numbers."""
    about = say("Document %s") if unit.kind == UnitKind.DOCUMENT else say("Payment %s")
    text = say(
        "%(unit)s came from %(origin)s, and only that program replaces it. Give this program’s numbers a prefix in its"
        " mapping."
    )
    ours = say("a page, by hand") if origin == BY_HAND else say("a file in Écriture’s own columns")
    return text % {"unit": about % unit.number, "origin": ours if origin in ("", BY_HAND) else origin}


def _undivided(payment: Payment) -> str:
    """Why a payment of several documents stays whole: which of them is paid in part would be a guess."""
    text = say(
        "Payment %(number)s names several documents (%(documents)s) and is not exactly what they come to: write in the file"
        " what each of them received."
    )
    return text % {"number": payment.number, "documents": payment.rows[0].document}


def said(problem: Problem, language: str) -> str:
    """A problem with its place."""
    where = place(problem, language)
    text = sentence(problem, language, screen_name=setting_label)
    return say("%(place)s: %(text)s") % {"place": where, "text": text} if where else text
