"""What a file of documents and payments would do, in words.

Of a large file a worker found it out: its rows lie in pages, and the rest is plain values, in both languages.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from django.conf import settings as django_settings
from django.utils.translation import gettext as say
from django.utils.translation import override

from ecriture.core.accounts import Chart
from ecriture.core.documents import LINE, TAX, Document, Payment, Unit, UnitId, UnitKind
from ecriture.core.methods import Methods
from ecriture.core.nearest import Nearest
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.sources.books_file import BooksRead
from ecriture.speech.sentences import place, sentence
from ecriture.store.books import BY_HAND, differences
from ecriture.store.catalogue import items_named
from ecriture.store.charts import chart_of
from ecriture.store.import_jobs import ROWS_OF_PAGE, page_of
from ecriture.store.importing import Effect, effect_of, plain_of, unit_of
from ecriture.store.models import Company, ImportJob
from ecriture.store.settings import settings_of
from ecriture.web.audit_words import Line, line_shown
from ecriture.web.words import language, setting_label

MOST_SHOWN = 100
"""So many changes, and so many problems, are shown; the others are counted."""
MOST_UNKNOWN = 20
MOST_UNDECIDED = 50
"""So many decisions are asked for at once; the others once these are made."""
DECIDED_HERE = frozenset({"tax-split", "refund-undated"})
"""Problems for which the page has fields."""


class Row(NamedTuple):
    """A document or payment of a file, and what becomes of it. `before` is None for a new one."""

    unit: Unit
    before: Unit | None
    state: str
    """`new`, `asked` (it may be one that is here), `changed`, `transferred` (changed after it was), or `other`: another
    source brought it."""
    origin: str = ""


class Shown(NamedTuple):
    """A row in words."""

    unit: Unit
    state: str
    lines: tuple[Line, ...] = ()
    origin: str = ""


class Unknown(NamedTuple):
    """What documents and payments of a file name, and the settings do not have."""

    items: tuple[str, ...]
    taxes: tuple[str, ...]
    methods: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self)


class Counts(NamedTuple):
    """How many documents and payments of a file are new, changed, or as they are here; and how many it has of others.

    `transferred`: those of the changed ones that a live batch holds.
    """

    new: int
    changed: int
    unchanged: int
    others: int
    transferred: int


class Told(NamedTuple):
    """What is said of a file in one language: the first faults and notices, and how many more there are."""

    faults: Sequence[str]
    more_faults: int
    notices: Sequence[str]
    more_notices: int

    @property
    def notice_count(self) -> int:
        return len(self.notices) + self.more_notices


class Undecided(NamedTuple):
    """A document of which a person decides the taxes, or the day of its refund. `key`: its number in the file."""

    key: str
    number: str
    cents: int
    reason: str = ""
    """Why the rates do not tell the taxes (`taxes.NotSplit`); empty for a refund."""
    tried: Sequence[tuple[str, int]] = ()
    """Taxes, and what they would come to."""

    @property
    def is_refund(self) -> bool:
        return not self.reason


class Preview(NamedTuple):
    """What a file would do, in words. `stops`: nothing of it can be stored as it is. `shows` stands for all of it."""

    shows: str
    counts: Counts
    told: Told
    unknown: Unknown
    origin: str
    mapping: str
    shown: Sequence[Shown] = ()
    page: int = 1
    pages: int = 1
    undecided: Sequence[Undecided] = ()
    """The first of them."""
    more_undecided: int = 0

    @property
    def more(self) -> int:
        return max(0, self.counts.new + self.counts.changed - len(self.shown)) if self.pages == 1 else 0

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1

    @property
    def changes(self) -> bool:
        return bool(self.counts.new or self.counts.changed)

    @property
    def stops(self) -> bool:
        return bool(self.told.faults or self.undecided or self.counts.others)


def preview_of(company: Company, read: BooksRead, asked: Container[UnitId] = ()) -> Preview:
    """`asked`: the payments of which it is asked whether they are here already."""
    effect = effect_of(company, read.units, read.origin)
    shown = shown_of(company, islice(rows_of(effect, asked), MOST_SHOWN))
    told = told_of(read, effect, language())
    return _preview(read, effect, told, unknown_in(company, read), shown)


def _preview(read: BooksRead, effect: Effect, told: Told, unknown: Unknown, shown: Sequence[Shown] = ()) -> Preview:
    counts = Counts(
        len(effect.new), len(effect.changed), effect.unchanged, len(effect.of_others), len(effect.transferred)
    )
    named, undecided = read.mapping.name if read.mapping else "", undecided_in(read)
    found = Preview(effect.fingerprint, counts, told, unknown, read.origin, named, shown)
    return found._replace(undecided=undecided[:MOST_UNDECIDED], more_undecided=max(0, len(undecided) - MOST_UNDECIDED))


def told_of(read: BooksRead, effect: Effect, language: str) -> Told:
    faults = [it for it in read.problems if it.stops and it.code not in DECIDED_HERE]
    notices = [it for it in read.problems if not it.stops]
    undivided = read.undivided
    stopping = chain(
        (_owned(it, origin) for it, origin in effect.of_others.items()), (said(it, language) for it in faults)
    )
    others = chain((said(it, language) for it in notices), map(_undivided, undivided))
    return Told(
        [*islice(stopping, MOST_SHOWN)],
        max(0, len(effect.of_others) + len(faults) - MOST_SHOWN),
        [*islice(others, MOST_SHOWN)],
        max(0, len(notices) + len(undivided) - MOST_SHOWN),
    )


def rows_of(effect: Effect, asked: Container[UnitId]) -> Iterator[Row]:
    """The changes, those that stand in the way first, then those of what was transferred; then what is new."""
    changed = sorted(
        effect.changed, key=lambda it: (it[1].id not in effect.of_others, it[1].id not in effect.transferred)
    )
    for before, after in changed:
        state = "transferred" if after.id in effect.transferred else "changed"
        origin = effect.of_others.get(after.id)
        yield Row(after, before, state if origin is None else "other", origin or "")
    for unit in effect.new:
        yield Row(unit, None, "asked" if unit.id in asked else "new")


def shown_of(company: Company, rows: Iterable[Row]) -> list[Shown]:
    found = [*rows]
    chart = chart_of(company) if any(it.before for it in found) else Chart()
    return [
        Shown(
            it.unit,
            it.state,
            tuple(line_shown("books", change, chart) for change in differences(it.before, it.unit))
            if it.before
            else (),
            it.origin,
        )
        for it in found
    ]


# Of a large file


def outcome_of(company: Company, read: BooksRead, effect: Effect) -> dict[str, Any]:
    """What a worker found that a file would do, as plain values; without its rows."""
    told: dict[str, Told] = {}
    for spoken, _name in django_settings.LANGUAGES:
        with override(spoken):
            told[spoken] = told_of(read, effect, spoken)
    unknown = Unknown(*(it[: MOST_UNKNOWN + 1] for it in unknown_in(company, read)))
    return {**_preview(read, effect, Told((), 0, (), 0), unknown)._asdict(), "told": told}


def plain_rows(effect: Effect, asked: Container[UnitId]) -> Iterator[list[object]]:
    for unit, before, *more in rows_of(effect, asked):
        yield [plain_of(unit), before and plain_of(before), *more]


def preview_in(company: Company, job: ImportJob, page: int) -> Preview:
    """What a worker found, with a page of its rows."""
    outcome: Mapping[str, Any] = job.outcome
    told = outcome["told"].get(language()) or next(iter(outcome["told"].values()))
    pages = max(1, -(-outcome["rows"] // ROWS_OF_PAGE))
    page = min(max(1, page), pages)
    rows = (Row(unit_of(unit), before and unit_of(before), *more) for unit, before, *more in page_of(job, page))
    return Preview(
        outcome["shows"],
        Counts(*outcome["counts"]),
        Told(*told),
        Unknown(*(tuple(it) for it in outcome["unknown"])),
        outcome["origin"],
        outcome["mapping"],
        shown_of(company, rows),
        page,
        pages,
        [Undecided(*it) for it in outcome.get("undecided", ())],
        outcome.get("more_undecided", 0),
    )


# What it says


def undecided_in(read: BooksRead) -> list[Undecided]:
    found = [it for it in read.problems if it.code in DECIDED_HERE]
    return [_undecided(it.where.number, it.params) for it in found]


def _undecided(number: str, params: Mapping[str, Any]) -> Undecided:
    return Undecided(
        params["key"], number, params["amount_cents"], params.get("reason", ""), tuple(params.get("taxes", ()))
    )


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


def taxes_meant(company: Company, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Unknown codes of taxes, each with the one of the settings that is meant: `TPS`, which a file calls `GST`."""
    nearest = Nearest(settings_of(company, items=False))
    return [(code, nearest.tax(code)) for code in codes]


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
