import base64
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecriture import transfer
from ecriture.core.batches import AppliedKey, Batch, BatchPosting, BatchState, Record, Why, transferred_by
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.settings import Opening
from ecriture.memory.state_json import State, read_state, write_state
from ecriture.targets.registry import TARGETS
from reference import random_books
from strategies import account_numbers, amounts_cents, journal_entries, texts


@cache
def history(seed: int) -> State:
    """The batches of a company over some weeks in which its books and settings change; all states of a batch."""
    rng = Random(seed)  # noqa: S311 - it hides nothing
    company, books = random_books.random_company(rng), random_books.random_books(rng)
    batches: list[Batch] = []
    for week in range(1, 7):
        inputs = transfer.read(company=company.encode(), documents=books[0].encode(), payments=books[1].encode())
        target = TARGETS[(seed + week) % len(TARGETS)]
        through = date(2026, 3, 1) + timedelta(10 * week)
        number, before = len(batches) + 1, transferred_by(batches)
        plan = transfer.plan(inputs, target=target, through=through, batch=number, recording=True, transferred=before)
        if plan.entries:
            written = transfer.write(plan.entries, company=inputs.company, target=target)
            batch = transfer.export(
                inputs, plan, written, target=target, exported_at="2026-02-01T12:00:00+00:00", who="Lise"
            )
            batches.append(batch if week % 3 else replace(batch, state=BatchState.CONFIRMED))
        if week == 4 and batches:
            batches[-1] = replace(batches[-1], state=BatchState.CANCELLED, reason="Mauvaise entreprise: « Boréal »\n")
        books = random_books.edit_books(rng, *books)
        company = random_books.edit_company(rng, company)
    return State("Entretien Boréal inc.", "CAD", tuple(batches))


SEEDS = range(8)


def test_the_histories_hold_what_there_is_to_hold() -> None:
    batches = [batch for seed in SEEDS for batch in history(seed).batches]
    assert {batch.state for batch in batches} == {*BatchState}
    assert {batch.target for batch in batches} == {*TARGETS}
    assert {posting.why for batch in batches for posting in batch.postings} >= {Why.NEW, Why.APPLIED, Why.CORRECTION}
    assert any(batch.start_date for batch in batches)
    assert {batch.opening for batch in batches} == {*Opening}
    records = [record for batch in batches for record in batch.records.values()]
    assert any(record.sale_date for record in records)
    assert any(record.applied for record in records)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_reads_back(seed: int) -> None:
    state = history(seed)
    content = write_state(state)
    back = read_state(content)
    assert back == state
    assert write_state(back) == content == write_state(state)
    assert [batch.content for batch in back.batches] == [batch.content for batch in state.batches]
    assert transferred_by(back.batches) == transferred_by(state.batches)


@pytest.mark.parametrize("seed", SEEDS)
def test_from_the_file_nothing_is_pending_again(seed: int) -> None:
    """The next export is the same, whether the batches come from memory or from the file."""
    state = history(seed)
    rng = Random(seed)  # noqa: S311 - it hides nothing
    company, books = random_books.random_company(rng), random_books.random_books(rng)
    inputs = transfer.read(company=company.encode(), documents=books[0].encode(), payments=books[1].encode())
    plans = [
        transfer.plan(inputs, transferred=transferred_by(batches), through=date(2026, 6, 30), batch=9)
        for batches in (state.batches, read_state(write_state(state)).batches)
    ]
    assert plans[0].entries == plans[1].entries


def test_numbers_are_never_used_again() -> None:
    state = history(0)
    assert [batch.number for batch in state.batches] == list(range(1, state.next_number))
    assert State("B", "CAD").next_number == 1
    assert all(state.numbered(batch.number) is batch for batch in state.batches)
    assert state.numbered(0) is state.numbered(state.next_number) is None
    cancelled = replace(state, batches=tuple(replace(one, state=BatchState.CANCELLED) for one in state.batches))
    assert cancelled.next_number == state.next_number


# Anything that a batch may hold

NUMBERS = texts()
RECORDS = st.builds(
    Record,
    st.dates(),
    st.dictionaries(texts(), account_numbers(), max_size=2),
    st.none() | st.dates(),
    st.dictionaries(st.tuples(NUMBERS, st.none() | st.dates()), st.dates(), max_size=2),
)
UNITS = st.builds(UnitId, st.sampled_from(UnitKind), NUMBERS)
POSTINGS = st.builds(
    *(BatchPosting, st.integers(1), st.integers(0), UNITS, texts(), st.dates(), st.dates(), account_numbers()),
    *(amounts_cents(), st.sampled_from(Why)),
)
BATCHES = st.builds(
    Batch,
    number=st.integers(1),
    target=st.sampled_from(TARGETS),
    through=st.dates(),
    content=st.binary(),
    entries=journal_entries(most=2),
    postings=st.lists(POSTINGS, max_size=2).map(tuple),
    records=st.dictionaries(UNITS, RECORDS, max_size=2),
    opening=st.sampled_from(Opening),
    start_date=st.none() | st.dates(),
    exported_at=texts(),
    exported_by=texts(),
    state=st.sampled_from(BatchState),
    reason=texts(),
)


@settings(max_examples=50)  # each of them is long
@given(texts(), st.lists(BATCHES, max_size=2))
@example("\udcff", [])
def test_any_batch_reads_back(company: str, batches: list[Batch]) -> None:
    """Half surrogate pairs too: a reason typed in a terminal of another encoding has them."""
    state = State(company, "CAD", tuple(batches))
    assert read_state(write_state(state)) == state


# Damage

SMALL = write_state(replace(history(0), batches=history(0).batches[:1]))


def is_refused(content: bytes) -> bool:
    try:
        read_state(content)
    except ValueError:
        return True
    return False


def test_one_changed_byte_is_refused_wherever_it_is() -> None:
    """In every place at the ends, where there is no batch, and in one of seven between."""
    assert not is_refused(SMALL)
    places = sorted(
        {*range(400), *range(0, len(SMALL), max(1, len(SMALL) // 400)), *range(len(SMALL) - 50, len(SMALL))}
    )
    for place in places:
        for change in (1, 32, 128):
            damaged = bytearray(SMALL)
            damaged[place] ^= change
            assert is_refused(bytes(damaged)), damaged[max(0, place - 30) : place + 30]


@given(st.data())
def test_one_byte_more_or_less_or_another_is_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SMALL) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1))
    assert is_refused(SMALL[:place] + byte + SMALL[place:])
    assert is_refused(SMALL[:place] + SMALL[place + 1 :])
    assert is_refused(SMALL[:place] + byte + SMALL[place + 1 :]) or byte == SMALL[place : place + 1]
    assert is_refused(SMALL[:place])


@pytest.mark.parametrize(
    "change",
    [
        {"company": "Entretien Austral inc."},
        {"currency": "USD"},
        {"version": 2},
        {"version": True},
        {"version": 1.0},
        {"format": "state"},
        {"more": 1},
        {"batches": []},
        {"sha256": "0" * 64},
    ],
)
def test_a_value_that_was_changed_is_refused(change: dict[str, object]) -> None:
    """The company too: a state that is taken for that of another company would transfer everything again."""
    assert is_refused(dumped({**json.loads(SMALL), **change}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"ecriture-state"',
        b"\xff",
        b"\0",
        b'{"format":"ecriture-state"}',
        b'{"format":"ecriture-state","version":1,"sha256":"","company":"","currency":"","batches":[]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
        SMALL + b"\n",
        b" " + SMALL,
        b"\xef\xbb\xbf" + SMALL,
        SMALL.decode().encode("utf-16"),
        SMALL.replace(b":", b": "),
        json.dumps(json.loads(SMALL)).encode(),
        SMALL[:-1] + b',"currency":"CAD"}',
    ],
)
def test_what_was_not_written_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        read_state(content)


def dumped(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(batches: object) -> bytes:
    """A file with the right checksum, whatever its batches are: what a forger or a fault of ours could write."""
    content = {"company": "B", "currency": "CAD", "batches": batches}
    checksum = hashlib.sha256(dumped(content)).hexdigest()
    return dumped({"format": "ecriture-state", "version": 1, "sha256": checksum, **content})


def test_the_seal_of_these_tests_is_the_right_one() -> None:
    assert read_state(sealed([])) == State("B", "CAD")
    assert len(read_state(sealed(json.loads(SMALL)["batches"])).batches) == 1


BATCH = json.loads(SMALL)["batches"][0]


@pytest.mark.parametrize("key", BATCH)
def test_a_batch_without_one_of_its_values_is_refused(key: str) -> None:
    assert is_refused(sealed([{name: value for name, value in BATCH.items() if name != key}]))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("state", "lost"),
        ("opening", "acomba"),
        ("through", "2026-02-30"),
        ("through", None),
        ("start_date", 20260101),
        ("content", "é"),
        ("content", base64.b64encode(b"other").decode()),
        ("content", 5),
        ("sha256", "0" * 64),
        ("entries", [["2026-01-31", "S", "C", [["1201", 100, ""], ["4000", -99, ""]]]]),
        ("entries", [["2026-01-31", "S", "C", [["1201", 100, ""]]]]),
        ("entries", [["2026-01-31", "S", "C", 5]]),
        ("entries", [5]),
        ("entries", [["2026-01-31", "S", "C", [["1201", "x", ""], ["4000", "y", ""]]]]),
        ("postings", [[1, 1]]),
        ("postings", [[1, 1, "invoice", "F", "", "2026-01-01", "2026-01-01", "1201", 5, "new"]]),
        ("postings", [[1, 1, "document", "F", "", "2026-01-01", "2026-01-01", "1201", 5, "because"]]),
        ("records", [["document", "F", "2026-01-01", 5, None, []]]),
        ("records", [["document", [], "2026-01-01", {}, None, []]]),
        ("records", [["document", "F", "2026-01-01", {}, None, [["F"]]]]),
        ("records", {"a": 1}),
    ],
)
def test_a_batch_with_an_impossible_value_is_refused(key: str, value: object) -> None:
    """An entry that does not balance, too: balance is asserted where it is read back."""
    assert is_refused(sealed([{**BATCH, key: value}]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.binary() | st.binary().map(lambda rest: SMALL[:60] + rest))
def test_no_bytes_are_another_exception(content: bytes) -> None:
    assert is_refused(content)


@given(st.sampled_from(sorted(BATCH)), JSON)
def test_no_value_is_another_exception(key: str, value: object) -> None:
    is_refused(sealed([{**BATCH, key: value}]))
    is_refused(sealed(value))


def test_rows_of_a_payment_keep_their_dates_apart() -> None:
    """Two rows for one document that were allocated on different days are two."""
    rows: dict[AppliedKey, date] = {
        ("F-1", None): date(2026, 1, 1),
        ("F-1", date(2026, 2, 1)): date(2026, 2, 1),
        ("", None): date(2026, 1, 2),
    }
    record = Record(date(2026, 1, 1), {"line:A:credit": "4000"}, None, rows)
    (batch,) = read_state(SMALL).batches
    state = State("B", "CAD", (replace(batch, records={UnitId(UnitKind.PAYMENT, "1"): record}),))
    assert read_state(write_state(state)) == state
