"""Debian's Chromium, as the film and the tests start it."""

import os

CHROMIUM = os.environ.get("ECRITURE_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
