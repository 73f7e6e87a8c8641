"""A Sage 50 file checked for anybody, without an account. The file is kept nowhere, and nothing is said of the server."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ecriture.web.accounts import client_address
from ecriture.web.counting import is_too_often
from ecriture.web.forms.verify import VerifyForm
from ecriture.web.verify_page import checked

MOST_PARTS = 20
PER_ADDRESS, TOGETHER = 8, 40
"""How many files in a minute: of one address, and of everybody. What it costs at most: docs/decisions.md, 14.17."""


@csrf_exempt  # until it is known that the body will be read: to look for the token reads it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    if not settings.VERIFY_OPEN:
        raise Http404
    if request.method != "POST":
        return _page(request, VerifyForm())
    if _is_too_often(request):
        return render(request, "errors/429.html", status=429)
    if _has_many_parts(request):
        raise BadRequest
    return _checked(request)


def _has_many_parts(request: HttpRequest) -> bool:
    """To read thousands of tiny parts takes the better part of a second; the form has five."""
    boundary = (request.content_params or {}).get("boundary", "")
    return bool(boundary) and request.body.count(f"--{boundary}".encode("latin-1", "replace")) > MOST_PARTS


@csrf_protect
def _checked(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    found = checked(form.cleaned_data["content"], lax=form.cleaned_data["lax"])
    return _page(request, form, checked=found)


def _is_too_often(request: HttpRequest) -> bool:
    """An address that is refused does not count for everybody."""
    if is_too_often("verify", client_address(request), PER_ADDRESS):
        return True
    return is_too_often("verify", "everybody", TOGETHER)


def _page(request: HttpRequest, form: VerifyForm, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "verify/verify.html", {"form": form, **context}, status=status)
