"""The state of the command (`--state`): a company's batches with their exact bytes, in one SQLite database.

SQLite does not notice every damage, nor that rows are missing. So each row is under a SHA-256 that stands in another: the
only row of `state` has that of all heads; a head those of its batch's file and entries, and one over the indexes of its
blocks of units; an index those of the block's other two parts. They are checked before anything of a row is used.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from datetime import date
from errno import ENOENT
from hashlib import sha256
from itertools import chain
from os import strerror
from pathlib import Path
from typing import Any

from ecriture.core.batches import (
    NOTHING_TRANSFERRED,
    Batch,
    BatchPosting,
    BatchState,
    BatchUnit,
    NoSuchBatch,
    Recorded,
    Transferred,
    WrongState,
    postings_of,
)
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import EntryHead
from ecriture.core.settings import Settings
from ecriture.memory import packing
from ecriture.memory.errors import NotAState, StateDamaged, StateForeign, StateNewer
from ecriture.memory.packing import BatchHead, Index, add_recorded, blocks, dumped, loaded, parts_in
from ecriture.memory.place import connected, content_of, making, new_file, put_in_place, resolved, true_error
from ecriture.memory.previous import read_previous

SECONDS = 10
APPLICATION = int.from_bytes(b"Ecri", "big")
VERSION = 2
"""Of the form. That of the JSON file before it was 1."""

SCHEMA = (
    "CREATE TABLE state (id INTEGER PRIMARY KEY, content BLOB, sha256 BLOB)",
    "CREATE TABLE batches (number INTEGER PRIMARY KEY, head BLOB)",
    "CREATE TABLE files (number INTEGER PRIMARY KEY, content BLOB)",
    "CREATE TABLE entries (number INTEGER PRIMARY KEY, content BLOB)",
    "CREATE TABLE units (block INTEGER PRIMARY KEY, sha256 BLOB, list BLOB, held BLOB, listed BLOB)",
)


@contextmanager
def open_state(place: Path, settings: Settings | None = None, *, seconds: int = SECONDS) -> Iterator["State"]:
    """The state in a file, for this command alone until the end or the first change.

    Where there is none, and settings are given, it is made by the first change. What cannot be written can be read.
    Raises FileNotFoundError without settings, StateDamaged, NotAState, StateNewer, StateLinked, StateForeign when the
    settings are of another company or currency, Locked when another command has it for `seconds`, and OSError.
    """
    state = State(resolved(place))
    with ExitStack() as lock, closing(state):
        if not state.begin(seconds):
            lock.enter_context(making(state.place, seconds, keeps_file=lambda: state.previous is not None))
            if not state.begin(seconds):  # nor has another command made one meanwhile
                state.begin_new(settings)
        if settings is not None and (state.company, state.currency) != (settings.name, settings.currency):
            raise StateForeign(f"{state.company} ({state.currency})")
        yield state


class State:
    """The batches of one company, read and changed in one transaction, which the first change ends."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.company, self.currency = "", ""
        self._db = sqlite3.connect("", isolation_level=None)
        """A temporary one, until that of the file is opened or made."""
        self._is_new = False
        self.previous: bytes | None = None
        """Where it is new: the file of the previous form that it replaces, if any."""
        self._heads: dict[int, BatchHead] = {}

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
        return self._row("SELECT content FROM files WHERE number = ?", number, self.numbered(number).sha256)

    def entries(self, number: int) -> Sequence[EntryHead]:
        """The journal entries of a batch, in order."""
        checksum = self.numbered(number).entries_sha256
        return packing.entries_in(self._row("SELECT content FROM entries WHERE number = ?", number, checksum))

    def listing(self, number: int) -> Iterator[BatchPosting]:
        """By entry, open date, documents before payments, number, own date; equal ones as they were given."""
        parts: list[Any] = []
        for block, index in self._indexes(self.numbered(number)):
            listed = self._row("SELECT listed FROM units WHERE block = ?", block, index.listed_sha256)
            parts += parts_in(index, self._held(block, index), listed)
        parts.sort(key=lambda it: (it[1].entry, it[1].open_date, *it[0], it[1].own_date))
        return chain.from_iterable(postings_of(*it) for it in parts)

    def transferred(self, units: Iterable[UnitId], *, span: tuple[date, date] | None = None) -> Transferred:
        """What live batches hold of those of some units that are live, and of all whose date (that of their latest live
        record) is in a span, its first and last day included. Recorded accounts are shared: they are not to be changed.
        """
        live = [head for head in self.batches() if head.live]
        if not live:
            return NOTHING_TRANSFERRED
        wanted: dict[UnitKind, set[str]] = {kind: set() for kind in UnitKind}
        for kind, number in units:
            wanted[kind].add(number)
        indexes = [(head.opening, *it) for head in live for it in self._indexes(head)]
        if span is not None:
            dated: dict[UnitKind, set[str]] = {kind: set() for kind in UnitKind}
            for _, _, index in indexes:
                dated[index.kind].difference_update(index.numbers)
                dated[index.kind].update(index.dated(*span))
            for kind, numbers in dated.items():
                wanted[kind] |= numbers
        known: dict[UnitKind, dict[str, Recorded]] = {kind: {} for kind in UnitKind}
        for opening, block, index in indexes:
            of_kind = wanted[index.kind]
            if not of_kind.isdisjoint(index.numbers):
                add_recorded(known[index.kind], of_kind, index, self._held(block, index), opening)
        return Transferred(known[UnitKind.DOCUMENT], known[UnitKind.PAYMENT], live[-1].start_date, any_live=True)

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

    def begin(self, seconds: int) -> bool:
        """Locks the database of the file and reads the heads of all batches; False where the file is no database."""
        if not self.place.exists():
            return False
        try:
            with self._true_errors():
                checks = "PRAGMA cell_size_check = ON", "PRAGMA trusted_schema = OFF"
                self._use(connected(self.place, seconds), "PRAGMA synchronous = EXTRA", *checks, "BEGIN IMMEDIATE")
                application, version, journal = map(self._mark, ("application_id", "user_version", "journal_mode"))
        except NotAState:
            return False
        try:
            self._read()
        except StateDamaged as error:
            if self.place.stat().st_size == 0:
                raise StateDamaged("it is empty") from error
            if application != APPLICATION:
                raise NotAState("it is a database of another program") from error
            if version > VERSION:
                raise StateNewer(version) from error
            raise
        if (application, version, journal) != (APPLICATION, VERSION, "delete"):
            raise StateDamaged("its header is not that of a state")
        return True

    def begin_new(self, settings: Settings | None) -> None:
        """A temporary database, with the batches of a file of the previous form. The first change puts it in the place."""
        batches: Sequence[Batch] = ()
        content = content_of(self.place)
        if content is not None:
            try:
                self.company, self.currency, batches = read_previous(content)
            except ValueError as error:
                raise (StateDamaged if content[:1] == b"{" else NotAState)(str(error)) from error
            self.previous = content
        elif settings is not None:
            self.company, self.currency = settings.name, settings.currency
        else:
            raise FileNotFoundError(ENOENT, strerror(ENOENT), str(self.place))
        self._is_new = True
        with self._true_errors():
            header = f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"
            self._use(sqlite3.connect("", isolation_level=None), *SCHEMA, *header)
            for batch in batches:
                self._add(batch, batch.units)

    def _use(self, db: sqlite3.Connection, *statements: str) -> None:
        self._db.close()
        self._db = db
        for statement in statements:
            db.execute(statement)

    def _mark(self, name: str) -> Any:  # noqa: ANN401 - a number or a text
        return self._db.execute(f"PRAGMA {name}").fetchone()[0]

    def close(self) -> None:
        """Ends the transaction, without what is not committed."""
        with suppress(sqlite3.Error):
            self._db.rollback()
        self._db.close()

    # Reading

    def _read(self) -> None:
        if {sql for (sql,) in self._rows("SELECT sql FROM sqlite_master")} != {*SCHEMA}:
            raise StateDamaged("its tables are not those of a state")
        row = self._rows("SELECT content, sha256 FROM state")
        if len(row) != 1 or sha256(bytes_of(row[0][0])).digest() != row[0][1]:
            raise StateDamaged("its first row does not agree with its checksum")
        version, self.company, self.currency, count, checksum = loaded(row[0][0])
        rows = self._head_rows()
        if version != VERSION or [number for number, _ in rows] != [*range(1, count + 1)] or sha_of(rows) != checksum:
            raise StateDamaged("its batches do not agree with their checksum")
        self._heads = {number: packing.head_in(head) for number, head in rows}

    def _head_rows(self) -> list[tuple[Any, ...]]:
        return self._rows("SELECT number, head FROM batches ORDER BY number")

    def _indexes(self, head: BatchHead) -> Iterator[tuple[int, Index]]:
        """The blocks of a batch. To be gone through to the end: only there a missing or exchanged block is noticed."""
        total = sha256()
        for block in range(head.first_block, head.first_block + head.blocks):
            row = self._rows("SELECT list, sha256 FROM units WHERE block = ?", block)
            if len(row) != 1 or sha256(bytes_of(row[0][0])).digest() != row[0][1]:
                raise StateDamaged(f"units of batch {head.number} do not agree with their checksum")
            total.update(row[0][1])
            yield block, Index(*loaded(row[0][0]))
        if total.hexdigest() != head.units_sha256:
            raise StateDamaged(f"the units of batch {head.number} do not agree with their checksum")

    def _held(self, block: int, index: Index) -> bytes:
        return self._row("SELECT held FROM units WHERE block = ?", block, index.held_sha256)

    def _row(self, query: str, number: int, checksum: str) -> bytes:
        found = self._rows(query, number)
        if len(found) != 1 or sha256(content := bytes_of(found[0][0])).hexdigest() != checksum:
            raise StateDamaged(f"row {number} does not agree with its checksum")
        return content

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows at once: a statement that stays open would keep the lock after the end."""
        with self._true_errors():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _true_errors(self) -> Iterator[None]:
        """An error of SQLite closes the state, and is raised as what it means for the file."""
        try:
            yield
        except sqlite3.ProgrammingError:  # the state was closed before
            raise
        except sqlite3.Error as error:
            self.close()
            raise true_error(error, self.place) from error
        except UnicodeDecodeError as error:  # of SQLite's message, which quotes the names of tables
            raise StateDamaged("its tables have names that are not text") from error

    # Writing

    def _change(self, number: int, state: BatchState, reason: str) -> None:
        head = self.numbered(number)
        if not head.live:
            raise WrongState(head.state)
        with self._changing():
            self._put_head(head._replace(state=state, reason=reason))

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A change, after which the state is closed. It is on disk then, or nothing is changed."""
        with new_file(self.place) if self._is_new else nullcontext() as new:
            with closing(self), self._true_errors():
                if new is not None:  # needs no journal, and is flushed to disk when it is put in the place
                    db = connected(new, 0)
                    self._db.backup(db)
                    self._use(db, "PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "BEGIN IMMEDIATE")
                if self._db.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                    raise StateDamaged("its pages do not fit together")
                yield
                self._seal()
                self._db.execute("COMMIT")
            if new is not None:
                put_in_place(new, self.place, self.previous)
                self.previous = None

    def _add(self, batch: Batch, units: Iterable[BatchUnit]) -> None:
        entries = packing.entries_out(batch.entries)
        self._db.execute("INSERT INTO files VALUES (?, ?)", (batch.number, batch.content))
        self._db.execute("INSERT INTO entries VALUES (?, ?)", (batch.number, entries))
        first = 1 + sum(head.blocks for head in self.batches())
        total, number, count = sha256(), first, 0
        for units_in_it, index, held, listed in blocks(units):
            checksum = sha256(index).digest()
            self._db.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?)", (number, checksum, index, held, listed))
            total.update(checksum)
            number, count = number + 1, count + units_in_it
        self._put_head(packing.head_of(batch, entries, count, first, number - first, total.hexdigest()))

    def _put_head(self, head: BatchHead) -> None:
        self._heads[head.number] = head
        self._db.execute("INSERT OR REPLACE INTO batches VALUES (?, ?)", (head.number, dumped(head._asdict())))

    def _seal(self) -> None:
        rows = self._head_rows()
        row = dumped([VERSION, self.company, self.currency, len(rows), sha_of(rows)])
        self._db.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?)", (row, sha256(row).digest()))


def bytes_of(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise StateDamaged("a value is of another type")
    return value


def sha_of(rows: Iterable[tuple[int, object]]) -> str:
    """Over the heads of all batches."""
    return sha256(b"".join(sha256(b"%d %b" % (number, bytes_of(head))).digest() for number, head in rows)).hexdigest()
