"""A database of an earlier version is brought up to date, on both databases, and every company in it is what it was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecriture.core.documents import Document, Status, Unit
from ecriture.core.settings import FiscalYear, Item, Method, Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.sources.settings_file import write_company
from ecriture.store.demonstration import BOREAL
from ecriture.transfer import read

PREVIOUS = Path(__file__).parent / "previous"
PROGRAM = Path(__file__).parent / "migrated.py"

PARC = Settings(
    name="Clinique du Parc",
    language="en",
    fiscal_years=(FiscalYear(date(2025, 4, 1), date(2026, 3, 31)), FiscalYear(date(2026, 4, 1), date(2027, 3, 31))),
    lock_date=date(2026, 1, 31),
    taxes=frozen_mapping(
        {
            "HST": Tax(
                "HST", "1201", "2310", (Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2025, 4, 1), Decimal(14)))
            ),
            "X": Tax("X", "", "2390", ()),
        }
    ),
    items=frozen_mapping(
        {
            "A": Item("A", "Massage", credit="4100", taxes=frozenset({"HST"})),
            "B": Item("B", archived=date(2025, 1, 1), note="old", taxes=frozenset()),
        }
    ),
    methods=frozen_mapping({"card": Method("card", "1065")}),
)


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a program with an empty database of its own, of the kind that the tests run on."""
    tmp_path.chmod(0o700)
    kept = {**os.environ, "ECRITURE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ecriture.project.settings"}
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield kept
        return
    import psycopg

    name = "migrated"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        yield {**kept, "DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name}")


def migrated(version: str, surroundings: dict[str, str]) -> Any:
    rows = next(PREVIOUS.glob(f"{version[:4]}*.json"))
    done = subprocess.run(
        [sys.executable, str(PROGRAM), version, str(rows)],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kept_then(unit: Unit) -> Unit:
    """As that version kept it: without its line of the file, and a draft without rows."""
    if isinstance(unit, Document) and unit.status is Status.DRAFT:
        return unit._replace(row=0, keys=(), amounts=())
    return unit._replace(row=0)


def test_before_documents_were_flagged(surroundings: dict[str, str]) -> None:
    parc, boreal = migrated("0005_sealed_second_factors", surroundings)
    assert parc["settings"] == write_company(PARC).decode()
    assert (parc["units"], parc["counters"], parc["invitations"]) == ([], [0, 0], 1)
    assert parc["people"] == [["ann@example.com", "owner"]]
    assert parc["audit"] == ["company-made", "settings-changed"]
    found = read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=BOREAL / "payments.csv",
        chart=BOREAL / "chart.csv",
    )
    assert boreal["settings"] == write_company(found.settings).decode()
    assert boreal["accounts"] == [account.number for account in found.chart]
    assert boreal["units"] == [repr(kept_then(unit)) for unit in found.books.units]
    documents, payments = boreal["columns"]
    assert documents[0] == ["F-1001", "f-1001", True, 0]
    assert {is_touched for _, _, is_touched, _ in (*documents, *payments)} == {True}
    assert boreal["counters"] == [max(len(documents), len(payments)), 0]
    assert boreal["people"] == [["ann@example.com", "reader"], ["helene@example.com", "owner"]]
