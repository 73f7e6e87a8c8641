"""The figures of the home page agree with a reckoning of their own, unit by unit, whatever was entered."""

from datetime import date

from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND, Books, Status
from ecriture.store.by_hand import with_balances
from ecriture.store.figures import AGES, figures_of
from ecriture.store.models import Document
from ecriture.store.units import books_of
from server_world import World, other_company, put
from small_books import credit_note, invoice, line, payment, refund, share, tax

TODAY = date(2026, 3, 31)


def owed_by(books: Books) -> tuple[list[int], int]:
    """By age, and deposits: each document with all that takes something off it."""
    final = {it.number: it for it in books.documents.values() if it.status is FINAL}
    left = {number: it.total_cents for number, it in final.items()}
    deposits = 0
    off = [
        (row.document, (-1 if it.kind is REFUND else 1) * row.settled_cents)
        for it in books.payments.values()
        if it.status is FINAL
        for row in it.rows
    ]
    off += [(it.applies_to, it.total_cents) for it in final.values() if it.kind is CREDIT_NOTE and it.applies_to]
    for number, cents in off:
        if number in left:
            left[number] -= cents
        else:
            deposits += cents
    ages = [0] * (len(AGES) + 1)
    for number, cents in left.items():
        day = final[number].date
        if cents > 0 and final[number].kind is not CREDIT_NOTE and day <= TODAY:
            ages[sum((TODAY - day).days > last for last in AGES)] += cents
    return ages, deposits


ODD = (
    invoice("I-1", "2025-11-02", line("A", 10_000), tax("GST", 500)),
    invoice("I-2", "2026-01-20", line("A", 5_000), status=Status.DRAFT),
    invoice("I-3", "2026-03-30", line("A", 700), status=Status.VOID),
    invoice("I-4", "2026-04-02", line("A", 9_900)),
    credit_note("C-1", "2026-02-01", line("A", 2_500), applies_to="I-1"),
    credit_note("C-2", "2026-02-02", line("A", 300)),
    payment("Q-1", "2026-03-01", share("I-1", 4_001, tip=100, rounding=-1), share("", 777)),
    payment("Q-2", "2026-03-02", share("I-2", 1_000), share("I-3", 2_000)),
    payment("Q-3", "2026-03-03", share("I-1", 9_999), status=Status.VOID),
    refund("R-1", "2026-03-04", share("C-2", 300)),
    refund("R-2", "2026-03-05", share("", 77)),
)


def test_they_agree_with_a_reckoning_unit_by_unit(world: World) -> None:
    for units in ((), ODD):
        put(world.company, *units)
        books, found = books_of(world.company), figures_of(world.company, TODAY)
        ages, deposits = owed_by(books)
        assert ([age.cents for age in found.owed], found.deposits_cents) == (ages, deposits)
        assert sum(ages) > 0
        for month in found.months:
            its = [it for it in books.units if it.status is FINAL and it.date.replace(day=1) == month.first]
            its = [it for it in its if it.date <= TODAY]
            each = [(it.id.kind, (-1 if it.kind in (CREDIT_NOTE, REFUND) else 1) * it.total_cents) for it in its]
            assert month.sold_cents == sum(cents for kind, cents in each if kind == "document")
            assert month.received_cents == sum(cents for kind, cents in each if kind == "payment")
        assert [it.first for it in found.months][:: len(found.months) - 1] == [date(2025, 4, 1), date(2026, 3, 1)]


def test_a_change_is_seen_at_once_and_another_company_has_nothing(world: World) -> None:
    before = figures_of(world.company, TODAY)
    assert before
    put(world.company, invoice("I-9", "2026-03-30", line("A", 123)))
    after = figures_of(world.company, TODAY)
    assert after.owed_cents == before.owed_cents + 123
    assert after.months[-1].sold_cents == before.months[-1].sold_cents + 123
    assert not figures_of(other_company(world.owner), TODAY)


def test_only_a_credit_note_settles_what_it_names(world: World) -> None:
    """An invoice that names another one, by a mistake of a file, is owed as it is, and so is the other."""
    odd = invoice("I-8", "2026-03-30", line("A", 500), applies_to="I-7")
    put(world.company, invoice("I-7", "2026-03-30", line("A", 700)), odd)
    found = Document.objects.filter(company=world.company, number__in=("I-7", "I-8"))
    assert {it.number: it.balance_cents for it in with_balances(world.company, found)} == {"I-7": 700, "I-8": 500}
