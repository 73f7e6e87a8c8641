"""The values that a setting may have. What the settings file makes of them is tested in `sources/test_settings_file.py`."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core import setting_values
from ecriture.core.setting_values import Invalid, Reader, listed, one_of
from ecriture.core.settings import FiscalYear, Opening
from ecriture.core.taxes import Rate

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
READERS: dict[str, Reader] = {
    name: getattr(setting_values, name)
    for name in ("text", "account", "flag", "day", "percent", "count", "prefix", "currency", "fiscal_years", "rates")
}


@pytest.mark.parametrize(
    ("reader", "value", "valid"),
    [
        ("text", "100\u00a0$", "100\u00a0$"),
        ("account", "1201", "1201"),
        ("flag", False, False),
        ("day", "2026-01-01", FIRST),
        ("day", FIRST, FIRST),
        ("percent", "9,975", Decimal("9.975")),
        ("percent", 9.975, Decimal("9.975")),
        ("percent", 100, Decimal(100)),
        ("count", 2, 2),
        ("prefix", "EC1", "EC1"),
        ("currency", "CAD", "CAD"),
        ("fiscal_years", [[FIRST, LAST]], (FiscalYear(FIRST, LAST),)),
        ("rates", [[LAST, 5], [FIRST, "6"]], (Rate(FIRST, Decimal(6)), Rate(LAST, Decimal(5)))),
    ],
)
def test_what_is_valid(reader: str, value: object, valid: object) -> None:
    assert READERS[reader](value) == valid


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        *(("text", value) for value in ("a\nb", "\u202e", 1, None)),
        *(("account", value) for value in ("", "12 01", "1" * 16, "12\u200b01", 1201)),
        *(("flag", value) for value in (0, "true")),
        *(("day", value) for value in ("2026-02-30", datetime(2026, 1, 1, tzinfo=UTC), 20260101)),
        *(("percent", value) for value in (101, -1, "-1", "1e1", 0.1234567, True, 10**9, float("nan"))),
        *(("count", value) for value in (1, True, 2.0, 10**7)),
        *(("prefix", value) for value in ("", "ec", "ABCD")),
        *(("currency", value) for value in ("cad", "CA")),
        *(("fiscal_years", value) for value in ([[LAST, FIRST]], [[FIRST]], [[FIRST, LAST], [LAST, LAST]], "2026")),
        *(("rates", value) for value in ([[FIRST, 5], [FIRST, 6]], [[FIRST]], [["x", 5]])),
    ],
)
def test_what_is_not(reader: str, value: object) -> None:
    assert isinstance(READERS[reader](value), Invalid)


def test_a_number_of_more_digits_than_python_writes_is_refused() -> None:
    for reader in READERS.values():
        assert isinstance(reader(10**5000), Invalid)
        assert isinstance(reader(-(10**5000)), Invalid)


def test_one_of_some_words_names_those_that_are_accepted() -> None:
    assert one_of(Opening)(next(iter(Opening)).value) is next(iter(Opening))
    assert one_of(("fr", "en"))("de") == Invalid("choice", "fr, en")
    assert listed(one_of(("fr", "en")), "texts")(["fr", "de"]) == Invalid("texts")


@given(
    st.sampled_from(sorted(READERS)), st.one_of(st.text(), st.integers(), st.floats(), st.lists(st.lists(st.dates())))
)
def test_no_value_raises(reader: str, value: object) -> None:
    READERS[reader](value)
