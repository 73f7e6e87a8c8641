"""What a row says by a mapping: conditions, texts and amounts, a whole column of some rows at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from ecriture.core.amounts import AmountReader, UnreadAmount
from ecriture.core.money import round_half_up
from ecriture.core.text import fold
from ecriture.sources.mapping.model import Amount, Condition, Text

LEARNED = 10_000
"""So many distinct texts of a column are looked up and not judged again."""


class Block(NamedTuple):
    """Some rows of a file: their numbers, and the texts of each column that the file has."""

    numbers: Sequence[int]
    texts: Mapping[str, Sequence[str]]

    def column(self, name: str) -> Sequence[str]:
        """The texts of a column; blank ones where the file has none."""
        return self.texts[name] if name in self.texts else ("",) * len(self.numbers)


class Unread(NamedTuple):
    """A text that is no amount, and its column."""

    text: str
    column: str


Cents = int | Unread


class Test(dict[str, bool]):
    """Whether the texts of a column meet a condition."""

    def __init__(self, condition: Condition) -> None:
        super().__init__()
        self.column = condition.column
        self._condition = condition
        self._one_of, self._none_of = (frozenset(map(_bare, it)) for it in (condition.one_of, condition.none_of))
        self._begins = tuple(map(_bare, condition.begins))
        self._has_words = bool(condition.one_of or condition.none_of or condition.begins)

    def __missing__(self, text: str) -> bool:
        condition = self._condition
        bare = _bare(text) if self._has_words else text.strip()
        met = (
            (not self._one_of or bare in self._one_of)
            and bare not in self._none_of
            and (not self._begins or bare.startswith(self._begins))
            and (condition.empty is None or condition.empty is not bool(bare))
        )
        if len(self) < LEARNED:
            self[text] = met
        return met


def _bare(text: str) -> str:
    return fold(text.strip())


class Tests:
    """Whether rows meet all of some conditions."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self.tests = tuple(map(Test, conditions))

    def met(self, block: Block) -> Iterator[bool]:
        if not self.tests:
            return repeat(True, len(block.numbers))  # noqa: FBT003 - the value that is repeated
        return map(all, zip(*(map(test.__getitem__, block.column(test.column)) for test in self.tests), strict=True))


class Words(dict[str, str]):
    """Texts translated, without blanks around them."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._values = {_bare(key): value for key, value in text.values.items()}
        self._otherwise, self._blank = text.otherwise, text.text

    def __missing__(self, text: str) -> str:
        bare = text.strip()
        word = bare if self._otherwise is None or not bare else self._otherwise
        if self._values:
            word = self._values.get(_bare(text), word)
        word = word or self._blank
        if len(self) < LEARNED:
            self[text] = word
        return word


class Texts:
    """The texts that a rule takes from rows."""

    def __init__(self, text: Text) -> None:
        self._text, self._words = text, Words(text)

    @property
    def column(self) -> str:
        """The only column that it is taken from; empty for several or none."""
        return self._text.columns[0] if len(self._text.columns) == 1 else ""

    def of(self, block: Block) -> Sequence[str]:
        there = [block.texts[name] for name in self._text.columns if name in block.texts]
        if not there:
            return (self._text.text,) * len(block.numbers)
        if len(there) == 1:
            return [*map(self._words.__getitem__, there[0])]
        joined = self._text.joined
        parts = ([*filter(str.strip, row)] for row in zip(*there, strict=True))
        taken = (joined.join(map(str.strip, it)) if joined is not None else it[0] if it else "" for it in parts)
        return [*map(self._words.__getitem__, taken)]


class Amounts:
    """The amounts that a rule takes from rows, in cents; None where all its columns are blank."""

    def __init__(self, amount: Amount, reader: AmountReader) -> None:
        self._amount, self._reader = amount, reader
        self.columns = amount.all_columns

    def __bool__(self) -> bool:
        return bool(self._amount)

    def of(self, block: Block) -> Sequence[Cents | None]:
        amount = self._amount
        signed = [(name, 1) for name in amount.columns] + [(name, -1) for name in amount.less]
        there = [(name, sign) for name, sign in signed if name in block.texts]
        if not there:
            return (None,) * len(block.numbers)
        columns = [self._read(block, name, -sign if amount.negated else sign) for name, sign in there]
        found = columns[0] if len(columns) == 1 else [*map(added, zip(*columns, strict=True))]
        if amount.times and amount.times in block.texts:
            return [*map(_times, found, self._read(block, amount.times, 1))]
        return found

    def _read(self, block: Block, name: str, sign: int) -> Sequence[Cents | None]:
        texts = block.texts[name]
        found = self._reader.optional_column(texts, None)
        if self._reader.met_unread:
            return [
                Unread(text, name) if isinstance(it, UnreadAmount) else None if it is None else sign * it
                for text, it in zip(texts, found, strict=True)
            ]
        if sign > 0:
            return found  # type: ignore[return-value]  # all are read
        return [None if it is None else -it for it in found]  # type: ignore[operator]  # as above


def added(parts: Iterable[Cents | None]) -> Cents | None:
    """The sum of amounts; the first that was not read, None of blank ones alone."""
    cents: int | None = None
    for part in parts:
        if isinstance(part, Unread):
            return part
        if part is not None:
            cents = part if cents is None else cents + part
    return cents


def _times(cents: Cents | None, quantity: Cents | None) -> Cents | None:
    """A price times a quantity, of which two decimals are read; a blank quantity is one."""
    if cents is None or isinstance(cents, Unread) or quantity is None or quantity == 100:
        return cents
    return quantity if isinstance(quantity, Unread) else round_half_up(cents * quantity, 100)
