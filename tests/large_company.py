"""Boréal grown large, and how long its pages take: for the tests of speed and for `make bench`."""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter, process_time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ecriture.core.accounts import Account
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.store.charts import chart_of, put_chart
from ecriture.store.models import Company
from ecriture.store.settings import change

ITEMS, ACCOUNTS = 5000, 2000
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def grow(company: Company, *, items: int = ITEMS, accounts: int = ACCOUNTS) -> None:
    """Gives a company many items and accounts beside those that it has. Every tenth item has no account of its own."""
    there = list(chart_of(company))
    put_chart(company, [*there, *_accounts({account.number for account in there}, accounts - len(there))], by=None)

    def larger(settings: Settings) -> Settings:
        made = {item.code: item for item in _items(items - len(settings.items))}
        return replace(settings, items=frozen_mapping({**settings.items, **made}))

    change(company, None, larger, area="items")


def _accounts(taken: set[str], count: int) -> Iterator[Account]:
    free = (number for number in map(str, range(1100, 6000)) if number not in taken)
    for place, number in zip(range(count), free, strict=False):
        yield Account(number, f"Account of service number {place}", f"Compte du service numéro {place}")


def _items(count: int) -> Iterator[Item]:
    for place in range(count):
        credit = "" if place % 10 == 0 else "4100"
        taxes = frozenset({"GST"}) if place % 7 == 0 else None
        yield Item(f"SVC-{place:05}", f"Entretien et ménage, forfait numéro {place}", credit=credit, taxes=taxes)


def milliseconds(client: Client, address: str) -> int:
    """How long the server works on a page.

    With SQLite that is the time of this process alone, so that others on the computer do not count; a database that is
    another process is waited for.
    """
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    start = clock()
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)  # a file is made while it is read
    assert answer.status_code in (200, 302), (address, answer.status_code)
    return round((clock() - start) * 1000)


def business() -> float:
    """How many times slower the computer is now than alone: others share its processor, and heat its caches.

    1 for one that does this work in 12 ms or less.
    """
    return max(1, min(_work() for _ in range(3)) / 12)


def _work() -> float:
    start = process_time()
    names = [f"{number:05} Ménage" for number in range(20_000)]
    sorted({name.casefold(): len(name) for name in names})
    return (process_time() - start) * 1000


def queries(client: Client, address: str) -> int:
    """How many queries a page makes, those of its frame included."""
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)
