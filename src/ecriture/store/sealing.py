"""Secrets of the database, encrypted with the server's key: a copy of the database alone gives nobody a second factor."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "fernet:"
"""Before an encrypted text. One without it was kept before they were encrypted."""

FACTORS = b"ecriture second factors:"
LETTERS = b"ecriture letters:"
"""What a text is sealed for: each purpose has a key of its own, made of the server's."""


class Unreadable(ValueError):
    """A secret that was encrypted with another key than the server's."""


def sealed(text: str, purpose: bytes = FACTORS) -> str:
    return MARK + _keys(purpose).encrypt(text.encode()).decode()


def opened(text: str, purpose: bytes = FACTORS) -> str:
    """The secret. Raises Unreadable."""
    if not text.startswith(MARK):
        return text
    try:
        return _keys(purpose).decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _keys(purpose: bytes) -> MultiFernet:
    """The server's key encrypts; earlier ones (SECRET_KEY_FALLBACKS) still read."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(purpose + str(it).encode()).digest())) for it in secrets])
