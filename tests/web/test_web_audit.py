"""The page of the audit: what it says, what it finds, what it hands over, and that nothing changes it."""

import csv
import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import ecriture
from ecriture.core.accounts import Chart
from ecriture.core.settings import Settings
from ecriture.store import audit
from ecriture.store.charts import chart_of
from ecriture.store.models import AuditRecord
from ecriture.store.settings import change
from ecriture.web import book_words
from ecriture.web.audit_words import ACTIONS, AREAS, _label, settings_named, value_shown, zone_of
from server_world import World, other_company

SignedIn = Callable[[str], Client]

BOOKKEEPER, OWNER = "Bookkeeper <bookkeeper@example.com>", "Owner <owner@example.com>"

BY_BOOKKEEPER = '<strong>Bookkeeper</strong><br><span class="quiet">bookkeeper@example.com</span>'


@pytest.fixture
def changed(world: World) -> World:
    """Boréal, after the bookkeeper gave its invoices another account."""

    def to(present: Settings) -> Settings:
        accounting = replace(present.accounting, only_when_paid=True)
        return replace(present, accounts=replace(present.accounts, invoice_credit="4130"), accounting=accounting)

    change(world.company, world.member("bookkeeper"), to, area="accounting")
    return world


def page(client: Client, world: World, **asked: str) -> str:
    answer = client.get(reverse("audit", args=[world.company.pk]), asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def test_a_change_is_told_with_names(changed: World, signed_in: SignedIn) -> None:
    text = page(signed_in("reader"), changed)
    assert BY_BOOKKEEPER in text
    assert "Factures : compte de crédit :" in text
    assert re.search(r"<del>.{0,60}4000 [^<]+</del> <ins>.{0,60}4130 [^<]+</ins>", text)
    assert re.search(r"<del>.{0,60}non</del> <ins>.{0,60}oui</ins>", text)


FOUND = (
    {"who": BOOKKEEPER},
    {"area": "accounting"},
    {"text": "4130"},
    {"text": "BOOKKEEPER"},
    {"text": "comptes de crédit"},
)
NOT_FOUND = (
    {"who": OWNER},
    {"area": "company"},
    {"text": "4999"},
    {"through": "2001-01-01"},
    {"since": "2999-01-01"},
)
CHANGE = BY_BOOKKEEPER


@pytest.mark.parametrize(
    "asked", [{}, *FOUND[:4], {"text": "compte de crédit"}, {"since": "2001-01-01", "through": "2998-12-31"}]
)
def test_what_is_found(asked: dict[str, str], changed: World, signed_in: SignedIn) -> None:
    assert CHANGE in page(signed_in("owner"), changed, **asked)


@pytest.mark.parametrize("asked", NOT_FOUND)
def test_what_is_not_found(asked: dict[str, str], changed: World, signed_in: SignedIn) -> None:
    assert CHANGE not in page(signed_in("owner"), changed, **asked)


def test_a_date_that_is_none_is_said_and_does_not_choose(changed: World, signed_in: SignedIn) -> None:
    answer = signed_in("owner").get(reverse("audit", args=[changed.company.pk]), {"since": "yesterday"})
    assert answer.status_code == 200
    assert CHANGE in answer.content.decode()
    assert "yesterday" in answer.content.decode()


def test_days_are_those_of_the_company(world: World, signed_in: SignedIn) -> None:
    """At 3:30 in Greenwich it is still the evening before in Montréal."""
    record = AuditRecord(company=world.company, action="settings-changed", area="accounting", who_name="Nuit")
    record.at = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    record.save()
    client = signed_in("owner")
    assert "<strong>Nuit</strong>" in page(client, world, through="2026-02-28")
    assert "<strong>Nuit</strong>" not in page(client, world, since="2026-03-01")
    assert "28 février 2026, 22 h 30" in page(client, world, who="Nuit")
    world.company.province = "BC"
    assert zone_of(world.company).key == "America/Vancouver"


def test_pages(world: World, signed_in: SignedIn) -> None:
    for number in range(60):
        audit.note(world.company, who=world.owner, action="settings-changed", area="items", subject=f"n{number:02}")
    client = signed_in("owner")
    first = page(client, world, area="items")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = client.get(html.unescape(following)).content.decode()
    assert "· n59" in first
    assert "· n09" not in first
    assert "· n00" in second
    assert "· n10" not in second
    assert "area=items" in following


def test_a_long_record_is_shown_in_part_and_can_be_opened(world: World, signed_in: SignedIn) -> None:
    changes = [(f"items.X{number}.credit", "4000", "4130") for number in range(30)]
    audit.note(world.company, who=world.owner, action="settings-changed", area="items", changes=changes)
    assert "Les 30 modifications" in page(signed_in("owner"), world, area="items")


def test_a_huge_record_costs_the_page_no_more_than_a_long_one(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    changes = ((f"document H-{number}", "", "x" * 50) for number in range(3_000))
    audit.note(world.company, who=world.owner, action="books-recorded", area="books", subject="huge", changes=changes)
    client = signed_in("owner")
    with django_assert_max_num_queries(8):
        text = page(client, world, area="books")
    assert "Les 3000 modifications" in text
    assert "Les autres sont dans le fichier" in text
    assert text.count("H-") < 2 * audit.AT_FIRST
    assert "huge" in page(client, world, text="h-2999")
    file = client.get(reverse("audit-csv", args=[world.company.pk])).content.decode()
    assert file.count("H-") == 3_000


def test_the_file(changed: World, signed_in: SignedIn) -> None:
    client = signed_in("reader")
    audit.note(changed.company, who=None, action="chart-changed", area="chart", subject="=1+1")
    answer = client.get(reverse("audit-csv", args=[changed.company.pk]))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows[0]) == 8
    assert all(len(row) == 8 for row in rows)
    assert rows[1][1:5] == ["La ligne de commande", "Plan comptable", "Plan comptable modifié", "'=1+1"]
    assert any(row[1] == BOOKKEEPER and row[6].startswith("4000") and row[7].startswith("4130") for row in rows)
    filtered = client.get(reverse("audit-csv", args=[changed.company.pk]), {"who": OWNER}).content.decode()
    assert "Bookkeeper" not in filtered


def test_another_company_is_not_in_it(changed: World, signed_in: SignedIn) -> None:
    own = other_company(changed.people["stranger"])
    answer = signed_in("stranger").get(reverse("audit", args=[own.pk]))
    assert "Bookkeeper" not in answer.content.decode()


def test_the_number_of_queries_does_not_grow(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    changes = [("company.name", "", "x")]
    for _ in range(50):
        audit.note(world.company, who=world.owner, action="settings-changed", area="items", changes=changes)
    client = signed_in("owner")
    page(client, world)
    with django_assert_max_num_queries(8):
        page(client, world)


SOURCE = Path(ecriture.__file__).parent


def test_every_action_and_area_has_a_name() -> None:
    """What the code notes, by the words in it."""
    text = "\n".join(file.read_text("utf-8") for part in ("store", "web") for file in (SOURCE / part).rglob("*.py"))
    noted = set(re.findall(r'action="([a-z-]+)"', text)) | set(re.findall(r'_note\(\w+, "([a-z-]+)"', text))
    assert len(noted) > 5
    assert noted <= ACTIONS.keys()
    assert set(re.findall(r'area="([a-z-]+)"', text)) <= AREAS.keys()


VALUES = (
    ("accounting.target", "sage50-ca", "Sage 50 (Canadian edition)"),
    ("accounting.grouping", "day", "day"),
    ("accounting.linked_accounts", "1200, 2100", "1200 Accounts Receivable, 2100"),
    ("accounting.start_date", "2026-01-31", "Jan. 31, 2026"),
    ("accounting.carry", "true", "yes"),
    ("company.province", "QC", "Quebec"),
    ("company.province", "XX", "XX"),
    ("items.CLEAN.note", "4000", "4000"),
    ("items.CLEAN.credit", "9999", "9999"),
    ("items.CLEAN.archived", "2026-99-99", "2026-99-99"),
    ("accounts.invoice_debit", "", ""),
    ("role", "reader", "Reader"),
)


@pytest.mark.parametrize(("path", "value", "text"), VALUES)
def test_values_in_words(path: str, value: str, text: str, world: World) -> None:
    with translation.override("en"):
        assert value_shown(path, value, chart_of(world.company)) == text
        assert value_shown(path, value, Chart([])).split(" Acc")[0] in text or path == "accounting.linked_accounts"


def test_linked_accounts_are_called_so_in_the_chart_too() -> None:
    with translation.override("fr"):
        assert _label("chart", "accounting.linked_accounts") == "Comptes associés"


def test_settings_are_found_by_their_name() -> None:
    with translation.override("fr"):
        assert "accounting.start_date" in settings_named("DATE DE DÉBUT")
        assert settings_named("xyz") == frozenset()


FACTURE = "invoice · void · 2026-11-01 · Lise Tremblay · line MENAGE 100.00; tax GST 5.00; tax QST 9.98"
PAYMENT = "payment · void · 2026-11-01 · Lise Tremblay · cash · F-1 114.98 tip 2.00"


@pytest.mark.parametrize(
    ("language", "path", "text", "said"),
    [
        (
            "fr",
            "document F-1",
            FACTURE,
            "facture · annulée · 1er novembre 2026 · Lise Tremblay · ligne MENAGE 100,00; taxe TPS 5,00; taxe TVQ 9,98",
        ),
        (
            "en",
            "document F-1",
            FACTURE,
            "invoice · void · Nov. 1, 2026 · Lise Tremblay · line MENAGE 100.00; tax GST 5.00; tax QST 9.98",
        ),
        (
            "fr",
            "payment P-1",
            PAYMENT,
            "paiement · annulé · 1er novembre 2026 · Lise Tremblay · Comptant · F-1 114,98 pourboire 2,00",
        ),
        ("fr", "document.rows F-1", "tax GST 5.00", "taxe TPS 5,00"),
        ("fr", "document.status F-1", "final", "finale"),
        ("fr", "document.date F-1", "2026-11-01", "1er novembre 2026"),
        ("fr", "document.customer F-1", "cash", "cash"),
        ("fr", "payment.method P-1", "cash", "Comptant"),
        ("fr", "payment P-1", "", ""),
    ],
)
def test_books_are_said_in_the_words_of_the_pages(language: str, path: str, text: str, said: str) -> None:
    with translation.override(language):
        assert book_words.value(path, text).replace("\N{NO-BREAK SPACE}", " ") == said
