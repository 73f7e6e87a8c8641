"""What a state keeps, and what it gives back."""

import os
import sqlite3
import stat
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from batches_at_random import (
    FIRST,
    SETTINGS,
    UNITS,
    batch,
    batch_unit,
    day,
    entries_of,
    everything,
    expected,
    keep,
    listed,
    random_batches,
    recorded_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ecriture.core.batches import NOTHING_TRANSFERRED, BatchState, BatchUnit, NoSuchBatch, WrongState
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import EntryHead
from ecriture.memory import packing
from ecriture.memory.errors import StateForeign
from ecriture.memory.state import open_state

SEEDS = range(6)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_is_given_back(place: Path, seed: int) -> None:
    batches = random_batches(Random(seed), 5)  # noqa: S311 - it hides nothing
    keep(place, *batches)
    with open_state(place, SETTINGS) as state:
        assert state.next_number == 6
        for kept, head in zip(batches, state.batches(), strict=True):
            assert (head.number, head.state, head.reason) == (kept.number, kept.state, kept.reason)
            assert (head.target, head.through, head.opening) == (kept.target, kept.through, kept.opening)
            assert (head.start_date, head.exported_at) == (kept.start_date, kept.exported_at)
            assert (head.exported_by, head.size, head.units) == (kept.exported_by, len(kept.content), len(kept.units))
            assert state.content(kept.number) == kept.content
            entries = tuple(EntryHead(it.date, it.source, it.comment, it.debit_cents) for it in kept.entries)
            assert state.entries(kept.number) == entries
            assert (head.entries, head.debit_cents) == (len(entries), sum(it.debit_cents for it in entries))
            assert list(state.listing(kept.number)) == listed(kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_transferred_is_what_the_core_says(place: Path, seed: int) -> None:
    """Of all units, of some, and of those of a span, to the last zero; many units of one batch in many blocks too."""
    rng = Random(seed)  # noqa: S311 - as above
    batches = random_batches(rng, 6, most=len(UNITS))
    keep(place, *batches)
    with open_state(place) as state:
        assert state.transferred(UNITS) == expected(batches)
        for _ in range(10):
            some = rng.sample(UNITS, rng.randrange(20))
            span = rng.choice((None, (date.min, FIRST), (FIRST, FIRST), (FIRST + timedelta(1), FIRST + timedelta(9))))
            assert state.transferred(iter(some), span=span) == expected(batches, some, span)


def test_the_date_of_the_latest_live_batch_decides_whether_a_unit_is_in_a_span(place: Path) -> None:
    rng, unit = Random(1), UNITS[0]  # noqa: S311 - as above
    units = [batch_unit(rng, unit) for _ in range(3)]
    days = FIRST, FIRST + timedelta(1), FIRST + timedelta(2)
    dated = [it._replace(record=it.record._replace(unit_date=on)) for it, on in zip(units, days, strict=True)]
    keep(place, *(batch(number, [it]) for number, it in enumerate(dated, 1)))
    for cancelled, latest in ((None, 2), (3, 1), (2, 0)):
        with open_state(place) as state:
            if cancelled is not None:
                state.cancel(cancelled, "x")
        with open_state(place) as state:
            found = [len(recorded_of(state.transferred((), span=(on, on)))) for on in days]
        assert found == [int(place == latest) for place in range(3)]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 9))
def test_blocks_of_any_size_hold_the_same(
    tmp_path_factory: pytest.TempPathFactory, rng: Random, most: int, of: int
) -> None:
    place = tmp_path_factory.mktemp("state") / "state.db"
    batches = random_batches(rng, 3, most=12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "MOST_UNITS", most)
        patch.setattr(packing, "MOST_POSTINGS", of)
        keep(place, *batches)
        with open_state(place) as state:
            assert state.transferred(UNITS) == expected(batches)
            assert [list(state.listing(it.number)) for it in batches] == [listed(it) for it in batches]


def test_a_state_is_one_file_made_by_the_first_batch(place: Path) -> None:
    with open_state(place, SETTINGS) as state:
        assert (state.company, state.currency, state.next_number) == (SETTINGS.name, "CAD", 1)
        assert (list(state.batches()), state.transferred(UNITS)) == ([], NOTHING_TRANSFERRED)
    assert list(place.parent.iterdir()) == []
    keep(place, batch(1))
    assert list(place.parent.iterdir()) == [place]
    assert place.read_bytes()[:16] == b"SQLite format 3\0"
    (place.parent / "other").touch()
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE((place.parent / "other").stat().st_mode)
    with open_state(place) as state:
        assert state.transferred(()) == replace(NOTHING_TRANSFERRED, any_live=True)


def test_without_settings_there_must_be_one(place: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, open_state(place):
        pass
    assert caught.value.filename == str(place)
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize("settings", [replace(SETTINGS, name="Austral"), replace(SETTINGS, currency="USD")])
def test_the_state_of_another_company_is_refused(place: Path, settings: object) -> None:
    keep(place, batch(1))
    before = place.read_bytes()
    with pytest.raises(StateForeign) as caught, open_state(place, settings):  # type: ignore[arg-type]
        pass
    assert str(caught.value) == "Entretien Boréal inc. (CAD)"
    assert place.read_bytes() == before


def test_a_batch_is_confirmed_or_cancelled_once(place: Path) -> None:
    keep(place, *(batch(number) for number in (1, 2)))
    keep(place, replace(batch(3), state=BatchState.CANCELLED, reason="Refusé : « é »\n\udce9"))
    for _ in range(2):
        with open_state(place) as state:
            state.confirm(1)
    with open_state(place) as state:
        states = [(it.number, it.state, it.reason) for it in state.batches()]
        assert states == [(1, "confirmed", ""), (2, "exported", ""), (3, "cancelled", "Refusé : « é »\n\udce9")]
        assert state.next_number == 4
        for change in (state.confirm, lambda number: state.cancel(number, "again")):
            with pytest.raises(WrongState):
                change(3)
            for number in (0, 4, -1, 2**70):
                with pytest.raises(NoSuchBatch):
                    change(number)
        for read in (state.content, state.listing, state.entries, state.numbered):
            with pytest.raises(NoSuchBatch):
                read(4)
    with open_state(place) as state:
        state.cancel(1, "reversed in Sage")


def test_a_number_is_never_used_again(place: Path) -> None:
    keep(place, replace(batch(1), state=BatchState.CANCELLED))
    for wrong in (batch(1), batch(3), batch(0), batch(2, [batch_unit(Random(0), UNITS[0])])):  # noqa: S311 - as above
        with open_state(place) as state, pytest.raises(ValueError, match=r"^batch \d: the next is 2"):
            state.append(wrong, ())
    keep(place, batch(2))


@pytest.mark.parametrize("fails_at", [0, 1, 150])
def test_units_that_fail_on_the_way_add_nothing(place: Path, fails_at: int) -> None:
    rng = Random(2)  # noqa: S311 - as above

    def failing() -> Iterator[BatchUnit]:
        yield from (batch_unit(rng, unit) for unit in UNITS[:fails_at])
        raise ZeroDivisionError

    for batches in (0, 1):
        with open_state(place, SETTINGS) as state, pytest.raises(ZeroDivisionError):
            state.append(batch(batches + 1), failing())
        assert place.exists() == bool(batches)
        assert [it.name for it in place.parent.iterdir()] == [place.name] * batches
        with open_state(place, SETTINGS) as state:
            assert state.next_number == batches + 1
        keep(place, batch(batches + 1))


def test_a_unit_has_postings(place: Path) -> None:
    wrong = batch_unit(Random(3), UNITS[0])._replace(parts=())  # noqa: S311 - as above
    with open_state(place, SETTINGS) as state, pytest.raises(ValueError, match="without postings"):
        state.append(batch(1), [wrong])
    assert not place.exists()


def test_document_and_payment_of_one_number_are_two(place: Path) -> None:
    rng = Random(4)  # noqa: S311 - as above
    document, payment = (batch_unit(rng, UnitId(kind, "1001")) for kind in UnitKind)
    keep(place, batch(1, [document]))
    with open_state(place) as state:
        assert [*recorded_of(state.transferred([document.unit, payment.unit]))] == [document.unit]


def test_after_a_change_the_state_is_closed(place: Path) -> None:
    """The lock goes with it: the next command may begin."""
    with open_state(place, SETTINGS) as state:
        state.append(batch(1), ())
        with open_state(place, seconds=0) as other:
            assert other.next_number == 2
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            state.content(1)


def test_reading_changes_nothing(place: Path) -> None:
    keep(place, *random_batches(Random(5), 3))  # noqa: S311 - as above
    before = place.read_bytes(), place.stat().st_mtime_ns
    with open_state(place) as state:
        everything(state)
    assert (place.read_bytes(), place.stat().st_mtime_ns) == before
    assert list(place.parent.iterdir()) == [place]


def test_units_are_streamed(place: Path) -> None:
    """Neither adding them nor looking for a few holds all of them."""
    rng = Random(6)  # noqa: S311 - as above
    some = [batch_unit(rng, unit) for unit in UNITS[:50]]

    def units() -> Iterator[BatchUnit]:
        for number in range(9_000):
            unit = UnitId(UnitKind.DOCUMENT, f"S-{number}")
            model = some[number % 50]
            yield BatchUnit(unit, model.record, [it._replace(customer="") for it in model.parts])

    keep(place, batch(1))  # a file that is there is written to directly
    tracemalloc.start()
    with open_state(place) as state:
        state.append(batch(2), units())
    with open_state(place) as state:
        found = state.transferred([UnitId(UnitKind.DOCUMENT, f"S-{number}") for number in range(0, 9_000, 900)])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(recorded_of(found)) == 10
    assert most < 1_500_000


def test_a_long_reason_and_content_of_any_length(place: Path) -> None:
    rng = Random(7)  # noqa: S311 - as above
    reason, content = "é" * 100_000, rng.randbytes(3_000_000)
    kept = replace(batch(1, content=content), entries=entries_of(rng, 1), through=day(rng))
    keep(place, replace(kept, state=BatchState.CANCELLED, reason=reason), batch(2, content=b""))
    with open_state(place) as state:
        assert [it.reason for it in state.batches()] == [reason, ""]
        assert [state.content(number) for number in (1, 2)] == [content, b""]


@pytest.mark.parametrize(
    "name", ["a b#c?d%41&mode=memory;é.db", "'\"\\.db", os.fsdecode(b"\xe9.db"), ":memory:", "x" * 230]
)
def test_a_file_of_any_name(tmp_path: Path, name: str) -> None:
    keep(tmp_path / name, batch(1), batch(2))
    assert [it.name for it in tmp_path.iterdir()] == [name]
