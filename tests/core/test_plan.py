"""Posting is a difference (P4): the properties that every export has, whatever the books and settings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecriture.core.batches import NOTHING_TRANSFERRED, Why
from ecriture.core.batches import postings_of as postings_of_part
from ecriture.core.documents import Books, Document, Payment, Status, UnitId
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.plan import Plan, exported_units, listing, plan
from ecriture.core.postings import Part
from ecriture.core.problems import Problem
from ecriture.core.references import overpaid, settled_by
from ecriture.core.sales import Standing
from ecriture.core.settings import Accounting, BankLines, DefaultAccounts, Detail, Extras, Grouping, Settings
from ecriture.core.wants import Want, Wants
from ecriture.targets.registry import WriteOptions, target
from small_books import (
    COMPANY,
    Balances,
    Ledger,
    Parts,
    accounting,
    accounts,
    add,
    books,
    credit_note,
    invoice,
    line,
    lines,
    on,
    parts_held,
    payment,
    share,
    tax,
)
from worlds import CHANGES, DAYS, SOME, World, companies, some_books, surroundings, throughs, worlds

# What is pending of every unit


def wants_of(found: Books, company: Settings, through: date, ledger: Ledger | None = None) -> Wants:
    return Wants(found, company, through=through, transferred=ledger.transferred if ledger else NOTHING_TRANSFERRED)


def pendings(ledger: Ledger, found: Books, through: date, company: Settings) -> list[tuple[Want, Sequence[Part]]]:
    wants = wants_of(found, company, through, ledger)
    return [(want, want.pending) for want in wants]


def exported(world: World) -> Ledger:
    ledger = Ledger(world.company)
    ledger.export(world.books, world.through.isoformat())
    return ledger


def world_now(world: World) -> tuple[Books, Settings, date]:
    return world.books, world.company, world.through


def without_zeros(parts: Mapping[date, Mapping[str, int]]) -> Parts:
    nonzero = {day: {account: cents for account, cents in held.items() if cents} for day, held in parts.items()}
    return {day: held for day, held in nonzero.items() if held}


def transferred_and_pending(ledger: Ledger, unit: UnitId, found: Sequence[Part], through: date) -> Parts:
    """What the ledger holds of a unit once what is pending is transferred too."""
    sums: Parts = {
        day: dict(held) for day, held in parts_held(ledger.transferred).get(unit, {}).items() if day <= through
    }
    for part in found:
        add(sums.setdefault(part.own_date, {}), part.by_account())
    return without_zeros(sums)


def wanted_parts(want: Want, through: date) -> Parts:
    return without_zeros({part.own_date: part.by_account() for part in want.parts if part.own_date <= through})


@SOME
@given(worlds())
def test_every_part_and_entry_sums_to_zero(world: World) -> None:
    for want in wants_of(*world_now(world)):
        for part in want.parts:
            assert sum(cents for _, cents, _ in part.postings()) == sum(part.by_account().values()) == 0
            assert list(part.postings())
    plan = Ledger(world.company).plan(world.books, world.through.isoformat())
    assert all(sum(line.amount_cents for line in entry.lines) == 0 for entry in plan.entries)


@SOME
@given(worlds())
def test_the_entries_hold_what_the_units_want(world: World) -> None:
    """Account by account, nothing is lost or doubled on the way from parts to lines."""
    plan = Ledger(world.company).plan(world.books, world.through.isoformat())
    from_lines: Balances = {}
    for entry in plan.entries:
        add(from_lines, balances_of(entry.lines))
    from_wants: Balances = {}
    for want in wants_of(*world_now(world)):
        for sums in wanted_parts(want, world.through).values():
            add(from_wants, sums)
    assert without_zero_accounts(from_lines) == without_zero_accounts(from_wants)


def balances_of(found: tuple[Line, ...]) -> Balances:
    sums: Balances = {}
    for account, cents, _ in found:
        add(sums, {account: cents})
    return sums


def without_zero_accounts(sums: Balances) -> Balances:
    return {account: cents for account, cents in sums.items() if cents}


@SOME
@given(worlds())
def test_exported_again_there_is_nothing(world: World) -> None:
    ledger = exported(world)
    for _, found in pendings(ledger, world.books, world.through, world.company):
        assert list(found) == []
    assert ledger.plan(world.books, world.through.isoformat()).entries == ()


@SOME
@given(worlds(), some_books(), companies(), throughs(), throughs())
def test_a_unit_that_compares_equal_to_what_is_held_has_nothing_pending_by_account(
    before: World, after: Books, company: Settings, through: date, again: date
) -> None:
    """The quick comparison says what the difference by own date and account says, without the quick comparison."""
    company = accounting(company, start_date=before.company.accounting.start_date)
    ledger = exported(before)
    ledger.export(before.books, through.isoformat())
    for books_then, settings in ((before.books, before.company), (after, company)):
        for want in Wants(books_then, settings, through=again, transferred=ledger.transferred):
            if want.recorded is not None:
                sums = {part.own_date: part.by_account() for part in want.parts}
                if [part.held for part in want.parts] == want.recorded.held:
                    assert without_zeros(sums) == without_zeros(want.recorded.parts)
                    assert list(want.pending) == []
                elif not want.pending:
                    assert wanted_parts(want, again) == without_zeros(
                        {day: held for day, held in want.recorded.parts.items() if day <= again}
                    )


@SOME
@given(worlds(), st.sampled_from(DAYS))
def test_an_earlier_through_after_a_later_one_gives_nothing(world: World, earlier: date) -> None:
    assume(earlier <= world.through)
    assert exported(world).plan(world.books, earlier.isoformat()).entries == ()


@SOME
@given(worlds(), some_books(), companies(), throughs(), throughs())
def test_transferred_and_pending_are_what_is_wanted(
    before: World, after: Books, company: Settings, through: date, again: date
) -> None:
    """For any two states of books and settings: per unit, own date and account."""
    company = accounting(company, start_date=before.company.accounting.start_date)
    ledger = exported(before)
    for books_then, last in ((after, through), (before.books, again)):
        for want, found in pendings(ledger, books_then, last, company):
            both = transferred_and_pending(ledger, want.unit.id, found, last)
            assert both == wanted_parts(want, last)
        ledger.export(books_then, last.isoformat(), company=company)


# Settings


def waited(world: World) -> set[UnitId]:
    """The live payments of which a row waits for the release of its document."""
    standings = wants_of(*world_now(world)).sales.standings
    waiting = {number for number, it in standings.items() if it is Standing.WAITS or is_later(it, world.through)}
    payments = world.books.payments.values()
    return {unit.id for unit in payments if any(share.document in waiting for share in unit.rows)}


def is_later(sale: date | Standing, through: date) -> bool:
    return isinstance(sale, date) and sale > through


@SOME
@given(worlds(), st.sampled_from(sorted(CHANGES)))
def test_a_setting_moves_nothing_that_was_transferred(world: World, setting: str) -> None:
    """A row that waited is the one exception: it is applied when the setting releases its document."""
    ledger = exported(world)
    changed = CHANGES[setting](world.company)
    live = set(parts_held(ledger.transferred))
    for want, found in pendings(ledger, world.books, world.through, changed):
        if want.unit.id in live - waited(world):
            assert list(found) == [], setting


@SOME
@given(worlds(), st.sampled_from(sorted(CHANGES)))
def test_where_nothing_waits_any_setting_changed_gives_an_empty_plan(world: World, setting: str) -> None:
    world = world._replace(company=accounting(world.company, only_when_paid=False, start_date=None))
    plan = exported(world).plan(world.books, world.through.isoformat(), company=CHANGES[setting](world.company))
    assert setting == "only_when_paid" or plan.entries == ()


@SOME
@given(worlds(), st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=6))
def test_many_settings_changed_with_exports_between_move_nothing(world: World, changes: list[str]) -> None:
    company = accounting(world.company, only_when_paid=False)
    ledger = exported(world._replace(company=company))
    before = parts_held(ledger.transferred)
    for setting in changes:
        company = accounting(CHANGES[setting](company), only_when_paid=False)
        ledger.export(world.books, world.through.isoformat(), company=company)
    after = parts_held(ledger.transferred)
    for unit in before:
        up_to = {day: held for day, held in after[unit].items() if day <= world.through}
        assert without_zeros(up_to) == without_zeros(before[unit])


def test_every_setting_but_the_start_date_is_tried() -> None:
    settings = {f.name for table in (Settings, Accounting, DefaultAccounts, Extras) for f in fields(table)}
    assert settings - {"accounting", "accounts", "extras", "start_date"} == set(CHANGES)


# Dates


@SOME
@given(worlds(), st.lists(throughs(), max_size=4))
def test_exports_through_any_dates_end_with_the_balances_of_one(world: World, dates: list[date]) -> None:
    in_steps, at_once = Ledger(world.company), Ledger(world.company)
    for through in (*dates, date(2026, 4, 30)):
        in_steps.export(world.books, through.isoformat())
    at_once.export(world.books, "04-30")
    assert in_steps.balances() == at_once.balances()


@SOME
@given(worlds(), st.sampled_from(DAYS))
def test_a_moved_date_is_a_correction_and_a_new_part(world: World, day: date) -> None:
    invoices = [unit for unit in world.books.documents.values() if unit.status is Status.FINAL and any(unit.amounts)]
    assume(invoices)
    moved = invoices[0]
    company = accounting(world.company, only_when_paid=False, start_date=None)
    assume(moved.date != day)
    ledger = exported(World(company, books(moved), date(2026, 4, 30)))
    ((want, found),) = pendings(ledger, books(moved._replace(date=day)), date(2026, 4, 30), company)
    new = want.parts[0].by_account()
    assert sorted((part.own_date, part.is_correction) for part in found) == moved_parts(new, moved.date, day)
    assert [part.by_account() for part in found if not part.is_correction] == [new]


def moved_parts(accounts: Balances, old: date, new: date) -> list[tuple[date, bool]]:
    """What debits and credits one account alike leaves nothing to correct."""
    return sorted([*([(old, True)] if any(accounts.values()) else []), (new, False)])


# Void, cancel


def voided(found: Books, status: Status = Status.VOID) -> Books:
    documents = {n: unit._replace(status=status) for n, unit in found.documents.items()}
    payments = {n: unit._replace(status=Status.VOID) for n, unit in found.payments.items()}
    return Books(documents, payments)


@SOME
@given(worlds(), st.sampled_from((Status.VOID, Status.DRAFT)))
def test_void_reverses_exactly(world: World, status: Status) -> None:
    ledger = exported(world)
    held = parts_held(ledger.transferred)
    for want, found in pendings(ledger, voided(world.books, status), world.through, world.company):
        reversed_parts = {part.own_date: part.by_account() for part in found if part.is_correction}
        expected = {day: {a: -cents for a, cents in sums.items()} for day, sums in held.get(want.unit.id, {}).items()}
        assert reversed_parts == without_zeros(expected)
    ledger.export(voided(world.books, status), world.through.isoformat())
    assert ledger.balances() == {}


@SOME
@given(worlds())
def test_what_is_void_and_final_again_is_as_before(world: World) -> None:
    ledger = exported(world)
    before = ledger.balances()
    ledger.export(voided(world.books), world.through.isoformat())
    ledger.export(world.books, world.through.isoformat())
    assert ledger.balances() == before


@SOME
@given(worlds(), some_books(), companies())
def test_a_cancelled_batch_makes_its_postings_pending_again(before: World, after: Books, company: Settings) -> None:
    """To the cent: the same lines under a new number, whatever was transferred before."""
    company = accounting(company, start_date=before.company.accounting.start_date)
    ledger = exported(before)
    first = ledger.export(after, "04-30", company=company)
    assume(first.entries)
    ledger.cancel(first.batch)
    again = ledger.plan(after, "04-30", company=company)
    assert lines(again) == lines(first)
    assert again.batch == first.batch + 1


@SOME
@given(worlds(), some_books(), some_books(), st.integers(0, 2))
def test_after_cancelling_any_batch_the_ledger_still_comes_to_what_is_wanted(
    world: World, second: Books, third: Books, cancelled: int
) -> None:
    ledger = exported(world)
    for found in (second, third):
        ledger.export(found, world.through.isoformat())
    if ledger.batches:
        ledger.cancel(1 + cancelled % len(ledger.batches))
    for want, found_parts in pendings(ledger, third, world.through, world.company):
        both = transferred_and_pending(ledger, want.unit.id, found_parts, world.through)
        assert both == wanted_parts(want, world.through)


def test_a_unit_that_is_missing_from_the_input_is_left_as_it_is() -> None:
    ledger = Ledger()
    ledger.export(books(invoice("F-1", "01-05", line("", 1000)), invoice("F-2", "01-05", line("", 500))), "01-31")
    assert ledger.export(books(invoice("F-1", "01-05", line("", 1000))), "01-31").entries == ()
    assert ledger.balances() == {"1201": 1500, "4000": -1500}


# Order and balance


@SOME
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_documents_and_payments_in_the_input_does_not_matter(world: World, random: object) -> None:
    documents, payments = list(world.books.documents.items()), list(world.books.payments.items())
    random.shuffle(documents)  # type: ignore[attr-defined]
    random.shuffle(payments)  # type: ignore[attr-defined]
    shuffled = world._replace(books=Books(dict(documents), dict(payments)))
    assert entries_of(shuffled) == entries_of(world)


def entries_of(world: World) -> tuple[JournalEntry, ...]:
    return Ledger(world.company).plan(world.books, world.through.isoformat()).entries


@SOME
@given(worlds())
def test_the_listing_adds_up_to_the_lines(world: World) -> None:
    """Every posting names an entry and a line, and each line is the sum of its postings."""
    plan = Ledger(world.company).plan(world.books, world.through.isoformat())
    sums: dict[tuple[int, int], int] = {}
    for posting, choice in listing(plan):
        assert posting.account == choice.account
        key = (posting.entry, posting.line)
        sums[key] = sums.get(key, 0) + posting.amount_cents
    expected = {
        (number, place): line.amount_cents
        for number, entry in enumerate(plan.entries, 1)
        for place, line in enumerate(entry.lines, 1)
    }
    assert {key: cents for key, cents in sums.items() if key[1]} == expected
    assert not any(cents for (_, place), cents in sums.items() if place == 0)


def postings_of(world: World) -> list[tuple[Part, str, int]]:
    """Every posting that is wanted up to through, as the units say it."""
    return [
        (part, choice.account, cents)
        for want in wants_of(*world_now(world))
        for part in want.parts
        if part.own_date <= world.through
        for choice, cents, _ in part.postings()
    ]


@SOME
@given(worlds(), st.sampled_from(Grouping))
def test_a_summary_has_the_debits_and_credits_of_each_account(world: World, grouping: Grouping) -> None:
    """Amounts of both signs in rows of one kind, and in documents of the same rows and date, are never netted."""
    company = accounting(
        world.company, detail=Detail.SUMMARY, bank_lines=BankLines.TOTAL, grouping=grouping, max_lines=10_000
    )
    world = world._replace(company=company)
    expected: dict[tuple[str, bool], int] = {}
    for _, account, cents in postings_of(world):
        expected[account, cents > 0] = expected.get((account, cents > 0), 0) + cents
    found: dict[tuple[str, bool], int] = {}
    for entry in entries_of(world):
        assert len({(line.account, line.amount_cents > 0) for line in entry.lines}) == len(entry.lines)
        for account, cents, _ in entry.lines:
            found[account, cents > 0] = found.get((account, cents > 0), 0) + cents
    assert found == expected


@SOME
@given(worlds())
def test_each_line_of_line_detail_is_a_posting(world: World) -> None:
    world = world._replace(company=accounting(world.company, detail=Detail.LINE, max_lines=10_000))
    lines = [(line.account, line.amount_cents) for entry in entries_of(world) for line in entry.lines]
    assert sorted(lines) == sorted((account, cents) for _, account, cents in postings_of(world))


@SOME
@given(worlds(), some_books(), st.sampled_from(Detail), st.sampled_from(BankLines), st.sampled_from(Grouping))
def test_detail_bank_lines_and_grouping_change_no_balance(
    world: World, after: Books, detail: Detail, bank_lines: BankLines, grouping: Grouping
) -> None:
    """Of first transfers and of corrections."""
    summary = accounting(world.company, detail=Detail.SUMMARY, bank_lines=BankLines.TOTAL)
    other = accounting(world.company, detail=detail, bank_lines=bank_lines, grouping=grouping)
    found = []
    for company in (summary, other):
        ledger, of_lines = Ledger(company), Counter[str]()
        for units in (world.books, after):
            for entry in ledger.export(units, world.through.isoformat()).entries:
                of_lines.update(balances_of(entry.lines))
        held = ledger.balances()
        assert without_zero_accounts(dict(of_lines)) == held
        found.append(held)
    assert found[0] == found[1]


@SOME
@given(worlds(), some_books())
def test_what_a_batch_holds_is_what_its_listing_says(before: World, after: Books) -> None:
    """Unit by unit, and only units of which something was pending."""
    ledger = exported(before)
    plan = ledger.plan(after, before.through.isoformat())
    units = list(exported_units(plan))
    listed = [posting for posting, _ in listing(plan)]
    assert Counter(it for unit, _, parts in units for part in parts for it in postings_of_part(unit, part)) == Counter(
        listed
    )
    assert len({unit.unit for unit in units}) == len(units)
    assert all(unit.parts and all(it.cents for it in unit.parts) for unit in units)
    places = [(it.entry, it.open_date, it.unit, it.own_date) for it in listed]
    assert places == sorted(places)


def without_what_is_said_once(plan: Plan, unit: UnitId) -> list[Problem]:
    return [it for it in plan.problems if (it.where.kind, it.where.number) == unit and it.code != "receivable-split"]


@SOME
@given(worlds(), st.sampled_from((frozenset[str](), frozenset({"4100"}), frozenset({"1065", "2310"}))), st.booleans())
def test_what_a_plan_says_of_a_unit_it_says_too_when_there_is_nothing_else_but_its_surroundings(
    world: World, linked: frozenset[str], split: bool
) -> None:
    """Problems, what is kept back, and postings with their accounts, rules and reasons."""
    company = accounts(world.company, payment_credit="1299") if split else world.company
    company = accounting(company, linked_accounts=linked)
    whole = Ledger(company).plan(world.books, world.through.isoformat())
    units: list[Document | Payment] = [*world.books.documents.values(), *world.books.payments.values()]
    for unit in units:
        near = Ledger(company).plan(surroundings(world.books, unit), world.through.isoformat())
        assert without_what_is_said_once(near, unit.id) == without_what_is_said_once(whole, unit.id)
        kept_back, listed = of_unit(near, unit.id)
        assert (kept_back, listed) == of_unit(whole, unit.id)
        assert not (kept_back and listed)


def of_unit(plan: Plan, unit: UnitId) -> tuple[object, object]:
    listed = [(it[2:], choice.setting, choice.role) for it, choice in listing(plan) if it.unit == unit]
    return [it for it in plan.kept_back if it[:2] == unit], listed


@SOME
@given(worlds(), some_books())
def test_cancelling_makes_exactly_what_a_batch_held_pending_again(before: World, after: Books) -> None:
    ledger = exported(before)
    through = before.through
    pending_then = [amounts_of(parts) for _, parts in pendings(ledger, after, through, before.company)]
    held_then = parts_held(ledger.transferred)
    batch = ledger.export(after, through.isoformat())
    assume(batch.entries)
    assert all(list(parts) == [] for _, parts in pendings(ledger, after, through, before.company))
    ledger.cancel(batch.batch)
    assert [amounts_of(parts) for _, parts in pendings(ledger, after, through, before.company)] == pending_then
    assert parts_held(ledger.transferred) == held_then


def amounts_of(parts: Sequence[Part]) -> list[tuple[date, bool, Balances]]:
    return [(part.own_date, part.is_correction, part.by_account()) for part in parts]


# The worked example of section 8

WORKED = (
    invoice(
        "F-1001",
        "01-05",
        line("CLEAN", 10000),
        line("", 5000),
        tax("GST", 750),
        tax("QST", 1496),
        customer="Lise Tremblay",
    ),
    payment("P-1", "01-20", share("F-1001", 17246), method="card"),
)
CHANGED = (
    invoice(
        "F-1001",
        "01-05",
        line("CLEAN", 10000),
        line("", 4000),
        tax("GST", 700),
        tax("QST", 1397),
        customer="Lise Tremblay",
    ),
    WORKED[1],
)
JANUARY = b"""01-31-26,"EC000001-01","Ventes et paiements 2026-01"\r
1065,172.46\r
1201,172.46\r
1201,-172.46\r
2310,-7.50\r
2330,-14.96\r
4000,-50.00\r
4100,-100.00\r
"""
FEBRUARY = b"""02-01-26,"EC000002-01","Corrections 2026-01 (reporte)"\r
2310,0.50,"F-1001 Lise Tremblay"\r
2330,0.99,"F-1001 Lise Tremblay"\r
4000,10.00,"F-1001 Lise Tremblay"\r
1201,-11.49,"F-1001 Lise Tremblay"\r
"""


def sage_file(plan: Plan) -> bytes:
    sage = target("sage50-ca")
    return sage.write(sage.fit(plan.entries).entries, WriteOptions())


def test_the_first_export_of_the_worked_example() -> None:
    plan = Ledger().plan(books(*WORKED), "01-31")
    assert sage_file(plan) == JANUARY
    assert plan.problems == ()


def test_the_second_export_of_the_worked_example() -> None:
    ledger = Ledger()
    ledger.export(books(*WORKED), "01-31")
    assert ledger.plan(books(*WORKED), "01-31").entries == ()
    ledger.company = replace(COMPANY, lock_date=on("01-31"))
    assert sage_file(ledger.plan(books(*CHANGED), "02-28")) == FEBRUARY


def test_the_worked_example_is_overpaid_after_its_correction() -> None:
    assert list(overpaid((found := books(*WORKED)).documents, settled_by(found.payments.values()))) == []
    (problem,) = overpaid((found := books(*CHANGED)).documents, settled_by(found.payments.values()))
    assert (problem.where.number, problem.params["paid_cents"], problem.params["total_cents"]) == (
        "F-1001",
        17246,
        16097,
    )


# Examples


def test_own_dates_after_through_are_for_a_later_export() -> None:
    ledger = Ledger()
    found = books(invoice("F-1", "01-31", line("", 100)), invoice("F-2", "02-01", line("", 200)))
    assert [entry.debit_cents for entry in ledger.export(found, "01-31").entries] == [100]
    assert [entry.debit_cents for entry in ledger.export(found, "02-28").entries] == [200]


def test_a_document_that_is_edited_back_leaves_nothing() -> None:
    ledger = Ledger()
    for cents in (100, 120, 100):
        ledger.export(books(invoice("F-1", "01-05", line("", cents))), "01-31")
    assert ledger.balances() == {"1201": 100, "4000": -100}
    assert len(ledger.batches) == 3


def test_a_line_moved_to_another_item_is_a_correction_without_the_receivable() -> None:
    ledger = Ledger()
    ledger.export(books(invoice("F-1", "01-05", line("", 100))), "01-31")
    (entry,) = ledger.plan(books(invoice("F-1", "01-05", line("CLEAN", 100))), "01-31").entries
    assert entry.lines == (Line("4000", 100, "F-1"), Line("4100", -100, "F-1"))


@pytest.mark.parametrize("grouping", Grouping)
@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("max_lines", [500, 2])
def test_since_leaves_out_earlier_own_dates_and_counts_them(grouping: Grouping, detail: Detail, max_lines: int) -> None:
    earlier, first = invoice("F-1", "02-04", line("", 100)), invoice("F-2", "02-05", line("", 200))
    found = books(earlier, invoice("F-0", "01-05", line("", 100)), first, invoice("F-3", "02-20", line("", 30)))
    settings = accounting(COMPANY, grouping=grouping, detail=detail, max_lines=max_lines)
    made = plan(Wants(found, settings, through=on("02-28")), since=on("02-05"))
    assert sum(entry.debit_cents for entry in made.entries) == 230
    assert [it.unit.number for it, _ in listing(made)] == ["F-2", "F-2", "F-3", "F-3"]
    assert [unit.unit.number for unit in exported_units(made)] == ["F-2", "F-3"]
    assert made.left_out == 2


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("max_lines", [500, 2])
def test_a_unit_with_an_error_is_in_no_entry_no_listing_and_no_batch(detail: Detail, max_lines: int) -> None:
    refused = invoice("F-1", "01-05", line("CLEAN", 100)), payment("P-1", "01-05", share("", 5), method="card")
    taken = [invoice(f"F-{i}", "01-05", line("", 100)) for i in (0, 2)]
    settings = accounting(COMPANY, detail=detail, max_lines=max_lines, linked_accounts=frozenset({"4100", "1065"}))
    ledger = Ledger(settings)
    made = ledger.export(books(*refused, *taken), "01-31")
    assert [it[:2] for it in made.kept_back] == [it.id for it in refused]
    assert {it.unit for it, _ in listing(made)} == {it.unit for it in exported_units(made)} == {it.id for it in taken}
    assert ledger.balances() == {"1201": 200, "4000": -200}
    assert {unit[:2] for unit in made.kept_back} == {
        it[:2] for it in ledger.plan(books(*refused, *taken), "01-31").kept_back
    }


def test_a_document_of_nothing_is_in_no_entry_no_listing_and_no_batch() -> None:
    nothing, something = invoice("F-0", "01-05", line("CLEAN", 0)), invoice("F-1", "01-05", line("CLEAN", 100))
    ledger = Ledger()
    assert ledger.export(books(nothing), "01-31").entries == ()
    plan = ledger.export(books(nothing, something), "01-31")
    assert {posting.unit for posting, _ in listing(plan)} == {something.id}
    assert [it.unit for batch in ledger.batches for it in batch.units] == [something.id]


def test_nothing_is_said_of_a_document_of_nothing() -> None:
    assert Ledger().plan(books(invoice("F-0", "01-05", line("NOBODY", 0), tax("PST", 0))), "01-31").problems == ()


def test_a_live_document_that_becomes_nothing_is_reversed() -> None:
    ledger = Ledger()
    for cents in (100, 0):
        ledger.export(books(invoice("F-1", "01-05", line("", cents))), "01-31")
    assert ledger.balances() == {}
    assert ledger.plan(books(invoice("F-1", "01-05", line("", 0))), "01-31").entries == ()


@pytest.mark.parametrize(
    ("units", "lock", "why"),
    [
        ((invoice("F-1", "01-05", line("", 100)),), "", {Why.NEW}),
        ((invoice("F-1", "01-05", line("", 100)),), "01-31", {Why.CARRIED}),
        ((invoice("F-1", "02-05", line("", 1)), payment("P-1", "01-05", share("F-1", 1))), "", {Why.NEW, Why.APPLIED}),
    ],
)
def test_the_listing_says_why(units: tuple[Document | Payment, ...], lock: str, why: set[Why]) -> None:
    company = replace(COMPANY, lock_date=on(lock) if lock else None)
    assert {posting.why for posting, _ in listing(Ledger(company).plan(books(*units), "02-28"))} == why


@pytest.mark.parametrize(
    ("status", "why"), [(Status.FINAL, Why.CORRECTION), (Status.VOID, Why.VOID), (Status.DRAFT, Why.VOID)]
)
def test_the_listing_tells_a_correction_from_a_void(status: Status, why: Why) -> None:
    ledger = Ledger()
    ledger.export(books(invoice("F-1", "01-05", line("", 100))), "01-31")
    changed = (
        invoice("F-1", "01-05", line("", 90)) if status is Status.FINAL else invoice("F-1", "01-05", status=status)
    )
    assert {posting.why for posting, _ in listing(ledger.plan(books(changed), "01-31"))} == {why}


def test_the_listing_names_unit_customer_dates_and_the_rule_that_won() -> None:
    document = invoice("F-1", "01-05", line("CLEAN", 100), customer="Lise")
    ledger = Ledger(replace(COMPANY, lock_date=on("01-31")))
    (_, (posting, choice)) = listing(ledger.plan(books(document), "02-28"))
    assert posting[:8] == (1, 2, document.id, "Lise", on("01-05"), on("02-01"), "4100", -100)
    assert choice.setting == "items.CLEAN.credit"


def test_the_listing_names_the_line_of_each_posting_whatever_its_sign() -> None:
    found = invoice("F-1", "01-05", line("", 100), line("", -30)), credit_note("N-1", "01-06", line("", 5))
    made = Ledger().plan(books(*found), "01-31")
    lines_of_entry = made.entries[0].lines
    for posting, _ in listing(made):
        named = lines_of_entry[posting.line - 1]
        assert (named.account, named.amount_cents > 0) == (posting.account, posting.amount_cents > 0)
