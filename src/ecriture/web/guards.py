"""The guard of every page: signed in, a member, with the required right, by an allowed method."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from ecriture.store.access import Right, membership_of
from ecriture.store.models import Membership
from ecriture.web.remembered import remember_company

P = ParamSpec("P")
SAFE = ("GET", "HEAD")


class Guard(NamedTuple):
    """The rights that a page requires to view it and to act on it. None means not allowed."""

    see: Right | None
    act: Right | None


CompanyView = Callable[Concatenate[HttpRequest, Membership, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]


def company_page(*, see: Right | None = Right.READ, act: Right | None = None) -> Callable[[CompanyView[P]], Guarded[P]]:
    """A page of one company. The view receives the membership, with the company."""

    def decorate(view: CompanyView[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, company_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            right = see if request.method in SAFE else act if request.method == "POST" else None
            if right is None:
                return HttpResponseNotAllowed([*(SAFE if see else ()), *(("POST",) if act else ())])
            member = membership_of(_person(request), company_id, right)
            request.member = member  # type: ignore[attr-defined] # for the navigation
            response = view(request, member, *args, **kwargs)
            remember_company(request, response, str(company_id))
            return response

        page: Any = login_required(guarded)
        page.guard = Guard(see, act)
        return page  # type: ignore[no-any-return]

    return decorate


def _person(request: HttpRequest) -> Any:
    """The signed-in person."""
    return request.user
