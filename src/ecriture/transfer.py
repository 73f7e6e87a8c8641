"""From books to a file: the one way that the command, the library and the server go. `read` is the first two's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar

from ecriture.core.accounts import Chart
from ecriture.core.batches import NOTHING_TRANSFERRED, Batch, Transferred
from ecriture.core.documents import DOCUMENT, PAYMENT, Books, Document, Payment, Status, UnitId, UnitKind, new
from ecriture.core.entries import JournalEntry
from ecriture.core.nearest import Nearest
from ecriture.core.opening import opening_notices
from ecriture.core.plan import Plan, exported_units, posted
from ecriture.core.plan import plan as difference
from ecriture.core.problems import Problem, Severity, Where
from ecriture.core.references import aloud, missing, not_final, overpaid, settled_by, similar, without_unknown
from ecriture.core.review import TargetLimits
from ecriture.core.sales import KeptBack
from ecriture.core.settings import Settings
from ecriture.core.soundness import soundness, unsaid
from ecriture.core.wants import Wants
from ecriture.sources.chart import ChartRead, read_chart
from ecriture.sources.documents import COLUMNS as DOCUMENT_COLUMNS
from ecriture.sources.documents import read_documents
from ecriture.sources.payments import COLUMNS as PAYMENT_COLUMNS
from ecriture.sources.payments import read_payments
from ecriture.sources.settings_file import CompanyRead, read_company
from ecriture.sources.units import NO_DOCUMENTS, NO_PAYMENTS, MappedRead, OwnColumns, UnitsRead, with_columns
from ecriture.targets.registry import OTHER, OWN_LAYOUT, Target, WriteOptions
from ecriture.targets.registry import target as target_of

if TYPE_CHECKING:
    from ecriture.sources.mapping.model import ColumnMapping

U = TypeVar("U", Document, Payment)

SETTINGS_FILE = "settings"
"""Its name among the files of inputs; documents and payments have the names of their kinds."""

Source = str | Path | bytes | BinaryIO
"""A file by its path, its bytes, or opened in binary mode (it must be able to go back to its start)."""


class ThroughLocked(ValueError):
    """The last date asked for is on or before the lock date: nothing can be dated there."""

    def __init__(self, through: date, lock_date: date) -> None:
        super().__init__(f"through {through} is not after the lock date {lock_date}")
        self.through = through
        self.lock_date = lock_date


class NothingToDate(ValueError):
    """The input has no valid document or payment, so that there is no latest date; `problems` say why."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__("the input has no valid document or payment")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was read: the settings, the chart, the valid documents and payments, and the problems of reading them."""

    settings: Settings
    chart: Chart
    books: Books
    problems: tuple[Problem, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """The names of the files of documents, of payments and of settings, for the places of problems."""
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the kind of unit, how its file calls the columns that it has."""
    whole: bool = True
    """Whether both files could be read to their ends: else what they lack is not known to be missing."""
    layout: Target | None = None
    """The company's own layout, where its settings name the file of one."""

    @property
    def target(self) -> Target:
        """The company's target."""
        return self.layout or target_of(self.settings.accounting.target)

    @property
    def options(self) -> WriteOptions:
        return WriteOptions(self.settings.currency, self.settings.language, self.chart)

    @property
    def units(self) -> Iterator[UnitId]:
        """The units that a plan must know about: those that were read, valid or not, and the documents that they name."""
        documents, payments, faulty_documents, faulty_payments, *_ = self.books
        named = {row.document for payment in payments.values() for row in payment.rows}
        named.update([document.applies_to for document in documents.values()])
        numbers = {DOCUMENT: {*documents, *faulty_documents, *named} - {""}, PAYMENT: {*payments, *faulty_payments}}
        for kind, of_kind in numbers.items():
            yield from map(partial(new, UnitId), zip(repeat(kind), of_kind, strict=False))


def latest_date(books: Books) -> date | None:
    """The latest date of what is valid and not a draft; None when there is none."""
    of_documents = {it.date for it in books.documents.values() if it.status is not Status.DRAFT}
    of_payments = {it.date for it in books.payments.values()}
    applied = {row.applied for payment in books.payments.values() for row in payment.rows if row.applied}
    latest = max((*of_documents, *of_payments, *applied), default=date.min)
    return None if latest == date.min else latest


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
        return read_company(stream, file=name, own_layouts=True)


def read_accounts(chart: Source | None) -> ChartRead:
    """A chart of accounts, with its problems; an empty one when there is none. Raises OSError."""
    if chart is None:
        return ChartRead(Chart(), ())
    with _opened(chart, "chart.csv") as (stream, name):
        return read_chart(stream, file=name)


class OwnTarget(NamedTuple):
    """The target that a layout makes, or the problems of its file."""

    target: Target | None = None
    problems: tuple[Problem, ...] = ()


def own_target(name: str, *, beside: Source = "") -> OwnTarget:
    """The target of `layout:FILE`, the file looked for beside that of the settings; `layout` is its `layout.toml`.

    Raises OSError.
    """
    from ecriture.targets import layout  # noqa: PLC0415 - few companies have one

    folder = Path(beside).parent if isinstance(beside, str | Path) else Path()
    found = layout.read_file(folder / (f"{OTHER}.toml" if name == OTHER else name.removeprefix(OWN_LAYOUT)))
    return OwnTarget(None if found.problems else layout.target_of(found.layout, name), found.problems)


def inputs(
    settings: Settings,
    *,
    documents: Iterable[Document] = (),
    payments: Iterable[Payment] = (),
    chart: Chart | None = None,
) -> Inputs:
    """The inputs of a program that holds its documents and payments itself. Numbers must be unique: the last one counts."""
    by_number = {it.number: it for it in documents}, {it.number: it for it in payments}
    dates = {it.date for units in by_number for it in units.values()} - {date.min}
    span = (min(dates), max(dates)) if dates else None
    return Inputs(settings, chart or Chart(), Books(*by_number, span=span), ())


def read_set_up(*, company: Source, chart: Source | None = None) -> Inputs:
    """The settings and the chart alone, without documents. Raises OSError."""
    settings, accounts = read_settings(company), read_accounts(chart)
    layout = OwnTarget()
    named = settings.company.accounting.target
    if named == OTHER or named.startswith(OWN_LAYOUT):
        layout = own_target(named, beside=company)
    problems = (*settings.problems, *accounts.problems, *layout.problems)
    files = {SETTINGS_FILE: settings.file}
    return Inputs(settings.company, accounts.chart, Books({}, {}), problems, files, layout=layout.target)


def read(
    *,
    company: Source,
    documents: Source,
    payments: Source | None = None,
    chart: Source | None = None,
    mappings: "Iterable[ColumnMapping]" = (),
) -> Inputs:
    """Everything that a conversion begins with. Raises OSError for a file that cannot be read; mistakes are problems.

    A file that a mapping fits is read by it, and gives both documents and payments, as far as the mapping has them.
    """
    set_up, known = read_set_up(company=company, chart=chart), tuple(mappings)
    with _opened(documents, "documents.csv") as (stream, documents_name):
        sold, paid_too, several = _documents(stream, documents_name, set_up.settings, known)
    payments_name, sold_too, paid = documents_name, NO_DOCUMENTS, NO_PAYMENTS
    if payments is not None and payments != documents:
        with _opened(payments, "payments.csv") as (stream, payments_name):
            sold_too, paid, several_too = _payments(stream, payments_name, set_up.settings, known)
            several = {**several, **several_too}
    sold, paid = _joined(sold, sold_too, payments_name), _joined(paid_too, paid, payments_name)
    if several:
        from ecriture.sources.mapping.reading import divided  # noqa: PLC0415 - see `_mapped`

        paid = paid._replace(units=divided(paid.units, several, sold.units))
    spans = [span for span in (sold.span, paid.span) if span is not None]
    span = (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None
    files = {**set_up.files, UnitKind.DOCUMENT.value: documents_name, UnitKind.PAYMENT.value: payments_name}
    of_units = (*sold.problems, *paid.problems)
    return Inputs(
        set_up.settings,
        set_up.chart,
        Books(sold.units, paid.units, sold.faulty, paid.faulty, span),
        (*set_up.problems, *of_units),
        files,
        {UnitKind.DOCUMENT.value: sold.called, UnitKind.PAYMENT.value: paid.called},
        whole=not any(problem.severity is Severity.FATAL for problem in of_units),
        layout=set_up.layout,
    )


def _documents(stream: BinaryIO, name: str, settings: Settings, mappings: "Sequence[ColumnMapping]") -> MappedRead:
    found = _mapped(stream, name, settings, mappings, DOCUMENT_COLUMNS)
    return found or MappedRead(documents=read_documents(stream, file=name, currency=settings.currency))


def _payments(stream: BinaryIO, name: str, settings: Settings, mappings: "Sequence[ColumnMapping]") -> MappedRead:
    found = _mapped(stream, name, settings, mappings, PAYMENT_COLUMNS)
    return found or MappedRead(payments=read_payments(stream, file=name, currency=settings.currency))


def _mapped(
    stream: BinaryIO, name: str, settings: Settings, mappings: "Sequence[ColumnMapping]", own: OwnColumns
) -> MappedRead | None:
    """A file that one of the mappings fits; None for one in our own columns."""
    if not mappings:
        return None
    from ecriture.sources.mapping import mapping_for, read_mapped  # noqa: PLC0415 - only with a mapping

    mapping = mapping_for(stream, mappings, own)
    return None if mapping is None else read_mapped(stream, mapping, settings, file=name)


def _joined(first: UnitsRead[U], second: UnitsRead[U], file: str) -> UnitsRead[U]:
    """What two files have of one kind, the second with its name. A number that both have is at fault: which of the two is
    meant is not known.
    """
    if not (second.units or second.faulty or second.problems):
        return first
    if not (first.units or first.faulty or first.problems):
        return second
    both = {*first.units, *first.faulty} & {*second.units, *second.faulty}
    again: list[Problem] = [_again(second.units[number], file) for number in sorted(both & second.units.keys())]
    units = {number: unit for number, unit in {**first.units, **second.units}.items() if number not in both}
    spans = [span for span in (first.span, second.span) if span is not None]
    span = (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None
    problems = (*first.problems, *second.problems, *again)
    return UnitsRead(units, first.faulty | second.faulty | both, problems, span, {**second.called, **first.called})


def _again(unit: Document | Payment, file: str) -> Problem:
    kind = unit.id.kind
    return Problem(f"{kind}-duplicate", {"reason": "again"}, Where(file, unit.row, kind, unit.number))


def _placed(problems: Iterable[Problem], inputs: Inputs) -> Iterator[Problem]:
    """The problems of units with their files, and with what these call the columns that the remedies name."""
    for problem in problems:
        kind = problem.where.kind
        file = inputs.files.get(kind, "")
        params = with_columns(problem.code, problem.params, inputs.columns.get(kind, {}))
        here = problem.where._replace(file=problem.where.file or file)
        unchanged = here == problem.where and params is problem.params
        yield problem if unchanged else replace(problem, params=params, where=here)


def limits_of(target: Target) -> TargetLimits:
    return TargetLimits(
        target.sage_numbers,
        target.first_date,
        target.last_date,
        target.source_limit,
        target.max_lines,
        target.max_entries,
    )


def _chosen(target: str | Target, otherwise: str) -> Target:
    return target if isinstance(target, Target) else target_of(target or otherwise)


def checked(inputs: Inputs, transferred: Transferred = NOTHING_TRANSFERRED) -> Inputs:
    """The inputs without the units that name a document which is not there, and with what their units say of each other."""
    if not inputs.whole:  # of a file that was cut short everything would seem to be missing
        return inputs
    settled = settled_by(inputs.books.payments.values())
    sound, unknown = without_unknown(inputs.books, transferred, settled)
    if unknown:  # of silent units too, of which nothing is said
        settled = settled_by(sound.payments.values())
    all_units = inputs.books
    said = (
        *unknown,
        *similar(all_units.documents),
        *similar(all_units.payments),
        *not_final(sound, settled),
        *overpaid(sound.documents, settled),
        *missing(all_units, transferred),
    )
    problems = _placed(aloud(said, sound.silent), inputs)
    return replace(inputs, books=sound, problems=(*inputs.problems, *problems))


def plan(
    inputs: Inputs,
    *,
    target: str | Target = "",
    transferred: Transferred = NOTHING_TRANSFERRED,
    through: date | None = None,
    since: date | None = None,
    batch: int = 1,
) -> Plan:
    """The next batch: what is pending, as entries, with all problems of the inputs too. Nothing is kept anywhere.

    `through` is the latest date of the inputs when it is not given. Where the target takes one month in a batch, the plan is
    that of the first one, and `periods` names all. Raises ThroughLocked, and NothingToDate, which has their problems, for
    inputs without a valid unit.
    """
    settings = inputs.settings
    inputs = checked(inputs, transferred)
    last = through or latest_date(inputs.books)
    if last is None:
        raise NothingToDate((*inputs.problems, *unsound(inputs, target=target)))
    if settings.lock_date is not None and last <= settings.lock_date:
        raise ThroughLocked(last, settings.lock_date)
    wants = Wants(inputs.books, settings, through=last, transferred=transferred)
    chosen = target_in(inputs, target)
    planned = partial(difference, wants, since=since, batch=batch, chart=inputs.chart, limits=limits_of(chosen))
    found = planned()
    months = sorted({entry.date.isoformat()[:7] for entry in found.entries}) if chosen.split_by else []
    if len(months) > 1:
        found = replace(planned(month=months[0]), periods=tuple(months))
    found = replace(found, problems=(*found.problems, *chosen.faults(found.entries, inputs.options)))
    notices = aloud(opening_notices(wants), inputs.books.silent)
    said = (*_of_start_date(inputs, transferred), *notices, *found.problems)
    of_settings = unsaid(unsound(inputs, target=target), found.problems)
    problems = (*inputs.problems, *_placed(Nearest(settings).noted(said), inputs), *of_settings)
    kept_back = _with_codes([*found.kept_back, *_faulty(inputs.books)], problems)
    return replace(found, problems=problems, kept_back=tuple(kept_back))


def target_in(inputs: Inputs, target: str | Target = "") -> Target:
    """The target of that name, else the company's."""
    return _chosen(target, "") if target else inputs.target


def unsound(inputs: Inputs, *, target: str | Target = "") -> tuple[Problem, ...]:
    """What is wrong with the settings and the chart of some inputs, whatever documents there are: warnings."""
    limits = limits_of(target_in(inputs, target))
    return soundness(inputs.settings, chart=inputs.chart, limits=limits, where=_settings_file(inputs))


def _of_start_date(inputs: Inputs, transferred: Transferred) -> Iterator[Problem]:
    start = inputs.settings.accounting.start_date
    if transferred.any_live and transferred.start_date != start:
        kind = "start-date" if transferred.start_date else "start-date-none"
        params = {"setting": "accounting.start_date", "value": start, "kind": kind}
        yield Problem("setting-invalid", {**params, "accepted": transferred.start_date}, _settings_file(inputs))


def _settings_file(inputs: Inputs) -> Where:
    return Where(inputs.files.get(SETTINGS_FILE, "company.toml"))


def _faulty(books: Books) -> Iterator[KeptBack]:
    for number in sorted(books.faulty_documents):
        yield KeptBack(UnitKind.DOCUMENT, number, "error")
    for number in sorted(books.faulty_payments):
        yield KeptBack(UnitKind.PAYMENT, number, "error")


def _with_codes(kept_back: Iterable[KeptBack], problems: Iterable[Problem]) -> Iterator[KeptBack]:
    """What is kept back for an error says which: the code of its first one."""
    codes: dict[tuple[str, str], str] = {}
    for problem in problems:
        if problem.stops:
            codes.setdefault((problem.where.kind, problem.where.number), problem.code)
            others = problem.params.get("payments", ())
            for number in others if isinstance(others, tuple) else ():
                codes.setdefault((PAYMENT, number), problem.code)
    for unit in kept_back:
        yield unit._replace(why=codes.get((unit.kind, unit.number), unit.why)) if unit.why == "error" else unit


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
    entries: Iterable[JournalEntry],
    *,
    settings: Settings,
    chart: Chart | None = None,
    target: str | Target = "",
    planned: Plan | None = None,
) -> Written:
    """The bytes of a target's file, read back and compared entry by entry. Raises ReadBackDiffers, never in silence.

    `planned` is the plan of the entries: some layouts name the document or customer of a line.
    """
    chosen = _chosen(target, settings.accounting.target)
    fitted = chosen.fit(tuple(entries))
    units = units_of(planned) if planned is not None and chosen.needs_units else {}
    options = WriteOptions(settings.currency, settings.language, chart or Chart(), units)
    content = chosen.write(fitted.entries, options)
    try:
        same = chosen.read(content) == chosen.as_read(fitted.entries, options)
    except ValueError:
        same = False
    if not same:
        raise ReadBackDiffers(chosen.name)
    problems: tuple[Problem, ...] = ()
    if fitted.shortened or fitted.replaced:
        counts = {"shortened": fitted.shortened, "replaced": fitted.replaced, "target": chosen.title or chosen.name}
        problems = (Problem("text-shortened", counts),)
    return Written(content, fitted.entries, problems)


def units_of(planned: Plan) -> dict[tuple[int, int], tuple[str, str]]:
    """By entry and line of a plan, from 1: the number and the customer of the unit that all of the line is of."""
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for posting, _ in posted(planned):
        place, unit = (posting.entry, posting.line), (posting.unit.number, posting.customer)
        number, customer = found.setdefault(place, unit)
        found[place] = (number if number == unit[0] else "", customer if customer == unit[1] else "")
    return found


def batch_of(
    inputs: Inputs, found: Plan, written: Written, *, target: str | Target = "", exported_at: str, who: str = ""
) -> Batch:
    """The batch of a plan, without its units: `exported_units` gives them, one by one."""
    accounting = inputs.settings.accounting
    return Batch(
        number=found.batch,
        target=(target.name if isinstance(target, Target) else target) or accounting.target,
        through=found.through,
        content=written.content,
        entries=written.entries,
        opening=accounting.opening,
        start_date=accounting.start_date,
        exported_at=exported_at,
        exported_by=who,
    )


def export(
    inputs: Inputs, found: Plan, written: Written, *, target: str | Target = "", exported_at: str, who: str = ""
) -> Batch:
    """The batch of a plan with its units, for the caller to keep: the next plan takes it as transferred (`transferred_by`)."""
    batch = batch_of(inputs, found, written, target=target, exported_at=exported_at, who=who)
    return replace(batch, units=tuple(exported_units(found)))
