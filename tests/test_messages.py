"""Every message of the code and of the pages is in its French catalogue, and what the program reads is made from that."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ecriture.speech.language import LANGUAGES, LOCALE, translate, translate_count

ROOT = Path(__file__).parents[1]
DOMAINS = ("ecriture", "django")
"""What the command and the core say; what the pages say."""

Keywords = dict[str, tuple[int, ...] | None]


def source(domain: str) -> Path:
    return LOCALE / "fr" / "LC_MESSAGES" / f"{domain}.po"


def makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")


class Collected(NamedTuple):
    """What `make messages` reads for one catalogue: in which files and folders, and by which functions."""

    places: tuple[Path, ...]
    keywords: Keywords


def collected(domain: str) -> Collected:
    """As the Makefile has it, with Babel's and Django's own functions."""
    found = re.search(rf'catalogue DOMAIN={domain} FROM="\$\((\w+)\)" KEYWORDS="([^"]*)"', makefile())
    assert found is not None
    places = re.search(rf"^{found[1]} := (.*)$", makefile(), re.MULTILINE)
    assert places is not None
    keywords: Keywords = dict(DEFAULT_KEYWORDS)  # type: ignore[arg-type] # ours have no contexts
    for word in found[2].replace("-k", " ").split():
        name, _, numbers = word.partition(":")
        keywords[name] = tuple(map(_place, numbers.split(","))) if numbers else None
    return Collected(tuple(ROOT / name for name in places[1].split()), keywords)


def _place(number: str) -> Any:
    """`1c` is the context."""
    return (int(number[:-1]), "c") if number.endswith("c") else int(number)


OF_TEMPLATES = "template_messages:extract"
METHODS = (("**.py", "python"), ("**/templates/**.html", OF_TEMPLATES), ("**/templates/**.txt", OF_TEMPLATES))


def extracted(domain: str) -> Iterator[str | tuple[str, ...]]:
    places, keywords = collected(domain)
    for place in places:
        if place.is_dir():
            found = extract_from_dir(place, list(METHODS), keywords=keywords)
            yield from (message for _, _, message, *_ in found)
        else:
            yield from (message for _, message, *_ in extract_from_file("python", place, keywords=keywords))


def catalogue(domain: str) -> Catalog:
    with source(domain).open("rb") as stream:
        return read_po(stream)


def identity(message: Any) -> str | tuple[str, ...]:
    return tuple(message) if isinstance(message, list | tuple) else str(message)


MESSAGES = [(domain, message) for domain in DOMAINS for message in catalogue(domain) if message.id]
of_each_domain = pytest.mark.parametrize("domain", DOMAINS)
of_each_message = pytest.mark.parametrize(
    ("domain", "message"), MESSAGES, ids=lambda it: str(getattr(it, "id", it))[:40]
)


@of_each_domain
def test_every_message_of_the_code_is_in_the_catalogue_and_no_other(domain: str) -> None:
    in_code = set(map(identity, extracted(domain)))
    assert len(in_code) > 200
    assert in_code == {identity(message.id) for of, message in MESSAGES if of == domain}


def test_every_module_that_speaks_is_looked_at() -> None:
    """A module outside of the folders that `make messages` reads may speak only in the words of others."""
    used = re.compile(r"\b(?:N_|translate|translate_count)\(\s*[\"']")
    inside = collected("ecriture").places
    for file in (ROOT / "src").rglob("*.py"):
        if not any(place == file or place in file.parents for place in inside):
            assert not used.search(file.read_text("utf-8")), file


@of_each_domain
def test_no_message_is_missing_or_doubtful(domain: str) -> None:
    mine = [message for of, message in MESSAGES if of == domain]
    assert [message.id for message in mine if message.fuzzy or not all(texts(message))] == []
    assert catalogue(domain).obsolete == {}


def texts(message: Any) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


@of_each_domain
def test_the_catalogue_says_how_french_counts(domain: str) -> None:
    """None and one are singular; without this line, and without the character set, gettext cannot read it."""
    found = catalogue(domain)
    assert found.plural_forms == "nplurals=2; plural=(n > 1);"
    assert found.charset == "utf-8"
    assert b"charset=utf-8" in source(domain).read_bytes()[:2000]


def test_french_counts() -> None:
    for count, form in ((0, "0 erreur."), (1, "1 erreur."), (2, "2 erreurs.")):
        assert translate_count("{count} error.", "{count} errors.", count, "fr").format(count=count) == form


def placeholders(domain: str, text: str) -> set[str]:
    if domain == "django":
        return set(re.findall(r"%\(\w+\)[a-z]|%s|\{\w+\}", text))
    return {f"{name}!{conversion}" for _, name, _, conversion in Formatter().parse(text) if name is not None}


@of_each_message
def test_a_translation_has_the_same_placeholders(domain: str, message: Any) -> None:
    """Of a message with two forms, the one for one may leave the number out."""
    ids = message.id if message.pluralizable else [message.id]
    wanted = set().union(*(placeholders(domain, text) for text in ids))
    for text in texts(message):
        assert placeholders(domain, text) <= wanted
    assert set().union(*(placeholders(domain, text) for text in texts(message))) == wanted


@of_each_message
def test_french_is_set_as_in_quebec(domain: str, message: Any) -> None:
    """A no-break space before a colon and within « … », none before ; ? !, and the typographic apostrophe."""
    for text in texts(message):
        words = re.sub(r"\"[^\"]*\"|--\S+|\{[^}]*\}|%\(\w+\)s|<[^>]+>|&\w+;|https?:\S*", "x", text)
        assert not re.search(r"[^\u00a0]:(?=\s|$)|« | »", words), text
        assert not re.search(r"\s[;?!]", words), text
        assert "'" not in words, text


BANNED = (
    r"(?<![Tt]here )\bis no (?!longer\b)\w",
    r"\blest\b",
    r"\bGo on\b|\band go on\b",
    r"\bNothing waits\b",
    r"\bat once\b",
    r"\b(?:work|works|worked) no more\b|\bany more\b",
    r"\bstands? (?:twice|in|beside|here|again)\b",
    r"\blies in\b",
    r"\breckon|\bto be gone through\b|\bwhoever\b",
)
"""Turns that are hard to read, or old: say « is not an amount », « Continue », « immediately », « no longer »."""
BANNED_IN_FRENCH = (r"\bchartes?\b", r"\brangées?\b", r"\btraiteur de cartes\b")
TEMPLATES = tuple(file for file in sorted((ROOT / "src/ecriture/web/templates").rglob("*")) if file.is_file())


def turns(text: str, banned: tuple[str, ...]) -> list[str]:
    return [found[0] for pattern in banned for found in re.finditer(pattern, text)]


@of_each_message
def test_a_message_is_in_plain_words(domain: str, message: Any) -> None:
    for text in message.id if message.pluralizable else [message.id]:
        assert turns(text, BANNED) == [], text
    for text in texts(message):
        assert turns(text, BANNED_IN_FRENCH) == [], text


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda it: it.name)
def test_a_template_is_in_plain_words(file: Path) -> None:
    """Its messages and whatever else it says, such as the examples of the style guide."""
    assert turns(file.read_text("utf-8"), BANNED + BANNED_IN_FRENCH) == []


@pytest.mark.parametrize("file", [it for it in TEMPLATES if it.suffix == ".html"], ids=lambda it: it.name)
def test_a_colon_beside_a_message_is_set_by_the_language(file: Path) -> None:
    """`{% colon %}`: French has a no-break space before it."""
    beside = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"(?:\}\}|</a>|</b>|%\}): ", beside) == []


def test_a_turn_that_is_hard_to_read_is_found() -> None:
    assert turns("“x” is no amount, lest it stands twice.", BANNED) == ["is no a", "lest", "stands twice"]
    assert turns("There is no amount; it is no longer here. Continue.", BANNED) == []


@of_each_domain
def test_the_compiled_catalogue_is_made_from_it(domain: str) -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue(domain))
    fresh.seek(0)
    with source(domain).with_suffix(".mo").open("rb") as stream:
        compiled = GNUTranslations(stream)
    for of, message in MESSAGES:
        if of != domain:
            continue
        one, *many = [message.id] if isinstance(message.id, str) else message.id
        if message.context:
            forms = [compiled.pgettext(message.context, one)]
        else:
            forms = [compiled.ngettext(one, many[0], count) for count in (1, 2)] if many else [compiled.gettext(one)]
        assert forms == list(texts(message))
    assert vars(compiled)["_catalog"].keys() == vars(GNUTranslations(fresh))["_catalog"].keys()


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {file.parent.parent.name for file in LOCALE.rglob("*.po")} == set(LANGUAGES) - {"en"}
    assert translate("Nothing to transfer.", "en") == "Nothing to transfer."
    assert translate("Nothing to transfer.", "fr") == "Rien à transférer."
