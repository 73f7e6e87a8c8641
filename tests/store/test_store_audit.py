"""A record of the audit is written once: neither the program nor the database changes or deletes one."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from ecriture.core.settings import Settings
from ecriture.store import audit
from ecriture.store.models import AuditPart, AuditRecord, Company
from ecriture.store.models.audit import Written
from ecriture.store.settings import make_company
from server_world import person

MIGRATION = import_module("ecriture.store.migrations.0002_audit_is_written_once")
REMOVAL = import_module("ecriture.store.migrations.0010_removed_companies")
PARTS = import_module("ecriture.store.migrations.0020_parts")
MANY = 1_300


@pytest.fixture
def record(db: None) -> AuditRecord:
    owner = person("owner")
    company = make_company(Settings(name="Toitures Lavoie"), owner=owner)
    changes = [("accounts.invoice_credit", "4000", "4150")]
    return audit.note(
        company, who=owner, action="settings-changed", area="accounting", subject="x" * 300, changes=changes
    )


def test_what_is_noted(record: AuditRecord) -> None:
    found = AuditRecord.objects.get(pk=record.pk)
    assert (found.who_name, found.action, found.area) == ("Owner <owner@example.com>", "settings-changed", "accounting")
    assert found.changes == [["accounts.invoice_credit", "4000", "4150"]]
    assert len(found.subject) == 200
    assert audit.note(found.company, who=None, action="chart-changed", area="chart").who_name == ""


REFUSED: tuple[Callable[[AuditRecord], object], ...] = (
    lambda record: record.save(),
    lambda record: record.delete(),
    lambda record: AuditRecord.objects.filter(company=record.company).update(area=""),
    lambda record: AuditRecord.objects.filter(pk=record.pk).update(who=None),
    lambda record: AuditRecord.objects.filter(pk=record.pk).delete(),
    lambda record: AuditRecord.objects.bulk_update([record], ["area"]),
)


@pytest.mark.parametrize("change", REFUSED)
def test_the_program_refuses(record: AuditRecord, change: Callable[[AuditRecord], object]) -> None:
    with pytest.raises(Written):
        change(record)


COLUMNS = {
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "who_id": "00000000000000000000000000000000",
    "who_name": "x",
    "action": "x",
    "area": "x",
    "subject": "x",
    "changes": "[]",
}


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_database_refuses_a_change(record: AuditRecord, column: str) -> None:
    refused(f"UPDATE store_auditrecord SET {column} = %s", COLUMNS[column])  # noqa: S608 - a name from this file


def test_the_database_refuses_a_deletion(record: AuditRecord) -> None:
    if connection.vendor == "sqlite":  # tests have dropped it, see conftest
        with connection.cursor() as cursor:
            cursor.execute(REMOVAL.AUDIT_IS_NOT_DELETED)
    refused("DELETE FROM store_auditrecord")
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Company.objects.all().delete()
    assert AuditRecord.objects.filter(pk=record.pk).exists()


def test_who_is_deleted_stays_named(record: AuditRecord) -> None:
    assert record.who is not None
    record.who.delete()
    found = AuditRecord.objects.get(pk=record.pk)
    assert (found.who, found.who_name) == (None, "Owner <owner@example.com>")


def test_no_later_migration_lost_what_the_database_refuses(record: AuditRecord) -> None:
    """On SQLite one that remakes the table would."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'store_auditrecord'")
            assert len(cursor.fetchall()) == len(MIGRATION.SQLITE) - 1  # tests have dropped one


def test_the_migration_can_be_taken_back(record: AuditRecord) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(MIGRATION.SQLITE[2])
    MIGRATION.backwards(None, Editor)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_auditrecord SET area = 'x'")
    MIGRATION.forwards(None, Editor)
    refused("UPDATE store_auditrecord SET area = 'y'")


def test_the_migration_of_removals_can_be_taken_back(record: AuditRecord) -> None:
    REMOVAL.backwards(None, Editor)
    refused("DELETE FROM store_auditrecord")
    REMOVAL.forwards(None, Editor)
    refused("DELETE FROM store_auditrecord")


class Editor:
    """Runs statements within the test's own transaction."""

    connection = connection

    @staticmethod
    def execute(statement: str, params: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)


# Very many changes


@pytest.fixture
def long(record: AuditRecord) -> AuditRecord:
    changes = ((f"document F-{it}", "", f"Éva {it}") for it in range(MANY))
    return audit.note(record.company, who=None, action="books-recorded", area="books", changes=changes)


def test_a_record_has_the_first_changes_and_parts_have_the_others(long: AuditRecord) -> None:
    found = AuditRecord.objects.get(pk=long.pk)
    assert (len(found.changes), found.more, found.change_count) == (audit.AT_FIRST, MANY - audit.AT_FIRST, MANY)
    records = AuditRecord.objects.filter(pk=long.pk)
    ((_, changes),) = audit.with_changes(long.company, records)
    assert [path for path, _, _ in changes] == [f"document F-{it}" for it in range(MANY)]
    assert len(found.words) < 100 * audit.AT_FIRST
    assert AuditRecord.objects.exclude(pk=long.pk).latest("at").more is None, "a short one has no parts"


@pytest.mark.parametrize("number", [0, audit.AT_FIRST, MANY - 1])
def test_each_change_is_found_wherever_it_is(long: AuditRecord, number: int) -> None:
    asked = audit.Asked(text=f"EVA {number}")
    assert long in audit.records(long.company, asked)
    ((found, changes),) = audit.of_unit(long.company, "document", f"F-{number}", most=5)
    assert (found, changes) == (long, [(f"document F-{number}", "", f"Éva {number}")])


def test_what_is_in_no_part_is_not_found(long: AuditRecord) -> None:
    assert long not in audit.records(long.company, audit.Asked(text="eva 1300"))
    assert audit.of_unit(long.company, "document", "F-1300", most=5) == []


def test_the_database_refuses_to_change_a_part(long: AuditRecord) -> None:
    refused("UPDATE store_auditpart SET changes = '[]'")
    refused("UPDATE store_auditrecord SET more = 0")
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        AuditPart.objects.create(company=long.company, record=long, position=99, changes=[], words="")
    if connection.vendor == "sqlite":  # tests have dropped it, see conftest
        with connection.cursor() as cursor:
            cursor.execute(next(it for it in PARTS.triggers() if it.event == "DELETE").sqlite())
    refused("DELETE FROM store_auditpart")


def test_the_migration_of_parts_can_be_taken_back(long: AuditRecord) -> None:
    PARTS.backwards(None, Editor)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_auditpart SET words = 'x'")
    PARTS.forwards(None, Editor)
    refused("UPDATE store_auditpart SET words = 'y'")
