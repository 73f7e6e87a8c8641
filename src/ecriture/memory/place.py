"""The file of the state among the others: its lock while there is no database yet, its first writing, true errors."""

import errno
import os
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from ecriture.memory.errors import Locked, StateDamaged, StateLinked


def resolved(place: Path) -> Path:
    """The file itself: its journal stands beside it, whatever links lead there. Raises StateLinked and OSError."""
    try:
        place = place.resolve()
    except RuntimeError as error:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place)) from error
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    if place.exists() and place.stat().st_nlink > 1:
        raise StateLinked(str(place))
    return place


def connected(place: Path, seconds: int) -> sqlite3.Connection:
    """A connection to a file that is there, in which nothing is begun by itself."""
    path = place.as_posix()
    uri = f"file://{'' if path.startswith('/') else '/'}{quote(os.fsencode(path))}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=seconds, isolation_level=None)


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code; SQLITE_ERROR for what Python's module raised itself."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


UNSAID = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)
"""Why, the system knows and SQLite does not say. READONLY alone may also come of a damaged header."""


def true_error(error: sqlite3.Error, place: Path) -> Exception:
    """What an error of SQLite means for the file. To be asked when the connection is closed: it opens the file."""
    code = code_of(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Locked(errno.EAGAIN, os.strerror(errno.EAGAIN), str(place))
    if code == sqlite3.SQLITE_FULL:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))
    tried = _tried(place) if code in UNSAID else None
    if tried is None and code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return OSError(errno.EIO, os.strerror(errno.EIO), str(place))
    return tried or StateDamaged(str(error))


def _tried(place: Path) -> OSError | None:
    """Why the file cannot be written, which SQLite does not say: tried once more, on the file and on one beside it."""
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


class SoleMaker:
    """The lock of those who make a state where there is no database yet; commands of the previous form take it too.

    Where no file can be made beside the state, no state can be made either: it is read without the lock.
    Raises Locked when another has it for `seconds`, and OSError.
    """

    def __init__(self, place: Path, seconds: int) -> None:
        self._place, self._seconds = place, seconds
        self._path = place.with_name(f".{place.name}.lock")
        self._handle: int | None = None
        self._was: tuple[int, ...] | None = None
        self._content: bytes | None = None
        """What is there in the previous form. While it is, the lock's file stays: commands of then may wait for it."""

    def __enter__(self) -> Self:
        deadline = time.monotonic_ns() + self._seconds * 10**9
        while not self._is_taken():
            if time.monotonic_ns() > deadline:
                raise Locked(errno.EAGAIN, os.strerror(errno.EAGAIN), str(self._place))
            time.sleep(1 / 20)
        return self

    def _is_taken(self) -> bool:
        try:
            with naming(self._place):
                handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                return True
            raise
        # Who waited for a lock whose file was dropped holds nothing.
        if try_lock(handle) and self._path.exists() and os.path.samestat(os.fstat(handle), self._path.stat()):
            self._handle = handle
            return True
        os.close(handle)
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is None:
            return
        self._drop_file()
        os.close(self._handle)
        if sys.platform == "win32":
            self._drop_file()  # there an open file cannot be removed

    def _drop_file(self) -> None:
        if self._content is None:
            with suppress(OSError):
                self._path.unlink()

    def read(self) -> bytes | None:
        """What is in the place, in the previous form; None where there is nothing."""
        with naming(self._place):
            self._was = self._identity()
            self._content = None if self._was is None else self._place.read_bytes()
        return self._content

    def forget(self) -> None:
        """What was read is no state: no command of then goes on with it, and nothing stays beside it."""
        self._content = None

    def _identity(self) -> tuple[int, ...] | None:
        if not self._place.exists():
            return None
        found = self._place.stat()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    def put_in_place(self, new: Path) -> None:
        """Renames a file to the place, and keeps what was there. At any moment there is the old one or the new one."""
        with naming(self._place):
            if self._identity() != self._was:
                raise Locked(errno.EAGAIN, os.strerror(errno.EAGAIN))
            if self._content is not None:
                keep_copy(self._place, self._content)
            # That of a state that was moved away after a kill would be played back into the new one.
            self._place.with_name(f"{self._place.name}-journal").unlink(missing_ok=True)
            rename(new, self._place)
        self._content = None


def try_lock(handle: int) -> bool:
    """Takes the lock of a file if it is free; it goes with the process, however that ends."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there on Windows

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            try:
                import fcntl  # noqa: PLC0415 - not there on Windows, nor everywhere else
            except ImportError:
                return True
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextmanager
def naming(place: Path) -> Iterator[None]:
    """An error names the file that was meant: not one beside it, and not none at all."""
    try:
        yield
    except OSError as error:
        kind = Locked if isinstance(error, Locked) else OSError
        raise kind(error.errno, error.strerror, str(place)) from error


@contextmanager
def new_file(place: Path) -> Iterator[Path]:
    """An empty file beside the place, with the rights of the one that is there, else those that any new file gets.

    It is gone at the end, unless it was renamed.
    """
    path = place.with_name(f".{place.name}.new")
    try:
        with naming(place):
            path.unlink(missing_ok=True)  # one that a kill left
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))
            if place.exists():
                path.chmod(stat.S_IMODE(place.stat().st_mode))
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


def rename(new: Path, place: Path) -> None:
    flush(new, os.O_RDWR)
    new.replace(place)
    flush_folder(place)


def keep_copy(place: Path, content: bytes) -> None:
    """Keeps what a file holds as `NAME.old`, or `NAME.old.1` and so on: what is there is never overwritten."""
    names = (place.with_name(f"{place.name}.old{more}") for more in chain([""], (f".{n}" for n in count(1))))
    for name in names:
        if not os.path.lexists(name):
            with new_file(name) as copy:
                copy.write_bytes(content)
                copy.chmod(stat.S_IMODE(place.stat().st_mode))
                rename(copy, name)
            return
        if name.is_file() and name.read_bytes() == content:  # from a time before a kill
            return


def flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(place: Path) -> None:
    """Makes a rename last through a power cut, where the system can."""
    with suppress(OSError):
        flush(place.parent, os.O_RDONLY)
