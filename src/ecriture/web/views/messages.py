"""The messages of a program about a batch's file that it refused."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.web.batch_page import batch_of, program_of
from ecriture.web.guards import company_page
from ecriture.web.messages_page import MessagesForm, explained


@company_page(see=Right.READ, act=Right.READ)
def batch_messages(request: HttpRequest, member: Membership, number: int) -> HttpResponse:
    """Reads them, and keeps nothing."""
    batch = batch_of(member.company, number)
    program = program_of(batch)
    if not program.has_messages:
        raise Http404
    is_sent = request.method == "POST"
    form = MessagesForm(request.POST if is_sent else None, request.FILES or None)
    found = explained(batch, form.content) if is_sent and form.is_valid() else None
    context = {"batch": batch, "program": program, "form": form, "found": found}
    return render(request, "transfer/messages.html", context, status=422 if is_sent and found is None else 200)
