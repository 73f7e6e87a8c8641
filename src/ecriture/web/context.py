"""Template context of every page: the current company, the person's rights there, and their other companies."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from ecriture.store.access import RIGHTS, companies_of
from ecriture.store.letters import leaves, trouble_since
from ecriture.store.models import Membership
from ecriture.web.program import Program
from ecriture.web.remembered import way_back
from ecriture.web.views.theme import theme_of


def navigation(request: HttpRequest) -> dict[str, Any]:
    # Where the switches of language and colours come back to. The answer to a form may stand at an address that takes
    # forms only; the page that had the form does not.
    this_page = request.get_full_path() if request.method == "GET" else request.headers.get("referer", "")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {
            "member": None,
            "can_verify": settings.VERIFY_OPEN,
            "is_development": settings.DEBUG,
            "has_mail": leaves(),
            "mail_waits_since": trouble_since,
            "theme": theme_of(request),
            "this_page": this_page,
        }
    member: Membership | None = getattr(request, "member", None)
    rights = {right.name.lower(): True for right in RIGHTS[member.role]} if member else {}
    return {
        "member": member,
        "company": member.company if member else None,
        "rights": rights,
        "program": Program(member.company) if member else None,
        "memberships": companies_of(user),
        "is_development": settings.DEBUG,
        "has_mail": leaves(),
        "mail_waits_since": trouble_since,
        "theme": theme_of(request),
        "this_page": this_page,
        "printed_on": timezone.localdate(),
        "way_back": way_back(request) if member else None,
    }
