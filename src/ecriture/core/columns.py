"""Many values at once, column by column: where a call of Python for each of a hundred thousand would be felt."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import Any, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")
N = TypeVar("N", bound="tuple[object, ...]")

RUN = 1000
"""So many values are worked on at a time: enough to make little of what each run costs."""


def runs(values: Iterable[T]) -> Iterator[list[T]]:
    """Values by the run, in their order."""
    source = iter(values)
    while run := list(islice(source, RUN)):
        yield run


def tuples_of(kind: type[N], *columns: Iterable[Any]) -> Iterator[N]:
    """Named tuples of one kind from their columns, as far as the shortest goes; no code of Python runs for each."""
    return cast("Iterator[N]", map(tuple.__new__, repeat(kind), zip(*columns, strict=False)))


def odd_places(values: Sequence[object], usual: set[Any] | frozenset[Any]) -> set[int]:
    """The places of the values that are none of the usual ones."""
    if usual.issuperset(values):  # as a rule, and quickly found
        return set()
    return {place for place, value in enumerate(values) if value not in usual}


def in_turn(results: Iterable[R], odd: Collection[int], values: Sequence[T], one: Callable[[T], R]) -> Iterator[R]:
    """The results of values that were worked on all at once; at the odd places those of a look at each by itself."""
    if not odd:
        return iter(results)
    return (one(value) if i in odd else it for i, (value, it) in enumerate(zip(values, results, strict=True)))
