"""Writes files completely or not at all."""

import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class NewFile:
    """Writes a temporary file in the destination folder and flushes it to disk; `put_in_place` renames it.

    Until then the old file is unchanged; only a killed process leaves the temporary file behind. Used as a context
    manager. Raises OSError if the folder is not writable or the disk is full.
    """

    def __init__(self, place: Path, content: bytes) -> None:
        self._place = Path(os.path.realpath(place))  # keep a symbolic link: replace its target
        self._content = content
        self._temporary: Path | None = None

    def __enter__(self) -> Self:
        with _naming(self._place), suppress(FileNotFoundError):
            self._place.stat()  # a link that leads to itself is an error of its own, which the others would pass over
        if self._place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self._place))
        if self._place.exists() and not self._place.is_file():
            return self  # write to a pipe or device instead of replacing it
        try:
            with _naming(self._place):
                self._write_beside()
        except BaseException:
            self._drop()
            raise
        return self

    def _write_beside(self) -> None:
        _remove_left_behind(self._place)
        handle, name = tempfile.mkstemp(prefix=f".{self._place.name}.", suffix=".new", dir=self._place.parent)
        self._temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(self._content)
            stream.flush()
            os.fsync(stream.fileno())
        self._temporary.chmod(_mode(self._place))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    @property
    def on_disk(self) -> bytes:
        """The bytes read back from the disk."""
        return self._temporary.read_bytes() if self._temporary is not None else self._content

    def put_in_place(self) -> None:
        with _naming(self._place):
            if self._temporary is None:
                self._place.write_bytes(self._content)
                return
            self._temporary.replace(self._place)
        self._temporary = None
        _flush_folder(self._place.parent)

    def _drop(self) -> None:
        if self._temporary is not None:
            with suppress(OSError):
                self._temporary.unlink()
            self._temporary = None


LEFT_SECONDS = 3600
"""A temporary file this old is of a command that was killed: none takes as long."""


def _remove_left_behind(place: Path) -> None:
    """Removes the temporary files of commands that were killed while they wrote this file."""
    with suppress(OSError):
        for path in place.parent.iterdir():
            name = path.name.removeprefix(f".{place.name}.").removesuffix(".new")
            is_ours = path.name == f".{place.name}.{name}.new" and RANDOM.fullmatch(name) is not None
            with suppress(OSError):
                if is_ours and path.lstat().st_mtime < time.time() - LEFT_SECONDS:
                    path.unlink()


RANDOM = re.compile("[a-z0-9_]{8}")
"""What `mkstemp` puts in a name."""


@contextmanager
def _naming(place: Path) -> Iterator[None]:
    """Makes an error name the requested file instead of the temporary one."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error


def write_whole(place: Path, content: bytes) -> None:
    """Renames the file into place: afterwards there is the old file or the new one, never part of one."""
    with NewFile(place, content) as new:
        new.put_in_place()


def _mode(place: Path) -> int:
    """The permissions of the replaced file, or the default ones for a new file."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Syncs the folder, where the system can, so that the rename survives a power cut."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
