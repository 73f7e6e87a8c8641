"""TOML files, read with all their problems at once, and written so that they read back."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from ecriture.core.problems import Problem, Where
from ecriture.core.setting_values import Invalid, Reader

LARGEST = 4 << 20
"""Larger files (in bytes) are not settings."""

MOST_DOTS = 16
"""A key of a thousand parts, `a.a.a.a`, takes Python's reader a million steps, and as much memory: no line has so many."""

MOST_PROBLEMS = 1000
MOST_COMPARED = 50
"""So many unknown keys are compared with those that there are: each takes a millisecond."""

MOST_SHOWN = 120


@dataclass(slots=True)
class TomlReading:
    """Collects the problems of a file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def table(self, value: object, path: str, keys: Mapping[str, Reader]) -> dict[str, Any]:
        """The valid values of one table; unknown and invalid ones are reported."""
        if not isinstance(value, dict):
            self.invalid(path, value, Invalid("table"))
            return {}
        found = {}
        for key, given in value.items():
            if key not in keys:
                self.unknown(f"{path}.{key}", key, keys)
                continue
            read = keys[key](given)
            if isinstance(read, Invalid):
                self.invalid(f"{path}.{key}", given, read)
            else:
                found[key] = read
        return found

    def named(self, settings: Mapping[str, object], path: str, keys: Mapping[str, Reader]) -> dict[str, dict[str, Any]]:
        """The tables of one kind by name, such as `[items.CLEAN]`."""
        tables = settings.get(path, {})
        if not isinstance(tables, dict):
            self.invalid(path, tables, Invalid("table"))
            return {}
        for name in tables:
            if not name.strip():  # it would look like a row without a code
                self.invalid(path, name, Invalid("text"))
        return {name: self.table(table, f"{path}.{name}", keys) for name, table in tables.items()}

    def unknown(self, setting: str, key: str, known: Iterable[str]) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        from difflib import get_close_matches  # noqa: PLC0415 - only when there is a mistake

        is_few = len(self.problems) < MOST_COMPARED
        nearest = get_close_matches(key, list(known), n=1, cutoff=0.4) if is_few else []
        params = {"setting": setting, "nearest": nearest[0] if nearest else "", "known": ", ".join(known)}
        self.problems.append(Problem("setting-unknown", params, Where(self.file)))

    def invalid(self, setting: str, value: object, expected: Invalid, *, row: int = 0) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            shown = _shortened(str(value) if expected.kind.startswith("toml") else _shown(value))
            params = {"setting": setting, "value": shown, "kind": expected.kind, "accepted": expected.accepted}
            self.problems.append(Problem("setting-invalid", params, Where(self.file, row)))


def _shown(value: object) -> str:
    """A value as TOML has it; Python writes no number of more than some thousand digits, and no table within a thousand."""
    try:
        return toml_value(value)
    except (ValueError, RecursionError):
        return "..."


def _shortened(shown: str) -> str:
    """The beginning and the end of a text."""
    return shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN - 43]}...{shown[-40:]}"


_MISTAKES: tuple[tuple[str, str], ...] = (
    ("Cannot|Duplicate", "toml-twice"),
    (r"Unterminated|Illegal character '\\n'|Expected [\"']'", "toml-quote"),
    ("Unclosed", "toml-bracket"),
    ("Unescaped|hex|Escaped", "toml-backslash"),
    ("character '", "toml-character"),
    ("utf-8", "toml-encoding"),
    ("bytes", "toml-large"),
    ("too deeply|too many parts", "toml-deep"),
)
"""What Python's reader of TOML says of a mistake, in its own words, and the kind of ours; any other is `toml`."""


def parsed(stream: BinaryIO, reading: TomlReading) -> dict[str, object]:
    """The tables of the file; a file that is not valid TOML has one problem, which has the line and its text."""
    content = stream.read(LARGEST + 1)
    try:
        return tomllib.loads(_shallow(_of_size(content).decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        kind = next((kind for words, kind in _MISTAKES if re.search(words, reason)), "toml")
        lines = content[:LARGEST].decode("utf-8-sig", "replace").splitlines()
        number = _line_of(error, reason, content)
        written = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        line = "".join(letter if letter.isprintable() else "\ufffd" for letter in written)
        reading.invalid("", line, Invalid(kind), row=number if line else 0)
        return {}


def _line_of(error: Exception, reason: str, content: bytes) -> int:
    """The line of a mistake; 0 where there is none. The end of the document is the last line with something in it."""
    if isinstance(error, UnicodeDecodeError):
        return content[: error.start + 1].count(b"\n") + 1
    if found := re.search(r"at line ([0-9]{1,7})\b", reason):
        return int(found[1])
    return len(content[:LARGEST].rstrip().splitlines()) if "end of document" in reason else 0


def _of_size(content: bytes) -> bytes:
    if len(content) > LARGEST:
        raise ValueError(f"more than {LARGEST} bytes")
    return content


# Strings of four kinds and comments, each to its end or that of the file, so that a text is gone through once.
_NO_KEYS = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)|"(?:[^"\\\n]|\\[^\n])*+"?'''
    r"""|'''(?:[^']|'(?!''))*+(?:'''|\Z)|'[^'\n]*+'?|\#[^\n]*+""",
    re.DOTALL,
)


def _shallow(toml: str) -> str:
    """The same text, unless a line has more than MOST_DOTS periods outside strings."""
    for number, line in enumerate(_NO_KEYS.sub(_line_ends, toml).split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"a key has too many parts (at line {number})")
    return toml


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def toml_key(name: str) -> str:
    """A key as TOML takes it: between quotes if it has anything but plain letters, digits, `_` and `-`."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else toml_value(name)


def toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return toml_value(sorted(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml_key(str(key))} = {toml_value(inner)}' for key, inner in value.items())}}}"
    return _quoted(str(value))


def _quoted(value: str) -> str:
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(letter: str) -> str:
    if letter == "\t":
        return "\\t"
    return f"\\u{ord(letter):04x}" if ord(letter) < 32 or letter in '\\"' or ord(letter) == 127 else letter
