"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from ecriture.project.environment import keep_private

keep_private()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecriture.project.settings")
application = get_wsgi_application()
