"""How often strangers may do a thing. Counted in the cache's table, so that all processes count together (decisions, 14.7)."""

import time

from django.core.cache import cache

MINUTE = 60


def is_too_often(what: str, address: str, most: int) -> bool:
    """Whether an address did a thing so often within a minute of the first time; counts it if not.

    Who is refused writes nothing. Two at the same moment may count as one, so a few more than `most` can pass.
    """
    key, now = f"{what}-{address}", time.time()
    since, count = cache.get(key, (now, 0))
    if now - since >= MINUTE:
        since, count = now, 0
    if count >= most:
        return True
    cache.set(key, (since, count + 1), MINUTE)
    return False
