"""The commands of the server. Django is loaded here only, when one of them runs."""

import os
import secrets
import socket

from typing import TYPE_CHECKING

import click

from ecriture.cli.speech import Speech, tell

if TYPE_CHECKING:
    from ecriture.store.models import User

UNUSABLE = 2
PORTS = 20
"""How many ports are tried, one after another, when the first one is taken."""

DEMO_ADDRESS = "demo@ecriture.example"


class ServerMissing(RuntimeError):
    """The command was installed without the server's packages."""


def _load_django() -> None:
    """Makes Django ready. Raises ServerMissing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecriture.project.settings")
    try:
        import django  # noqa: PLC0415 - only where there is a server
        import whitenoise  # noqa: F401, PLC0415 - the last one of the server's packages
    except ImportError as error:
        raise ServerMissing(str(error)) from error
    django.setup()


def _ready(speech: Speech) -> bool:
    try:
        _load_django()
    except ServerMissing:
        tell(speech('The server is not installed. Install it with: pip install "ecriture[server]"'), to_errors=True)
        return False
    return True


def migrate(speech: Speech) -> int:
    """Makes the tables, or brings them up to date, and gathers the files of the pages."""
    if not _ready(speech):
        return UNUSABLE
    prepare()
    tell(speech("The database is up to date."))
    return 0


def prepare() -> None:
    """Tables and files of the pages as this version wants them."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def createsuperuser(speech: Speech, email: str) -> int:
    """Makes a person, or gives one a new password, which is asked for and not shown."""
    if not _ready(speech):
        return UNUSABLE
    prepare()
    password: str = click.prompt(speech("Password"), hide_input=True, confirmation_prompt=True)
    return _with_password(speech, email, password)


def _with_password(speech: Speech, email: str, password: str) -> int:
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415
    from django.core.exceptions import ValidationError  # noqa: PLC0415

    try:
        validate_password(password)
    except ValidationError as error:
        tell(" ".join(error.messages), to_errors=True)
        return UNUSABLE
    keep_person(email, password, superuser=True)
    tell(speech("{email} can sign in.", email=email))
    return 0


def keep_person(email: str, password: str, *, superuser: bool = False, name: str = "", language: str = "") -> User:
    """A person with a password, whose address counts as verified; one who was there is given the password."""
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
    """Puts the company of the examples into the application, with an account that is printed."""
    if not _ready(speech):
        return UNUSABLE
    prepare()
    from ecriture.store.demonstration import make_demonstration  # noqa: PLC0415

    password = secrets.token_urlsafe(9)
    user = keep_person(DEMO_ADDRESS, password, name="Hélène Boréal", language=speech.language)
    company = make_demonstration(user)
    tell(speech("{company} is in the application.", company=company))
    tell(speech("Sign in as {email} with the password {password}", email=DEMO_ADDRESS, password=password))
    return 0


def serve(speech: Speech, *, host: str, port: int, workers: int) -> int:
    """Serves the application until it is stopped. A port that is taken gives way to the next one."""
    if not _ready(speech):
        return UNUSABLE
    prepare()
    found = free_port(host, port)
    if found is None:
        tell(speech("No port from {first} to {last} is free.", first=port, last=port + PORTS - 1), to_errors=True)
        return UNUSABLE
    tell(speech("Écriture is on http://{host}:{port} (Ctrl-C stops it).", host=host, port=found))
    _gunicorn(f"{host}:{found}", workers)
    return 0


def free_port(host: str, first: int) -> int | None:
    """The first free port from one on; None when the next ones are taken too."""
    return next((port for port in range(first, first + PORTS) if _is_free(host, port)), None)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def _gunicorn(address: str, workers: int) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415

    class Server(BaseApplication):  # type: ignore[misc] # it has no types
        def load_config(self) -> None:
            options = {"bind": address, "workers": workers, "threads": 4, "control_socket_disable": True, "timeout": 60}
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            from ecriture.project.wsgi import application  # noqa: PLC0415

            return application

    Server().run()
