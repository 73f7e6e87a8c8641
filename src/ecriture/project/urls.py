"""The pages, the sign-in pages, and the health check."""

from django.urls import include, path

from ecriture.web.views.health import health, ready

urlpatterns = [
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("auth/", include("allauth.urls")),
    path("", include("ecriture.web.urls")),
]

handler400 = "ecriture.web.views.errors.bad_request"
handler403 = "ecriture.web.views.errors.forbidden"
handler404 = "ecriture.web.views.errors.not_found"
handler429 = "ecriture.web.views.errors.too_many"  # allauth's, for its limits
handler500 = "ecriture.web.views.errors.broken"
