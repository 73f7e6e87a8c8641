"""An invoice made here: its lines, the taxes of its place, and the golden amounts of the posting rules."""

from datetime import date
from decimal import Decimal

import pytest

from ecriture.core.documents import RowKey, RowKind
from ecriture.core.invoicing import EXEMPT, Besides, Charge, Sold, line_cents, rows_of, taxation
from ecriture.core.provinces import PROVINCES
from ecriture.core.settings import Item
from ecriture.core.taxes import Rate, Tax

DAY = date(2026, 3, 2)
LINE, GST, QST = RowKey(RowKind.LINE), RowKey(RowKind.TAX, "GST"), RowKey(RowKind.TAX, "QST")
QUEBEC = (Charge("GST", Decimal(5)), Charge("QST", Decimal("9.975")))


def tax(code: str, *rates: tuple[str, str]) -> Tax:
    return Tax(code, rates=tuple(Rate(date.fromisoformat(since), Decimal(percent)) for since, percent in rates))


def settings(*taxes: Tax) -> dict[str, Tax]:
    return {it.code: it for it in taxes}


@pytest.mark.parametrize(
    ("quantity", "price", "cents"),
    [("12", "9.95", 11940), ("1", "0.005", 1), ("3", "0.3333", 100), ("-1", "10", -1000), ("0.5", "0.01", 1)],
)
def test_a_line_is_rounded_half_up_once(quantity: str, price: str, cents: int) -> None:
    assert line_cents(Decimal(quantity), Decimal(price)) == cents


@pytest.mark.parametrize(("net", "gst", "qst"), [(14000, 700, 1397), (114000, 5700, 11372), (10000, 500, 998)])
def test_the_golden_cases(net: int, gst: int, qst: int) -> None:
    assert dict(rows_of((Sold("", net),), Besides(), QUEBEC, {})) == {LINE: net, GST: gst, QST: qst}


def test_a_tax_is_rounded_once_for_the_document() -> None:
    rows = rows_of((Sold("", 10), Sold("", 10)), Besides(), QUEBEC, {})
    assert dict(rows[2:]) == {GST: 1, QST: 2}


def test_lines_without_a_tax_are_left_out_of_it_and_alone_give_no_row() -> None:
    items = {"X": Item("X", taxes=frozenset({"GST"})), "Y": Item("Y", taxes=frozenset())}
    assert dict(rows_of((Sold("X", 1000), Sold("Y", 5000)), Besides(), QUEBEC, items))[GST] == 50
    assert QST not in dict(rows_of((Sold("X", 1000), Sold("Y", 5000)), Besides(), QUEBEC, items))


def test_the_rows_are_in_the_order_of_an_invoice_and_zeros_are_dropped() -> None:
    rows = rows_of((Sold("", 10000),), Besides(1000, 500, 300, -1), QUEBEC, {})
    assert [key.kind.value for key, _ in rows] == ["line", "discount", "shipping", "tax", "tax", "tip", "rounding"]
    assert [cents for _, cents in rows] == [10000, -1000, 500, 475, 948, 300, -1]
    assert rows_of((Sold("", 0),), Besides(), (), {}) == ((LINE, 0),)


# The taxes of a place


def test_every_place_finds_its_own_taxes_among_all_those_of_canada() -> None:
    own = {"HST": "HST", "PST": "PST", "RST": "RST"}
    for place, province in PROVINCES.items():
        taxes = settings(
            *(
                it if it.code not in own else tax(f"{it.code}-{place}", ("2000-01-01", f"{it.percent_on(DAY)}"))
                for it in province.taxes
            )
        )
        found = taxation(place, taxes, DAY, home="QC")
        assert found.missing == ()
        assert [it.percent for it in found.charged] == [it.percent_on(DAY) for it in province.taxes]


def test_the_rate_tells_which_of_two_taxes_is_meant() -> None:
    taxes = settings(tax("HST13", ("2010-07-01", "13")), tax("HST14", ("2025-04-01", "14")))
    assert taxation("ON", taxes, DAY, home="QC").charged == (Charge("HST13", Decimal(13)),)
    assert taxation("NS", taxes, DAY, home="QC").charged == (Charge("HST14", Decimal(14)),)
    assert taxation("NB", taxes, DAY, home="QC").missing == (Charge("HST", Decimal(15)),)


def test_what_the_settings_say_of_a_rate_counts_where_it_can_only_be_that_tax() -> None:
    changed = settings(tax("GST", ("2026-01-01", "6")), tax("HST", ("2026-01-01", "12")))
    assert taxation("AB", changed, DAY, home="QC").charged == (Charge("GST", Decimal(6)),)
    assert taxation("ON", changed, DAY, home="ON").charged == (Charge("HST", Decimal(12)),)
    assert taxation("ON", changed, DAY, home="QC").missing == (Charge("HST", Decimal(13)),)


def test_without_taxes_nothing_is_charged_and_nothing_is_missing() -> None:
    assert taxation(EXEMPT, {}, DAY, home="QC") == ((), ())
    assert taxation("QC", {}, DAY, home="QC").missing == QUEBEC
    assert taxation("QC", settings(tax("GST", ("2026-04-01", "5"))), DAY, home="QC").charged == ()
