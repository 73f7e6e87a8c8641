"""`make bench`: what a conversion costs, in times of the floor, which is only reading the same files with Python's csv.

Every program runs by itself, and its CPU time and peak memory are those of its process; of some runs the least counts.
A floor and what is compared with it take turns. Goals in seconds and megabytes are for 100,000 documents.
"""

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import ecriture
from books import KINDS
from measures import HEAD, Cost, Failed, Figure, Limit, Line, Program, cheapest, show

HERE = Path(__file__).parent
ECRITURE, BEAN_CHECK = (str(Path(sys.executable).with_name(name)) for name in ("ecriture", "bean-check"))
FLOOR = "import csv, sys\nfor name in sys.argv[1:]:\n    for row in csv.reader(open(name, newline='', encoding='utf-8')): pass"

SUMMARY = ("uniform", "varied", "start-date", "when-paid")
"""The kinds of books whose entries are summaries: none of them may cost much more than another."""
CONVERT = {**dict.fromkeys(SUMMARY, Limit(5, 8)), "detail": Limit(14), "bank-lines": Limit(12)}
CONVERT_MEGABYTES = {**dict.fromkeys(SUMMARY, Limit(250)), "detail": Limit(600), "bank-lines": Limit(600)}
SPREAD = Limit(1.5)
READING = Limit(2.5)
FIRST_EXPORT, NEXT_EXPORT = Limit(10, 16), Limit(8, 12)
STATE_MEGABYTES = {"uniform": Limit(60)}
MONTH, MONTH_SECONDS, MONTH_MEGABYTES = 500, Limit(0.5), Limit(60)
SMALL, SMALL_SECONDS = 10_000, Limit(0.5)
LARGE, LARGE_RATIO, LARGE_MEGABYTES = 10, Limit(11), Limit(1500)
OTHERS = Limit(7, is_least=True)
START = Limit(6)


@dataclass
class Bench:
    """Where the books of a run lie, what was asked for, and what was measured so far."""

    folder: Path
    documents: int
    runs: int
    tips: bool
    ratios: dict[str, float] = field(default_factory=dict)
    """Of the kinds of books that were converted."""

    def made(self, script: str, folder: str, *arguments: object) -> Path:
        """A folder with files that a script makes, once. In a process of its own: a process that is started by a large one
        counts as large."""
        place = self.folder / folder
        if not place.exists():
            place.mkdir()
            command = [sys.executable, str(HERE / script), *map(str, arguments), str(place)]
            subprocess.run(command, check=True)
        return place

    def books(self, kind: str, count: int, *more: str) -> Path:
        name = "-".join((kind, str(count), *more)).replace("--", "")
        return self.made("books.py", name, kind, count, *([] if self.tips else ["--no-tip"]), *more)

    def year(self, kind: str) -> Path:
        return self.books(kind, self.documents)

    def cheapest(self, *programs: Program) -> list[Cost]:
        return cheapest(programs, self.runs)


def floor(books: Path) -> Program:
    return Program([sys.executable, "-c", FLOOR, str(books / "documents.csv"), str(books / "payments.csv")])


def convert(books: Path, *more: str, before: Callable[[], None] = lambda: None) -> Program:
    inputs = [f"--{name}={books / name}.csv" for name in ("documents", "payments", "chart")]
    company, out = f"--company={books / 'company.toml'}", f"--out={books / 'out.txt'}"
    return Program([ECRITURE, "convert", company, *inputs, out, *more], before)


def line(
    name: str,
    cost: Cost,
    *,
    ratio: float | None = None,
    limit: Limit | None = None,
    seconds: Limit | None = None,
    megabytes: Limit | None = None,
) -> Line:
    compared = None if ratio is None else Figure(ratio, limit)
    return Line(name, compared, Figure(cost.seconds, seconds), Figure(cost.megabytes, megabytes))


# The groups of lines


def of_kind(kind: str, bench: Bench) -> Iterator[Line]:
    books = bench.year(kind)
    lowest, cost = bench.cheapest(floor(books), convert(books))
    bench.ratios[kind] = ratio = cost.seconds / lowest.seconds
    yield line(f"floor of {kind}", lowest)
    yield line(f"convert {kind}", cost, ratio=ratio, limit=CONVERT[kind], megabytes=CONVERT_MEGABYTES[kind])


def spread(bench: Bench) -> Iterator[Line]:
    """The dearest of the summaries beside the cheapest."""
    ratios = [bench.ratios[kind] for kind in SUMMARY if kind in bench.ratios]
    if len(ratios) > 1:
        yield Line("dearest summary / cheapest summary", Figure(max(ratios) / min(ratios), SPREAD))


def inside(part: str, books: Path) -> Program:
    return Program([sys.executable, str(HERE / "inside.py"), part, str(books)], tells=True)


def reading(kind: str, bench: Bench) -> Iterator[Line]:
    books = bench.year(kind)
    lowest, cost = bench.cheapest(floor(books), inside("reading", books))
    yield line(f"reading alone, {kind}", cost, ratio=cost.seconds / lowest.seconds, limit=READING)


def planning(kind: str, bench: Bench) -> Iterator[Line]:
    books = bench.year(kind)
    lowest, cost = bench.cheapest(floor(books), inside("planning", books))
    yield line(f"planning alone, {kind}", cost, ratio=cost.seconds / lowest.seconds)


def state_of(books: Path) -> Path:
    return books / "state.json"


def forget_state(books: Path) -> None:
    for path in books.glob("state.json*"):
        path.unlink()


def as_exported(books: Path, first: Path) -> None:
    """Puts a copy of the state of after the first export in the place of whatever state is there."""
    forget_state(books)
    shutil.copyfile(first, state_of(books))


def exporting(books: Path, first: Path | None = None) -> Program:
    """An export with a state: one that has nothing yet, or a copy of another."""
    before = partial(forget_state, books) if first is None else partial(as_exported, books, first)
    return convert(books, f"--state={state_of(books)}", before=before)


def first_state(kind: str, bench: Bench) -> Path:
    """The state of after the first export of a year's books, made once."""
    books = bench.year(kind)
    first = books / "first.json"
    if not first.exists():
        exporting(books).cost()
        shutil.copyfile(state_of(books), first)
    return first


def state(kind: str, bench: Bench) -> Iterator[Line]:
    books = bench.year(kind)
    lowest, cost = bench.cheapest(floor(books), exporting(books))
    yield line(f"--state {kind}, first export", cost, ratio=cost.seconds / lowest.seconds, limit=FIRST_EXPORT)
    first = first_state(kind, bench)
    megabytes = Figure(first.stat().st_size / 1_000_000, STATE_MEGABYTES.get(kind))
    yield Line(f"--state {kind}, its file", megabytes=megabytes)
    edited = bench.books(kind, bench.documents, "--changed")
    lowest, second, third = bench.cheapest(floor(books), exporting(books, first), exporting(edited, first))
    for name, cost in (("nothing new", second), ("ten changes", third)):
        yield line(f"--state {kind}, {name}", cost, ratio=cost.seconds / lowest.seconds, limit=NEXT_EXPORT)


def month(kind: str, bench: Bench) -> Iterator[Line]:
    """A month's files alone: some of its payments pay documents that only the state knows."""
    books = bench.books(kind, MONTH, f"--after={bench.documents}")
    (cost,) = bench.cheapest(exporting(books, first_state(kind, bench)))
    name = f"--state {kind}, a month of {MONTH} documents"
    yield line(name, cost, seconds=MONTH_SECONDS, megabytes=MONTH_MEGABYTES)


def small(kind: str, bench: Bench) -> Iterator[Line]:
    books = bench.books(kind, SMALL)
    lowest, cost = bench.cheapest(floor(books), convert(books))
    name = f"convert {kind}, {SMALL:,} documents"
    yield line(name, cost, ratio=cost.seconds / lowest.seconds, seconds=SMALL_SECONDS)


def large(bench: Bench) -> Iterator[Line]:
    """In times of what a tenth of it costs."""
    count = bench.documents * LARGE
    books, many = bench.year("uniform"), bench.books("uniform", count)
    cost, more = cheapest((convert(books), convert(many)), 1)
    name, ratio = f"convert uniform, {count:,} documents", more.seconds / cost.seconds
    yield line(f"{name}, / a tenth", more, ratio=ratio, limit=LARGE_RATIO, megabytes=LARGE_MEGABYTES)


def others(name: str, bench: Bench) -> Iterator[Line]:
    """Other programs on the same transactions, in times of a conversion."""
    books, journals = bench.year("uniform"), bench.made("journals.py", "journals", bench.documents)
    hledger = ["hledger", "-f", str(journals / "books.journal"), "bal", "--monthly"]
    beancount = [BEAN_CHECK, "-C", str(journals / "books.beancount")]
    command = hledger if name == "hledger" else beancount
    cost, other = cheapest((convert(books), Program(command)), 1)
    yield line(f"{name} / convert uniform", other, ratio=other.seconds / cost.seconds, limit=OTHERS)


def start(bench: Bench) -> Iterator[Line]:
    programs = (Program([sys.executable, "-c", "pass"]), Program([ECRITURE, "--version"]))
    lowest, cost = cheapest(programs, max(5, bench.runs))
    yield line("ecriture --version / python -c pass", cost, ratio=cost.seconds / lowest.seconds, limit=START)


def groups() -> dict[str, list[tuple[str, Callable[[Bench], Iterable[Line]]]]]:
    """The lines of the table, by the names of `--only`: each with a name to show if it fails."""
    found: dict[str, list[tuple[str, Callable[[Bench], Iterable[Line]]]]] = {}
    for kind in KINDS:
        found[kind] = [(f"convert {kind}", partial(of_kind, kind))]
    found["spread"] = [("spread", spread)]
    parts = {"reading": reading, "planning": planning, "state": state, "month": month, "small": small}
    for name, part in parts.items():
        found[name] = [(f"{name}, {kind}", partial(part, kind)) for kind in ("uniform", "varied")]
    found["large"] = [("large", large)]
    found["others"] = [(name, partial(others, name)) for name in ("hledger", "beancount")]
    found["version"] = [("ecriture --version", start)]
    return found


def measured(bench: Bench, chosen: Iterable[str]) -> Iterator[Line]:
    every = groups()
    for name, part in (part for group in chosen for part in every[group]):
        try:
            yield from part(bench)
        except Failed as failure:
            yield Line(name, failure=str(failure))


def chosen_groups(only: str, *, is_large: bool) -> Sequence[str]:
    """The groups that are asked for, in the order of the table. Raises SystemExit for one that there is not."""
    every = tuple(groups())
    wanted = set(filter(None, only.split(","))) or {*every} - {"large"}
    if unknown := wanted - {*every}:
        sys.exit(f"--only: {', '.join(sorted(unknown))} is not among {', '.join(every)}")
    return [name for name in every if name in wanted or (is_large and name == "large")]


def as_installed() -> None:
    """Compiles the program once, as pip does where it installs one: else each run may compile it, by the environment."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(Path(ecriture.__file__).parent, quiet=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", metavar="NAMES", help=f"some of: {','.join(groups())}")
    parser.add_argument("--large", action="store_true", help="ten times as many uniform documents, too")
    parser.add_argument("--no-tip", action="store_true", help="no tips with payments")
    options = parser.parse_args()
    chosen = chosen_groups(options.only, is_large=options.large)
    as_installed()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), options.documents, options.runs, tips=not options.no_tip)
        print(f"{options.documents:,} documents; the least of {options.runs} runs; ratio: in times of the floor")
        print(HEAD)
        show(measured(bench, chosen))


if __name__ == "__main__":
    main()
