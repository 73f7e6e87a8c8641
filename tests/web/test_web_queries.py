"""How many queries each page of a company makes, with 5,000 items and 2,000 accounts. `make bench` says how long it takes.

The table is written by hand and the pages come from the resolver, as in `test_access_table`: a page without a bound fails.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_access_table import COMPANY_PAGES, OF_COMPANY, address

from ecriture.store.models import AuditRecord, Item
from large_company import ITEMS, MODEL_BACKEND, SEARCHES, grow, queries
from server_world import World

QUERIES = {
    "company": 24,
    "figures": 10,
    "accounting": 15,
    "file-layout": 14,
    "layout-toml": 8,
    "members": 12,
    "leave": 9,
    "member-remove": 10,
    "items": 8,
    "new-item": 12,
    "import-items": 7,
    "items-preview": 15,
    "items-csv": 11,
    "items-xlsx": 11,
    "item": 14,
    "archive-item": 9,
    "delete-item": 9,
    "invoices": 15,
    "payments-settings": 14,
    "company-settings": 13,
    "remove-company": 7,
    "chart": 8,
    "chart-csv": 9,
    "chart-import": 10,
    "chart-preview": 16,
    "chart-linked": 16,
    "chart-add": 10,
    "chart-account": 11,
    "documents": 8,
    "documents-csv": 8,
    "document-states": 21,
    "document": 26,
    "new-document": 13,
    "edit-document": 12,
    "void-document": 8,
    "delete-document": 11,
    "document-pdf": 12,
    "item-options": 5,
    "customer-options": 5,
    "imports": 9,
    "import-preview": 20,
    "import-mapping": 16,
    "mappings": 8,
    "new-mapping": 7,
    "edit-mapping": 8,
    "mapping-toml": 8,
    "closing": 18,
    "year-archive": 45,
    "transfer": 18,
    "plan-made-of": 17,
    "what-if": 9,
    "remap": 12,
    "batches": 8,
    "batches-csv": 7,
    "compare-batches": 6,
    "batch": 9,
    "batch-file": 6,
    "batch-made-of": 9,
    "batch-listing": 9,
    "batch-listing-csv": 6,
    "cancel-batch": 6,
    "batch-messages": 7,
    "payments": 8,
    "payments-csv": 8,
    "payment-states": 21,
    "payment": 26,
    "new-payment": 9,
    "allocate-payment": 11,
    "void-payment": 7,
    "return-payment": 9,
    "control": 28,
    "control-csv": 26,
    "control-compare": 7,
    "control-opening": 14,
    "explain": 10,
    "proof": 60,
    "proof-pdf": 60,
    "taxes": 6,
    "tax-return": 40,
    "tax-return-csv": 40,
    "tax-return-pdf": 40,
    "filed-return": 30,
    "filed-return-csv": 8,
    "first-import": 8,
    "one-cent": 8,
    "first-steps": 16,
    "first-step": 16,
    "audit": 8,
    "audit-csv": 12,
    "audit-file": 7,
    "settings-file": 9,
    "settings-preview": 18,
    "settings-toml": 13,
    "account-options": 9,
    "account-check": 13,
}
"""The most queries of a page. Those of its frame are among them: session, person, membership, their companies."""

MOST_TO_SAVE = 34
SEEN = [name for name in OF_COMPANY if COMPANY_PAGES[name].see]


def test_every_page_that_can_be_seen_has_a_bound() -> None:
    assert QUERIES.keys() == set(SEEN)


@pytest.fixture
def large(world: World) -> World:
    grow(world.company)
    return world


@pytest.fixture
def owner(world: World) -> Client:
    client = Client()
    client.force_login(world.owner, backend=MODEL_BACKEND)
    return client


def test_the_number_of_queries_is_bounded_and_does_not_grow(world: World, owner: Client) -> None:
    grow(world.company, items=150, accounts=150)  # more than a page
    few = {name: queries(owner, address(world, name)) for name in SEEN}
    grow(world.company)
    many = {name: queries(owner, address(world, name)) for name in SEEN}
    above = {name: (many[name], QUERIES.get(name)) for name in SEEN if many[name] > QUERIES.get(name, 0)}
    assert above == {}
    assert {name: (few[name], many[name]) for name in SEEN if many[name] > few[name]} == {}


def test_a_large_company_has_as_many_items_as_it_should(large: World) -> None:
    assert Item.objects.filter(company=large.company).count() == ITEMS


@pytest.mark.parametrize("asked", SEARCHES)
def test_a_search_makes_no_more_queries(large: World, owner: Client, asked: str) -> None:
    assert queries(owner, f"{reverse('items', args=[large.company.pk])}?{asked}") <= QUERIES["items"]


def test_a_change_of_one_item_makes_as_many_queries_in_any_catalogue(world: World, owner: Client) -> None:
    made: list[int] = []
    for size in (100, 10_000):
        grow(world.company, items=size, accounts=0)
        one = Item.objects.get(company=world.company, code="SVC-00050")
        page, account = reverse("item", args=[world.company.pk, one.pk]), f"41{len(made) + 1}0"
        with CaptureQueriesContext(connection) as found:
            saved = owner.post(page, {"name": "x", "credit": account, "which_taxes": "all"})
        assert saved.status_code == 302
        made.append(len(found))
    assert made[0] == made[1] <= MOST_TO_SAVE


def test_a_change_of_one_item_writes_one_row(large: World, owner: Client) -> None:
    kept = dict(Item.objects.filter(company=large.company).values_list("pk", "position"))
    one = Item.objects.get(company=large.company, code="SVC-02500")
    page = reverse("item", args=[large.company.pk, one.pk])
    for credit in ("4120", "4110"):
        saved = owner.post(page, {"name": "x", "credit": credit, "which_taxes": "all"})
        assert saved.status_code == 302
    assert dict(Item.objects.filter(company=large.company).values_list("pk", "position")) == kept
    record = AuditRecord.objects.filter(company=large.company).latest("at")
    assert [change[0] for change in record.changes] == ["items.SVC-02500.credit"]
