"""Who runs the server lists its companies, and removes one after its data is in a file; a demonstration likewise."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from homes import fill

from server_program import done


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return fill(tmp_path, "demo")


def companies(home: Path) -> list[str]:
    return done(home, "companies", "list").stdout.splitlines()


def test_a_company_is_listed_and_removed_with_its_data_in_a_file(home: Path) -> None:
    (line,) = companies(home)
    found = re.fullmatch(r"([0-9a-f-]{36})  Entretien Boréal inc\.  \d{4}-\d\d-\d\d  demo@ecriture\.example", line)
    assert found
    file = home / "boreal.zip"
    ended = done(home, "companies", "remove", "--company", found[1], "--save", str(file))
    assert ended.stdout == f"Entretien Boréal inc. is removed. All of its data is in {file}.\n"
    assert "audit.csv" in ZipFile(file).namelist()
    assert file.stat().st_mode & 0o077 == 0
    assert companies(home) == ["There is no company."]
    again = done(home, "companies", "remove", "--company", found[1], "--save", str(file))
    assert (again.returncode, again.stderr) == (2, f"There is no company {found[1]}.\n")


def test_nothing_is_removed_where_its_data_cannot_be_written(home: Path) -> None:
    (line,) = companies(home)
    ended = done(home, "companies", "remove", "--company", line.split()[0], "--save", str(home / "no" / "x.zip"))
    assert ended.returncode == 2
    assert "cannot be read or written" in ended.stderr
    assert companies(home) == [line]


def test_a_demonstration_leaves_nothing_and_can_be_made_again(home: Path) -> None:
    assert done(home, "demo", "--remove").stdout == "Entretien Boréal inc. is removed.\n"
    assert companies(home) == ["There is no company."]
    ended = done(home, "demo", "--remove")
    assert (ended.returncode, ended.stderr) == (2, "There is no demonstration here.\n")
    assert "Sign in as demo@ecriture.example" in done(home, "demo").stdout
    assert len(companies(home)) == 1
