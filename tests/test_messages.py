"""Every message of the code is in the French catalogue, and the catalogue that the program reads is made from it."""

import re
import shlex
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ecriture.language import LANGUAGES, LOCALE, translate, translate_count

ROOT = Path(__file__).parents[1]
SOURCE = LOCALE / "fr" / "LC_MESSAGES" / "ecriture.po"
Keywords = dict[str, tuple[int, ...] | None]


def makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")


def keywords() -> Keywords:
    """The functions whose arguments are messages, as `make messages` names them."""
    command = next(line for line in makefile().splitlines() if "pybabel" in line and " extract " in line)
    words = shlex.split(command)
    named = [following for word, following in pairwise(words) if word == "-k"]
    found: Keywords = {}
    for name, _, places in (word.partition(":") for word in named):
        found[name] = tuple(int(place) for place in places.split(",")) if places else None
    return found


def speaking() -> list[Path]:
    """The files and folders in which `make messages` looks."""
    line = re.search(r"^SPEAKING := (.*)$", makefile(), re.MULTILINE)
    assert line is not None
    return [ROOT / name for name in line[1].split()]


def extracted() -> Iterator[str | tuple[str, ...]]:
    for place in speaking():
        if place.is_dir():
            found = extract_from_dir(place, [("**.py", "python")], keywords=keywords())
            yield from (message for _, _, message, *_ in found)
        else:
            yield from (message for _, message, *_ in extract_from_file("python", place, keywords=keywords()))


def catalogue() -> Catalog:
    with SOURCE.open("rb") as stream:
        return read_po(stream)


def identity(message: Any) -> str | tuple[str, ...]:
    return tuple(message) if isinstance(message, list | tuple) else str(message)


MESSAGES = [message for message in catalogue() if message.id]


def test_every_message_of_the_code_is_in_the_catalogue_and_no_other() -> None:
    in_code = set(map(identity, extracted()))
    assert len(in_code) > 200
    assert in_code == {identity(message.id) for message in MESSAGES}


def test_every_module_that_speaks_is_looked_at() -> None:
    """A module outside of the folders that `make messages` reads may speak only in the words of others."""
    used = re.compile(r"\b(?:N_|translate|translate_count)\(\s*[\"']")
    inside = [place for place in speaking() if place.exists()]
    for file in (ROOT / "src").rglob("*.py"):
        if not any(place == file or place in file.parents for place in inside):
            assert not used.search(file.read_text("utf-8")), file


def test_no_message_is_missing_or_doubtful() -> None:
    assert [message.id for message in MESSAGES if message.fuzzy or not all(texts(message))] == []
    assert catalogue().obsolete == {}


def texts(message: Any) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_the_catalogue_says_how_french_counts() -> None:
    """None and one are singular; without this line, and without the character set, gettext cannot read it."""
    found = catalogue()
    assert found.plural_forms == "nplurals=2; plural=(n > 1);"
    assert found.charset == "utf-8"
    assert b"charset=utf-8" in SOURCE.read_bytes()[:2000]
    for count, form in ((0, "0 erreur."), (1, "1 erreur."), (2, "2 erreurs.")):
        assert translate_count("{count} error.", "{count} errors.", count, "fr").format(count=count) == form


def placeholders(text: str) -> set[str]:
    return {f"{name}!{conversion}" for _, name, _, conversion in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_a_translation_has_the_same_placeholders(message: Any) -> None:
    """Of a message with two forms, the one for one may leave the number out."""
    wanted = set().union(*map(placeholders, message.id if message.pluralizable else [message.id]))
    for text in texts(message):
        assert placeholders(text) <= wanted
    assert set().union(*map(placeholders, texts(message))) == wanted


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_french_is_set_as_in_quebec(message: Any) -> None:
    """A no-break space before a colon and within « … », none before ; ? !, and the typographic apostrophe."""
    for text in texts(message):
        words = re.sub(r"\"[^\"]*\"|--\S+|\{[^}]*\}", "x", text)
        assert not re.search(r"[^\u00a0]:(?=\s|$)|« | »", words), text
        assert not re.search(r"\s[;?!]", words), text
        assert "'" not in words, text


def test_the_compiled_catalogue_is_made_from_it() -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue())
    fresh.seek(0)
    with SOURCE.with_suffix(".mo").open("rb") as stream:
        compiled = GNUTranslations(stream)
    for message in MESSAGES:
        one, *many = [message.id] if isinstance(message.id, str) else message.id
        forms = [compiled.ngettext(one, many[0], count) for count in (1, 2)] if many else [compiled.gettext(one)]
        assert forms == list(texts(message))
    assert vars(compiled)["_catalog"].keys() == vars(GNUTranslations(fresh))["_catalog"].keys()


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {file.parent.parent.name for file in LOCALE.rglob("*.po")} == set(LANGUAGES) - {"en"}
    assert translate("Nothing to transfer.", "en") == "Nothing to transfer."
    assert translate("Nothing to transfer.", "fr") == "Rien à transférer."
