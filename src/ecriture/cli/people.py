"""The commands for the accounts of people, for who runs the server. Django is loaded only when one of them runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecriture.cli.server import refused, served
from ecriture.cli.speech import Speech, tell

if TYPE_CHECKING:
    from ecriture.store.models import User


def close(speech: Speech, email: str) -> int:
    """Closes an account: it cannot sign in any more, its sessions and its open invitations end."""

    def work(user: "User") -> str:
        from ecriture.store import people  # noqa: PLC0415
        from ecriture.web.security_log import note  # noqa: PLC0415

        people.close(user)
        note("account-closed", who=user)
        return speech("The account of {email} is closed. Its work stays.", email=user.email)

    return _for_person(speech, email, work)


def reset_two_factor(speech: Speech, email: str) -> int:
    """Removes the second factors of somebody who lost phone and recovery codes."""

    def work(user: "User") -> str:
        from ecriture.store import people  # noqa: PLC0415
        from ecriture.web.security_log import note  # noqa: PLC0415

        if people.reset_two_factor(user):
            note("second-factors-reset", who=user)
            return speech("{email} can sign in with the password alone, and set up two-factor again.", email=user.email)
        return speech("{email} has no two-factor sign-in.", email=user.email)

    return _for_person(speech, email, work)


def _for_person(speech: Speech, email: str, work: Callable[["User"], str]) -> int:
    def found() -> int:
        from ecriture.store.models import User  # noqa: PLC0415

        user = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if user is None:
            return refused(speech("There is no account with the address {email}.", email=email))
        tell(work(user))
        return 0

    return served(speech, found)
