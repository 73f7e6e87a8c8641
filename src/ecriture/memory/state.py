"""The state file of the command: read under its lock, replaced whole, never overwritten when it cannot be trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ecriture.cli.files import locked, write_whole
from ecriture.core.batches import Batch, BatchState
from ecriture.core.settings import Settings
from ecriture.memory.state_json import State, read_state, write_state


class StateDamaged(ValueError):
    """The file is not what was written: it is left as it is."""


class StateForeign(ValueError):
    """The file holds the batches of another company."""


class NoSuchBatch(ValueError):
    """The state has no batch of that number."""


class WrongState(ValueError):
    """What is asked for cannot follow the state that a batch is in."""


@contextmanager
def open_state(place: Path, company: Settings | None = None) -> Iterator[State]:
    """The state in a file, under its lock until the end; a new one when there is none.

    Raises StateDamaged, StateForeign, Locked and OSError.
    """
    with locked(place):
        yield _read(place, company)


def _read(place: Path, company: Settings | None) -> State:
    if not place.exists():
        if company is None:
            raise FileNotFoundError(2, "No such file or directory", str(place))
        return State(company.name, company.currency)
    try:
        state = read_state(place.read_bytes())
    except ValueError as error:
        raise StateDamaged(str(error)) from error
    if company is not None and (state.company, state.currency) != (company.name, company.currency):
        raise StateForeign(f"{state.company} ({state.currency})")
    return state


def keep(place: Path, state: State) -> None:
    """Puts a new state in place of the old one."""
    write_whole(place, write_state(state))


def with_batch(state: State, batch: Batch) -> State:
    return replace(state, batches=(*state.batches, batch))


def confirmed(state: State, number: int) -> State:
    """The state with a batch confirmed: Sage took its file. Raises NoSuchBatch, or WrongState when it is cancelled."""
    batch = _numbered(state, number)
    if batch.state is BatchState.CANCELLED:
        raise WrongState(batch.state)
    return _with(state, replace(batch, state=BatchState.CONFIRMED))


def cancelled(state: State, number: int, reason: str) -> State:
    """The state with a batch cancelled: all its postings are pending again. Its number and bytes stay."""
    batch = _numbered(state, number)
    if batch.state is BatchState.CANCELLED:
        raise WrongState(batch.state)
    return _with(state, replace(batch, state=BatchState.CANCELLED, reason=reason))


def _numbered(state: State, number: int) -> Batch:
    batch = state.numbered(number)
    if batch is None:
        raise NoSuchBatch(number)
    return batch


def _with(state: State, changed: Batch) -> State:
    batches = tuple(changed if batch.number == changed.number else batch for batch in state.batches)
    return replace(state, batches=batches)
