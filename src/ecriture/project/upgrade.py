"""Brings the database up to this version: never one of a newer version, and a copy first."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ecriture.project.environment import NewerDatabase

COPIES = "copies"
MOST_COPIES = 3
"""The latest copies are kept, and no more: a full disk stops the server."""


def need_known_schema() -> None:
    """Raises NewerDatabase if a version changed the database that this one does not know, and DatabaseError."""
    _need_known(MigrationExecutor(connection))


def _need_known(executor: MigrationExecutor) -> None:
    """Changes of apps that are not installed count for nothing."""
    loader = executor.loader
    known = {*loader.disk_migrations, *(old for made in loader.replacements.values() for old in made.replaces)}
    ours = loader.migrated_apps
    if any(app in ours and (app, name) not in known for app, name in loader.applied_migrations):
        raise NewerDatabase


def is_behind() -> bool:
    """Whether the database lacks tables or changes of this version. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def upgrade() -> Path | None:
    """Creates the tables, or changes them to those of this version. Returns the copy of the database of before, if one was
    made. One process at a time may do this. Raises NewerDatabase and DatabaseError."""
    executor = MigrationExecutor(connection)
    _need_known(executor)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    copy = None
    if plan and executor.loader.applied_migrations and connection.vendor == "sqlite":
        copy = _copied(Path(settings.HOME) / COPIES)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return copy


def _copied(folder: Path) -> Path:
    """A whole copy of an SQLite database, though others may be writing; it has its name once it is on disk."""
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"ecriture-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite3"
    new = copy.with_suffix(".new")
    for left in folder.glob("ecriture-*.new"):
        left.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(new)) as target:
        connection.connection.backup(target)
    with new.open("rb+") as written:
        os.fsync(written.fileno())
    new.replace(copy)
    for old in sorted(folder.glob("ecriture-*.sqlite3"))[:-MOST_COPIES]:
        old.unlink(missing_ok=True)
    return copy
