"""Entries as JSON, for programs. Amounts are whole cents."""

import json
from collections.abc import Sequence

from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.entry_rows import account_name, account_of, day_of, fit_texts
from ecriture.targets.registry import Fitted, Target, WriteOptions


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """JSON takes any character; only half a surrogate pair, which UTF-8 has no bytes for, becomes `?`."""
    return fit_texts(entries, lambda text: text.encode(errors="replace").decode())


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """One object with `entries`, keys always in the same order, UTF-8, ending in a line end."""
    everything = {"entries": [_entry_object(entry, options) for entry in entries]}
    return (json.dumps(everything, ensure_ascii=False, indent=2) + "\n").encode()


def _entry_object(entry: JournalEntry, options: WriteOptions) -> dict[str, object]:
    lines = [_line_object(line, options) for line in entry.lines]
    return {"date": entry.date.isoformat(), "source": entry.source, "comment": entry.comment, "lines": lines}


def _line_object(line: Line, options: WriteOptions) -> dict[str, object]:
    debit_cents, credit_cents = _sides(line.amount_cents)
    return {
        "account": line.account,
        "account_name": account_name(line.account, options),
        "debit_cents": debit_cents,
        "credit_cents": credit_cents,
        "amount_cents": line.amount_cents,
        "comment": line.comment,
    }


def _sides(cents: int) -> tuple[int, int]:
    return max(cents, 0), max(-cents, 0)


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such an object. Raises ValueError for anything else."""
    match _loaded(data.decode()):
        case {"entries": list(entries)}:
            return tuple(map(_entry, entries))
    raise ValueError("not an object with entries")


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("brackets too deep") from error


def _entry(value: object) -> JournalEntry:
    match value:
        case {"date": str(day), "source": str(source), "comment": str(comment), "lines": list(lines)}:
            return JournalEntry(day_of(day), source, comment, tuple(map(_line, lines)))
    raise ValueError("not an entry")


def _line(value: object) -> Line:
    match value:
        case {
            "account": str(account),
            "debit_cents": int(debit_cents),
            "credit_cents": int(credit_cents),
            "amount_cents": int(amount_cents),
            "comment": str(comment),
        } if (debit_cents, credit_cents) == _sides(amount_cents):
            return Line(account_of(account), amount_cents, comment)
    raise ValueError("not a line, or its debit and credit are not those of its amount")


TARGET = Target(name="json", suffix=".json", write=write, read=read, fit=fit)
