"""The state of the command (`--state`): a company's batches with their exact bytes, in one SQLite database.

Each row's SHA-256 stands in the row above: those of a batch's blocks, entries and file in the batch, those of all batches
in the only row of `state`, which has its own. So whatever is damaged, nothing that is missing can look as if it never was.
"""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import chain, starmap
from operator import itemgetter
from pathlib import Path
from typing import Any

from ecriture.core.batches import Batch, BatchPosting, BatchState, BatchUnit, Recorded, Transferred
from ecriture.core.documents import UnitId
from ecriture.core.settings import Settings
from ecriture.memory.errors import (
    NoSuchBatch,
    NotAState,
    StateDamaged,
    StateForeign,
    StateNewer,
    WrongState,
)
from ecriture.memory.heads import (
    BatchHead,
    EntryHead,
    Kept,
    entries_in,
    entries_out,
    head_in,
    head_of,
    head_out,
)
from ecriture.memory.packing import (
    Days,
    Group,
    Index,
    Order,
    add_recorded,
    blocks,
    dumped,
    groups_of,
    key_of,
    loaded,
    postings_of,
    unit_of,
)
from ecriture.memory.place import (
    SoleMaker,
    code_of,
    connected,
    new_file,
    resolved,
    true_error,
)
from ecriture.memory.previous import read_previous

SECONDS = 10
APPLICATION = int.from_bytes(b"Ecri", "big")
VERSION = 2
"""Of the form. That of the JSON file before it was 1."""

NOT_TEXT = "its tables have names that are not text"
"""SQLite's message then names them, and Python cannot read it."""

SCHEMA = (
    "CREATE TABLE state (id INTEGER PRIMARY KEY, content BLOB, sha256 BLOB)",
    "CREATE TABLE batches (number INTEGER PRIMARY KEY, head BLOB)",
    "CREATE TABLE files (number INTEGER PRIMARY KEY, content BLOB)",
    "CREATE TABLE entries (number INTEGER PRIMARY KEY, content BLOB)",
    "CREATE TABLE units (block INTEGER PRIMARY KEY, sha256 BLOB, list BLOB, held BLOB, listed BLOB)",
)


class State:
    """The batches of one company, read and changed in one transaction, which the first change ends."""

    def __init__(self, place: Path, db: sqlite3.Connection) -> None:
        self.company, self.currency = "", ""
        self._place, self._db = place, db
        self._heads: dict[int, BatchHead] = {}
        self._rows: dict[int, bytes] = {}
        self.maker: SoleMaker | None = None

    @property
    def next_number(self) -> int:
        """A number is never used again, nor that of a cancelled batch."""
        return len(self._heads) + 1

    def batches(self) -> Sequence[BatchHead]:
        """In the order of their numbers, which follow each other from 1."""
        return tuple(self._heads.values())

    def numbered(self, number: int) -> BatchHead:
        """Raises NoSuchBatch."""
        if number not in self._heads:
            raise NoSuchBatch(number)
        return self._heads[number]

    def content(self, number: int) -> bytes:
        """The exact bytes of a batch's file."""
        return self._one("SELECT content FROM files WHERE number = ?", number, self.numbered(number).sha256)

    def entries(self, number: int) -> Sequence[EntryHead]:
        """The journal entries of a batch, in order."""
        checksum = self.numbered(number).entries_sha256
        return entries_in(self._one("SELECT content FROM entries WHERE number = ?", number, checksum))

    def listing(self, number: int) -> Iterator[BatchPosting]:
        """By entry, open date, documents before payments, number, own date; equal ones as they were given."""
        groups: list[tuple[Order, Group]] = []
        for block, index in self._indexes(self.numbered(number)):
            listed = self._one("SELECT listed FROM units WHERE block = ?", block, index.listed_sha256)
            groups += groups_of(index, self._held(block, index), listed)
        groups.sort(key=itemgetter(0))
        return chain.from_iterable(starmap(postings_of, groups))

    def transferred(self, units: Iterable[UnitId], *, span: tuple[date, date] | None = None) -> Transferred:
        """What live batches hold of those of some units that are live, and of all whose date (that of their latest live
        record) is in a span, its first and last day included. Recorded accounts are shared: they are not to be changed.
        """
        wanted = {key_of(unit): unit for unit in units}
        if span is not None:
            wanted = {key: unit_of(key) for key in self._dated(*span)} | wanted
        live = [head for head in self.batches() if head.live]
        known: dict[str, Recorded] = {}
        days = Days()
        for head in live:
            for block, index in self._indexes(head):
                if not wanted.keys().isdisjoint(index.keys):
                    add_recorded(known, wanted, index, self._held(block, index), head.opening, days)
        documents = {key[1:]: recorded for key, recorded in known.items() if key[0] == "d"}
        payments = {key[1:]: recorded for key, recorded in known.items() if key[0] == "p"}
        return Transferred(documents, payments, live[-1].start_date if live else None, any_live=bool(live))

    def _dated(self, first: date, last: date) -> set[str]:
        """The keys of the live units whose latest date is in a span."""
        found: set[str] = set()
        start, end = first.toordinal(), last.toordinal()
        for head in self.batches():
            for _, index in self._indexes(head) if head.live else ():
                for key, day in zip(index.keys, index.dates, strict=True):
                    if start <= day <= end:
                        found.add(key)
                    else:
                        found.discard(key)
        return found

    def append(self, batch: Batch, units: Iterable[BatchUnit]) -> None:
        """Adds a batch, whose `units` are given apart: a single-use iterator, each unit once. On disk when it returns.

        Raises ValueError for another number than the next, and StateDamaged, Locked and OSError; then nothing is added.
        """
        if batch.units or batch.number != self.next_number:
            raise ValueError(f"batch {batch.number}: the next is {self.next_number}, and its units are given apart")
        with self._changing():
            self._add(batch, units)

    def confirm(self, number: int) -> None:
        """The program took the batch's file. Raises NoSuchBatch, or WrongState when it is cancelled."""
        self._change(number, BatchState.CONFIRMED, "")

    def cancel(self, number: int, reason: str) -> None:
        """All postings of the batch are pending again; its number and bytes stay. Raises like `confirm`."""
        self._change(number, BatchState.CANCELLED, reason)

    # Opening and closing

    def begin(self) -> None:
        """Begins the transaction, and reads the heads of all batches. Raises sqlite3.Error too."""
        for setting in ("synchronous = EXTRA", "cell_size_check = ON", "trusted_schema = OFF"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("BEGIN IMMEDIATE")  # of a file that cannot be written SQLite makes it one that reads
        marks = self._mark("application_id"), self._mark("user_version")
        try:
            self._read()
        except StateDamaged as error:
            raise self._refused(*marks) or error from error
        if (*marks, self._mark("journal_mode")) != (APPLICATION, VERSION, "delete"):
            raise StateDamaged("its header is not that of a state")

    def _mark(self, name: str) -> object:
        return self._db.execute(f"PRAGMA {name}").fetchone()[0]

    def _refused(self, application: object, version: object) -> ValueError | None:
        """What the file is, when it cannot be read as a state."""
        if self._place.stat().st_size == 0:
            return StateDamaged("it is empty")
        if application != APPLICATION:
            return NotAState("it is a database of another program")
        return StateNewer(version) if isinstance(version, int) and version > VERSION else None

    def close(self) -> None:
        """Ends the transaction; what is not committed was never there."""
        with suppress(sqlite3.Error):
            self._db.rollback()
        self._db.close()

    # Reading: what does not agree with its checksum is never used

    def _read(self) -> None:
        """Reads and checks the heads of all batches."""
        if {sql for (sql,) in self._rows_of("SELECT sql FROM sqlite_master")} != {*SCHEMA}:
            raise StateDamaged("its tables are not those of a state")
        row = self._rows_of("SELECT content, sha256 FROM state")
        if len(row) != 1 or sha256(bytes_of(row[0][0])).digest() != row[0][1]:
            raise StateDamaged("its first row does not agree with its checksum")
        version, self.company, self.currency, count, checksum = loaded(row[0][0])
        self._rows = {number: bytes_of(head) for number, head in self._rows_of("SELECT number, head FROM batches")}
        if version != VERSION or len(self._rows) != count or self._checksum() != checksum:
            raise StateDamaged("its batches do not agree with their checksum")
        self._heads = {number: head_in(self._rows[number]) for number in range(1, count + 1)}

    def _checksum(self) -> str:
        """Over the heads of all batches."""
        rows = (sha256(b"%d %b" % row).digest() for row in sorted(self._rows.items()))
        return sha256(b"".join(rows)).hexdigest()

    def _indexes(self, head: BatchHead) -> Iterator[tuple[int, Index]]:
        """The blocks of a batch; to be gone through to the end, where their number and order are checked."""
        total = sha256()
        for block in range(head.first_block, head.first_block + head.blocks):
            found = self._rows_of("SELECT list, sha256 FROM units WHERE block = ?", block)
            if len(found) != 1 or sha256(bytes_of(found[0][0])).digest() != found[0][1]:
                raise StateDamaged(f"units of batch {head.number} do not agree with their checksum")
            total.update(found[0][1])
            yield block, Index(*loaded(found[0][0]))
        if total.hexdigest() != head.units_sha256:
            raise StateDamaged(f"the units of batch {head.number} do not agree with their checksum")

    def _held(self, block: int, index: Index) -> bytes:
        return self._one("SELECT held FROM units WHERE block = ?", block, index.held_sha256)

    def _one(self, query: str, number: int, checksum: str) -> bytes:
        found = self._rows_of(query, number)
        if len(found) != 1 or sha256(content := bytes_of(found[0][0])).hexdigest() != checksum:
            raise StateDamaged(f"row {number} does not agree with its checksum")
        return content

    def _rows_of(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows at once: no statement stays open, which would keep the lock after the end."""
        try:
            with self._true():
                return self._db.execute(query, values).fetchall()
        except UnicodeDecodeError as error:
            raise StateDamaged(NOT_TEXT) from error

    @contextmanager
    def _true(self) -> Iterator[None]:
        """An error of SQLite becomes what it means. The connection is closed before the file is looked at."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            self.close()
            raise true_error(error, self._place) from error

    # Writing

    def _change(self, number: int, state: BatchState, reason: str) -> None:
        head = self.numbered(number)
        if not head.live:
            raise WrongState(head.state)
        with self._changing():
            self._put_head(replace(head, state=state, reason=reason))

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A change, on disk at the end, when the state is closed. If anything fails, nothing is changed."""
        with ExitStack() as stack:
            new = stack.enter_context(new_file(self._place)) if self.maker is not None else None
            stack.callback(self.close)
            with self._true():
                if new is not None:
                    self._go_on_in(new)
                if self._db.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                    raise StateDamaged("its pages do not fit together")
                yield
                self._seal()
                self._db.execute("COMMIT")
            self.close()
            if self.maker is not None and new is not None:
                self.maker.put_in_place(new)

    def _go_on_in(self, new: Path) -> None:
        """Needs no journal there: nobody knows the file before it is renamed."""
        target = connected(new, 0)
        self._db.backup(target)
        self._db.close()
        self._db = target
        for setting in ("synchronous = EXTRA", "journal_mode = OFF"):
            self._db.execute(f"PRAGMA {setting}")
        self._db.execute("BEGIN IMMEDIATE")

    def make(self, batches: Iterable[Batch]) -> None:
        """Makes the tables, with the batches of before."""
        with self._true():
            for statement in (*SCHEMA, f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"):
                self._db.execute(statement)
            for batch in batches:
                self._add(batch, batch.units)

    def _add(self, batch: Batch, units: Iterable[BatchUnit]) -> None:
        entries = entries_out(batch.entries)
        self._db.execute("INSERT INTO files VALUES (?, ?)", (batch.number, batch.content))
        self._db.execute("INSERT INTO entries VALUES (?, ?)", (batch.number, entries))
        self._put_head(head_of(batch, entries, self._add_units(units)))

    def _add_units(self, units: Iterable[BatchUnit]) -> Kept:
        first = 1 + sum(head.blocks for head in self.batches())
        total, blocks_count, units_count = sha256(), 0, 0
        for block in blocks(units):
            parts = block.packed()
            checksum = sha256(parts[0]).digest()
            self._db.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?)", (first + blocks_count, checksum, *parts))
            total.update(checksum)
            blocks_count, units_count = blocks_count + 1, units_count + len(block.keys)
        return Kept(first, blocks_count, units_count, total.hexdigest())

    def _put_head(self, head: BatchHead) -> None:
        row = head_out(head)
        self._heads[head.number], self._rows[head.number] = head, row
        self._db.execute("INSERT OR REPLACE INTO batches VALUES (?, ?)", (head.number, row))

    def _seal(self) -> None:
        row = dumped([VERSION, self.company, self.currency, len(self._rows), self._checksum()])
        self._db.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (row, sha256(row).digest()))


def bytes_of(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise StateDamaged("a value is of another type")
    return value


# Opening


@contextmanager
def open_state(place: Path, settings: Settings | None = None, *, seconds: int = SECONDS) -> Iterator[State]:
    """The state in a file, for this command alone until the end or the first change.

    Where there is none, and settings are given, it is made by the first change. What cannot be written can be read.
    Raises FileNotFoundError without settings, StateDamaged, NotAState, StateNewer, StateLinked, StateForeign when the
    settings are of another company or currency, Locked when another command has it for `seconds`, and OSError.
    """
    place = resolved(place)
    with ExitStack() as stack:
        state = _database(place, seconds)
        if state is None:
            maker = stack.enter_context(SoleMaker(place, seconds))
            state = _database(place, seconds) or _to_be_made(place, settings, maker)
        stack.callback(state.close)
        if settings is not None and (state.company, state.currency) != (settings.name, settings.currency):
            raise StateForeign(f"{state.company} ({state.currency})")
        yield state


def _database(place: Path, seconds: int) -> State | None:
    """The state in a database; None where there is no file, or one that is not a database."""
    if not place.exists():
        return None
    if not place.is_file():
        raise NotAState("it is not an ordinary file")
    try:
        state = State(place, connected(place, seconds))
    except sqlite3.Error as error:
        raise true_error(error, place) from error
    try:
        state.begin()
    except sqlite3.Error as error:
        state.close()
        if code_of(error) == sqlite3.SQLITE_NOTADB:
            return None
        raise true_error(error, place) from error
    except UnicodeDecodeError as error:
        state.close()
        raise StateDamaged(NOT_TEXT) from error
    except BaseException:
        state.close()
        raise
    return state


def _to_be_made(place: Path, settings: Settings | None, maker: SoleMaker) -> State:
    """A state that is in no file yet: a new one, or that of the previous form, which the first change replaces."""
    state = State(place, sqlite3.connect("", isolation_level=None))
    state.maker = maker
    content = maker.read()
    if content is not None:
        try:
            previous = read_previous(content)
        except ValueError as error:
            maker.forget()
            raise (StateDamaged if content[:1] == b"{" else NotAState)(str(error)) from error
        state.company, state.currency = previous.company, previous.currency
        state.make(previous.batches)
    elif settings is not None:
        state.company, state.currency = settings.name, settings.currency
        state.make(())
    else:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
    return state
