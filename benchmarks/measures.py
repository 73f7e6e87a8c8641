"""What a program costs, and a table of such costs beside what they should be."""

import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, NamedTuple


class Failed(Exception):
    """A program that was to be measured ended with an error."""


class Cost(NamedTuple):
    """CPU time and peak memory of a process."""

    seconds: float
    megabytes: int


def nothing() -> None:
    pass


class Program(NamedTuple):
    """What is run, and what is done before each run of it."""

    command: Sequence[str]
    before: Callable[[], None] = nothing
    tells: bool = False
    """Whether it prints itself how many seconds are meant."""

    def cost(self) -> Cost:
        """Of one run. Raises Failed."""
        self.before()
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = _read_both(process)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Failed(_reason(err) or f"exit status {process.returncode}")
        seconds = float(out) if self.tells else used.ru_utime + used.ru_stime
        return Cost(seconds, used.ru_maxrss // 1024)


def _read_both(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """What a process wrote, read to its end, without waiting for the process: that is wait4's, which says what it cost."""
    with ThreadPoolExecutor(1) as reader:
        err = reader.submit(_all_of, process.stderr)
        return _all_of(process.stdout), err.result()


def _all_of(stream: IO[bytes] | None) -> bytes:
    return stream.read() if stream is not None else b""


def _reason(err: bytes) -> str:
    """The first error that a program told, or else the first thing that it told."""
    lines = err.decode(errors="replace").splitlines() or [""]
    return next((line for line in lines if line.startswith(("Error", "Erreur"))), lines[0])[:100]


def cheapest(programs: Sequence[Program], runs: int) -> list[Cost]:
    """Of each program the least of some runs: what other work on the computer added least to.

    They take turns, because a computer's speed changes from one minute to the next. Raises Failed.
    """
    rounds = [[program.cost() for program in programs] for _ in range(runs)]
    return [
        Cost(min(cost.seconds for cost in costs), min(cost.megabytes for cost in costs))
        for costs in zip(*rounds, strict=True)
    ]


class Limit(NamedTuple):
    goal: float
    acceptable: float | None = None
    """None where only the goal will do."""
    is_least: bool = False
    """Whether more is better."""

    def mark(self, value: float) -> int:
        """The place of its word in MARKS."""
        good = value >= self.goal if self.is_least else value <= self.goal
        if good:
            return 1
        return 2 if self.acceptable is not None and value <= self.acceptable else 3


MARKS = ("", "goal", "acceptable", "MISSED")


class Figure(NamedTuple):
    value: float
    limit: Limit | None = None

    @property
    def mark(self) -> int:
        return self.limit.mark(self.value) if self.limit else 0


class Line(NamedTuple):
    """A line of the table. What was not measured is None; of a program that failed there is only what it said."""

    name: str
    ratio: Figure | None = None
    seconds: Figure | None = None
    megabytes: Figure | None = None
    failure: str = ""

    @property
    def mark(self) -> str:
        """The worst of its figures."""
        figures = (self.ratio, self.seconds, self.megabytes)
        return MARKS[3 if self.failure else max(figure.mark if figure else 0 for figure in figures)]


HEAD = (
    f"{'':44} {'ratio':>7} {'goal':>5} {'accept.':>7}  {'CPU s':>7} {'goal':>5}  {'MB':>6} {'goal':>5}  mark\n"
    + "-" * 107
)


def show(lines: Iterable[Line]) -> None:
    for line in lines:
        if line.failure:
            print(f"{line.name:44} failed: {line.failure}  {line.mark}", flush=True)
            continue
        limit = line.ratio.limit if line.ratio else None
        acceptable = f"{limit.acceptable:g}" if limit and limit.acceptable is not None else ""
        ratio, goal = _cells(line.ratio, 1)
        seconds, seconds_goal = _cells(line.seconds, 3 if line.seconds and line.seconds.value < 0.1 else 2)
        megabytes, megabytes_goal = _cells(line.megabytes, 0)
        print(
            f"{line.name:44} {ratio:>7} {goal:>5} {acceptable:>7}  {seconds:>7} {seconds_goal:>5}"
            f"  {megabytes:>6} {megabytes_goal:>5}  {line.mark}",
            flush=True,
        )


def _cells(figure: Figure | None, decimals: int) -> tuple[str, str]:
    if figure is None:
        return "", ""
    goal = "" if figure.limit is None else f"{'≥ ' if figure.limit.is_least else ''}{figure.limit.goal:g}"
    return f"{figure.value:.{decimals}f}", goal
