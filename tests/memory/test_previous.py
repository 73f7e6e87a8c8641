"""States of the previous form, one JSON file, are taken over by the first change: once, whole, and nothing is lost."""

import errno
import hashlib
import json
import os
import shutil
import signal
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from batches_at_random import SETTINGS, UNITS, batch, batch_unit, everything, recorded_of
from forks import at_once, killed, start, succeed

from ecriture.core.batches import BatchState, transferred_by
from ecriture.core.documents import UnitId, UnitKind
from ecriture.memory import place as places
from ecriture.memory.errors import Locked, NotAState, StateDamaged, StateForeign, StateLinked
from ecriture.memory.place import try_lock
from ecriture.memory.previous import read_previous
from ecriture.memory.state import open_state

FOLDER = Path(__file__).parent / "previous"
NAMES = ("boreal", "only_when_paid", "cancelled")
SEED, KILLS, RACES = 20260131, 60, 40
ALL = (date.min, date.max)


@pytest.fixture(params=NAMES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(FOLDER / f"{request.param}.json", tmp_path / "state.json"))


@pytest.fixture
def boreal(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(FOLDER / "boreal.json", tmp_path / "state.json"))


def files(folder: Path) -> set[str]:
    return {it.name for it in folder.iterdir()}


def sums(found: dict[str, Any]) -> dict[tuple[str, str, str, str], int]:
    """What live batches hold by unit, own date and account, straight from the JSON."""
    total: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for it in found["batches"]:
        for _, _, kind, number, _, own, _, account, cents, _ in it["postings"] if it["state"] != "cancelled" else ():
            total[kind, number, own, account] += cents
    return dict(total)


def test_everything_is_taken_over(place: Path) -> None:
    """Read before the change, and from the new file after it, all is as the JSON says."""
    content = place.read_bytes()
    found, previous = json.loads(content), read_previous(content)
    with open_state(place, SETTINGS) as state:
        first = everything(state), state.transferred((), span=ALL)
    assert (place.read_bytes(), files(place.parent)) == (content, {"state.json", ".state.json.lock"})
    with open_state(place, SETTINGS) as state:
        number = state.next_number
        state.append(batch(number), ())
    assert files(place.parent) == {"state.json", "state.json.old"}
    assert (place.parent / "state.json.old").read_bytes() == content
    with open_state(place, SETTINGS) as state:
        transferred = state.transferred((), span=ALL)
        assert transferred.documents == first[1].documents == transferred_by(previous.batches).documents
        assert transferred.payments == first[1].payments == transferred_by(previous.batches).payments
        kept = {
            (unit.kind, unit.number, own.isoformat(), account): cents
            for unit, recorded in recorded_of(transferred).items()
            for own, accounts in recorded.parts.items()
            for account, cents in accounts.items()
        }
        assert kept == sums(found)
        assert (
            [it.number for it in state.batches()]
            == list(range(1, number + 1))
            == [*range(1, len(found["batches"]) + 2)]
        )
        for old, head in zip(found["batches"], state.batches(), strict=False):
            assert (head.state, head.reason, head.target) == (old["state"], old["reason"], old["target"])
            assert (head.through.isoformat(), head.exported_at) == (old["through"], old["exported_at"])
            assert (head.sha256, head.exported_by, head.opening) == (old["sha256"], old["exported_by"], old["opening"])
            assert [it.source for it in state.entries(head.number)] == [source for _, source, *_ in old["entries"]]
            rows = [
                [
                    *(it.entry, it.line, it.unit.kind, it.unit.number, it.customer, it.own_date.isoformat()),
                    *(it.open_date.isoformat(), it.account, it.amount_cents, it.why),
                ]
                for it in state.listing(head.number)
            ]
            assert sorted(rows) == sorted(old["postings"])


def test_the_files_hold_what_there_is_to_hold() -> None:
    batches = [it for name in NAMES for it in read_previous((FOLDER / f"{name}.json").read_bytes()).batches]
    assert {it.state for it in batches} == {*BatchState}
    assert {it.opening for it in batches} == {"sage", "clearing"}
    assert any(it.start_date for it in batches)
    records = [unit.record for it in batches for unit in it.units]
    assert any(it.sale_date for it in records)
    assert any(it.applied for it in records)


@pytest.mark.parametrize("change", ["confirm", "cancel"])
def test_any_change_takes_it_over(boreal: Path, change: str) -> None:
    boreal.chmod(0o640)
    with open_state(boreal) as state:
        state.confirm(3) if change == "confirm" else state.cancel(3, "refused")
    with open_state(boreal) as state:
        wanted = BatchState.CONFIRMED if change == "confirm" else BatchState.CANCELLED
        assert state.numbered(3).state is wanted
        assert state.numbered(2).reason == "Mauvaise période : « février »"
    assert {it.stat().st_mode & 0o777 for it in boreal.parent.iterdir()} == {0o640}


def test_what_is_kept_of_it_overwrites_nothing(boreal: Path) -> None:
    others = {"state.json.old": b"1", "state.json.old.1": b"2", "state.json.old.3": b"3"}
    for name, content in others.items():
        (boreal.parent / name).write_bytes(content)
    content = boreal.read_bytes()
    with open_state(boreal) as state:
        state.confirm(3)
    kept = {it.name: it.read_bytes() for it in boreal.parent.iterdir() if it != boreal}
    assert kept == {**others, "state.json.old.2": content}


def test_a_copy_of_before_a_kill_is_taken(boreal: Path) -> None:
    shutil.copyfile(boreal, boreal.parent / "state.json.old")
    with open_state(boreal) as state:
        state.confirm(3)
    assert files(boreal.parent) == {"state.json", "state.json.old"}


def test_a_link_stays_a_link(boreal: Path) -> None:
    link = boreal.parent / "link"
    link.symlink_to(boreal)
    with open_state(link) as state:
        state.confirm(3)
    assert link.is_symlink()
    assert boreal.read_bytes().startswith(b"SQLite format 3")


def test_refused_it_is_left_as_it_is(boreal: Path) -> None:
    content = boreal.read_bytes()
    with pytest.raises(StateForeign), open_state(boreal, SETTINGS.__class__(name="Austral")):
        pass
    with open_state(boreal) as state, pytest.raises(ValueError, match="the next is 4"):
        state.append(batch(3), ())
    with open_state(boreal) as state, pytest.raises(ZeroDivisionError):
        state.append(batch(4), (1 // 0 for _ in UNITS))  # type: ignore[misc]
    (boreal.parent / "second").hardlink_to(boreal)
    with pytest.raises(StateLinked), open_state(boreal):
        pass
    assert boreal.read_bytes() == content
    assert files(boreal.parent) == {"state.json", "second", ".state.json.lock"}


# Damage


def refused(place: Path, content: bytes) -> bool:
    place.write_bytes(content)
    try:
        with open_state(place):
            pass
    except StateDamaged:
        assert place.read_bytes() == content
        return True
    return False


def test_one_changed_byte_is_refused_wherever_it_is(boreal: Path) -> None:
    content = boreal.read_bytes()
    assert not refused(boreal, content)
    rng = Random(SEED)  # noqa: S311 - it hides nothing
    for place in [*range(0, 300, 5), *range(len(content) - 20, len(content)), *rng.sample(range(len(content)), 300)]:
        damaged = bytearray(content)
        damaged[place] ^= rng.choice((1, 2, 32, 128))
        assert refused(boreal, bytes(damaged)), damaged[max(0, place - 30) : place + 30]
        assert refused(boreal, content[:place] + content[place + 1 :])
        assert refused(boreal, content[:place])


def dumped(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(batches: object) -> bytes:
    """With the right checksum, whatever the batches are: what a fault of the program could have written."""
    inside = {"company": "B", "currency": "CAD", "batches": batches}
    head = {"format": "ecriture-state", "version": 1, "sha256": hashlib.sha256(dumped(inside)).hexdigest()}
    return dumped({**head, **inside})


BATCH = json.loads((FOLDER / "boreal.json").read_bytes())["batches"][0]
WRONG: tuple[tuple[str, Any], ...] = (
    *(("number", 2), ("state", "lost"), ("opening", "acomba"), ("through", "2026-02-30"), ("start_date", 20260101)),
    *(("content", "é"), ("content", 5), ("sha256", "0" * 64), ("entries", [5]), ("records", {"a": 1})),
    ("entries", [["2026-01-31", "S", "C", [["1201", 100, ""], ["4000", -99, ""]]]]),
    ("postings", [[1, 1]]),
    ("postings", [*BATCH["postings"], [1, 1, "document", "more", "", "2026-01-01", "2026-01-01", "1201", 5, "new"]]),
    ("postings", []),
    ("records", BATCH["records"][1:]),
    ("records", [["document", "F", "2026-01-01", 5, None, []]]),
)


def test_the_seal_of_these_tests_is_the_right_one(boreal: Path) -> None:
    assert not refused(boreal, sealed([]))
    assert not refused(boreal, sealed([BATCH]))


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_an_impossible_value_is_refused(boreal: Path, key: str, value: object) -> None:
    assert refused(boreal, sealed([{**BATCH, key: value}]))


@pytest.mark.parametrize("key", BATCH)
def test_a_missing_value_is_refused(boreal: Path, key: str) -> None:
    assert refused(boreal, sealed([{name: value for name, value in BATCH.items() if name != key}]))


@pytest.mark.parametrize("content", [b"{", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"format":"x"}'])
def test_what_was_not_written_is_refused(boreal: Path, content: bytes) -> None:
    assert refused(boreal, content)


def test_something_else_is_said_to_be_no_state(boreal: Path) -> None:
    boreal.write_bytes(b"[accounting]\ntarget = 1\n")
    with pytest.raises(NotAState), open_state(boreal):
        pass
    assert files(boreal.parent) == {"state.json"}


def test_what_is_damaged_gets_no_lock_beside_it(boreal: Path) -> None:
    assert refused(boreal, boreal.read_bytes()[:-1])
    assert files(boreal.parent) == {"state.json"}


# Kills, and other commands


def take_over(place: Path) -> None:
    with open_state(place) as state:
        state.confirm(3)


def is_whole(place: Path, content: bytes) -> bool:
    """Whether it was taken over; if not it is the JSON, to the byte. What is kept of it is never half of it."""
    copies = [it for it in place.parent.iterdir() if it.name.startswith("state.json.old")]
    assert all(it.read_bytes() == content for it in copies)
    assert len(copies) < 2
    done = place.read_bytes() != content
    with open_state(place) as state:
        assert state.numbered(3).state is (BatchState.CONFIRMED if done else BatchState.EXPORTED)
        assert state.transferred((), span=ALL) == transferred_by(read_previous(content).batches)
    assert copies or not done
    return done


def test_a_kill_at_any_moment(boreal: Path) -> None:
    chance, content, met = Random(SEED), boreal.read_bytes(), set()  # noqa: S311 - as above
    for _ in range(KILLS):
        met.add((killed(partial(take_over, boreal), chance.uniform(0, 0.03)), is_whole(boreal, content)))
        if boreal.read_bytes() != content:
            boreal.write_bytes(content)
            (boreal.parent / "state.json.old").unlink()
    assert (True, False) in met


STEPS: tuple[tuple[object, str], ...] = (
    *((os, "fsync"), (os, "open"), (os, "close"), (Path, "replace"), (Path, "unlink"), (Path, "chmod")),
    *((Path, "write_bytes"), (places, "naming")),
)


def test_a_kill_before_and_after_each_step(boreal: Path) -> None:
    """Of every step that touches a file: flush, open, close, rename, remove."""
    content, met, moment = boreal.read_bytes(), list[bool](), 0
    while True:
        child = start(partial(dying, boreal, moment))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        met.append(is_whole(boreal, content))
        if status == 0:
            break
        assert status == -signal.SIGKILL
        boreal.write_bytes(content)
        (boreal.parent / "state.json.old").unlink(missing_ok=True)
        moment += 1
    assert met == sorted(met)  # from one step on it is done
    assert met.count(False) > 10
    assert met.count(True) > 2


def dying(place: Path, moment: int) -> None:
    """Takes over, and dies at a moment: before or after one of the steps."""
    count = 0

    def at(step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            for when in (0, 1):
                if count == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1
                if when == 0:
                    done = step(*arguments, **more)
            return done

        return counted

    for owner, name in STEPS:
        setattr(owner, name, at(getattr(owner, name)))
    take_over(place)


def test_two_at_once_take_it_over_once(boreal: Path) -> None:
    content = boreal.read_bytes()
    link = boreal.parent / "link"
    link.symlink_to(boreal)
    for race in range(RACES):
        unit = UnitId(UnitKind.PAYMENT, f"{race}")
        at_once(*(partial(once, way, unit) for way in (boreal, link)))
        assert files(boreal.parent) == {"state.json", "state.json.old", "link"}
        with open_state(boreal) as state:
            assert state.next_number == 5
            assert [*recorded_of(state.transferred([unit]))] == [unit]
        boreal.write_bytes(content)
        (boreal.parent / "state.json.old").unlink()


def once(place: Path, unit: UnitId) -> None:
    with open_state(place) as state:
        if not recorded_of(state.transferred([unit])):
            state.append(batch(state.next_number), [batch_unit(Random(1), unit)])  # noqa: S311 - as above


def test_a_command_of_then_is_waited_for(boreal: Path) -> None:
    """It holds a lock on a file beside the state, and replaces the state whole."""
    handle = os.open(boreal.parent / ".state.json.lock", os.O_RDWR | os.O_CREAT)
    assert try_lock(handle)
    with pytest.raises(Locked) as caught, open_state(boreal, seconds=0):
        pass
    assert caught.value.filename == str(boreal)

    def wait_and_confirm() -> None:
        os.close(handle)  # a copy's own handle
        take_over(boreal)

    child = start(wait_and_confirm)
    changed = sealed([BATCH, {**BATCH, "number": 2}, {**BATCH, "number": 3}])
    (boreal.parent / "new").write_bytes(changed)
    (boreal.parent / "new").replace(boreal)
    os.close(handle)
    succeed(child)
    assert (boreal.parent / "state.json.old").read_bytes() == changed


def test_a_state_that_changed_without_the_lock_is_not_replaced(boreal: Path) -> None:
    with open_state(boreal) as state:
        changed = sealed([BATCH])
        boreal.write_bytes(changed)
        with pytest.raises(Locked):
            state.confirm(3)
    assert boreal.read_bytes() == changed
    assert files(boreal.parent) == {"state.json", ".state.json.lock"}


def test_a_disk_that_is_full_while_the_copy_is_kept(boreal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, flush = boreal.read_bytes(), places.flush

    def full(path: Path, flags: int) -> None:
        if "old" in path.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        flush(path, flags)

    monkeypatch.setattr(places, "flush", full)
    with open_state(boreal) as state, pytest.raises(OSError, match="No space") as caught:
        state.confirm(3)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(boreal))
    assert boreal.read_bytes() == content
    assert files(boreal.parent) == {"state.json", ".state.json.lock"}
