"""Second factors are nothing to read in the database."""

from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.db import connection

from ecriture.store.sealing import MARK, Unreadable, opened, sealed
from server_world import person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - made for a test


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return str(cursor.fetchall())


def test_a_secret_is_encrypted_and_still_works(db: None) -> None:
    factor = TOTP.activate(person("lise"), SECRET)
    assert SECRET not in stored()
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    assert factor.validate_code(code)


def test_so_are_recovery_codes(db: None) -> None:
    codes = RecoveryCodes.activate(person("lise"))
    assert opened(codes.instance.data["seed"]) not in stored()
    assert codes.validate_code(codes.get_unused_codes()[0])


def test_another_key_reads_nothing(settings: Any) -> None:
    kept = sealed(SECRET)
    first, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(Unreadable):
        opened(kept)
    settings.SECRET_KEY_FALLBACKS = [first]
    assert opened(kept) == SECRET


def test_those_of_before_are_encrypted_by_the_migration(db: None) -> None:
    Authenticator.objects.create(user=person("lise"), type="totp", data={"secret": SECRET})
    migration = import_module("ecriture.store.migrations.0005_sealed_second_factors")
    for _ in range(2):
        migration.seal(apps, None)
        kept = Authenticator.objects.get().data["secret"]
        assert kept.startswith(MARK)
        assert opened(kept) == SECRET
