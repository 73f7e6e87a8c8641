"""The WSGI entry point."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

from ecriture.project.environment import keep_private

keep_private()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecriture.project.settings")
application = get_wsgi_application()

from ecriture.project.upgrade import need_known_schema  # noqa: E402 - needs the apps

with suppress(DatabaseError):  # one that is not there yet may come; a newer one is refused
    need_known_schema()
