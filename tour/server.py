"""The application, with an empty database, one account, and its calendar at a fixed day. `python -m tour.server PORT LANG`."""

import sys
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from ecriture.cli.__main__ import status_of

EMAIL = "helene@ecriture.example"
PASSWORD = "aubergine-et-courge"  # noqa: S105 - of a server that is there for a film
BEGINS = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)
"""Nine o'clock in Québec: the quarter of the example has ended."""


class Calendar:
    """A clock that goes on a millisecond each time it is asked: a page shows the same hour whenever it is filmed."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def main(port: str, language: str) -> int:
    """Serves until it is stopped."""
    with patch(
        "django.utils.timezone.now", Calendar(BEGINS)
    ):  # before the models are there, which keep it as a default
        if status := status_of(["migrate"]):
            return status
        from ecriture.cli.server import keep_person  # noqa: PLC0415 - needs the settings that the command chose

        keep_person(EMAIL, PASSWORD, name="Hélène Boréal", language=language)
        return status_of(["serve", "--port", port, "--threads", "4"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
