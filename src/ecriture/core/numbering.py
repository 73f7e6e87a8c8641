"""Gaps in numbers, as an auditor asks for them: F-1004 and F-1006 are there, and F-1005 is not."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_COUNTED = re.compile(r"(.*?)([0-9]{1,15})", re.DOTALL)


class Gap(NamedTuple):
    """Numbers that are not there between two that follow each other in a series: the first, the last, and how many."""

    before: str
    first: str
    last: str
    after: str
    missing: int


def gaps(numbers: Iterable[str]) -> list[Gap]:
    """The gaps of each series, in its order. Numbers are of one series if they differ only in the digits at their end."""
    series: dict[str, dict[int, str]] = {}
    for number in numbers:
        if found := _COUNTED.fullmatch(number):
            series.setdefault(found[1], {}).setdefault(int(found[2]), number)
    return [gap for prefix in sorted(series) for gap in _gaps(prefix, series[prefix])]


def _gaps(prefix: str, counted: dict[int, str]) -> Iterator[Gap]:
    for before, after in pairwise(sorted(counted)):
        if after - before > 1:
            width = len(counted[before]) - len(prefix)
            first, last = (f"{prefix}{number:0{width}}" for number in (before + 1, after - 1))
            yield Gap(counted[before], first, last, counted[after], after - before - 1)
