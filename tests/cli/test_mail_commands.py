"""The mail of a server that runs: a page hands a letter over, the worker of the server or one alone sends it."""

import re
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from homes import fill
from test_server_commands import address_of, free_port

from mail_server import MailServer, Mood, mail_server
from server_program import PROGRAM, done, surroundings

SECONDS = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("home"), "migrate")


@contextmanager
def running(home: Path, *arguments: str, **said: str) -> Iterator["subprocess.Popen[str]"]:
    command = [*PROGRAM, *arguments]
    outputs = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, env=surroundings(home, said), text=True, **outputs) as process:  # type: ignore[call-overload] # the outputs
        try:
            yield process
        finally:
            process.terminate()


def ask_for_reset(address: str, email: str) -> None:
    """As a browser does, with the form's token."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = f"{address}/auth/password/reset/"
    form = browser.open(page, timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "email": email})
    browser.open(page, sent.encode(), timeout=30)


def smtp(server: MailServer) -> str:
    return f"smtp+plain://127.0.0.1:{server.port}"


def test_the_server_sends_what_its_pages_hand_over(home: Path) -> None:
    with mail_server() as mail, running(home, "serve", "--port", str(free_port()), ECRITURE_SMTP=smtp(mail)) as server:
        ask_for_reset(address_of(server), "nobody@example.com")
        assert mail.came.wait(SECONDS)
        assert "To: nobody@example.com" in mail.letters[0]


def test_a_worker_alone_sends_for_a_server_without(home: Path) -> None:
    with mail_server() as mail:
        with running(home, "serve", "--port", str(free_port()), "--no-worker", ECRITURE_SMTP=smtp(mail)) as server:
            ask_for_reset(address_of(server), "else@example.com")
            assert not mail.came.wait(4)
        listed = done(home, "mail", ECRITURE_SMTP=smtp(mail)).stdout
        assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d  else@example\.com  unknown_account  waits  –\n$", listed)
        with running(home, "worker", ECRITURE_SMTP=smtp(mail)) as worker:
            assert mail.came.wait(SECONDS)
            worker.terminate()
            assert worker.wait(SECONDS) == 0
        assert done(home, "mail", ECRITURE_SMTP=smtp(mail)).stdout == "All e-mails were sent.\n"


def test_what_could_not_be_sent_is_listed_with_the_reason_and_tried_again(home: Path) -> None:
    with (
        mail_server(Mood.REFUSES) as mail,
        running(home, "serve", "--port", str(free_port()), ECRITURE_SMTP=smtp(mail)) as server,
    ):
        ask_for_reset(address_of(server), "refused@example.com")
        for line in server.stdout or ():
            if "could not be sent" in line:
                break
        assert "not here" in line
        listed = done(home, "mail", ECRITURE_SMTP=smtp(mail)).stdout
        assert "refused@example.com  unknown_account  waits  try 1 failed: " in listed
    with mail_server() as mail, running(home, "worker", ECRITURE_SMTP=smtp(mail)):
        again = done(home, "mail", "--again", ECRITURE_SMTP=smtp(mail)).stdout
        assert again == "E-mails that are tried again now: 1\n"
        assert mail.came.wait(SECONDS)


def test_without_a_mail_server_the_console_has_it(home: Path) -> None:
    with running(home, "serve", "--port", str(free_port())) as server:
        ask_for_reset(address_of(server), "console@example.com")
        lines = []
        for line in server.stdout or ():
            lines.append(line)
            if "ECRITURE_SMTP" in line:
                break
    assert "To: console@example.com\n" in lines
    assert "No mail server is set (ECRITURE_SMTP)" in done(home, "mail").stdout
