"""Amounts as people and programs write them: read exactly or refused, and shown in a form that reads back.

Accepted: `1234.5`, `1,234.50`, `1 234,50` (with U+0020, U+00A0 or U+202F), `(12,50)`, `12,50-`, `12,50 $`, `100.00000000`.
`1,234` and `1.234` are ambiguous until the file's other amounts show which mark is the decimal one. The number of a
spreadsheet's cell (`NumberText`) has no marks: it is neither ambiguous nor does it say anything about texts.
"""

import re
from collections.abc import Sequence
from decimal import Context, Decimal
from itertools import compress
from typing import NamedTuple, Self, TypeVar

from ecriture.core.money import plain

B = TypeVar("B")


class UnreadAmount(NamedTuple):
    """A text that is not an amount, with the code of its problem."""

    code: str
    text: str
    reason: str = ""
    """`decimals` for a number with more than two of them, `unit` for one that its cell shows with a unit."""


class NumberText(str):
    """The text of a cell that holds a number, with a period before its decimals. It is that number, and never a guess."""

    __slots__ = ()


class NumberWithUnit(NumberText):
    """A number that its cell shows with a unit, as in `10 %` or `100 USD`: an amount only in the currency of the books."""

    unit: str

    def __new__(cls, text: str, unit: str) -> Self:
        number = super().__new__(cls, text)
        number.unit = unit
        return number

    @property
    def shown(self) -> str:
        """The number as its cell shows it."""
        found = _OF_CELL.fullmatch(self) if self.unit == "%" else None
        return f"{(Decimal(self) * 100).normalize():f} %" if found else f"{self} {self.unit}"


UNREADABLE, AMBIGUOUS, MORE_DECIMALS, UNIT = "amount-unreadable", "amount-ambiguous", "decimals", "unit"
UNIT_DIGITS = 13
"""More digits than this before the decimal mark are a mistake, not an amount."""

_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2013": "-", "\u2019": "'"})
_SIGNED = re.compile(r"(\()? ?([-+])? ?(?:\$ ?)?(-)?([0-9., ']*[0-9]) ?(?:\$ ?)?(-)? ?(?:\$ ?)?(\))?")
_NUMBER = re.compile(
    r"(?P<units>[0-9]*|[1-9][0-9]{0,2}(?:(?P<group>[., '])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<decimal>[.,])(?P<decimals>[0-9]+))?"
)
_OF_CELL = re.compile(r"-?(?P<units>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")
_PLAIN_COLUMN = re.compile(r"(?:-?[0-9]{1,13}+\.[0-9]{2}\n)++")  # possessive: no other way to read it
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
FIFTEEN = Context(prec=15, Emin=-400, Emax=400)
"""The digits that spreadsheets keep of a number. Larger ones than these no program has; they would be as long as they say."""


def number_of_cell(text: str, unit: str = "") -> NumberText:
    """A number as its cell has it: rounded to 15 digits, in its shortest decimal text, never with an exponent.

    A whole number keeps all its digits: two documents with long numbers must not become one.
    """
    try:
        number = FIFTEEN.create_decimal(text.strip())
    except ArithmeticError:
        number = Decimal("NaN")
    if number.is_finite() and not re.fullmatch("-?[1-9][0-9]*", text):
        text = f"{number.normalize(FIFTEEN):f}" if number else "0"
    return NumberWithUnit(text, unit) if unit else NumberText(text)


class AmountReader(dict[str, "int | UnreadAmount"]):
    """Converts texts to cents. Each distinct text is read once, and the decimal marks seen are remembered.

    With `decimal` (`.` or `,`) a text like `1,234` is read with that mark; without it, it is `amount-ambiguous`. The
    `currency` may stand before or after an amount (`CAD`, `CA$`, `$ CA`), as `$` may.
    """

    LEARNED = 50_000
    """How many texts are cached: enough for the common ones, few enough to limit memory."""

    def __init__(self, decimal: str = "", currency: str = "") -> None:
        super().__init__()
        self.decimal = decimal
        self.decimals_seen: set[str] = set()
        self.met_ambiguous = False
        self.met_unread = False
        country = currency[:2]
        self._signs = (currency, f"{country}$", f"$ {country}", f"${country}") if currency else ()

    def column(self, texts: Sequence[str]) -> Sequence[int | UnreadAmount]:
        """The amounts of a column."""
        return self._plain_column(texts) or self._each(texts)

    def optional_column(self, texts: Sequence[str], blank: B) -> Sequence[int | UnreadAmount | B]:
        """The amounts of a column where a blank cell has a default: often most cells are blank."""
        found: list[int | UnreadAmount | B] = [blank] * len(texts)
        told, filled = texts, [*filter(None, texts)]
        if not filled:
            return found
        amounts: Sequence[int | UnreadAmount] = self._plain_column(filled)
        if not amounts:
            told = [*map(str.strip, texts)]
            amounts = self._each([*compress(texts, told)])
        for place, amount in zip(compress(range(len(texts)), told), amounts, strict=True):
            found[place] = amount
        return found

    def _each(self, texts: Sequence[str]) -> list[int | UnreadAmount]:
        """The amounts one by one: texts at the speed of a dict, so that only cells with numbers cost a call each."""
        if _has_numbers(texts):
            return [self[text] for text in texts]
        return list(map(super().__getitem__, texts))

    def _plain_column(self, texts: Sequence[str]) -> list[int]:
        """A fast path: the amounts of a column written like `-1234.50` only, converted together; otherwise an empty list."""
        joined = "\n".join(texts) + "\n"
        amounts = list(map(int, joined.replace(".", "").split())) if _PLAIN_COLUMN.fullmatch(joined) else []
        if len(amounts) != len(texts) or _has_numbers(texts):  # they differ if a text contains a line end
            return []
        if amounts:
            self.decimals_seen.add(".")
        return amounts

    def __getitem__(self, text: str) -> int | UnreadAmount:
        """A number is not looked up: it equals a text that was read as another amount."""
        if isinstance(text, NumberWithUnit) and text.unit not in self._signs:
            self.met_unread = True
            return UnreadAmount(UNREADABLE, text.shown, UNIT)
        return self._noted(_of_cell(text), text) if isinstance(text, NumberText) else super().__getitem__(text)

    def __missing__(self, text: str) -> int | UnreadAmount:
        cents = self._plain(text) if text[-3:-2] == "." else None
        amount = self._noted(self._read(text.translate(_BLANKS).strip()) if cents is None else cents, text)
        if len(self) < self.LEARNED:
            self[text] = amount
        return amount

    def _noted(self, cents: int | str, text: str) -> int | UnreadAmount:
        if isinstance(cents, int):
            return cents
        self.met_unread = True
        return UnreadAmount(UNREADABLE, text, cents) if cents == MORE_DECIMALS else UnreadAmount(cents, text)

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
        signed = _SIGNED.fullmatch(self._without_currency(text).removeprefix("'"))
        if signed is None:
            return UNREADABLE
        opened, lead, inner, number, trail, closed = signed.groups()
        signs = [sign for sign in (lead, inner, trail) if sign] + ["-"] * bool(opened)
        if bool(opened) != bool(closed) or len(signs) > 1:
            return UNREADABLE
        magnitude = self._magnitude(number)
        return -magnitude if signs == ["-"] and isinstance(magnitude, int) else magnitude

    def _without_currency(self, text: str) -> str:
        """The text with a plain `$` for its currency, also where it has both, as in `$12.50 CAD` and `CAD $12.50`."""
        for sign in self._signs:
            if sign in text:
                return re.sub(r"\$ ?\$", "$", text.replace(sign, "$", 1))
        return text

    def _magnitude(self, number: str) -> int | str:
        if _AMBIGUOUS.fullmatch(number):
            return self._ambiguous(number)
        found = _NUMBER.fullmatch(number)
        if found is None or (found["group"] and found["group"] == found["decimal"]):
            return UNREADABLE
        self._learn(found["group"], found["decimal"])
        return _cents(found["units"], found["decimals"] or "")

    def _ambiguous(self, number: str) -> int | str:
        self.met_ambiguous = True
        if not self.decimal:
            return AMBIGUOUS
        # With a known decimal mark, it is a thousands mark, or there are three decimals: refused even where they are zeros.
        return MORE_DECIMALS if self.decimal in number else _cents(number, "")

    def _learn(self, group: str | None, decimal: str | None) -> None:
        if decimal:
            self.decimals_seen.add(decimal)
        elif group == ".":
            self.decimals_seen.add(",")
        elif group == ",":
            self.decimals_seen.add(".")


def _has_numbers(texts: Sequence[str]) -> bool:
    return not {NumberText, NumberWithUnit}.isdisjoint(map(type, texts))


def _of_cell(text: str) -> int | str:
    """The cents of a number's text, or what is wrong with it."""
    found = _OF_CELL.fullmatch(text)
    if found is None:
        return UNREADABLE
    cents = _cents(found["units"], found["decimals"] or "")
    return -cents if text.startswith("-") and isinstance(cents, int) else cents


def _cents(grouped: str, decimals: str) -> int | str:
    """The cents of a number. Zeros may follow them, and what only the 16th digit says comes from a binary fraction."""
    units = re.sub("[^0-9]", "", grouped)
    if len(units) > UNIT_DIGITS or not units + decimals:
        return UNREADABLE
    if len(decimals) > 3:
        rounded = FIFTEEN.create_decimal(f"{units}.{decimals}") * 100
        return int(rounded) if rounded == rounded.to_integral_value() else MORE_DECIMALS
    if decimals[2:].strip("0"):
        return MORE_DECIMALS
    return int(units or "0") * 100 + int(decimals[:2].ljust(2, "0"))


def read_amount(text: str, *, decimal: str = "", currency: str = "") -> int | UnreadAmount:
    """One text to cents; see AmountReader for many."""
    return AmountReader(decimal, currency)[text]


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
