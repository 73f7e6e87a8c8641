"""The guard of every page: signed in, a member, with the required right, by an allowed method."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from ecriture.store.access import Right, membership_of
from ecriture.store.models import Membership
from ecriture.store.settings import locked
from ecriture.web.kept import sign_in_first
from ecriture.web.remembered import remember_company, remember_way_back

P = ParamSpec("P")
SAFE = ("GET", "HEAD")


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people who are signed in. Others sign in first; what they sent is kept."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if request.user.is_authenticated else sign_in_first(request)

    return page


class Guard(NamedTuple):
    """The rights that a page requires to view it and to act on it. None means not allowed."""

    see: Right | None
    act: Right | None


CompanyView = Callable[Concatenate[HttpRequest, Membership, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]


def company_page(
    *, see: Right | None, act: Right | None = None, alone: bool = False
) -> Callable[[CompanyView[P]], Guarded[P]]:
    """A page of one company. The view receives the membership, with the company.

    What is sent to a page that acts `alone` is read, judged and saved under the company's lock: two people who save the
    same setting at once follow one another, and the second one is told. Not for files, which take long to read.
    """

    def decorate(view: CompanyView[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, company_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            right = see if request.method in SAFE else act if request.method == "POST" else None
            if right is None:
                return HttpResponseNotAllowed([*(SAFE if see else ()), *(("POST",) if act else ())])
            try:
                member = membership_of(_person(request), company_id, right)
            except PermissionDenied:
                # The page that says so has the navigation of the company, in which they may go on.
                request.member = membership_of(_person(request), company_id, Right.READ)  # type: ignore[attr-defined]
                raise
            request.member = member  # type: ignore[attr-defined] # for the navigation
            if not alone or request.method in SAFE:
                response = view(request, member, *args, **kwargs)
            else:
                with locked(member) as present:
                    request.member = present  # type: ignore[attr-defined] # for the navigation
                    response = view(request, present, *args, **kwargs)
            remember_company(request, response, str(company_id))
            remember_way_back(request, response, str(company_id))
            return response

        page: Any = signed_in(guarded)
        page.guard = Guard(see, act)
        return page  # type: ignore[no-any-return]

    return decorate


def _person(request: HttpRequest) -> Any:
    """The signed-in person."""
    return request.user
