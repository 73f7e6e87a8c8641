"""What the surroundings say: the folder of the server, its secret, its addresses, its database, its mail."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from platformdirs import user_data_path

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;",
}
"""A writer waits for its turn instead of failing; what was committed outlives a power cut."""


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the database and of the secret: ECRITURE_HOME, else the user's folder for programs. It is made."""
    folder = Path(environment.get("ECRITURE_HOME") or user_data_path("ecriture"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """ECRITURE_SECRET_KEY, else one that is made at the first start and kept in the folder, for its owner alone to read."""
    if given := environment.get("ECRITURE_SECRET_KEY"):
        return given
    kept = folder / "secret.key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(made := secrets.token_urlsafe(50))
    return made


def database(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """DATABASE_URL, else SQLite in the folder."""
    url = environment.get("DATABASE_URL")
    if url and not url.startswith("sqlite"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    found: dict[str, Any] = dict(dj_database_url.parse(url)) if url else {"ENGINE": "django.db.backends.sqlite3"}
    return {**found, "NAME": found.get("NAME") or folder / "ecriture.sqlite3", "OPTIONS": dict(SQLITE_OPTIONS)}


def flag(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    return environment.get(name, "").lower() in ("1", "true", "yes", "on")


def words(name: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """A list with commas."""
    return [word.strip() for word in environment.get(name, "").split(",") if word.strip()]


def mail(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """ECRITURE_SMTP as Django's settings, `smtps://user:password@host:465`; without it mail goes to the console.

    `smtp` speaks STARTTLS, `smtps` is encrypted from its first byte, `smtp+plain` not at all (a relay on this machine).
    """
    url = urlsplit(environment.get("ECRITURE_SMTP", ""))
    if not url.hostname:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp",
        "EMAIL_TIMEOUT": 20,
    }
