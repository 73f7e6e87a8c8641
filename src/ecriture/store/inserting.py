"""Many rows at once: without an object for each, which takes longer than the database does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from ecriture.store.ids import new_id

PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
"""Fields whose values any database takes as they are."""
AT_ONCE = 5_000


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Inserts rows that are not there yet. `names` are columns of the model, in the order of each row's values.

    The other columns have their defaults. Raises what the database raises; call it in a transaction.
    """
    options = model._meta  # noqa: SLF001 - the documented name
    named = {field.attname: field for field in options.concrete_fields}
    fields = [field for name, field in named.items() if name not in names]
    defaults = [None if field.primary_key else field.get_default() for field in fields]
    every = [*(named[name] for name in names), *fields]
    prepared = _prepared(every, (_with(row, fields, defaults) for row in rows))
    table, columns = _quoted(options.db_table), ", ".join(_quoted(field.column) for field in every)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            count = 0
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for count, row in enumerate(prepared, start=1):  # noqa: B007 - how many there were
                    copy.write_row(row)
            count_again(model, count)
            return
        places = ", ".join(["%s"] * len(every))
        while block := list[Any](islice(prepared, AT_ONCE)):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", block)  # noqa: S608 - names of ours


def count_again(model: type[models.Model], changed: int) -> None:
    """Has PostgreSQL count a table of which many rows changed at once, after they are committed.

    Until it knows how many rows there are of a kind, it goes through all of them; by itself it takes a minute.
    """
    if connection.vendor == "postgresql" and changed >= AT_ONCE:
        table = _quoted(model._meta.db_table)  # noqa: SLF001 - the documented name
        transaction.on_commit(partial(_count, table), robust=True)  # what changed is there without


def _count(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _with(row: Sequence[object], fields: Sequence[Any], defaults: Sequence[object]) -> list[object]:
    ids: list[object] = [new_id() if field.primary_key else it for field, it in zip(fields, defaults, strict=True)]
    return [*row, *ids]


def _prepared(fields: Sequence[Any], rows: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    """The values as the database takes them."""
    others = [(at, _preparer(field)) for at, field in enumerate(fields) if not isinstance(field, PLAIN)]
    for row in rows:
        values = list(row)
        for at, prepare in others:
            values[at] = prepare(values[at])
        yield values


def _preparer(field: Any) -> Callable[[Any], object]:
    """Of dates and references each is prepared once."""

    def prepare(value: Any) -> object:
        return field.get_db_prep_save(value, connection)

    is_shared = isinstance(field, (models.DateField, models.ForeignKey))
    return cache(prepare) if is_shared else prepare


def _quoted(name: Any) -> str:
    return connection.ops.quote_name(name)
