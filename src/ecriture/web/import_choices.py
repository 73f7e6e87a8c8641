"""What a person decides before a file is stored: payments that may be known already, numbers that the file lost."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict

from ecriture.core.documents import Payment, Status, Unit
from ecriture.sources.books_file import BooksRead
from ecriture.store.batches import is_live
from ecriture.store.comparing import Pair, missing_from, same_payments
from ecriture.store.importing import plain_of, unit_of
from ecriture.store.models import Company
from ecriture.store.uploads import fingerprint
from ecriture.web.forms.base import key_of

SAME, ANOTHER = "same", "another"
MOST_QUESTIONS = 100
"""So many questions about a large file are asked one by one; more are answered for all alike."""
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
    """The questions of a preview. `first` and `last` as they were typed; `is_wrong`: they are not two days in order."""

    questions: Sequence[Question] = ()
    lost: Sequence[Lost] = ()
    first: str = ""
    last: str = ""
    is_wrong: bool = False
    more: int = 0
    more_questions: int = 0
    """So many more are answered for all alike."""
    kept: str = ""

    @property
    def shows(self) -> str:
        """Stands for what the page asks: the answers are to this and nothing else."""
        if self.kept:
            return self.kept
        asked = [("same", repr(it.pair.new), repr(it.pair.stored)) for it in self.questions]
        return fingerprint([*asked, *(("lost", repr(it.unit), str(it.is_transferred)) for it in self.lost)])

    @property
    def is_answered(self) -> bool:
        return all(it.answer for it in self.questions)

    @property
    def may_void(self) -> bool:
        return any(it.is_ticked for it in self.lost)

    def units(self, read: BooksRead) -> list[Unit]:
        """What is to be stored: payments that are the same keep their number, and what was ticked is void."""
        numbers = {it.pair.new.number: it.pair.stored.number for it in self.questions if it.answer == SAME}
        known = [
            unit._replace(number=numbers.get(unit.number, unit.number)) if isinstance(unit, Payment) else unit
            for unit in read.units
        ]
        return [*known, *(it.unit._replace(status=Status.VOID) for it in self.lost if it.is_ticked)]


def plain_choices(choices: Choices) -> dict[str, Any]:
    """What a worker found that is to be asked, as plain values."""
    return {
        "questions": [[plain_of(it.pair.new), plain_of(it.pair.stored)] for it in choices.questions[:MOST_QUESTIONS]],
        "lost": [[plain_of(it.unit), it.is_transferred] for it in choices.lost],
        "first": choices.first,
        "last": choices.last,
        "is_wrong": choices.is_wrong,
        "more": choices.more,
        "more_questions": max(0, len(choices.questions) - MOST_QUESTIONS),
        "kept": choices.shows,
    }


def choices_in(plain: Mapping[str, Any], given: QueryDict) -> Choices:
    """What a worker found that is to be asked, with the answers that were sent."""
    pairs = [Pair(unit_of(new), unit_of(stored)) for new, stored in plain["questions"]]  # type: ignore[arg-type] # payments
    ticked = set(given.getlist("void"))
    lost = [_lost(unit_of(unit), ticked, is_live) for unit, is_live in plain["lost"]]
    return Choices(**{**plain, "questions": [_question(it, given) for it in pairs], "lost": lost})


def choices_of(given: QueryDict, company: Company, read: BooksRead) -> Choices:
    """The questions about a file, with the answers that were sent."""
    questions = [_question(pair, given) for pair in same_payments(company, read)]
    first, last = given.get("first", "")[:20], given.get("last", "")[:20]
    if not first and not last:
        return Choices(questions)
    begins, ends = _day(first), _day(last)
    if begins is None or ends is None or begins > ends:
        return Choices(questions, first=first, last=last, is_wrong=True)
    asked = {it.pair.stored.id for it in questions}
    units = [unit for unit in missing_from(company, read, begins, ends) if unit.id not in asked]
    shown = units[:MOST_MISSING]
    live = is_live(company, [unit.id for unit in shown])
    ticked = set(given.getlist("void"))
    lost = [_lost(unit, ticked, unit.id in live) for unit in shown]
    return Choices(questions, lost, first, last, more=len(units) - len(shown))


def _question(pair: Pair, given: QueryDict) -> Question:
    field = f"same-{key_of(pair.new.number)}"
    answer = given.get("same-all", "") or given.get(field, "")
    return Question(pair, field, answer if answer in (SAME, ANOTHER) else "")


def _lost(unit: Unit, ticked: set[str], is_transferred: bool) -> Lost:  # noqa: FBT001 - private
    value = f"{unit.id.kind} {unit.number}"
    return Lost(unit, value, value in ticked, is_transferred)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
