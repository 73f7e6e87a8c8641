"""Boréal grown large: for the tests of queries and for `make bench`."""

from collections.abc import Iterator
from dataclasses import replace

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
SEARCHES = ("q=menage+forfait", "show=without&sort=-name", "page=50", "q=4100&sort=credit")
"""What is asked of the page of items."""


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


def queries(client: Client, address: str) -> int:
    """How many queries a page makes, those of its frame included."""
    with CaptureQueriesContext(connection) as found:
        answer = client.get(address)
        if answer.streaming:  # until its end, which closes the file that it comes from
            list(answer)
    return len(found)
