"""Files of documents and payments that were imported, and what each changed, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.utils import timezone

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


class ImportJob(Owned):
    """A large file that a worker looks at or stores (`ecriture.store.import_jobs`), how far it is, and what came of it.

    `asked` are the fields of the page that asked for it, `shows` the fingerprint that the person saw. `job` is its row in
    the queue.
    """

    upload = models.UUIDField()
    act = models.CharField(max_length=10)
    asked = models.JSONField(default=dict)
    shows = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    job = models.CharField(max_length=64, blank=True)
    phase = models.CharField(max_length=10)
    since = models.DateTimeField(default=timezone.now)
    """When the phase began."""
    place = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    made = models.UUIDField(null=True)
    """The import that was stored."""

    class Meta:
        indexes = (models.Index(fields=["company", "upload", "at"], name="importjob_upload"),)

    def __str__(self) -> str:
        return f"{self.act} {self.upload}"


class ImportPage(Owned):
    """Some rows of what a job found that a file would do, as many as a page shows."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    rows = models.JSONField()

    class Meta:
        constraints = (unique("importpage", "job", "position"),)

    def __str__(self) -> str:
        return f"{self.job_id} {self.position}"
