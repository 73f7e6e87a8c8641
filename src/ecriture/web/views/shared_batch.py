"""A batch by its link: file, steps and totals, for whoever has it. Nothing can be done there, nor anything else be seen."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from ecriture.store.links import Over, link_of
from ecriture.store.models import BatchLink
from ecriture.web import batch_page
from ecriture.web.accounts import client_address
from ecriture.web.counting import is_too_often

MOST_MISSED = 30
"""How many links that are none are answered from one address in a minute; one that is writes nothing, so it is not counted."""

LinkView = Callable[[HttpRequest, BatchLink], HttpResponse]


def _of_link(view: LinkView) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page for whoever has a link: found by no search engine, and named to no other site."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        answer = _answer(request, token, view)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer.headers["Referrer-Policy"] = "no-referrer"
        add_never_cache_headers(answer)
        return answer

    return require_safe(page)


def _answer(request: HttpRequest, token: str, view: LinkView) -> HttpResponse:
    try:
        return view(request, link_of(token))
    except Over:
        if is_too_often("batch-links-missed", client_address(request), MOST_MISSED):
            return render(request, "transfer/shared_over.html", {"is_too_often": True}, status=429)
        return render(request, "transfer/shared_over.html", status=404)


@_of_link
def shared_batch(request: HttpRequest, link: BatchLink) -> HttpResponse:
    return _shown(request, link)


def _shown(request: HttpRequest, link: BatchLink, *, status: int = 200) -> HttpResponse:
    found = batch_page.batch_of(link.company, link.batch.number)
    context = {**batch_page.shown(found), "link": link, "of": link.company}
    return render(request, "transfer/shared.html", context, status=status)


@_of_link
def shared_file(request: HttpRequest, link: BatchLink) -> HttpResponse:
    """The file; of a cancelled batch the page, which says that it is."""
    if not link.batch.live:
        return _shown(request, link, status=410)
    return batch_page.file_of(link.batch)
