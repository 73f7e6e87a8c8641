"""A mapping as TOML: read with all problems, and written so that it reads back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple, TypeVar

from ecriture.core.amounts import UnreadAmount, read_amount
from ecriture.core.dates import DAY_FIRST, MONTH_FIRST
from ecriture.core.problems import Problem
from ecriture.core.setting_values import Invalid, Reader, day, flag, listed, one_of, text
from ecriture.core.settings import frozen_mapping
from ecriture.sources.mapping.model import (
    Amount,
    ColumnMapping,
    Condition,
    Decision,
    Decisions,
    DocumentRule,
    Form,
    LeaveOut,
    PaymentRule,
    Payouts,
    Row,
    RowRule,
    SetAside,
    Text,
    Treatment,
)
from ecriture.sources.toml_file import TomlReading, parsed, toml_key, toml_value

T = TypeVar("T")

Nested = Callable[["_Reading", object, str], Any]
"""Converts what stands at a path, and notes what is wrong with it; Invalid when it cannot be used."""

LONGEST_PREFIX, LONGEST_NAME, LONGEST_SOURCE = 20, 120, 60


class MappingRead(NamedTuple):
    """The mapping, and all problems; with a problem the mapping is not to be used."""

    mapping: ColumnMapping
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading(TomlReading):
    """Reads tables within tables."""

    def record(self, kind: type[T], value: object, path: str) -> T | Invalid:
        """A frozen value from a table. What it must have and has not is noted, and it is Invalid then."""
        if not isinstance(value, dict):
            self.invalid(path, value, Invalid("table"))
            return Invalid("")
        keys, found = KEYS[kind], {}
        for key, given in value.items():
            if key not in keys:
                self.unknown(_under(path, key), key, keys)
                continue
            name, read = keys[key]
            one = read(self, given, _under(path, key))
            if not isinstance(one, Invalid):
                found[name] = one
        needed = [key for key, (name, _) in keys.items() if name in _REQUIRED[kind] and key not in value]
        for key in needed:
            self.invalid(_under(path, key), "", Invalid("mapping-missing"))
        return kind(**found) if found.keys() >= _REQUIRED[kind] else Invalid("")


def _under(path: str, key: str) -> str:
    return f"{path}.{toml_key(key)}" if path else toml_key(key)


# Values


def _plain(read: Reader, reading: _Reading, value: object, path: str) -> object:
    found = read(value)
    if isinstance(found, Invalid):
        reading.invalid(path, value, found)
    return found


def _of(read: Reader) -> Nested:
    return partial(_plain, read)


def _column(value: object) -> str | Invalid:
    """The name of a column: a text that is not blank."""
    found = text(value)
    return found if isinstance(found, str) and found.strip() else Invalid("mapping-column")


_COLUMNS = listed(_column, "mapping-columns")


def _names(value: object) -> object:
    found = _COLUMNS(value)
    return found or Invalid("mapping-columns")


def _short(most: int, value: object) -> str | Invalid:
    """A text of at most so many letters, without blanks around it: it is kept with each document."""
    found = text(value)
    return found if isinstance(found, str) and len(found) <= most and found == found.strip() else Invalid("text")


def _words(reading: _Reading, value: object, path: str) -> object:
    """A table of texts to texts."""
    if not isinstance(value, dict):
        return _plain(lambda _: Invalid("table"), reading, value, path)
    read = {key: _plain(text, reading, one, _under(path, key)) for key, one in value.items()}
    return frozen_mapping({key: one for key, one in read.items() if not isinstance(one, Invalid)})


def _aliases(reading: _Reading, value: object, path: str) -> object:
    if not isinstance(value, dict):
        return _plain(lambda _: Invalid("table"), reading, value, path)
    read = {key: _plain(_names, reading, one, _under(path, key)) for key, one in value.items()}
    return frozen_mapping({key: one for key, one in read.items() if not isinstance(one, Invalid)})


def _field(kind: type[Text] | type[Amount], reading: _Reading, value: object, path: str) -> object:
    """A column by its name, or a table that says more."""
    if not isinstance(value, dict):
        name = _plain(_column, reading, value, path)
        return kind((name,)) if isinstance(name, str) else name
    told = {("columns" if key == "column" else key): [one] if key == "column" else one for key, one in value.items()}
    found: Any = reading.record(kind, told, path)
    if not isinstance(found, Invalid) and not found and told.keys() <= KEYS[kind].keys():
        reading.invalid(path, value, Invalid("mapping-column"))
        return Invalid("")
    return found


def _list(kind: type[Any], reading: _Reading, value: object, path: str) -> object:
    """Tables of one kind, each with its place among them."""
    if not isinstance(value, list):
        reading.invalid(path, value, Invalid("mapping-tables"))
        return Invalid("")
    found = [reading.record(kind, one, f"{path}[{place}]") for place, one in enumerate(value, 1)]
    return tuple(one for one in found if not isinstance(one, Invalid))


def _table(kind: type[Any], reading: _Reading, value: object, path: str) -> object:
    return reading.record(kind, value, path)


def _decided(reading: _Reading, value: object, path: str) -> object:
    """Decisions by the number of their document."""
    if not isinstance(value, dict):
        return _plain(lambda _: Invalid("table"), reading, value, path)
    read = {key: reading.record(Decision, one, _under(path, key)) for key, one in value.items()}
    return frozen_mapping({key: one for key, one in read.items() if not isinstance(one, Invalid)})


def _amounts(reading: _Reading, value: object, path: str) -> object:
    """Amounts by the code of their tax, as texts."""
    found = _words(reading, value, path)
    if not isinstance(found, Mapping):
        return found
    for code, one in found.items():
        if isinstance(read_amount(one), UnreadAmount):
            reading.invalid(_under(path, code), one, Invalid("mapping-amount"))
    return found


# What each table may have: its keys, with the name that the value has in code


def _keys(**own: Nested) -> Mapping[str, tuple[str, Nested]]:
    return MappingProxyType({_WRITTEN.get(name, name): (name, read) for name, read in own.items()})


_WRITTEN: Mapping[str, str] = MappingProxyType({"one_of": "is", "none_of": "is_not"})
"""Keys that are no names in code."""

TEXT, AMOUNT = partial(_field, Text), partial(_field, Amount)
WHEN = partial(_list, Condition)
TEXTS = listed(text, "texts")
NAMES, FLAG = _of(_names), _of(flag)

KEYS: Mapping[type[Any], Mapping[str, tuple[str, Nested]]] = MappingProxyType(
    {
        Condition: _keys(
            column=_of(_column),
            one_of=_of(TEXTS),
            none_of=_of(TEXTS),
            begins=_of(TEXTS),
            empty=FLAG,
        ),
        Text: _keys(columns=NAMES, joined=_of(text), text=_of(text), values=_words, otherwise=_of(text)),
        Amount: _keys(columns=NAMES, less=NAMES, times=_of(_column), negated=FLAG),
        RowRule: _keys(
            row=_of(one_of(Row)), amount=AMOUNT, code=TEXT, description=TEXT, once=FLAG, untaxed=FLAG, when=WHEN
        ),
        DocumentRule: _keys(
            form=_of(one_of(Form)),
            when=WHEN,
            document=TEXT,
            type=TEXT,
            status=TEXT,
            date=TEXT,
            customer=TEXT,
            total=AMOUNT,
            sum_totals=FLAG,
            applies_to=TEXT,
            currency=TEXT,
            negative_is_credit_note=FLAG,
            taxes_included=_of(TEXTS),
            discount_after_tax=FLAG,
            refunded=AMOUNT,
            refunded_on=TEXT,
            rows=partial(_list, RowRule),
        ),
        PaymentRule: _keys(
            form=_of(one_of(Form)),
            when=WHEN,
            payment=TEXT,
            identity=NAMES,
            type=TEXT,
            status=TEXT,
            date=TEXT,
            document=TEXT,
            document_separator=_of(text),
            customer=TEXT,
            method=TEXT,
            amount=AMOUNT,
            fee=AMOUNT,
            rounding=AMOUNT,
            tip=AMOUNT,
            applied=TEXT,
            bank_reference=TEXT,
            currency=TEXT,
            negative_is_refund=FLAG,
        ),
        LeaveOut: _keys(when=WHEN),
        SetAside: _keys(treatment=_of(one_of(Treatment)), when=WHEN, amount=AMOUNT),
        Payouts: _keys(payout=TEXT, net=AMOUNT, gross=AMOUNT, fee=AMOUNT, total=WHEN),
        Decision: _keys(taxes=_of(TEXTS), tax_amounts=_amounts, refunded=_of(day), credit_note=FLAG),
        Decisions: _keys(taxes=_of(TEXTS), documents=_decided),
        ColumnMapping: _keys(
            name=_of(partial(_short, LONGEST_NAME)),
            source=_of(partial(_short, LONGEST_SOURCE)),
            prefix=_of(partial(_short, LONGEST_PREFIX)),
            checked_against=_of(text),
            date_order=_of(one_of(("", DAY_FIRST, MONTH_FIRST))),
            decimal=_of(one_of(("", ".", ","))),
            needed=NAMES,
            optional=NAMES,
            aliases=_aliases,
            leave_out=partial(_list, LeaveOut),
            set_aside=partial(_list, SetAside),
            documents=partial(_list, DocumentRule),
            payments=partial(_list, PaymentRule),
            payouts=partial(_table, Payouts),
            decisions=partial(_table, Decisions),
        ),
    }
)

_REQUIRED: Mapping[type[Any], frozenset[str]] = MappingProxyType(
    {
        kind: frozenset(it.name for it in fields(kind) if it.default is MISSING and it.default_factory is MISSING)
        for kind in KEYS
    }
)


def read_mapping(stream: BinaryIO, *, file: str = "mapping.toml") -> MappingRead:
    """A mapping from TOML."""
    reading = _Reading(file)
    tables = parsed(stream, reading)
    found = reading.record(ColumnMapping, tables, "")
    mapping = ColumnMapping() if isinstance(found, Invalid) else found
    if not reading.problems:
        _whole(mapping, reading)
    return MappingRead(mapping, tuple(reading.problems))


def _whole(mapping: ColumnMapping, reading: _Reading) -> None:
    """Notes what a mapping lacks as a whole."""
    if not mapping.documents and not mapping.payments:
        reading.invalid("documents", "", Invalid("mapping-missing"))
    for place, rule in enumerate(mapping.documents, 1):
        if not rule.rows:
            reading.invalid(f"documents[{place}].rows", "", Invalid("mapping-missing"))
    for place, payment in enumerate(mapping.payments, 1):
        if not payment.payment and not payment.identity:
            reading.invalid(f"payments[{place}].payment", "", Invalid("mapping-missing"))


# Writing


def write_mapping(mapping: ColumnMapping) -> bytes:
    """Writes a mapping so that it reads back; what is not said is left out."""
    return "\n".join(_sections(mapping)).encode()


def _sections(mapping: ColumnMapping) -> Iterator[str]:
    own = "".join(_lines(mapping, tables=_TABLES))
    if own:
        yield own
    if mapping.aliases:
        yield f"[aliases]\n{''.join(_pairs(mapping.aliases))}"
    for name in ("leave_out", "set_aside", "documents", "payments"):
        for one in getattr(mapping, name):
            yield f"[[{name}]]\n{''.join(_lines(one, tables=_ROWS))}"
            for row in one.rows if isinstance(one, DocumentRule) else ():
                yield f"[[{name}.rows]]\n{''.join(_lines(row))}"
    if mapping.payouts is not None:
        yield f"[payouts]\n{''.join(_lines(mapping.payouts))}"
    if mapping.decisions.taxes:
        yield f"[decisions]\n{''.join(_lines(mapping.decisions, tables=_DOCUMENTS))}"
    for number, decision in mapping.decisions.documents.items():
        yield f"[decisions.documents.{toml_key(number)}]\n{''.join(_lines(decision))}"


_TABLES = frozenset({"aliases", "leave_out", "set_aside", "documents", "payments", "payouts", "decisions"})
_ROWS, _DOCUMENTS = frozenset({"rows"}), frozenset({"documents"})
_NONE: frozenset[str] = frozenset()


def _lines(value: object, tables: frozenset[str] = _NONE) -> Iterator[str]:
    """The keys of a table and their values, but for those that are tables of their own."""
    return _pairs({key: one for key, one in _told(value).items() if key not in tables})


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    return (f"{toml_key(key)} = {toml_value(_inline(one))}\n" for key, one in values.items())


def _told(value: object) -> dict[str, Any]:
    """What is not as it is by default, by key."""
    defaults = {
        it.name: it.default_factory() if it.default_factory is not MISSING else it.default
        for it in fields(value)  # type: ignore[arg-type]  # a value of `KEYS`
    }
    told = {key: getattr(value, name) for key, (name, _) in KEYS[type(value)].items()}
    return {key: one for key, one in told.items() if one != defaults[KEYS[type(value)][key][0]]}


def _inline(value: object) -> object:
    """A value as TOML takes it on one line: a single column by its name."""
    if isinstance(value, Text | Amount):
        told = _told(value)
        if [*told] == ["columns"] and len(value.columns) == 1:
            return value.columns[0]
        return {key: _inline(one) for key, one in told.items()}
    if isinstance(value, Condition):
        return {key: _inline(one) for key, one in _told(value).items()}
    if isinstance(value, Mapping):
        return {key: _inline(one) for key, one in value.items()}
    return [_inline(one) for one in value] if isinstance(value, tuple) else value
