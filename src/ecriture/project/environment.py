"""The server's environment variables: data folder, secret key, addresses, database, e-mail."""

import os
import secrets
import tempfile
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from platformdirs import user_data_path

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;",
}
"""SQLite options: writers wait instead of failing, and committed data survives a power cut."""

POSTGRESQL = ("postgres", "postgresql", "pgsql")
SMTP = ("smtp", "smtps", "smtp+plain")


class WrongSetting(ValueError):
    """An environment variable is not valid. `name` is the variable, `example` shows a valid value."""

    def __init__(self, name: str, example: str) -> None:
        self.name, self.example = name, example
        super().__init__(f"{name} cannot be understood. Write for example: {example}")


class OpenFolder(ValueError):
    """The data folder can be read by others than its owner."""


class NewerDatabase(ValueError):
    """A newer version of the program changed the database: this one does not know what it would do to it."""


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The data folder: ECRITURE_HOME, or the user's application data folder. It is created if needed. Raises OpenFolder."""
    folder = Path(environment.get("ECRITURE_HOME") or user_data_path("ecriture")).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        raise OpenFolder(str(folder))
    return folder


def keep_private() -> None:
    """What the server writes from now on can be read by its owner alone: the database, its copies, the logs."""
    os.umask(0o077)


def secret_key(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """ECRITURE_SECRET_KEY, or a key that is created at the first start and stored in the folder, readable only by its owner.

    The file is created atomically and never replaced, so that two simultaneous first starts get the same key.
    """
    if given := environment.get("ECRITURE_SECRET_KEY"):
        return given
    kept = folder / "secret.key"
    if not kept.exists():
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=folder, prefix="secret-") as made:  # mode 0600
            made.write(secrets.token_urlsafe(50))
            made.flush()
            os.fsync(made.fileno())
            _named(made.name, kept)
    if not (found := kept.read_text("ascii").strip()):
        raise WrongSetting("ECRITURE_SECRET_KEY", secrets.token_urlsafe(50))
    return found


def _named(made: str, kept: Path) -> None:
    try:
        os.link(made, kept)
    except FileExistsError:  # another process was quicker
        return


def database(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """DATABASE_URL, or SQLite in the data folder. Raises WrongSetting."""
    url = environment.get("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "ecriture.sqlite3",
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    scheme = url.partition("://")[0]
    try:
        found = dict(dj_database_url.parse(url))
    except ValueError:
        found = {}
    if not found.get("NAME") or scheme not in (*POSTGRESQL, "sqlite"):
        raise WrongSetting("DATABASE_URL", "postgresql://user:password@localhost/ecriture")
    if scheme == "sqlite":
        return {**found, "OPTIONS": dict(SQLITE_OPTIONS)}
    return {**found, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def flag(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    return environment.get(name, "").lower() in ("1", "true", "yes", "on")


def words(name: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Splits a comma-separated list."""
    return [word.strip() for word in environment.get(name, "").split(",") if word.strip()]


def addresses(environment: Mapping[str, str] = os.environ) -> list[SplitResult]:
    """ECRITURE_URL: the public addresses, such as https://ecriture.example. Raises WrongSetting."""
    found = [_address(word) for word in words("ECRITURE_URL", environment)]
    if not all(url is not None and url.scheme in ("http", "https") and url.hostname for url in found):
        raise WrongSetting("ECRITURE_URL", "https://ecriture.example.com")
    return [url for url in found if url is not None]


def _address(text: str) -> SplitResult | None:
    try:
        url = urlsplit(text)
        _ = url.port  # a wrong one is found when it is asked for
    except ValueError:
        return None
    return url


def host(url: SplitResult) -> str:
    """The host of an address as a browser sends it: an IPv6 number in brackets, no port."""
    name = url.hostname or ""
    return f"[{name}]" if ":" in name else name


def time_zone(environment: Mapping[str, str] = os.environ) -> str:
    """ECRITURE_TIME_ZONE, the time zone of the pages. Raises WrongSetting."""
    name = environment.get("ECRITURE_TIME_ZONE") or "America/Toronto"
    try:
        return zoneinfo.ZoneInfo(name).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSetting("ECRITURE_TIME_ZONE", "America/Toronto") from None


def mail(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """ECRITURE_SMTP as Django's settings, `smtps://user:password@host:465`; without it e-mail goes to the console.

    `smtp` uses STARTTLS, `smtps` is encrypted from the start, `smtp+plain` is not encrypted (a relay on this machine).
    Raises WrongSetting.
    """
    given = environment.get("ECRITURE_SMTP", "")
    if not given:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    url = _address(given)
    if url is None or url.scheme not in SMTP or not url.hostname:
        raise WrongSetting("ECRITURE_SMTP", "smtp://user:password@mail.example.com:587")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or {"smtps": 465, "smtp": 587}.get(url.scheme, 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp",
        "EMAIL_TIMEOUT": 20,
    }
