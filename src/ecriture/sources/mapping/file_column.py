"""A column of a file that no mapping fits: its name, and what it holds in the first rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import add, sub

from ecriture.core.amounts import AmountReader, UnreadAmount
from ecriture.core.dates import DateReader, DayOrder
from ecriture.sources.mapping.model import Amount


@dataclass(frozen=True)
class FileColumn:
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

    @cached_property
    def _amounts(self) -> Sequence[int | UnreadAmount]:
        """What each text is as an amount in cents; zero where it is blank."""
        return AmountReader(".").optional_column(self.texts, 0)

    @property
    def has_amounts(self) -> bool:
        """Whether all that it tells are amounts."""
        return all(isinstance(it, int) for it in self._amounts)

    @cached_property
    def cents(self) -> list[int]:
        """Its amounts, row by row, in cents; zero for what is none."""
        return [it if isinstance(it, int) else 0 for it in self._amounts]

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


def cents_of(amount: Amount, columns: Mapping[str, FileColumn]) -> list[int]:
    """What an amount is in each row, in cents: the sum of its columns, less others, times a quantity. It is not turned."""
    sums = [0] * max((len(it.texts) for it in columns.values()), default=0)
    for sign, names in ((add, amount.columns), (sub, amount.less)):
        for name in names:
            sums = [*map(sign, sums, columns[name].cents)]
    if not amount.times:
        return sums
    return [round(cents * times / 100) for cents, times in zip(sums, columns[amount.times].cents, strict=True)]
