"""Rows that a company knows by a code or a name: its taxes, items and methods."""

from collections.abc import Collection, Mapping
from typing import Any

from ecriture.store.models import Company

AT_ONCE = 1000
"""How many rows, or names of rows, go into one statement: a database bounds both."""


def put_named(model: Any, name: str, company: Company, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Inserts or updates rows by their name. All have the same columns; a row that is there keeps its id."""
    if not rows:
        return
    columns = next(iter(rows.values())).keys()
    made = [model(**row, **{name: key}, company=company) for key, row in rows.items()]
    kept: Any = {"update_conflicts": True, "unique_fields": ("company", name), "update_fields": tuple(columns)}
    model.objects.bulk_create(made, batch_size=AT_ONCE, **kept)


def delete_named(model: Any, name: str, company: Company, gone: Collection[str]) -> None:
    """Deletes rows by their name."""
    names = sorted(gone)
    for first in range(0, len(names), AT_ONCE):
        model.objects.filter(company=company, **{f"{name}__in": names[first : first + AT_ONCE]}).delete()
