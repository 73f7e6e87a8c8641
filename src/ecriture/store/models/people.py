"""People and their roles in companies."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ecriture.store.ids import new_id
from ecriture.store.models.owned import Owned, unique

LONGEST_IDENTIFIED = 254
"""The column of the audit. An address is no longer than that."""


class People(BaseUserManager["User"]):
    """Creates people. Addresses are stored in lower case, so that each has only one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractBaseUser, PermissionsMixin):
    """A person, who signs in with an e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The name, or the address if there is none."""
        return self.name or self.email

    @property
    def identified(self) -> str:
        """Name and address: people can have one name, and change it. A long name is cut, an address never."""
        room = LONGEST_IDENTIFIED - len(self.email) - len(" <>")
        return f"{self.name[:room]} <{self.email}>" if self.name and room > 0 else self.email

    @property
    def is_staff(self) -> bool:
        """Required by some packages; no page depends on it."""
        return self.is_superuser


class Role(models.TextChoices):
    """From the role with the most rights to the one with the fewest."""

    OWNER = "owner", _("owner")
    BOOKKEEPER = "bookkeeper", _("bookkeeper")
    OFFICE = "office", _("assistant")
    READER = "reader", _("reader")


class Membership(Owned):
    """A person's role in a company."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (unique("membership", "user"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Invitation(Owned):
    """A link that makes the person who opens it a member.

    Only its digest is stored, so that a copy of the database gives nobody access.
    """

    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=12, choices=Role)
    email = models.EmailField(blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (unique("invitation", "digest"),)
        indexes = (models.Index(fields=["digest"], name="invitation_digest"),)

    def __str__(self) -> str:
        return f"{self.email or self.role} {self.made_at:%Y-%m-%d}"
