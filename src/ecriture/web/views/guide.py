"""The guide: its start page with the search, its pages, a part of one for the help beside a page, and its pictures."""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from ecriture.speech.language import LANGUAGES
from ecriture.web.guide.film import film
from ecriture.web.guide.markdown import Page, html_of
from ecriture.web.guide.pages import FOLDER, START, TOUR, address, images, pages
from ecriture.web.guide.search import LONGEST, search
from ecriture.web.words import language

LONGEST_FILM = 3600
"""Seconds."""

View = Callable[..., HttpResponse]


def _unchanged(view: View) -> View:
    """A page that a browser keeps and asks about. What a person sees who is signed in is kept nowhere (see middleware)."""

    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        answer = view(request, **named)
        patch_cache_control(answer, private=True, no_cache=True)
        etag = f'W/"{sha256(answer.content.replace(*_tokens(request))).hexdigest()[:32]}"'
        answer.headers["ETag"] = etag
        found = get_conditional_response(request, etag=etag, response=answer)
        return found if isinstance(found, HttpResponse) else answer

    return require_safe(answered)


def _tokens(request: HttpRequest) -> tuple[bytes, bytes]:
    """The token of this answer's forms, which is another one each time, and the secret that it stands for."""
    return _token(request).encode(), request.META["CSRF_COOKIE"].encode()


def _token(request: HttpRequest) -> str:
    """One token for the whole answer."""
    token = getattr(request, "guide_token", None) or get_token(request)
    request.guide_token = token  # type: ignore[attr-defined] # asked for again when the answer is there
    return token


def _shown(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    own = {"csrf_token": _token(request), "printed_on": timezone.localdate(), "film": film(language())}
    return render(request, template, {**own, **context}, status=status)


@_unchanged
def guide(request: HttpRequest) -> HttpResponse:
    """The start page, or what a search found: in the other language if that text has more of the words."""
    q = request.GET.get("q", "").strip()[:LONGEST]
    if not q:
        return _page(request, pages(language())[START])
    other = next(it for it in LANGUAGES if it != language())
    own, theirs = search(pages(language()), q), search(pages(other), q)
    is_theirs = theirs.covered > own.covered
    found = {"answer": theirs if is_theirs else own, "other": other if is_theirs else ""}
    return _shown(request, "guide/found.html", {"q": q, **found})


@_unchanged
def page(request: HttpRequest, name: str) -> HttpResponse:
    if name == START:
        return redirect("guide")
    return _page(request, _named(name))


def _named(name: str) -> Page:
    found = pages(language()).get(name)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, shown: Page) -> HttpResponse:
    context = {
        "page": shown,
        "lead": mark_safe(html_of(shown.pieces[:1])),  # noqa: S308 - our own Markdown, in which HTML stays text
        "rest": mark_safe(html_of(shown.pieces[1:])),  # noqa: S308 - as above
        "contents": [it for it in shown.headings if it.level == 2],
        "is_start": shown.name == START,
        "is_tour": shown.name == TOUR,
        **_film_of(request, shown),
    }
    return _shown(request, "guide/page.html", context)


def _film_of(request: HttpRequest, shown: Page) -> dict[str, Any]:
    """Where the film starts: on its own page as the address says, elsewhere where it speaks of the page."""
    there = film(language()) if TOUR in pages(language()) else None
    if there is None:
        return {"film": None}
    asked = request.GET.get("t", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    start = min(wanted, LONGEST_FILM) if shown.name == TOUR else there.start_of(shown.name)
    return {"film": there, "start": start, "film_address": f"{address(TOUR)}?t={start}" if start else address(TOUR)}


@require_safe
def part(request: HttpRequest, name: str, anchor: str = "") -> HttpResponse:
    """A section alone, for the help beside a page; whoever opens it by itself comes to the section in its page."""
    found = _named(name).part(anchor)
    if not found:
        raise Http404
    there = address(name, found[0].heading.anchor)
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect(there)
    html = found[0].body + html_of(found[1:])
    context = {"part": found[0].heading, "page": _named(name), "address": there, "html": mark_safe(_without_ids(html))}  # noqa: S308 - as above
    return render(request, "guide/part.html", context)


def _without_ids(html: str) -> str:
    """The page that it is shown beside has ids of its own."""
    return re.sub(r' id="[^"]*"', "", html)


@require_safe
def image(request: HttpRequest, spoken: str, name: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A picture of a page."""
    if spoken not in LANGUAGES or name not in images(spoken):
        raise Http404
    file = FOLDER / spoken / "images" / name
    answer = HttpResponse(file.read_bytes(), content_type="image/png")
    patch_cache_control(answer, public=True, max_age=3600)
    return answer
