"""The settings of the server for tests: its own folder, a quick hash of passwords, files of the pages from the source."""

import os
import tempfile
from pathlib import Path

os.environ["ECRITURE_HOME"] = tempfile.mkdtemp(prefix="ecriture-tests-")

from ecriture.project.settings import *  # noqa: F403 - the folder must be known first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in use, so that browser tests share it between threads.
    DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["ECRITURE_HOME"], "test.sqlite3")}  # noqa: F405
    # It outlives no test run, so nothing waits for the disk; a process that is killed loses nothing by that.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
elif "ECRITURE_TEMPLATE" in os.environ:  # by tests/with_postgresql.py
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["ECRITURE_TEMPLATE"]}  # noqa: F405
# A letter leaves at once, as if a worker had been waiting for it; tests of the queue choose the queue of the program.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
