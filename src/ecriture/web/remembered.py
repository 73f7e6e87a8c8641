"""What a browser remembers for us in a cookie, so that reading a page writes nothing in the database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COMPANY = f"{settings.COOKIE_PREFIX}company"
"""The last company viewed, by its identifier. It opens nothing: access is checked as always."""

INVITATION = f"{settings.COOKIE_PREFIX}invitation"
"""The invitation that was opened, signed. It lets its visitor sign up where sign-up is closed."""

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
