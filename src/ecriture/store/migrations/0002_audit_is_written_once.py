"""The database itself refuses to change or delete a record of the audit, whoever asks.

One thing may change: `who` becomes empty when a person is deleted; `who_name` still says who it was. PostgreSQL's TRUNCATE
is no deletion of rows and stays possible for who owns the table. On SQLite a later migration that remakes the table loses
the triggers, and must make them again: tests/store/test_store_audit.py tells.
"""

from typing import Any

from django.db import migrations, models

POSTGRESQL = """
CREATE FUNCTION store_audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.who_id IS NULL AND to_jsonb(NEW) - 'who_id' = to_jsonb(OLD) - 'who_id' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a record of the audit is written once';
END
$$;
CREATE TRIGGER store_audit_is_written_once BEFORE UPDATE OR DELETE ON store_auditrecord
    FOR EACH ROW EXECUTE FUNCTION store_audit_is_written_once();
"""

POSTGRESQL_BACK = """
DROP TRIGGER store_audit_is_written_once ON store_auditrecord;
DROP FUNCTION store_audit_is_written_once();
"""

SQLITE = (
    """
    CREATE TRIGGER store_audit_is_not_changed
    BEFORE UPDATE OF id, company_id, at, who_name, action, area, subject, changes, words ON store_auditrecord
    BEGIN SELECT RAISE(ABORT, 'a record of the audit is written once'); END
    """,
    """
    CREATE TRIGGER store_audit_is_not_attributed
    BEFORE UPDATE OF who_id ON store_auditrecord WHEN NEW.who_id IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a record of the audit is written once'); END
    """,
    """
    CREATE TRIGGER store_audit_is_not_deleted BEFORE DELETE ON store_auditrecord
    BEGIN SELECT RAISE(ABORT, 'a record of the audit is written once'); END
    """,
)

SQLITE_BACK = (
    "DROP TRIGGER store_audit_is_not_changed",
    "DROP TRIGGER store_audit_is_not_attributed",
    "DROP TRIGGER store_audit_is_not_deleted",
)


def _run(editor: Any, postgresql: str, sqlite: tuple[str, ...]) -> None:
    for statement in {"postgresql": (postgresql,), "sqlite": sqlite}[editor.connection.vendor]:
        editor.execute(statement, params=None)


def forwards(_apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL, SQLITE)


def backwards(_apps: Any, editor: Any) -> None:
    _run(editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [
        migrations.AddField("auditrecord", "words", models.TextField(blank=True, default="")),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
