"""What the environment says to the server: the folder, the secret, the database, the addresses, the mail, the clock."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory, override_settings

from ecriture.project import environment
from ecriture.project.environment import OpenFolder, WrongSetting
from ecriture.web.accounts import client_address

# The folder and the secret


def test_the_folder_is_made_for_its_owner(tmp_path: Path) -> None:
    folder = environment.home({"ECRITURE_HOME": str(tmp_path / "a" / "b")})
    assert folder == tmp_path / "a" / "b"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o710, 0o701])
def test_a_folder_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(OpenFolder, match=tmp_path.name):
        environment.home({"ECRITURE_HOME": str(tmp_path)})
    tmp_path.chmod(0o700)
    assert environment.home({"ECRITURE_HOME": str(tmp_path)}) == tmp_path


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    made = environment.secret_key(tmp_path, {})
    assert len(made) >= 50
    assert environment.secret_key(tmp_path, {}) == made
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert environment.secret_key(tmp_path, {"ECRITURE_SECRET_KEY": "given"}) == "given"


def test_two_at_once_get_one_secret(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from ecriture.project.environment import secret_key; "
    script += "print(secret_key(Path(sys.argv[1]), {}))"

    def secret(_number: int) -> str:
        command = [sys.executable, "-c", script, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(secret, range(6)))) == 1


def test_who_comes_second_takes_the_first_ones_secret(tmp_path: Path) -> None:
    """Between the look and the link another process was quicker."""
    (tmp_path / "secret.key").write_text("first", "ascii")
    (tmp_path / "made").write_text("second", "ascii")
    environment._named(str(tmp_path / "made"), tmp_path / "secret.key")
    assert environment.secret_key(tmp_path, {}) == "first"


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n", "ascii")
    with pytest.raises(WrongSetting, match="ECRITURE_SECRET_KEY"):
        environment.secret_key(tmp_path, {})


# The database


def test_without_an_address_it_is_sqlite_in_the_folder(tmp_path: Path) -> None:
    found = environment.database(tmp_path, {})
    assert found["NAME"] == tmp_path / "ecriture.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_postgresql_has_no_options_of_sqlite(tmp_path: Path) -> None:
    found = environment.database(tmp_path, {"DATABASE_URL": "postgresql://u:p%40ss@host:5433/books?sslmode=require"})
    assert (found["ENGINE"], found["HOST"], found["PORT"]) == ("django.db.backends.postgresql", "host", 5433)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("u", "p@ss", "books")
    assert found["OPTIONS"] == {"sslmode": "require"}
    assert found["CONN_HEALTH_CHECKS"] is True


def test_a_file_of_sqlite(tmp_path: Path) -> None:
    found = environment.database(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3"})
    assert found["NAME"] == f"{tmp_path}/other.sqlite3"
    assert found["OPTIONS"] == environment.SQLITE_OPTIONS


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://u@h/n", "postgresql://u:secret@h:port/n", "postgresql://host", "://", "oracle://x"]
)
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(WrongSetting) as raised:
        environment.database(tmp_path, {"DATABASE_URL": url})
    assert raised.value.name == "DATABASE_URL"
    assert "secret" not in str(raised.value)


# Addresses, mail, clock


def test_addresses() -> None:
    found = environment.addresses({"ECRITURE_URL": "https://a.example, http://[::1]:8080/,http://B.example:80"})
    assert list(map(environment.host, found)) == ["a.example", "[::1]", "b.example"]
    assert environment.addresses({}) == []


@pytest.mark.parametrize("text", ["a.example", "ftp://a.example", "https://", "http://a:port", "http://[::1"])
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(WrongSetting, match="ECRITURE_URL"):
        environment.addresses({"ECRITURE_URL": text})


MAIL = (
    ("smtp://u%40x:p%2Fw@mail.example", ("mail.example", 587, "u@x", "p/w", False, True)),
    ("smtps://mail.example", ("mail.example", 465, "", "", True, False)),
    ("smtp+plain://localhost", ("localhost", 25, "", "", False, False)),
    ("smtp://mail.example:2525", ("mail.example", 2525, "", "", False, True)),
)
NAMES = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_SSL", "EMAIL_USE_TLS")


@pytest.mark.parametrize(("url", "wanted"), MAIL)
def test_mail(url: str, wanted: tuple[object, ...]) -> None:
    found = environment.mail({"ECRITURE_SMTP": url})
    assert tuple(found[name] for name in NAMES) == wanted


def test_without_smtp_mail_goes_to_the_console() -> None:
    assert environment.mail({})["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port"])
def test_mail_that_is_none(url: str) -> None:
    with pytest.raises(WrongSetting, match="ECRITURE_SMTP"):
        environment.mail({"ECRITURE_SMTP": url})


def test_the_clock() -> None:
    assert environment.time_zone({}) == "America/Toronto"
    assert environment.time_zone({"ECRITURE_TIME_ZONE": "America/Vancouver"}) == "America/Vancouver"
    for wrong in ("Mars/Base", "../etc", "America"):
        with pytest.raises(WrongSetting, match="ECRITURE_TIME_ZONE"):
            environment.time_zone({"ECRITURE_TIME_ZONE": wrong})


@pytest.mark.parametrize(("text", "means"), [("1", True), ("yes", True), ("True", True), ("0", False), ("", False)])
def test_a_flag(text: str, means: bool) -> None:
    assert environment.flag("X", {"X": text}) is means
    assert environment.flag("X", {}) is False


# All of it together, in a process of its own

ASKED = (
    *("DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SIGNUP_OPEN"),
    *("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "DEFAULT_FROM_EMAIL", "TIME_ZONE"),
    *("VERIFY_OPEN", "ALLAUTH_TRUSTED_PROXY_COUNT", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"),
)
PROXIED = {"ECRITURE_URL": "https://ecriture.example", "ECRITURE_BEHIND_PROXY": "1"}


def django(folder: Path, *command: str, **said: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ECRITURE_", "DATABASE_", "DJANGO_"))
    }
    surroundings = {**kept, "DJANGO_SETTINGS_MODULE": "ecriture.project.settings", "ECRITURE_HOME": str(folder), **said}
    return subprocess.run([sys.executable, *command], env=surroundings, capture_output=True, text=True, check=False)


def settings(folder: Path, said: Mapping[str, str]) -> dict[str, Any]:
    script = "import json, sys; from django.conf import settings; "
    script += "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))"
    done = django(folder, "-c", script, *ASKED, **said)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_settings_are_safe_when_nothing_is_said(tmp_path: Path) -> None:
    found = settings(tmp_path, {})
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert found["SIGNUP_OPEN"] is True
    assert found["VERIFY_OPEN"] is True


def test_the_settings_with_https_behind_a_proxy(tmp_path: Path) -> None:
    more = {"ECRITURE_HOSTS": "inside.example", "ECRITURE_CLOSED": "1", "ECRITURE_MAIL_FROM": "books@ecriture.example"}
    found = settings(tmp_path, {**PROXIED, **more, "ECRITURE_TIME_ZONE": "America/Halifax", "ECRITURE_NO_VERIFY": "1"})
    assert found["ALLOWED_HOSTS"][-2:] == ["inside.example", "ecriture.example"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://ecriture.example"]
    assert all(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"))
    assert found["SECURE_HSTS_SECONDS"] > 0
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
    assert [found[name] for name in names] == ["__Host-session", "__Host-csrf", "__Host-language"]
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["SIGNUP_OPEN"] is False
    assert found["VERIFY_OPEN"] is False
    assert (found["DEFAULT_FROM_EMAIL"], found["TIME_ZONE"]) == ("books@ecriture.example", "America/Halifax")


def test_django_has_no_warning_for_a_server_that_is_deployed(tmp_path: Path) -> None:
    done = django(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", **PROXIED)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_no_migration_is_missing(tmp_path: Path) -> None:
    done = django(tmp_path, "-m", "django", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout


# Where somebody comes from


def asked(forwarded: str) -> Any:
    return RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers={"x-forwarded-for": forwarded})


def test_without_a_proxy_what_it_would_say_is_not_believed() -> None:
    assert client_address(asked("203.0.113.7")) == "10.0.0.1"


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_its_own_word_counts_and_not_what_was_sent_to_it() -> None:
    assert client_address(asked("203.0.113.7")) == "203.0.113.7"
    assert client_address(asked("1.1.1.1, 203.0.113.7")) == "203.0.113.7"
