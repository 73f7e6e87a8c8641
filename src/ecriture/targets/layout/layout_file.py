"""A layout as TOML: read with all problems, and written so that it reads back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from ecriture.core.problems import Problem
from ecriture.core.setting_values import Invalid, Reader, flag, one_of, text
from ecriture.core.settings import frozen_mapping
from ecriture.sources.toml_file import TomlReading, parsed, toml_key, toml_value
from ecriture.targets.layout.model import (
    AMOUNTS,
    COUNTS,
    DECIMALS,
    DELIMITERS,
    OF_ENTRY,
    OF_FILE,
    OF_LINE,
    Align,
    Column,
    Encoding,
    Kind,
    Layout,
    LineEnd,
    Messages,
    Quote,
    Row,
    SplitBy,
)
from ecriture.targets.transliteration import in_encoding

WIDEST = 1000
SHORTEST_SOURCE = len("E000001-01")
LONGEST = 1000
"""Characters of a text that stands in every file."""
MOST_COLUMNS, MOST_ROWS, MOST_STEPS = 200, 20, 100
MOST_CHARACTERS = 4000
"""What an entry of one line takes. No program asks for more, and a file of a hundred thousand lines must fit in the memory."""
UNBOUND = 20
"""As how wide a column counts that has no width."""

# What a computer runs, or shows as a page of its own, when somebody opens it.
_RUN = re.compile(
    "app|bat|chm|cmd|com|command|cpl|desktop|dll|exe|hta|htm|html|inf|jar|jse?|lnk|ms[cip]|pif|ps1|pyw?|reg|sc[fr]|sh"
    "|shtml|svg|url|vb[es]?|ws[fh]|xht|xhtml",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:%[Yymd]|[-/. ])+")
_DATE_PARTS = ("%d", "%m", "%y")


class LayoutRead(NamedTuple):
    """The layout, and all problems; with a problem the layout is not to be used."""

    layout: Layout
    problems: tuple[Problem, ...]


# Values


def whole(least: int, most: int) -> Reader:
    """A whole number between two, both allowed."""

    def read(value: object) -> object:
        fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return value if fits else Invalid("whole", f"{least}–{most}")

    return read


def _date(value: object) -> str | Invalid:
    """Year, month and day once each, in digits."""
    if not isinstance(value, str) or value != value.strip() or len(value) > WIDEST:
        return Invalid("layout-date")
    parts = sorted(re.findall("%.", value.replace("%Y", "%y")))
    return value if tuple(parts) == _DATE_PARTS and _DATE.fullmatch(value) else Invalid("layout-date")


def _suffix(value: object) -> str | Invalid:
    """The end of a file's name; none that a computer runs, since others open the files of a layout."""
    fits = isinstance(value, str) and re.fullmatch(r"\.[A-Za-z0-9]{1,8}", value) and not _RUN.fullmatch(value[1:])
    return str(value) if fits else Invalid("layout-suffix")


def _steps(value: object) -> Mapping[str, tuple[str, ...]] | Invalid:
    """By language a list of texts, or a text that is the only one."""
    if not isinstance(value, dict) or not {*value} <= {"fr", "en"}:
        return Invalid("layout-steps")
    found = {language: (said,) if isinstance(said, str) else said for language, said in value.items()}
    fits = all(isinstance(steps, tuple | list) and steps and all(map(_is_step, steps)) for steps in found.values())
    return frozen_mapping({it: tuple(steps) for it, steps in found.items()}) if fits else Invalid("layout-steps")


def _is_step(value: object) -> bool:
    return bool(value) and isinstance(text(value), str)


def _as_it_is(value: object) -> object:
    return value


LAYOUT: Mapping[str, Reader] = MappingProxyType(
    {
        "name": text,
        "kind": one_of(Kind),
        "delimiter": one_of(DELIMITERS),
        "quote": one_of(Quote),
        "encoding": one_of(Encoding),
        "line_end": one_of(LineEnd),
        "header": flag,
        "decimal": one_of(DECIMALS),
        "date": _date,
        "max_lines": whole(2, 1_000_000),
        "max_entries": whole(1, 1_000_000),
        "max_rows": whole(2, 1_000_000),
        "split_by": one_of(SplitBy),
        "spreadsheet": flag,
        "suffix": _suffix,
        "file_head": _as_it_is,
        "entry_head": _as_it_is,
        "columns": _as_it_is,
        "entry_foot": _as_it_is,
        "steps": _steps,
        "messages": one_of(Messages),
        "checked_against": text,
        "to_confirm": flag,
    }
)
COLUMN: Mapping[str, Reader] = MappingProxyType(
    {
        "width": whole(1, WIDEST),
        "align": one_of(Align),
        "pad": one_of((" ", "0")),
        "value": text,
        "first": text,
        "debit": text,
        "credit": text,
        "title": text,
    }
)
"""But for `field`, which depends on the kind of line."""

_ROWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"file_head": OF_FILE, "entry_head": OF_ENTRY, "entry_foot": OF_ENTRY}
)


def read_layout(stream: BinaryIO, *, file: str = "layout.toml") -> LayoutRead:
    """A layout from TOML."""
    reading = TomlReading(file)
    tables = parsed(stream, reading)
    for key in tables:
        if key != "layout":
            reading.unknown(key, key, ["layout"])
    found = reading.table(tables.get("layout", {}), "layout", LAYOUT)
    given = bool(reading.problems)
    for name, accepted in _ROWS.items():
        if name in found:
            found[name] = _rows(found[name], f"layout.{name}", accepted, reading)
    if "columns" in found:
        found["columns"] = _row(found["columns"], "layout.columns", OF_LINE, reading)
    layout = Layout(**found)
    if not given and not reading.problems:
        for check in _WHOLE:
            for setting, value, invalid in check(layout):
                reading.invalid(setting, value, invalid)
    return LayoutRead(layout, tuple(reading.problems))


def _rows(value: object, path: str, accepted: frozenset[str], reading: TomlReading) -> tuple[Row, ...]:
    """Several lines, each a list of columns."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        reading.invalid(path, value, Invalid("layout-rows"))
        return ()
    return tuple(_row(row, f"{path}[{place}]", accepted, reading) for place, row in enumerate(value, 1))


def _row(value: object, path: str, accepted: frozenset[str], reading: TomlReading) -> Row:
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        reading.invalid(path, value, Invalid("layout-columns"))
        return ()
    keys: Mapping[str, Reader] = {"field": one_of(tuple(sorted(accepted))), **COLUMN}
    columns = []
    for place, one in enumerate(value, 1):
        found = reading.table(one, f"{path}[{place}]", keys)
        if "field" not in one:
            reading.invalid(f"{path}[{place}].field", "", Invalid("layout-missing"))
        elif "field" in found:
            columns.append(Column(**found))
    return tuple(columns)


# What a layout must be as a whole: each finds the setting, its value, and what is wrong with it

Fault = tuple[str, object, Invalid]


def _lacking(layout: Layout) -> Iterator[Fault]:
    """What no import file can do without."""
    if not layout.name:
        yield "layout.name", "", Invalid("layout-missing")
    if not layout.columns:
        yield "layout.columns", "", Invalid("layout-missing")
        return
    if not layout.has("date"):
        yield "layout.columns", "", Invalid("layout-field", "date")
    if not layout.has("account", "account_name"):
        yield "layout.columns", "", Invalid("layout-field", "account, account_name")
    complete = layout.has("amount") or all(layout.has(it) for it in ("debit", "credit"))
    if not complete and not all(layout.has(it) for it in ("amount_abs", "side")):
        yield "layout.columns", "", Invalid("layout-field", "amount, debit, credit, amount_abs, side")
    if not layout.entry_head and not layout.has("source", "label", "entry_number"):
        yield "layout.columns", "", Invalid("layout-field", "source, label, entry_number")


def _all_columns(layout: Layout) -> Iterator[tuple[str, Column]]:
    for name in _ROWS:
        for place, row in enumerate(getattr(layout, name), 1):
            yield from ((f"layout.{name}[{place}][{number}]", column) for number, column in enumerate(row, 1))
    yield from ((f"layout.columns[{number}]", column) for number, column in enumerate(layout.columns, 1))


def _of_columns(layout: Layout) -> Iterator[Fault]:
    for path, column in _all_columns(layout):
        if layout.kind is Kind.FIXED and column.width is None and column.field not in ("constant", "date"):
            yield f"{path}.width", "", Invalid("layout-missing")
        if column.field == "constant" and column.width is not None and len(column.constants[0]) > column.width:
            yield f"{path}.value", column.constants[0], Invalid("layout-together", f"width = {column.width}")
        if column.pad == "0" and (column.field not in AMOUNTS | COUNTS or column.align is not Align.RIGHT):
            yield f"{path}.pad", column.pad, Invalid("layout-pad")
        if column.width is not None and column.width < _least_width(column, layout):
            yield f"{path}.width", column.width, Invalid("whole", f"{_least_width(column, layout)}–{WIDEST}")
        words = [it.strip() for it in (column.debit, column.credit)]  # what fills them up is no part of them
        if column.field == "side" and (words[0] == words[1] or not all(words)):
            yield f"{path}.credit", column.credit, Invalid("layout-together", f"debit = {toml_value(column.debit)}")


def _least_width(column: Column, layout: Layout) -> int:
    """What is never cut and has a known length must have room."""
    if column.field in COUNTS:
        return 4
    if column.field in ("source", "label"):
        return SHORTEST_SOURCE
    if column.field == "side":
        return max(len(column.debit), len(column.credit))
    return {"date": layout.date_width, "currency": 3}.get(column.field, 1)


def _of_whole(layout: Layout) -> Iterator[Fault]:
    fixed = layout.kind is Kind.FIXED
    for name in ("spreadsheet", "header"):
        if fixed and getattr(layout, name):
            yield f"layout.{name}", True, Invalid("layout-together", 'kind = "fixed"')
    if layout.quote is Quote.NEVER and layout.decimal == layout.delimiter and not fixed:
        yield "layout.decimal", layout.decimal, Invalid("layout-together", 'quote = "never"')
    if layout.header:
        for place, column in enumerate(layout.columns, 1):
            if not column.title:
                yield f"layout.columns[{place}].title", "", Invalid("layout-missing")


def _literals(layout: Layout) -> Iterator[tuple[str, str]]:
    """What stands in every file as the layout says it, with the setting that it is."""
    for path, column in _all_columns(layout):
        parts = {"constant": ("value", "first"), "side": ("debit", "credit")}.get(column.field, ())
        yield from ((f"{path}.{part}", getattr(column, part)) for part in parts)
    if layout.header:
        titles = enumerate(layout.columns, 1)
        yield from ((f"layout.columns[{place}].title", column.title) for place, column in titles)


def _of_literals(layout: Layout) -> Iterator[Fault]:
    """They are written as they are: in the letters of the file, and so that they end no field."""
    never = layout.kind is Kind.DELIMITED and layout.quote is Quote.NEVER
    for path, one in _literals(layout):
        if in_encoding(one, layout.encoding) != one:
            yield path, one, Invalid("layout-together", f"encoding = {toml_value(layout.encoding.value)}")
        if never and layout.delimiter in one:
            yield path, one, Invalid("layout-together", 'quote = "never"')
        if len(one) > LONGEST:
            yield path, one, Invalid("layout-large", str(LONGEST))


def _large(layout: Layout) -> Iterator[Fault]:
    """What would fill the memory, of which every file has many times as much."""
    counts = {
        "columns": (len(layout.columns), MOST_COLUMNS),
        "name": (len(layout.name), LONGEST),
        "checked_against": (len(layout.checked_against), LONGEST),
        "steps": (max(map(len, layout.steps.values()), default=0), MOST_STEPS),
        "columns.width": (sum(_takes(it) for it in layout.of_entries), MOST_CHARACTERS),
        "file_head.width": (sum(_takes(it) for row in layout.file_head for it in row), MOST_CHARACTERS),
        **{name: (len(getattr(layout, name)), MOST_ROWS) for name in _ROWS},
    }
    for name, (count, most) in counts.items():
        if count > most:
            yield f"layout.{name}", count, Invalid("layout-large", str(most))
    for language, steps in layout.steps.items():
        if any(len(step) > LONGEST for step in steps):
            yield f"layout.steps.{language}", "", Invalid("layout-large", str(LONGEST))


def _takes(column: Column) -> int:
    own = len(column.constants[0]) if column.field == "constant" else 0 if column.field == "empty" else UNBOUND
    return column.width or own


def _of_kinds(layout: Layout) -> Iterator[Fault]:
    """Lines of several kinds must be told apart by the constants that they begin with."""
    if not layout.entry_head and not layout.entry_foot:
        return
    kinds = {"columns": layout.columns} | {
        f"{name}[1]": rows[0] for name in ("entry_head", "entry_foot") if (rows := getattr(layout, name))
    }
    marks: list[str] = []
    for name, row in kinds.items():
        its = [one.strip() for one in row[0].constants] if row and row[0].field == "constant" else [""]
        if any(not one or _overlaps(one, marks) for one in its):
            yield f"layout.{name}[1]", its[0], Invalid("layout-mark")
        marks += its


def _overlaps(mark: str, others: Iterable[str]) -> bool:
    return any(mark.startswith(other) or other.startswith(mark) for other in others)


_WHOLE: tuple[Callable[[Layout], Iterable[Fault]], ...] = (
    _lacking,
    _of_columns,
    _of_whole,
    _of_literals,
    _of_kinds,
    _large,
)


# Writing


def write_layout(layout: Layout) -> bytes:
    """Writes a layout so that it reads back; what is as by default is left out."""
    lines = [f"{key} = {shown}\n" for key, shown in _told(layout)]
    return "".join(["[layout]\n", *lines]).encode()


def _told(layout: Layout) -> Iterator[tuple[str, str]]:
    for key in LAYOUT:
        value = getattr(layout, key)
        if key == "columns":
            yield key, _row_shown(value)
        elif key in _ROWS:
            if value:
                yield key, "".join(["[\n", *(f"  {_row_shown(row, indent=4)},\n" for row in value), "]"])
        elif value != _DEFAULTS[key]:
            yield key, toml_value(dict(value) if key == "steps" else value)


def _row_shown(row: Row, indent: int = 2) -> str:
    blanks = " " * indent
    return "".join(["[\n", *(f"{blanks}{_column(column)},\n" for column in row), f"{blanks[2:]}]"])


def _column(column: Column) -> str:
    given = {it.name: getattr(column, it.name) for it in fields(column)}
    told = {key: one for key, one in given.items() if key == "field" or one != _COLUMN_DEFAULTS[key]}
    return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(one)}" for key, one in told.items()) + " }"


def _defaults(kind: type[Any]) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            it.name: it.default_factory() if it.default_factory is not MISSING else it.default
            for it in fields(kind)
            if it.default is not MISSING or it.default_factory is not MISSING
        }
    )


_DEFAULTS = _defaults(Layout)
_COLUMN_DEFAULTS = _defaults(Column)
