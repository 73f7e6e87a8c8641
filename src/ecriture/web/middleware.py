"""What holds for every page: the person's language, and the largest request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control

from ecriture.web.bounds import TOO_LARGE, largest_body, largest_of_anybody
from ecriture.web.views.errors import not_allowed, too_large
from ecriture.web.views.health import health, ready

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def speak_their_language(get_response: GetResponse) -> GetResponse:
    """Signed-in people read the pages in their chosen language, on any device."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        chosen = getattr(request.user, "language", "")
        if chosen and chosen != translation.get_language():
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return get_response(request)

    return respond


def explain_what_is_not_allowed(get_response: GetResponse) -> GetResponse:
    """An address that takes forms only is met after a reload or from the history: it has a page, never a blank window."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = not_allowed(request)
        return response

    return respond


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Monitoring asks by IP address, without https and without a session: it is answered before all of these are checked."""
    probes = {reverse("health"): health, reverse("ready"): ready}

    def respond(request: HttpRequest) -> HttpResponseBase:
        probe = probes.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return respond


POLICY = ", ".join(f"{it}=()" for it in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb"))
"""What no page of ours asks a browser for."""


def guard_answers(get_response: GetResponse) -> GetResponse:
    """What somebody sees who is signed in stays in no cache, of the browser or on the way."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond


class BoundBodies:
    """Refuses a request that is larger than its page takes, before its body is read.

    Our server refuses it sooner, by the page alone; here is also known who asks.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._respond(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        bound = largest_body if request.user.is_authenticated else largest_of_anybody
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_within = length.isascii() and length.isdigit() and int(length) <= bound(request.path)
        return None if is_within and f"HTTP_{TOO_LARGE}" not in request.META else too_large(request)
