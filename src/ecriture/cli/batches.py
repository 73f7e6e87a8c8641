"""`ecriture batches`: what was exported, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from ecriture.cli.files import write_whole
from ecriture.cli.report import WHY
from ecriture.cli.speech import Speech, tell
from ecriture.cli.usage import WrongUsage, keep_apart
from ecriture.core.amounts import show_amount, show_number
from ecriture.core.batches import BatchPosting, BatchState, NoReason
from ecriture.core.entries import EntryHead
from ecriture.core.text import storable
from ecriture.memory.state import open_state
from ecriture.speech.language import N_


class Head(Protocol):
    """A batch without what it holds. `entries` is how many it has."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> BatchState: ...
    @property
    def reason(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def through(self) -> date: ...
    @property
    def entries(self) -> int: ...
    @property
    def debit_cents(self) -> int: ...


class Batches(Protocol):
    """The batches of one company, in a state file or on the server. All but `batches` raise NoSuchBatch."""

    @property
    def company(self) -> str: ...
    def batches(self) -> Sequence[Head]: ...
    def content(self, number: int) -> bytes: ...
    def entries(self, number: int) -> Sequence[EntryHead]: ...
    def listing(self, number: int) -> Iterable[BatchPosting]: ...
    def confirm(self, number: int) -> None: ...
    def cancel(self, number: int, reason: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to do; nothing of it lists all batches."""

    confirm: int | None = None
    cancel: int | None = None
    reason: str | None = None
    write: int | None = None
    out: Path | None = None
    show: int | None = None


STATES = {
    BatchState.EXPORTED: N_("exported, not confirmed"),
    BatchState.CONFIRMED: N_("confirmed"),
    BatchState.CANCELLED: N_("cancelled"),
}


def of_state(place: Path, request: Request, speech: Speech) -> int:
    """Does one thing with the batches of a state file and returns 0. Raises errors that `failures.in_words` knows."""
    judge(request, speech, place)
    with open_state(place) as state:
        return done(state, request, speech)


def judge(request: Request, speech: Speech, *kept: Path) -> None:
    """Raises WrongUsage for options that do not go together. `kept` are files that must not be written over."""
    wishes = [wish for wish in (request.confirm, request.cancel, request.write, request.show) if wish is not None]
    if len(wishes) > 1:
        raise WrongUsage(speech("One at a time: --confirm, --cancel, --write or --show."))
    if request.reason is not None and request.cancel is None:
        raise WrongUsage(speech("Use --reason only with --cancel."))
    if request.out is not None and request.write is None:
        raise WrongUsage(speech("Use --out only with --write."))
    if request.out is not None:
        keep_apart(request.out, *kept, speech=speech)


def done(batches: Batches, request: Request, speech: Speech) -> int:
    """Does what is asked with some batches, and returns 0."""
    if request.confirm is not None:
        batches.confirm(request.confirm)
        tell(speech("Batch {number} is confirmed.", number=request.confirm))
    elif request.cancel is not None:
        _cancel(batches, request.cancel, request.reason or "", speech)
    elif request.write is not None:
        _write(batches, request.write, request.out, speech)
    elif request.show is not None:
        _show(batches, request.show, speech)
    else:
        _list(batches, speech)
    return 0


def _cancel(batches: Batches, number: int, reason: str, speech: Speech) -> None:
    """Cancels a batch, and says which entries are to be reversed if the program has them already."""
    if not reason.strip():
        raise NoReason
    entries = batches.entries(number)
    batches.cancel(number, storable(reason.strip()))
    tell(speech("Batch {number} is cancelled: its postings are pending again.", number=number))
    tell(speech("If the program has taken the file, reverse these entries there:"))
    for entry in entries:
        tell(f"  {entry.source}  {entry.date}  {show_amount(entry.debit_cents, speech.language)}")


def _write(batches: Batches, number: int, out: Path | None, speech: Speech) -> None:
    content = batches.content(number)
    if out is None:
        raise WrongUsage(speech("Choose the file with --out FILE."))
    if str(out) == "-":
        import sys  # noqa: PLC0415 - the one place that writes bytes there

        sys.stdout.buffer.write(content)
        return
    write_whole(out, content)
    tell(speech("File: {file} ({size} bytes)", file=out, size=len(content)))


def _list(batches: Batches, speech: Speech) -> None:
    tell(speech("Batches of {company}:", company=batches.company or "-"))
    for batch in batches.batches():
        debits = show_amount(batch.debit_cents, speech.language)
        entries = speech.plural("{count} entry", "{count} entries", batch.entries)
        reason = f" ({batch.reason})" if batch.reason else ""
        tell(
            f"  {batch.number}  {batch.through}  {batch.target}  {entries}  {debits}  {speech(STATES[batch.state])}{reason}"
        )
    if not batches.batches():
        tell(speech("No batches yet."))


def _show(batches: Batches, number: int, speech: Speech) -> None:
    """The listing: source, line, unit, customer, own date, account, amount, and why."""
    sources = [entry.source for entry in batches.entries(number)]
    for posting in batches.listing(number):
        amount = show_number(posting.amount_cents, speech.language)
        tell(
            f"{sources[posting.entry - 1]}  {posting.line}  {posting.unit.number}  {posting.customer}  {posting.own_date}"
            f"  {posting.account}  {amount}  {speech(WHY[posting.why])}"
        )
