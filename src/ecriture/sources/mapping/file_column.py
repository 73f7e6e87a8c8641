"""A column of a file that no mapping fits: its name, and what it holds in the first rows."""

from datetime import date
from typing import NamedTuple

from ecriture.core.amounts import AmountReader
from ecriture.core.dates import DateReader, DayOrder


class FileColumn(NamedTuple):
    """The column's name in the file and its texts, row by row."""

    name: str
    texts: tuple[str, ...]

    @property
    def told(self) -> list[str]:
        """The texts that are not blank."""
        return [text for text in self.texts if text.strip()]

    @property
    def has_days(self) -> bool:
        """Whether a text of it is a date, in whichever order."""
        readers = [DateReader(DayOrder(order)) for order in ("day", "month")]
        return any(isinstance(it[text], date) for text in self.told for it in readers)

    @property
    def day_order(self) -> str:
        """Which of day and month its dates show to come first; blank where none does."""
        order = DayOrder()
        reader = DateReader(order)
        for text in self.told:
            reader[text]
        return order.decided()

    @property
    def has_amounts(self) -> bool:
        """Whether all that it tells are amounts."""
        reader = AmountReader(".")
        return all(isinstance(reader[text], int) for text in self.told)

    def is_of_rows(self, numbers: "FileColumn") -> bool:
        """Whether rows of one document, by the column of their numbers, say different amounts: so each row has its own.

        A blank number goes on with the document above; an amount that is blank or zero says nothing.
        """
        number, first = "", 0
        for text, cents in zip(numbers.texts, self.cents, strict=True):
            if text.strip() not in ("", number):
                number, first = text.strip(), cents
            elif cents not in (0, first):
                return True
        return False

    @property
    def cents(self) -> list[int]:
        """Its amounts, row by row, in cents; zero for what is none."""
        reader = AmountReader(".")
        read = [reader[text] if text.strip() else 0 for text in self.texts]
        return [it if isinstance(it, int) else 0 for it in read]
