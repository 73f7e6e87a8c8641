"""What a person decides before a file is stored: payments that may be known already, numbers that the file lost."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as say

from ecriture.core.documents import Status, Unit, UnitId
from ecriture.sources.books_file import BooksRead
from ecriture.store.batches import is_live
from ecriture.store.comparing import Pair, missing_from, same_payments
from ecriture.store.models import Company
from ecriture.store.uploads import fingerprint
from ecriture.web.forms.base import key_of

SAME, ANOTHER = "same", "another"
MOST_MISSING = 500
"""So many numbers are shown to be ticked; of more, the days are too far apart."""


class Question(NamedTuple):
    """*Same payment?*, with what was answered."""

    pair: Pair
    field: str
    answer: str


class Lost(NamedTuple):
    """A number that the file does not have any more."""

    unit: Unit
    value: str
    is_ticked: bool
    is_transferred: bool


class Choices(NamedTuple):
    """The questions of a preview. `first` and `last` as they were typed; `fault`: what is wrong with them."""

    questions: Sequence[Question] = ()
    lost: Sequence[Lost] = ()
    first: str = ""
    last: str = ""
    fault: str = ""
    more: int = 0

    @property
    def shows(self) -> str:
        """Stands for what the page asks: the answers are to this and nothing else."""
        asked = [("same", repr(it.pair.new), repr(it.pair.stored)) for it in self.questions]
        return fingerprint([*asked, *(("lost", repr(it.unit), str(it.is_transferred)) for it in self.lost)])

    @property
    def is_answered(self) -> bool:
        return not self.unanswered

    @property
    def may_void(self) -> bool:
        return any(it.is_ticked for it in self.lost)

    @property
    def known_as(self) -> dict[str, str]:
        """Our numbers of the payments that are the same, by their numbers in the file."""
        return {it.pair.new.number: it.pair.stored.number for it in self.questions if it.answer == SAME}

    @property
    def asked(self) -> frozenset[UnitId]:
        """The payments that are asked about."""
        return frozenset(it.pair.new.id for it in self.questions)

    @property
    def unanswered(self) -> frozenset[str]:
        """The numbers in the file of the payments that nobody said yet whether they are new."""
        return frozenset(it.pair.new.number for it in self.questions if not it.answer)

    def units(self, read: BooksRead) -> list[Unit]:
        """What is to be stored: payments that are the same keep their number, and what was ticked is void."""
        return [
            *read.renumbered(self.known_as).units,
            *(it.unit._replace(status=Status.VOID) for it in self.lost if it.is_ticked),
        ]


def choices_of(request: HttpRequest, company: Company, read: BooksRead) -> Choices:
    """The questions about a file, with the answers that were sent."""
    given = request.POST if request.method == "POST" else request.GET
    questions = [_question(pair, given) for pair in same_payments(company, read)]
    first, last = given.get("first", "")[:20], given.get("last", "")[:20]
    if not first and not last:
        return Choices(questions)
    begins, ends = _day(first), _day(last)
    if begins is None or ends is None or begins > ends:
        return Choices(questions, first=first, last=last, fault=say("Write both days, the first one before the last."))
    asked = {it.pair.stored.id for it in questions}
    units = [unit for unit in missing_from(company, read, begins, ends) if unit.id not in asked]
    shown = units[:MOST_MISSING]
    live = is_live(company, [unit.id for unit in shown])
    ticked = set(given.getlist("void"))
    lost = [_lost(unit, ticked, live) for unit in shown]
    return Choices(questions, lost, first, last, more=len(units) - len(shown))


def _question(pair: Pair, given: QueryDict) -> Question:
    field = f"same-{key_of(pair.new.number)}"
    answer = given.get("same-all", "") or given.get(field, "")
    return Question(pair, field, answer if answer in (SAME, ANOTHER) else "")


def _lost(unit: Unit, ticked: set[str], live: Collection[UnitId]) -> Lost:
    value = f"{unit.id.kind} {unit.number}"
    return Lost(unit, value, value in ticked, unit.id in live)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
