"""What was transferred goes to the accounts of today's settings, when somebody asks for it, and no sooner."""

from dataclasses import replace
from datetime import date

import pytest
from test_store_books import payment, sale
from test_store_transfer import MARCH, exported

from ecriture.cli.report import WHY
from ecriture.core.batches import Why
from ecriture.core.documents import RowKey, RowKind, UnitId, UnitKind
from ecriture.core.settings import Settings
from ecriture.store import remap as remapping
from ecriture.store.batches import listing_of, transferred
from ecriture.store.models import AuditRecord, Batch, Company, Document
from ecriture.store.remap import Choice, Moved, Remapped, TooMany, count_waiting, look, remap, take_back
from ecriture.store.settings import change
from ecriture.store.transfer import cancel, plan
from ecriture.store.units import books_of
from ecriture.web.ledger import WHY as IN_WORDS
from server_world import World, put

REVENUE = Choice(account="4000")
N_1 = UnitId(UnitKind.DOCUMENT, "N-1")


def with_revenue(world: World, account: str) -> None:
    def to(settings: Settings) -> Settings:
        return replace(settings, accounts=replace(settings.accounts, invoice_credit=account))

    change(world.company, None, to, area="accounting")
    world.company.refresh_from_db()


@pytest.fixture
def moved(world: World) -> World:
    """An invoice and its payment are transferred, and the default revenue is another account since."""
    put(world.company, sale("N-1", 12345), payment("NP-1", "N-1"))
    exported(world.company)
    with_revenue(world, "4100")
    return world


def asked(company: Company, choice: Choice = REVENUE) -> Remapped:
    found = look(company, choice)
    assert remap(company, choice, found.fingerprint, None) == len(found.units)
    return found


def sums(company: Company, number: str = "N-1") -> dict[str, int]:
    """What live batches hold of a document by account."""
    held = transferred(company, [UnitId(UnitKind.DOCUMENT, number)]).documents[number].parts.values()
    return {account: cents for of_day in held for account, cents in of_day.items() if cents}


def test_a_setting_alone_moves_nothing_and_a_look_stores_nothing(moved: World) -> None:
    assert plan(moved.company, MARCH).plan.entries == ()
    found = look(moved.company, Choice(number="N-1"))
    assert found.units == [N_1]
    (entry,) = found.planned.plan.entries
    assert [(line.account, line.amount_cents) for line in entry.lines] == [("4000", 12345), ("4100", -12345)]
    assert plan(moved.company, MARCH).plan.entries == ()
    assert count_waiting(moved.company) == 0


def test_the_next_batch_moves_it_and_no_other_ever_again(moved: World) -> None:
    found = asked(moved.company)
    assert N_1 in found.units
    assert count_waiting(moved.company) == len(found.units)
    batch = exported(moved.company)
    assert {posting.why.value for posting in listing_of(batch)} == {"remap"}
    assert sums(moved.company) == {"1201": 12345, "4100": -12345}
    assert (count_waiting(moved.company), plan(moved.company, MARCH).plan.entries) == (0, ())
    with_revenue(moved, "4110")
    assert plan(moved.company, MARCH).plan.entries == ()
    put(moved.company, sale("N-1", 20000))
    exported(moved.company)
    assert sums(moved.company) == {"1201": 20000, "4100": -20000}


def test_the_account_of_an_earlier_batch_never_comes_back(moved: World) -> None:
    """Not even for what the unit did not have when it was moved."""
    first = Batch.objects.get(number=1)
    asked(moved.company)
    exported(moved.company)
    accounts = transferred(moved.company, [N_1]).documents["N-1"].accounts
    assert accounts["line::credit"] == "4100"
    cancel(moved.company, first.number, None, reason="test")
    exported(moved.company)
    assert sums(moved.company) == {"1201": 12345, "4100": -12345}


def test_it_can_be_taken_back_until_it_is_transferred(moved: World) -> None:
    found = asked(moved.company)
    assert plan(moved.company, MARCH).plan.entries
    assert take_back(moved.company, moved.member("owner")) == len(found.units)
    assert plan(moved.company, MARCH).plan.entries == ()
    assert take_back(moved.company, None) == 0
    actions = AuditRecord.objects.filter(action__startswith="remap").order_by("at").values_list("action", "subject")
    assert [*actions] == [
        ("remap-asked", f"{len(found.units)} · 4000"),
        ("remap-taken-back", f"{len(found.units)}"),
    ]


def test_a_cancelled_move_waits_again_unless_a_later_batch_has_the_unit(moved: World) -> None:
    asked(moved.company)
    number = exported(moved.company).number
    put(moved.company, sale("N-1", 20000))
    exported(moved.company)
    cancel(moved.company, number, None, reason="refused")
    waiting = Document.objects.filter(company=moved.company, remap=True).values_list("number", flat=True)
    assert waiting
    assert "N-1" not in waiting
    exported(moved.company)
    assert sums(moved.company) == {"1201": 20000, "4100": -20000}


def test_without_any_live_batch_nothing_waits(moved: World) -> None:
    asked(moved.company)
    number = exported(moved.company).number
    cancel(moved.company, 1, None, reason="refused")
    cancel(moved.company, number, None, reason="refused")
    assert count_waiting(moved.company) == 0


def test_what_has_a_change_to_transfer_is_not_moved(moved: World) -> None:
    put(moved.company, sale("N-1", 20000))
    found = look(moved.company, Choice(number="N-1"))
    assert (found.units, found.changed) == ([], 1)
    with pytest.raises(Moved):
        remap(moved.company, Choice(number="N-1"), found.fingerprint, None)


def test_what_is_not_what_one_saw_is_not_moved(moved: World) -> None:
    found = look(moved.company, REVENUE)
    with_revenue(moved, "4110")
    with pytest.raises(Moved) as refused:
        remap(moved.company, REVENUE, found.fingerprint, None)
    assert count_waiting(moved.company) == 0
    asked_again = refused.value.found
    assert remap(moved.company, REVENUE, asked_again.fingerprint, None) == len(asked_again.units)
    with pytest.raises(Moved):  # a second press finds that they wait already
        remap(moved.company, REVENUE, asked_again.fingerprint, None)


def test_what_is_locked_is_carried_and_counted(moved: World) -> None:
    change(moved.company, None, lambda it: replace(it, lock_date=date(2026, 6, 30)), area="company")
    moved.company.refresh_from_db()
    found = look(moved.company, Choice(number="N-1"))
    assert found.carried == 1
    assert found.planned.plan.entries[0].date > date(2026, 6, 30)


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(number="N-1"), {"N-1"}),
        (Choice(number="N-1", kind=UnitKind.PAYMENT), set()),
        (Choice(account="4000", number="N-1", first=date(2026, 12, 31)), set()),
        (Choice(account="4000", number="N-1", last=date(2026, 12, 31)), {"N-1"}),
        (Choice(account="4999"), set()),
        (Choice(item="NONE"), set()),
        (Choice(tax="GST", number="N-1"), set()),
        (Choice(method="card", number="N-1"), set()),
    ],
)
def test_units_are_chosen_by_all_that_is_given(moved: World, choice: Choice, chosen: set[str]) -> None:
    assert {number for _, number in look(moved.company, choice).units} == chosen


def test_so_many_at_once_and_no_more(moved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remapping, "MOST", 1)
    put(moved.company, sale("N-2", 100))
    with_revenue(moved, "4000")
    exported(moved.company)
    with pytest.raises(TooMany):
        look(moved.company, REVENUE)


def test_an_edit_that_equals_what_is_held_by_chance_follows_the_settings_from_then_on(world: World) -> None:
    """Its new item has no recorded account: it stays among what a plan looks at."""
    put(world.company, sale("N-1", 12345))
    exported(world.company)
    put(world.company, sale("N-1", 12345)._replace(keys=(RowKey(RowKind.LINE, "NEW"),)), sale("N-2", 100))
    exported(world.company)
    with_revenue(world, "4100")
    pending = [it.unit for it in plan(world.company, MARCH, books_of(world.company)).units]
    assert pending == [it.unit for it in plan(world.company, MARCH).units] == [N_1]


def test_every_reason_of_a_posting_has_its_words() -> None:
    assert {*WHY} == {*IN_WORDS} == {it.value for it in Why}
