"""A batch stays as it was made: neither the program nor the database changes or deletes one."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from test_store_books import sale

from ecriture.core.batches import BatchState
from ecriture.store import models
from ecriture.store.batches import has_live_batch
from ecriture.store.models import Batch
from ecriture.store.transfer import batches_of, cancel, confirm, export, plan
from server_world import World, a_batch, other_company, put

MIGRATION = import_module("ecriture.store.migrations.0011_batches_stay")
CONTROL = import_module("ecriture.store.migrations.0017_control")
LAYOUT = import_module("ecriture.store.migrations.0025_layout_of_batch")
MARCH = date(2026, 3, 31)
ROWS = (*MIGRATION.ROWS, *CONTROL.TABLES)
TABLES = ("store_batch", *ROWS)


@pytest.fixture
def batch(world: World) -> Batch:
    found = plan(world.company, MARCH)
    made = export(world.company, MARCH, found.fingerprint, world.member("bookkeeper"))
    world.company.refresh_from_db()
    return made


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(DatabaseError, match="as it was made"):
        run(sql, *values)


@pytest.fixture
def deletion_refused(db: None) -> None:
    """Puts back what tests/conftest.py takes out, so that tests can tidy up after them."""
    if connection.vendor == "sqlite":
        for trigger in (*MIGRATION.triggers(), *MIGRATION.triggers_of(CONTROL.TABLES)):
            if trigger.event == "DELETE":
                run(trigger.sqlite())


@pytest.mark.parametrize("column", [*MIGRATION.FIXED, "layout"])
def test_the_database_refuses_a_change(batch: Batch, column: str) -> None:
    other = {
        "number": 7,
        "entry_count": 7,
        "debit_cents": 7,
        "through": MARCH.replace(day=1),
        "start_date": MARCH,
        "exported_at": timezone.now(),
    }
    value: Any = other.get(column, "00000000000000000000000000000000" if column.endswith("id") else "x")
    if column == "content":
        value = b"x"
    if column == "entries":
        value = "[]"
    refused(f"UPDATE store_batch SET {column} = %s", value)  # noqa: S608 - a name from the migration


def test_the_database_refuses_other_rows(batch: Batch) -> None:
    for table in ROWS:
        refused(f"UPDATE {table} SET company_id = company_id")  # noqa: S608 - a name from the migration
    with pytest.raises(DatabaseError, match="as it was made"), transaction.atomic():
        models.BatchAccounts.objects.create(company=batch.company, batch=batch, position=99, accounts={})


@pytest.mark.usefixtures("deletion_refused")
def test_the_database_refuses_a_deletion(batch: Batch) -> None:
    for table in TABLES:
        refused(f"DELETE FROM {table}")  # noqa: S608 - a name from the migration
    with pytest.raises(DatabaseError, match="a live batch holds it"):
        run("DELETE FROM store_document WHERE number = 'F-1001'")


def test_what_became_of_it_stays(world: World, batch: Batch) -> None:
    member = world.member("owner")
    confirm(world.company, 1, member)
    refused("UPDATE store_batch SET state = 'exported'")
    refused("UPDATE store_batch SET confirmed_by_id = exported_by_id")
    refused("UPDATE store_batch SET exported_by_id = confirmed_by_id")
    cancel(world.company, 1, member, reason="refused")
    refused("UPDATE store_batch SET state = 'confirmed'")
    refused("UPDATE store_batch SET reason = 'another'")
    refused("UPDATE store_batch SET cancelled_by_name = 'somebody'")


def test_who_did_it_is_named_when_the_account_is_gone(world: World, batch: Batch) -> None:
    confirm(world.company, 1, world.member("owner"))
    cancel(world.company, 1, world.member("owner"), reason="refused")
    world.member("bookkeeper").user.delete()
    found = Batch.objects.get(pk=batch.pk)
    assert (found.exported_by, found.exported_by_name) == (None, "Bookkeeper <bookkeeper@example.com>")
    assert (found.confirmed_by, found.cancelled_by) == (world.owner, world.owner)
    assert found.confirmed_by_name == found.cancelled_by_name == "Owner <owner@example.com>"


def test_no_later_migration_lost_what_the_database_refuses(db: None) -> None:
    """On SQLite one that remakes a table would."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            found = {name for (name,) in cursor.fetchall()}
        every = (*MIGRATION.triggers(), *MIGRATION.triggers_of(CONTROL.TABLES), *LAYOUT.triggers())
        assert {it.name for it in every if it.event != "DELETE"} <= found


def test_the_column_of_the_layout_can_be_taken_back_and_added_to_a_filled_table(batch: Batch) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")  # or PostgreSQL waits
    LAYOUT.backwards(None, Editor)
    run(LAYOUT.DROP)
    run(LAYOUT.ADD)
    LAYOUT.forwards(None, Editor)
    refused("UPDATE store_batch SET layout = 'x'")
    assert Batch.objects.get(pk=batch.pk).layout == ""


@pytest.mark.usefixtures("deletion_refused")
def test_the_migration_can_be_taken_back(batch: Batch) -> None:
    MIGRATION.backwards(None, Editor)
    run("UPDATE store_batch SET target = 'x'")
    MIGRATION.forwards(None, Editor)
    refused("UPDATE store_batch SET target = 'y'")
    if connection.vendor == "sqlite":  # as tests/conftest.py left it
        for trigger in MIGRATION.triggers():
            if trigger.event == "DELETE":
                run(f"DROP TRIGGER {trigger.name}")


class Editor:
    """Runs statements within the test's own transaction."""

    connection = connection

    @staticmethod
    def execute(statement: str, params: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)


def test_a_list_never_loads_a_file(batch: Batch, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as seen:
        assert [(it.number, it.state, it.through) for it in batches_of(batch.company)] == [(1, "exported", MARCH)]
    assert "content" not in seen.captured_queries[0]["sql"]
    assert "entries" not in seen.captured_queries[0]["sql"]


def test_records_share_their_accounts(batch: Batch) -> None:
    records = models.BatchRecord.objects.filter(batch=batch)
    shared = models.BatchAccounts.objects.filter(batch=batch)
    assert 1 < shared.count() < records.count()
    assert len({repr(sorted(it.accounts.items())) for it in shared}) == shared.count()


def test_a_batch_that_is_not_cancelled_is_live(world: World) -> None:
    company = other_company(world.owner)
    assert not has_live_batch(company)
    for state in BatchState:
        a_batch(company, state)
        assert has_live_batch(company) == (state is not BatchState.CANCELLED)
        company = other_company(world.owner, state)


def test_a_batch_of_another_company_holds_nothing_here(world: World) -> None:
    company = other_company(world.owner)
    put(company, sale("F-1"))
    a_batch(other_company(world.owner, "Clinique du Parc"), BatchState.EXPORTED)
    assert not has_live_batch(company)
