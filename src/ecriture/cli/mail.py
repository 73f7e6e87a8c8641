"""The e-mails that did not leave, for who runs the server. Django is loaded only when it runs."""

from typing import TYPE_CHECKING

from ecriture.cli.server import served
from ecriture.cli.speech import Speech, tell

if TYPE_CHECKING:
    from ecriture.store.models import Letter

MOST_LISTED = 200


def mail(speech: Speech, *, again: bool) -> int:
    """Lists what was not sent, latest first, or tries it again."""

    def work() -> int:
        from ecriture.store import letters  # noqa: PLC0415

        if again:
            tell(speech("E-mails that are tried again now: {count}", count=letters.try_again()))
            return 0
        found = list(letters.not_sent()[: MOST_LISTED + 1])
        for letter in found[:MOST_LISTED]:
            tell(_line(speech, letter))
        if len(found) > MOST_LISTED:
            tell("…")
        if not found:
            tell(speech("All e-mails were sent."))
        if not letters.leaves():
            tell(speech("No mail server is set (ECRITURE_SMTP): e-mails are written on the console of the server."))
        return 0

    return served(speech, work)


def _line(speech: Speech, letter: "Letter") -> str:
    """One letter: since when, to whom, what it is, and what the mail server said."""
    from django.utils.timezone import localtime  # noqa: PLC0415

    state = speech("given up") if letter.given_up_at else speech("waits")
    when, kind = localtime(letter.made_at).strftime("%Y-%m-%d %H:%M"), letter.kind.rpartition("/")[2]
    tried = speech("try {count} failed: {reason}", count=letter.tries, reason=letter.reason) if letter.tries else "–"
    return f"{when}  {letter.to}  {kind}  {state}  {tried}"
