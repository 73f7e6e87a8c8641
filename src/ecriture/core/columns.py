"""Many values at once, column by column: where a call of Python for each of a hundred thousand would be felt."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, TypeVar, cast

T = TypeVar("T")
N = TypeVar("N", bound="tuple[object, ...]")

RUN = 10_000
"""So many values are worked on at a time: enough to make little of what each run costs, few enough to be soon done with."""


def runs(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values by the run, in their order."""
    return (values[first : first + RUN] for first in range(0, len(values), RUN))


def tuples_of(kind: type[N], *columns: Iterable[Any]) -> Iterator[N]:
    """Named tuples of one kind from their columns, as far as the shortest goes; no code of Python runs for each."""
    return cast("Iterator[N]", map(tuple.__new__, repeat(kind), zip(*columns, strict=False)))


def chosen(column: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """The values at some places; a range, of places that follow each other, is taken at once."""
    if isinstance(places, range):
        return column[places.start : places.stop]
    return [column[place] for place in places]


def together(places: Sequence[int]) -> Sequence[int]:
    """Rising places; as a range when they follow each other."""
    if not places or places[-1] - places[0] + 1 != len(places):
        return places
    return range(places[0], places[-1] + 1)


def odd_places(values: Sequence[object], usual: set[Any] | frozenset[Any]) -> set[int]:
    """The places of the values that are none of the usual ones."""
    if usual.issuperset(values):  # as a rule, and quickly found
        return set()
    return {place for place, value in enumerate(values) if value not in usual}
