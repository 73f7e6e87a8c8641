"""Every address, for everybody, by every method: who sees it, who may act, who is told what.

The table is written by hand and the addresses come from the resolver, so that a new page without a row fails, and so
does a row without a page. It does not use the program's own table of rights.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from server_world import World

NOBODY: frozenset[str] = frozenset()
OWNER = frozenset({"owner"})
BOOKS = OWNER | {"bookkeeper"}
OFFICE = BOOKS | {"office"}
MEMBERS = OFFICE | {"reader"}
EVERYBODY = ("anonymous", "stranger", "reader", "office", "bookkeeper", "owner")


class Row(NamedTuple):
    """Who may look at a page of a company, and who may act there."""

    see: frozenset[str]
    act: frozenset[str] = NOBODY


COMPANY_PAGES = {
    "company": Row(MEMBERS),
    "accounting": Row(MEMBERS, BOOKS),
    "account-options": Row(MEMBERS),
    "account-check": Row(MEMBERS),
}

OTHER_PAGES = {
    # name: status for (anonymous, signed in) of GET
    "home": (302, 302),
    "companies": (302, 200),
    "new-company": (302, 200),
    "language": (405, 405),
    "style": (404, 404),
}


def patterns(resolver: URLResolver, kept: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The name of every page, and its pattern."""
    for entry in resolver.url_patterns:
        route = (*kept, str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield str(entry.name), "".join(route)


PAGES = [(name, route) for name, route in patterns(get_resolver()) if not route.startswith("auth/")]
"""Our own pages; those under auth/ are about the person who is signed in, and no company's."""

OF_COMPANY = [name for name, route in PAGES if route.startswith("c/<uuid:company_id>/")]


def test_every_page_has_a_row_and_every_row_a_page() -> None:
    assert set(OF_COMPANY) == COMPANY_PAGES.keys()
    assert {name for name, _ in PAGES} == COMPANY_PAGES.keys() | OTHER_PAGES.keys()


def address(world: World, name: str) -> str:
    return reverse(name, args=[world.company.pk, *arguments(world, name)])


def arguments(world: World, name: str) -> list[object]:
    """What a page's address names beside the company."""
    return []


def expected(row: Row, who: str, method: str) -> set[int]:
    if who == "anonymous":
        return {302}
    allowed = {"GET": row.see, "HEAD": row.see, "POST": row.act}.get(method, NOBODY)
    if not allowed:
        return {405}
    if who == "stranger":
        return {404}
    return {200, 302, 422} if who in allowed else {403}


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("name", OF_COMPANY)
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_do_what(name: str, who: str, world: World, signed_in: Callable[[str], Client]) -> None:
    for method in METHODS:
        answer = signed_in(who).generic(method, address(world, name))
        assert answer.status_code in expected(COMPANY_PAGES[name], who, method), (name, who, method)
        if who == "anonymous":
            assert answer["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_pages_of_no_company(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    for who, status in zip(("anonymous", "stranger"), OTHER_PAGES[name], strict=True):
        assert signed_in(who).get(reverse(name)).status_code == status


@pytest.mark.parametrize("name", OF_COMPANY)
def test_a_row_of_another_company_is_not_there(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    """An owner of another company who puts a row of Boréal behind their own company's address finds nothing."""
    if not arguments(world, name):
        return
    from server_world import other_company

    own = other_company(world.people["stranger"])
    answer = signed_in("stranger").get(reverse(name, args=[own.pk, *arguments(world, name)]))
    assert answer.status_code in {404, 405}
