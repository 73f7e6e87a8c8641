"""Random histories of exports, to the byte the same as those of an independent implementation of posting.md.

`ECRITURE_HISTORIES=10000 pytest tests/test_differential.py` tries more of them than the usual three hundred;
`ECRITURE_WITHOUT=month-files,groups` leaves some of what is tried out (see reference/random_books.py).
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest

from ecriture import transfer
from ecriture.core.batches import Batch, BatchState, transferred_by
from ecriture.core.plan import Plan
from ecriture.core.problems import Problem, Severity
from reference import random_books
from reference import reference as oracle

HISTORIES = int(os.environ.get("ECRITURE_HISTORIES", "300"))
EXPORTS = 5
NEW_YEAR = date(2026, 1, 1)
DAYS_TO_THROUGH = (10, 30, 31, 45, 58, 60, 75, 89, 90, 100, 120, 150)

SAME_WARNINGS = frozenset({"overpaid", "document-not-final", "opening-payment", "transferred-missing"})
"""Warnings that both judge on the whole input and say for each unit. The others are said at other times (READINGS.md)."""

WAITING = ("unpaid", "waits")
"""Why a document, and why a payment is held without an error."""

Said = tuple[str, str | None, str | None]
"""A code, and the kind and number of its unit."""


class Inputs(NamedTuple):
    """The texts of the three files."""

    company: str
    documents: str
    payments: str

    def __str__(self) -> str:
        return "\n".join(self)


Unit = tuple[str, str]
"""The kind and number of a document or payment."""


@dataclass(frozen=True)
class Missing:
    """The units that were transferred and are not in the input: how many, and the first five."""

    count: int = 0
    units: tuple[Unit, ...] = ()


class Outcome(NamedTuple):
    """What one export gives: the file, what is wrong with which unit, what waits until it is paid, what is missing."""

    content: bytes
    problems: frozenset[Said]
    waiting: frozenset[Unit]
    missing: Missing


LOCKED = Outcome(b"", frozenset({("through-locked", None, None)}), frozenset(), Missing())


def outcome(
    content: bytes, errors: set[Said], warnings: set[Said], waiting: Iterable[Unit], missing: Missing
) -> Outcome:
    """What both promise: no warnings about units that have an error, and what waits only where there is no error.

    To the reference, what has an error waits like any other; the program holds it, and what names it, for the error.
    Nor is it promised whether a payment that has an error is too much for its document.
    """
    faulty = {said[1:] for said in errors}
    same = SAME_WARNINGS - {"overpaid"} if errors else SAME_WARNINGS
    said = {said for said in warnings if said[0] in same and said[1:] not in faulty}
    return Outcome(content, frozenset(errors | said), frozenset(() if errors else waiting), missing)


def said(problem: Problem) -> Said:
    return problem.code, problem.where.kind or None, problem.where.number or None


def missing_in(problems: Iterable[Problem]) -> Missing:
    """What the one notice of an input says."""
    params: dict[str, Any] = next((dict(it.params) for it in problems if it.code == "transferred-missing"), {})
    return Missing(**params)


@dataclass
class Ecriture:
    """Exports made by the program, in memory."""

    batches: list[Batch] = field(default_factory=list)

    def export(self, inputs: Inputs, through: date) -> Outcome:
        read = transfer.read(
            company=inputs.company.encode(), documents=inputs.documents.encode(), payments=inputs.payments.encode()
        )
        try:
            plan = transfer.plan(
                read,
                transferred=transferred_by(self.batches),
                through=through,
                batch=len(self.batches) + 1,
            )
        except transfer.ThroughLocked:
            return LOCKED
        self._check_held(plan)
        blocked = transfer.is_blocked(plan.problems, skip_invalid=False)
        content = b"" if blocked or not plan.entries else self._written(read, plan)
        errors = {said(problem) for problem in plan.problems if problem.stops}
        warnings = {said(problem) for problem in plan.problems if not problem.stops}
        waiting = ((u.kind, u.number) for u in plan.kept_back if u.why in WAITING)
        return outcome(content, errors, warnings, waiting, missing_in(plan.problems))

    def _check_held(self, plan: Plan) -> None:
        """Whatever has an error is held for one of its errors."""
        faults = {(p.where.number, p.code) for p in plan.problems if p.severity is Severity.ERROR}
        held = {(unit.number, unit.why) for unit in plan.kept_back if unit.why not in WAITING}
        assert held <= faults
        assert {number for number, _ in held} == {number for number, _ in faults}

    def _written(self, read: transfer.Inputs, plan: Plan) -> bytes:
        written = transfer.write(plan.entries, settings=read.settings)
        self.batches.append(transfer.export(read, plan, written, exported_at=""))
        return written.content

    def cancel(self, index: int) -> None:
        self.batches[index] = replace(self.batches[index], state=BatchState.CANCELLED)


@dataclass
class Oracle:
    """The same exports made by the independent implementation."""

    history: oracle.History = field(default_factory=oracle.History)

    def export(self, inputs: Inputs, through: date) -> Outcome:
        result = oracle.export(*inputs, None, through.isoformat(), self.history)
        warnings = {said for said in result.problems if said[0] in oracle.WARNINGS}
        missing = Missing(len(result.missing), tuple(result.missing[:5]))
        return outcome(result.text, result.problems - warnings, warnings, result.held, missing)

    def cancel(self, index: int) -> None:
        self.history.cancel(index + 1)


def edited(rng: Random, inputs: Inputs) -> Inputs:
    """The inputs some weeks later: units and settings changed, or nothing."""
    company, documents, payments = inputs
    if rng.random() < 0.7:
        documents, payments = random_books.edit_books(rng, documents, payments)
    if rng.random() < 0.4:
        company = random_books.edit_company(rng, company)
    return Inputs(company, documents, payments)


@dataclass
class Files:
    """Which files an export is given: all of the books, or those of a month."""

    rng: Random
    history: oracle.History
    transferred: Inputs | None = None

    def of(self, inputs: Inputs) -> Inputs:
        """All, or, when there is something in the books, often only what is new or was changed."""
        if self.transferred is None or not random_books.tries(self.rng, "month-files", 0.5):
            return inputs
        live = self.history.live_units()
        needed = random_books.changed_units(self.transferred[1:], inputs[1:])
        numbers = {("document", number) for number in oracle.read_documents(inputs.documents, "")}
        numbers |= {("payment", number) for number in oracle.read_payments(inputs.payments)}
        files = random_books.month_files(self.rng, *inputs[1:], needed | (numbers - live))
        return Inputs(inputs.company, *files)

    def exported(self, inputs: Inputs, outcome: Outcome) -> None:
        if outcome.content:
            self.transferred = inputs


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_history_of_exports_is_that_of_the_reference(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - it hides nothing
    inputs = Inputs(random_books.random_company(rng), *random_books.random_books(rng))
    ours, theirs = Ecriture(), Oracle()
    files = Files(rng, theirs.history)
    for step in range(EXPORTS):
        through = NEW_YEAR + timedelta(rng.choice(DAYS_TO_THROUGH))
        given = files.of(inputs)
        got, expected = ours.export(given, through), theirs.export(given, through)
        assert got == expected, f"seed {seed}, export {step + 1} through {through} of\n{given}"
        files.exported(inputs, expected)
        if ours.batches and rng.random() < 0.12:
            index = rng.randrange(len(ours.batches))
            ours.cancel(index)
            theirs.cancel(index)
        inputs = edited(rng, inputs)


def same_form(inputs: Inputs) -> Iterator[int]:
    """How many documents share their form and date, and how many payments their method and date."""
    documents = oracle.read_documents(inputs.documents, "CAD").values()
    payments = oracle.read_payments(inputs.payments).values()
    forms = [(it.date, *((row.kind, row.code) for row in it.rows)) for it in documents if it.final]
    yield from Counter(forms).values()
    yield from Counter((it.date, it.method, it.type, len(it.rows)) for it in payments if it.final).values()


@pytest.mark.skipif(bool(random_books.WITHOUT), reason="some is left out")
def test_the_histories_try_what_they_should() -> None:
    """The comparison is worth nothing when the random books all fail, or never come to anything."""
    tried: Counter[str] = Counter()
    for seed in range(40):
        rng = Random(seed)  # noqa: S311 - it hides nothing
        inputs = Inputs(random_books.random_company(rng), *random_books.random_books(rng))
        theirs = Oracle()
        files = Files(rng, theirs.history)
        outcome = theirs.export(inputs, date(2026, 4, 30))
        tried["files"] += bool(outcome.content)
        tried["errors"] += bool(outcome.problems) and not outcome.content
        tried["waiting"] += bool(outcome.waiting)
        tried["carried"] += b"(reporte)" in outcome.content or b"(carried)" in outcome.content
        tried["in groups"] += sum(size for size in same_form(inputs) if size > 1)
        tried["alone"] += sum(size for size in same_form(inputs) if size == 1)
        rows = [(it.sign, row) for it in oracle.read_payments(inputs.payments).values() for row in it.rows]
        tried["tips"] += sum(row.tip > 0 for _, row in rows)
        tried["fees kept of refunds"] += sum(sign < 0 < row.fee for sign, row in rows)
        tried["fees given back"] += sum(row.fee < 0 for _, row in rows)
        files.exported(inputs, outcome)
        for _ in range(4):
            inputs = edited(rng, inputs)
            given = files.of(inputs)
            tried["month files"] += given != inputs
            tried["missing"] += bool(theirs.export(given, date(2026, 4, 30)).missing.count)
    assert tried["files"] >= 25
    assert min(tried[name] for name in ("errors", "waiting", "carried", "fees kept of refunds", "fees given back")) >= 1
    assert min(tried[name] for name in ("tips", "month files", "missing")) >= 30
    assert tried["in groups"] > tried["alone"] / 2, tried
