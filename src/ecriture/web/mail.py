"""Whether e-mail leaves this server. Without SMTP it is written to the server's own output, where nobody reads it."""

from logging import getLogger

from django.conf import settings

LOG = getLogger("ecriture.mail")
LEAVES_NOT = ("console", "dummy", "filebased")


def leaves() -> bool:
    return not any(f".{kind}." in settings.EMAIL_BACKEND for kind in LEAVES_NOT)


def tell_administrator() -> None:
    """One line of the log for each e-mail that stays here, with what to do."""
    if not leaves():
        LOG.warning("An e-mail did not leave this server: no mail server is set. Its text is above; see ECRITURE_SMTP.")
