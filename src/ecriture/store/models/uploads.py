"""Files that people gave: previewed before they change anything, and kept as the source of what they changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from ecriture.store.models.audit import AuditRecord
from ecriture.store.models.owned import Owned, unique


class Uploads(models.Manager["Upload"]):
    """Leaves the bytes where they are: a list of files must not load them. `store.uploads` reads them by themselves."""

    def get_queryset(self) -> models.QuerySet["Upload"]:
        return super().get_queryset().defer("content")


class Upload(Owned):
    """A file as it came. `shows` is the fingerprint of the effect that its preview showed.

    Until it is put in place it has a day to live, and no `record`. Then `record` is what it changed, and the file stays.
    Of a long file only the beginning is here; `more` counts the other bytes, which are in parts (`UploadPart`).
    """

    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    more = models.IntegerField(null=True)
    shows = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    record = models.ForeignKey(AuditRecord, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)

    objects = Uploads()

    class Meta:
        constraints = (unique("upload", "record"),)
        indexes = (models.Index(fields=["company", "expires_at"], name="upload_expires"),)

    def __str__(self) -> str:
        return f"{self.name} · SHA-256 {self.sha256}"


class UploadPart(Owned):
    """The next bytes of a long file. All parts but the last have one length (`store.uploads.PART`), so that each byte is
    found. They are written before the file's own row, and protected as it is (migration 0020)."""

    upload = models.ForeignKey(
        Upload, on_delete=models.DO_NOTHING, related_name="parts", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (unique("uploadpart", "upload", "position"),)

    def __str__(self) -> str:
        return f"{self.upload_id} {self.position}"
