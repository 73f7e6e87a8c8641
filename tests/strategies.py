"""Hypothesis strategies for the values of the core."""

from datetime import date

from hypothesis import strategies as st

from ecriture.core.accounts import Account, AccountClass, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.registry import WriteOptions

LARGEST_CENTS = 10**17
"""A thousand million million: more than any books hold, and more digits than a binary fraction keeps."""

# What files, spreadsheets and accounting programs take for more than a text.
_AWKWARD = (
    *("=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "'", '"', "''", '""', "\\", "\\n", ";", ",", ":", "  ", " ", "?"),
    *(
        "(",
        ")",
        "[2026-02-30]",
        "[=1/2]",
        "[",
        "]",
        "date:",
        "x date2:2026-13-01, ",
        "type: A",
        "! ",
        "* ",
        "|",
        "#",
        "%",
    ),
    *(
        "_x0041_",
        "_x005F_",
        "_x000d_",
        "#N/A",
        "TRUE",
        "12.50",
        "1e5",
        "2026-01-31",
        "</t>",
        "<![CDATA[",
        "&amp;",
        "]]>",
    ),
    *("\x00", "\x0b", "\x1f", "\x7f", "\x85", "\u2028", "\u200f", "\u202e", "\ufeff", "\ufffe", "\ud800", "\udfff"),
    *("é", "Œ", "\u00a0", "\u202f", "😀", "Facturation", "Rabais", "＝", "EC000001-01", "\u0301", "שלום"),
)
_NUMBERS = ("1060", "1201", "2310", "2330", "3560", "4000", "4100", "5610", "0100", "9")


def texts() -> st.SearchStrategy[str]:
    """Any text at all, half surrogate pairs and control characters included."""
    letters = st.one_of(st.sampled_from(_AWKWARD), st.characters(exclude_categories=()))
    return st.lists(letters, max_size=8).map("".join)


def account_numbers() -> st.SearchStrategy[str]:
    """Numbers like those of a company, and 1 to 15 printable characters without blank."""
    odd = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=15)
    signs = st.text("'=+-@_.:;/%()[]\"\\aXx04E2DF", min_size=1, max_size=15)
    return st.one_of(st.sampled_from(_NUMBERS), signs, odd)


def amounts_cents() -> st.SearchStrategy[int]:
    """Signed amounts, never zero."""
    sizes = st.one_of(st.integers(1, 99_999), st.integers(1, LARGEST_CENTS))
    return st.one_of(sizes, sizes.map(lambda cents: -cents))


@st.composite
def journal_entry(draw: st.DrawFn, first_date: date = date.min) -> JournalEntry:
    """One balanced entry of any date, texts and accounts."""
    amounts = draw(st.lists(amounts_cents(), min_size=1, max_size=4))
    amounts += [-sum(amounts)] if sum(amounts) else []
    lines = tuple(Line(draw(account_numbers()), cents, draw(st.just("") | texts())) for cents in amounts)
    source = draw(st.sampled_from(("", "EC000001-01", "EC000001-02")) | texts())
    return JournalEntry(draw(st.dates(first_date)), source, draw(st.sampled_from(("", "Ventes")) | texts()), lines)


def journal_entries(first_date: date = date.min, *, most: int = 4) -> st.SearchStrategy[tuple[JournalEntry, ...]]:
    """Up to `most` entries, and sometimes neighbours that are the same."""
    entries = st.lists(journal_entry(first_date), max_size=most).map(tuple)
    return st.one_of(entries, entries.map(lambda some: some + some[-1:]))


def charts() -> st.SearchStrategy[Chart]:
    """Charts with names in both, one or no language, and classes that are given or not."""
    classes = st.none() | st.sampled_from(AccountClass)
    account = st.builds(Account, account_numbers(), texts(), texts(), account_class=classes)
    return st.lists(account, max_size=6).map(Chart)


def write_options() -> st.SearchStrategy[WriteOptions]:
    return st.builds(
        WriteOptions, currency=st.sampled_from(("CAD", "USD")), language=st.sampled_from(("fr", "en")), chart=charts()
    )
