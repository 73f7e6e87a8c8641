"""The commands of the server: they serve, stop when they are asked to, and say in one sentence what is in the way."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from server_program import PROGRAM, done, surroundings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database in it."""
    folder = tmp_path_factory.mktemp("home")
    assert done(folder, "migrate").stdout == "The database is up to date.\n"
    return folder


@pytest.fixture
def server(home: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [*PROGRAM, "serve", "--port", str(free_port()), "--threads", "2"]
    with subprocess.Popen(
        command,
        env=surroundings(home, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def address_of(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    found = re.search(r"http://\S+", server.stdout.readline())
    assert found is not None
    return found[0]


def page(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def test_nobody_else_can_read_what_it_writes(home: Path) -> None:
    files = [it for it in home.rglob("*") if "static" not in it.parts]
    assert [it.name for it in files if it.stat().st_mode & 0o077] == []


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    ended = done(tmp_path, "migrate")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"Others on this computer can read {tmp_path}, where the data is. Close it with: chmod 700 {tmp_path}\n"
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_stops_when_it_is_asked_to(server: "subprocess.Popen[str]", how: signal.Signals) -> None:
    address = address_of(server)
    assert page(f"{address}/healthz") == (200, "ok\n")
    status, text = page(f"{address}/auth/login/")
    assert status == 200
    style = re.search(r'href="(/static/ecriture/ecriture\.[0-9a-f]+\.css)"', text)
    assert style is not None
    assert page(f"{address}{style[1]}")[0] == 200
    assert page(f"{address}/nowhere/")[0] == 404
    server.send_signal(how)
    _, said = server.communicate(timeout=60)
    assert server.returncode == 0
    assert "Traceback" not in said


def test_the_files_of_the_pages_are_gathered_again_only_when_they_changed(home: Path) -> None:
    style, seal = home / "static" / "ecriture" / "ecriture.css", home / "static.seal"
    style.unlink()
    done(home, "migrate")
    assert not style.exists()
    seal.write_text("of other files", "ascii")
    done(home, "migrate")
    assert style.exists()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def test_a_port_that_is_taken_is_refused(home: Path, taken: int) -> None:
    """A proxy in front would else send everybody to the other program."""
    ended = done(home, "serve", "--port", str(taken))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"Port {taken} is taken by another program. Stop it, or choose another with --port.\n"


def test_the_next_free_port_is_used_where_that_was_asked_for_and_it_is_said(home: Path, taken: int) -> None:
    command = [*PROGRAM, "serve", "--port", str(taken), "--next-free-port"]
    with subprocess.Popen(command, env=surroundings(home, {}), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = address_of(process)
        process.terminate()
    assert re.match(rf"Port {taken} is taken: port \d+ is used instead\.", said)
    assert taken < int(address.rpartition(":")[2]) < taken + 20


def test_the_first_page_looks_for_a_free_port_itself() -> None:
    assert "--next-free-port" in (Path(__file__).parents[2] / "Makefile").read_text("utf-8")


WRONG = (
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be understood. Write for example: postgresql://"),
    ({"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/none"}, "The database cannot be used: "),
    ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "The database cannot be used: unable to open"),
    ({"ECRITURE_URL": "ecriture.example"}, "ECRITURE_URL cannot be understood."),
    ({"ECRITURE_SMTP": "mail"}, "ECRITURE_SMTP cannot be understood."),
    ({"ECRITURE_TIME_ZONE": "Mars"}, "ECRITURE_TIME_ZONE cannot be understood."),
    ({"ECRITURE_HOME": "/dev/null/x"}, "/dev/null/x cannot be read or written: there is no such file or folder."),
)


@pytest.mark.parametrize(("said", "sentence"), WRONG, ids=lambda it: str(it)[:40])
def test_what_is_in_the_way_is_said_in_one_sentence(home: Path, said: dict[str, str], sentence: str) -> None:
    for command in ("serve", "demo"):
        ended = done(home, command, **said)
        assert ended.returncode == 2
        assert ended.stderr.startswith(sentence)
        assert ended.stderr.count("\n") == 1
        assert "hidden" not in ended.stderr
        assert ended.stdout == ""


def test_a_host_that_is_not_this_computers(home: Path) -> None:
    ended = done(home, "serve", "--host", "192.0.2.1")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("192.0.2.1:8000 cannot be read or written")


def test_the_sentences_are_french_too(home: Path) -> None:
    assert done(home, "migrate", "--lang", "fr").stdout == "La base de données est à jour.\n"
    assert done(home, "serve", "--lang", "fr", DATABASE_URL="x").stderr.startswith(
        "DATABASE_URL ne peut pas être compris."
    )


def test_the_demonstration_can_be_made_again(home: Path) -> None:
    for _ in range(2):
        said = done(home, "demo").stdout
        assert "Entretien Boréal inc. is now in the application." in said
        assert re.search(r"Sign in as demo@ecriture\.example with the password \S{12}\n", said)


PASSWORDS = (
    ("aubergine-et-courge", 0, "a@example.com can sign in."),
    ("short", 2, "too short"),
    ("1234567890", 2, "numeric"),
)


@pytest.mark.parametrize(("password", "status", "words"), PASSWORDS)
def test_a_person_is_made(home: Path, password: str, status: int, words: str) -> None:
    ended = done(home, "createsuperuser", "--email", "a@example.com", typed=f"{password}\n{password}\n")
    assert ended.returncode == status
    assert words in ended.stdout + ended.stderr


def test_an_address_that_is_none(home: Path) -> None:
    ended = done(home, "createsuperuser", "--email", "nobody", typed="aubergine-et-courge\naubergine-et-courge\n")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_an_account_is_closed_and_a_second_factor_reset(home: Path) -> None:
    done(home, "createsuperuser", "--email", "b@example.com", typed="aubergine-et-courge\naubergine-et-courge\n")
    address = "b@example.com"
    for command, sentence in (
        ("reset-two-factor", "b@example.com has no two-factor sign-in.\n"),
        ("close", "The account of b@example.com is closed. Its work stays.\n"),
    ):
        ended = done(home, "people", command, "--email", "B@example.com")
        assert (ended.returncode, ended.stdout) == (0, sentence)
        assert (f"account-closed who='{address}'" in ended.stderr) is (command == "close")
        ended = done(home, "people", command, "--email", "nobody@example.com")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == "There is no account with the address nobody@example.com.\n"


def test_help_and_version_load_no_django() -> None:
    script = (
        "import sys; from ecriture.cli.commands import run; run(['serve', '--help']); print('django' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("False\n")
