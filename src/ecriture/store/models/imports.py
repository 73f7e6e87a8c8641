"""Files of documents and payments that were imported, and what each changed, so that it can be undone."""

from django.db import models

from ecriture.store.models.owned import Owned, unique


class Mapping(Owned):
    """A column mapping that a company made, as TOML (`ecriture.sources.mapping`)."""

    name = models.CharField(max_length=120)
    toml = models.TextField()

    class Meta:
        constraints = (unique("mapping", "name"),)

    def __str__(self) -> str:
        return self.name


class Import(Owned):
    """A file that was imported: its upload, which names the record of the audit log.

    `before` is what the units were that it changed, compressed (`ecriture.store.importing`). `known_as`: payments that the
    file has under another number than ours, by that number, as a person said. Empty texts where nobody undid it.
    """

    upload = models.UUIDField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=120)
    origin = models.CharField(max_length=60, blank=True)
    new = models.IntegerField()
    changed = models.IntegerField()
    unchanged = models.IntegerField()
    before = models.BinaryField()
    known_as = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=254, blank=True)

    class Meta:
        indexes = (models.Index(fields=["company", "at", "id"], name="import_at"),)

    def __str__(self) -> str:
        return self.name
