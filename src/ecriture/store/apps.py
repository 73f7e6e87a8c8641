"""The only Django app with models."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "ecriture.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
