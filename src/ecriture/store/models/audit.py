"""The audit log. Records are only added: no code changes or deletes one."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from ecriture.store.models.owned import Owned, unique


class Written(RuntimeError):
    """An attempt to change or delete a record of the audit log."""


class AuditRecords(models.QuerySet["AuditRecord"]):
    """A manager that only reads and adds records."""

    def update(self, **_fields: Any) -> NoReturn:
        raise Written

    def delete(self) -> NoReturn:
        raise Written


class AuditRecord(Owned):
    """`subject` is what was changed (a setting's path, an item, a member); `changes` are `[setting, before, after]`.

    Of very many changes only the first are here; `more` counts the others, which are in parts (`AuditPart`).
    `words` is the searchable text, folded for comparison. Database triggers protect a record from changes (migration
    0002), except `who`, which becomes empty when the person is deleted; `who_name` is kept.
    """

    at = models.DateTimeField(default=timezone.now)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    who_name = models.CharField(max_length=254)
    action = models.CharField(max_length=40)
    area = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=list)
    more = models.IntegerField(null=True)
    words = models.TextField(blank=True, default="")

    objects = AuditRecords.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["company", "at", "id"], name="audit_at_id"),
            models.Index(fields=["company", "who_name"], name="audit_who_name"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who_name} {self.action} {self.subject}"

    @property
    def change_count(self) -> int:
        """How many changes there are."""
        return len(self.changes) + (self.more or 0)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Written
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Written


class AuditPart(Owned):
    """Some more changes of a record, in their order, with their searchable text. Written before the record, and protected
    as it is (migration 0020)."""

    record = models.ForeignKey(
        AuditRecord, on_delete=models.DO_NOTHING, related_name="parts", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    changes = models.JSONField()
    words = models.TextField()

    class Meta:
        constraints = (unique("auditpart", "record", "position"),)

    def __str__(self) -> str:
        return f"{self.record_id} {self.position}"
