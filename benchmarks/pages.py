"""How long the pages take for a company of 5,000 items and 2,000 accounts, and how many queries they make.

.venv/bin/python benchmarks/pages.py [RUNS]
"""

import os
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from server_world import World

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_settings")

GOAL_MILLISECONDS = 150
FILES = {"items-xlsx": 3000, "items-csv": 500, "chart-csv": 500, "audit-csv": 2500, "settings-toml": 500}
"""What is taken away as a file may take longer: nobody waits for it to read on."""


def with_database(work: Callable[[], None]) -> None:
    """Does something with an empty database of its own."""
    import django  # noqa: PLC0415 - its settings must be known first

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        work()
    finally:
        teardown_databases(databases, verbosity=0)


def measure(runs: int) -> None:
    from django.test import Client  # noqa: PLC0415 - see above

    import server_world  # noqa: PLC0415
    from large_company import MODEL_BACKEND, grow  # noqa: PLC0415

    world = server_world.world()
    grow(world.company)
    client = Client()
    client.force_login(world.owner, backend=MODEL_BACKEND)
    print(f"{'page':40} {'queries':>8} {'median ms':>10} {'best ms':>8} {'goal':>5}  mark")
    for name, page in pages(world):
        show(name, lambda page=page: get(client, page), runs, queries_of(client, page))  # type: ignore[misc]
    show("item, saved", saving(client, world), runs, "")


def pages(world: "World") -> Iterator[tuple[str, str]]:
    """Each page of the company that can be seen, and the searches among its items: a name and an address."""
    from django.urls import reverse  # noqa: PLC0415 - see above
    from test_access_table import COMPANY_PAGES, OF_COMPANY, address  # noqa: PLC0415

    from large_company import SEARCHES  # noqa: PLC0415

    for name in OF_COMPANY:
        if COMPANY_PAGES[name].see:
            yield name, address(world, name)
    for asked in SEARCHES:
        yield f"items?{asked}", f"{reverse('items', args=[world.company.pk])}?{asked}"


def show(name: str, work: Callable[[], None], runs: int, queries: str) -> None:
    times = [milliseconds(work) for _ in range(runs)]
    goal = FILES.get(name, GOAL_MILLISECONDS)
    mark = "goal" if min(times) <= goal else "MISSED"
    print(f"{name:40} {queries:>8} {median(times):>10.0f} {min(times):>8.0f} {goal:>5}  {mark}", flush=True)


def queries_of(client: "Client", page: str) -> str:
    from large_company import queries  # noqa: PLC0415 - see above

    return str(queries(client, page))


def get(client: "Client", page: str) -> None:
    answer = client.get(page)
    if answer.streaming:
        b"".join(answer)  # a file is made while it is read
    if answer.status_code not in (200, 302):
        sys.exit(f"{page}: {answer.status_code}")


def saving(client: "Client", world: "World") -> Callable[[], None]:
    """A change of one item, another one each time."""
    from django.urls import reverse  # noqa: PLC0415 - see above

    from ecriture.store.models import Item  # noqa: PLC0415

    item = Item.objects.get(company=world.company, code="SVC-02500")
    page, accounts = reverse("item", args=[world.company.pk, item.pk]), cycle(("4110", "4120"))

    def save() -> None:
        answer = client.post(page, {"name": "x", "credit": next(accounts), "which_taxes": "all"})
        if answer.status_code != 302:
            sys.exit(f"{page}: {answer.status_code}")

    return save


def milliseconds(work: Callable[[], None]) -> float:
    """How long the server works.

    With SQLite that is the time of this process alone, so that others on the computer do not count; a database that is
    another process is waited for.
    """
    from django.db import connection  # noqa: PLC0415 - see above

    clock = process_time if connection.vendor == "sqlite" else perf_counter
    begun = clock()
    work()
    return (clock() - begun) * 1000


if __name__ == "__main__":
    with_database(lambda: measure(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
