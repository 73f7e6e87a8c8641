"""The two languages: how one is chosen, and the translation of messages."""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "ecriture"


def language_of(environment: Mapping[str, str]) -> str:
    """French if the locale says so, otherwise English; the first of LC_ALL, LC_MESSAGES and LANG that is set counts."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if locale.lower().startswith("fr") else "en"


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """Messages are in English in the code; French comes from a catalogue, which is required."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=[language])


def translate(message: str, language: str) -> str:
    """A message in a language. The English text is the key."""
    return _translations(language).gettext(message)


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """The plural form for a count: zero is singular in French, plural in English."""
    return _translations(language).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the usual name: marks a message for the catalogue where it is not shown yet
    return message
