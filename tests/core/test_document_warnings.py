"""What a careful bookkeeper points out in a document that is otherwise right (P2, P7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.document_warnings import DocumentWarnings
from ecriture.core.documents import Document, RowKind, Status
from ecriture.core.problems import Problem
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax, tax_on
from small_books import COMPANY, Ledger, books, codes, credit_note, invoice, line, row, tax

RATES = {"GST": Decimal(5), "QST": Decimal("9.975")}
TAXED = replace(
    COMPANY,
    taxes=frozen_mapping({code: Tax(code, "", "2310", (Rate(date(2008, 1, 1), it),)) for code, it in RATES.items()}),
)
BOOK = replace(TAXED, items=frozen_mapping({"BOOK": Item("BOOK", credit="4140", taxes=frozenset({"GST"}))}))


def warnings(document: Document, company: Settings = TAXED) -> list[Problem]:
    return DocumentWarnings(company).of(document)


def said(document: Document, company: Settings = TAXED) -> list[str]:
    return [problem.code for problem in warnings(document, company)]


# Items


def test_an_unknown_item_is_pointed_out_once_with_the_amount_that_went_to_the_default() -> None:
    document = invoice("F-1", "01-05", line("X", 4000), line("CLEAN", 100), line("X", 50), line("", 7))
    (problem,) = warnings(document)
    assert (problem.code, problem.params, problem.where.number) == (
        "item-unknown",
        {"item": "X", "amount_cents": 4050},
        "F-1",
    )


@pytest.mark.parametrize(("day", "codes"), [("01-30", []), ("01-31", []), ("02-01", ["item-archived"])])
def test_an_archived_item_is_pointed_out_after_its_archiving(day: str, codes: list[str]) -> None:
    assert said(invoice("F-1", day, line("OLD", 100))) == codes


def test_an_archived_item_is_pointed_out_beside_one_of_few_taxes() -> None:
    items = frozen_mapping({"OLD": Item("OLD", archived=date(2026, 1, 31)), "BOOK": BOOK.items["BOOK"]})
    document = invoice("F-1", "02-01", line("OLD", 100), line("BOOK", 100))
    assert said(document, replace(COMPANY, items=items)) == ["item-archived"]


def test_an_archived_item_says_its_note() -> None:
    item = Item("OLD", archived=date(2026, 1, 31), note="replaced by NEW")
    (problem,) = warnings(invoice("F-1", "02-01", line("OLD", 1)), replace(COMPANY, items={"OLD": item}))
    assert problem.params == {"item": "OLD", "archived": date(2026, 1, 31), "note": "replaced by NEW"}


def test_a_live_document_is_not_pointed_out_again_for_an_item_that_was_recorded() -> None:
    """Its accounts do not depend on the item any more."""
    ledger = Ledger()
    ledger.export(books(invoice("F-1", "02-05", line("X", 100))), "02-28")
    changed = books(invoice("F-1", "02-05", line("X", 90)))
    assert codes(ledger.plan(changed, "02-28").problems) == []


def test_an_unknown_item_of_a_credit_note_is_pointed_out() -> None:
    assert said(credit_note("N-1", "02-05", line("X", 100), line("OLD", 5))) == ["item-unknown", "item-archived"]


# Taxes


@pytest.mark.parametrize("base_cents", [14000, 114000, 10000])
def test_the_golden_taxes_agree(base_cents: int) -> None:
    taxes = [tax("GST", tax_on([base_cents], Decimal(5))), tax("QST", tax_on([base_cents], Decimal("9.975")))]
    assert said(invoice("F-1", "01-05", line("CLEAN", base_cents), *taxes)) == []


@pytest.mark.parametrize(("recorded", "differs"), [(497, True), (498, False), (500, False), (502, False), (503, True)])
def test_one_cent_for_each_row_of_the_document_is_allowed(recorded: int, differs: bool) -> None:
    document = invoice("F-1", "01-05", line("", 10000), tax("GST", recorded))
    assert said(document) == (["tax-differs"] if differs else [])


def test_the_more_rows_the_more_cents() -> None:
    document = invoice("F-1", "01-05", line("", 9000), line("", 1000), tax("GST", 503))
    assert said(document) == []


def test_discounts_reduce_what_a_tax_is_reckoned_on() -> None:
    assert said(invoice("F-1", "01-05", line("", 11000), row("discount", 1000), tax("GST", 500))) == []
    assert said(invoice("F-1", "01-05", line("", 11000), row("discount", 1000), tax("GST", 550))) == ["tax-differs"]


@pytest.mark.parametrize(("recorded", "differs"), [(500, False), (550, False), (525, True)])
def test_shipping_may_be_taxed_or_not(recorded: int, differs: bool) -> None:
    document = invoice("F-1", "01-05", line("", 10000), row("shipping", 1000), tax("GST", recorded))
    assert said(document) == (["tax-differs"] if differs else [])


def test_tips_and_roundings_are_not_taxed() -> None:
    assert said(invoice("F-1", "01-05", line("", 10000), row("tip", 5000), row("rounding", 2), tax("GST", 500))) == []


def test_a_tax_is_reckoned_on_the_lines_that_it_applies_to() -> None:
    document = invoice("F-1", "01-05", line("BOOK", 10000), line("", 10000), tax("GST", 1000), tax("QST", 998))
    assert said(document, BOOK) == []
    both = invoice("F-1", "01-05", line("BOOK", 10000), line("", 10000), tax("GST", 1000), tax("QST", 1995))
    assert said(both, BOOK) == ["tax-differs"]


def test_several_rows_of_one_tax_are_taken_together() -> None:
    assert said(invoice("F-1", "01-05", line("", 10000), tax("GST", 300), tax("GST", 200))) == []


def test_a_difference_shows_both_amounts_and_the_rate() -> None:
    (problem,) = warnings(invoice("F-1", "01-05", line("", 11000), row("discount", 1000), tax("QST", 100)))
    assert problem.params == {
        "tax": "QST",
        "rate": Decimal("9.975"),
        "base_cents": 10000,
        "expected_cents": 998,
        "recorded_cents": 100,
    }


def test_the_rate_is_that_of_the_document_s_date() -> None:
    rates = (Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2026, 2, 1), Decimal(14)))
    company = replace(COMPANY, taxes=frozen_mapping({"HST": Tax("HST", "", "2310", rates)}))
    for day, cents in (("01-31", 1500), ("02-01", 1400)):
        assert said(invoice("F-1", day, line("", 10000), tax("HST", cents)), company) == []
        assert said(invoice("F-1", day, line("", 10000), tax("HST", 2900 - cents)), company) == ["tax-differs"]


@pytest.mark.parametrize("rates", [(), (Rate(date(2030, 1, 1), Decimal(15)),)])
def test_a_tax_without_a_rate_on_that_date_is_never_compared(rates: tuple[Rate, ...]) -> None:
    company = replace(COMPANY, taxes=frozen_mapping({"HST": Tax("HST", "", "2310", rates)}))
    assert said(invoice("F-1", "01-05", line("", 10000), tax("HST", 9999)), company) == []


def test_a_credit_note_is_compared_like_an_invoice() -> None:
    assert said(credit_note("N-1", "01-05", line("", 10000), tax("GST", 500))) == []
    assert said(credit_note("N-1", "01-05", line("", 10000), tax("GST", 900))) == ["tax-differs"]


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=5))
def test_what_the_application_reckons_never_differs(bases: list[int]) -> None:
    taxes = [tax("GST", tax_on(bases, Decimal(5))), tax("QST", tax_on(bases, Decimal("9.975")))]
    assert said(invoice("F-1", "01-05", *(line("", cents) for cents in bases), *taxes)) == []


# Documents that look alike


def test_each_of_several_documents_with_the_same_rows_and_date_is_looked_at() -> None:
    taxes = [500, 900, 500, 0, -500]
    documents = [invoice(f"F-{i}", "01-05", line("X", 10000), tax("GST", cents)) for i, cents in enumerate(taxes)]
    company = replace(TAXED, items=frozen_mapping({"X": Item("X", credit="4100")}))
    differing = [("tax-differs", f"F-{i}") for i in (1, 3, 4)]
    assert codes(Ledger(company).plan(books(*documents), "01-31").problems) == differing


def test_so_is_one_with_the_same_rows_on_a_day_of_another_rate() -> None:
    rates = (Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2026, 2, 1), Decimal(14)))
    company = replace(COMPANY, taxes=frozen_mapping({"HST": Tax("HST", "", "2310", rates)}))
    documents = [invoice(day, day, line("", 10000), tax("HST", 1500)) for day in ("01-31", "02-01", "01-30")]
    assert codes(Ledger(company).plan(books(*documents), "02-28").problems) == [("tax-differs", "02-01")]


ROWS_OF_TWO_KINDS = st.lists(
    st.tuples(st.sampled_from(("", "BOOK", "X", "OLD")), st.integers(-(10**5), 10**5)), min_size=1, max_size=3
)


@given(st.lists(st.tuples(ROWS_OF_TWO_KINDS, st.integers(-(10**4), 10**4)), min_size=1, max_size=4))
def test_what_is_said_of_a_document_does_not_depend_on_those_before_it(
    found: list[tuple[list[tuple[str, int]], int]],
) -> None:
    documents = [
        invoice(f"F-{i}", "01-05", *(line(code, cents) for code, cents in rows), tax("GST", its_tax))
        for i, (rows, its_tax) in enumerate(found)
    ]
    together = DocumentWarnings(BOOK)
    assert [together.of(document) for document in documents] == [warnings(it, BOOK) for it in documents]


# No taxes at all


def untaxed(*documents: Document, company: Settings = TAXED) -> dict[str, object] | None:
    """What is said of documents without a tax row; None when nothing is."""
    found = Ledger(company).plan(books(*documents), "12-31").problems
    said_of_all = [problem for problem in found if problem.code == "tax-missing"]
    assert len(said_of_all) <= 1
    return dict(said_of_all[0].params) if said_of_all else None


def test_who_entered_a_document_by_hand_answered_which_taxes_it_has() -> None:
    both = books(invoice("F-1", "01-05", line("CLEAN", 100)), invoice("F-2", "01-05", line("CLEAN", 100)))
    found = Ledger(TAXED).plan(both._replace(by_hand=frozenset(["F-1"])), "12-31").problems
    assert [dict(it.params) for it in found if it.code == "tax-missing"] == [
        {"count": 1, "units": (("document", "F-2"),)}
    ]


def test_documents_without_any_tax_row_are_said_once_with_the_first_five() -> None:
    documents = [invoice(f"F-{n}", "01-05", line("CLEAN", 100 * n)) for n in range(1, 8)]
    taxed = invoice("F-0", "01-05", line("CLEAN", 10000), tax("GST", 500))
    numbers = tuple(("document", f"F-{n}") for n in range(1, 6))
    assert untaxed(taxed, *documents, credit_note("N-1", "01-06", line("", 100))) == {"count": 8, "units": numbers}


@pytest.mark.parametrize(
    "document",
    [
        invoice("F-1", "01-05", line("CLEAN", 10000), tax("GST", 500)),  # one of two taxes is not meant
        invoice("F-1", "01-05", line("CLEAN", 10000), tax("GST", 0)),
        invoice("F-1", "01-05", line("CLEAN", 0), row(RowKind.TIP, 500)),
        invoice("F-1", "01-05", row(RowKind.SHIPPING, 500)),
        invoice("F-1", "01-05", line("FREE", 10000)),
        invoice("F-1", "01-05", line("CLEAN", 10000), status=Status.VOID),
    ],
)
def test_a_document_that_owes_no_tax_or_has_a_tax_row_is_not_meant(document: Document) -> None:
    free = replace(TAXED, items=frozen_mapping({**TAXED.items, "FREE": Item("FREE", taxes=frozenset())}))
    assert untaxed(document, company=free) is None


def test_a_line_of_an_item_with_taxes_of_its_own_is_taxed_too() -> None:
    assert untaxed(invoice("F-1", "01-05", line("BOOK", 100)), company=BOOK) is not None


def test_a_day_before_the_first_rate_is_not_taxed() -> None:
    later = frozen_mapping({"GST": Tax("GST", "", "2310", (Rate(date(2026, 2, 1), Decimal(5)),))})
    document, company = invoice("F-1", "01-31", line("CLEAN", 100)), replace(TAXED, taxes=later)
    assert untaxed(document, company=company) is None
    assert untaxed(document._replace(date=date(2026, 2, 1)), company=company) is not None


def test_what_has_nothing_pending_is_not_said_again() -> None:
    ledger, found = Ledger(TAXED), books(invoice("F-1", "01-05", line("CLEAN", 100)))
    ledger.export(found, "01-31")
    assert codes(ledger.plan(found, "01-31").problems) == []


@pytest.mark.parametrize(
    ("cents", "net_cents", "taxes"),
    [
        (11498, 10000, (("GST", 500), ("QST", 998))),
        (22995, 20000, (("GST", 1000), ("QST", 1995))),
        (11497, None, ()),
        (10000, None, ()),
        (34493, 30000, (("GST", 1500), ("QST", 2993))),
    ],
)
def test_an_amount_that_is_whole_dollars_and_their_taxes_seems_to_include_them(
    cents: int, net_cents: int | None, taxes: tuple[tuple[str, int], ...]
) -> None:
    found = untaxed(invoice("F-1", "01-05", line("CLEAN", 4321)), invoice("F-2", "01-05", line("CLEAN", cents)))
    assert found is not None
    if net_cents is None:
        assert "taxes" not in found
    else:
        hint = {"document": "F-2", "total_cents": cents, "net_cents": net_cents, "taxes": taxes}
        assert found == {"count": 2, "units": (("document", "F-1"), ("document", "F-2")), **hint}


def test_an_item_with_one_of_the_taxes_includes_only_that_one() -> None:
    found = untaxed(
        invoice("F-1", "01-05", line("BOOK", 10500)), invoice("F-2", "01-05", line("BOOK", 2205)), company=BOOK
    )
    assert found is not None
    assert (found["document"], found["net_cents"], found["taxes"]) == ("F-2", 2100, (("GST", 105),))
