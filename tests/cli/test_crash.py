"""A kill at any moment leaves the old file or the new one, never a part; and a memory that reads, with every byte."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from command_line import ENGLISH, Desk, called
from ecriture.memory.state_json import State, read_state

ROUNDS = 12
SEED = 20260131

OVER_AND_OVER = """
import os, sys
from pathlib import Path
from ecriture.cli.commands import run

folder, arguments = Path(sys.argv[1]), sys.argv[2:]
sys.stdout, said = open("/dev/null", "w"), sys.stdout
sys.stderr = open("/dev/null", "w")
for count in range(1, 10_000):
    if "--state" in arguments:
        with (folder / "documents.csv").open("a") as documents:
            documents.write(f"G-{os.getpid()}-{count},2026-01-06,1.00\\n")
    else:
        arguments[arguments.index("--batch") + 1] = str(1 + count % 2)
    assert run(arguments) == 0
    if count == 1:
        print("ready", file=said, flush=True)
"""
"""Converts again and again: without a memory as batch 1 and 2 in turn, with one a new document each time."""


def start(desk: Desk, *more: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", OVER_AND_OVER, str(desk.folder), *command(desk), *more],
        stdout=subprocess.PIPE,
        env={**os.environ, **ENGLISH},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def command(desk: Desk) -> list[str]:
    return ["convert", *desk.inputs, "--out", str(desk.out)]


def kill(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def many_documents(desk: Desk) -> None:
    """So many that the file takes a while to be written."""
    desk.put("company.toml", (desk.folder / "company.toml").read_text("utf-8").replace("[accounting]\n", DETAILED))
    rows = "".join(f"F-{number},2026-01-05,{number}.00\n" for number in range(1, 400))
    desk.put("documents.csv", f"document,date,amount\n{rows}")
    desk.put("payments.csv", "payment,date,amount\n")


DETAILED = '[accounting]\ndetail = "line"\nmax_lines = 100000\n'


def test_the_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    desk, chance = Desk(tmp_path), random.Random(SEED)  # noqa: S311 - a moment, not a secret
    many_documents(desk)
    whole = set()
    for batch in (1, 2):
        assert called(*command(desk), "--batch", batch).status == 0
        whole.add(desk.out.read_bytes())
    met = Counter[bytes]()
    for _ in range(ROUNDS):
        kill(start(desk, "--batch", "1"), chance.uniform(0, 0.06))
        assert desk.out.read_bytes() in whole
        met[desk.out.read_bytes()] += 1
    assert met.total() == ROUNDS


def test_the_memory_reads_and_has_the_bytes_of_every_batch(tmp_path: Path) -> None:
    desk, chance = Desk(tmp_path, state=True), random.Random(SEED)  # noqa: S311 - as above
    many_documents(desk)
    for _ in range(ROUNDS):
        kill(start(desk), chance.uniform(0, 0.06))
        finish_the_last_row(desk)
        state = state_of(desk)
        contents = {batch.content for batch in state.batches[-2:]}
        assert desk.out.read_bytes() in contents
        last = state.batches[-1]
        again = tmp_path / "again.txt"
        assert desk.batches("--write", last.number, "--out", again).status == 0
        assert again.read_bytes() == last.content
    assert desk.convert().status == 0
    assert transferred_once(desk)


def state_of(desk: Desk) -> State:
    return read_state((desk.folder / "state.json").read_bytes())


def finish_the_last_row(desk: Desk) -> None:
    """The kill may come while the test itself adds a document: that row is not what is tried here."""
    documents = desk.folder / "documents.csv"
    whole, _, _ = documents.read_text("utf-8").rpartition("\n")
    documents.write_text(f"{whole}\n", "utf-8")


def transferred_once(desk: Desk) -> bool:
    """Whether each document of the file is in one batch, and every batch is in its place."""
    state = state_of(desk)
    batches = Counter(unit.number for batch in state.batches for unit in batch.records)
    rows = (desk.folder / "documents.csv").read_text("utf-8").splitlines()[1:]
    numbers = [batch.number for batch in state.batches]
    return batches == Counter(row.split(",")[0] for row in rows) and numbers == list(range(1, len(numbers) + 1))


KILLED = """
import os, signal, sys
from pathlib import Path
from ecriture.cli.commands import run

at, arguments, replace, count = int(sys.argv[1]), sys.argv[2:], Path.replace, 0

def kill():
    os.kill(os.getpid(), signal.SIGKILL)

def counted(self, place):
    global count
    count += 1
    if count * 2 - 1 == at:
        kill()
    replace(self, place)
    if count * 2 == at:
        kill()

Path.replace = counted
run(arguments)
"""
"""Dies before or after one of its renames: 1 and 2 are those of the state, 3 and 4 those of the file."""


@pytest.mark.parametrize(("moment", "batches", "in_place"), [(1, 1, 1), (2, 2, 1), (3, 2, 1), (4, 2, 2), (5, 2, 2)])
def test_each_moment_between_the_memory_and_the_file(tmp_path: Path, moment: int, batches: int, in_place: int) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--through", "2026-01-31").status == 0
    done = subprocess.run([sys.executable, "-c", KILLED, str(moment), *command(desk)], check=False, capture_output=True)
    assert done.returncode == (0 if moment == 5 else -signal.SIGKILL)
    state = state_of(desk)
    assert len(state.batches) == batches
    assert desk.out.read_bytes() == state.batches[in_place - 1].content
    assert desk.batches("--write", batches, "--out", desk.out).status == 0
    assert desk.out.read_bytes() == state.batches[-1].content
    assert ("Nothing to transfer." in desk.convert().out) == (batches == 2)


@pytest.mark.parametrize("moment", [1, 2])
def test_each_moment_without_a_memory(tmp_path: Path, moment: int) -> None:
    desk = Desk(tmp_path)
    desk.put("out.txt", "the file of before")
    done = subprocess.run([sys.executable, "-c", KILLED, str(moment), *command(desk)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert (desk.out.read_bytes() == b"the file of before") == (moment == 1)
    assert desk.out.read_bytes().endswith(b"4000,-250.50\r\n") == (moment == 2)
