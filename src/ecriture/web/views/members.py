"""Settings → Members: the members of a company with their roles, and its invitations."""

from typing import Any, NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from ecriture.store import invitations, letters
from ecriture.store.access import LastOwner, Right, change_role, end_membership, members_of
from ecriture.store.invitations import Made, TooMany, TooManyToday
from ecriture.store.models import Company, Invitation, Letter, Membership
from ecriture.store.people import Unverified
from ecriture.web.forms.people import ROLE_CHOICES, InvitationForm, RoleForm
from ecriture.web.guards import company_page
from ecriture.web.words import ROLES

INVITED = "invited"
MOST_REMEMBERED = 20
"""How many forms of invitations a session remembers as sent."""


@company_page(see=Right.READ)
def members(request: HttpRequest, member: Membership) -> HttpResponse:
    return _page(request, member, InvitationForm(initial={"role": "bookkeeper"}))


def _page(request: HttpRequest, member: Membership, form: InvitationForm) -> HttpResponse:
    company = member.company
    context = {
        "people": members_of(company),
        "two_factor": _with_two_factor(company),
        "invitations": _with_letters(company),
        "form": form,
        "roles": ROLE_CHOICES,
    }
    return render(request, "people/members.html", context, status=422 if form.errors else 200)


def _with_two_factor(company: Company) -> frozenset[UUID]:
    """The members who use two-factor sign-in."""
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__memberships__company=company)
    return frozenset(apps.values_list("user_id", flat=True))


class Invited(NamedTuple):
    """An open invitation, and its letter if one was written."""

    invitation: Invitation
    letter: Letter | None


def _with_letters(company: Company) -> list[Invited]:
    letter_of = letters.of_invitations(company)
    return [Invited(it, letter_of.get(it.pk)) for it in invitations.open_invitations(company)]


# Changing


@company_page(see=None, act=Right.MEMBERS)
def role(request: HttpRequest, member: Membership, member_id: UUID) -> HttpResponse:
    other = _member(member, member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, say("Nothing was changed. Choose one of the four roles."))
        return redirect("members", member.company_id)
    try:
        change_role(other, form.chosen, by=member.user)
    except LastOwner:
        messages.error(request, _last_owner())
    except Unverified:
        text = say("Nothing was changed. %(name)s must confirm the e-mail address first.")
        messages.error(request, text % {"name": other.user.shown})
    else:
        names = {"name": other.user.shown, "role": ROLES[form.chosen]}
        messages.success(request, say("Saved. %(name)s: %(role)s.") % names)
    return redirect("members", member.company_id)


@company_page(see=Right.MEMBERS, act=Right.MEMBERS)
def remove(request: HttpRequest, member: Membership, member_id: UUID) -> HttpResponse:
    """Asks for confirmation; with JavaScript, in a dialog on the list."""
    other = _member(member, member_id)
    if request.method != "POST":
        return render(request, "people/remove.html", {"it": other})
    return _ended(request, member, other)


@company_page(see=Right.READ, act=Right.READ)
def leave(request: HttpRequest, member: Membership) -> HttpResponse:
    if request.method != "POST":
        return render(request, "people/leave.html")
    return _ended(request, member, member)


def _ended(request: HttpRequest, member: Membership, other: Membership) -> HttpResponse:
    try:
        end_membership(other, by=member.user)
    except LastOwner:
        messages.error(request, _last_owner())
        return redirect("members", member.company_id)
    names = {"name": other.user.shown, "company": member.company.name}
    if other.pk == member.pk:
        messages.success(request, say("You are no longer a member of %(company)s.") % names)
        return redirect("companies")
    messages.success(request, say("%(name)s is no longer a member of %(company)s.") % names)
    return redirect("members", member.company_id)


def _last_owner() -> str:
    return say("Nothing was changed. A company must have an owner: make somebody else an owner first.")


def _member(member: Membership, member_id: UUID) -> Membership:
    return get_object_or_404(members_of(member.company), pk=member_id)


# Inviting


@never_cache
@company_page(see=None, act=Right.MEMBERS)
def invite(request: HttpRequest, member: Membership) -> HttpResponse:
    """Shows the link once, in the response itself, because it is not stored."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form)
    email, once = form.cleaned_data["email"], form.cleaned_data["once"]
    if once and once in (made_before := request.session.get(INVITED, [])):
        messages.warning(request, say("This invitation was made already; its link was shown once. It is listed below."))
        return redirect("members", member.company_id)
    try:
        made = invitations.make(member.company, form.chosen, by=member.user, email=email)
    except TooMany:
        form.add_error(None, say("There are %d open invitations. Withdraw one first.") % invitations.MOST_OPEN)
        return _page(request, member, form)
    except TooManyToday:
        form.add_error(None, say("You created %d invitations in a day. Continue tomorrow.") % invitations.MOST_A_DAY)
        return _page(request, member, form)
    except Unverified:
        form.add_error(None, say("Confirm your e-mail address first: My account leads there."))
        return _page(request, member, form)
    if once:
        request.session[INVITED] = [*made_before, once][-MOST_REMEMBERED:]
    link = request.build_absolute_uri(reverse("invitation", args=[made.token]))
    is_posted = bool(email) and letters.leaves()
    if is_posted:
        _post(made, link)
    return render(request, "people/invited.html", {"invitation": made.invitation, "link": link, "is_posted": is_posted})


def _post(made: Made, link: str) -> None:
    """Hands the link to the worker. It is on the screen in any case."""
    context: dict[str, Any] = {"invitation": made.invitation, "link": link}
    subject = " ".join(render_to_string("people/email/invitation_subject.txt", context).split())
    text = render_to_string("people/email/invitation_message.txt", context)
    letters.post(EmailMessage(subject, text, to=[made.invitation.email]), kind="invitation", invitation=made.invitation)


@company_page(see=None, act=Right.MEMBERS)
def withdraw(request: HttpRequest, member: Membership, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation, company=member.company, pk=invitation_id, used_at=None)
    invitations.withdraw(invitation, by=member.user)
    messages.success(request, say("The invitation is withdrawn: its link no longer works."))
    return redirect("members", member.company_id)
