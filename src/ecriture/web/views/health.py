"""For monitoring: whether the server lives, and whether it can do its work. Any host name will do, and no sign-in."""

import shutil

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LEAST_FREE_BYTES = 50 * 1024 * 1024
"""With less room on the disk the database stops soon."""

PATIENCE_MILLISECONDS = 1000


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Alive: 200 as long as it answers. Restarting it mends no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Ready: 200 if the database can be written and the disk has room, otherwise 503."""
    if shutil.disk_usage(settings.HOME).free < LEAST_FREE_BYTES:
        return HttpResponse("disk full\n", status=503, content_type="text/plain")
    try:
        _write_nothing()
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def _write_nothing() -> None:
    """Takes the lock of a writer and changes no row. Raises DatabaseError."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if is_sqlite and not connection.in_atomic_block:
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MILLISECONDS}")
        try:
            with transaction.atomic():
                cursor.execute("UPDATE store_user SET language = language WHERE 1 = 0")
        finally:
            if is_sqlite and not connection.in_atomic_block:
                cursor.execute(f"PRAGMA busy_timeout = {settings.DATABASES['default']['OPTIONS']['timeout'] * 1000}")
