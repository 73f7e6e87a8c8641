"""Every list, by one test each: nothing is left out or shown twice, no question breaks one, files have what is shown."""

import csv
import html
import io
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from test_access_table import COMPANY_PAGES

from ecriture.core.accounts import Account
from ecriture.core.batches import BatchState
from ecriture.core.documents import (
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
)
from ecriture.core.settings import Item
from ecriture.store import audit
from ecriture.store.books import Changes, record
from ecriture.store.catalogue import change_items
from ecriture.store.charts import chart_of, put_chart
from ecriture.store.listing import _beyond, in_order
from ecriture.store.models import Company
from ecriture.web.lists import LISTS
from large_company import queries
from server_world import World, a_batch, other_company

SignedIn = Callable[[str], Client]
MOST_QUERIES = 8
FORMULA = "=HYPERLINK(1)"
ROWS = 120
"""More than a page of each list."""

NAMES = [listing.url for listing in LISTS]
SORTS = [(it.url, f"{sign}{name}") for it in LISTS for name in it.orders for sign in ("", "-")]


@pytest.fixture
def full(world: World) -> World:
    """Boréal with more than a page in each list; many rows are equal by what lists are sorted by."""
    names = ("Été", "ete", "ÉTÉ", "", FORMULA)
    items = {f"X{it:03}": Item(f"X{it:03}", names[it % 5], credit=("", "4100")[it % 2]) for it in range(ROWS)}
    change_items(world.company, None, items, lambda _none: items)
    accounts = [Account(f"7{number:03}", names[number % 5] or "-") for number in range(ROWS)]
    put_chart(world.company, [*chart_of(world.company), *accounts], by=None)
    for number in range(ROWS):
        changes = [(f"items.X{number:03}.credit", "", "4100")]
        subject = (FORMULA, f"n{number}")[number % 2]
        audit.note(
            world.company, who=world.owner, action="settings-changed", area="items", subject=subject, changes=changes
        )
    days = [date(2026, 3, 1 + number % 9) for number in range(ROWS)]
    keys = RowKey(RowKind.LINE, ""), RowKey(RowKind.TAX, "GST")
    statuses = (Status.FINAL, Status.FINAL, Status.DRAFT, Status.VOID)
    units = [
        Document(f"L-{at:03}", DocumentKind.INVOICE, statuses[at % 4], day, names[at % 5], "", keys, (at * 100, 5))
        for at, day in enumerate(days)
    ]
    paid = [PaymentRow(f"L-{at:03}", at * 100 + 5) for at in range(ROWS)]
    received = [
        Payment(f"P-{at:03}", PaymentKind.PAYMENT, Status.FINAL, day, names[at % 5], "card", "", (paid[at],))
        for at, day in enumerate(days)
    ]
    record(world.company, Changes([*units, *received]), by=None, source="lists")
    for number in range(ROWS + 1):
        a_batch(world.company, BatchState.CANCELLED, reason=names[number % 5] or "-")
    return world


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def url(world: World, name: str) -> str:
    return reverse(name, args=[world.company.pk])


def pages(client: Client, address: str, query: str, *, towards: str) -> Iterator[list[str]]:
    """The keys of each page, from one to the one that a link leads to."""
    while True:
        answer = client.get(f"{address}?{query}")
        yield [line.key for line in answer.context["rows"]]
        query = answer.context["pages"][towards]
        if not query:
            return
        assert html.escape(query) in answer.content.decode()


@pytest.mark.parametrize(("name", "sort"), SORTS)
def test_the_pages_have_every_row_once_in_both_directions(full: World, client: Client, name: str, sort: str) -> None:
    listing = next(it for it in LISTS if it.url == name)
    forward = list(pages(client, url(full, name), f"sort={sort}", towards="next"))
    back = list(pages(client, url(full, name), f"sort={sort}&last=1", towards="previous"))
    whole = [key for page in forward for key in page]
    assert len(whole) == len(set(whole)) == listing_count(client, url(full, name)) > ROWS
    assert [key for page in reversed(back[:-1]) for key in page][-len(whole) :] == whole[-sum(map(len, back[:-1])) :]
    assert back[-1] == forward[0]
    assert {len(page) for page in forward[:-1]} == {listing.size}
    opposite = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    turned = [key for page in pages(client, url(full, name), f"sort={opposite}", towards="next") for key in page]
    assert turned == whole[::-1]


@pytest.mark.parametrize(("name", "sort"), [(name, sort) for name, sort in SORTS if not sort.startswith("-")])
def test_what_a_list_is_sorted_by_is_an_index_after_the_company(
    full: World, client: Client, name: str, sort: str
) -> None:
    listing = client.get(f"{url(full, name)}?sort={sort}").context["listing"]
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, listing.matching.model._meta.db_table)
    indexes = [it["columns"] for it in found.values() if it["index"] or it["unique"]]
    assert ["company_id", *listing.orders[sort]] in indexes
    if connection.vendor == "sqlite":  # with so few rows PostgreSQL reads them all
        after = client.get(f"{url(full, name)}?{listing.pages()['next']}").context["listing"]
        plan = page_query(after).explain()
        assert "TEMP B-TREE" not in plan
        assert ">(?" in plan.replace(" ", "") or ">?" in plan.replace(" ", "") or "<(?" in plan.replace(" ", "")


def page_query(listing: Any) -> Any:
    """What the database is asked for a page."""
    return in_order(_beyond(listing.matching, listing.order, listing.mark.values), listing.order)


def listing_count(client: Client, address: str) -> int:
    count: int = client.get(address).context["listing"].count
    return count


@pytest.mark.parametrize("name", NAMES)
def test_a_row_that_is_gone_leaves_no_empty_page(full: World, client: Client, name: str) -> None:
    """The place is by what the list is sorted by, so it stays when its own row is deleted; past the end it is the end."""
    address = url(full, name)
    second = client.get(address).context["pages"]["next"]
    before = [line.key for line in client.get(f"{address}?{second}").context["rows"]]
    if name in ("audit", "batches"):
        return  # nothing is deleted there
    gone = client.get(address).context["rows"][-1].key
    if name == "items":
        change_items(full.company, None, [gone], lambda _before: {})
    elif name in ("documents", "payments"):
        kind = UnitKind.DOCUMENT if name == "documents" else UnitKind.PAYMENT
        record(full.company, Changes(deleted=[UnitId(kind, gone)]), by=None, source="lists")
    else:
        put_chart(full.company, [it for it in chart_of(full.company) if it.number != gone], by=None)
    after = [line.key for line in client.get(f"{address}?{second}").context["rows"]]
    assert set(before) - {after[0]} <= set(after) | {before[0]}
    assert after


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_finds_as_the_count_says_and_the_file_has_it(full: World, client: Client, name: str) -> None:
    word = {"items": "q=ETE", "chart": "q=ÉTÉ", "audit": "text=n1"}.get(name, "q=ete")
    address = url(full, name)
    found = [key for page in pages(client, address, word, towards="next") for key in page]
    answer = client.get(f"{address}?{word}")
    assert 0 < len(found) == answer.context["listing"].count < listing_count(client, address)
    for _name, file in answer.context["files"]:
        assert f'href="{file}?{html.escape(answer.context["query"])}"' in answer.content.decode()
    rows = rows_of(client.get(f"{address_of_file(full, name)}?{word}"))
    assert len(rows) - 1 == len(found)
    assert not [cell for row in rows for cell in row if re.search("<(a|span|br)[ >]", cell)], "a file has no markup"
    if name != "audit":
        assert [row[0] for row in rows[1:]] == found


def address_of_file(world: World, name: str) -> str:
    return reverse(f"{name}-csv", args=[world.company.pk])


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_starts_no_formula(full: World, client: Client, name: str) -> None:
    cells = [cell for row in rows_of(client.get(address_of_file(full, name))) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not any(cell.startswith(("=", "@")) for cell in cells)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_makes_few_queries(full: World, client: Client, name: str) -> None:
    for query in ("", "last=1", "q=e", "text=e", "show=used", "show=without", "show=linked", "area=items"):
        assert queries(client, f"{url(full, name)}?{query}") <= MOST_QUERIES, query


@pytest.mark.parametrize("name", NAMES)
def test_htmx_gets_what_was_found_alone(full: World, client: Client, name: str) -> None:
    answer = client.get(url(full, name), headers={"HX-Request": "true", "HX-Target": "found"})
    text = answer.content.decode()
    assert "<html" not in text
    assert 'id="how-many" role="status" hx-swap-oob="true"' in text
    assert "HX-Target" in answer["Vary"]


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_names_its_column_for_a_phone(full: World, client: Client, name: str) -> None:
    text = client.get(url(full, name)).content.decode()
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    cells = re.findall(r"<t[hd][^>]*>", body)
    assert len(cells) >= ROWS // 3
    assert [it for it in cells if "data-label" not in it and 'class="check"' not in it] == []
    assert '<th scope="row"' in body
    assert 'class="stack' in text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_found_shows_the_way_back(full: World, client: Client, name: str) -> None:
    text = client.get(url(full, name), {"q": "zzzz", "text": "zzzz"}).content.decode()
    assert '<div class="empty">' in text
    assert f'<a class="button second" href="{url(full, name)}">' in text
    assert "<tbody>" not in text


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_list_says_what_to_do_and_asks_for_no_filter(signed_in: SignedIn, world: World, name: str) -> None:
    own = other_company(world.people["stranger"])
    Company.objects.filter(pk=own.pk).update(province="QC")
    text = signed_in("stranger").get(reverse(name, args=[own.pk])).content.decode()
    if name == "audit":  # the making of a company is in it
        assert text.count("<tbody>") == 1
        return
    assert '<div class="empty">' in text
    assert 'id="search"' not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_list_has_nothing_of_another_company(full: World, signed_in: SignedIn, name: str) -> None:
    own = other_company(full.people["stranger"])
    stranger = signed_in("stranger")
    mark = stranger_mark(full, signed_in("owner"), name)
    for query in ("", mark, "last=1"):
        answer = stranger.get(f"{reverse(name, args=[own.pk])}?{query}")
        assert len(answer.context["rows"]) <= 1
    assert stranger.get(url(full, name)).status_code == 404
    assert COMPANY_PAGES[name].see == COMPANY_PAGES[f"{name}-csv"].see


def stranger_mark(world: World, owner: Client, name: str) -> str:
    query: str = owner.get(url(world, name)).context["pages"]["next"]
    return query


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        (
            "",
            "\0",
            "W10",
            "WyJhIiwiYiJd",
            "WzEsMl0",
            "bnVsbA",
            "code",
            "-at",
            "ALL",
            "2026-13-01",
            "9" * 40,
            "%",
            "_",
            "\\",
            "W1siYSJdLCJiIl0",
        )
    ),
)


@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    asked=st.dictionaries(
        st.sampled_from(("q", "text", "show", "sort", "who", "area", "since", "after", "before", "last")), TEXTS
    )
)
def test_no_question_breaks_a_list(world: World, signed_in: SignedIn, asked: dict[str, str]) -> None:
    owner = signed_in("owner")
    for name in NAMES:
        assert owner.get(url(world, name), asked).status_code == 200
        assert owner.get(address_of_file(world, name), asked).status_code == 200


@pytest.mark.parametrize(("name", "sort"), SORTS)
def test_a_place_that_no_database_takes_is_none(world: World, client: Client, name: str, sort: str) -> None:
    """Half of a surrogate pair, which JSON can write and no text has."""
    listing = next(it for it in LISTS if it.url == name)
    columns = listing.orders[sort.removeprefix("-")]
    for value in ("\ud800", "a\udfff", "a\0"):
        values = json.dumps(["2026-03-01" if column == "date" else value for column in columns])
        mark = urlsafe_b64encode(values.encode()).decode()
        assert client.get(url(world, name), {"sort": sort, "after": mark}).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_search_takes_no_letter_for_a_pattern(full: World, client: Client, name: str) -> None:
    for letter in ("%", "_", "\\"):
        answer = client.get(url(full, name), {"q": f"zz{letter}", "text": f"zz{letter}"})
        assert answer.context["listing"].count == 0


@pytest.mark.parametrize("show", ["without", "used", "archived", "all"])
def test_the_count_of_a_part_is_that_of_its_rows(full: World, client: Client, show: str) -> None:
    found = [key for page in pages(client, url(full, "items"), f"show={show}", towards="next") for key in page]
    assert client.get(f"{url(full, 'items')}?show={show}").context["listing"].count == len(found)
