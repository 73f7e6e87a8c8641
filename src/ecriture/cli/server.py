"""The server commands. Django is loaded only when one of them runs."""

import errno
import hashlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecriture.cli.speech import Speech, tell
from ecriture.memory.errors import Locked
from ecriture.memory.place import making

if TYPE_CHECKING:
    from ecriture.store.models import User

UNUSABLE = 2
PATIENCE_SECONDS = 300
"""The longest that another process may take to bring the database up to date."""

PORTS = 20
"""How many ports are tried in turn with `--next-free-port`."""

TAKEN = (errno.EADDRINUSE, 10048, *((errno.EACCES,) if sys.platform == "win32" else ()))
"""The errors of a port that is taken: also Windows' own (WSAEADDRINUSE), and there that of a port taken alone."""

ALONE: int = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
"""The socket option to have a port alone. On Windows SO_REUSEADDR would let two programs listen on one port."""

DEMO_ADDRESS = "demo@ecriture.example"


def served(speech: Speech, work: Callable[[], int], *, makes_database: bool = False) -> int:
    """Runs work that needs Django and the database; a failure becomes one sentence.

    Only what makes a database may find none: elsewhere, a mistyped name of a file is no new, empty database.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecriture.project.settings")
    try:
        import django  # noqa: PLC0415 - only where there is a server
        import waitress  # noqa: F401, PLC0415
        import whitenoise  # noqa: F401, PLC0415 - the last ones of the server's packages

        from ecriture.project.environment import (  # noqa: PLC0415
            NewerDatabase,
            OpenFolder,
            WrongSetting,
            keep_private,
        )
    except ImportError:
        return refused(speech('The server is not installed. Install it with: pip install "ecriture[server]"'))
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.db import Error  # noqa: PLC0415

    keep_private()
    try:
        django.setup()
        _speak(speech)
        if not makes_database and (missing := _missing_file()):
            text = speech(
                "There is no database at {file}. If the place is right, make it: ecriture migrate", file=missing
            )
            return refused(text)
        _need_known_schema()
        return work()
    except WrongSetting as wrong:
        text = speech(
            "{name} cannot be understood. Write for example: {example}", name=wrong.name, example=wrong.example
        )
    except OpenFolder as folder:
        text = speech(
            "Others on this computer can read {folder}, where the data is. Close it with: chmod 700 {folder}",
            folder=folder,
        )
    except NewerDatabase:
        text = speech(
            "A newer version of Écriture has used this database, and it was left as it is. Use that version, or a later one."
        )
    except Locked:
        text = speech(
            "Another process is still bringing the database up to date. Wait until it is done, and try again."
        )
    except ImproperlyConfigured as error:
        text = speech("The server’s settings are wrong: {reason}", reason=_first_line(error))
    except Error as error:
        text = _of_database(error, speech)
    return refused(text)


def _of_database(error: Exception, speech: Speech) -> str:
    from django.db import Error  # noqa: PLC0415

    from ecriture.project.upgrade import is_behind  # noqa: PLC0415

    with suppress(Error):
        if is_behind():
            return speech(
                "This database is empty, or from an earlier version. If it is the right one, bring it up to date with:"
                " ecriture migrate"
            )
    return speech("The database cannot be used: {reason}", reason=_first_line(error))


def refused(text: str) -> int:
    tell(text, to_errors=True)
    return UNUSABLE


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _speak(speech: Speech) -> None:
    from django.utils import translation  # noqa: PLC0415

    translation.activate(speech.language)


def _missing_file() -> Path | None:
    """Where the database would be, if it is a file and is not there."""
    from django.db import connection  # noqa: PLC0415

    file = Path(str(connection.settings_dict["NAME"]))
    return file if connection.vendor == "sqlite" and not file.is_file() else None


def _alone() -> AbstractContextManager[None]:
    """One process at a time makes the database or changes its tables; whoever opens it meanwhile waits.

    While SQLite makes a file of its kind (WAL), another's first look at it fails at once, whatever its time-out.
    """
    from django.conf import settings  # noqa: PLC0415

    return making(settings.HOME / "upgrade", PATIENCE_SECONDS, keeps_file=lambda: True)


def _need_known_schema() -> None:
    from ecriture.project.upgrade import need_known_schema  # noqa: PLC0415

    with _alone():
        need_known_schema()


def _prepare(speech: Speech) -> None:
    """Brings the database and the static files up to date for this version."""
    from ecriture.project.upgrade import upgrade  # noqa: PLC0415

    with _alone():
        if copy := upgrade():
            tell(speech("A copy of the database as it was: {file}", file=copy), to_errors=True)
        _gather_files()


UNUSED = ("django_htmx/ext/*", "django_htmx/htm*x-4*", "django_htmx/htmx-2.js", "django_htmx/django-htmx.js")
"""Files of others that no page asks for: to compress them is half the time of a first start."""


def _gather_files() -> None:
    """Collects the static files. Compressing them takes seconds, so unchanged files are skipped."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    kept, seal = settings.HOME / "static.seal", _seal_of_files()
    if settings.STATIC_ROOT.is_dir() and kept.is_file() and kept.read_text("ascii") == seal:
        return
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=[*UNUSED])
    kept.write_text(seal, "ascii")


def _seal_of_files() -> str:
    """A value that changes when one of the static files changes."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415

    listed = (found for finder in get_finders() for found in finder.list([*UNUSED]))
    found = {path: Path(storage.path(path)).stat() for path, storage in listed}
    facts = [(path, stat.st_size, stat.st_mtime_ns) for path, stat in sorted(found.items())]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def migrate(speech: Speech) -> int:
    """Creates or updates the database tables, and collects the static files."""

    def work() -> int:
        _prepare(speech)
        tell(speech("The database is up to date."))
        return 0

    return served(speech, work, makes_database=True)


# People


def createsuperuser(speech: Speech, email: str) -> int:
    """Creates a user or sets a user's new password, which is asked for without showing it."""

    def work() -> int:
        _prepare(speech)
        password: str = click.prompt(
            speech("Password"), hide_input=True, confirmation_prompt=speech("Repeat the password")
        )
        if faults := _faults(email, password):
            return refused(" ".join(faults))
        keep_person(email, password, superuser=True)
        tell(speech("{email} can sign in.", email=email))
        return 0

    return served(speech, work, makes_database=True)


def _faults(email: str, password: str) -> list[str]:
    """What is wrong with an address and a password, in the current language."""
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.core.validators import validate_email  # noqa: PLC0415

    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        return [str(message) for message in error.messages]
    return []


def keep_person(email: str, password: str, *, superuser: bool = False, name: str = "", language: str = "") -> "User":
    """Creates a user with a verified address, or sets the password of an existing one."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415

    from ecriture.store.models import User  # noqa: PLC0415

    address = User.objects.normalize_email(email)
    user = User.objects.filter(email=address).first() or User(email=address, name=name, language=language)
    user.is_superuser = user.is_superuser or superuser
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=address, defaults={"verified": True, "primary": True})
    return user


def demo(speech: Speech) -> int:
    """Adds the example company to the application, with an account that is printed."""

    def work() -> int:
        _prepare(speech)
        from ecriture.store.demonstration import make_demonstration  # noqa: PLC0415

        password = secrets.token_urlsafe(9)
        user = keep_person(DEMO_ADDRESS, password, name="Hélène Boréal", language=speech.language)
        company = make_demonstration(user)
        tell(speech("{company} is now in the application.", company=company))
        tell(speech("Sign in as {email} with the password {password}", email=DEMO_ADDRESS, password=password))
        return 0

    return served(speech, work, makes_database=True)


# Serving


def serve(speech: Speech, *, host: str, port: int, threads: int, next_free: bool, works: bool) -> int:
    """Serves the application until it is stopped, and runs its jobs, unless another worker does.

    A port that is taken is refused, unless the next free one will do.
    """

    def work() -> int:
        listening = listener(host, port, tried=PORTS if next_free else 1)
        if listening is None:
            return refused(_taken(speech, port, next_free=next_free))
        _prepare(speech)
        found = listening.getsockname()[1]
        if found != port:
            tell(speech("Port {first} is taken: port {port} is used instead.", first=port, port=found))
        shown_host = f"[{host}]" if ":" in host else host
        text = speech(
            "Écriture is running at {address} (press Ctrl-C to stop).", address=f"http://{shown_host}:{found}"
        )
        return _waitress(listening, threads, lambda: tell(text), works=works)

    return served(speech, work, makes_database=True)


def _taken(speech: Speech, port: int, *, next_free: bool) -> str:
    if next_free:
        return speech("No port from {first} to {last} is free.", first=port, last=port + PORTS - 1)
    return speech("Port {port} is taken by another program. Stop it, or choose another with --port.", port=port)


def listener(host: str, first: int, *, tried: int = 1) -> socket.socket | None:
    """A socket listening on a port, or on the first free one of those tried; None if they are taken.

    It listens immediately, so that no other process can take the port before the server starts. Raises OSError if the
    host is not an address of this computer.
    """
    family, *_, resolved = socket.getaddrinfo(host, first, type=socket.SOCK_STREAM)[0]
    for port in range(first, min(first + tried, 1 << 16)):
        made = socket.socket(family)
        made.setsockopt(socket.SOL_SOCKET, ALONE, 1)
        try:
            made.bind((resolved[0], port))
            made.listen(2048)
        except OSError as error:
            made.close()
            if error.errno not in TAKEN:
                raise OSError(error.errno, os.strerror(error.errno or 0), f"{host}:{port}") from None
        else:
            return made
    return None


def _waitress(listening: socket.socket, threads: int, ready: Callable[[], None], *, works: bool) -> int:
    """Serves until a signal to stop; returns the exit status."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from ecriture.project.serving import run, server_of  # noqa: PLC0415
    from ecriture.project.working import working  # noqa: PLC0415
    from ecriture.project.wsgi import application  # noqa: PLC0415

    connections.close_all()  # this thread does not need its own any more
    server = server_of(application, listening, threads=threads, behind_proxy=settings.BEHIND_PROXY)
    with working() if works else nullcontext():
        run(server, lambda: _said(ready))
    return 0


def worker(speech: Speech) -> int:
    """Runs the jobs of the application until it is stopped: beside servers that run none."""

    def work() -> int:
        _prepare(speech)
        from ecriture.project.working import Worker  # noqa: PLC0415

        made = Worker()
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, made.stop)
        tell(speech("The worker is running (press Ctrl-C to stop)."))
        sys.stdout.flush()
        made.run()
        return 0

    return served(speech, work, makes_database=True)


def _said(ready: Callable[[], None]) -> None:
    ready()
    sys.stdout.flush()
