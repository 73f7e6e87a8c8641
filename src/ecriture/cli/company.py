"""The transfer of a company of the server by command, as a nightly job does it: plan, export, batches."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ecriture.cli import batches
from ecriture.cli.batches import Head, judge
from ecriture.cli.files import write_whole
from ecriture.cli.report import Outcome, as_json, say_blocked, say_file, say_outcome
from ecriture.cli.server import UNUSABLE, refused, served
from ecriture.cli.speech import Speech, hand_over, tell
from ecriture.core.batches import BatchPosting, BatchState, NoSuchBatch
from ecriture.core.entries import EntryHead

if TYPE_CHECKING:
    from ecriture.store.models import Batch, Company
    from ecriture.store.transfer import Planned

DONE, ERRORS = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options of `plan` and `export`. `out` is None for `plan`; `company` is a name or an id."""

    company: str
    through: date
    database: str = ""
    skip_invalid: bool = False
    explain: bool = False
    as_json: bool = False
    out: Path | None = None

    @property
    def to_standard_output(self) -> bool:
        return self.out is not None and str(self.out) == "-"


def plan(request: Request, speech: Speech) -> int:
    """Shows what a transfer would contain. Raises ThroughLocked."""

    def work(company: "Company") -> int:
        from ecriture.store import transfer  # noqa: PLC0415 - with Django

        planned = transfer.plan(company, request.through)
        blocked = planned.is_blocked(skip_invalid=request.skip_invalid)
        return _say(request, speech, planned, ERRORS if blocked else DONE)

    return for_company(speech, request.company, request.database, work)


def export(request: Request, speech: Speech) -> int:
    """Makes a batch of what is pending and writes its file. Raises ThroughLocked and OSError.

    The batch comes first: if its file cannot be written, the batch has its bytes, and `batches --write` gives them.
    """

    def work(company: "Company") -> int:
        from ecriture.store import transfer  # noqa: PLC0415 - with Django

        _ask(request, speech, company)
        planned = transfer.plan(company, request.through)
        try:
            batch = transfer.export(
                company, request.through, planned.fingerprint, None, skip_invalid=request.skip_invalid
            )
        except transfer.PlanChanged:
            return refused(speech("Somebody changed the books of {company} just now. Try again.", company=company))
        except transfer.Blocked as blocked:
            return _say(request, speech, blocked.planned, ERRORS)
        except transfer.NothingPending as nothing:
            return _say(request, speech, nothing.planned, DONE)
        return _written(request, speech, planned, batch)

    return for_company(speech, request.company, request.database, work)


def _written(request: Request, speech: Speech, planned: "Planned", batch: "Batch") -> int:
    content, out = bytes(batch.content), request.out or Path("-")
    try:
        if request.to_standard_output:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            write_whole(out, content)
    except OSError as error:
        tell(
            speech(
                "Batch {number} is made, but {file} could not be written: {reason}. Write it again: ecriture batches"
                " {company} --write {number} --out FILE",
                number=batch.number,
                file=out,
                reason=speech.reason(error),
                company=_typed(planned.company, request.database),
            ),
            to_errors=True,
        )
        return UNUSABLE
    return _say(request, speech, planned, DONE, content)


def of_server(company: str, request: batches.Request, speech: Speech, *, database: str) -> int:
    """Does one thing with the batches of a company and returns 0. Raises errors that `failures.in_words` knows."""
    judge(request, speech)
    return for_company(speech, company, database, lambda it: batches.done(CompanyBatches(it), request, speech))


class CompanyBatches:
    """The batches of a company of the server."""

    def __init__(self, company: "Company") -> None:
        self._company = company

    @property
    def company(self) -> str:
        return self._company.name

    def batches(self) -> Sequence[Head]:
        """In the order of their numbers."""
        from ecriture.store.transfer import batches_of  # noqa: PLC0415 - with Django

        return [_Head(it) for it in reversed(batches_of(self._company))]

    def content(self, number: int) -> bytes:
        return bytes(self._numbered(number).content)

    def entries(self, number: int) -> Sequence[EntryHead]:
        from ecriture.store.batches import entries_of  # noqa: PLC0415 - with Django

        found = entries_of(self._numbered(number))
        return [EntryHead(it.date, it.source, it.comment, it.debit_cents) for it in found]

    def listing(self, number: int) -> Iterable[BatchPosting]:
        from ecriture.store.batches import listing_of  # noqa: PLC0415 - with Django

        return listing_of(self._numbered(number))

    def confirm(self, number: int) -> None:
        from ecriture.store import transfer  # noqa: PLC0415 - with Django

        transfer.confirm(self._company, number, None)

    def cancel(self, number: int, reason: str) -> None:
        from ecriture.store import transfer  # noqa: PLC0415 - with Django

        transfer.cancel(self._company, number, None, reason=reason)

    def _numbered(self, number: int) -> "Batch":
        from ecriture.store.models import Batch  # noqa: PLC0415 - with Django

        found = Batch.objects.filter(company=self._company, number=number).first()
        if found is None:
            raise NoSuchBatch(number)
        return found


class _Head:
    """A batch as `ecriture batches` lists it."""

    def __init__(self, batch: "Batch") -> None:
        self.number = batch.number
        self.state = BatchState(batch.state)
        self.reason = batch.reason
        self.target = batch.target
        self.through = batch.through
        self.entries = batch.entry_count
        self.debit_cents = batch.debit_cents


def for_company(speech: Speech, name: str, database: str, work: "Callable[[Company], int]") -> int:
    """Runs work for the company of that name or id; the database is the server's, or that of a URL."""
    if database:
        os.environ["DATABASE_URL"] = database

    def found() -> int:
        from ecriture.store.access import companies_called  # noqa: PLC0415 - with Django
        from ecriture.store.locking import Removed  # noqa: PLC0415

        companies = companies_called(name)
        with suppress(Removed):
            if len(companies) == 1:
                return work(companies[0])
        if len(companies) < 2:
            text = speech(
                "There is no company “{name}” on this server. See them all: ecriture companies list", name=name
            )
            return refused(text)
        text = speech("{count} companies are called {name}. Give the id of one:", count=len(companies), name=name)
        return refused("\n".join([text, *(f"  {it.pk}" for it in companies)]))

    return served(speech, found)


# What is said


def _typed(company: "Company", database: str) -> str:
    """A company as what is typed for it in any shell: its name where that is its alone, else its id; with its database.

    The URL of a database has a password: it is not said again.
    """
    from ecriture.store.access import companies_called  # noqa: PLC0415 - with Django

    name = company.name
    is_plain = name.isprintable() and not name.startswith("-") and not set(name) & set('"$`\\!%')
    typed = f'"{name}"' if is_plain and companies_called(name) == [company] else str(company.pk)
    return f"{typed} --database URL" if database else typed


def _ask(request: Request, speech: Speech, company: "Company") -> None:
    """Reminds of batches of which nobody said what became of them."""
    for batch in CompanyBatches(company).batches():
        if batch.state is BatchState.EXPORTED:
            text = speech(
                "Did the program take batch {number}? Record it: ecriture batches {company} --confirm {number}, or"
                ' --cancel {number} --reason "…".',
                number=batch.number,
                company=_typed(company, request.database),
            )
            tell(text, to_errors=True)


def _say(request: Request, speech: Speech, planned: "Planned", status: int, content: bytes = b"") -> int:
    from ecriture.web.words import setting_label  # noqa: PLC0415 - with Django

    speech = replace(speech, screen_name=setting_label)
    found, is_file = planned.plan, bool(content) and not request.to_standard_output
    outcome = Outcome(
        through=found.through,
        batch=found.batch,
        target=planned.inputs.target,
        problems=(*found.problems, *(planned.written.problems if found.entries else ())),
        entries=planned.written.entries if found.entries else (),
        kept_back=found.kept_back,
        content=content,
        path=request.out if is_file else None,
        plan=found if request.explain else None,
    )
    if request.as_json:
        hand_over(as_json(outcome, speech))
        return status
    for line in speech.problems(outcome.problems):
        tell(line, to_errors=True)
    if status == ERRORS and request.out is not None:
        say_blocked(outcome, speech, writes=True)
        return status
    say_outcome(outcome, speech, planned.inputs.chart, to_errors=request.to_standard_output)
    if not outcome.entries:
        tell(speech("Nothing to transfer."), to_errors=request.to_standard_output)
    elif outcome.path is not None:
        say_file(outcome, outcome.path, speech)
    if waiting := ", ".join(found.periods[1:]):
        text = speech(
            "{program} takes one month in a file. These wait for the next ones: {months}.",
            program=planned.inputs.target.title,
            months=waiting,
        )
        tell(text, to_errors=request.to_standard_output)
    if status == ERRORS:
        say_blocked(outcome, speech, writes=False)
    return status
