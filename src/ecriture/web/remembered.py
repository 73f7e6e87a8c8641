"""What a browser remembers for us in a cookie, so that reading a page writes nothing in the database."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COMPANY = f"{settings.COOKIE_PREFIX}company"
"""The last company viewed, by its identifier. It opens nothing: access is checked as always."""

INVITATION = f"{settings.COOKIE_PREFIX}invitation"
"""The invitation that was opened, signed. It lets its visitor sign up where sign-up is closed."""

BACK = "plan"
"""In the address of a page where something of a plan is mended, and then a cookie: the last day of that plan."""

BACK_SECONDS = 2 * 3600
LONGEST_BACK = 10
YEAR = 365 * 24 * 3600


def remember_company(request: HttpRequest, response: HttpResponse, company_id: str) -> None:
    if request.COOKIES.get(COMPANY) != company_id:
        secure = settings.SECURE_COOKIES
        response.set_cookie(COMPANY, company_id, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


def remember_invitation(response: HttpResponse, invitation_id: str) -> None:
    secure = settings.SECURE_COOKIES
    response.set_signed_cookie(INVITATION, invitation_id, salt=INVITATION, httponly=True, samesite="Lax", secure=secure)


def invitation_in(request: HttpRequest) -> str | None:
    """The invitation that this browser opened. A cookie that was tampered with counts as none."""
    found: str | None = request.get_signed_cookie(INVITATION, default=None, salt=INVITATION)
    return found


def remember_way_back(request: HttpRequest, response: HttpResponse, company_id: str) -> None:
    """Through the forms and redirects of a remedy, in this company alone, until the plan is looked at again."""
    path = f"/c/{company_id}/"
    if request.path == f"{path}transfer/":
        if BACK in request.COOKIES:
            response.delete_cookie(BACK, path=path)
    elif (day := _day(request.GET.get(BACK, ""))) and request.COOKIES.get(BACK) != str(day):
        secure = settings.SECURE_COOKIES
        response.set_cookie(
            BACK, str(day), max_age=BACK_SECONDS, path=path, httponly=True, samesite="Lax", secure=secure
        )


def way_back(request: HttpRequest) -> date | None:
    """The last day of the plan to come back to. It is a date and nothing else, so it leads nowhere but there."""
    if request.path.endswith("/transfer/"):
        return None
    return _day(request.GET.get(BACK, "")) or _day(request.COOKIES.get(BACK, ""))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == LONGEST_BACK else None
    except ValueError:
        return None
