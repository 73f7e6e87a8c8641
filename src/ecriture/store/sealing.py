"""Secrets of the database, encrypted with the server's key: a copy of the database alone gives nobody a second factor."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "fernet:"
"""Before an encrypted text. One without it was kept before they were encrypted."""

PURPOSE = b"ecriture second factors:"


class Unreadable(ValueError):
    """A secret that was encrypted with another key than the server's."""


def sealed(text: str) -> str:
    return MARK + _keys().encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """The secret. Raises Unreadable."""
    if not text.startswith(MARK):
        return text
    try:
        return _keys().decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _keys() -> MultiFernet:
    """The server's key encrypts; earlier ones (SECRET_KEY_FALLBACKS) still read."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(PURPOSE + str(it).encode()).digest())) for it in secrets])
