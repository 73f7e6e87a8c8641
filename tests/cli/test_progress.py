"""The bar for what takes long: on a terminal, after two seconds, and never elsewhere."""

import sys
import threading
from pathlib import Path

import pytest
from command_line import Desk, on_terminal, program

from ecriture.cli import progress
from ecriture.cli.progress import Progress

SLOW = """
import sys, time
from ecriture.cli import progress

progress.PATIENCE_SECONDS = float(sys.argv[1])
with progress.Progress("Reading"):
    time.sleep(float(sys.argv[2]))
print("rich" in sys.modules)
"""

SLOW_COMMAND = """
import sys, time
from ecriture import transfer
from ecriture.cli import progress

progress.PATIENCE_SECONDS, read = float(sys.argv.pop(1)), transfer.read

def slowly(**files):
    time.sleep(0.5)
    return read(**files)

transfer.read = slowly
from ecriture.cli.__main__ import main
main()
"""


def start(script: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script)


def test_it_is_patient_for_two_seconds() -> None:
    assert progress.PATIENCE_SECONDS == 2


def test_a_bar_appears_when_it_takes_long() -> None:
    said = on_terminal(0, 0.6, start=start(SLOW)).out
    assert "Reading" in said
    assert "━" in said
    assert "True" in said


def test_no_bar_appears_before() -> None:
    assert on_terminal(3600, 0.3, start=start(SLOW)).out == "False\n"


def test_no_bar_appears_where_there_is_no_terminal() -> None:
    done = program(0.05, 0.3, start=start(SLOW))
    assert (done.out, done.err) == ("False\n", "")


def test_the_command_shows_it_and_takes_it_away(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = on_terminal(0, "convert", *desk.inputs, "--out", desk.out, "--lang", "fr", start=start(SLOW_COMMAND))
    assert done.status == 0
    assert "Lecture" in done.out
    assert done.out.index("Lecture") < done.out.rindex("\x1b[2K") < done.out.index("EC000001-01")
    assert desk.out.exists()


def test_the_command_is_quiet_when_it_is_quick(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = on_terminal(3600, "convert", *desk.inputs, "--out", desk.out, start=start(SLOW_COMMAND))
    assert done.status == 0
    assert "Reading" not in done.out


def test_it_ends_with_an_error_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar that goes on after its work has failed would keep the command from ending."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(RuntimeError), Progress("Reading") as bar:
        raise RuntimeError
    assert bar._thread is not None
    assert not bar._thread.is_alive()


def test_it_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick command does not wait until its patience would be over, which here is never."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", threading.TIMEOUT_MAX)

    def quick() -> None:
        with Progress("Reading"):
            pass

    command = threading.Thread(target=quick, daemon=True)
    command.start()
    command.join(60)
    assert not command.is_alive()
