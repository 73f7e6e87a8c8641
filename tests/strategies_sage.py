"""Entries and files for the tests of Sage 50's general journal."""

import string
from datetime import date

from hypothesis import strategies as st

from ecriture.core.entries import JournalEntry, Line

ACCOUNT_NUMBERS = st.integers(1000, 5999_9999).filter(lambda number: str(number)[0] in "12345").map(str)
SOURCES = st.text(string.ascii_uppercase + string.digits + "-", min_size=1, max_size=13)
DATES = st.dates(date(2000, 1, 1), date(2049, 12, 31))
AWKWARD = "œŒæÆøØß€–—…«»“”’‘\"',éễ汉\t\n\r\u200f\u00a0\u202f\uff02\uff0c\ufe0f\ud800 "
TEXTS = st.one_of(st.text(max_size=20), st.text("abc" + AWKWARD, max_size=50))
AMOUNTS = st.integers(-(10**14), 10**14).filter(bool)
LINES = st.builds(Line, ACCOUNT_NUMBERS, AMOUNTS, TEXTS)


def _balanced(lines: list[Line], account: str) -> tuple[Line, ...]:
    """The lines, and one more that balances them; their first two reversed too, should they balance alone."""
    total_cents = sum(line.amount_cents for line in lines)
    reversed_first = lines[0]._replace(amount_cents=-lines[0].amount_cents)
    return (*lines, Line(account, -total_cents)) if total_cents else (*lines, reversed_first, lines[0])


@st.composite
def entries(draw: st.DrawFn) -> JournalEntry:
    """A balanced entry with any texts."""
    lines = _balanced(draw(st.lists(LINES, min_size=1, max_size=4)), draw(ACCOUNT_NUMBERS))
    return JournalEntry(draw(DATES), draw(SOURCES), draw(TEXTS), lines)


BATCHES = st.lists(entries(), max_size=3, unique_by=lambda entry: entry.source)
"""Entries with different sources, as a batch has them."""

_PIECES = (
    '01-05-26,"EC1","Ventes"\r\n',
    "1201,10.00\r\n",
    '4000,-10.00,"F-1"\r\n',
    "TAXH,2,0\r\n",
    'TAXD,2310,"TPS","T",100.00,5.00,0.00\r\n',
    '"Projet",5.00\r\n',
    '4000,-10.00,"F-1",1\r\n',
    '13-40-99,"","c",USD,1.35\n',
    "\r",
    "\n",
    '"',
    ",",
    "-0.00",
    "é",
    "\ufeff",
)
HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(_PIECES), max_size=12).map(lambda pieces: "".join(pieces).encode()),
    st.lists(st.one_of(st.sampled_from([piece.encode() for piece in _PIECES]), st.binary(max_size=4)), max_size=12).map(
        b"".join
    ),
)
"""Bytes that are a general-journal file, nearly, or not at all."""
