"""A plan becomes a batch once: whoever presses, and how often; what became of it decides what is pending again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from test_store_books import payment, sale

from ecriture.core.batches import BatchState, NoReason, NoSuchBatch, WrongState
from ecriture.core.settings import Settings
from ecriture.store.charts import put_chart
from ecriture.store.models import AuditRecord, Batch, Company
from ecriture.store.settings import change
from ecriture.store.transfer import (
    Blocked,
    NothingPending,
    PlanChanged,
    cancel,
    confirm,
    export,
    plan,
)
from ecriture.store.waiting import Waiting, few_touched, waiting_in
from ecriture.transfer import ThroughLocked
from server_world import World, other_company, put

JANUARY, MARCH = date(2026, 1, 31), date(2026, 3, 31)


def exported(company: Company, through: date = MARCH) -> Batch:
    company.refresh_from_db()
    batch = export(company, through, plan(company, through).fingerprint, None)
    company.refresh_from_db()
    return batch


def test_a_second_press_returns_the_first_batch(world: World) -> None:
    found = plan(world.company, MARCH)
    first = export(world.company, MARCH, found.fingerprint, world.member("owner"))
    again = export(world.company, MARCH, found.fingerprint, world.member("bookkeeper"))
    assert (again.pk, Batch.objects.count()) == (first.pk, 1)
    cancel(world.company, 1, None, reason="refused")
    assert export(world.company, MARCH, found.fingerprint, None).pk == first.pk  # which says that it is cancelled
    world.company.refresh_from_db()
    assert plan(world.company, MARCH).fingerprint != found.fingerprint


def test_a_plan_that_is_not_what_one_looked_at_is_not_written(world: World) -> None:
    found = plan(world.company, MARCH)
    put(world.company, sale("N-1", 12345))
    with pytest.raises(PlanChanged) as refused:
        export(world.company, MARCH, found.fingerprint, None)
    assert not Batch.objects.exists()
    assert refused.value.planned.fingerprint == plan(world.company, MARCH).fingerprint
    export(world.company, MARCH, refused.value.planned.fingerprint, None)


def test_the_mark_of_a_plan_tells_two_documents_apart_that_change_places(world: World) -> None:
    """The entry is the same to the cent."""
    company = world.company
    put(company, sale("N-1", 10000), sale("N-2", 20000))
    first = plan(company, MARCH)
    put(company, sale("N-1", 20000), sale("N-2", 10000))
    second = plan(company, MARCH)
    assert first.plan.entries == second.plan.entries
    assert first.fingerprint != second.fingerprint


def test_the_mark_of_a_plan_is_its_own(world: World) -> None:
    marks = [plan(world.company, through).fingerprint for through in (JANUARY, MARCH)]
    assert plan(world.company, MARCH).fingerprint == marks[1] != marks[0]
    change(world.company, None, lambda settings: with_prefix(settings, "ZZ"), area="accounting")
    assert plan(world.company, MARCH).fingerprint not in marks


def with_prefix(settings: Settings, prefix: str) -> Settings:
    return replace(settings, accounting=replace(settings.accounting, source_prefix=prefix))


def test_an_error_stops_it_unless_what_has_one_is_left_out(world: World) -> None:
    company = world.company
    put(company, payment("P-lost", "nowhere"))
    found = plan(company, MARCH)
    with pytest.raises(Blocked) as refused:
        export(company, MARCH, found.fingerprint, None)
    assert [(it.code, it.where.number) for it in refused.value.problems] == [("document-unknown", "P-lost")]
    assert not Batch.objects.exists()
    export(company, MARCH, found.fingerprint, None, skip_invalid=True)
    company.refresh_from_db()
    put(company, sale("nowhere"))
    later = plan(company, MARCH)
    assert {unit.unit.number for unit in later.units} == {"P-lost", "nowhere"}


def test_nothing_pending_is_no_batch(world: World) -> None:
    exported(world.company)
    with pytest.raises(NothingPending):
        exported(world.company)
    change(world.company, None, lambda settings: locked(settings, JANUARY), area="company")
    with pytest.raises(ThroughLocked):
        exported(world.company, JANUARY)
    assert Batch.objects.count() == 1


def locked(settings: Settings, day: date) -> Settings:
    return replace(settings, lock_date=day)


def test_what_becomes_of_a_batch_is_in_the_audit_log(world: World) -> None:
    company, owner = world.company, world.member("owner")
    batch = export(company, MARCH, plan(company, MARCH).fingerprint, owner)
    assert confirm(company, 1, owner).state == BatchState.CONFIRMED
    confirm(company, 1, owner)  # once more says nothing
    with pytest.raises(NoReason):
        cancel(company, 1, owner, reason="  ")
    cancel(company, 1, owner, reason=" Sage refused it ")
    with pytest.raises(WrongState):
        cancel(company, 1, owner, reason="again")
    with pytest.raises(WrongState):
        confirm(company, 1, owner)
    with pytest.raises(NoSuchBatch):
        confirm(other_company(world.owner), 1, owner)
    batch.refresh_from_db()
    assert (batch.state, batch.reason) == ("cancelled", "Sage refused it")
    found = AuditRecord.objects.filter(company=company, area="batches").order_by("at", "id")
    assert [*found.values_list("action", "subject", "who_name")] == [
        (action, "1", "Owner <owner@example.com>")
        for action in ("batch-exported", "batch-confirmed", "batch-cancelled")
    ]
    assert found[2].changes == [["batch.reason", "", "Sage refused it"]]


def test_a_number_is_never_used_again(world: World) -> None:
    company = world.company
    first = exported(company, JANUARY)
    cancel(company, 1, None, reason="refused")
    second = exported(company, JANUARY)
    assert (first.number, second.number) == (1, 2)
    assert bytes(first.content).replace(b"EC000001", b"EC000002") == bytes(second.content)
    assert bytes(Batch.objects.get(number=1).content) == bytes(first.content)


def test_ten_changes_cost_ten_changes(world: World, django_assert_max_num_queries: object) -> None:
    """Plan and export together, whatever is in the books."""
    company = world.company
    exported(company)
    put(company, *(sale(f"N-{it}", 100 + it) for it in range(7)), *(payment(f"N-{it}", f"N-{it}") for it in range(3)))
    with django_assert_max_num_queries(46) as seen:  # type: ignore[operator] # savepoints of the test count too
        exported_at_once = export(company, MARCH, plan(company, MARCH).fingerprint, None)
    statements = [it["sql"] for it in seen.captured_queries if "SAVEPOINT" not in it["sql"]]
    assert len(statements) <= 42  # ten of them settle what is closed
    assert exported_at_once.number == 2


# What waits


def test_what_waits_is_what_is_pending(world: World) -> None:
    company = world.company
    before = waiting_in([company])[company.pk]
    assert before.is_exact
    assert before.oldest is not None
    exported(company, JANUARY)
    after = waiting_in([company])[company.pk]
    assert 0 < after.documents < before.documents
    exported(company)
    assert waiting_in([company])[company.pk] == Waiting()
    cancel(company, 2, None, reason="refused")
    assert waiting_in([company])[company.pk] == after
    put(company, sale("F-1001", 99999))
    assert waiting_in([company])[company.pk].documents == after.documents + 1


def test_nothing_waits_that_will_never_be_transferred(world: World) -> None:
    """An invoice of zero, one that is void, one of the future, one of before the start date."""
    company = other_company(world.owner)
    put_chart(company, (), None)
    future = timezone.localdate() + timedelta(days=30)
    put(company, sale("zero", 0), sale("future")._replace(date=future))
    assert waiting_in([company])[company.pk] == Waiting()
    put(company, sale("F-1"))
    assert waiting_in([company])[company.pk]._replace(kept_back=0) == Waiting(1, 0, sale("F-1").date)


def test_what_waits_is_planned_again_after_a_change_by_a_clock_that_is_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server's clock, or one that was set back; or somebody who began earlier and ended later."""
    company = world.company
    assert waiting_in([company])[company.pk].kept_back == 0
    behind = timezone.now() - timedelta(minutes=5)
    monkeypatch.setattr(AuditRecord._meta.get_field("at"), "_get_default", lambda: behind)
    change(company, None, lambda it: replace(it, accounts=replace(it.accounts, invoice_debit="9")), area="accounting")
    assert AuditRecord.objects.filter(company=company, at=behind).count() == 1
    assert waiting_in([company])[company.pk].kept_back > 0


def test_a_reason_may_have_bytes_that_the_system_could_not_read(world: World) -> None:
    exported(world.company)
    cancel(world.company, 1, None, reason=" caf\udce9\x00 ")
    assert Batch.objects.get().reason == "caf\ufffd\ufffd"


def test_what_has_an_error_waits_and_is_kept_back(world: World) -> None:
    company = world.company
    exported(company)
    put(company, payment("P-lost", "nowhere"))
    assert waiting_in([company])[company.pk] == Waiting(0, 1, date(2026, 1, 20), kept_back=1)


def test_too_many_to_look_at_are_counted(world: World, django_assert_num_queries: object) -> None:
    company = world.company
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = waiting_in([company], most=3)
    assert (found[company.pk].is_exact, found[company.pk].documents > 3) == (False, True)
    assert few_touched(company, most=3) is None
    assert few_touched(company, most=1000) is not None


def test_a_company_where_nothing_is_touched_needs_no_plan(world: World, django_assert_num_queries: object) -> None:
    companies = [other_company(world.owner, name) for name in ("Une", "Deux", "Trois")]
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert {*waiting_in(companies).values()} == {Waiting()}
