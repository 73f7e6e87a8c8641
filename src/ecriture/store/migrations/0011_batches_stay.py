"""The database itself keeps batches as they were made, and the numbers of what they hold, whoever asks.

Of a batch only what became of it may change: a cancelled one stays cancelled, a confirmed one is only ever cancelled, and
nobody takes over what another person did; but a person who is deleted leaves it. A batch's own row comes last: from then on
it takes no more rows. A document or payment that a live batch holds keeps its number, and is not deleted. A company that is removed takes all along.

On SQLite a later migration that remakes one of these tables loses its triggers, and must make them again:
tests/store/test_store_batches.py tells.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import migrations

ROWS = ("store_batchposting", "store_batchrecord", "store_batchaccounts")
UNITS = (("store_document", "document"), ("store_payment", "payment"))
FIXED = (
    *("id", "company_id", "number", "fingerprint", "target", "through", "opening", "start_date", "content", "sha256"),
    *("entries", "entry_count", "debit_cents", "exported_at", "exported_by_name"),
)
ONCE_CANCELLED = ("state", "reason", "confirmed_at", "confirmed_by_name", "cancelled_at", "cancelled_by_name")
ACTS = ("exported", "confirmed", "cancelled")
BATCH = "a batch stays as it was made"
UNIT = "a live batch holds it"
STAYS = "NOT EXISTS (SELECT 1 FROM store_removedcompany WHERE id = OLD.company_id)"
"""Whether the company of the old row is not one that was removed, which takes all of its rows along."""


class Trigger(NamedTuple):
    """Refuses an event on a table under a condition, which has `IS NOT` for two values that differ."""

    name: str
    event: str
    table: str
    condition: str
    text: str

    def sqlite(self) -> str:
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} WHEN {self.condition}"
            f" BEGIN SELECT RAISE(ABORT, '{self.text}'); END"
        )

    def postgresql(self) -> str:
        condition = self.condition.replace("IS NOT NEW", "IS DISTINCT FROM NEW")
        row = "OLD" if self.event == "DELETE" else "NEW"
        return f"""
            CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN RAISE EXCEPTION '{self.text}'; END IF;
                RETURN {row};
            END
            $$;
            CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW EXECUTE FUNCTION {self.name}();
        """


def triggers() -> Iterator[Trigger]:
    yield Trigger("store_batch_is_not_changed", "UPDATE", "store_batch", differs(FIXED), BATCH)
    yield Trigger("store_batch_stays_what_it_became", "UPDATE", "store_batch", is_undone(), BATCH)
    yield Trigger("store_batch_is_not_deleted", "DELETE", "store_batch", STAYS, BATCH)
    yield from triggers_of(ROWS)
    for table, kind in UNITS:
        renamed = f"({differs(('company_id', 'number'))}) AND {is_held(kind)}"
        yield Trigger(f"{table}_keeps_its_number", "UPDATE", table, renamed, UNIT)
        yield Trigger(f"{table}_is_not_deleted", "DELETE", table, f"{STAYS} AND {is_held(kind)}", UNIT)


def triggers_of(tables: tuple[str, ...]) -> Iterator[Trigger]:
    """Those of tables of a batch's rows."""
    for table in tables:
        is_made = "EXISTS (SELECT 1 FROM store_batch WHERE id = NEW.batch_id)"
        yield Trigger(f"{table}_is_not_added", "INSERT", table, is_made, BATCH)
        yield Trigger(f"{table}_is_not_changed", "UPDATE", table, "1 = 1", BATCH)
        yield Trigger(f"{table}_is_not_deleted", "DELETE", table, STAYS, BATCH)


def differs(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)


def is_undone() -> str:
    taken_over = [
        f"(NEW.{act}_by_id IS NOT NULL AND OLD.{act}_at IS NOT NULL AND OLD.{act}_by_id IS NOT NEW.{act}_by_id)"
        for act in ACTS
    ]
    cancelled = f"(OLD.state = 'cancelled' AND ({differs(ONCE_CANCELLED)}))"
    return " OR ".join([cancelled, "(OLD.state = 'confirmed' AND NEW.state = 'exported')", *taken_over])


def is_held(kind: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM store_batchrecord r JOIN store_batch b ON b.id = r.batch_id"  # noqa: S608 - names from this file
        " WHERE r.company_id = OLD.company_id AND r.unit_number = OLD.number"
        f" AND r.unit_kind = '{kind}' AND b.state <> 'cancelled')"
    )


def put(editor: Any, found: Iterable[Trigger]) -> None:
    """Adds triggers, in the words of the database."""
    for trigger in found:
        is_sqlite = editor.connection.vendor == "sqlite"
        editor.execute(trigger.sqlite() if is_sqlite else trigger.postgresql(), params=None)


def drop(editor: Any, found: Iterable[Trigger]) -> None:
    """Takes them away; on SQLite some went with a table that was remade."""
    for name, _, table, *_ in found:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        else:
            editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();", params=None)


def forwards(_apps: Any, editor: Any) -> None:
    put(editor, triggers())


def backwards(_apps: Any, editor: Any) -> None:
    drop(editor, triggers())


class Migration(migrations.Migration):
    dependencies = [("store", "0010_removed_companies")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
