"""One-time codes: each works once, and guessing is slow, whichever process answers."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connection
from django.test import Client

from ecriture.store.models import User
from ecriture.store.sealing import sealed
from ecriture.web.accounts import network_of
from server_world import PASSWORD, person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - made for a test


@pytest.fixture
def user(db: None) -> User:
    cache.clear()
    made = person("lise")
    TOTP.activate(made, SECRET)
    return made


def codes() -> list[str]:
    return [format_hotp_value(hotp_value(SECRET, it)) for it in yield_hotp_counters_from_time()]


def at_the_door(user: User) -> Client:
    client = Client()
    client.post("/auth/login/", {"login": user.email, "password": PASSWORD})
    return client


def tried(client: Client, code: str) -> bool:
    client.post("/auth/2fa/authenticate/", {"code": code})
    return "_auth_user_id" in client.session


def test_a_code_works_once(user: User) -> None:
    code = codes()[1]
    assert tried(at_the_door(user), code)
    assert not tried(at_the_door(user), code)
    assert not tried(at_the_door(user), f" {code} ")


def test_also_longer_than_its_period(user: User) -> None:
    """It is accepted for 90 seconds, and allauth remembers it for 30."""
    code = codes()[2]
    assert tried(at_the_door(user), code)
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    assert not tried(at_the_door(user), code)


def test_five_guesses_and_then_even_the_right_code_waits(user: User) -> None:
    for number in range(5):
        assert not tried(at_the_door(user), f"00000{number}")
    assert not tried(at_the_door(user), codes()[1])
    page = at_the_door(user).post("/auth/2fa/authenticate/", {"code": codes()[1]}).content.decode()
    assert "Trop de mauvais codes" in page


def test_both_are_counted_in_the_database(user: User) -> None:
    tried(at_the_door(user), codes()[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM ecriture_counts")
        kept = str(cursor.fetchall())
    assert f"used-code-{user.pk}" in kept


def test_a_factor_of_another_key_lets_nobody_in_and_breaks_nothing(user: User) -> None:
    factor = user.authenticator_set.get()  # type: ignore[attr-defined]
    factor.data["secret"] = sealed("x")[:-4] + "AAA="
    factor.save()
    assert not tried(at_the_door(user), codes()[1])


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::"),
        ("unix", ""),
        ("", ""),
    ],
)
def test_an_ipv6_address_is_counted_by_its_network(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_the_lock_out_counts_so_too(user: User) -> None:
    for number in range(5):
        door = Client(REMOTE_ADDR=f"2001:db8::{number}")
        door.post("/auth/login/", {"login": user.email, "password": "wrong"})
    for address, status in (("2001:db8::ffff", 429), ("2001:db8:0:1::1", 302)):
        answer = Client(REMOTE_ADDR=address).post("/auth/login/", {"login": user.email, "password": PASSWORD})
        assert answer.status_code == status
