"""How the tests of the command call it: in this process, as the program that it is, or on a terminal; and what with."""

import gettext
import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from ecriture.cli.commands import run
from ecriture.memory.state import open_state

BOREAL = Path(__file__).parents[1] / "golden" / "boreal"
PREVIOUS = Path(__file__).parents[1] / "memory" / "previous" / "boreal.json"
"""A state of the previous form, of three batches."""
PROGRAM = (sys.executable, "-m", "ecriture.cli")
ENGLISH = {"LC_ALL": "C.UTF-8", "LANGUAGE": "", "ECRITURE_DEBUG": "", "TERM": "xterm"}
COMPANY = """[company]
name = "Entretien Boréal inc."
fiscal_years = [[2026-01-01, 2026-12-31]]

[accounting]
linked_accounts = ["1200"]

[accounts]
invoice_debit = "1201"
invoice_credit = "4000"
payment_debit = "1060"
payment_credit = "1201"
"""
DOCUMENTS = """document,date,customer,amount
F-1,2026-01-05,Lise Tremblay,100.00
F-2,2026-02-10,Notaires Gagné,250.50
"""
PAYMENTS = """payment,date,document,amount
P-1,2026-02-12,F-1,100.00
"""


class Done(NamedTuple):
    """How a command ended: its status, and what it wrote. `raw` are the bytes of standard output."""

    status: int
    out: str
    err: str
    raw: bytes


def called(*arguments: object, environment: Mapping[str, str] | None = None) -> Done:
    """The command in this process; nothing of the language of an earlier call is left."""
    out, err = _stream(), _stream()
    gettext.textdomain("messages")
    with mock.patch.dict(os.environ, {**ENGLISH, **(environment or {})}), redirect_stdout(out), redirect_stderr(err):
        status = run([str(argument) for argument in arguments])
    raw, said = _written(out), _written(err)
    return Done(status, raw.decode(errors="replace"), said.decode(), raw)


def _stream() -> TextIOWrapper:
    return TextIOWrapper(BytesIO(), "utf-8", write_through=True)


def _written(stream: TextIOWrapper) -> bytes:
    stream.seek(0)
    return bytes(stream.buffer.read())


def program(*arguments: object, environment: Mapping[str, str] | None = None, start: Sequence[str] = PROGRAM) -> Done:
    """The program in a process of its own."""
    done = subprocess.run(
        [*start, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **ENGLISH, **(environment or {})},
        timeout=60,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(), done.stdout)


def on_terminal(
    *arguments: object, start: Sequence[str] = PROGRAM, environment: Mapping[str, str] | None = None
) -> Done:
    """The program with its standard output and standard error on a terminal: both are in `out`."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*start, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **ENGLISH, "COLUMNS": "100", **(environment or {})},
    )
    os.close(theirs)
    raw = b""
    while block := _read(ours):
        raw += block
    os.close(ours)
    return Done(process.wait(60), raw.decode(errors="replace").replace("\r\n", "\n"), "", raw)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says so that nobody writes any more
        return b""


class Kept(NamedTuple):
    """A batch as the state file has it: the bytes of its file, and the number of the unit of each of its postings."""

    number: int
    content: bytes
    units: list[str]


class Desk:
    """A folder with a company's files, and the commands about them. `state` is the option, empty without a memory."""

    def __init__(self, folder: Path, *, state: bool = False) -> None:
        self.folder = folder
        self.put("company.toml", COMPANY)
        self.put("documents.csv", DOCUMENTS)
        self.put("payments.csv", PAYMENTS)
        self.state: list[str] = ["--state", str(folder / "state.db")] if state else []
        self.out = folder / "out.txt"

    def put(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    @property
    def inputs(self) -> list[str]:
        files = (f"--{name}={self.folder / file}" for name, file in FILES.items())
        return [*files, *self.state]

    def convert(self, *more: object, environment: Mapping[str, str] | None = None) -> Done:
        return called("convert", *self.inputs, "--out", self.out, *more, environment=environment)

    def check(self, *more: object) -> Done:
        return called("check", *self.inputs, *more)

    def batches(self, *more: object) -> Done:
        return called("batches", *self.state, *more)

    def files(self) -> dict[str, bytes]:
        """What is in the folder, hidden files too."""
        return {file.name: file.read_bytes() for file in self.folder.iterdir() if file.is_file()}

    @property
    def place(self) -> Path:
        """The state file."""
        return Path(self.state[1])

    def kept(self) -> list[Kept]:
        """What the state file has of each batch, in the order of their numbers."""
        with open_state(self.place) as state:
            return [
                Kept(head.number, state.content(head.number), [it.unit.number for it in state.listing(head.number)])
                for head in state.batches()
            ]


def prepared(folder: Path, begin: str) -> Desk:
    """A desk whose state is not there yet, or there, or in the previous form."""
    desk = Desk(folder, state=True)
    if begin == "there":
        assert desk.convert("--through", "2026-01-31").status == 0
        desk.out.unlink()
    elif begin == "previous":
        desk.put("state.db", PREVIOUS.read_bytes())
    return desk


FILES = {"company": "company.toml", "documents": "documents.csv", "payments": "payments.csv"}


def boreal(company: str = "company.toml", folder: Path = BOREAL) -> list[str]:
    """The options for the example with every posting rule in it."""
    return [
        *("--company", str(BOREAL / company)),
        *("--documents", str(folder / "documents.csv")),
        *("--payments", str(folder / "payments.csv")),
        *("--chart", str(BOREAL / "chart.csv")),
    ]


def expected(name: str) -> bytes:
    return (BOREAL / "expected" / f"{name}.txt").read_bytes()
