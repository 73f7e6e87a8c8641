"""Dates as they are written, and own dates placed in the books (P3, open date)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.dates import Calendar, Day, UnreadDate, month_end, read_date
from ecriture.core.settings import FiscalYear

JANUARY_31 = date(2026, 1, 31)
YEAR_2025 = FiscalYear(date(2025, 1, 1), date(2025, 12, 31))
YEAR_2026 = FiscalYear(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "text",
    ["2026-01-31", "2026/01/31", "2026.01.31", "20260131", "31/01/2026", "01/31/2026", "31-01-2026", " 2026-01-31 "],
)
def test_every_way_of_writing_one_day_is_read(text: str) -> None:
    assert read_date(text) == JANUARY_31


@pytest.mark.parametrize("text", ["05/05/2026", "5/5/2026"])
def test_day_and_month_alike_need_no_choice(text: str) -> None:
    assert read_date(text) == date(2026, 5, 5)


@pytest.mark.parametrize(
    "text",
    [
        *("05/01/2026", "1/2/2026", "12/11/2026"),
        *("2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "31/31/2026", "32/01/2026", "00/13/2026"),
        *(
            "2026-1-5",
            "2026-01/31",
            "26-01-31",
            "31/01/26",
            "31 janvier 2026",
            "46053",
            "2026-01-31T00:00",
            "٢٠٢٦-٠١-٣١",
        ),
        *("0000-01-01", "2026-01-31x", "x2026-01-31"),
    ],
)
def test_what_is_no_one_day_is_unreadable(text: str) -> None:
    assert read_date(text) == UnreadDate("date-unreadable", text)


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_nothing_is_a_missing_date(text: str) -> None:
    assert read_date(text) == UnreadDate("date-missing", "")


@given(st.dates())
def test_the_iso_form_of_every_day_is_read(day: date) -> None:
    assert read_date(day.isoformat()) == day


@given(st.dates(date(1000, 1, 1)))
def test_day_month_and_month_day_are_one_or_unreadable(day: date) -> None:
    """Never the wrong one of two."""
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        text = day.strftime(form)
        assert read_date(text) in (day, UnreadDate("date-unreadable", text))


@given(st.dates(max_value=date(9999, 12, 1)))
def test_the_day_after_a_month_end_is_the_first(day: date) -> None:
    end = month_end(day)
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + timedelta(1)).day == 1


# Placed in the books


def calendar(
    *, lock_date: date | None = None, years: tuple[FiscalYear, ...] = (), carry: bool = True, last: date = date.max
) -> Calendar:
    return Calendar(lock_date=lock_date, fiscal_years=years, carry=carry, first=date(2000, 1, 1), last=last)


def test_an_open_day_is_written_on_itself() -> None:
    day = calendar(lock_date=JANUARY_31)[date(2026, 2, 1)]
    assert day == Day(date(2026, 2, 1), date(2026, 2, 1), None)
    assert not day.carried


@pytest.mark.parametrize("own", ["2025-06-30", "2026-01-01", "2026-01-31"])
def test_a_locked_day_is_carried_to_the_first_open_one(own: str) -> None:
    day = calendar(lock_date=JANUARY_31)[date.fromisoformat(own)]
    assert (day.open, day.carried, day.fault) == (date(2026, 2, 1), True, "")


def test_without_carrying_a_locked_day_is_an_error() -> None:
    placed = calendar(lock_date=JANUARY_31, carry=False)
    assert placed[JANUARY_31].fault == "date-locked"
    assert placed[date(2026, 2, 1)].fault == ""


@pytest.mark.parametrize(
    ("own", "fault"), [("2025-12-31", True), ("2026-01-01", False), ("2026-12-31", False), ("2027-01-01", True)]
)
def test_an_open_day_lies_in_a_fiscal_year(own: str, fault: bool) -> None:
    day = calendar(years=(YEAR_2026,))[date.fromisoformat(own)]
    assert day.fault == ("date-outside-fiscal-year" if fault else "")


def test_it_is_the_open_day_that_must_lie_in_a_fiscal_year_and_not_the_own() -> None:
    day = calendar(years=(YEAR_2026,), lock_date=JANUARY_31)[date(2025, 6, 30)]
    assert (day.fault, day.year) == ("", YEAR_2026)


def test_without_fiscal_years_every_day_will_do() -> None:
    assert calendar()[date(2031, 7, 7)].fault == ""


@pytest.mark.parametrize("own", ["1999-12-31", "2050-01-01"])
def test_a_day_that_the_target_cannot_say_is_an_error(own: str) -> None:
    assert calendar(last=date(2049, 12, 31))[date.fromisoformat(own)].fault == "date-outside-fiscal-year"


def test_carried_into_a_later_fiscal_year_it_is_said() -> None:
    placed = calendar(lock_date=JANUARY_31, years=(YEAR_2025, YEAR_2026))
    assert placed[date(2025, 12, 31)].across_year
    assert not placed[date(2026, 1, 1)].across_year
    assert not placed[date(2026, 2, 1)].across_year


@given(st.dates(date(2001, 1, 1), date(2048, 1, 1)), st.dates(date(2001, 1, 1), date(2048, 1, 1)))
def test_the_open_day_is_never_locked_nor_before_the_own_one(own: date, lock: date) -> None:
    day = calendar(lock_date=lock)[own]
    assert day.open == max(own, lock + timedelta(1))
    assert day.carried == (own <= lock)
