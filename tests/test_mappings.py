"""The shipped mappings: of each a file after its documentation, and what must come of it, written by hand.

`tests/mappings/<name>/` has `export.csv`, the file of the program; `documents.csv` and `payments.csv`, what it becomes, in
our own columns; and `problems.txt`, a line for each problem: its code, its row, the number of its unit. The settings are
those of `tests/mappings/company.toml`. `decisions.toml`, where it is there, is what a person adds to the mapping, and
`decided/` has what then comes of the same file.
"""

import io
from pathlib import Path

import pytest

from ecriture.core.documents import Document, Payment
from ecriture.core.settings import Settings
from ecriture.sources.documents import read_documents
from ecriture.sources.mapping.mapping_file import read_mapping, write_mapping
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.reading import read_mapped
from ecriture.sources.mapping.recognition import first_rows, recognise
from ecriture.sources.mapping.shipped import FOLDER, names, shipped, shipped_bytes
from ecriture.sources.payments import read_payments
from ecriture.sources.settings_file import read_company
from ecriture.sources.units import MappedRead
from ecriture.speech.language import LANGUAGES
from ecriture.speech.sentences import sentence

CASES = Path(__file__).parent / "mappings"
SOURCE = Path(__file__).parents[1] / "src" / "ecriture"
of_each = pytest.mark.parametrize("name", names())


def settings() -> Settings:
    found = read_company(io.BytesIO((CASES / "company.toml").read_bytes()))
    assert found.problems == ()
    return found.company


def mapping_of(name: str, decisions: Path | None = None) -> ColumnMapping:
    content = shipped_bytes(name) + (b"\n" + decisions.read_bytes() if decisions else b"")
    found = read_mapping(io.BytesIO(content), file=f"{name}.toml")
    assert found.problems == ()
    return found.mapping


def read(name: str, decisions: Path | None = None) -> MappedRead:
    stream = io.BytesIO((CASES / name / "export.csv").read_bytes())
    return read_mapped(stream, mapping_of(name, decisions), settings(), file="export.csv")


def documents_in(file: Path) -> list[Document]:
    content = file.read_bytes() if file.exists() else b"document,date,amount\n"
    found = read_documents(io.BytesIO(content))
    assert [it for it in found.problems if it.stops] == []
    return [it._replace(row=0) for it in found.units.values()]


def payments_in(file: Path) -> list[Payment]:
    content = file.read_bytes() if file.exists() else b"payment,date,amount\n"
    found = read_payments(io.BytesIO(content))
    assert [it for it in found.problems if it.stops] == []
    return [it._replace(row=0) for it in found.units.values()]


def problems_of(found: MappedRead) -> list[str]:
    problems = (*found.documents.problems, *found.payments.problems)
    return [f"{it.code} {it.where.row} {it.where.number}".rstrip() for it in problems]


def compare(found: MappedRead, folder: Path) -> None:
    lines = folder / "problems.txt"
    assert problems_of(found) == (lines.read_text("utf-8").splitlines() if lines.exists() else [])
    assert [it._replace(row=0) for it in found.documents.units.values()] == documents_in(folder / "documents.csv")
    assert [it._replace(row=0) for it in found.payments.units.values()] == payments_in(folder / "payments.csv")


@of_each
def test_a_file_after_the_documentation_becomes_what_was_written_by_hand(name: str) -> None:
    compare(read(name), CASES / name)


@pytest.mark.parametrize("name", [it for it in names() if (CASES / it / "decisions.toml").exists()])
def test_what_a_person_decides_is_done(name: str) -> None:
    compare(read(name, CASES / name / "decisions.toml"), CASES / name / "decided")


@of_each
def test_every_problem_is_a_sentence(name: str) -> None:
    found = read(name)
    for problem in (*found.documents.problems, *found.payments.problems):
        assert all(sentence(problem, language).endswith((".", "?")) for language in LANGUAGES)


@of_each
def test_each_is_recognised_by_its_header_among_all(name: str) -> None:
    mappings = [shipped(it).mapping for it in names()]
    rows = first_rows(io.BytesIO((CASES / name / "export.csv").read_bytes()))
    found = [it for row in rows[:10] if (it := recognise(row, mappings))]
    assert found == [mapping_of(name)]


@of_each
def test_each_reads_without_a_problem_and_is_written_so_that_it_reads_back(name: str) -> None:
    mapping = mapping_of(name)
    assert mapping.name
    assert mapping.checked_against.endswith(".")
    assert read_mapping(io.BytesIO(write_mapping(mapping))) == (mapping, ())


def test_every_mapping_has_its_folder_and_every_folder_its_mapping() -> None:
    assert {it.name for it in CASES.iterdir() if it.is_dir()} == set(names())


def test_a_program_is_a_mapping_and_a_folder_and_no_code() -> None:
    """Another program needs one TOML and one folder of cases: no code knows the name of any."""
    programs = {mapping_of(name).source for name in names()} | set(names())
    files = [*FOLDER.parent.glob("*.py"), SOURCE / "transfer.py", SOURCE / "cli" / "mappings.py"]
    for file in files:
        text = file.read_text("utf-8").casefold()
        assert [program for program in programs if program.casefold() in text] == []
