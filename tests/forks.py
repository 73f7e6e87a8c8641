"""Commands that run at the same time, are killed, or have few rights: copies of this process, which begin at once."""

import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def start(work: Callable[[], None]) -> int:
    """A copy of this process that does some work and ends; its number."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - it is said, and the copy ends here whatever it was
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def succeed(*children: int) -> None:
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def killed(work: Callable[[], None], seconds: float) -> bool:
    """Kills a copy after a while; whether it was still at work."""
    child = start(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def at_once(*works: Callable[[], None]) -> None:
    """Some work at the same moment, all of which must succeed."""
    reading, writing = os.pipe()

    def waiting(work: Callable[[], None]) -> Callable[[], None]:
        def begin() -> None:
            os.close(writing)
            os.read(reading, 1)
            work()

        return begin

    children = [start(waiting(work)) for work in works]
    os.close(writing)  # all of them wake up
    succeed(*children)
    os.close(reading)


def as_nobody() -> None:
    """Gives up the rights of the root user, whom no right keeps out; for a copy of this process."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@contextmanager
def everybodys_folder() -> Iterator[Path]:
    """A folder that anybody may come to, and whose rights a test may change."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)
