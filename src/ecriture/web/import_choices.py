"""What a person decides before a file is stored: payments that may be known already, refunds that need a credit note,
numbers that the file lost."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.http import QueryDict

from ecriture.core.documents import Status, Unit, UnitId, UnitKind
from ecriture.sources.books_file import BooksRead
from ecriture.store.batches import is_live
from ecriture.store.comparing import Pair, missing_from, same_payments
from ecriture.store.crediting import Credit, credits_for, notes_of
from ecriture.store.importing import plain_of, unit_of
from ecriture.store.models import Company
from ecriture.store.uploads import fingerprint
from ecriture.web.forms.base import key_of
from ecriture.web.mapping_trial import Share, shares_of

SAME, ANOTHER = "same", "another"
MOST_QUESTIONS = 100
"""So many questions about a large file are asked one by one; more are answered for all alike."""
MOST_OFFERED = 200
"""So many credit notes are offered at once; the others when the file is chosen again."""
MOST_MISSING = 500
"""So many numbers are shown to be ticked; of more, the days are too far apart."""


class Question(NamedTuple):
    """*Same payment?*, with what was answered."""

    pair: Pair
    field: str
    answer: str


class Offered(NamedTuple):
    """A credit note that may be made for a refund, and its rows in words."""

    credit: Credit
    shares: tuple[Share, ...]
    is_ticked: bool


class Lost(NamedTuple):
    """A number that the file does not have any more."""

    unit: Unit
    value: str
    is_ticked: bool
    is_transferred: bool


class Choices(NamedTuple):
    """The questions of a preview. `first` and `last` as they were typed; `is_wrong`: they are not two days in order."""

    questions: Sequence[Question] = ()
    credits: Sequence[Offered] = ()
    lost: Sequence[Lost] = ()
    first: str = ""
    last: str = ""
    is_wrong: bool = False
    more: int = 0
    more_credits: int = 0
    """So many more will be offered once these are made."""
    more_questions: int = 0
    """So many more are answered for all alike."""
    kept: str = ""

    @property
    def shows(self) -> str:
        """Stands for what the page asks: the answers are to this and nothing else."""
        if self.kept:
            return self.kept
        asked = [("same", repr(it.pair.new), repr(it.pair.stored)) for it in self.questions]
        asked += [("credit", repr(it.credit.refund), repr(it.credit.note)) for it in self.credits]
        return fingerprint([*asked, *(("lost", repr(it.unit), str(it.is_transferred)) for it in self.lost)])

    @property
    def is_answered(self) -> bool:
        return not self.unanswered

    @property
    def known_as(self) -> dict[str, str]:
        """Our numbers of the payments that are the same, by their numbers in the file."""
        return {it.pair.new.number: it.pair.stored.number for it in self.questions if it.answer == SAME}

    @property
    def others(self) -> frozenset[str]:
        """The numbers in the file of the payments that are said to be new."""
        return frozenset(it.pair.new.number for it in self.questions if it.answer == ANOTHER)

    @property
    def asked(self) -> frozenset[UnitId]:
        """The payments that are asked about."""
        return frozenset(it.pair.new.id for it in self.questions)

    @property
    def unanswered(self) -> frozenset[str]:
        """The numbers in the file of the payments that nobody said yet whether they are new."""
        return frozenset(it.pair.new.number for it in self.questions if not it.answer)

    def new_of(self, count: int) -> int:
        """How many of so many numbers that are not here are new for certain."""
        return count - len(self.known_as) - self.unanswered_count

    @property
    def unanswered_count(self) -> int:
        return len(self.unanswered) + self.more_questions

    def units(self, read: BooksRead) -> list[Unit]:
        """What is to be stored: payments that are the same keep their number, what was ticked is credited or void."""
        lost = (it.unit._replace(status=Status.VOID) for it in self.lost if it.is_ticked)
        return [*read.renumbered(self.known_as).units, *(it.credit.note for it in self.credits if it.is_ticked), *lost]


def plain_choices(choices: Choices) -> dict[str, Any]:
    """What a worker found that is to be asked, as plain values."""
    return {
        "questions": [[plain_of(it.pair.new), plain_of(it.pair.stored)] for it in choices.questions[:MOST_QUESTIONS]],
        "credits": [[plain_of(it.credit.refund), plain_of(it.credit.note)] for it in choices.credits],
        "lost": [[plain_of(it.unit), it.is_transferred] for it in choices.lost],
        "first": choices.first,
        "last": choices.last,
        "is_wrong": choices.is_wrong,
        "more": choices.more,
        "more_credits": choices.more_credits,
        "more_questions": max(0, len(choices.questions) - MOST_QUESTIONS),
        "kept": choices.shows,
    }


def choices_in(plain: Mapping[str, Any], given: QueryDict) -> Choices:
    """What a worker found that is to be asked, with the answers that were sent."""
    pairs = [Pair(unit_of(new), unit_of(stored)) for new, stored in plain["questions"]]  # type: ignore[arg-type] # payments
    refunds = [Credit(unit_of(refund), unit_of(note)) for refund, note in plain["credits"]]  # type: ignore[arg-type] # so are they
    ticked = set(given.getlist("void"))
    lost = [_lost(unit_of(unit), ticked, is_live) for unit, is_live in plain["lost"]]
    questions, notes = [_question(it, given) for it in pairs], [_offered(it, given) for it in refunds]
    return Choices(**{**plain, "questions": questions, "credits": notes, "lost": lost})


def choices_of(given: QueryDict, company: Company, read: BooksRead) -> Choices:
    """The questions about a file, with the answers that were sent."""
    questions = [_question(pair, given) for pair in same_payments(company, read)]
    replaced = {it.pair.stored.number for it in questions if it.answer != ANOTHER}
    credit = credits_for(company, read, replaced)
    asked = Choices(
        questions,
        [_offered(it, given) for it in credit[:MOST_OFFERED]],
        more_credits=max(0, len(credit) - MOST_OFFERED),
    )
    first, last = given.get("first", "")[:20], given.get("last", "")[:20]
    if not first and not last:
        return asked
    begins, ends = _day(first), _day(last)
    if begins is None or ends is None or begins > ends:
        return asked._replace(first=first, last=last, is_wrong=True)
    spared = {it.pair.stored.id for it in questions}
    spared |= {UnitId(UnitKind.DOCUMENT, number) for number in notes_of(read)}
    units = [unit for unit in missing_from(company, read, begins, ends) if unit.id not in spared]
    shown = units[:MOST_MISSING]
    live = is_live(company, [unit.id for unit in shown])
    ticked = set(given.getlist("void"))
    lost = [_lost(unit, ticked, unit.id in live) for unit in shown]
    return asked._replace(lost=lost, first=first, last=last, more=len(units) - len(shown))


def _question(pair: Pair, given: QueryDict) -> Question:
    field = f"same-{key_of(pair.new.number)}"
    answer = given.get("same-all", "") or given.get(field, "")
    return Question(pair, field, answer if answer in (SAME, ANOTHER) else "")


def _offered(credit: Credit, given: QueryDict) -> Offered:
    is_ticked = "credit-all" in given or credit.note.number in given.getlist("credit")
    return Offered(credit, tuple(shares_of(credit.note)), is_ticked)


def _lost(unit: Unit, ticked: set[str], is_transferred: bool) -> Lost:  # noqa: FBT001 - private
    value = f"{unit.id.kind} {unit.number}"
    return Lost(unit, value, value in ticked, is_transferred)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
