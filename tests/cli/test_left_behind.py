"""What a failure at a bad moment leaves: a batch without its file, temporary files of a kill, a link that leads to itself."""

import errno
import os
import re
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import Desk, called

from ecriture.cli import files


def refused(*_arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_batch_that_was_recorded_without_its_file_says_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, state=True)
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", lambda self, to: refused() if to == desk.out else self.rename(to))
        done = desk.convert()
    assert (done.status, done.out) == (2, "")
    assert "the disk is full" in done.err
    assert "Batch 1 is recorded" in done.err
    assert not desk.out.exists()
    (command,) = re.findall(r"ecriture (batches .*)\n", done.err)
    assert called(*shlex.split(command)).status == 0
    assert desk.out.read_bytes() == desk.kept()[0].content
    assert "Nothing to transfer." in desk.convert().out


def test_it_is_said_in_french_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, state=True)
    monkeypatch.setattr(Path, "replace", lambda self, to: refused() if to == desk.out else self.rename(to))
    assert "Le lot 1 est inscrit quand même." in desk.convert("--lang", "fr").err


def test_standard_output_that_is_full_says_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, state=True)

    class Full:
        def write(self, _content: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Stream:
        buffer = Full()

    monkeypatch.setattr("ecriture.cli.convert.sys", type("Sys", (), {"stdout": Stream(), "stderr": sys.stderr}))
    done = called("convert", *desk.inputs, "--out", "-")
    assert done.status == 2
    assert "Batch 1 is recorded" in done.err


def test_without_a_state_nothing_is_said_of_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setattr(Path, "replace", refused)
    assert "is recorded" not in desk.convert().err


# Temporary files of commands that were killed


def left(desk: Desk, name: str, hours: float) -> Path:
    file = desk.put(name, "part of a file")
    then = time.time() - hours * 3600
    os.utime(file, (then, then))
    return file


def test_what_a_kill_left_behind_is_removed_and_nothing_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    gone = left(desk, ".out.txt.abc1d_ef.new", 2)
    kept = [
        left(desk, ".out.txt.abc1d_eg.new", 0.5),  # a command may be at it
        left(desk, ".other.txt.abc1d_ef.new", 2),
        left(desk, ".out.txt.my own.new", 2),
        left(desk, "out.txt.abc1d_ef.new", 2),
    ]
    assert desk.convert().status == 0
    assert not gone.exists()
    assert [it.name for it in kept if not it.exists()] == []


def test_the_names_are_those_that_are_looked_for(tmp_path: Path) -> None:
    with files.NewFile(tmp_path / "out.txt", b"x"):
        (made,) = tmp_path.iterdir()
        random = made.name.removeprefix(".out.txt.").removesuffix(".new")
        assert files.RANDOM.fullmatch(random)


# A link that leads to itself


def with_loop(desk: Desk, option: str) -> Sequence[Any]:
    """A command in which one option names a link that leads to itself."""
    loop = desk.folder / "loop"
    loop.symlink_to(loop)
    given = {
        "--company": desk.folder / "company.toml",
        "--documents": desk.folder / "documents.csv",
        "--payments": desk.folder / "payments.csv",
        "--out": desk.out,
        option: loop,
    }
    return [text for pair in given.items() for text in pair]


@pytest.mark.parametrize("option", ["--company", "--documents", "--payments", "--chart", "--state", "--out"])
def test_a_link_that_leads_to_itself_is_no_fault_of_the_program(tmp_path: Path, option: str) -> None:
    desk = Desk(tmp_path)
    done = called("convert", *with_loop(desk, option))
    assert done.status == 2
    assert done.err.endswith("loop cannot be read or written: the link leads to itself.\n")
    assert not desk.out.exists()
    assert (tmp_path / "loop").is_symlink()
