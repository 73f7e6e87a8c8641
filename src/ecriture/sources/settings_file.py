"""company.toml: a company's settings, read with all problems, and written so that they read back."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from ecriture.core.problems import Problem, Where
from ecriture.core.setting_values import (
    Invalid,
    Reader,
    account,
    count,
    currency,
    day,
    fiscal_years,
    flag,
    listed,
    one_of,
    percent,
    prefix,
    rates,
    text,
)
from ecriture.core.settings import (
    Accounting,
    BankLines,
    DefaultAccounts,
    Detail,
    Extras,
    Grouping,
    Item,
    Method,
    Opening,
    PaidSaleDate,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.targets.registry import TARGETS

LARGEST = 4 << 20
"""Larger files (in bytes) are not settings."""

MOST_DOTS = 16
"""A key of a thousand parts, `a.a.a.a`, takes Python's reader a million steps, and as much memory: no line has so many."""

MOST_PROBLEMS = 1000
MOST_SHOWN = 120


class CompanyRead(NamedTuple):
    """The settings, and all problems; with a problem that stops, the settings are not to be used."""

    company: Settings
    problems: tuple[Problem, ...]
    file: str = "company.toml"


COMPANY: Mapping[str, Reader] = {
    "name": text,
    "language": one_of(("fr", "en")),
    "currency": currency,
    "fiscal_years": fiscal_years,
    "lock_date": day,
}
ACCOUNTING: Mapping[str, Reader] = {
    "target": one_of(TARGETS),
    "only_when_paid": flag,
    "paid_sale_date": one_of(PaidSaleDate),
    "grouping": one_of(Grouping),
    "detail": one_of(Detail),
    "bank_lines": one_of(BankLines),
    "max_lines": count,
    "source_prefix": prefix,
    "linked_accounts": listed(account, "accounts"),
    "start_date": day,
    "opening": one_of(Opening),
    "carry": flag,
}
ACCOUNTS: Mapping[str, Reader] = dict.fromkeys(DefaultAccounts.__dataclass_fields__, account)
EXTRAS: Mapping[str, Reader] = dict.fromkeys(Extras.__dataclass_fields__, account)
TAX: Mapping[str, Reader] = {"debit": account, "credit": account, "rate": percent, "rates": rates}
ITEM: Mapping[str, Reader] = {
    "name": text,
    "debit": account,
    "credit": account,
    "archived": day,
    "note": text,
    "taxes": listed(text, "texts"),
}
METHOD: Mapping[str, Reader] = {"debit": account}
TABLES: Mapping[str, Mapping[str, Reader]] = {
    "company": COMPANY,
    "accounting": ACCOUNTING,
    "accounts": ACCOUNTS,
    "extras": EXTRAS,
}
NAMED_TABLES: Mapping[str, Mapping[str, Reader]] = {"taxes": TAX, "items": ITEM, "methods": METHOD}


@dataclass(slots=True)
class _Reading:
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

    def named(self, settings: Mapping[str, object], path: str) -> dict[str, dict[str, Any]]:
        """The tables of one kind by name, such as `[items.CLEAN]`."""
        tables = settings.get(path, {})
        if not isinstance(tables, dict):
            self.invalid(path, tables, Invalid("table"))
            return {}
        for name in tables:
            if not name.strip():  # it would look like a row without a code
                self.invalid(path, name, Invalid("text"))
        return {name: self.table(table, f"{path}.{name}", NAMED_TABLES[path]) for name, table in tables.items()}

    def unknown(self, setting: str, key: str, known: Iterable[str]) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        from difflib import get_close_matches  # noqa: PLC0415 - only when there is a mistake

        nearest = get_close_matches(key, list(known), n=1, cutoff=0.4)
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
        return _value(value)
    except (ValueError, RecursionError):
        return "..."


def _shortened(shown: str) -> str:
    """The beginning and the end of a text."""
    return shown if len(shown) <= MOST_SHOWN else f"{shown[: MOST_SHOWN - 43]}...{shown[-40:]}"


def read_company(stream: BinaryIO, *, file: str = "company.toml") -> CompanyRead:
    """The settings of a company; keys with a default can be missing."""
    reading = _Reading(file)
    settings = _parsed(stream.read(LARGEST + 1), reading)
    for key in settings:
        if key not in TABLES and key not in NAMED_TABLES:
            reading.unknown(key, key, (*TABLES, *NAMED_TABLES))
    company = _company(settings, reading)
    return CompanyRead(company, tuple(reading.problems), file)


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


def _parsed(content: bytes, reading: _Reading) -> dict[str, object]:
    """The tables of the file; a file that is not valid TOML has one problem, which has the line and its text."""
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


def _company(settings: Mapping[str, object], reading: _Reading) -> Settings:
    tables = {path: reading.table(settings.get(path, {}), path, keys) for path, keys in TABLES.items()}
    accounting = tables["accounting"]
    if "linked_accounts" in accounting:
        accounting["linked_accounts"] = frozenset(accounting["linked_accounts"])
    return Settings(
        **tables["company"],
        accounting=Accounting(**accounting),
        accounts=DefaultAccounts(**tables["accounts"]),
        taxes=frozen_mapping(
            {name: _tax(name, tax, reading) for name, tax in reading.named(settings, "taxes").items()}
        ),
        items=frozen_mapping({code: _item(code, item) for code, item in reading.named(settings, "items").items()}),
        methods=frozen_mapping(
            {name: Method(name, **method) for name, method in reading.named(settings, "methods").items()}
        ),
        extras=Extras(**tables["extras"]),
    )


def _tax(code: str, values: dict[str, Any], reading: _Reading) -> Tax:
    """Reads a tax with one constant rate, or with dated rates."""
    always = values.pop("rate", None)
    if always is not None and "rates" in values:
        reading.invalid(f"taxes.{code}.rate", always, Invalid("rate-or-rates"))
    dated = values.pop("rates", ()) or (() if always is None else (Rate(date.min, always),))
    return Tax(code, rates=dated, **values)


def _item(code: str, values: dict[str, Any]) -> Item:
    taxes = values.pop("taxes", None)
    return Item(code, taxes=None if taxes is None else frozenset(taxes), **values)


def write_company(company: Settings) -> bytes:
    """Writes settings so that they read back; defaults are left out."""
    sections = [
        _section("company", company, Settings(), COMPANY),
        _section("accounting", company.accounting, Accounting(), ACCOUNTING),
        _section("accounts", company.accounts, DefaultAccounts(), ACCOUNTS),
        *(_tax_section(tax) for tax in company.taxes.values()),
        *(_section(f"items.{toml_key(i.code)}", i, Item(i.code), ITEM) for i in company.items.values()),
        *(_section(f"methods.{toml_key(m.name)}", m, Method(m.name), METHOD) for m in company.methods.values()),
        _section("extras", company.extras, Extras(), EXTRAS),
    ]
    return "\n".join(section for section in sections if section).encode()


def _section(name: str, values: object, defaults: object, keys: Iterable[str]) -> str:
    given = [(key, getattr(values, key)) for key in keys if getattr(values, key) != getattr(defaults, key)]
    lines = [f"{key} = {_value(value)}\n" for key, value in given]
    return f"[{name}]\n{''.join(lines)}" if lines or "." in name else ""


def _tax_section(tax: Tax) -> str:
    accounts = _section(f"taxes.{toml_key(tax.code)}", tax, Tax(tax.code), ("debit", "credit"))
    if len(tax.rates) == 1 and tax.rates[0].since == date.min:
        return f"{accounts}rate = {_value(format(tax.rates[0].percent, 'f'))}\n"
    pairs = [(rate.since.isoformat(), format(rate.percent, "f")) for rate in tax.rates]
    return f"{accounts}rates = {_value(pairs)}\n" if pairs else accounts


def toml_key(name: str) -> str:
    """A key as TOML takes it: between quotes if it has anything but plain letters, digits, `_` and `-`."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _value(name)


def setting_key(setting: str) -> str:
    """A setting such as `items.CLEAN.credit`, or a table such as `taxes.GST`, as TOML takes it: `items."Lawn care".credit`."""
    table, dot, rest = setting.partition(".")
    if not dot or table not in NAMED_TABLES:
        return setting
    name, _, key = rest.rpartition(".")
    if not name or key not in NAMED_TABLES[table]:
        return f"{table}.{toml_key(rest)}"
    return f"{table}.{toml_key(name)}.{key}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return _value(sorted(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml_key(str(key))} = {_value(inner)}' for key, inner in value.items())}}}"
    return _quoted(str(value))


def _quoted(value: str) -> str:
    escaped = "".join(
        f"\\u{ord(letter):04x}" if ord(letter) < 32 or letter in '\\"' or ord(letter) == 127 else letter
        for letter in value
    )
    return f'"{escaped}"'
