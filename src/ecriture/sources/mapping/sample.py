"""The beginning of a file that nobody mapped yet: its header, its first rows, and the texts that its columns hold."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from itertools import islice
from typing import BinaryIO, NamedTuple

from ecriture.core.settings import Settings
from ecriture.sources.mapping.file_column import FileColumn
from ecriture.sources.mapping.model import ColumnMapping, DocumentRule, PaymentRule
from ecriture.sources.mapping.proposal import beginnings, header_of, propose
from ecriture.sources.mapping.recognition import FIRST_ROWS, Rows, first_rows, recognise
from ecriture.sources.mapping.unread import unread
from ecriture.sources.tables.header import LONGEST_NAME, MOST_COLUMNS, ROWS_EXAMINED, plain_name

MOST_ROWS = 2000
"""So many rows are looked at to show what a mapping makes of a file."""
LAST_ROWS = 5
MOST_TEXTS = 20
"""So many distinct texts of a column are told apart."""
LONGEST_TEXT = 100


class Sample(NamedTuple):
    """The first rows of a file, and the place of its header among them."""

    rows: Rows
    header: int
    whole: bool
    """Whether the file has no more rows."""

    @property
    def below(self) -> Rows:
        """The rows below the header."""
        return self.rows[self.header + 1 :]

    @property
    def names(self) -> Sequence[str]:
        """The header as it stands."""
        return self.rows[self.header][:MOST_COLUMNS] if self.rows else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once: of "GST %" and "GST" that of the amounts."""
        found: dict[str, str] = {}
        for name in self.names:
            if plain_name(name) and len(name) <= LONGEST_NAME:
                known = found.setdefault(plain_name(name), name.strip())
                if "%" in known and "%" not in name:
                    found[plain_name(name)] = name.strip()
        return tuple(found.values())

    def column(self, name: str) -> FileColumn | None:
        """A column by its name, with the rows below the header; None if there is none of it."""
        place = self._place(name)
        if place is None:
            return None
        return FileColumn(name, tuple(row[place] if place < len(row) else "" for row in self.below))

    def texts_of(self, column: str) -> tuple[str, ...]:
        """The distinct texts of a column, in order; no more than some."""
        place = self._place(column)
        if place is None:
            return ()
        told = (row[place].strip() for row in self.below if place < len(row))
        return tuple(islice(dict.fromkeys(text for text in told if 0 < len(text) <= LONGEST_TEXT), MOST_TEXTS))

    def _place(self, column: str) -> int | None:
        wanted = plain_name(column)
        found = [at for at, name in enumerate(self.names) if wanted and plain_name(name) == wanted]
        return next((at for at in found if self.names[at].strip() == column), next(iter(found), None))

    def unread(self, mapping: ColumnMapping) -> tuple[str, ...]:
        """The names of the columns with amounts that a mapping does not read."""
        return unread([column for it in self.columns if (column := self.column(it))], mapping)

    def stream(self) -> BinaryIO:
        """The rows as a CSV file."""
        written = StringIO()
        csv.writer(written).writerows(self.rows)
        return BytesIO(written.getvalue().encode("utf-8", "replace"))

    def proposal(self, settings: Settings) -> ColumnMapping:
        """From the first rows and, of a file that ends here, the last ones, where totals stand."""
        last = self.below[FIRST_ROWS:][-LAST_ROWS:] if self.whole else ()
        return propose(self.names, [*self.below[:FIRST_ROWS], *last], settings, self.below[FIRST_ROWS:])

    def beginnings(self, settings: Settings) -> tuple[DocumentRule, PaymentRule]:
        return beginnings(self.names, self.below[:FIRST_ROWS], settings)

    def recognised(self, mappings: Sequence[ColumnMapping]) -> ColumnMapping | None:
        return next(filter(None, (recognise(row, mappings) for row in self.rows[:ROWS_EXAMINED])), None)


def sample_of(stream: BinaryIO) -> Sample:
    """The beginning of a file; without rows where it cannot be read."""
    rows = first_rows(stream, MOST_ROWS + 1)
    kept = rows[:MOST_ROWS]
    return Sample(kept, header_of(kept), len(rows) <= MOST_ROWS)
