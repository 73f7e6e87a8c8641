"""A damaged state gives exactly what was kept, or nothing at all; and what is not a state is not touched."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest
from batches_at_random import FIRST, SETTINGS, UNITS, batch, batch_unit, everything, expected, keep, random_batches

from ecriture.core.batches import Batch, BatchPart, BatchState, BatchUnit, RecordedAccounts, UnitRecord, Why
from ecriture.core.documents import UnitId, UnitKind
from ecriture.memory.errors import NotAState, StateDamaged, StateNewer
from ecriture.memory.state import APPLICATION, VERSION, open_state

SEED = 20260131
FLIPS, CUTS = 2_000, 500
SHARE = 20
"""One of so many of the damaged states is asked everything; the others, what a transfer asks."""


@cache
def kept_batches() -> list[Batch]:
    """Large enough for pages of every kind: of several levels, overflowing ones, full ones."""
    rng = Random(SEED)  # noqa: S311 - it hides nothing
    many = [plain_unit(rng, UnitId(UnitKind.PAYMENT, f"{number:06}")) for number in range(2_000)]
    small = random_batches(rng, 4, most=4)
    last = replace(batch(5, many, content=rng.randbytes(20_000)), start_date=FIRST)
    return [*small, last, *(batch(number, [batch_unit(rng, UNITS[number])]) for number in range(6, 16))]


def plain_unit(rng: Random, unit: UnitId) -> BatchUnit:
    record = UnitRecord(FIRST + timedelta(rng.randrange(30)), RecordedAccounts({"clearing": "1201"}))
    shared = 1, record.unit_date, FIRST, f"Client {rng.randrange(50)}", Why.NEW
    cents = rng.randrange(10**6)
    return BatchUnit(unit, record, [BatchPart(*shared, ((2,), (cents % 9,)), (("1201",), ("1201",)), [cents, cents])])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sound") / "state.db"
    keep(place, *kept_batches())
    return place


ASKED = (*UNITS[:40], *(UnitId(UnitKind.PAYMENT, f"{number:06}") for number in range(0, 2_000, 100)))


def answers(place: Path, *, whole: bool) -> object:
    with open_state(place, SETTINGS) as state:
        return everything(state) if whole else state.transferred(ASKED, span=(FIRST, FIRST))


def outcome(place: Path, right: object, *, whole: bool) -> str:
    """Whether a damaged state is right or refused. Refused, not a byte or a file of it is changed."""
    before = place.read_bytes()
    try:
        found = answers(place, whole=whole)
    except (StateDamaged, StateNewer):
        assert place.read_bytes() == before
        return "refused"
    assert found == right
    return "right"


def test_flipped_bits_and_cut_bytes_are_noticed(sound: Path, tmp_path: Path) -> None:
    rng, content = Random(SEED), sound.read_bytes()  # noqa: S311 - as above
    right = {whole: answers(sound, whole=whole) for whole in (False, True)}
    assert right[False] == expected(kept_batches(), ASKED, (FIRST, FIRST))
    place, met = tmp_path / "state.db", Counter[str]()
    for time in range(FLIPS + CUTS):
        damaged = bytearray(content)
        at = rng.randrange(len(content)) if time % 4 else rng.randrange(200)
        if time < FLIPS:
            for _ in range(rng.choice((1, 1, 1, 2, 8))):
                damaged[at] ^= 1 << rng.randrange(8)
                at = rng.randrange(len(content))
        else:
            more = at + rng.choice((1, 7, 4096, 8192, 50_000, len(content)))
            damaged[at:more] = rng.choice((b"", bytes(len(damaged[at:more])), rng.randbytes(len(damaged[at:more]))))
        place.write_bytes(damaged)
        whole = time % SHARE == 0
        met[outcome(place, right[whole], whole=whole)] += 1
        assert list(tmp_path.glob("state.db?*")) == [] or damaged[18:20] == b"\2\2"
    assert met["refused"] > FLIPS // 2
    assert met["right"] > 0


def test_every_bit_of_the_header_is_right_or_refused(tmp_path: Path) -> None:
    """And what is added to a state that was taken for sound is all there, and nothing else is lost."""
    place, met = tmp_path / "state.db", Counter[str]()
    batches = random_batches(Random(SEED), 2)  # noqa: S311 - as above
    keep(place, *batches)
    content, right = place.read_bytes(), answers(place, whole=False)
    added = batch(3, [batch_unit(Random(1), UNITS[-1])])  # noqa: S311 - as above
    for bit in range(112 * 8):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        place.write_bytes(damaged)
        met[outcome(place, right, whole=False)] += 1
        try:
            keep(place, added)
        except (StateDamaged, StateNewer):
            assert place.read_bytes() == damaged
        else:
            with open_state(place) as state:
                assert state.transferred(UNITS) == expected([*batches, added])
        place.unlink()
    assert min(met.values()) > 50


def test_every_letter_of_the_tables_is_right_or_refused(tmp_path: Path) -> None:
    """Names, types and keys of columns: with another one the same rows would be read as something else."""
    place, rng = tmp_path / "state.db", Random(SEED)  # noqa: S311 - as above
    keep(place, *random_batches(rng, 2))
    content, right = place.read_bytes(), answers(place, whole=True)
    first, last = content.index(b"CREATE TABLE units"), content.index(b"CREATE TABLE state") + 80
    for at in range(first - 300, last):
        damaged = bytearray(content)
        damaged[at] ^= 1 << rng.randrange(8)
        place.write_bytes(damaged)
        assert outcome(place, right, whole=True) in ("right", "refused")


def test_pages_that_do_not_fit_together_are_not_written_on(tmp_path: Path) -> None:
    """All is read rightly, but a page in use is said to be free: the next batch would go over it."""
    place = tmp_path / "state.db"
    keep(place, batch(1, content=bytes(50_000)))
    content = place.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    for page in range(2, len(content) // size + 1):
        damaged = content[:32] + page.to_bytes(4, "big") + (1).to_bytes(4, "big") + content[40:]
        place.write_bytes(damaged)
        with open_state(place) as state:
            assert state.content(1) == bytes(50_000)
        with pytest.raises(StateDamaged):
            keep(place, batch(2, content=bytes(10_000)))
        assert place.read_bytes() == damaged


def changed(statement: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        with sqlite3.connect(place) as db:
            for one in statement.split("; "):
                assert db.execute(one).rowcount, one
        db.close()

    return change


def schema(statement: str) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        with sqlite3.connect(place) as db:
            db.executescript(statement)
        db.close()

    return change


CHANGES = (
    "DELETE FROM units WHERE block = 3",
    "DELETE FROM units",
    "DELETE FROM batches WHERE number = 5",
    "DELETE FROM batches WHERE number = 15",
    "DELETE FROM state",
    "DELETE FROM files WHERE number = 5",
    "DELETE FROM entries WHERE number = 5",
    (
        "UPDATE units SET (sha256, list, held, listed) = "
        "(SELECT sha256, list, held, listed FROM units WHERE block = 8) WHERE block = 9"
    ),
    "UPDATE units SET block = CASE block WHEN 8 THEN -9 WHEN 9 THEN -8 ELSE -block END; UPDATE units SET block = -block",
    "UPDATE units SET block = -block WHERE block = 7",
    "UPDATE units SET held = (SELECT held FROM units WHERE block = 8) WHERE block = 9",
    "UPDATE units SET listed = (SELECT listed FROM units WHERE block = 8) WHERE block = 9",
    "UPDATE units SET held = CAST(held AS TEXT)",
    "UPDATE units SET list = NULL, sha256 = NULL WHERE block = 5",
    "UPDATE units SET sha256 = zeroblob(32)",
    "UPDATE batches SET head = CAST(replace(CAST(head AS TEXT), 'cancelled', 'exported') AS BLOB)",
    "UPDATE batches SET head = (SELECT head FROM batches WHERE number = 6) WHERE number = 7",
    "UPDATE batches SET number = 400 WHERE number = 15",
    "UPDATE files SET content = zeroblob(length(content)) WHERE number = 5",
    "UPDATE entries SET content = CAST('[]' AS BLOB) WHERE number = 1",
    "UPDATE state SET sha256 = zeroblob(32)",
    "UPDATE state SET content = CAST(replace(CAST(content AS TEXT), 'CAD', 'USD') AS BLOB)",
    "INSERT INTO state SELECT 2, content, sha256 FROM state",
    "INSERT INTO batches SELECT 16, head FROM batches WHERE number = 15",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_row_that_is_lost_or_changed_is_noticed(sound: Path, tmp_path: Path, statement: str) -> None:
    """Also where the pages fit together, as after a copy of an older page."""
    place = tmp_path / "state.db"
    shutil.copyfile(sound, place)
    changed(statement)(place)
    before = place.read_bytes()
    with pytest.raises(StateDamaged):
        answers(place, whole=True)
    assert place.read_bytes() == before


SCHEMAS = (
    "CREATE TRIGGER lost AFTER INSERT ON units BEGIN DELETE FROM units WHERE block = NEW.block; END",
    "CREATE TABLE more (a)",
    "CREATE INDEX more ON units (held)",
    "DROP TABLE units",
    "ALTER TABLE units RENAME COLUMN held TO hold",
    "PRAGMA journal_mode = WAL",
    f"PRAGMA user_version = {VERSION - 1}",
    f"PRAGMA user_version = {VERSION + 1}",
    "PRAGMA application_id = 1",
)


@pytest.mark.parametrize("statement", SCHEMAS)
def test_a_header_or_tables_of_another_kind_are_damage(sound: Path, tmp_path: Path, statement: str) -> None:
    """A later version would write its own number beside what it keeps, another program would keep something else."""
    place = tmp_path / "state.db"
    shutil.copyfile(sound, place)
    schema(statement)(place)
    before = place.read_bytes()
    with pytest.raises(StateDamaged) as caught, open_state(place):
        pass
    assert (place.read_bytes(), caught.type) == (before, StateDamaged)


def other_database(place: Path, application: int, version: int) -> None:
    with sqlite3.connect(place) as db:
        db.executescript("CREATE TABLE places (url TEXT); INSERT INTO places VALUES ('x')")
        db.execute(f"PRAGMA application_id = {application}")
        db.execute(f"PRAGMA user_version = {version}")
    db.close()


@pytest.mark.parametrize(
    ("application", "version", "error"),
    [
        (APPLICATION, VERSION + 1, StateNewer),
        (APPLICATION, VERSION, StateDamaged),
        (APPLICATION, 0, StateDamaged),
        (0, VERSION, NotAState),
        (0, 0, NotAState),
        (7, 99, NotAState),
    ],
)
def test_another_database(tmp_path: Path, application: int, version: int, error: type[ValueError]) -> None:
    place = tmp_path / "state.db"
    other_database(place, application, version)
    before = place.read_bytes()
    for settings in (None, SETTINGS):
        with pytest.raises(error) as caught, open_state(place, settings):
            pass
        assert (caught.type, place.read_bytes()) == (error, before)
    assert list(tmp_path.iterdir()) == [place]


NO_STATES = (
    (b"", StateDamaged),
    (b"\n", NotAState),
    (b"document,date,amount\n" * 1_000, NotAState),
    (b"SQLite format 3\0", NotAState),
    (b"SQLite format 3\0" + bytes(5_000), NotAState),
    (bytes(100), NotAState),
    (bytes(8_192), NotAState),
    (b"{}", StateDamaged),
    (b"[]", NotAState),
)


@pytest.mark.parametrize(("content", "error"), NO_STATES)
def test_another_file(tmp_path: Path, content: bytes, error: type[ValueError]) -> None:
    place = tmp_path / "state.db"
    place.write_bytes(content)
    for settings in (None, SETTINGS):
        with pytest.raises(error) as caught, open_state(place, settings):
            pass
        assert (caught.type, place.read_bytes()) == (error, content)


def test_a_folder_a_pipe_and_a_link_to_nothing(tmp_path: Path) -> None:
    import os

    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError) as caught, open_state(tmp_path / "folder", SETTINGS):
        pass
    assert caught.value.filename == str(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAState), open_state(tmp_path / "pipe", SETTINGS):
        pass
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OSError, match="symbolic links"), open_state(tmp_path / "loop", SETTINGS):
        pass
    (tmp_path / "link").symlink_to(tmp_path / "state.db")
    keep(tmp_path / "link", batch(1))
    assert (tmp_path / "link").is_symlink()
    with open_state(tmp_path / "state.db") as state:
        assert state.next_number == 2


def test_the_damage_of_one_batch_is_not_hidden_by_cancelling_another(sound: Path, tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    shutil.copyfile(sound, place)
    changed("DELETE FROM units WHERE block = (SELECT max(block) FROM units)")(place)
    live = next(it.number for it in kept_batches() if it.live)
    with open_state(place) as state:
        state.cancel(live, "x")
    with open_state(place) as state, pytest.raises(StateDamaged):
        state.transferred([UnitId(UnitKind.PAYMENT, "new")])
    assert BatchState.CANCELLED in {it.state for it in kept_batches()}
