"""Bringing a database up to date: two at once, a newer one, and the copy of before."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from homes import fill

from ecriture.memory.place import making
from server_program import PROGRAM, done, surroundings

AT_ONCE = 4


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database as an earlier version left it."""
    home = tmp_path_factory.mktemp("earlier")
    home.chmod(0o700)
    command = [sys.executable, "-m", "django", "migrate", "store", "0005", "--verbosity=0"]
    environment = surroundings(home, {"DJANGO_SETTINGS_MODULE": "ecriture.project.settings"})
    subprocess.run(command, env=environment, check=True, timeout=120)
    return home


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        found = database.execute(sql).fetchall()
        database.commit()
        return found


def test_first_starts_at_once_wait_for_one_another(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    command, environment = [*PROGRAM, "migrate"], surroundings(tmp_path, {})
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(AT_ONCE)
    ]
    ended = [process.communicate(timeout=300) for process in started]
    assert ended == [("The database is up to date.\n", "")] * AT_ONCE
    assert not (tmp_path / "copies").exists(), "there was nothing to copy"


COMMANDS = (
    ("migrate",),
    ("serve", "--port", "1"),
    ("worker",),
    ("demo",),
    ("mail",),
    ("people", "close", "--email", "a@b.ca"),
)


def test_nobody_looks_at_a_database_that_another_is_making(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with making(tmp_path / "upgrade", 1, keeps_file=lambda: True):
        started = subprocess.Popen([*PROGRAM, "migrate"], env=surroundings(tmp_path, {}), stdout=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            started.wait(5)
        assert not (tmp_path / "ecriture.sqlite3").exists()
    assert started.wait(120) == 0


@pytest.mark.parametrize("app", ["store", "account"])
def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path, app: str) -> None:
    fill(tmp_path, "migrate")
    file = tmp_path / "ecriture.sqlite3"
    sql = "INSERT INTO django_migrations (app, name, applied) VALUES (?, '9999_of_the_future', '2030-01-01')"
    rows(file, sql.replace("?", f"'{app}'"))
    before = rows(file, "SELECT * FROM django_migrations")
    for command in COMMANDS:
        ended = done(tmp_path, *command)
        assert (ended.returncode, ended.stdout) == (2, ""), command
        assert ended.stderr == (
            "A newer version of Écriture has used this database, and it was left as it is. Use that version, or a later"
            " one.\n"
        )
    assert "Une version plus récente d’Écriture" in done(tmp_path, "migrate", "--lang", "fr").stderr
    assert rows(file, "SELECT * FROM django_migrations") == before


def test_another_server_refuses_it_too(tmp_path: Path) -> None:
    fill(tmp_path, "migrate")
    sql = "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_of_the_future', '2030-01-01')"
    rows(tmp_path / "ecriture.sqlite3", sql)
    command = [sys.executable, "-c", "import ecriture.project.wsgi"]
    ended = subprocess.run(
        command, env=surroundings(tmp_path, {}), capture_output=True, text=True, check=False, timeout=60
    )
    assert "NewerDatabase" in ended.stderr


def test_an_app_that_is_gone_makes_a_database_no_newer(tmp_path: Path) -> None:
    fill(tmp_path, "migrate")
    sql = "INSERT INTO django_migrations (app, name, applied) VALUES ('former', '0001_initial', '2020-01-01')"
    rows(tmp_path / "ecriture.sqlite3", sql)
    assert done(tmp_path, "migrate").returncode == 0


def test_a_copy_is_made_before_the_database_is_changed(earlier: Path, tmp_path: Path) -> None:
    copytree(earlier, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "ecriture.sqlite3"
    rows(file, "INSERT INTO django_content_type (app_label, model) VALUES ('kept', 'x')")
    ended = done(tmp_path, "migrate")
    (copy,) = (tmp_path / "copies").iterdir()
    assert ended.stderr == f"A copy of the database as it was: {copy}\n"
    assert rows(copy, "SELECT model FROM django_content_type WHERE app_label = 'kept'") == [("x",)]
    tables = "SELECT name FROM sqlite_master WHERE name = 'store_upload'"
    assert (rows(copy, tables), rows(file, tables)) == ([], [("store_upload",)])
    assert os.name != "posix" or copy.stat().st_mode & 0o077 == 0
    assert done(tmp_path, "migrate").stderr == "", "nothing changed, nothing to copy"
    assert len(list((tmp_path / "copies").iterdir())) == 1


def test_few_copies_are_kept(earlier: Path, tmp_path: Path) -> None:
    copytree(earlier, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("20200101", "20210101", "20220101", "20230101"):
        (folder / f"ecriture-{name}.sqlite3").touch()
    (folder / "ecriture-20240101.new").touch()
    (folder / "mine.sqlite3").touch()
    done(tmp_path, "migrate")
    names = sorted(it.name for it in folder.iterdir())
    assert names[:2] == ["ecriture-20220101.sqlite3", "ecriture-20230101.sqlite3"]
    assert names[-1] == "mine.sqlite3"
    assert len(names) == 4
