"""The page of an invitation, visible to anybody with the link; signed-in people can join."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ecriture.store.access import companies_of
from ecriture.store.invitations import Over, accept, adds_nothing, invitation_of
from ecriture.store.models import Invitation, User
from ecriture.store.people import Unverified
from ecriture.web.remembered import INVITATION, remember_invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opening a link changes nothing, because programs open links in e-mails too."""
    try:
        found = invitation_of(token)
        if request.method == "POST":
            return _join(request, token)
    except Over:
        return render(request, "people/invitation_over.html", status=404)
    context = {"invitation": found, "there": _already(request, found)}
    response = render(request, "people/invitation.html", context)
    remember_invitation(response, str(found.pk))
    return response


def _join(request: HttpRequest, token: str) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    try:
        member = accept(token, request.user)
    except Unverified:
        messages.error(request, say("Confirm your e-mail address first. Then open the link again."))
        return redirect("account_email")
    messages.success(request, say("You are a member of %s.") % member.company.name)
    response = redirect("company", member.company_id)
    response.delete_cookie(INVITATION)
    return response


def _already(request: HttpRequest, found: Invitation) -> bool:
    """Whether joining would change nothing."""
    if not isinstance(request.user, User):
        return False
    member = companies_of(request.user).filter(company=found.company).first()
    return member is not None and adds_nothing(found, member)
