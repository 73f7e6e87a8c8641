"""The checker of Sage 50 general-journal files, whoever wrote them: the rules GJ-01 to GJ-11 (`ecriture verify`).

Sources: "H", Sage's help topic "Importing General Journal Entries", and "KB", its knowledge-base article on the same.
Strict is the profile of `sage50_ca`, inside both. Lax takes what H documents beyond it:

    header       mm-dd-yy,"source"[,"comment"[,currency[,rate]]]     source to 20, comments to 75
    tax header   TAXH,count[,0 or 1]                                 0 sales, 1 purchases
    tax          TAXD,account,tax name,tax code,base,tax[,other tax] as many as the count says
    detail       account,amount[,["line comment"][,[count]]]         count of the allocation lines that follow
    allocation   project,number[,number...]                          as many as the count says

H gives the tax lines as above; what it says of allocation lines is a project and a share. So an allocation is read
tolerantly: a project, in quotes or beginning with a letter, and numbers. The shares are not summed, for they may be amounts
or percentages. Tax lines may stand anywhere in an entry. Neither kind counts in an entry's balance, for the tax accounts
have details of their own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from itertools import islice
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.settings import FiscalYear
from ecriture.targets.sage50_ca.writing import DETAIL, HEADER, SOURCE_LIMIT, TEXT_LIMIT

MAX_FINDINGS = 1000
"""The first ones of a file: nobody reads more, and hostile bytes must not fill the memory."""

_LAX_SOURCE_LIMIT = 20
_LAX_TEXT_LIMIT = 75
_MAX_LINE_BYTES = 1000  # beyond every published limit together
_SHOWN = 80


class Finding(NamedTuple):
    """A rule that a line breaks (the first line is 1), with the parameters of its sentence."""

    rule: str
    line: int
    params: Mapping[str, object]


class _Fault(NamedTuple):
    """A finding before its line is known."""

    rule: str
    params: Mapping[str, object]

    def at(self, line: int) -> Finding:
        return Finding(self.rule, line, self.params)


class _Kind(Enum):
    HEADER = auto()
    DETAIL = auto()
    TAX_HEADER = auto()
    TAX = auto()
    ALLOCATION = auto()
    BLANK = auto()


class _Row(NamedTuple):
    """What a line says. `cents` is None where it cannot be told; `follows`, where it announces no lines to follow."""

    kind: _Kind
    faults: tuple[_Fault, ...] = ()
    date: str = ""
    source: str = ""
    account: str = ""
    cents: int | None = None
    follows: int | None = None

    @property
    def misshapen(self) -> bool:
        return any(map(_is_of_shape, self.faults))

    def breaks(self, *rules: str) -> bool:
        return any(fault.rule in rules for fault in self.faults)


def _is_of_shape(fault: _Fault) -> bool:
    """Whether the line could not be understood; one with a text too long can."""
    return fault.rule == "GJ-02" and fault.params["reason"] != "text-long"


# --- physical lines -------------------------------------------------------------------------------------------------

_LINE = re.compile(rb"([^\r\n]*)(\r{0,2}\n|\r|\Z)")
_LONE = {b"\n": "LF", b"": "none"}


class _Line(NamedTuple):
    number: int
    content: bytes
    end: bytes


def _physical(content: bytes) -> Iterator[_Line]:
    """The lines as an editor numbers them: CR LF, LF and CR all end one."""
    for number, found in enumerate(_LINE.finditer(content), 1):
        if not found[0]:
            return
        yield _Line(number, found[1], found[2])


def _wrong_end(line: _Line, *, lax: bool) -> str:
    """`LF`, `CR` or `none`, where that is wrong; CR CR LF, which a double conversion makes, is a CR too many."""
    found = "" if line.end == b"\r\n" else _LONE.get(line.end, "CR")
    return "" if lax and found != "CR" else found


def _line_end_findings(content: bytes, *, lax: bool) -> Iterator[Finding]:
    """One for each kind of wrong line end, at its first line: a file with LF ends has one fault, not one in each line."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for line in _physical(content):
        if found := _wrong_end(line, lax=lax):
            counts[found] += 1
            first.setdefault(found, line.number)
    return (Finding("GJ-01", first[f], {"kind": "line-end", "found": f, "count": counts[f]}) for f in counts)


# --- the shape of one line ------------------------------------------------------------------------------------------

_FIELD = re.compile(r'("[^"]*"|[^",]*),')
_DATE = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LIKE_A_HEADER = re.compile(r'"?[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[",; ]')
_ACCOUNT = re.compile(r"[0-9]{4,8}")
_AMOUNT = re.compile(r"-?[0-9]{1,100}\.[0-9]{2}")
_LEADING_AMOUNT = re.compile(r"[^\",]*,(-?[0-9]{1,100}\.[0-9]{2})(?:,|\Z)")
_COUNT = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"-?[0-9]{1,100}(?:\.[0-9]{1,10})?%?")
_RATE = re.compile(r"(?=.*[1-9])[0-9]{1,10}(?:\.[0-9]{1,10})?")
_PROJECT = re.compile(r'"[^"]*[^" ][^"]*"|[^\W\d_][^",]*')


def _fields(text: str) -> tuple[str, ...]:
    """The fields between commas, with their quotes; none when a quote is out of place."""
    found = _FIELD.findall(f"{text},")
    whole = sum(len(one) + 1 for one in found) == len(text) + 1
    return tuple(found) if whole else ()


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == '"'


def _shape_fault(reason: str, text: str) -> _Fault:
    return _Fault("GJ-02", {"reason": reason, "text": text[:_SHOWN]})


def _text_faults(quoted: str, name: str, limit: int) -> Iterator[_Fault]:
    """Blanks around a text are one fault, not a length besides."""
    text = quoted[1:-1]
    bare = text.strip(" ")
    if len(bare) > limit:
        yield _Fault(
            "GJ-02", {"reason": "text-long", "field": name, "length": len(bare), "limit": limit, "text": bare[:_SHOWN]}
        )
    if not bare:
        yield _Fault("GJ-11", {"reason": "empty", "field": name, "text": ""})
    elif text != bare:
        yield _Fault("GJ-11", {"reason": "padded", "field": name, "text": text[:_SHOWN]})


def _extra(kind: str, **numbers: object) -> _Fault:
    return _Fault("GJ-10", {"kind": kind, **numbers})


def _currency_faults(extra: tuple[str, ...], *, lax: bool) -> Iterator[_Fault]:
    """A name, in quotes or not, and a positive rate (H); both are the home currency's when missing."""
    right = all(field.strip('" ') for field in extra) and all(_RATE.fullmatch(rate.strip('"')) for rate in extra[1:])
    if extra and not (lax and right):
        yield _extra("currency", fields=",".join(extra)[:_SHOWN])


def _comment_given(fields: tuple[str, ...]) -> bool:
    return bool(fields[2:] and fields[2])


def _header_is_shaped(fields: tuple[str, ...], *, lax: bool) -> bool:
    """Lax: the comment may be missing, with or without the comma before it."""
    comment = _is_quoted(fields[2]) if _comment_given(fields) else lax
    return 2 <= len(fields) <= 5 and _is_quoted(fields[1]) and comment and (len(fields) < 4 or bool(fields[-1]))


def _header_faults(text: str, fields: tuple[str, ...], *, lax: bool) -> Iterator[_Fault]:
    if not _header_is_shaped(fields, lax=lax):
        yield _shape_fault("header", text)
        return
    yield from _text_faults(fields[1], "source", _LAX_SOURCE_LIMIT if lax else SOURCE_LIMIT)
    if _comment_given(fields):
        yield from _text_faults(fields[2], "comment", _LAX_TEXT_LIMIT if lax else TEXT_LIMIT)
    yield from _currency_faults(fields[3:], lax=lax)


def _header(text: str, fields: tuple[str, ...], *, lax: bool) -> _Row:
    source = fields[1][1:-1] if fields[1:] and _is_quoted(fields[1]) else ""
    return _Row(_Kind.HEADER, tuple(_header_faults(text, fields, lax=lax)), date=fields[0], source=source)


def _amount_faults(amount: str) -> Iterator[_Fault]:
    digits = amount.lstrip("-")
    if not digits.strip("0."):
        yield _Fault("GJ-06", {"reason": "zero", "amount": amount[:_SHOWN]})
    elif digits[0] == "0" and digits[1] != ".":
        yield _Fault("GJ-06", {"reason": "leading-zero", "amount": amount[:_SHOWN]})


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _split_rest(rest: tuple[str, ...]) -> tuple[str, str, bool]:
    """Comment, count and whether there is an empty last field (the trailing comma of H), of the fields after an amount.

    A count right after the amount is understood too, where a comment has been left out with its comma.
    """
    trailing = bool(rest) and not rest[-1]
    fields = rest[:-1] if trailing else rest
    if len(fields) == 1 and _COUNT.fullmatch(fields[0]):
        fields = ("", *fields)
    comment, count, *_ = (*fields, "", "")
    return comment, count, trailing


def _rest_is_shaped(rest: tuple[str, ...], *, lax: bool) -> bool:
    comment, count, trailing = _split_rest(rest)
    known = (not comment or _is_quoted(comment)) and (not count or bool(_COUNT.fullmatch(count)))
    return len(rest) <= 2 and known and (lax or not trailing)


def _detail_faults(text: str, fields: tuple[str, ...], *, lax: bool) -> Iterator[_Fault]:
    if (
        not _ACCOUNT.fullmatch(fields[0])
        or not _AMOUNT.fullmatch(fields[1])
        or not _rest_is_shaped(fields[2:], lax=lax)
    ):
        yield _shape_fault("detail", text)
        return
    yield from _amount_faults(fields[1])
    comment, count, _ = _split_rest(fields[2:])
    if comment:
        yield from _text_faults(comment, "line comment", _LAX_TEXT_LIMIT if lax else TEXT_LIMIT)
    if count and not lax:
        yield _extra("allocation", count=int(count))


def _misshapen(text: str, kind: _Kind = _Kind.DETAIL, reason: str = "unknown") -> _Row:
    """A line that is nothing. An amount after the first comma still counts: the fault is then elsewhere, and only once."""
    amount = _LEADING_AMOUNT.match(text)
    return _Row(kind, (_shape_fault(reason, text),), cents=_cents(amount[1]) if amount else None)


def _detail(text: str, fields: tuple[str, ...], *, lax: bool) -> _Row:
    faults = tuple(_detail_faults(text, fields, lax=lax))
    if any(map(_is_of_shape, faults)):
        return _misshapen(text, reason="detail")
    count = _split_rest(fields[2:])[1]
    return _Row(_Kind.DETAIL, faults, account=fields[0], cents=_cents(fields[1]), follows=int(count) if count else None)


def _tax_header(fields: tuple[str, ...], *, lax: bool) -> _Row:
    count = int(fields[1]) if fields[1:] and _COUNT.fullmatch(fields[1]) else None
    right = count is not None and fields[2:] in ((), ("0",), ("1",))
    faults = () if lax and right else (_extra("TAXH"),)
    return _Row(_Kind.TAX_HEADER, faults, follows=count)


def _tax(fields: tuple[str, ...], *, lax: bool) -> _Row:
    right = 6 <= len(fields) <= 7 and _ACCOUNT.fullmatch(fields[1]) and all(map(_is_number, fields[4:]))
    return _Row(_Kind.TAX, () if lax and right else (_extra("TAXD"),), account=fields[1] if right else "")


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def _is_allocation(fields: tuple[str, ...]) -> bool:
    return len(fields) > 1 and bool(_PROJECT.fullmatch(fields[0])) and all(map(_is_number, fields[1:]))


def _parse_misshapen(text: str, fields: tuple[str, ...]) -> _Row:
    if _LIKE_A_HEADER.match(text):
        return _misshapen(text, _Kind.HEADER, "header")
    return _misshapen(text, _Kind.ALLOCATION if _is_allocation(fields) else _Kind.DETAIL)


def _parse_slowly(text: str, *, lax: bool) -> _Row:
    """The row of any line. The first field tells what it means to be."""
    fields = _fields(text)
    first = fields[0] if fields else ""
    if first in ("TAXH", "TAXD"):
        return _tax_header(fields, lax=lax) if first == "TAXH" else _tax(fields, lax=lax)
    if _DATE.fullmatch(first):
        return _header(text, fields, lax=lax)
    if first.isascii() and first.isdigit() and len(fields) > 1:
        return _detail(text, fields, lax=lax)
    return _parse_misshapen(text, fields) if text.strip(" ") else _Row(_Kind.BLANK, (_shape_fault("blank", text),))


def _parse(text: str, *, lax: bool) -> _Row:
    """As `_parse_slowly`; the lines of our own writer, nearly all there are, take a short way."""
    if found := DETAIL.fullmatch(text):
        return _Row(_Kind.DETAIL, account=found[1], cents=_cents(found[2]))
    if found := HEADER.fullmatch(text):
        return _Row(_Kind.HEADER, date=text[:8], source=found[4])
    return _parse_slowly(text, lax=lax)


# --- characters -----------------------------------------------------------------------------------------------------

_NOT_PRINTABLE = re.compile(r"[^ -~]")
_NOT_PRINTABLE_NOR_END = re.compile(r"[^ -~\r\n]")
_TEXT = re.compile(r'"[^"]*"')
_MEANT = ("", '"', "-", ",")


def _decode(content: bytes) -> str:
    """As UTF-8, so that an accent is one character of a text's length; else byte for byte."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _character_fault(text: str, *, lax: bool) -> _Fault | None:
    """One for a line, at its first such character. A line end inside a text has its own finding, except LF in lax."""
    found = (_NOT_PRINTABLE if lax else _NOT_PRINTABLE_NOR_END).findall(text)
    if not found:
        return None
    column = text.index(found[0]) + 1
    code = f"U+{ord(found[0]):04X}"
    return _Fault(
        "GJ-01", {"kind": "character", "character": found[0], "code": code, "column": column, "count": len(found)}
    )


def _in_texts_only(text: str) -> bool:
    """Whether its foreign characters stand between quotes, where they do not spoil the shape."""
    return not _NOT_PRINTABLE.search(_TEXT.sub("", text))


def _readings(text: str, *, lax: bool) -> Iterator[_Row]:
    """The rows that a line with foreign characters may stand for: as it is, or with what was meant in their place.

    What was meant (nothing, a quote, a hyphen, a comma) is a guess, so that its amount is not counted on.
    """
    if _in_texts_only(text):
        yield _parse(text, lax=lax)
    else:
        yield from (_parse(_NOT_PRINTABLE.sub(sign, text), lax=lax)._replace(cents=None) for sign in _MEANT)


def _fitting(text: str, *, lax: bool) -> _Row | None:
    return next((row for row in _readings(text, lax=lax) if not row.misshapen), None)


def _best(text: str, *, lax: bool) -> _Row:
    """The reading that fits, else the first, without a second fault for the shape that the characters spoil."""
    row = _fitting(text, lax=lax) or next(_readings(text, lax=lax))
    keep = _in_texts_only(text)
    return row._replace(faults=tuple(fault for fault in row.faults if keep or not _is_of_shape(fault)))


def _with_character_fault(row: _Row, text: str, *, lax: bool) -> _Row:
    fault = _character_fault(text, lax=lax)
    return row._replace(faults=(fault, *row.faults)) if fault else row


def _row(content: bytes, *, lax: bool) -> _Row:
    if len(content) > _MAX_LINE_BYTES:
        return _misshapen(content[:_SHOWN].decode("latin-1"), reason="line-long")._replace(cents=None)
    text = _decode(content)
    if not _NOT_PRINTABLE.search(text):
        return _parse(text, lax=lax)
    return _with_character_fault(_best(text, lax=lax), text, lax=lax)


def _joined(line: _Line, following: _Line | None, *, lax: bool) -> _Row | None:
    """The row of a line and the next, when a stray line end has parted them."""
    if line.end == b"\r\n" or following is None or not (line.content.strip() and following.content.strip()):
        return None
    text = _decode((line.content + line.end + following.content)[:_MAX_LINE_BYTES])
    row = _fitting(text, lax=lax)
    return _with_character_fault(row, text, lax=lax) if row else None


def _rows(content: bytes, *, lax: bool) -> Iterator[tuple[int, _Row]]:
    """Each line's number and row."""
    lines = _physical(content)
    line = next(lines, None)
    while line:
        following = next(lines, None)
        row = _row(line.content, lax=lax)
        if row.misshapen and (whole := _joined(line, following, lax=lax)):
            row, following = whole, next(lines, None)
        yield line.number, row
        line = following


# --- entries --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the caller knows of the company."""

    chart: Chart | None
    fiscal_years: tuple[FiscalYear, ...]
    linked: frozenset[str]
    lax: bool
    digits: int | None


@dataclass(slots=True)
class _Entry:
    """The entry being read. Once a line of it cannot be understood, it is in doubt, and its sum says nothing."""

    line: int = 0
    source: str = ""
    details: int = 0
    total_cents: int = 0
    in_doubt: bool = False

    def add(self, row: _Row) -> None:
        self.details += 1
        self.total_cents += row.cents or 0
        self.in_doubt = self.in_doubt or row.cents is None

    def findings(self) -> Iterator[Finding]:
        """A single detail never balances: that is one fault."""
        if self.line and self.details < 2:
            yield Finding("GJ-04", self.line, {"source": self.source, "details": self.details})
        elif self.line and self.total_cents and not self.in_doubt:
            yield Finding("GJ-05", self.line, {"source": self.source, "difference_cents": self.total_cents})


@dataclass(slots=True)
class _Announced:
    """Tax or allocation lines that a line says will follow (None: a number that cannot be read), and those that did."""

    kind: _Kind | None = None
    line: int = 0
    expected: int | None = None
    found: int = 0

    def findings(self, *, lax: bool) -> Iterator[Finding]:
        """Strict: the line that announces them has its finding already."""
        if lax and self.expected is not None and self.found != self.expected:
            kind = "TAXH" if self.kind is _Kind.TAX else "allocation"
            yield _extra(kind, expected=self.expected, found=self.found).at(self.line)


@dataclass(slots=True)
class _State:
    entry: _Entry | None = None
    announced: _Announced = field(default_factory=_Announced)
    sources: dict[str, int] = field(default_factory=dict)


def _account_findings(number: int, account: str, known: _Known) -> Iterator[Finding]:
    """A linked account is one fault, whatever else the chart says of it."""
    found = known.chart.get(account) if known.chart else None
    if account in known.linked or (found and found.linked):
        yield Finding("GJ-08", number, {"account": account})
    elif known.digits and len(account) != known.digits:
        yield Finding("GJ-07", number, {"reason": "digits", "account": account, "digits": known.digits})
    elif known.chart is not None and not found:
        yield Finding("GJ-07", number, {"reason": "unknown", "account": account})
    elif found and not found.postable:
        yield Finding("GJ-07", number, {"reason": "not-postable", "account": account, "type": found.type.value})


def _date_of(text: str) -> date | None:
    month, day, year = (int(part) for part in text.split("-"))
    try:
        return date(2000 + year, month, day)
    except ValueError:
        return None


def _date_findings(number: int, text: str, known: _Known) -> Iterator[Finding]:
    """The years are 2000 to 2049: what Sage makes of `50` to `99` is not published."""
    found = _date_of(text)
    if found is None:
        yield Finding("GJ-03", number, {"reason": "impossible", "text": text})
    elif found.year > 2049:
        yield Finding("GJ-03", number, {"reason": "year", "text": text})
    elif known.fiscal_years and not any(year.first <= found <= year.last for year in known.fiscal_years):
        yield Finding("GJ-03", number, {"reason": "fiscal-year", "text": text, "date": found})


def _source_findings(number: int, source: str, state: _State) -> Iterator[Finding]:
    if source and state.sources.setdefault(source, number) != number:
        yield Finding("GJ-09", number, {"source": source, "first_line": state.sources[source]})


def _closed(state: _State) -> Iterator[Finding]:
    """What is to be said of an entry when the next one begins, or the file ends."""
    if state.entry:
        yield from state.entry.findings()


def _on_header(number: int, row: _Row, state: _State, known: _Known) -> Iterator[Finding]:
    yield from _closed(state)
    state.entry = _Entry(number, row.source)
    if row.date:
        yield from _date_findings(number, row.date, known)
    yield from _source_findings(number, row.source, state)


def _on_detail(number: int, row: _Row, state: _State, known: _Known) -> Iterator[Finding]:
    if state.entry:
        state.entry.add(row)
    if row.follows is not None:
        state.announced = _Announced(_Kind.ALLOCATION, number, row.follows)
    if row.account:
        yield from _account_findings(number, row.account, known)


def _on_tax(number: int, row: _Row, state: _State, known: _Known) -> Iterator[Finding]:
    """The header of tax lines, or one that nothing announced."""
    if row.kind is _Kind.TAX_HEADER:
        state.announced = _Announced(_Kind.TAX, number, row.follows)
    elif not row.breaks("GJ-10"):
        yield _extra("TAXD").at(number)
    yield from _account_findings(number, row.account, known) if row.account else ()


def _on_announced(number: int, row: _Row, state: _State, known: _Known) -> Iterator[Finding]:
    """A tax or allocation line in its place. Strict: the line before it has the finding, lest there be one for each."""
    state.announced.found += 1
    own = known.lax and row.kind is _Kind.TAX
    yield from (fault.at(number) for fault in row.faults if own or fault.rule == "GJ-01")
    yield from _account_findings(number, row.account, known) if own and row.account else ()


def _before_first_header(number: int, row: _Row, state: _State) -> Iterator[Finding]:
    """One for all lines before the first header, which belong to no entry."""
    if state.entry is None and row.kind is not _Kind.HEADER:
        state.entry = _Entry()
        if not row.breaks("GJ-01", "GJ-02", "GJ-10"):
            yield Finding("GJ-02", number, {"reason": "first-line"})


def _on_row(number: int, row: _Row, state: _State, known: _Known) -> Iterator[Finding]:
    yield from state.announced.findings(lax=known.lax)
    state.announced = _Announced()
    yield from _before_first_header(number, row, state)
    yield from (fault.at(number) for fault in row.faults)
    if row.kind is _Kind.HEADER:
        yield from _on_header(number, row, state, known)
    elif row.kind in (_Kind.TAX_HEADER, _Kind.TAX):
        yield from _on_tax(number, row, state, known)
    else:
        yield from _on_detail(number, row, state, known)


def _row_findings(rows: Iterable[tuple[int, _Row]], known: _Known) -> Iterator[Finding]:
    state = _State()
    for number, row in rows:
        if row.kind is _Kind.BLANK:
            yield from (fault.at(number) for fault in row.faults)
        elif row.kind is state.announced.kind:
            yield from _on_announced(number, row, state, known)
        else:
            yield from _on_row(number, row, state, known)
    yield from state.announced.findings(lax=known.lax)
    yield from _closed(state)


# --- the file -------------------------------------------------------------------------------------------------------

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _mark(encoding: str) -> Finding:
    return Finding("GJ-01", 1, {"kind": "byte-order-mark", "encoding": encoding})


def _findings(content: bytes, known: _Known) -> Iterator[Finding]:
    """A file in UTF-16 has that one fault: nothing else of it can be read."""
    if content.startswith(_UTF16_MARKS):
        yield _mark("UTF-16")
        return
    if content.startswith(_UTF8_MARK):
        yield _mark("UTF-8")
    text = content.removeprefix(_UTF8_MARK)
    if not text:
        yield Finding("GJ-02", 1, {"reason": "no-entry"})
    yield from _line_end_findings(text, lax=known.lax)
    yield from _row_findings(_rows(text, lax=known.lax), known)


def check(
    content: bytes,
    *,
    chart: Chart | None = None,
    fiscal_years: tuple[FiscalYear, ...] = (),
    linked: frozenset[str] = frozenset(),
    lax: bool = False,
) -> tuple[Finding, ...]:
    """Every finding (at most `MAX_FINDINGS`), in the order of the lines; none for a file that is right. Never raises.

    What the chart, the open fiscal years and the linked accounts would tell is not checked where they are not given.
    `lax` accepts what Sage's help documents beyond the safe profile: see above.
    """
    known = _Known(chart, fiscal_years, linked, lax, chart.digits if chart else None)
    found = islice(_findings(content, known), MAX_FINDINGS)
    return tuple(sorted(found, key=lambda finding: finding.line))
