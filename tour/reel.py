"""A film as it is recorded: pictures that are held for a time, and captions with theirs. No clock: time is counted."""

from pathlib import Path
from typing import NamedTuple

from tour.table import CAPTIONS, CHARACTERS_A_SECOND, Caption

RATE = 25
"""Ticks in a second: the pictures of the film."""

CALM = 2
"""Seconds that a caption has beyond what its length asks for, in tenths: an eye looks at the page too."""


class Cue(NamedTuple):
    """A caption from one tick to another."""

    caption: Caption
    start: int
    end: int


def least_ticks(text: str) -> int:
    """How long a caption must stand at least."""
    return -(-len(text) * RATE // CHARACTERS_A_SECOND) + CALM * RATE // 10


class Reel:
    """The pictures of a film, each with the ticks that it is held."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder, self.language = folder, language
        self.frames: list[tuple[str, int]] = []
        self.cues: list[Cue] = []
        self.now = 0
        self._last = b""
        self._open: tuple[Caption, int] | None = None

    def put(self, picture: bytes, ticks: int) -> None:
        """A picture, held for some ticks. One like that before it prolongs that one."""
        if picture == self._last:
            self.hold(ticks)
            return
        name = f"{len(self.frames):05}.png"
        (self.folder / name).write_bytes(picture)
        self.frames.append((name, ticks))
        self.now += ticks
        self._last = picture

    def hold(self, ticks: int) -> None:
        name, before = self.frames[-1]
        self.frames[-1] = name, before + ticks
        self.now += ticks

    def says(self, name: str) -> None:
        """The next caption of the table, which must be this one. The one before it stands long enough first."""
        caption = CAPTIONS[len(self.cues) + (self._open is not None)]
        if caption.name != name:
            raise ValueError(name)
        self._close()
        self._open = caption, self.now

    def end(self) -> None:
        """Holds the last picture for its caption. All captions must have been said."""
        self._close()
        if len(self.cues) != len(CAPTIONS):
            raise ValueError(CAPTIONS[len(self.cues)].name)

    def _close(self) -> None:
        if self._open is None:
            return
        caption, start = self._open
        missing = least_ticks(caption.words.of(self.language)) - (self.now - start)
        if missing > 0:
            self.hold(missing)
        self.cues.append(Cue(caption, start, self.now))
        self._open = None
