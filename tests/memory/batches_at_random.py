"""Batches of every kind, at random: units that come back, texts of any sign, amounts beyond 64 bits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ecriture.core.batches import (
    AppliedKey,
    Batch,
    BatchPosting,
    BatchState,
    BatchUnit,
    Recorded,
    RecordedAccounts,
    Transferred,
    UnitRecord,
    Why,
    parts_of,
    postings_of,
    transferred_by,
)
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening, Settings
from ecriture.memory.state import State, open_state

SETTINGS = Settings(name="Entretien Boréal inc.")
NUMBERS = ("1001", "F-1", "f-1", "", "é\n\0", "\udce9", "\ud83d\ude00", "dp", "d1001")
TEXTS = ("", "Lise Tremblay", "Notaires « Gagné »\t", "\ud800", 'a"b\\c\u2028', "x" * 5_000)
ACCOUNTS = ("1201", "4000", "2310", "", "1060\n")
KEYS = ("line:CLEAN:credit", "clearing", "tax:GST:credit", "\udcff", "")
FIRST = date(2026, 1, 1)


def day(rng: Random) -> date:
    return rng.choice((FIRST + timedelta(rng.randrange(60)), FIRST, date.min, date.max))


def cents(rng: Random) -> int:
    return rng.choice((0, 1, -(10**15), 2**63, -(10**40), rng.randrange(-(10**6), 10**6)))


def posting(rng: Random, unit: UnitId) -> BatchPosting:
    return BatchPosting(
        *(rng.randint(1, 3), rng.randint(0, 9), unit, rng.choice(TEXTS), day(rng), day(rng)),
        *(rng.choice(ACCOUNTS), cents(rng), rng.choice(tuple(Why))),
    )


def batch_unit(rng: Random, unit: UnitId) -> BatchUnit:
    rows: dict[AppliedKey, date] = {
        (rng.choice(NUMBERS), rng.choice((None, day(rng)))): day(rng) for _ in range(rng.randrange(3))
    }
    accounts = RecordedAccounts({key: rng.choice(ACCOUNTS) for key in rng.sample(KEYS, rng.randrange(4))})
    record = UnitRecord(day(rng), accounts, rng.choice((None, day(rng))), rows)
    postings = [posting(rng, unit)]
    for _ in range(rng.choice((0, 0, 1, 6))):
        other = posting(rng, unit)  # or one that has all but this in common with the one before
        alike = postings[-1]._replace(line=other.line, account=other.account, amount_cents=other.amount_cents)
        postings.append(alike if rng.random() < 2 / 3 else other)
    return BatchUnit(unit, record, parts_of(postings))


UNITS = tuple(UnitId(kind, number) for kind in UnitKind for number in (*NUMBERS, *map(str, range(300))))


def entries_of(rng: Random, number: int) -> tuple[JournalEntry, ...]:
    amount = 10 ** rng.randrange(30)
    lines = Line("1201", amount), Line("4000", -amount)
    return tuple(JournalEntry(day(rng), f"EC{number:06}-{n:02}", rng.choice(TEXTS), lines) for n in range(1, 4))


def batch(number: int, units: Iterable[BatchUnit] = (), *, content: bytes = b"bytes") -> Batch:
    return Batch(
        number=number,
        target="sage50-ca",
        through=date(2026, 1, 31),
        content=content,
        entries=(),
        opening=Opening.SAGE,
        start_date=None,
        exported_at="2026-02-01T12:00:00+00:00",
        units=tuple(units),
    )


def random_batches(rng: Random, count: int, *, most: int = 30) -> list[Batch]:
    """With their units; all states, openings and start dates."""
    return [
        replace(
            batch(number, [batch_unit(rng, unit) for unit in rng.sample(UNITS, rng.randint(0, most))]),
            content=rng.randbytes(rng.randrange(9_000)),
            entries=entries_of(rng, number),
            through=day(rng),
            opening=rng.choice(tuple(Opening)),
            start_date=rng.choice((None, day(rng))),
            exported_by=rng.choice(TEXTS),
            state=rng.choice(tuple(BatchState)),
        )
        for number in range(1, count + 1)
    ]


def keep(place: Path, *batches: Batch) -> None:
    """Adds batches to a state, then confirms or cancels them as they say."""
    for it in batches:
        with open_state(place, SETTINGS) as state:
            state.append(replace(it, units=(), state=BatchState.EXPORTED, reason=""), iter(it.units))
        if it.state is not BatchState.EXPORTED:
            with open_state(place) as state:
                if it.state is BatchState.CONFIRMED:
                    state.confirm(it.number)
                else:
                    state.cancel(it.number, it.reason)


def expected(
    batches: Sequence[Batch], units: Iterable[UnitId] = UNITS, span: tuple[date, date] | None = None
) -> Transferred:
    """What a state of these batches gives, from the core's own definition."""
    all_of_them = transferred_by(batches)
    asked = set(units)
    documents, payments = (
        {
            number: recorded
            for number, recorded in all_of_them.of(kind).items()
            if UnitId(kind, number) in asked or (span is not None and span[0] <= recorded.unit_date <= span[1])
        }
        for kind in (UnitKind.DOCUMENT, UnitKind.PAYMENT)
    )
    return replace(all_of_them, documents=documents, payments=payments)


def recorded_of(transferred: Transferred) -> dict[UnitId, Recorded]:
    return {UnitId(kind, number): it for kind in UnitKind for number, it in transferred.of(kind).items()}


def listed(batch: Batch) -> list[BatchPosting]:
    """A batch's postings in the order of a listing."""
    ranks = {UnitKind.DOCUMENT: 0, UnitKind.PAYMENT: 1}
    return sorted(
        (posting for unit in batch.units for part in unit.parts for posting in postings_of(unit.unit, part)),
        key=lambda it: (it.entry, it.open_date, ranks[it.unit.kind], it.unit.number, it.own_date),
    )


def everything(state: State) -> list[object]:
    """All that a state can be asked."""
    return [
        (state.company, state.currency, state.next_number, state.batches()),
        *(
            (state.content(it.number), state.entries(it.number), list(state.listing(it.number)))
            for it in state.batches()
        ),
        state.transferred(UNITS),
        state.transferred((), span=(date.min, date.max)),
    ]
