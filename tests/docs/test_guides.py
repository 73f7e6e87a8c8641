"""The guides name what is on the screen, say what a newcomer must be told, and have their place among the pages."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from doc_examples import BOREAL, LANGUAGES, READMES, ROOT, all_pages, pages, set_in_french

import ecriture
from ecriture.core.accounts import Chart
from ecriture.core.amounts import show_number
from ecriture.core.entries import JournalEntry

KINDS = {
    "en": ("Learn it", "Do something", "Look something up", "Understand why"),
    "fr": ("Apprendre", "Faire quelque chose", "Chercher", "Comprendre pourquoi"),
}
PROGRAMS = {"sage50.md": "Sage", "acomba.md": "Acomba"}

MUST_SAY = {
    "en": (
        "Choose your accounting program in Écriture, and have the list of your account numbers at hand",
        "A linked account is tied to the receivables sub-ledger, so that no journal entry can be made on it",
        "So you create one more receivable that is not linked, 1201 for example",
        "An invoice has two accounts. The **debit** is 1201; the **credit** is the default revenue",
        "which is used for items that have none of their own",
        "A payment has two accounts. The **debit** is your bank; the **credit** is 1201 again",
        "Save: nothing is used before *Save*",
        "**Generate the transactions only when invoices are paid.**",
        "It does not change when GST and QST are owed: they are owed as soon as the invoice is issued, paid or not",
        "*Settings → Invoices*: each tax, GST and QST, has two accounts",
        "*Settings → Products & Services*: the two default accounts stand at the top",
        "Below, each item has its own debit and credit account",
        "Again for each new item: first in {program}, then here",
        "Do not delete an item: archive it, with a note",
        "Invoices of before, late payments and corrections still need its accounts",
        "**Take it out again.**",
    ),
    "fr": (
        "Choisissez votre logiciel comptable dans Écriture, et ayez la liste de vos numéros de compte sous la main",
        "Un compte associé est lié à l’auxiliaire des comptes clients : on ne peut y passer aucune écriture de journal",
        "Vous créez donc un compte client de plus, qui n’est pas associé, par exemple 1201",
        "Une facture a deux comptes. Le **débit** est 1201; le **crédit** est le revenu par défaut",
        "qui sert pour les articles qui n’ont pas leur propre compte",
        "Un paiement a deux comptes. Le **débit** est votre banque; le **crédit** est encore 1201",
        "Enregistrez : rien ne sert avant *Enregistrer*",
        "**Générer les transactions seulement lorsque les factures sont payées.**",
        "Il ne change pas le moment où la TPS et la TVQ sont dues : elles le sont dès que la facture est faite, payée ou non",
        "*Réglages → Factures* : chaque taxe, TPS et TVQ, a deux comptes",
        "*Réglages → Articles* (produits et services) : les deux comptes par défaut sont en haut",
        "Dessous, chaque article a son compte de débit et son compte de crédit",
        "De même pour chaque nouvel article : d’abord dans {program}, ensuite ici",
        "Ne supprimez pas un article : archivez-le, avec une note",
        "Les factures d’avant, les paiements tardifs et les corrections ont encore besoin de ses comptes",
        "**La retirer.**",
    ),
}
"""What a user of such an integration is told, in the order of the work. `{program}` is the name of the program."""

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def flat(text: str) -> str:
    """A text without its line ends and no-break spaces."""
    return " ".join(text.split())


def page(language: str, name: str) -> str:
    return (ROOT / "docs" / language / name).read_text("utf-8")


def prose(text: str) -> str:
    """A text with `_` for its code and for the addresses of its links."""
    return re.sub(r"`[^`\n]*`|\]\([^)\n]*\)", "_", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


# What is said


@in_both_languages
@pytest.mark.parametrize(("name", "program"), PROGRAMS.items())
def test_a_guide_says_what_a_newcomer_must_be_told(language: str, name: str, program: str) -> None:
    text, place = flat(page(language, name)), 0
    for sentence in MUST_SAY[language]:
        found = text.find(sentence.format(program=program), place)
        assert found >= 0, sentence
        place = found


def test_both_languages_must_say_as_much() -> None:
    assert len(MUST_SAY["en"]) == len(MUST_SAY["fr"])


# The names of the screen

GUIDES = (
    *PROGRAMS,
    *("other-programs.md", "month.md", "undo.md", "accountant.md", "first-steps.md", "transfer.md", "documents.md"),
    *("by-hand.md", "items.md", "chart.md", "closing.md", "proof.md", "taxes.md", "people.md"),
    *("web-settings.md", "web-company-file.md"),
)
"""The pages that stand beside the application: what they have in italics is a name on the screen, or in another program."""


@in_both_languages
@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_names_what_is_on_the_screen(language: str, name: str) -> None:
    there = screen(language)
    assert [it for it in labels(page(language, name)) if it not in ELSEWHERE and not there.fullmatch(it)] == []


def labels(text: str) -> Iterable[str]:
    """Each name in italics: of a button, a page, a menu."""
    for span in re.findall(r"(?<!\*)\*([^*]+?)\*(?!\*)", prose(text)):
        yield from (plain(part) for part in span.split("→"))


@cache
def screen(language: str) -> re.Pattern[str]:
    """The texts of the application in a language, whole or up to their first colon, with anything where a value stands."""
    said: set[str] = set()
    for domain in ("django", "ecriture"):
        with (ROOT / "src/ecriture/locale/fr/LC_MESSAGES" / f"{domain}.po").open("rb") as file:
            for message in read_po(file):
                texts = message.string if language == "fr" else message.id
                said.update((texts,) if isinstance(texts, str) else texts or ())
    whole = {plain(text) for text in said if text}
    begun = {text.partition(":")[0].strip() for text in whole}
    patterns = (re.sub(r"%\\\(\w+\\\)[sd]|%s", ".+", re.escape(text)) for text in whole | begun)
    return re.compile("|".join(it for it in patterns if len(it.replace(".+", "").strip()) > 1), re.IGNORECASE)


def plain(text: str) -> str:
    """A text as it is compared: without what a button or a sentence ends in, and with one kind of apostrophe."""
    return re.sub(r"(?<=\S)…$|\.$", "", flat(text)).replace("'", "’")


ELSEWHERE = frozenset((ROOT / "tests" / "docs" / "elsewhere.txt").read_text("utf-8").splitlines())
"""Names in other programs, and the few examples and words of ours in italics that no page shows as they are."""


# For the accountant


@in_both_languages
def test_the_example_for_the_accountant_is_what_the_program_makes(language: str) -> None:
    shown = re.search(r"^\|---\|---:\|---:\|\n((?:\|.*\n)+)", page(language, "accountant.md"), re.MULTILINE)
    assert shown
    inputs = ecriture.read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=BOREAL / "payments.csv",
        chart=BOREAL / "chart.csv",
    )
    documents, payments = inputs.books.documents, inputs.books.payments
    few = ecriture.inputs(
        inputs.settings, documents=[documents["F-1001"]], payments=[payments["P-1"]], chart=inputs.chart
    )
    (entry,) = ecriture.plan(few, through=date(2026, 1, 31)).entries
    assert shown[1] == "".join(rows(entry, inputs.chart, language))
    assert entry.date == date(2026, 1, 31)


def rows(entry: JournalEntry, chart: Chart, language: str) -> Iterable[str]:
    for line in entry.lines:
        account = chart.get(line.account)
        assert account
        amount = show_number(abs(line.amount_cents), language)
        cells = (amount, "") if line.amount_cents > 0 else ("", amount)
        yield "| " + f"{line.account} {account.named(language)} | {cells[0]} | {cells[1]} |\n".replace("|  |", "| |")


@in_both_languages
def test_the_page_for_the_accountant_is_one_page(language: str) -> None:
    assert len(page(language, "accountant.md").split()) < 850


# Its place


@in_both_languages
def test_every_page_is_in_one_place_of_the_index(language: str) -> None:
    index = page(language, "index.md")
    sections = re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", index, re.MULTILINE)
    assert tuple(heading for heading, _ in sections[:-1]) == KINDS[language]
    listed = [name for _, text in sections for name in re.findall(r"^- \[[^\]]+\]\(([\w-]+\.md)\)", text, re.MULTILINE)]
    there = {it.name for it in pages(language)}
    assert sorted(listed) == sorted(there - {"index.md"})


@in_both_languages
def test_the_readme_leads_to_the_film_the_guides_and_the_index(language: str) -> None:
    readme = READMES[language].read_text("utf-8")
    for name in ("tour.md", "sage50.md", "acomba.md", "other-programs.md", "accountant.md", "index.md"):
        assert f"(docs/{language}/{name}" in readme, name


def test_the_readme_installs_what_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for readme in READMES.values():
        text = readme.read_text("utf-8")
        assert f"ecriture-{project['version']}-py3-none-any.whl[server]" in text
        assert project["requires-python"] == f">={re.search(r'Python (3[.][0-9]+)', text)[1]}"  # type: ignore[index]
        assert "server" in project["optional-dependencies"]
        made = re.findall(r"\bmake (\w+)(?= +#|`)", text)
        assert {*made} == {"run", "test", "setup", "build"}
        assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in made)


# Alike in both languages


def headings(text: str) -> list[int]:
    return [len(marks) for marks in re.findall("^(#+) ", prose(text), re.MULTILINE)]


def pictures(text: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\((?:docs/\w\w/)?(images/[\w-]+\.png)\)", text)


@pytest.mark.parametrize("name", [it.name for it in pages("en")])
def test_both_languages_have_the_same_form(name: str) -> None:
    english, french = page("en", name), page("fr", name)
    assert headings(english) == headings(french)
    assert pictures(english) == pictures(french)
    assert english.count("![") == len(pictures(english)), "a picture without words"
    assert len(re.findall(r"^\|", english, re.MULTILINE)) == len(re.findall(r"^\|", french, re.MULTILINE))
    assert len(re.findall(r"^\d+\. ", english, re.MULTILINE)) == len(re.findall(r"^\d+\. ", french, re.MULTILINE))


@pytest.mark.parametrize("french", [it for language, it in all_pages() if language == "fr"], ids=lambda it: it.name)
def test_french_is_set_as_in_quebec(french: Path) -> None:
    text = french.read_text("utf-8")
    assert set_in_french(text) == text, "doc_examples.regenerate() sets it"
