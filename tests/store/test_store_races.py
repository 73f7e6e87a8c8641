"""Two processes that export at the same moment make one batch; one that is killed leaves a whole batch, or none.

`ECRITURE_ROUNDS=200 pytest tests/store/test_store_races.py` tries more often.
"""

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from hashlib import sha256

import pytest
from django.db import connections
from test_store_books import payment, sale

import server_world
from ecriture.core.documents import Unit, UnitId
from ecriture.store import models
from ecriture.store.batches import entries_of
from ecriture.store.models import Batch, Company
from ecriture.store.transfer import NothingPending, PlanChanged, cancel, export, plan
from forks import at_once, killed
from server_world import put

ROUNDS = int(os.environ.get("ECRITURE_ROUNDS", "10"))
MARCH = date(2026, 3, 31)
SEED = 20260331


@pytest.fixture
def company(transactional_db: None) -> Iterator[Company]:
    """Boréal in a database that other processes see too."""
    yield server_world.world().company
    connections.close_all()


def fresh(company: Company) -> Company:
    return Company.objects.get(pk=company.pk)


def test_two_who_press_at_once_get_one_batch(company: Company) -> None:
    """Both looked at the same plan, and both get its batch."""
    for count in range(1, ROUNDS + 1):
        put(company, sale(f"N-{count}", 100 + count), payment(f"N-{count}", f"N-{count}"))
        mark = plan(fresh(company), MARCH).fingerprint
        connections.close_all()

        def press(mark: str = mark, count: int = count) -> None:
            assert export(company, MARCH, mark, None).number == count

        at_once(press, press)
        assert Batch.objects.filter(company=company).count() == count
    assert plan(fresh(company), MARCH).plan.entries == ()


def test_two_who_plan_and_export_at_once_transfer_everything_once(company: Company) -> None:
    """The later one finds nothing left, or another plan than it looked at."""
    for count in range(1, ROUNDS + 1):
        put(company, sale(f"N-{count}", 100 + count))
        connections.close_all()

        def job() -> None:
            with suppress(NothingPending, PlanChanged):
                export(company, MARCH, plan(fresh(company), MARCH).fingerprint, None)

        at_once(job, job)
        assert Batch.objects.filter(company=company).count() == count
        held = models.BatchPosting.objects.filter(company=company, unit_number=f"N-{count}")
        assert sorted(held.values_list("amount_cents", flat=True)) == [-100 - count, 100 + count]


def test_who_is_killed_leaves_a_whole_batch_or_none(company: Company) -> None:
    rng = random.Random(SEED)  # noqa: S311 - a moment, not a secret
    put(company, *many())
    seconds, found, interrupted = 0.05, 0, 0
    for _ in range(ROUNDS):
        found_plan = plan(fresh(company), MARCH)
        units = {unit.unit for unit in found_plan.units}
        connections.close_all()

        def work(mark: str = found_plan.fingerprint) -> None:
            export(company, MARCH, mark, None)

        interrupted += killed(work, rng.uniform(0, seconds))
        batch = Batch.objects.filter(company=company, state="exported").first()
        if batch is None:
            assert not models.BatchPosting.objects.filter(company=company, batch__state="exported").exists()
            assert plan(fresh(company), MARCH).fingerprint == found_plan.fingerprint
            seconds = min(seconds * 1.5, 3)  # so that some of them come to the end, whatever the machine
        else:
            found += 1
            seconds /= 2
            assert is_whole(batch, units)
            assert plan(fresh(company), MARCH).plan.entries == ()
            cancel(company, batch.number, None, reason="to do it again")
    assert interrupted
    assert models.BatchPosting.objects.filter(company=company).values("batch").distinct().count() == found


def many() -> list[Unit]:
    """So many that an export takes a while."""
    return [*(sale(f"N-{it}", 100 + it) for it in range(400)), *(payment(f"N-{it}", f"N-{it}") for it in range(200))]


def is_whole(batch: Batch, units: set[UnitId]) -> bool:
    postings = models.BatchPosting.objects.filter(batch=batch)
    assert sha256(batch.content).hexdigest() == batch.sha256
    assert {*postings.values_list("unit_kind", "unit_number")} == units
    assert {*models.BatchRecord.objects.filter(batch=batch).values_list("unit_kind", "unit_number")} == units
    assert sum(postings.values_list("amount_cents", flat=True)) == 0
    assert sum(it.debit_cents for it in entries_of(batch)) == batch.debit_cents
    return True
