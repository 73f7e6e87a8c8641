"""A company that is removed takes its records of the audit along: the database lets go of those of a removed company only.

Files that were put in place are protected likewise, since they are the source of a record. Another table whose rows the
database protects must make the same exception.
"""

from typing import Any

import django.utils.timezone
from django.db import migrations, models

POSTGRESQL = """
CREATE OR REPLACE FUNCTION store_audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.who_id IS NULL AND to_jsonb(NEW) - 'who_id' = to_jsonb(OLD) - 'who_id' THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (SELECT 1 FROM store_removedcompany WHERE id = OLD.company_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a record of the audit is written once';
END
$$;
CREATE FUNCTION store_upload_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (SELECT 1 FROM store_removedcompany WHERE id = OLD.company_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a file that was put in place is kept';
END
$$;
CREATE TRIGGER store_upload_is_kept BEFORE UPDATE OR DELETE ON store_upload
    FOR EACH ROW WHEN (OLD.record_id IS NOT NULL) EXECUTE FUNCTION store_upload_is_kept();
"""

POSTGRESQL_BACK = """
DROP TRIGGER store_upload_is_kept ON store_upload;
DROP FUNCTION store_upload_is_kept();
CREATE OR REPLACE FUNCTION store_audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.who_id IS NULL AND to_jsonb(NEW) - 'who_id' = to_jsonb(OLD) - 'who_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a record of the audit is written once';
END
$$;
"""

REMOVED = "EXISTS (SELECT 1 FROM store_removedcompany WHERE id = OLD.company_id)"
AUDIT_IS_NOT_DELETED = f"""
    CREATE TRIGGER store_audit_is_not_deleted BEFORE DELETE ON store_auditrecord WHEN NOT {REMOVED}
    BEGIN SELECT RAISE(ABORT, 'a record of the audit is written once'); END
    """
UPLOAD_IS_NOT_DELETED = f"""
    CREATE TRIGGER store_upload_is_not_deleted
    BEFORE DELETE ON store_upload WHEN OLD.record_id IS NOT NULL AND NOT {REMOVED}
    BEGIN SELECT RAISE(ABORT, 'a file that was put in place is kept'); END
    """
SQLITE = (
    "DROP TRIGGER IF EXISTS store_audit_is_not_deleted",
    AUDIT_IS_NOT_DELETED,
    UPLOAD_IS_NOT_DELETED,
    """
    CREATE TRIGGER store_upload_is_not_changed
    BEFORE UPDATE OF id, company_id, kind, name, sha256, content, shows, at, expires_at, record_id ON store_upload
    WHEN OLD.record_id IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a file that was put in place is kept'); END
    """,
)

SQLITE_BACK = (
    "DROP TRIGGER store_upload_is_not_changed",
    "DROP TRIGGER IF EXISTS store_upload_is_not_deleted",
    "DROP TRIGGER IF EXISTS store_audit_is_not_deleted",
    """
    CREATE TRIGGER store_audit_is_not_deleted BEFORE DELETE ON store_auditrecord
    BEGIN SELECT RAISE(ABORT, 'a record of the audit is written once'); END
    """,
)


def _run(editor: Any, postgresql: str, sqlite: tuple[str, ...]) -> None:
    for statement in {"postgresql": (postgresql,), "sqlite": sqlite}[editor.connection.vendor]:
        editor.execute(statement, params=None)


def forwards(_apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL, SQLITE)


def backwards(_apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("store", "0009_letters")]

    operations = [
        migrations.CreateModel(
            name="RemovedCompany",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("by_name", models.CharField(blank=True, max_length=254)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
