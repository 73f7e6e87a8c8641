"""Golden files: `tests/golden/<target>/<case>/entries.json` is what goes in, `expected<suffix>` what must come out.

After a change that is meant, `regenerate("csv")` writes the expected files of a target anew; look at what
`git diff tests/golden` shows before it is committed. From the repository:

    PYTHONPATH=tests .venv/bin/python -c "import golden_cases; golden_cases.regenerate('csv')"
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.registry import Target, WriteOptions, target

_GOLDEN = Path(__file__).parent / "golden"


class Case(NamedTuple):
    folder: Path
    entries: tuple[JournalEntry, ...]
    options: WriteOptions

    def expected_file(self, chosen: Target) -> Path:
        return self.folder / f"expected{chosen.suffix}"

    def written(self, chosen: Target) -> bytes:
        return chosen.write(chosen.fit(self.entries).entries, self.options)


def cases(name: str) -> list[Case]:
    """The cases of a target, at least one."""
    found = [_case(file) for file in sorted((_GOLDEN / name).glob("*/entries.json"))]
    assert found, f"tests/golden/{name} has no case"
    return found


def _case(file: Path) -> Case:
    content = json.loads(file.read_text(encoding="utf-8"))
    return Case(file.parent, tuple(map(_entry, content["entries"])), _options(content["options"]))


def _options(content: dict[str, Any]) -> WriteOptions:
    chart = Chart(Account(number, name, name_fr) for number, name, name_fr in content["chart"])
    return WriteOptions(content["currency"], content["language"], chart)


def _entry(content: dict[str, Any]) -> JournalEntry:
    lines = tuple(Line(account, cents, comment) for account, cents, comment in content["lines"])
    return JournalEntry(date.fromisoformat(content["date"]), content["source"], content["comment"], lines)


def regenerate(name: str) -> None:
    chosen = target(name)
    for case in cases(name):
        case.expected_file(chosen).write_bytes(case.written(chosen))
