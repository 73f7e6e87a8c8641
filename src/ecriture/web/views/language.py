"""The language of the screen: stored with the person, and in a cookie for visitors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ecriture.speech.language import LANGUAGES
from ecriture.store.models import User
from ecriture.web.returning import back_from


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """Sets the language, and returns to the page."""
    response = back_from(request)
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response
