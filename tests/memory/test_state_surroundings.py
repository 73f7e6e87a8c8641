"""What happens around a state: kills, other commands, links, full disks, files and folders that cannot be written."""

import errno
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from batches_at_random import SETTINGS, UNITS, batch, batch_unit, everything, expected, keep, recorded_of

from ecriture.core.batches import Batch, BatchState, BatchUnit
from ecriture.core.documents import UnitId, UnitKind
from ecriture.memory import place as places
from ecriture.memory import state as states
from ecriture.memory.errors import Locked, StateLinked
from ecriture.memory.state import open_state
from forks import as_nobody, at_once, everybodys_folder, killed, start, succeed

SEED = 20260131
KILLS, RACES = 200, 100


@cache
def nth(number: int) -> Batch:
    """The batch of a number, always the same, with units of its own and one that all have."""
    rng = Random(number)  # noqa: S311 - it hides nothing
    model = batch_unit(rng, UNITS[0])
    own = [UnitId(UnitKind.DOCUMENT, f"{number}-{n}") for n in range(300)]
    units = [BatchUnit(it, model.record, [part._replace(customer="") for part in model.parts]) for it in own]
    state = (BatchState.EXPORTED, BatchState.CONFIRMED, BatchState.CANCELLED)[number % 3]
    reason = "refused" if state is BatchState.CANCELLED else ""
    return replace(batch(number, [model, *units], content=rng.randbytes(30_000)), state=state, reason=reason)


def is_whole(place: Path, said: int) -> int:
    """Checks a state after a kill: every batch that was said to be kept is there, with all that it has; their count."""
    if not place.exists():
        assert said == 0
        return 0
    with open_state(place, SETTINGS) as state:
        kept = [nth(number) for number in range(1, state.next_number)]
        assert len(kept) in (said, said + 1)
        for head, it in zip(state.batches(), kept, strict=True):
            assert head.state == it.state or (head.number >= said and head.state is BatchState.EXPORTED)
        as_stated = [replace(it, state=head.state) for it, head in zip(kept, state.batches(), strict=True)]
        units = [unit.unit for it in as_stated for unit in it.units]
        assert state.transferred(units) == expected(as_stated, units)
        if kept:
            assert state.content(kept[-1].number) == kept[-1].content
    return len(kept)


def test_a_kill_at_any_moment_leaves_a_whole_state(tmp_path: Path) -> None:
    chance, place, said = Random(SEED), tmp_path / "state.db", tmp_path / "said"  # noqa: S311 - as above
    met = Counter[bool]()
    for number in range(1, 45):
        nth(number)  # made before the copies are
    for time in range(KILLS):
        if time % 20 == 0:  # begin again, so that states stay small and the first batch is met too
            place.unlink(missing_ok=True)
            said.write_text("0")
        first = is_whole(place, int(said.read_text())) + 1
        said.write_text(str(first - 1))  # known now, although the copy was killed before it said so

        def work(first: int = first) -> None:
            with suppress(FileNotFoundError), open_state(place) as state:
                finish(state, first - 1)
            for number in range(first, first + 2):
                keep(place, replace(nth(number), state=BatchState.EXPORTED))
                (said.parent / "new").write_text(str(number))
                (said.parent / "new").replace(said)
                with open_state(place) as state:
                    finish(state, number)

        met[killed(work, chance.uniform(0, 0.06))] += 1
    number = is_whole(place, int(said.read_text())) + 1
    keep(place, nth(number))
    assert met[True] > KILLS // 4
    assert {it.name for it in tmp_path.iterdir()} <= {"state.db", "said", "new", ".state.db.lock"}


def finish(state: states.State, number: int) -> None:
    """Confirms or cancels a batch as it says, if it was not yet."""
    if number and state.numbered(number).state is BatchState.EXPORTED:
        if nth(number).state is BatchState.CONFIRMED:
            state.confirm(number)
        elif nth(number).state is BatchState.CANCELLED:
            state.cancel(number, "refused")


def kill_between_pages(place: Path) -> bytes:
    """A state of one batch, and half of a second: the journal is still there. Gives the bytes of before."""
    keep(place, nth(1))
    sound = place.read_bytes()

    def die() -> None:
        with open_state(place) as state:
            state._db.execute("PRAGMA cache_size = 1")  # so that pages go to the file before the commit
            state._seal = lambda: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
            state.append(replace(nth(2), units=(), state=BatchState.EXPORTED), nth(2).units)

    child = start(die)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert place.read_bytes() != sound
    assert Path(f"{place}-journal").exists()
    return sound


def test_a_kill_between_the_pages_of_a_change_is_undone_for_a_reader(tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    sound = kill_between_pages(place)
    with open_state(place) as state:
        assert state.next_number == 2
    assert place.read_bytes() == sound
    assert list(tmp_path.iterdir()) == [place]


def test_the_journal_of_a_state_that_was_moved_away_is_not_that_of_the_next(tmp_path: Path) -> None:
    place = tmp_path / "state.db"
    kill_between_pages(place)
    place.rename(tmp_path / "moved.db")
    keep(place, replace(nth(4), number=1))
    with open_state(place) as state:
        assert state.content(1) == nth(4).content
    assert not Path(f"{place}-journal").exists()


# At the same time


def once(place: Path, unit: UnitId) -> None:
    """Transfers a unit if it is not yet, as a command does."""
    with open_state(place, SETTINGS) as state:
        if not recorded_of(state.transferred([unit])):
            number = state.next_number
            it = batch_unit(Random(number), unit)  # noqa: S311 - as above
            state.append(batch(number), [it])


@pytest.mark.parametrize("begin", ["absent", "there"])
def test_two_commands_at_once_transfer_a_unit_once(tmp_path: Path, begin: str) -> None:
    """By its own path, and through links to it or to its folder."""
    folder, number = tmp_path / "folder", 0
    folder.mkdir()
    place = folder / "state.db"
    (tmp_path / "link").symlink_to(place)
    (tmp_path / "folders").symlink_to(folder)
    ways = place, tmp_path / "link", tmp_path / "folders" / "state.db"
    for race in range(RACES // 2):
        if begin == "absent":
            place.unlink(missing_ok=True)
            number = 0
        unit = UnitId(UnitKind.PAYMENT, f"{race}")
        at_once(*(partial(once, way, unit) for way in (ways[race % 3], ways[(race + 1) % 3])))
        number += 1
        with open_state(place) as state:
            assert (state.next_number, len(recorded_of(state.transferred([unit])))) == (number + 1, 1)
        assert [it.name for it in folder.iterdir()] == ["state.db"]


@pytest.mark.parametrize("begin", ["absent", "there"])
def test_who_comes_later_waits_and_then_says_so(tmp_path: Path, begin: str) -> None:
    place, link = tmp_path / "state.db", tmp_path / "link"
    link.symlink_to(place)
    if begin == "there":
        keep(place, batch(1))
    with open_state(place, SETTINGS):
        for way in (place, link):
            with pytest.raises(Locked) as caught, open_state(way, SETTINGS, seconds=0):
                pass
            assert caught.value.filename == str(place)
    with open_state(link, SETTINGS, seconds=0) as state:
        state.append(batch(state.next_number), ())


def test_a_commit_waits_for_who_only_reads(tmp_path: Path) -> None:
    """Another program that looks into the file: the change is not made, and nothing of it stays."""
    place = tmp_path / "state.db"
    keep(place, batch(1))
    before = place.read_bytes()
    other = sqlite3.connect(place)
    other.execute("BEGIN")
    other.execute("SELECT * FROM state").fetchall()
    with open_state(place, seconds=0) as state, pytest.raises(Locked):
        state.append(batch(2), ())
    other.close()
    assert (place.read_bytes(), list(tmp_path.iterdir())) == (before, [place])
    keep(place, batch(2))


def test_a_second_name_is_refused(tmp_path: Path) -> None:
    place, second = tmp_path / "state.db", tmp_path / "second.db"
    keep(place, batch(1))
    second.hardlink_to(place)
    before = place.read_bytes()
    for way in (place, second):
        with pytest.raises(StateLinked) as caught, open_state(way, SETTINGS):
            pass
        assert str(caught.value) == str(way)
    assert place.read_bytes() == before
    second.unlink()
    keep(place, batch(2))


# What cannot be written


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with everybodys_folder() as folder:
        yield folder


def everybody_reads(place: Path) -> None:
    """With the rights of somebody who may read the file and no more."""
    as_nobody()
    with pytest.raises(PermissionError):
        place.open("r+b")
    with open_state(place, SETTINGS) as state:
        assert everything(state)
    for change in ("append", "confirm", "cancel"):
        arguments = {"append": (batch(2), ()), "confirm": (1,), "cancel": (1, "x")}
        with open_state(place, SETTINGS) as state, pytest.raises(PermissionError) as caught:
            getattr(state, change)(*arguments[change])
        assert (caught.value.errno, caught.value.filename) == (errno.EACCES, str(place))


@pytest.mark.parametrize("form", ["database", "previous"])
def test_a_file_and_a_folder_that_may_only_be_read(open_folder: Path, form: str) -> None:
    place = open_folder / "state.db"
    if form == "database":
        keep(place, batch(1, [batch_unit(Random(1), UNITS[0])]))  # noqa: S311 - as above
    else:
        shutil.copyfile(Path(__file__).parent / "previous" / "only_when_paid.json", place)
    before = place.read_bytes()
    place.chmod(0o444)
    open_folder.chmod(0o555)
    succeed(start(lambda: everybody_reads(place)))
    assert (place.read_bytes(), list(open_folder.iterdir())) == (before, [place])


def test_a_folder_that_may_only_be_read(open_folder: Path) -> None:
    """The file itself may be written, but no journal be made beside it; and no state where there is none."""
    place = open_folder / "state.db"
    keep(place, batch(1))
    place.chmod(0o666)
    open_folder.chmod(0o555)

    def work() -> None:
        as_nobody()
        for way, number in ((place, 2), (open_folder / "new.db", 1)):
            with open_state(way, SETTINGS) as state:
                everything(state)
            with open_state(way, SETTINGS) as state, pytest.raises(PermissionError) as caught:
                state.append(batch(number), ())
            assert caught.value.filename == str(way)

    before = place.read_bytes()
    succeed(start(work))
    assert (place.read_bytes(), list(open_folder.iterdir())) == (before, [place])


def test_a_file_that_may_not_be_read(open_folder: Path) -> None:
    place = open_folder / "state.db"
    keep(place, batch(1))
    place.chmod(0)

    def work() -> None:
        as_nobody()
        with pytest.raises(PermissionError) as caught, open_state(place):
            pass
        assert caught.value.filename == str(place)

    succeed(start(work))


def test_a_journal_that_cannot_be_played_back_is_said(open_folder: Path) -> None:
    """The file is half a change, which who may only read cannot undo: it is not read either."""
    place = open_folder / "state.db"
    kill_between_pages(place)
    place.chmod(0o444)
    Path(f"{place}-journal").chmod(0o444)
    open_folder.chmod(0o555)

    def work() -> None:
        as_nobody()
        with pytest.raises(PermissionError), open_state(place):
            pass

    succeed(start(work))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    place = tmp_path / "none" / "state.db"
    with pytest.raises(FileNotFoundError) as caught, open_state(place, SETTINGS):
        pass
    assert caught.value.filename == str(place)


@pytest.mark.parametrize("begin", ["absent", "there"])
def test_a_database_that_may_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str) -> None:
    """What SQLite says of a full disk."""
    place = tmp_path / "state.db"
    if begin == "there":
        keep(place, batch(1))
    before = place.read_bytes() if begin == "there" else b""
    connected = places.connected

    def small(*arguments: object) -> sqlite3.Connection:
        db = connected(*arguments)  # type: ignore[arg-type]
        db.execute("PRAGMA max_page_count = 30")
        return db

    monkeypatch.setattr(states, "connected", small)
    with open_state(place, SETTINGS) as state, pytest.raises(OSError, match="No space") as caught:
        state.append(batch(state.next_number, content=bytes(200_000)), ())
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(place))
    assert [it.read_bytes() for it in tmp_path.iterdir()] == [before] * (begin == "there")


@pytest.mark.parametrize("begin", ["absent", "there"])
def test_a_write_that_fails_anywhere(tmp_path: Path, begin: str) -> None:
    """The system refuses to write beyond a size, in the journal or the file: the state is the one of before."""
    place = tmp_path / "state.db"
    if begin == "there":
        keep(place, nth(1))
    before = place.read_bytes() if begin == "there" else b""
    number = 1 + (begin == "there")

    def work(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            keep(place, replace(nth(number), state=BatchState.EXPORTED))
        except OSError as error:
            assert error.filename == str(place)  # noqa: PT017 - it may also be large enough
            os._exit(9)

    met = Counter[int]()
    for size in (0, 100, 600, 4_000, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 1_000_000):
        child = start(partial(work, size))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        met[status] += 1
        with open_state(place, SETTINGS) as state:
            assert state.next_number == number + (status == 0)
            everything(state)
        if status:
            assert [it.read_bytes() for it in tmp_path.iterdir()] == [before] * (begin == "there")
        elif begin == "there":
            place.write_bytes(before)
        else:
            place.unlink()
    assert met[9] > 5
    assert met[0] > 0
    assert set(met) == {0, 9}


FULL = """
import errno, subprocess, sys
from pathlib import Path
sys.path[:0] = {paths}
from batches_at_random import SETTINGS, batch, everything, keep
from ecriture.memory.state import open_state
place = Path({folder!r}) / "state.db"
keep(place, batch(1))
before = place.read_bytes()
for way, number in ((place, 2), (place.with_name("new.db"), 1)):
    try:
        keep(way, batch(number, content=bytes(900_000)))
    except OSError as error:
        assert (error.errno, error.filename) == (errno.ENOSPC, str(way)), error
    else:
        sys.exit("it was not full")
assert (place.read_bytes(), list(place.parent.iterdir())) == (before, [place])
subprocess.run(["mount", "-o", "remount,ro", {folder!r}], check=True)
for way, number in ((place, 2), (place.with_name("new.db"), 1)):
    with open_state(way, SETTINGS) as state:
        everything(state)
    try:
        keep(way, batch(number))
    except OSError as error:
        assert (error.errno, error.filename) == (errno.EROFS, str(way)), error
    else:
        sys.exit("it was written")
print("full, then read-only")
"""


def test_a_disk_that_is_full_or_read_only(tmp_path: Path) -> None:
    """A real one, of half a million bytes, in a name space of its own; then it is read-only."""
    mounting = ["unshare", "--map-root-user", "--mount"] if os.geteuid() else ["unshare", "--mount"]
    script = FULL.format(paths=sys.path, folder=str(tmp_path))
    command = f'mount -t tmpfs -o size=512k none "{tmp_path}" || exit 77; exec "$0" -c "$1"'
    done = subprocess.run(
        [*mounting, "sh", "-c", command, sys.executable, script], capture_output=True, text=True, check=False
    )
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip("no file system may be mounted here")
    assert (done.stdout, done.stderr) == ("full, then read-only\n", "")


# Lasting, and elsewhere


def test_it_lasts_through_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is on disk before it has its name, and the name after; a change of a file that is there is SQLite's,
    which flushes the folder too when the journal is gone (EXTRA): else the journal could come back and undo it."""
    place, done = tmp_path / "state.db", list[str]()
    fsync, rename = os.fsync, Path.replace

    def flushed(handle: int) -> None:
        done.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    def renamed(self: Path, other: Path) -> Path:
        opened = {it.readlink() for it in Path("/proc/self/fd").iterdir() if it.is_symlink()}
        assert not {self, other} & opened  # Windows renames no file that is open, nor onto one
        done.append(f"{self.name} -> {other.name}")
        return rename(self, other)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    keep(place, batch(1))
    assert done == [".state.db.new", ".state.db.new -> state.db", tmp_path.name]
    with open_state(place) as state:
        assert state._mark("synchronous") == 3
        assert state._mark("journal_mode") == "delete"


HIDDEN = """
import sys
from importlib.abc import MetaPathFinder

class Hiding(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in {"fcntl", "pwd", "grp", "resource", "termios", "msvcrt"}:
            raise ImportError(name)

for name in ("fcntl", "pwd", "grp", "resource", "termios"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hiding())
sys.path[:0] = %r
from pathlib import Path
from batches_at_random import UNITS, SETTINGS, batch, batch_unit, everything, keep, recorded_of
from ecriture.memory.state import open_state
from random import Random
folder = Path(%r)
for name in ("new.db", "boreal.json"):
    with open_state(folder / name) if name != "new.db" else open_state(folder / name, SETTINGS) as state:
        number = state.next_number
        state.append(batch(number), [batch_unit(Random(1), UNITS[0])])
    with open_state(folder / name) as state:
        assert len(recorded_of(state.transferred([UNITS[0]]))) == 1
        state.confirm(number)
assert "fcntl" not in sys.modules
print(*sorted(path.name for path in folder.iterdir()))
"""


def test_it_needs_no_module_that_only_unix_has(tmp_path: Path) -> None:
    (tmp_path / "boreal.json").write_bytes((Path(__file__).parent / "previous" / "boreal.json").read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN % (sys.path, str(tmp_path))], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("boreal.json boreal.json.old new.db\n", "")


def test_the_lock_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its module is asked for one byte; a refusal is another command's."""
    asked, free = [], True

    def locking(_handle: int, mode: int, count: int) -> None:
        asked.append((mode, count))
        if not free:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(places, "sys", SimpleNamespace(platform="win32"))
    keep(tmp_path / "state.db", batch(1))
    free = False
    with pytest.raises(Locked), open_state(tmp_path / "other.db", SETTINGS, seconds=0):
        pass
    assert set(asked) == {(2, 1)}
