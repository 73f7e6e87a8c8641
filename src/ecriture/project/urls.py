"""The pages, and those of signing in."""

from django.urls import include, path

urlpatterns = [
    path("auth/", include("allauth.urls")),
    path("", include("ecriture.web.urls")),
]

handler400 = "ecriture.web.views.errors.bad_request"
handler403 = "ecriture.web.views.errors.forbidden"
handler404 = "ecriture.web.views.errors.not_found"
handler500 = "ecriture.web.views.errors.broken"
