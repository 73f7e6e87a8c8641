"""Light or dark: as the device says, unless somebody chose. The choice is this browser's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ecriture.web.returning import back_from

THEMES = ("light", "dark")
COOKIE = "theme"
A_YEAR = 365 * 24 * 60 * 60


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    answer = back_from(request)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def theme_of(request: HttpRequest) -> str:
    """The chosen theme; empty for that of the device."""
    found = request.COOKIES.get(COOKIE, "")
    return found if found in THEMES else ""
