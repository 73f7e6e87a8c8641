"""The Django app of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ecriture.web"
    label = "web"

    def ready(self) -> None:
        from ecriture.web.security_log import connect  # noqa: PLC0415 - needs the apps

        connect()
