"""What somebody sent after their session was over: kept until they have signed in, then sent when they say so."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

KEPT = "kept"
MOST_BYTES = 64_000
"""More than any form has. It stands in the session of somebody who has not signed in yet."""
BY_SCRIPT = ("HX-Request", "X-Requested-With")


class Kept(NamedTuple):
    """A form that was sent in vain: its address, and its fields in order."""

    path: str
    fields: list[list[str]]


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to where one was: never to an address that only takes forms.

    A part of a page, asked for by a script, is refused instead: the sign-in page has no place in it.
    """
    if any(name in request.headers for name in BY_SCRIPT):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = redirect_to_login(_page_of(request)).url
        return answer
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(reverse("kept") if _keep(request) else _page_of(request))


def _page_of(request: HttpRequest) -> str:
    """The page that sent a request, if it is one of ours; else the first page."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    is_ours = referrer.netloc == request.get_host() and referrer.path.startswith("/")
    return f"{referrer.path}?{referrer.query}".removesuffix("?") if is_ours else reverse("home")


def _keep(request: HttpRequest) -> bool:
    """Keeps the fields of a form, not its files. Returns whether that could be done."""
    fields = [[name, text] for name, texts in request.POST.lists() if not name.startswith("csrf") for text in texts]
    if request.FILES or sum(len(name) + len(text) for name, text in fields) > MOST_BYTES:
        return False
    request.session[KEPT] = {"path": request.get_full_path(), "fields": fields}
    return True


def take(request: HttpRequest) -> Kept | None:
    """What was kept, once; None for nothing."""
    found: dict[str, Any] | None = request.session.pop(KEPT, None)
    return Kept(**found) if found else None
