"""The signed-in person's name, language and account security."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as say

from ecriture.store.models import User
from ecriture.web.forms.people import PersonForm
from ecriture.web.guards import signed_in


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    person: User = request.user  # type: ignore[assignment] # signed in
    initial = {"name": person.name, "language": person.language or get_language()}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person.name, person.language = form.cleaned_data["name"], form.cleaned_data["language"]
        person.save(update_fields=["name", "language"])
        with override(person.language):
            messages.success(request, say("Saved."))
        return redirect("me")
    context = {"form": form, "is_two_factor": is_mfa_enabled(person)}
    return render(request, "people/me.html", context, status=422 if form.errors else 200)
