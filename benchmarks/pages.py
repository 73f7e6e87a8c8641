"""How long the pages take for a company of 5,000 items and 2,000 accounts, and how many queries they make.

.venv/bin/python benchmarks/pages.py [RUNS]
"""

import os
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_settings")


def main(runs: int) -> None:
    import django  # noqa: PLC0415 - its settings must be known first

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        measure(runs)
    finally:
        teardown_databases(databases, verbosity=0)


def measure(runs: int) -> None:
    from django.test import Client  # noqa: PLC0415 - see above
    from test_access_table import COMPANY_PAGES, OF_COMPANY, address  # noqa: PLC0415

    import server_world  # noqa: PLC0415
    from large_company import MODEL_BACKEND, grow, milliseconds, queries  # noqa: PLC0415

    world = server_world.world()
    grow(world.company)
    client = Client()
    client.force_login(world.owner, backend=MODEL_BACKEND)
    print(f"{'page':24} {'queries':>8} {'median ms':>10} {'best ms':>8}")
    for name in OF_COMPANY:
        if COMPANY_PAGES[name].see:
            page = address(world, name)
            times = [milliseconds(client, page) for _ in range(runs)]
            print(f"{name:24} {queries(client, page):>8} {median(times):>10.0f} {min(times):>8}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
