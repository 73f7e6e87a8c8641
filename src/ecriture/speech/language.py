"""The two languages: which one to speak, and the translation of a message into it."""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "ecriture"


def language_of(environment: Mapping[str, str]) -> str:
    """French when the locale says so, else English; the first of LC_ALL, LC_MESSAGES and LANG that is set counts."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if locale.lower().startswith("fr") else "en"


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """Messages are written in English in the code; French has a catalogue, without which nothing is shown in French."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=[language])


def translate(message: str, language: str) -> str:
    """A message in a language. The message itself is the English one."""
    return _translations(language).gettext(message)


def translate_count(one: str, many: str, count: int, language: str) -> str:
    """The form for a count: in French none is singular, in English plural."""
    return _translations(language).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - the usual name: marks a message for the catalogue where it is not shown yet
    return message
