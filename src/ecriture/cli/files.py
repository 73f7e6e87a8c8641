"""Files put in place whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class NewFile:
    """A file under a temporary name in the folder of its place, flushed to disk, until `put_in_place` renames it.

    Whatever happens before that, the old file stays as it was; nothing is left behind but by a kill.
    Used as a context manager. Raises OSError when the folder cannot be written to, or the disk is full.
    """

    def __init__(self, place: Path, content: bytes) -> None:
        self._place = place.resolve()  # a link stays a link: the file that it names is replaced
        self._content = content
        self._temporary: Path | None = None

    def __enter__(self) -> Self:
        if self._place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self._place))
        if self._place.exists() and not self._place.is_file():
            return self  # a pipe or a device is written to, not replaced
        try:
            with _naming(self._place):
                self._write_beside()
        except BaseException:
            self._drop()
            raise
        return self

    def _write_beside(self) -> None:
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
        """What the disk holds, read back."""
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


@contextmanager
def _naming(place: Path) -> Iterator[None]:
    """An error names the file that was to be written: not the temporary one, and not none at all."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error


def write_whole(place: Path, content: bytes) -> None:
    """Puts a file in place: afterwards there is the old one or the new one, never a part."""
    with NewFile(place, content) as new:
        new.put_in_place()


def _mode(place: Path) -> int:
    """The rights of the file that is replaced, else those that any new file gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Makes the rename itself last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
