"""The cases of `tests/problems`, read: what is in a folder, and what the program finds in it. See test_problems."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from ecriture import transfer
from ecriture.core.batches import NOTHING_TRANSFERRED, Transferred, transferred_by
from ecriture.core.entries import JournalEntry
from ecriture.core.plan import Plan
from ecriture.core.problems import Problem, Severity
from ecriture.sources.mapping.mapping_file import MappingRead, read_mapping
from ecriture.targets.layout import target_of
from ecriture.targets.layout.layout_file import read_layout
from ecriture.targets.registry import Target

FOLDER = Path(__file__).parent / "problems"
INPUTS = ("company", "documents", "payments", "chart", "mapping", "layout")
PREVIOUS = "previous"


def case_folders() -> list[Path]:
    """The folders that have no other case in them."""
    folders = [folder for folder in sorted(FOLDER.rglob("*")) if folder.is_dir() and folder.name != PREVIOUS]
    return [folder for folder in folders if not any(it.is_dir() and it.name != PREVIOUS for it in folder.iterdir())]


CASES = {folder.relative_to(FOLDER).as_posix(): folder for folder in case_folders()}


BESIDES = frozenset({"tax-missing"})
"""What may be said besides: the documents of most cases are one row without taxes, also where the company charges some."""


def code_of(case: str) -> str:
    return case.partition("/")[0]


def settings_of(folder: Path) -> dict[str, Any]:
    file = folder / "case.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def input_files(folder: Path) -> dict[str, Path]:
    """The file of each input that there is: the case's own, else the one that all cases share."""
    files = {name: _first_of(folder, name) or _first_of(FOLDER, name) for name in INPUTS}
    return {name: file for name, file in files.items() if file is not None}


def _first_of(folder: Path, name: str) -> Path | None:
    return next(
        (folder / f"{name}.{kind}" for kind in ("toml", "csv", "xlsx") if (folder / f"{name}.{kind}").exists()), None
    )


def grown(file: Path, settings: Mapping[str, Any]) -> bytes:
    """What a file holds when its marks and its last row are repeated as the case says."""
    content = file.read_bytes()
    content = content.replace(b"@", b"@" * settings.get("fill", {}).get(file.name, 1))
    times = settings.get("rows", {}).get(file.name)
    if times:
        *first, last = content.splitlines(keepends=True)
        content = b"".join([*first, *(last.replace(b"#", b"%d" % number) for number in range(1, times + 1))])
    return content


class Named(BytesIO):
    """Bytes with the name of a file."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


Contents = dict[str, tuple[str, bytes]]
"""The name and the bytes of the file of each input."""


def contents_of(folder: Path) -> Contents:
    settings = settings_of(folder)
    return {name: (file.name, grown(file, settings)) for name, file in input_files(folder).items()}


def read(contents: Contents) -> transfer.Inputs:
    streams = {name: Named(*file) for name, file in contents.items()}
    return transfer.read(
        company=streams["company"],
        documents=streams["documents"],
        payments=streams.get("payments"),
        chart=streams.get("chart"),
        mappings=[it.mapping for it in mappings_of(contents)],
    )


def mappings_of(contents: Contents) -> list[MappingRead]:
    """The mapping of a case; none where its files are in our own columns."""
    return (
        [read_mapping(BytesIO(content), file=name) for name, content in [contents["mapping"]]]
        if "mapping" in contents
        else []
    )


def layout_of(contents: Contents) -> transfer.OwnTarget:
    """The target of a case's own layout; none where it is the company's."""
    if "layout" not in contents:
        return transfer.OwnTarget()
    name, content = contents["layout"]
    found = read_layout(BytesIO(content), file=name)
    return transfer.OwnTarget(None if found.problems else target_of(found.layout, name), found.problems)


def transferred_before(folder: Path) -> Transferred:
    """What the export of the folder `previous` holds; nothing when there is none."""
    if not (folder / PREVIOUS).is_dir():
        return NOTHING_TRANSFERRED
    inputs = read(contents_of(folder / PREVIOUS))
    found = transfer.plan(inputs)
    assert {problem.code for problem in found.problems} <= BESIDES
    written = transfer.write(found.entries, settings=inputs.settings, chart=inputs.chart)
    return transferred_by([transfer.export(inputs, found, written, exported_at="2026-02-01T00:00:00+00:00")])


class Outcome(NamedTuple):
    """What a conversion finds, and the entries that it writes: none where an error stops it."""

    problems: tuple[Problem, ...]
    entries: tuple[JournalEntry, ...] = ()


def outcome(contents: Contents, before: Transferred = NOTHING_TRANSFERRED, through: date | None = None) -> Outcome:
    """What the reading, the planning and the writing find, as the command puts it together."""
    own = layout_of(contents)
    if wrong := [*(problem for it in mappings_of(contents) for problem in it.problems), *own.problems]:
        return Outcome(tuple(wrong))
    inputs = read(contents)
    if any(problem.severity is Severity.FATAL for problem in inputs.problems):
        return Outcome(inputs.problems)
    found = planned(inputs, before, through, own.target or "")
    if not found.entries or transfer.is_blocked(found.problems, skip_invalid=False):
        return Outcome(tuple(found.problems))
    target = own.target or ""
    written = transfer.write(found.entries, settings=inputs.settings, chart=inputs.chart, target=target)
    return Outcome((*found.problems, *written.problems), written.entries)


def planned(inputs: transfer.Inputs, before: Transferred, through: date | None, target: str | Target) -> Plan:
    try:
        return transfer.plan(inputs, target=target, transferred=before, through=through)
    except transfer.NothingToDate as error:
        return Plan(date.min, 1, problems=error.problems)


@cache
def said(case: str) -> tuple[Problem, ...]:
    """Everything that the program finds in a case."""
    folder = CASES[case]
    return outcome(contents_of(folder), transferred_before(folder), settings_of(folder).get("through")).problems
