"""What the lines of a Sage 50 general-journal file say, whoever wrote it: bytes to rows.

Sources: "H", Sage's help topic "Importing General Journal Entries", and "KB", its knowledge-base article on the same.
Strict is the profile of `write`, inside both. Lax takes what H documents beyond it:

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
from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from ecriture.targets.sage50_ca.write import DETAIL, HEADER

SHOWN = 80  # how much of a line a finding shows
_MAX_LINE_BYTES = 1000  # beyond every published limit together


Kind = Enum("Kind", "START HEADER DETAIL TAX_HEADER TAX ALLOCATION BLANK END")
"""What a row is. START and END stand before and after the lines of the file."""


class Row(NamedTuple):
    """What a line says; a field is empty where the line does not say it, and where the rules need not look at it.

    `misshapen` is why the line cannot be understood; `foreign`, its characters that are not printable ASCII; `texts`, the
    names and contents of its texts in quotes. `cents` is None where the amount cannot be told for certain. `beyond` is
    what goes beyond the safe profile, `documented` whether H has it so. `follows`: how many tax or allocation lines
    the line announces.
    """

    kind: Kind
    text: str = ""
    misshapen: str = ""
    foreign: str = ""
    date: str = ""
    source: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    account: str = ""
    amount: str = ""
    cents: int | None = None
    beyond: Mapping[str, object] = MappingProxyType({})
    documented: bool = False
    follows: int | None = None


class File(NamedTuple):
    """The rows of a file, each with its line (the first is 1), and what concerns the file as a whole.

    `encoding` is that of its byte order mark; a file in UTF-16 has no rows, since nothing else of it can be read. For each
    kind of wrong line end, `LF`, `CR` or `none`: the first line that has it, and how many do.
    """

    rows: Iterator[tuple[int, Row]]
    encoding: str = ""
    is_empty: bool = False
    wrong_ends: Mapping[str, tuple[int, int]] = MappingProxyType({})


# --- the shape of one line ------------------------------------------------------------------------------------------

_QUOTED = '"[^"]*"'
_ANY = f'(?:{_QUOTED}|[^",]*)'
_NUMBER = r"-?[0-9]{1,100}(?:\.[0-9]{1,10})?%?"
_RATE = r"(?=.*[1-9])[0-9]{1,10}(?:\.[0-9]{1,10})?"
_AMOUNT = r"-?[0-9]{1,100}\.[0-9]{2}"

_FIELD = re.compile(rf"({_ANY}),")
_DATE = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LIKE_A_HEADER = re.compile(r'"?[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[",; ]')
_LEADING_AMOUNT = re.compile(rf'[^",]*,({_AMOUNT})(?:,|\Z)')
_COUNT = re.compile("[0-9]{1,4}")
# After the comment: a currency, a rate, neither checked here, the last of them not empty.
_HEADER = re.compile(rf'[^,]*,{_QUOTED}(?:,(?:"([^"]*)")?(?:,((?:{_ANY},)?(?:{_QUOTED}|[^",]+)))?)?')
_CURRENCY = re.compile(rf'(?:" *[^" ][^"]*"| *[^", ][^",]*)(?:,"?{_RATE}"?)?')
# The last alternative is a count right after the amount, where a comment is left out with its comma.
_DETAIL = re.compile(rf'([0-9]{{4,8}}),({_AMOUNT})(?:,(?:"([^"]*)")?(?:,([0-9]{{1,4}})?)?|,([0-9]{{1,4}}),?)?')
_TAX = re.compile(rf"TAXD,([0-9]{{4,8}}),{_ANY},{_ANY},{_NUMBER},{_NUMBER}(?:,{_NUMBER})?")
_ALLOCATION = re.compile(rf'(?:" *[^" ][^"]*"|[^\W\d_][^",]*)(?:,{_NUMBER})+')


def _fields(text: str) -> tuple[str, ...]:
    """The fields between commas, with their quotes; none when a quote is out of place."""
    found = _FIELD.findall(f"{text},")
    return tuple(found) if sum(map(len, found)) + len(found) == len(text) + 1 else ()


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _misshapen(text: str, kind: Kind, reason: str) -> Row:
    """A line that is nothing. An amount after the first comma still counts: the fault is then elsewhere, and only once."""
    amount = _LEADING_AMOUNT.match(text)
    return Row(kind, text, reason, cents=_cents(amount[1]) if amount else None)


def _header(text: str, fields: tuple[str, ...], *, lax: bool) -> Row:
    """Lax: the comment may be missing, with or without the comma before it."""
    source = fields[1][1:-1] if fields[1:] and fields[1].startswith('"') else ""
    row = Row(Kind.HEADER, text, date=fields[0], source=source)
    found = _HEADER.fullmatch(text)
    if not found or (found[1] is None and not lax):
        return row._replace(misshapen="header")
    comment, currency = found.groups()
    row = row._replace(texts=(("source", source),) if comment is None else (("source", source), ("comment", comment)))
    if not currency:
        return row
    beyond = {"kind": "currency", "fields": currency[:SHOWN]}
    return row._replace(beyond=beyond, documented=bool(_CURRENCY.fullmatch(currency)))


def _detail(text: str, *, lax: bool) -> Row:
    """Lax: a comma may end the line."""
    found = _DETAIL.fullmatch(text)
    if not found or (text.endswith(",") and not lax):
        return _misshapen(text, Kind.DETAIL, "detail")
    account, amount, comment, *counts = found.groups()
    texts = () if comment is None else (("line comment", comment),)
    row = Row(Kind.DETAIL, text, texts=texts, account=account, amount=amount, cents=_cents(amount))
    if not (count := next(filter(None, counts), "")):
        return row
    return row._replace(beyond={"kind": "allocation", "count": int(count)}, documented=True, follows=int(count))


def _tax(text: str, fields: tuple[str, ...]) -> Row:
    """A tax line or the header of some."""
    beyond = {"kind": fields[0]}
    if fields[0] == "TAXD":
        found = _TAX.fullmatch(text)
        return Row(Kind.TAX, text, account=found[1] if found else "", beyond=beyond, documented=bool(found))
    count = int(fields[1]) if fields[1:] and _COUNT.fullmatch(fields[1]) else None
    documented = count is not None and fields[2:] in ((), ("0",), ("1",))
    return Row(Kind.TAX_HEADER, text, beyond=beyond, documented=documented, follows=count)


def _parse_slowly(text: str, *, lax: bool) -> Row:
    """The row of any line. The first field tells what it means to be."""
    fields = _fields(text)
    first = fields[0] if fields else ""
    if first in ("TAXH", "TAXD"):
        return _tax(text, fields)
    if _DATE.fullmatch(first):
        return _header(text, fields, lax=lax)
    if first.isascii() and first.isdigit() and len(fields) > 1:
        return _detail(text, lax=lax)
    if not text.strip(" "):
        return Row(Kind.BLANK, text, "blank")
    if _LIKE_A_HEADER.match(text):
        return _misshapen(text, Kind.HEADER, "header")
    return _misshapen(text, Kind.ALLOCATION if _ALLOCATION.fullmatch(text) else Kind.DETAIL, "unknown")


def _parse(text: str, *, lax: bool) -> Row:
    """As `_parse_slowly`; the lines of our own writer, nearly all there are, take a short way."""
    if found := DETAIL.fullmatch(text):
        return Row(Kind.DETAIL, account=found[1], cents=_cents(found[2]))
    if found := HEADER.fullmatch(text):
        return Row(Kind.HEADER, date=text[:8], source=found[4])
    return _parse_slowly(text, lax=lax)


# --- characters -----------------------------------------------------------------------------------------------------

_NOT_PRINTABLE = re.compile(r"[^ -~]")
_NOT_PRINTABLE_NOR_END = re.compile(r"[^ -~\r\n]")
_TEXT = re.compile(r'"[^"]*"')
_MEANT = ("", '"', "-", ",")


def decode_line(content: bytes) -> str:
    """As UTF-8, so that an accent is one character of a text's length; else byte for byte."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _in_texts_only(text: str) -> bool:
    """Whether its foreign characters stand between quotes, where they do not spoil the shape."""
    return not _NOT_PRINTABLE.search(_TEXT.sub("", text))


def _readings(text: str, *, lax: bool) -> Iterator[Row]:
    """The rows that a line with foreign characters may stand for: as it is, or with what was meant in their place.

    What was meant (nothing, a quote, a hyphen, a comma) is a guess, so that its amount is not counted on.
    """
    if _in_texts_only(text):
        yield _parse(text, lax=lax)
    else:
        yield from (_parse(_NOT_PRINTABLE.sub(sign, text), lax=lax)._replace(cents=None) for sign in _MEANT)


def _best(text: str, *, lax: bool) -> Row:
    """The reading that fits, else the first. A line end inside a text has a finding of its own, except LF in lax."""
    if not _NOT_PRINTABLE.search(text):
        return _parse(text, lax=lax)
    row = next((row for row in _readings(text, lax=lax) if not row.misshapen), None) or next(_readings(text, lax=lax))
    foreign = (_NOT_PRINTABLE if lax else _NOT_PRINTABLE_NOR_END).findall(text)
    return row._replace(text=text, foreign="".join(foreign))


def _row(content: bytes, *, lax: bool) -> Row:
    """The row of a line, without a fault of shape where it is the characters that spoil it."""
    if len(content) > _MAX_LINE_BYTES:
        return Row(Kind.DETAIL, content[:SHOWN].decode("latin-1"), "line-long")
    row = _best(decode_line(content), lax=lax)
    return row if not row.misshapen or _in_texts_only(row.text) else row._replace(misshapen="")


# --- the file -------------------------------------------------------------------------------------------------------

_LINE = re.compile(rb"([^\r\n]*)(\r{0,2}\n|\r|\Z)")
_LONE = {b"\n": "LF", b"": "none"}
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


_Line = tuple[int, bytes, bytes]
"""Its number, its content, its end."""


def physical_lines(content: bytes) -> Iterator[_Line]:
    """The lines as an editor numbers them: CR LF, LF and CR all end one."""
    return ((number, found[1], found[2]) for number, found in enumerate(_LINE.finditer(content), 1) if found[0])


def _wrong_ends(content: bytes, *, lax: bool) -> dict[str, tuple[int, int]]:
    """A file with LF ends has one fault. CR CR LF, which a double conversion makes, is a CR too many."""
    met: dict[str, tuple[int, int]] = {}
    for number, _, end in physical_lines(content):
        if end != b"\r\n":
            found = _LONE.get(end, "CR")
            first, count = met.get(found, (number, 0))
            met[found] = first, count + 1
    return {found: place for found, place in met.items() if not lax or found == "CR"}


def _joined(line: _Line, following: _Line | None, *, lax: bool) -> Row | None:
    """The row of a line and the next, when a stray line end has parted them."""
    _, content, end = line
    if end == b"\r\n" or following is None or not (content.strip() and following[1].strip()):
        return None
    row = _best(decode_line((content + end + following[1])[:_MAX_LINE_BYTES]), lax=lax)
    return None if row.misshapen else row


def _rows(content: bytes, *, lax: bool) -> Iterator[tuple[int, Row]]:
    yield 1, Row(Kind.START)
    lines = physical_lines(content)
    line = next(lines, None)
    while line:
        following = next(lines, None)
        row = _row(line[1], lax=lax)
        if row.misshapen and (whole := _joined(line, following, lax=lax)):
            row, following = whole, next(lines, None)
        yield line[0], row
        line = following
    yield 0, Row(Kind.END)


def read(content: bytes, *, lax: bool) -> File:
    """The rows of any bytes. Never raises."""
    if content.startswith(_UTF16_MARKS):
        return File(iter([(1, Row(Kind.START))]), "UTF-16")
    bare = content.removeprefix(_UTF8_MARK)
    encoding = "UTF-8" if len(bare) < len(content) else ""
    return File(_rows(bare, lax=lax), encoding, not bare, _wrong_ends(bare, lax=lax))
