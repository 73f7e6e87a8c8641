"""From inputs to a file: the one way that the command, the library and the server go."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.batches import NOTHING_TRANSFERRED, Batch, Transferred
from ecriture.core.documents import Books, Document, Payment, Status, UnitKind
from ecriture.core.entries import JournalEntry
from ecriture.core.plan import Plan, listing
from ecriture.core.plan import plan as difference
from ecriture.core.problems import Problem, Severity, Where
from ecriture.core.references import not_final, overpaid, similar, without_unknown
from ecriture.core.registers import Documents, Payments
from ecriture.core.review import TargetRules
from ecriture.core.settings import Settings
from ecriture.core.wants import HeldUnit, Wants
from ecriture.sources.chart import ChartRead, read_chart
from ecriture.sources.documents import read_documents
from ecriture.sources.payments import read_payments
from ecriture.sources.settings_file import CompanyRead, read_company
from ecriture.targets.registry import Target, WriteOptions
from ecriture.targets.registry import target as target_of

Source = str | Path | bytes | BinaryIO
"""A file by its path, its bytes, or opened in binary mode (it must be able to go back to its start)."""


class ThroughLocked(ValueError):
    """The last date asked for is on or before the lock date: nothing can be dated there."""

    def __init__(self, through: date, lock_date: date) -> None:
        super().__init__(f"through {through} is not after the lock date {lock_date}")
        self.through = through
        self.lock_date = lock_date


class NothingToDate(ValueError):
    """The input has no valid document or payment, so that there is no latest date."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read: the settings, the chart, the valid documents and payments, and all problems so far."""

    company: Settings
    chart: Chart
    books: Books
    problems: tuple[Problem, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """The names of the files of documents and of payments, for the places of problems."""

    @property
    def latest_date(self) -> date:
        """The latest date of what is valid and not a draft. Raises NothingToDate when there is none."""
        documents, payments = Documents.of(self.books.documents), Payments.of(self.books.payments)
        days_and_statuses = zip(documents.columns.dates, documents.columns.statuses, strict=True)
        of_documents = {day for day, status in days_and_statuses if status is not Status.DRAFT}
        applied = {day for day in set(payments.shares.applied) if day}
        latest = max((*of_documents, *set(payments.columns.dates), *applied), default=date.min)
        if latest == date.min:
            raise NothingToDate
        return latest


@contextmanager
def _opened(source: Source, name: str) -> Iterator[tuple[BinaryIO, str]]:
    """A stream and the name to show for it."""
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            yield stream, Path(source).name
    elif isinstance(source, bytes):
        yield BytesIO(source), name
    else:
        yield source, Path(str(getattr(source, "name", name))).name


def read_settings(company: Source) -> CompanyRead:
    """The settings of a company, with their problems. Raises OSError."""
    with _opened(company, "company.toml") as (stream, name):
        return read_company(stream, file=name)


def read_accounts(chart: Source | None) -> ChartRead:
    """A chart of accounts, with its problems; an empty one when there is none. Raises OSError."""
    if chart is None:
        return ChartRead(Chart(), ())
    with _opened(chart, "chart.csv") as (stream, name):
        return read_chart(stream, file=name)


def inputs(
    company: Settings,
    *,
    documents: Iterable[Document] = (),
    payments: Iterable[Payment] = (),
    chart: Chart | None = None,
) -> Inputs:
    """The inputs of a program that holds its documents and payments itself. Numbers must be unique: the last one counts."""
    books = Books(
        Documents({it.number: it for it in documents}.values()), Payments({it.number: it for it in payments}.values())
    )
    return _checked(Inputs(company, chart or Chart(), books, ()))


def _checked(inputs: Inputs) -> Inputs:
    """The inputs with what their units say of each other."""
    sound, unknown = without_unknown(inputs.books)
    all_units = inputs.books
    said = (unknown, similar(all_units.documents), similar(all_units.payments), not_final(sound), overpaid(sound))
    placed = _placed((problem for found in said for problem in found), inputs.files)
    return replace(inputs, books=sound, problems=(*inputs.problems, *placed))


def read(*, company: Source, documents: Source, payments: Source | None = None, chart: Source | None = None) -> Inputs:
    """Everything that a conversion begins with. Raises OSError for a file that cannot be read; mistakes are problems."""
    settings, accounts = read_settings(company), read_accounts(chart)
    with _opened(documents, "documents.csv") as (stream, documents_name):
        read_units = read_documents(stream, file=documents_name, currency=settings.company.currency)
    with _opened(b"payment,date,amount\n" if payments is None else payments, "payments.csv") as (stream, payments_name):
        read_money = read_payments(stream, file=payments_name)
    books = Books(read_units.units, read_money.units, read_units.faulty, read_money.faulty)
    files = {UnitKind.DOCUMENT.value: documents_name, UnitKind.PAYMENT.value: payments_name}
    of_units = (*read_units.problems, *read_money.problems)
    found = Inputs(settings.company, accounts.chart, books, (*settings.problems, *accounts.problems, *of_units), files)
    return found if _broken(of_units) else _checked(found)


def _broken(problems: Iterable[Problem]) -> bool:
    """Whether a file could not be read whole: what it does not have is not known to be missing then."""
    return any(problem.severity is Severity.FATAL for problem in problems)


def _placed(problems: Iterable[Problem], files: Mapping[str, str]) -> Iterator[Problem]:
    for problem in problems:
        file = files.get(problem.where.kind, "")
        yield replace(problem, where=problem.where._replace(file=file)) if file and not problem.where.file else problem


def rules_of(target: Target) -> TargetRules:
    return TargetRules(target.sage_numbers, target.first_date, target.last_date, target.source_limit)


def plan(
    inputs: Inputs,
    *,
    target: str = "",
    transferred: Transferred = NOTHING_TRANSFERRED,
    through: date | None = None,
    since: date | None = None,
    batch: int = 1,
    recording: bool = False,
) -> Plan:
    """The next batch: what is pending, as entries, with all problems of the inputs too. Nothing is kept anywhere.

    `through` is the latest date of the inputs when it is not given. Raises ThroughLocked, and NothingToDate.
    """
    company = inputs.company
    last = through or inputs.latest_date
    if company.lock_date is not None and last <= company.lock_date:
        raise ThroughLocked(last, company.lock_date)
    wants = Wants(inputs.books, company, through=last, transferred=transferred)
    found = difference(
        wants,
        transferred,
        company=company,
        documents=inputs.books.documents,
        through=last,
        since=since,
        batch=batch,
        chart=inputs.chart,
        rules=rules_of(target_of(target or company.accounting.target)),
        recording=recording,
    )
    said = (*_of_settings(inputs, transferred), *wants.problems, *_missing(inputs.books, transferred), *found.problems)
    found.problems = [*inputs.problems, *_placed(said, inputs.files)]
    found.held = _with_codes([*wants.held, *_faulty(inputs.books), *found.held], found.problems)
    return found


def _of_settings(inputs: Inputs, transferred: Transferred) -> Iterator[Problem]:
    company, accounts = inputs.company, inputs.company.accounts
    if transferred and transferred.start_date != company.accounting.start_date:
        kind = "start-date" if transferred.start_date else "start-date-none"
        params = {"setting": "accounting.start_date", "value": company.accounting.start_date, "kind": kind}
        yield Problem("setting-invalid", {**params, "accepted": transferred.start_date}, Where("company.toml"))
    if accounts.refund_debit and accounts.payment_credit and accounts.refund_debit != accounts.payment_credit:
        params = {"account": accounts.refund_debit, "clearing": accounts.payment_credit}
        yield Problem("receivable-split", {**params, "setting": "accounts.refund_debit"}, Where("company.toml"))


def _missing(books: Books, transferred: Transferred) -> Iterator[Problem]:
    """Live units that are not in the input: left as they are, and said, because a renumbered one would post twice."""
    if not transferred:
        return
    known = {
        UnitKind.DOCUMENT: books.documents.keys() | books.faulty_documents,
        UnitKind.PAYMENT: books.payments.keys() | books.faulty_payments,
    }
    for kind, number in transferred.parts:
        if number not in known[kind]:
            yield Problem("transferred-missing", {}, Where("", 0, kind, number))


def _faulty(books: Books) -> Iterator[HeldUnit]:
    for number in sorted(books.faulty_documents):
        yield HeldUnit(UnitKind.DOCUMENT, number, "error")
    for number in sorted(books.faulty_payments):
        yield HeldUnit(UnitKind.PAYMENT, number, "error")


def _with_codes(held: Iterable[HeldUnit], problems: Iterable[Problem]) -> list[HeldUnit]:
    """What is held for an error says which: the code of its first one."""
    codes: dict[tuple[str, str], str] = {}
    for problem in problems:
        if problem.stops:
            codes.setdefault((problem.where.kind, problem.where.number), problem.code)
    return [
        unit._replace(why=codes.get((unit.kind, unit.number), unit.why)) if unit.why == "error" else unit
        for unit in held
    ]


def is_blocked(problems: Iterable[Problem], *, skip_invalid: bool) -> bool:
    """Whether no file may be written: for any error, or with `skip_invalid` only for one that stops everything."""
    severities = {problem.severity for problem in problems}
    return Severity.FATAL in severities or (Severity.ERROR in severities and not skip_invalid)


class Written(NamedTuple):
    """A file's bytes, the entries as the target has them, and the warning about texts that had to be changed."""

    content: bytes
    entries: tuple[JournalEntry, ...]
    problems: tuple[Problem, ...]


class ReadBackDiffers(RuntimeError):
    """What was written does not read back as what was meant: a fault of the program, found before it did harm."""


def write(
    entries: Iterable[JournalEntry], *, company: Settings, chart: Chart | None = None, target: str = ""
) -> Written:
    """The bytes of a target's file, read back and compared entry by entry. Raises ReadBackDiffers, never in silence."""
    chosen = target_of(target or company.accounting.target)
    fitted = chosen.fit(tuple(entries))
    content = chosen.write(fitted.entries, WriteOptions(company.currency, company.language, chart or Chart()))
    try:
        same = chosen.read(content) == fitted.entries
    except ValueError:
        same = False
    if not same:
        raise ReadBackDiffers(chosen.name)
    problems: tuple[Problem, ...] = ()
    if fitted.shortened or fitted.replaced:
        counts = {"shortened": fitted.shortened, "replaced": fitted.replaced, "target": chosen.name}
        problems = (Problem("text-shortened", counts),)
    return Written(content, fitted.entries, problems)


def export(
    inputs: Inputs, found: Plan, written: Written, *, target: str = "", exported_at: str, who: str = ""
) -> Batch:
    """The batch of a plan that was made with `recording`: what the next plan takes as transferred (`transferred_by`)."""
    accounting = inputs.company.accounting
    return Batch(
        number=found.batch,
        target=target or accounting.target,
        through=found.through,
        content=written.content,
        entries=written.entries,
        postings=tuple(posting for posting, _ in listing(found)),
        records=found.records,
        opening=accounting.opening,
        start_date=accounting.start_date,
        exported_at=exported_at,
        exported_by=who,
    )
