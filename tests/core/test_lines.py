"""The lines of an entry: what is summed, what stands apart, and in which order (P5)."""

from dataclasses import replace

import pytest
from hypothesis import given

from ecriture.core.batches import postings_of
from ecriture.core.documents import Document, Payment
from ecriture.core.entries import Line
from ecriture.core.plan import Plan, exported_units, listing
from ecriture.core.settings import BankLines, Detail, Item, Method, Settings, frozen_mapping
from small_books import (
    COMPANY,
    Ledger,
    accounting,
    books,
    codes,
    credit_note,
    invoice,
    line,
    payment,
    refund,
    row,
    share,
    tax,
)
from worlds import SOME, World, worlds

F1 = invoice("F-1", "01-05", line("CLEAN", 10000), line("", 5000), tax("GST", 750), customer="Lise")
F2 = invoice("F-2", "01-06", line("", 1000), customer="Hélène")
N1 = credit_note("N-1", "01-07", line("", 300), customer="Hélène")
P1 = payment("P-1", "01-20", share("F-1", 15750, fee=50), method="card")
P2 = payment("P-2", "01-20", share("F-2", 600), share("F-1", 100))


def lines(company: Settings, *units: Document | Payment, through: str = "01-31") -> list[Line]:
    """The lines of the only entry."""
    (entry,) = Ledger(company).plan(books(*units), through).entries
    return list(entry.lines)


def bank(kind: BankLines, *units: Document | Payment, account: str = "1060") -> list[tuple[int, str]]:
    """The lines of the bank: cents and comment."""
    found = lines(accounting(bank_lines=kind), *units)
    return [(cents, comment) for number, cents, comment in found if number == account]


# Detail


def test_a_summary_keeps_the_debits_and_credits_of_an_account_apart() -> None:
    assert lines(COMPANY, F1, F2, N1, P1, P2) == [
        Line("1060", 700),
        Line("1065", 15700),
        Line("1201", 16750),
        Line("4000", 300),
        Line("5610", 50),
        Line("1201", -16750),
        Line("2310", -750),
        Line("4000", -6000),
        Line("4100", -10000),
    ]


MIXED = [(0, 5), (100, -30), (-70, 0), (40, 0), (-5, 40)]
"""Rows of one kind with both signs, in one document, and in several of one date."""


@pytest.mark.parametrize("amounts", [MIXED, MIXED[::-1], [(-1, 2)], [(1, -2)], [(0, -3), (4, 0)]])
def test_a_summary_nets_no_amount_with_another_of_its_account(amounts: list[tuple[int, int]]) -> None:
    sales = [invoice(f"F-{i}", "01-05", line("", one), line("", two)) for i, (one, two) in enumerate(amounts)]
    cents = [cents for pair in amounts for cents in pair]
    debit, credit = sum(it for it in cents if it > 0), sum(-it for it in cents if it < 0)
    found = lines(COMPANY, *sales)
    assert found == [
        Line(account, cents)
        for account, cents in (("1201", debit), ("4000", credit), ("1201", -credit), ("4000", -debit))
        if cents
    ]


def test_document_detail_has_a_line_for_each_unit_account_and_side() -> None:
    discounted = invoice("F-1", "01-05", line("", 1000), line("", 500), row("discount", 100), customer="Lise")
    assert lines(accounting(detail=Detail.DOCUMENT), P2, F2, discounted) == [
        Line("1201", 1500, "F-1 Lise"),
        Line("4900", 100, "F-1 Lise"),
        Line("1201", -100, "F-1 Lise"),
        Line("4000", -1500, "F-1 Lise"),
        Line("1201", 1000, "F-2 Hélène"),
        Line("4000", -1000, "F-2 Hélène"),
        Line("1060", 600, "P-2 Hélène"),
        Line("1060", 100, "P-2 Lise"),
        Line("1201", -600, "P-2 Hélène"),
        Line("1201", -100, "P-2 Lise"),
    ]


def test_line_detail_has_a_line_for_each_posting_equal_ones_in_the_order_of_the_input() -> None:
    document = invoice("F-1", "01-05", line("", 1000), line("CLEAN", 700), line("", 500))
    assert lines(accounting(detail=Detail.LINE), document) == [
        Line("1201", 1000, "F-1"),
        Line("1201", 700, "F-1"),
        Line("1201", 500, "F-1"),
        Line("4000", -1000, "F-1"),
        Line("4000", -500, "F-1"),
        Line("4100", -700, "F-1"),
    ]


@pytest.mark.parametrize("detail", [Detail.DOCUMENT, Detail.LINE])
def test_units_stand_by_open_date_documents_before_payments_then_number(detail: Detail) -> None:
    units = [payment(number, "01-20", share("", 100)) for number in ("10", "9")]
    sales = [
        invoice(n, day, line("", 1)) for n, day in (("9", "01-20"), ("10", "01-20"), ("z", "01-19"), ("A", "01-21"))
    ]
    found = lines(accounting(detail=detail), *units, *sales)
    assert [found_line.comment for found_line in found[::2]] == ["z", "10", "9", "10", "9", "A"]


def test_corrections_have_document_detail_whatever_the_setting() -> None:
    ledger = Ledger()
    ledger.export(books(F1), "01-31")
    changed = F1._replace(amounts=(10000, 4000, 700))
    (entry,) = ledger.plan(books(changed), "01-31").entries
    assert list(entry.lines) == [
        Line("2310", 50, "F-1 Lise"),
        Line("4000", 1000, "F-1 Lise"),
        Line("1201", -1050, "F-1 Lise"),
    ]


# The bank's lines


DEPOSITS = (
    payment("P-9", "01-05", share("", 100)),
    payment("P-10", "01-05", share("", 200)),
    payment("P-1", "01-04", share("", 300), customer="Lise"),
    refund("R-1", "01-05", share("", 50)),
)


def test_by_default_the_bank_has_one_line_a_side() -> None:
    assert bank(BankLines.TOTAL, *DEPOSITS) == [(600, ""), (-50, "")]


def test_by_day_it_has_a_line_for_each_own_date() -> None:
    assert bank(BankLines.DAY, *DEPOSITS) == [(300, "2026-01-04"), (300, "2026-01-05"), (-50, "2026-01-05")]


def test_by_payment_it_has_a_line_for_each_payment_by_date_then_number() -> None:
    assert bank(BankLines.PAYMENT, *DEPOSITS) == [(300, "P-1 Lise"), (200, "P-10"), (100, "P-9"), (-50, "R-1")]


def slip(number: str, day: str, cents: int, *, reference: str = "DEP-1") -> Payment:
    make = payment if cents > 0 else refund
    return make(number, day, share("", abs(cents)))._replace(bank_reference=reference)


def test_by_reference_it_has_one_net_line_whatever_the_dates_and_refunds() -> None:
    units = (slip("P-1", "01-05", 300), slip("P-2", "01-09", 200), slip("R-1", "01-07", -150))
    assert bank(BankLines.REFERENCE, *units) == [(350, "DEP-1")]


def test_a_net_line_is_on_the_side_of_its_sign() -> None:
    units = (slip("P-1", "01-05", 100), slip("R-1", "01-07", -150), slip("P-2", "01-06", 1, reference=""))
    assert bank(BankLines.REFERENCE, *units) == [(1, "P-2"), (-50, "DEP-1")]


def test_a_reference_that_nets_to_zero_has_no_line() -> None:
    units = (slip("P-1", "01-05", 100), slip("R-1", "01-07", -100), slip("P-2", "01-06", 1, reference="DEP-2"))
    assert bank(BankLines.REFERENCE, *units) == [(1, "DEP-2")]


def test_a_net_line_counts_as_of_its_earliest_own_date() -> None:
    units = (
        slip("P-1", "01-07", 1),
        slip("P-2", "01-05", 2, reference="Z"),
        slip("P-3", "01-08", 3, reference=""),
        slip("P-4", "01-09", 4),
    )
    assert bank(BankLines.REFERENCE, *units) == [(2, "Z"), (5, "DEP-1"), (3, "P-3")]


def test_a_payment_without_reference_stands_alone() -> None:
    units = (slip("P-1", "01-05", 100, reference=""), slip("P-2", "01-05", 200, reference=""))
    assert bank(BankLines.REFERENCE, *units) == [(100, "P-1"), (200, "P-2")]


@pytest.mark.parametrize("kind", [BankLines.DAY, BankLines.PAYMENT, BankLines.REFERENCE])
def test_what_else_touches_the_bank_s_account_is_one_line_before_its_lines(kind: BankLines) -> None:
    """Gift cards are sold to a liability, taken back from it, and paid with from it."""
    cards = {"CARD": Item("CARD", credit="2460")}, {"gift": Method("gift", "2460")}
    company = replace(COMPANY, items=frozen_mapping(cards[0]), methods=frozen_mapping(cards[1]))
    gift = payment("P-1", "01-02", share("", 7), method="gift")
    back = credit_note("N-1", "01-04", line("CARD", 1005))
    first, second, *_ = lines(accounting(company, bank_lines=kind), back, gift)
    assert first == Line("2460", 1005)
    assert (second.account, second.amount_cents) == ("2460", 7)
    assert second.comment


@pytest.mark.parametrize("detail", [Detail.DOCUMENT, Detail.LINE])
def test_the_bank_s_lines_are_kept_apart_only_in_a_summary(detail: Detail) -> None:
    company = accounting(detail=detail, bank_lines=BankLines.DAY)
    assert {found.comment for found in lines(company, *DEPOSITS)} == {"P-1 Lise", "P-10", "P-9", "R-1"}


# max_lines


def plan(max_lines: int, *units: Document | Payment) -> Plan:
    return Ledger(accounting(max_lines=max_lines)).plan(books(*units), "01-31")


def sales(count: int) -> list[Document]:
    """Each of two lines, and each with a revenue account of its own."""
    return [invoice(f"F-{i}", "01-05", line("", 100)) for i in range(count)]


def test_an_entry_that_is_long_enough_is_not_split() -> None:
    assert len(plan(9, F1, F2, N1, P1, P2).entries) == 1
    assert len(plan(8, F1, F2, N1, P1, P2).entries) > 1


def test_pieces_have_one_date_and_comment_a_source_each_and_each_balances() -> None:
    found = plan(5, F1, F2, N1, P1, P2).entries
    assert {(entry.date, entry.comment) for entry in found} == {(found[0].date, found[0].comment)}
    assert [entry.source[-2:] for entry in found] == ["01", "02"]
    assert [len(entry.lines) for entry in found] == [4, 5]


def test_a_piece_is_closed_when_the_next_part_would_make_it_longer() -> None:
    """Sales of one account add no line, so that they go on in one piece."""
    found = plan(2, *sales(5), payment("P-1", "01-05", share("", 1))).entries
    assert [[line.amount_cents for line in entry.lines] for entry in found] == [[500, -500], [1, -1]]


def test_a_net_line_that_comes_to_zero_leaves_room_for_another() -> None:
    units = (slip("1", "01-05", 100), slip("2", "01-05", -100), slip("3", "01-05", 7, reference=""))
    more = (*units, slip("4", "01-05", 9, reference=""))
    company = accounting(bank_lines=BankLines.REFERENCE, max_lines=3)
    found = Ledger(company).plan(books(*more), "01-31").entries
    assert [[line.amount_cents for line in entry.lines] for entry in found] == [[7, 100, -107], [9, -9]]


def test_where_net_lines_may_go_parts_are_tried_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """All five of the first would fit together, the first three do not."""
    monkeypatch.setattr("ecriture.core.lines.RUN", 5)
    told = ((100, "A"), (50, "B"), (7, "C"), (-100, "A"), (-50, "B"), (9, "D"), (9, "E"))
    units = [slip(f"{place}", "01-05", cents, reference=named) for place, (cents, named) in enumerate(told)]
    found = Ledger(accounting(bank_lines=BankLines.REFERENCE, max_lines=3)).plan(books(*units), "01-31").entries
    assert [line.amount_cents for line in found[0].lines] == [100, 50, -150]


def test_and_one_that_is_one_again_takes_it() -> None:
    units = (*(slip(f"{i}", "01-05", cents) for i, cents in enumerate((100, -100, 50))), slip("4", "01-05", 9))
    company = accounting(bank_lines=BankLines.REFERENCE, max_lines=2)
    found = Ledger(company).plan(books(*units), "01-31").entries
    assert [[line.amount_cents for line in entry.lines] for entry in found] == [[100, -100], [59, -59]]


def test_parts_are_taken_by_open_date_documents_before_payments_then_number() -> None:
    units = (
        payment("P-1", "01-04", share("", 4)),
        invoice("F-2", "01-05", line("CLEAN", 2)),
        invoice("F-1", "01-05", tax("GST", 1)),
    )
    assert [entry.debit_cents for entry in plan(2, *units).entries] == [4, 1, 2]


def test_a_part_that_is_longer_stands_alone_and_is_pointed_out() -> None:
    found = plan(3, F2, F1, N1)
    assert [len(entry.lines) for entry in found.entries] == [4, 2, 2]
    assert ("entry-long", "F-1") in codes(found.problems)
    assert [p.params["lines"] for p in found.problems if p.code == "entry-long"] == [4]


@pytest.mark.parametrize("kind", BankLines)
def test_an_entry_is_cut_alike_however_many_parts_are_tried_at_once(
    kind: BankLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    units: list[Document | Payment] = []
    for place in range(1, 100):
        day, number = f"01-{1 + place % 28:02}", f"{place:03}"
        units.append(invoice(f"F-{number}", day, line("CLEAN" if place % 7 else "", 100 * place)))
        paid = payment(f"P-{number}", day, share(f"F-{number}", 100 * place, fee=place % 3), method="card")
        units.append(paid._replace(bank_reference=f"R-{place % 9}" if place % 2 else ""))
    company = accounting(bank_lines=kind, max_lines=11)
    at_once = Ledger(company).plan(books(*units), "01-31").entries
    monkeypatch.setattr("ecriture.core.lines.RUN", 1)
    assert at_once == Ledger(company).plan(books(*units), "01-31").entries
    assert all(len(entry.lines) <= 11 for entry in at_once)
    assert (len(at_once) > 4) is (kind is not BankLines.TOTAL)


@SOME
@given(worlds())
def test_no_entry_is_longer_than_it_may_be_but_those_pointed_out(world: World) -> None:
    found = Ledger(world.company).plan(world.books, world.through.isoformat())
    longer = [entry for entry in found.entries if len(entry.lines) > world.company.accounting.max_lines]
    assert len(longer) == sum(problem.code == "entry-long" for problem in found.problems)


@SOME
@given(worlds())
def test_splitting_changes_no_balance(world: World) -> None:
    whole = world._replace(company=accounting(world.company, max_lines=10_000))
    assert sums_of(world) == sums_of(whole)


def sums_of(world: World) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in Ledger(world.company).plan(world.books, world.through.isoformat()).entries:
        for account, cents, _ in entry.lines:
            sums[account] = sums.get(account, 0) + cents
    return {account: cents for account, cents in sums.items() if cents}


def test_a_batch_has_the_line_of_each_side_of_a_rule() -> None:
    found = plan(500, F2, N1)
    of_units = [
        posting for unit in exported_units(found) for part in unit.parts for posting in postings_of(unit.unit, part)
    ]
    assert of_units == [posting for posting, _ in listing(found)]
    assert [posting.line for posting in of_units] == [1, 4, 3, 2]


def test_a_debt_that_is_given_up_is_no_line_of_the_bank() -> None:
    company = replace(COMPANY, methods=frozen_mapping({"bad": Method("bad", "5440", write_off=True)}))
    given_up = payment("P-1", "01-02", share("", 700), method="bad", reference="DEP-1")
    for kind in BankLines:
        found = [it for it in lines(accounting(company, bank_lines=kind), given_up) if it.account == "5440"]
        assert found == [Line("5440", 700)]
