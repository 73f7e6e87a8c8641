"""`ecriture convert` and `ecriture check`: the same work, but for the file at the end."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

from ecriture.cli.files import NewFile
from ecriture.cli.layouts import named_target
from ecriture.cli.progress import Progress
from ecriture.cli.report import Outcome, as_json, differing, say_blocked, say_file, say_outcome
from ecriture.cli.speech import Speech, argument, hand_over, tell
from ecriture.cli.usage import WrongUsage, keep_apart
from ecriture.core.accounts import Chart
from ecriture.core.batches import NOTHING_TRANSFERRED, BatchState, Transferred, followed_by
from ecriture.core.plan import Plan, exported_units
from ecriture.core.problems import Severity
from ecriture.targets.registry import Target
from ecriture.transfer import (
    Inputs,
    NothingToDate,
    Written,
    batch_of,
    export,
    is_blocked,
    plan,
    read,
    read_set_up,
    target_in,
    unsound,
    write,
)

if TYPE_CHECKING:
    from ecriture.memory.state import State
    from ecriture.sources.mapping.mapping_file import MappingRead

DONE, ERRORS = 0, 1


class BatchWithoutFile(OSError):
    """The batch is recorded, and its file could not be put in place. Another export would not have it again."""

    def __init__(self, error: OSError, *, number: int, state: Path, out: Path) -> None:
        super().__init__(error.errno, error.strerror, str(out))
        self.number, self.state = number, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options of `convert` and `check`. `out` is None for `check`."""

    company: Path
    documents: Path | None = None
    payments: Path | None = None
    chart: Path | None = None
    mapping: tuple[str, ...] = ()
    state: Path | None = None
    through: date | None = None
    since: date | None = None
    batch: int | None = None
    target: str = ""
    skip_invalid: bool = False
    explain: bool = False
    as_json: bool = False
    out: Path | None = None

    @property
    def to_standard_output(self) -> bool:
        return self.out is not None and str(self.out) == "-"


def convert(request: Request, speech: Speech) -> int:
    """Does the work, says what came of it, and gives the exit status. Raises OSError, WrongUsage and their like."""
    if request.to_standard_output and request.as_json:
        raise WrongUsage(speech("--out - and --format json both use standard output. Choose a file for --out."))
    if request.out is not None:
        read_too = request.company, request.documents, request.payments, request.chart, request.state
        keep_apart(request.out, *read_too, *map(Path, request.mapping), speech=speech)
    if request.documents is None:
        return _check_set_up(request, speech)
    mappings = _mappings(request, speech)
    named = named_target(request.target)
    if wrong := [*(problem for it in mappings for problem in it.problems), *named.problems]:
        outcome = Outcome(through=None, batch=0, target=None, problems=tuple(wrong))
        return _say(request, speech, outcome=outcome, status=ERRORS)
    with Progress(speech("Reading")):
        inputs = read(
            company=request.company,
            documents=request.documents,
            payments=request.payments,
            chart=request.chart,
            mappings=[it.mapping for it in mappings],
        )
    if any(problem.severity is Severity.FATAL for problem in inputs.problems):
        outcome = Outcome(through=None, batch=0, target=None, problems=inputs.problems)
        return _say(request, speech, outcome=outcome, status=ERRORS)
    with _state(request, inputs) as state:
        return _convert(request, speech, inputs, state, target_in(inputs, named.target or ""))


def _mappings(request: Request, speech: Speech) -> "list[MappingRead]":
    if not request.mapping:
        return []
    from ecriture.cli.mappings import read_named  # noqa: PLC0415 - not needed without --mapping

    return [read_named(name, speech) for name in request.mapping]


def _check_set_up(request: Request, speech: Speech) -> int:
    """Without documents: what is wrong with the settings and the chart. Only a file that cannot be used is an error."""
    without = {"--payments": request.payments, "--state": request.state, "--mapping": request.mapping or None}
    if extra := [option for option, given in without.items() if given is not None]:
        raise WrongUsage(speech("{options}: only with --documents.", options=", ".join(extra)))
    inputs = read_set_up(company=request.company, chart=request.chart)
    named = named_target(request.target)
    problems = (*inputs.problems, *named.problems)
    fatal = any(problem.severity is Severity.FATAL for problem in problems)
    if not fatal:
        problems = (*problems, *unsound(inputs, target=named.target or ""))
    outcome = Outcome(through=None, batch=0, target=None, problems=problems)
    if request.as_json:
        hand_over(as_json(outcome, speech))
        return ERRORS if fatal else DONE
    for line in speech.problems(problems):
        tell(line, to_errors=True)
    if fatal:
        say_blocked(outcome, speech, writes=request.out is not None)
        return ERRORS
    warnings = len(problems)
    if not problems:
        tell(speech("No problem in the settings."))
    else:
        tell(speech.plural("{count} point to check.", "{count} points to check.", warnings), to_errors=True)
    tell(speech("Checked: nothing was written."))
    return DONE


@contextmanager
def _state(request: Request, inputs: Inputs) -> "Iterator[State | None]":
    context: AbstractContextManager[State | None] = nullcontext()
    if request.state is not None:
        from ecriture.memory.state import open_state  # noqa: PLC0415 - not needed without --state

        context = open_state(request.state, inputs.settings)
    with context as state:
        yield state


def _convert(request: Request, speech: Speech, inputs: Inputs, state: "State | None", target: Target) -> int:
    number = _number(request, speech, state)
    _say_state(request, speech, state)
    transferred = state.transferred(inputs.units, span=inputs.books.span) if state is not None else NOTHING_TRANSFERRED
    with Progress(speech("Posting")):
        plans = _plans(request, inputs, target, transferred, number)
    outcomes = [_outcome(request, target, found) for found in plans]
    if is_blocked(plans[-1].problems, skip_invalid=request.skip_invalid):
        return _say(request, speech, outcome=outcomes[-1], status=ERRORS)
    if len(plans) > 1 and request.to_standard_output:
        months = ", ".join(plans[0].periods)
        raise WrongUsage(
            speech(
                "{program} takes one month in a file, and these wait: {months}. Choose a file for --out.",
                program=target.title,
                months=months,
            )
        )
    if request.out is not None:
        outcomes[0] = _made(request, inputs, target, plans[0], state, several=len(plans) > 1)
    for place in range(1, len(plans) if request.out is not None else 0):
        with _state(request, inputs) as again:  # a change ends what a state was opened for
            found = plans[place]
            if again is not None:
                held = again.transferred(inputs.units, span=inputs.books.span)
                found = _plan(request, inputs, target, held, again.next_number)
            outcomes[place] = _made(request, inputs, target, found, again, several=True)
    return _say(request, speech, outcome=outcomes[-1], chart=inputs.chart, earlier=tuple(outcomes[:-1]))


def _made(
    request: Request, inputs: Inputs, target: Target, found: Plan, state: "State | None", *, several: bool
) -> Outcome:
    """Writes the batch of a plan, if it has anything."""
    if not found.entries:
        return _outcome(request, target, found)
    written = write(found.entries, settings=inputs.settings, chart=inputs.chart, target=target, planned=found)
    its = replace(request, out=_file_of(request, found, several=several))
    _put(its, inputs, found, written, state, target)
    return _outcome(its, target, found, written)


def _plans(request: Request, inputs: Inputs, target: Target, transferred: Transferred, number: int) -> list[Plan]:
    """The plan of what is pending; one for each month where the target takes one in a batch. The last is the first that is
    blocked, if any is: then nothing may be written.
    """
    plans: list[Plan] = []
    while True:
        found = _plan(request, inputs, target, transferred, number + len(plans))
        plans.append(found)
        if len(found.periods) < 2 or is_blocked(found.problems, skip_invalid=request.skip_invalid):
            return plans
        planned = Written(b"", found.entries, ())
        batch = export(inputs, found, planned, target=target, exported_at="")
        transferred = followed_by(transferred, [batch])


def _plan(request: Request, inputs: Inputs, target: Target, transferred: Transferred, number: int) -> Plan:
    try:
        return plan(
            inputs,
            target=target,
            transferred=transferred,
            through=request.through,
            since=request.since,
            batch=number,
        )
    except NothingToDate as error:
        return Plan(date.min, number, problems=error.problems)


def _file_of(request: Request, found: Plan, *, several: bool) -> Path | None:
    """The file of a batch: that of `--out`, with the month in its name where there are several."""
    if request.out is None or not several:
        return request.out
    return request.out.with_name(f"{request.out.stem}-{found.entries[0].date:%Y-%m}{request.out.suffix}")


def _number(request: Request, speech: Speech, state: "State | None") -> int:
    if state is None:
        return request.batch or 1
    if request.batch not in (None, state.next_number):
        raise WrongUsage(
            speech("With --state, batches are numbered automatically: the next is {number}.", number=state.next_number)
        )
    return state.next_number


def _put(
    request: Request, inputs: Inputs, found: Plan, written: Written, state: "State | None", target: Target
) -> None:
    """The state first, then the file: if the power fails between the two, the batch is recorded and has its bytes."""
    if request.to_standard_output:
        _keep(inputs, found, written, state, target)
        with _recorded(request, found, state):
            sys.stdout.buffer.write(written.content)
            sys.stdout.buffer.flush()
    elif request.out is not None:
        with NewFile(request.out, written.content) as file:
            if file.on_disk != written.content:
                raise OSError(5, "Input/output error", str(request.out))
            _keep(inputs, found, written, state, target)
            with _recorded(request, found, state):
                file.put_in_place()


@contextmanager
def _recorded(request: Request, found: Plan, state: "State | None") -> "Iterator[None]":
    """What is written after the batch was recorded: a failure says how to write it again."""
    try:
        yield
    except OSError as error:
        if state is None or request.state is None or request.out is None:
            raise
        raise BatchWithoutFile(error, number=found.batch, state=request.state, out=request.out) from error


def _keep(inputs: Inputs, found: Plan, written: Written, state: "State | None", target: Target) -> None:
    if state is not None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        batch = batch_of(inputs, found, written, target=target, exported_at=now, who=_who())
        state.append(batch, exported_units(found))


def _who() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container may have no name for its user
        return ""


def _outcome(request: Request, target: Target, found: Plan, written: Written | None = None) -> Outcome:
    writes = written is not None and not request.to_standard_output
    return Outcome(
        through=found.through if found.through != date.min else None,
        batch=found.batch,
        target=target,
        problems=(*found.problems, *(written.problems if written is not None else ())),
        entries=written.entries if written is not None else found.entries,
        kept_back=found.kept_back,
        left_out=found.left_out,
        content=written.content if written is not None else b"",
        path=request.out if writes else None,
        plan=found if request.explain else None,
    )


# What is said


def _say(
    request: Request,
    speech: Speech,
    *,
    outcome: Outcome,
    status: int = DONE,
    chart: Chart | None = None,
    earlier: tuple[Outcome, ...] = (),
) -> int:
    """Says what came of it. `earlier` are the batches of earlier months that the same command made."""
    if request.as_json:
        hand_over(as_json(outcome, speech, *earlier))
        return status
    for line in speech.problems(differing(problem for it in (*earlier, outcome) for problem in it.problems)):
        tell(line, to_errors=True)
    if status == ERRORS:
        say_blocked(outcome, speech, writes=request.out is not None)
        return status
    for its in earlier:
        say_outcome(its, speech, chart or Chart(), to_errors=False, last=False)
        if its.path is not None:
            say_file(its, its.path, speech, steps=False)
    say_outcome(outcome, speech, chart or Chart(), to_errors=request.to_standard_output)
    _say_left_out(speech, outcome)
    _say_file(request, speech, outcome, [it.batch for it in (*earlier, outcome)])
    return status


def _say_left_out(speech: Speech, outcome: Outcome) -> None:
    if outcome.left_out:
        text = speech.plural(
            "{count} posting group is dated before --from, and was left out.",
            "{count} posting groups are dated before --from, and were left out.",
            outcome.left_out,
        )
        tell(text, to_errors=True)


def _say_file(request: Request, speech: Speech, outcome: Outcome, batches: list[int]) -> None:
    to_errors = request.to_standard_output
    if request.out is None:
        tell(speech("Checked: nothing was written."))
    elif not outcome.entries:
        tell(speech("Nothing to transfer."), to_errors=to_errors)
        if not request.to_standard_output and request.out.exists():
            tell(speech("{file} is an older export, and was left as it is.", file=request.out), to_errors=to_errors)
    elif outcome.path is not None:
        say_file(outcome, outcome.path, speech)
        if request.state is not None:
            for number in batches:
                _say_confirm(speech, request.state, number)


def _say_confirm(speech: Speech, state: Path, number: int) -> None:
    tell(
        speech(
            "When it is in: ecriture batches --state {state} --confirm {number}; if it was refused: --cancel {number}"
            ' --reason "…".',
            state=argument(state),
            number=number,
        )
    )


def _say_state(request: Request, speech: Speech, state: "State | None") -> None:
    """Without a state file, everything is written again; with one, asks about batches that are not confirmed yet."""
    if request.as_json:
        return
    if state is None:
        if request.out is not None:
            tell(
                speech("Without a state file (--state), everything is written, including what an earlier file had."),
                to_errors=True,
            )
        return
    for batch in state.batches():
        if batch.state is BatchState.EXPORTED:
            text = speech(
                "Did the program take batch {number}? Record it: ecriture batches --state {state} --confirm {number}, or"
                ' --cancel {number} --reason "…".',
                number=batch.number,
                state=argument(request.state),
            )
            tell(text, to_errors=True)
