"""What is promised of a unit that is looked at alone: it stands where a plan over everything has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecriture.core.documents import Books, UnitId, UnitKind
from ecriture.store import models
from ecriture.store.models import Company
from ecriture.store.standing import Looked, Standing, Stands, looked_at, looked_into, standings_of

SAID_ONCE = ("account-class", "receivable-split")
"""Problems of a setting, said of the first unit that has them."""
MAY_STAND: Mapping[Stands, Sequence[Stands]] = {
    Stands.WAITS: (Stands.PENDING, Stands.KEPT_BACK, Stands.NOTHING, Stands.OPENING),
    Stands.OPENING: (Stands.OPENING, Stands.KEPT_BACK),
    Stands.CHANGED: (
        *(Stands.CHANGED, Stands.PENDING, Stands.KEPT_BACK, Stands.TRANSFERRED),
        *(Stands.VOID, Stands.DRAFT),
    ),
}
"""Where a unit may stand, by where a list first says that it does; of the others, there and nowhere else."""


def assert_stands_alone_as_among_all(company: Company, books: Books) -> dict[UnitId, Standing]:
    """Returns where each unit stands."""
    found: dict[UnitId, Standing] = {}
    for kind, number in (unit.id for unit in books.units):
        alone = looked_at(company, kind, [number])
        among = looked_into(company, kind, [number], books, alone.planned.plan.through)
        assert told(alone, number) == told(among, number), (kind, number)
        exactly = found[UnitId(kind, number)] = among.standing(number)
        at_once = at_once_of(company, kind, number)
        assert exactly.stands in MAY_STAND.get(at_once.stands, (at_once.stands,)), (kind, number)
        assert at_once.batches == exactly.batches
    return found


def told(looked: Looked, number: str) -> tuple[object, ...]:
    """Where a unit stands, why, and the parts that are pending of it."""
    standing, want = looked.standing(number), looked.wants.get(number)
    problems = {repr(it) for it in standing.problems if it.code not in SAID_ONCE}
    pending = [(part.held, part.is_correction) for part in want.pending] if want is not None else []
    return replace(standing, problems=()), problems, pending


def at_once_of(company: Company, kind: UnitKind, number: str) -> Standing:
    model: type[Any] = models.Document if kind is UnitKind.DOCUMENT else models.Payment
    return standings_of(company, kind, model.objects.filter(company=company, number=number))[number]
