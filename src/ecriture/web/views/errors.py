"""Error pages: what happened, and where to continue. Never a traceback."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static

from ecriture.store.uploads import Gone
from ecriture.web.bounds import VERIFY
from ecriture.web.views.theme import theme_of


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return render(request, "errors/403.html", status=403)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without a valid CSRF token: usually an old page, or cookies are blocked."""
    return render(request, "errors/forgery.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", {"is_file": isinstance(exception, Gone)}, status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/429.html", status=429)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/413.html", {"is_open": request.path == VERIFY}, status=413)


def not_allowed(request: HttpRequest) -> str:
    """The page for an address that takes forms only, as after a reload of what a form answered."""
    return render_to_string("errors/405.html", request=request)


def broken(request: HttpRequest) -> HttpResponse:
    """Uses only the template, since the database, the session or the static files may be broken."""
    context = {"stylesheet": _stylesheet(), "theme": theme_of(request)}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def _stylesheet() -> str:
    try:
        return static("ecriture/ecriture.css")
    except (ValueError, OSError):  # no manifest, or the file is not in it
        return ""
