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
from command_line import ENGLISH, Desk, called, prepared

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
        kept = desk.kept()
        assert desk.out.read_bytes() in {batch.content for batch in kept[-2:]}
        last = kept[-1]
        again = tmp_path / "again.txt"
        assert desk.batches("--write", last.number, "--out", again).status == 0
        assert again.read_bytes() == last.content
    assert desk.convert().status == 0
    assert transferred_once(desk)


def finish_the_last_row(desk: Desk) -> None:
    """The kill may come while the test itself adds a document: that row is not what is tried here."""
    documents = desk.folder / "documents.csv"
    whole, _, _ = documents.read_text("utf-8").rpartition("\n")
    documents.write_text(f"{whole}\n", "utf-8")


def transferred_once(desk: Desk) -> bool:
    """Whether each document of the file is in one batch, and every batch is in its place."""
    kept = desk.kept()
    batches = Counter(unit for batch in kept for unit in {*batch.units})
    rows = (desk.folder / "documents.csv").read_text("utf-8").splitlines()[1:]
    numbers = [batch.number for batch in kept]
    return batches == Counter(row.split(",")[0] for row in rows) and numbers == list(range(1, len(numbers) + 1))


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from ecriture.cli.commands import run

at, arguments, connect, count = int(sys.argv[1]), sys.argv[2:], sqlite3.connect, 0

def step(work, *arguments):
    global count
    for moment in ("before", "after"):
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if moment == "before":
            done = work(*arguments)
    return done

class Counted(sqlite3.Connection):
    def execute(self, sql, *more):
        if sql == "COMMIT":
            return step(super().execute, sql, *more)
        return super().execute(sql, *more)

def counted(self, place, replace=Path.replace):
    return step(replace, self, place)

sqlite3.connect = lambda *arguments, **options: connect(*arguments, factory=Counted, **options)
Path.replace = counted
assert run(arguments) == 0
print(count, file=sys.stderr)
"""
"""Dies before or after one of the steps that change something for others: a commit of the state, or a rename."""

STEPS = {
    "absent": ("commit", "state", "file"),
    "there": ("state", "file"),
    "previous": ("commit", "old", "state", "file"),
}
"""Where there is no database yet, the state is made under another name, and counts when it has its own."""


def killed_at(moment: int, desk: Desk) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(moment), *command(desk)],
        check=False,
        capture_output=True,
        env={**os.environ, **ENGLISH},
    )


@pytest.mark.parametrize(
    ("begin", "moment"), [(it, n) for it, steps in STEPS.items() for n in range(1, 2 * len(steps) + 1)]
)
def test_each_moment_between_the_memory_and_the_file(tmp_path: Path, begin: str, moment: int) -> None:
    """Nothing is doubled or lost: the batch is recorded or not, whole, and its file is in its place or given again."""
    desk = prepared(tmp_path, begin)
    desk.put("out.txt", "the file of before")
    before = desk.kept() if begin != "absent" else []
    assert killed_at(moment, desk).returncode == -signal.SIGKILL
    done = STEPS[begin][: moment // 2]
    kept = desk.kept() if desk.place.exists() else []
    assert kept[: len(before)] == before
    assert [it.number for it in kept[len(before) :]] == ([len(before) + 1] if "state" in done else [])
    assert (desk.folder / "state.db.old").exists() == ("old" in done)
    assert desk.out.read_bytes() == (kept[-1].content if "file" in done else b"the file of before")
    again = desk.convert()
    assert (again.status, "Nothing to transfer." in again.out) == (0, "state" in done)
    assert desk.batches("--write", len(before) + 1, "--out", desk.out).status == 0
    (*_, last) = desk.kept()
    assert (last.number, last.content) == (len(before) + 1, desk.out.read_bytes())
    assert {*last.units} == ({"F-2", "P-1"} if begin == "there" else {"F-1", "F-2", "P-1"})


@pytest.mark.parametrize("begin", STEPS)
def test_there_are_no_other_moments(tmp_path: Path, begin: str) -> None:
    desk = prepared(tmp_path, begin)
    done = killed_at(0, desk)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, b"%d" % (2 * len(STEPS[begin])))


@pytest.mark.parametrize("moment", [1, 2])
def test_each_moment_without_a_memory(tmp_path: Path, moment: int) -> None:
    desk = Desk(tmp_path)
    desk.put("out.txt", "the file of before")
    assert killed_at(moment, desk).returncode == -signal.SIGKILL
    assert (desk.out.read_bytes() == b"the file of before") == (moment == 1)
    assert desk.out.read_bytes().endswith(b"4000,-250.50\r\n") == (moment == 2)
