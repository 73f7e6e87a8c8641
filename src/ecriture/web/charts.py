"""Two small charts drawn by the server: the bars of a month, and those of an age. Each stands beside its table."""

from collections.abc import Sequence
from typing import NamedTuple

from ecriture.store.figures import Figures

WIDTH, HEIGHT, GAP = 640, 140, 10
OWED_WIDTH = 320


class Bar(NamedTuple):
    """A bar in the coordinates of its drawing. `kind` colours it: `sold`, `received`, or `below` where it is under zero."""

    x: float
    y: float
    width: float
    height: float
    kind: str


class MonthBars(NamedTuple):
    """The bars of the months, and where zero is."""

    bars: tuple[Bar, ...]
    zero: float
    places: tuple[float, ...]
    """The middle of each month, for its name below."""


def month_bars(figures: Figures) -> MonthBars:
    """Two bars for each month, side by side; what is below zero hangs under the line."""
    values = [cents for month in figures.months for cents in (month.sold_cents, month.received_cents)]
    high, low = max([*values, 1]), min([*values, 0])
    scale = HEIGHT / (high - low)
    zero = high * scale
    of_month = WIDTH / len(figures.months)
    width = (of_month - GAP) / 2
    bars: list[Bar] = []
    for place, month in enumerate(figures.months):
        for side, (kind, cents) in enumerate((("sold", month.sold_cents), ("received", month.received_cents))):
            height = abs(cents) * scale
            y = zero - height if cents > 0 else zero
            bars.append(Bar(place * of_month + GAP / 2 + side * width, y, width - 1, height, kind))
    return MonthBars(tuple(bars), zero, tuple((place + 0.5) * of_month for place in range(len(figures.months))))


def owed_widths(figures: Figures) -> Sequence[float]:
    """How wide the bar of each age is."""
    most = max([age.cents for age in figures.owed] + [1])
    return [age.cents * OWED_WIDTH / most for age in figures.owed]
