"""Back to the page on which a switch was pressed."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def back_from(request: HttpRequest) -> HttpResponseRedirect:
    """To the page of ours that `next` names by its path, else to the first page."""
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(there if is_ours and urlsplit(there).path.startswith("/") else reverse("home"))
