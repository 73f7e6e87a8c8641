"""The state's file in its folder: what an error of SQLite means for it, and how a new file replaces what is there.

A change of a database is SQLite's own transaction, under SQLite's lock. Where there is no database yet (no file, or one
of the previous form) there is nothing that SQLite could lock: a command takes the lock of `.NAME.lock` from reading to the
end of its change, makes the database in `.NAME.new`, and renames that. Commands of the previous form take that lock too.
"""

import errno
import os
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

from ecriture.memory.errors import Locked, NotAState, StateDamaged, StateLinked


def resolved(place: Path) -> Path:
    """The file that links lead to: SQLite puts the journal beside the name it is given. Raises ValueError and OSError."""
    place = Path(os.path.realpath(place))
    try:
        found = place.stat()
    except FileNotFoundError:
        return place
    if stat.S_ISDIR(found.st_mode):
        raise os_error(errno.EISDIR, place, IsADirectoryError)
    if not stat.S_ISREG(found.st_mode):
        raise NotAState("it is not an ordinary file")
    if found.st_nlink > 1:
        raise StateLinked(str(place))
    return place


def os_error(number: int, place: Path, kind: type[OSError] = OSError) -> OSError:
    return kind(number, os.strerror(number), str(place))


def connected(place: Path, seconds: int) -> sqlite3.Connection:
    """A connection to a file that exists. It begins no transaction by itself."""
    path = place.as_posix()
    uri = f"file://{'' if path.startswith('/') else '/'}{quote(os.fsencode(path))}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=seconds, isolation_level=None)


def true_error(error: sqlite3.Error, place: Path) -> Exception:
    """What an error of SQLite means for the file. Opens the file, which drops the process's locks of it: close it before."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return NotAState(str(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return os_error(errno.EAGAIN, place, Locked)
    if code == sqlite3.SQLITE_FULL:
        return os_error(errno.ENOSPC, place)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return refusal(place) or os_error(errno.EIO, place)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return refusal(place) or StateDamaged(str(error))  # a damaged header can say that the file is read-only
    return StateDamaged(str(error))


def refusal(place: Path) -> OSError | None:
    """Why the file cannot be written, which SQLite does not say: the system is asked, by writing there."""
    try:
        if place.exists():
            flush(place, os.O_RDWR)
        with tempfile.TemporaryFile(dir=place.parent) as tried:
            tried.write(bytes(2**16))
            tried.flush()
            os.fsync(tried.fileno())
    except OSError as error:
        return OSError(error.errno, error.strerror, str(place))
    return None


@contextmanager
def making(place: Path, seconds: int, *, keeps_file: Callable[[], bool]) -> Iterator[None]:
    """Holds the lock. Where its file cannot be made no state can be made either: there one may read without it.

    At the end its file is removed, unless `keeps_file`: while the state is of the previous form, commands of that time may
    wait for the lock. Raises Locked when another command has it for `seconds`, and OSError.
    """
    path, deadline = place.with_name(f".{place.name}.lock"), time.monotonic_ns() + seconds * 10**9
    with naming(place):
        try:
            while (handle := locked(path)) is None:
                if time.monotonic_ns() > deadline:
                    raise os_error(errno.EAGAIN, place, Locked)
                time.sleep(1 / 20)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            handle = None
    try:
        yield
    finally:
        if handle is not None:
            if not keeps_file():
                remove(path)  # while it is locked: after that it may be another command's
            os.close(handle)
            if not keeps_file() and sys.platform == "win32":
                remove(path)  # which removes no file that is open


def locked(path: Path) -> int | None:
    """The handle of a lock's file, locked; None if another has the lock."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    # Who had the lock may have removed its file before it let go: then this locks a file that nobody else will find.
    if try_lock(handle) and path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
        return handle
    os.close(handle)
    return None


def try_lock(handle: int) -> bool:
    """Takes the lock of a file if it is free. The system drops it when the process ends, however that is."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there on Windows

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            with suppress(ImportError):  # where it is missing there is no lock
                import fcntl  # noqa: PLC0415 - not there on Windows, nor everywhere else

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextmanager
def naming(place: Path) -> Iterator[None]:
    """An error names the state's file, not one beside it."""
    try:
        yield
    except OSError as error:
        kind = Locked if isinstance(error, Locked) else OSError
        raise kind(error.errno, error.strerror, str(place)) from error


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """An empty file `.NAME.new`, with the rights of the file that it will replace, if any. Removed unless renamed."""
    path = place.with_name(f".{place.name}.new")
    try:
        with naming(place):
            path.unlink(missing_ok=True)  # a kill may have left one
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))
            if place.exists():
                path.chmod(stat.S_IMODE(place.stat().st_mode))
        yield path
    finally:
        remove(path)


def remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def content_of(place: Path) -> bytes | None:
    return place.read_bytes() if place.exists() else None


def put_in_place(new: Path, place: Path, previous: bytes | None) -> None:
    """Replaces what was read, of which a copy is kept, in one step. Raises Locked if it was changed meanwhile."""
    if content_of(place) != previous:
        raise os_error(errno.EAGAIN, place, Locked)
    with naming(place):
        if previous is not None:
            keep_copy(place, previous)
        # Somebody may have moved the file after a kill, without its journal: that would be played back into the new one.
        place.with_name(f"{place.name}-journal").unlink(missing_ok=True)
        rename(new, place)


def rename(new: Path, place: Path) -> None:
    """The content is on disk before the name; then the folder, where the system can: the name outlasts a power cut."""
    flush(new, os.O_RDWR)
    new.replace(place)
    with suppress(OSError):
        flush(place.parent, os.O_RDONLY)


def keep_copy(place: Path, content: bytes) -> None:
    """Keeps the content as `NAME.old`, or `NAME.old.1` and so on: an existing file is never overwritten."""
    for n in count():
        name = place.with_name(f"{place.name}.old.{n}" if n else f"{place.name}.old")
        if not os.path.lexists(name):
            with new_file(name) as copy:
                copy.write_bytes(content)
                copy.chmod(stat.S_IMODE(place.stat().st_mode))
                rename(copy, name)
            return
        if name.is_file() and name.read_bytes() == content:  # kept before a kill
            return


def flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
