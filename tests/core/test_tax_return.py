"""What documents count for in a return: kinds of sales, taxes, and the lines of the forms."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.documents import CREDIT_NOTE, FINAL, TAX, Document, RowKind, Status
from ecriture.core.provinces import authority
from ecriture.core.settings import Item, Untaxed
from ecriture.core.tax_return import (
    Amounts,
    Group,
    Period,
    Supply,
    bases_of,
    forms_of,
    is_harmonised,
    lines_of,
    share,
    sold,
    total,
    untaxed_codes,
)
from small_books import credit_note, invoice, line, row, tax
from worlds import some_books

ITEMS = {
    "BEANS": Item("BEANS", taxes=frozenset(), untaxed=Untaxed.ZERO_RATED),
    "RENT": Item("RENT", taxes=frozenset(), untaxed=Untaxed.EXEMPT),
    "MISC": Item("MISC", taxes=frozenset()),
    "BOOK": Item("BOOK", taxes=frozenset({"GST"})),
    "EXPORT": Item("EXPORT", untaxed=Untaxed.ZERO_RATED),
}
QUEBEC_SALE = Group(Supply.TAXABLE, ("GST", "QST"))


def counted(document: Document, *, province: str = "QC", place: str = "") -> dict[Group, int]:
    return dict(sold(document, ITEMS, province=province, place=place).amounts.sales)


# Which sales


def test_sales_before_taxes_with_shipping_less_discounts_without_tips_and_roundings() -> None:
    document = invoice(
        "F-1",
        "01-05",
        line("", 44_000),
        row("discount", 4_000),
        row("shipping", 1_000),
        tax("GST", 2_050),
        tax("QST", 4_090),
        row("tip", 500),
        row("rounding", 2),
    )
    found = sold(document, ITEMS, province="QC")
    assert found.amounts == Amounts({QUEBEC_SALE: 41_000}, {"GST": 2_050, "QST": 4_090})
    assert found.besides_cents == 502


def test_a_credit_note_takes_off() -> None:
    found = sold(credit_note("C-1", "01-05", line("", 8_000), tax("GST", 400), tax("QST", 798)), ITEMS, province="QC")
    assert found.amounts == Amounts({QUEBEC_SALE: -8_000}, {"GST": -400, "QST": -798})


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_what_is_void_or_a_draft_counts_for_nothing(status: Status) -> None:
    assert not sold(invoice("F-1", "01-05", line("", 100), tax("GST", 5), status=status), ITEMS, province="QC").amounts


def test_an_item_says_what_a_sale_without_tax_is() -> None:
    document = invoice("F-1", "01-05", *(line(code, 100) for code in ("BEANS", "RENT", "MISC", "EXPORT", "", "NOBODY")))
    assert counted(document) == {
        Group(Supply.ZERO_RATED): 200,
        Group(Supply.EXEMPT): 100,
        Group(Supply.UNTAXED): 300,
    }
    assert [(key.code, cents) for key, cents in untaxed_codes(document, ITEMS, province="QC")] == [
        ("MISC", 100),
        ("", 100),
        ("NOBODY", 100),
    ]


def test_in_a_mixed_document_only_the_rows_that_bear_its_taxes_are_taxable() -> None:
    document = invoice("F-1", "01-05", line("BEANS", 16_000), line("", 8_000), tax("GST", 400), tax("QST", 798))
    assert counted(document) == {Group(Supply.ZERO_RATED): 16_000, QUEBEC_SALE: 8_000}
    book = invoice("F-2", "01-05", line("BOOK", 1_000), line("", 500), tax("GST", 75), tax("QST", 50))
    assert counted(book) == {Group(Supply.TAXABLE, ("GST",)): 1_000, QUEBEC_SALE: 500}


@pytest.mark.parametrize(
    ("code", "supply"), [("BEANS", Supply.ZERO_RATED), ("RENT", Supply.EXEMPT), ("MISC", Supply.UNTAXED)]
)
def test_without_taxes_shipping_and_discounts_go_with_the_lines(code: str, supply: Supply) -> None:
    document = invoice("F-1", "01-05", line(code, 1_000), row("shipping", 300), row("discount", 100))
    assert counted(document) == {Group(supply): 1_200}
    mixed = invoice("F-2", "01-05", line("BEANS", 1_000), line("RENT", 500), row("shipping", 300))
    assert counted(mixed)[Group(Supply.UNTAXED)] == 300


@pytest.mark.parametrize(
    ("codes", "province", "place", "outside"),
    [
        ("GST QST", "QC", "", False),
        ("GST", "QC", "", True),
        ("HST", "QC", "", True),
        ("GST", "QC", "QC", False),
        ("GST QST", "QC", "AB", True),
        ("HST", "QC", "exempt", True),
        ("HST", "ON", "", False),
        ("GST", "ON", "", False),
        ("HST", "ON", "NS", True),
        ("GST PST", "BC", "BC", False),
        ("TPS TVQ", "QC", "", False),
        ("LEVY", "QC", "", False),
    ],
)
def test_where_it_was_supplied_is_what_the_document_says_else_what_its_taxes_tell(
    codes: str, province: str, place: str, outside: bool
) -> None:
    document = invoice("F-1", "01-05", line("", 1_000), *(tax(code, 50) for code in codes.split()))
    assert counted(document, province=province, place=place) == {
        Group(Supply.TAXABLE, tuple(codes.split()), outside): 1_000
    }


@given(some_books(), st.sampled_from(("QC", "ON", "")))
def test_sales_taxes_and_what_is_in_no_line_come_to_the_total(found: object, province: str) -> None:
    for document in found.documents.values():  # type: ignore[attr-defined] # books
        sale = sold(document, ITEMS, province=province)
        sign = -1 if document.kind is CREDIT_NOTE else 1
        assert sale.amounts.sales_cents + sum(sale.amounts.taxes.values()) + sale.besides_cents == (
            sign * document.total_cents if document.status is FINAL else 0
        )


@given(some_books())
def test_the_lines_come_to_an_independent_sum(found: object) -> None:
    """Row by row, without any of the above."""
    rows: Counter[str] = Counter()
    for document in found.documents.values():  # type: ignore[attr-defined] # books
        sign = (document.status is FINAL) * (-1 if document.kind is CREDIT_NOTE else 1)
        for key, cents in zip(document.keys, document.amounts, strict=True):
            rows[key.code if key.kind is TAX else key.kind] += sign * cents
    amounts = total(sold(it, ITEMS, province="QC").amounts for it in found.documents.values())  # type: ignore[attr-defined]
    (form,) = forms_of("QC", ("GST", "QST"))
    lines = {it.number: it.cents for it in lines_of(form, amounts)}
    assert lines["101"] == sum(rows[kind] for kind in (RowKind.LINE, RowKind.DISCOUNT, RowKind.SHIPPING))
    assert (lines["103"], lines["203"]) == (rows["GST"], rows["QST"])


def test_sums_are_sums() -> None:
    one = Amounts({QUEBEC_SALE: 5}, {"GST": 1}, {"GST": 2}, {"QST": 3})
    assert total([one, one.negated()]) == Amounts()
    assert not total([])
    assert total([one, one]).deducted == {"QST": 6}
    assert one.of(("QST",)) == Amounts({QUEBEC_SALE: 5}, {}, {}, {"QST": 3})


# The forms


def names(province: str, codes: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(form.name, form.codes) for form in forms_of(province, codes.split())]


def test_in_quebec_gst_and_qst_are_one_return_and_hst_is_in_it() -> None:
    assert names("QC", "GST QST HST") == [("gst-qst", ("GST", "HST", "QST"))]
    assert names("QC", "TPS TVQ") == [("gst-qst", ("TPS", "TVQ"))]
    assert names("QC", "") == [("gst-qst", ())]


def test_elsewhere_the_federal_return_and_one_for_each_other_tax() -> None:
    assert names("ON", "HST") == [("gst-hst", ("HST",))]
    assert names("BC", "GST PST PST-SK LEVY") == [
        ("gst-hst", ("GST",)),
        ("pst", ("PST",)),
        ("pst-sk", ("PST-SK",)),
    ]
    assert names("ON", "HST QST") == [("gst-hst", ("HST",)), ("qst", ("QST",))]
    assert names("QC", "GST QST PST-BC")[1] == ("pst-bc", ("PST-BC",))


AMOUNTS = Amounts(
    {QUEBEC_SALE: 100_000, Group(Supply.TAXABLE, ("HST",), outside=True): 10_000, Group(Supply.EXEMPT): 5_000},
    {"GST": 5_000, "HST": 1_300, "QST": 9_975},
    {"GST": 100, "QST": 200},
    {"GST": 370, "HST": 30, "QST": 738},
)


def lines(province: str, codes: str, amounts: Amounts = AMOUNTS, **typed: int) -> list[dict[str, int | None]]:
    given_credits = {name.removeprefix("line"): cents for name, cents in typed.items()}
    return [dict(lines_of(form, amounts, given_credits)) for form in forms_of(province, codes.split())]


def test_the_lines_of_quebec_and_none_is_claimed_without_its_credits() -> None:
    (found,) = lines("QC", "GST QST HST")
    assert found == {
        "101": 115_000,
        "103": 6_300,
        "104": 100,
        "105": 6_400,
        "106": None,
        "107": 400,
        "108": None,
        "109": None,
        "203": 9_975,
        "204": 200,
        "205": 10_175,
        "206": None,
        "207": 738,
        "208": None,
        "209": None,
    }
    (typed,) = lines("QC", "GST QST HST", line106=2_000)
    assert (typed["106"], typed["108"], typed["109"]) == (2_000, 2_400, 4_000)
    assert (typed["208"], typed["209"]) == (None, None)
    (both,) = lines("QC", "GST QST HST", line106=0, line206=0)
    assert (both["108"], both["109"], both["208"], both["209"]) == (400, 6_000, 738, 9_437)


def test_the_lines_of_the_federal_return_have_90_and_91_once_all_is_known() -> None:
    found = lines("ON", "GST HST QST")
    assert list(found[0]) == ["90", "91", "101", "103", "104", "105", "106", "107", "108", "109"]
    assert (found[0]["90"], found[0]["91"], found[0]["101"]) == (110_000, 5_000, 115_000)
    assert list(found[1]) == ["101", "203", "204", "205", "206", "207", "208", "209"]
    unknown = total([AMOUNTS, Amounts({Group(Supply.UNTAXED): 1})])
    assert (lines("ON", "HST", unknown)[0]["90"], lines("ON", "HST", unknown)[0]["91"]) == (None, None)


def test_a_provincial_sales_tax_has_its_own() -> None:
    amounts = Amounts(
        {Group(Supply.TAXABLE, ("GST", "PST")): 1_000, Group(Supply.TAXABLE, ("GST",)): 500},
        {"PST": 70, "GST": 75},
        {"PST": 1},
        {"PST": 4},
    )
    assert lines("BC", "GST PST", amounts)[1] == {
        "sales": 1_500,
        "taxed": 1_000,
        "tax": 70,
        "recovered": 1,
        "bad-debts": 4,
        "net": 67,
    }


def test_hst_is_told_from_gst() -> None:
    assert [is_harmonised(code) for code in ("HST", "hst13", "TVH", "GST", "TPS")] == [True, True, True, False, False]
    assert {authority(code) for code in ("HST", "GST")} == {"canada"}


# The quick method


def test_the_bases_of_the_quick_method_have_their_taxes_and_no_rate() -> None:
    documents = (
        invoice("F-1", "01-05", line("", 10_000), tax("GST", 500), tax("QST", 998)),
        invoice("F-2", "01-05", line("", 2_000), line("BOOK", 1_000), tax("GST", 150), tax("QST", 200)),
        invoice("F-3", "01-05", line("BEANS", 700)),
    )
    amounts = [sold(it, ITEMS, province="QC").amounts for it in documents]
    found = bases_of(("GST", "HST"), amounts)
    assert [(it.group.codes, it.sales_cents, it.tax_cents) for it in found] == [
        (("GST",), 1_000, 50),
        (("GST", "QST"), 12_000, 600),
    ]
    assert [(it.sales_cents, it.tax_cents) for it in bases_of(("QST",), amounts)] == [(12_000, 1_198)]


@given(st.integers(-10_000, 10_000), st.integers(-500, 500), st.integers(-500, 500))
def test_a_share_is_rounded_half_away_from_zero(cents: int, part: int, whole: int) -> None:
    exact = Decimal(cents) * part / whole if whole else Decimal(0)
    assert share(cents, part, whole) == exact.to_integral_value("ROUND_HALF_UP")


def test_a_period_has_both_its_ends() -> None:
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert date(2026, 1, 1) in period
    assert date(2026, 3, 31) in period
    assert date(2026, 4, 1) not in period
    assert None not in period
    assert replace(ITEMS["BEANS"], untaxed=Untaxed.EXEMPT) != ITEMS["BEANS"]
