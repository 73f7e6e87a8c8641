"""Dates as they are written, and own dates placed in the books (P3, open date)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.dates import (
    DAY_FIRST,
    MONTH_FIRST,
    Calendar,
    DateReader,
    Day,
    DayOrder,
    UnreadDate,
    month_end,
    year_around,
)
from ecriture.core.settings import FiscalYear

JANUARY_31 = date(2026, 1, 31)
YEAR_2025 = FiscalYear(date(2025, 1, 1), date(2025, 12, 31))
YEAR_2026 = FiscalYear(date(2026, 1, 1), date(2026, 12, 31))


def read_date(text: str, order: str = "") -> date | UnreadDate:
    return DateReader(DayOrder(order))[text]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-01-31",
            "2026/01/31",
            "2026.01.31",
            "20260131",
            "31/01/2026",
            "01/31/2026",
            "31-01-2026",
            " 2026-01-31 ",
        ),
        *("Jan 31, 2026", "January 31, 2026", "31 January 2026", "31-Jan-2026", "JAN. 31 2026", "31st January 2026"),
        *("31 janv. 2026", "31 janvier 2026", "31\u00a0JANVIER\u00a02026", "2026-Jan-31", "samedi 31 janvier 2026"),
        *("Saturday, January 31, 2026", "2026-01-31 22:10", "2026-01-31 23:40:01 -0500", "2026-01-31T00:00"),
        *(
            "2026-01-31T23:59:59.999Z",
            "2026-01-31 10:10 PM",
            "31/01/2026 9:05",
            "Jan 31, 2026 09:30 AM",
            "2026/01/31 22 h 10",
        ),
        *("2026-01-31 23:40:01 UTC", "2026-01-31T23:40:01+05:30", "Saturday, January 31, 2026 09:30 AM GMT-05:00"),
    ],
)
def test_every_way_of_writing_one_day_is_read(text: str) -> None:
    assert read_date(text) == JANUARY_31


@pytest.mark.parametrize("text", ["05/05/2026", "5/5/2026"])
def test_day_and_month_alike_need_no_choice(text: str) -> None:
    assert read_date(text) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(
            ("1er février 2026", date(2026, 2, 1)),
            ("5 déc. 2026", date(2026, 12, 5)),
            ("1 août 2026", date(2026, 8, 1)),
        ),
        *(("mars 5, 2026", date(2026, 3, 5)), ("mar 5 2026", date(2026, 3, 5)), ("mar. 5 mai 2026", date(2026, 5, 5))),
    ],
)
def test_names_of_months(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize("text", ["05/01/2026", "1/2/2026", "12/11/2026", "05.01.2026 10:00"])
def test_a_date_that_could_be_two_days_needs_the_order(text: str) -> None:
    assert read_date(text) == UnreadDate("date-unreadable", text, "two-days")
    first, second = (read_date(text, order) for order in (DAY_FIRST, MONTH_FIRST))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert (first.day, first.month) == (second.month, second.day)


@pytest.mark.parametrize(
    ("texts", "decided"),
    [
        (["13/01/2026"], DAY_FIRST),
        (["01/13/2026", "2026-01-02", "05/05/2026"], MONTH_FIRST),
        (["13/01/2026", "01/13/2026"], ""),
        (["05/01/2026", "05/05/2026", "2026-01-13", "31/02/2026", "Jan 13, 2026"], ""),
    ],
)
def test_the_other_dates_of_a_file_show_the_order(texts: list[str], decided: str) -> None:
    order = DayOrder()
    reader = DateReader(order)
    for text in texts:
        reader[text]
    assert order.decided() == decided
    assert order.met_ambiguous == ("05/01/2026" in texts)


@pytest.mark.parametrize("text", ["46053", "46053.5"])
def test_the_number_of_a_day_is_not_a_date(text: str) -> None:
    assert read_date(text) == UnreadDate("date-unreadable", text, "number")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "31/31/2026", "32/01/2026", "00/13/2026"),
        *(
            "2026-1-5",
            "2026-01/31",
            "26-01-31",
            "31/01/26",
            "31 jan 26",
            "31 foo 2026",
            "31 feb 2026",
            "2026-01-31 25:00",
            "22:10",
            "1 day, 12:00:00",
            "46053123",
            "٢٠٢٦-٠١-٣١",
        ),
        *("0000-01-01", "2026-01-31x", "x2026-01-31", "00/05/2026", "Foo 31, 2026", "lundi", "janvier 2026"),
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
        assert read_date(text) in (day, UnreadDate("date-unreadable", text, "two-days"))
        assert read_date(text, DAY_FIRST if form == "%d/%m/%Y" else MONTH_FIRST) == day


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


APRIL = FiscalYear(date(2025, 4, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("day", "years", "first", "last"),
    [
        (date(2027, 1, 4), (YEAR_2025, YEAR_2026), date(2027, 1, 1), date(2027, 12, 31)),
        (date(2024, 12, 31), (YEAR_2025,), date(2024, 1, 1), date(2024, 12, 31)),
        (date(2026, 4, 1), (APRIL,), date(2026, 4, 1), date(2027, 3, 31)),
        (date(2028, 3, 31), (APRIL,), date(2027, 4, 1), date(2028, 3, 31)),
        # A year of fourteen months came before: the next one begins after it.
        (
            date(2027, 5, 5),
            (APRIL, FiscalYear(date(2026, 4, 1), date(2027, 5, 4))),
            date(2027, 5, 5),
            date(2028, 3, 31),
        ),
        (date(9999, 12, 31), (YEAR_2025,), date(9999, 1, 1), date.max),
        (date(1, 1, 1), (APRIL,), date(1, 1, 1), date(1, 3, 31)),
    ],
)
def test_the_year_around_a_date_is_like_the_others(
    day: date, years: tuple[FiscalYear, ...], first: date, last: date
) -> None:
    assert year_around(day, years) == FiscalYear(first, last)


@given(st.dates(), st.dates(), st.dates())
def test_the_year_around_a_date_holds_it_and_overlaps_none(day: date, first: date, last: date) -> None:
    year = FiscalYear(min(first, last), max(first, last))
    if year.first <= day <= year.last:
        return
    found = year_around(day, (year,))
    assert found.first <= day <= found.last
    assert found.last < year.first or found.first > year.last
