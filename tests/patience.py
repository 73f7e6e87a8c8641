"""A limit for what could go on for ever: so long that a computer which is merely busy never comes near it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE_SECONDS = 120


class TookForEver(AssertionError):
    """The work was stopped: what should follow the size of its input takes the square of it, or does not end."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TookForEver(f"not done after {PATIENCE_SECONDS} seconds of work")


@contextmanager
def patience() -> Iterator[None]:
    """Stops its block after two minutes of this process's own work: what others do meanwhile is not counted.

    Works in the main thread, and is noticed between two steps of Python.
    """
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
