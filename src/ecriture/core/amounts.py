"""Amounts as people and programs write them: read exactly or refused, and shown in a form that reads back.

Accepted: `1234.5`, `1,234.50`, `1 234,50` (with U+0020, U+00A0 or U+202F), `(12,50)`, `12,50-`, `12,50 $`. `1,234` and
`1.234` are ambiguous until the file's other amounts show which mark is the decimal one.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from ecriture.core.money import plain

B = TypeVar("B")


class UnreadAmount(NamedTuple):
    """A text that is not an amount, with the code of its problem."""

    code: str
    text: str


UNREADABLE = "amount-unreadable"
UNIT_DIGITS = 13
"""More digits than this before the decimal mark are a mistake, not an amount."""

_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2019": "'"})
_SIGNED = re.compile(r"(\()? ?([-+])? ?(?:\$ ?)?(-)?([0-9., ']*[0-9]) ?(?:\$ ?)?(-)? ?(?:\$ ?)?(\))?")
_NUMBER = re.compile(
    r"(?P<units>[0-9]*|[1-9][0-9]{0,2}(?:(?P<group>[., '])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<decimal>[.,])(?P<cents>[0-9]{1,2}))?"
)
_PLAIN_COLUMN = re.compile(r"(?:-?[0-9]{1,13}+\.[0-9]{2}\n)++")  # possessive: no other way to read it
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class AmountReader(dict[str, "int | UnreadAmount"]):
    """Converts texts to cents. Each distinct text is read once, and the decimal marks seen are remembered.

    With `decimal` (`.` or `,`) a text like `1,234` is read with that mark; without it, it is `amount-ambiguous`.
    """

    LEARNED = 50_000
    """How many texts are cached: enough for the common ones, few enough to limit memory."""

    def __init__(self, decimal: str = "") -> None:
        super().__init__()
        self.decimal = decimal
        self.decimals_seen: set[str] = set()
        self.met_ambiguous = False
        self.met_unread = False

    def column(self, texts: Sequence[str]) -> Sequence[int | UnreadAmount]:
        """The amounts of a column."""
        return self._plain_column(texts) or list(map(self.__getitem__, texts))

    def optional_column(self, texts: Sequence[str], blank: B) -> Sequence[int | UnreadAmount | B]:
        """The amounts of a column where a blank cell has a default."""
        if not any(texts):
            return [blank] * len(texts)
        if plain_ones := self._plain_column([text or "0.00" for text in texts]):
            if blank == 0:
                return plain_ones
            return [amount if text else blank for amount, text in zip(plain_ones, texts, strict=True)]
        amounts = iter(self.column([text for text in texts if text and text.strip()]))
        return [next(amounts) if text and text.strip() else blank for text in texts]

    def _plain_column(self, texts: Sequence[str]) -> list[int]:
        """A fast path: the amounts of a column written like `-1234.50` only, converted together; otherwise an empty list."""
        joined = "\n".join(texts) + "\n"
        amounts = list(map(int, joined.replace(".", "").split())) if _PLAIN_COLUMN.fullmatch(joined) else []
        if not amounts or len(amounts) != len(texts):  # they differ if a text contains a line end
            return []
        self.decimals_seen.add(".")
        return amounts

    def __missing__(self, text: str) -> int | UnreadAmount:
        cents = self._plain(text) if text[-3:-2] == "." else None
        if cents is None:
            cents = self._read(text.translate(_BLANKS).strip())
        amount = cents if isinstance(cents, int) else UnreadAmount(cents, text)
        self.met_unread = self.met_unread or not isinstance(cents, int)
        if len(self) < self.LEARNED:
            self[text] = amount
        return amount

    def decided(self) -> str:
        """The decimal mark of all unambiguous amounts read so far; `""` if there is none, or both occur."""
        return "".join(self.decimals_seen) if len(self.decimals_seen) == 1 else ""

    def _plain(self, text: str) -> int | str | None:
        """A fast path for the most common form, like `-1234.50`, without a regular expression."""
        digits = text[:-3] + text[-2:]
        magnitude = digits[1:] if digits[:1] == "-" else digits
        if not (magnitude.isdecimal() and magnitude.isascii() and 3 <= len(magnitude) <= UNIT_DIGITS + 2):
            return None
        self.decimals_seen.add(".")
        return int(digits)

    def _read(self, text: str) -> int | str:
        """The cents, or the code of the problem."""
        signed = _SIGNED.fullmatch(text)
        if signed is None:
            return UNREADABLE
        opened, lead, inner, number, trail, closed = signed.groups()
        signs = [sign for sign in (lead, inner, trail) if sign] + ["-"] * bool(opened)
        if bool(opened) != bool(closed) or len(signs) > 1:
            return UNREADABLE
        magnitude = self._magnitude(number)
        return -magnitude if signs == ["-"] and isinstance(magnitude, int) else magnitude

    def _magnitude(self, number: str) -> int | str:
        if _AMBIGUOUS.fullmatch(number):
            return self._ambiguous(number)
        found = _NUMBER.fullmatch(number)
        if found is None or (found["group"] and found["group"] == found["decimal"]):
            return UNREADABLE
        self._learn(found["group"], found["decimal"])
        return _cents(found["units"], found["cents"] or "")

    def _ambiguous(self, number: str) -> int | str:
        self.met_ambiguous = True
        if not self.decimal:
            return "amount-ambiguous"
        # With a known decimal mark, it is a thousands mark, or there are three decimals, which is not an amount of money.
        return UNREADABLE if self.decimal in number else _cents(number, "")

    def _learn(self, group: str | None, decimal: str | None) -> None:
        if decimal:
            self.decimals_seen.add(decimal)
        elif group == ".":
            self.decimals_seen.add(",")
        elif group == ",":
            self.decimals_seen.add(".")


def _cents(grouped: str, cents: str) -> int | str:
    units = re.sub("[^0-9]", "", grouped)
    if len(units) > UNIT_DIGITS or not units + cents:
        return UNREADABLE
    return int(units or "0") * 100 + int(cents.ljust(2, "0"))


def read_amount(text: str, *, decimal: str = "") -> int | UnreadAmount:
    """One text to cents; see AmountReader for many."""
    return AmountReader(decimal)[text]


def show_number(cents: int, language: str) -> str:
    """Formats cents without currency sign: `1 234,50` (no-break space) in French, `1,234.50` in English."""
    units, _, decimals = plain(abs(cents)).partition(".")
    sign = "-" if cents < 0 else ""
    if language == "fr":
        return f"{sign}{int(units):,},{decimals}".replace(",", "\u00a0", f"{int(units):,}".count(","))
    return f"{sign}{int(units):,}.{decimals}"


def show_amount(cents: int, language: str) -> str:
    """Formats cents with currency sign: `1 234,50 $` (no-break spaces) in French, `$1,234.50` in English."""
    if language == "fr":
        return f"{show_number(cents, language)}\u00a0$"
    return f"{'-' if cents < 0 else ''}${show_number(abs(cents), language)}"
