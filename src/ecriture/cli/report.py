"""The result of a conversion, as text for a person or as one JSON object."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ecriture.cli.layouts import next_steps
from ecriture.cli.speech import Speech, on_terminal, shown, tell
from ecriture.core.accounts import Chart
from ecriture.core.amounts import show_amount, show_number
from ecriture.core.documents import UnitKind
from ecriture.core.entries import JournalEntry, balances
from ecriture.core.plan import Plan, listing
from ecriture.core.problems import Problem, Severity
from ecriture.core.sales import KeptBack
from ecriture.speech.language import N_
from ecriture.targets.registry import Target

LINES_SHOWN = 40
"""Entries with more lines are cut off here; the file has all lines."""

KEPT_BACK_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The data of a report. `entries` are as the target has them; `content` is empty if no file was written."""

    through: date | None
    batch: int
    target: Target | None
    problems: tuple[Problem, ...]
    entries: tuple[JournalEntry, ...] = ()
    kept_back: tuple[KeptBack, ...] = ()
    left_out: int = 0
    content: bytes = b""
    path: Path | None = None
    """None for standard output, or if no file was written."""
    plan: Plan | None = None
    """Listed with `--explain`."""


# JSON


def as_json(outcome: Outcome, speech: Speech, *earlier: Outcome) -> str:
    """The object of `--format json`; with the batches of earlier periods that the same command wrote."""
    all_of_them = (*earlier, outcome)
    problems = differing(problem for it in all_of_them for problem in it.problems)
    found: dict[str, object] = {
        "batch": all_of_them[0].batch,
        "through": outcome.through,
        "entries": [_entry(entry) for it in all_of_them for entry in it.entries],
        "problems": [_problem(problem, speech) for problem in problems],
        "held": [{"kind": unit.kind, "number": unit.number, "why": unit.why} for unit in outcome.kept_back],
        "left_out": outcome.left_out,
        "file": _file(all_of_them[0]),
        "files": [{"batch": it.batch, **file} for it in all_of_them if (file := _file(it)) is not None],
    }
    if outcome.plan is not None:
        found["postings"] = [posting for it in all_of_them if it.plan for posting in _explained(it.plan)]
    return json.dumps(found, ensure_ascii=False, indent=2, default=_json_value)


def differing(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once: those of the inputs are found again with each period."""
    found: list[Problem] = []
    for problem in problems:
        if problem not in found:
            found.append(problem)
    return found


def _json_value(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _entry(entry: JournalEntry) -> dict[str, object]:
    lines = [
        {"account": line.account, "amount_cents": line.amount_cents, "comment": line.comment} for line in entry.lines
    ]
    return {"date": entry.date, "source": entry.source, "comment": entry.comment, "lines": lines}


def _problem(problem: Problem, speech: Speech) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": "error" if problem.stops else problem.severity,
        "where": problem.where._asdict(),
        "params": dict(problem.params),
        "message": speech.sentence(problem),
    }


def _file(outcome: Outcome) -> dict[str, object] | None:
    if not outcome.content:
        return None
    return {
        "path": str(outcome.path) if outcome.path is not None else "-",
        "sha256": hashlib.sha256(outcome.content).hexdigest(),
        "bytes": len(outcome.content),
    }


def _explained(plan: Plan) -> Iterator[dict[str, object]]:
    for posting, choice in listing(plan):
        yield {
            "entry": posting.entry,
            "line": posting.line,
            "kind": posting.unit.kind,
            "number": posting.unit.number,
            "customer": posting.customer,
            "own_date": posting.own_date,
            "open_date": posting.open_date,
            "account": posting.account,
            "amount_cents": posting.amount_cents,
            "rule": choice.setting,
            "why": posting.why,
        }


# Text


def say_outcome(outcome: Outcome, speech: Speech, chart: Chart, *, to_errors: bool, last: bool = True) -> None:
    """The entries as tables, the totals, and, unless another period follows, what is held back."""
    if on_terminal() and not to_errors:
        _rich_tables(outcome.entries, speech, chart)
    else:
        for entry in outcome.entries:
            for line in _plain_table(entry, speech, chart):
                tell(line, to_errors=to_errors)
    if outcome.plan is not None:
        for line in _explanation(outcome.plan, speech):
            tell(line, to_errors=to_errors)
    for line in (*_totals(outcome, speech), *(_kept_back(outcome.kept_back, speech) if last else ())):
        tell(line, to_errors=to_errors)


def say_blocked(outcome: Outcome, speech: Speech, *, writes: bool) -> None:
    """That errors stand in the way. `writes`: whether a file was asked for."""
    errors = sum(problem.stops for problem in outcome.problems)
    tell(speech.plural("{count} error.", "{count} errors.", errors), to_errors=True)
    if writes:
        fatal = any(problem.severity is Severity.FATAL for problem in outcome.problems)
        hint = "" if fatal else " " + speech("To leave the documents and payments with errors out: --skip-invalid.")
        tell(speech("No file was written.") + hint, to_errors=True)


def say_file(outcome: Outcome, path: Path, speech: Speech, *, steps: bool = True) -> None:
    """Where the file is, and what comes next, unless another file follows."""
    tell(speech("File: {file} ({size} bytes)", file=path, size=len(outcome.content)))
    if steps and outcome.target is not None:
        tell(next_steps(outcome.target, path, speech))


def _rows(entry: JournalEntry, speech: Speech, chart: Chart) -> Iterator[tuple[str, str, str, str, str]]:
    """Account, name, debit, credit and comment of each line shown."""
    for line in entry.lines[:LINES_SHOWN]:
        account = chart.get(line.account)
        amount = show_number(abs(line.amount_cents), speech.language)
        debit, credit = (amount, "") if line.amount_cents > 0 else ("", amount)
        yield line.account, account.named(speech.language) if account else "", debit, credit, line.comment


def _more(entry: JournalEntry, speech: Speech) -> str:
    more = len(entry.lines) - LINES_SHOWN
    return speech.plural("… and {count} more line", "… and {count} more lines", more) if more > 0 else ""


def _plain_table(entry: JournalEntry, speech: Speech, chart: Chart) -> Iterator[str]:
    yield f"{entry.date}  {entry.source}  {entry.comment}"
    rows = list(_rows(entry, speech, chart))
    total = show_number(entry.debit_cents, speech.language)
    rows.append(("", speech("Total"), total, total, ""))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for account, name, debit, credit, comment in rows:
        cells = account.ljust(widths[0]), name.ljust(widths[1]), debit.rjust(widths[2]), credit.rjust(widths[3])
        yield f"  {'  '.join((*cells, comment))}".rstrip()
    yield f"  {_more(entry, speech)}".rstrip()


def _rich_tables(entries: Iterable[JournalEntry], speech: Speech, chart: Chart) -> None:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    for entry in entries:
        title = Text(shown(f"{entry.date}  {entry.source}  {entry.comment}"), style="bold")
        table = Table(title=title, title_justify="left", show_footer=True, show_edge=False, pad_edge=False)
        total = show_number(entry.debit_cents, speech.language)
        table.add_column(speech("Account"), footer=speech("Total"))
        table.add_column("")
        table.add_column(speech("Debit"), footer=total, justify="right", no_wrap=True)
        table.add_column(speech("Credit"), footer=total, justify="right", no_wrap=True)
        table.add_column("")
        for row in _rows(entry, speech, chart):
            table.add_row(*map(Text, map(shown, row)))  # as text: a customer's name may have brackets in it
        console.print(table)
        console.print(_more(entry, speech))


def _totals(outcome: Outcome, speech: Speech) -> Iterator[str]:
    if not outcome.entries:
        return
    debits = show_amount(sum(entry.debit_cents for entry in outcome.entries), speech.language)
    lines = sum(len(entry.lines) for entry in outcome.entries)
    yield speech.plural(
        "Batch {batch}, through {through}: {count} entry of {lines} lines, debits {debits} = credits {debits}.",
        "Batch {batch}, through {through}: {count} entries, {lines} lines, debits {debits} = credits {debits}.",
        len(outcome.entries),
        batch=outcome.batch,
        through=outcome.through,
        lines=lines,
        debits=debits,
    )


def _kept_back(kept_back: tuple[KeptBack, ...], speech: Speech) -> Iterator[str]:
    """What is held back, and the money received that is not yet in the books, by bank account."""
    if not kept_back:
        yield speech("0 left out.")
        return
    yield speech.plural("{count} held back:", "{count} held back:", len(kept_back))
    for unit in kept_back[:KEPT_BACK_SHOWN]:
        kind = speech("document") if unit.kind is UnitKind.DOCUMENT else speech("payment")
        why = speech(KEPT_BACK_WHY[unit.why]) if unit.why in KEPT_BACK_WHY else unit.why
        amount = f" {show_amount(unit.amount_cents, speech.language)}" if unit.amount_cents else ""
        yield f"  {kind} {unit.number}{amount} ({why})"
    if len(kept_back) > KEPT_BACK_SHOWN:
        more = len(kept_back) - KEPT_BACK_SHOWN
        yield speech.plural("  … and {count} more", "  … and {count} more", more)
    missing: dict[str, int] = {}
    for unit in kept_back:
        if unit.account:
            missing[unit.account] = missing.get(unit.account, 0) + unit.amount_cents
    for account, cents in sorted(missing.items()):
        amount = show_amount(cents, speech.language)
        yield speech("Received, but not yet in the books: account {account} {amount}.", account=account, amount=amount)


def _explanation(plan: Plan, speech: Speech) -> Iterator[str]:
    """Each posting with its amount, its account, and the rule that chose it."""
    yield speech("Each posting, with the rule that chose its account:")
    for posting, choice in listing(plan):
        why = speech(WHY[posting.why])
        amount = show_number(posting.amount_cents, speech.language)
        yield (
            f"  {plan.planned[posting.entry - 1].entry.source}  {posting.unit.number}  {posting.own_date}  "
            f"{posting.account}  {amount}  {choice.setting}  ({why})"
        )


KEPT_BACK_WHY = {"unpaid": N_("not paid yet"), "waits": N_("its document is held back")}

WHY = {
    "new": N_("new"),
    "applied": N_("applied"),
    "correction": N_("correction"),
    "void": N_("void"),
    "carried": N_("carried"),
    "remap": N_("moved"),
}


def balance_lines(entries: Iterable[JournalEntry], speech: Speech) -> Iterator[str]:
    """The balance of each account."""
    for account, cents in balances(entries).items():
        yield f"  {account}  {show_number(cents, speech.language)}"
