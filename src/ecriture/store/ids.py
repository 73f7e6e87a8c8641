"""Globally unique identifiers, so that a company's rows can move from one database to another."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): milliseconds since 1970, then random bits, so that new rows are close in an index."""
    milliseconds = time.time_ns() // 1_000_000
    return _uuid7(milliseconds, secrets.randbits(74))


def _uuid7(milliseconds: int, chance: int) -> UUID:
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)
