"""Texts in TOML that people send, typed or as a file, and that are taken whole or not at all."""

from typing import Any

from django.utils.translation import gettext as say


def both(text: str | bytes) -> tuple[str, bytes]:
    """A text to be shown, and to be read: of a file its own bytes, since what is not UTF-8 in it is to be said."""
    if isinstance(text, bytes):
        return text.decode("utf-8-sig", "replace").replace("\r\n", "\n"), text
    toml = text.replace("\r\n", "\n")
    return toml, toml.encode("utf-8", "replace")


def of_file(file: Any, most: int) -> bytes:
    """So much of a file that one of more than so many characters is seen to be too long."""
    found: bytes = file.read(4 * most + 4)
    return found


def too_long(name: str, most: int) -> str:
    return say("“%(setting)s” is longer than %(most)s characters.") % {"setting": name, "most": most}
