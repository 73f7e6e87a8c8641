"""The documentation says what is there: both languages alike, nothing left out, every example as the program prints it."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import click
import doc_examples
import pytest
from doc_examples import LANGUAGES, PROBLEMS, ROOT, SECTION, all_pages, pages, quotes, with_outputs

from ecriture.cli.commands import commands
from ecriture.cli.speech import Speech
from ecriture.core.amounts import UnreadAmount, read_amount
from ecriture.core.dates import DateReader, UnreadDate
from ecriture.core.problems import SEVERITIES, Severity
from ecriture.sources import chart, documents, payments
from ecriture.sources.items import read_items
from ecriture.sources.mapping import mapping_file
from ecriture.sources.settings_file import NAMED_TABLES, TABLES, read_company
from ecriture.speech import findings
from ecriture.targets.layout import layout_file
from ecriture.targets.layout.model import OF_LINE
from ecriture.targets.registry import TARGETS, layout_names
from ecriture.transfer import read, read_accounts

SEVERITY_WORDS = {
    "en": dict(zip(Severity, ("Error, stops everything.", "Error.", "Warning.", "Notice."), strict=True)),
    "fr": dict(zip(Severity, ("Erreur, arrête tout.", "Erreur.", "Avertissement.", "Avis."), strict=True)),
}

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
on_every_page = pytest.mark.parametrize(
    ("language", "page"), all_pages(), ids=[page.relative_to(ROOT).as_posix() for _, page in all_pages()]
)


def text_of(language: str, name: str) -> str:
    return (ROOT / "docs" / language / name).read_text("utf-8")


def code_spans(text: str) -> set[str]:
    """Everything that stands between backquotes outside of blocks."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)))


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level, up to the next one."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading}"
    return found[1]


# The same pages, and nothing left out


def test_both_languages_have_the_same_pages() -> None:
    english, french = ([page.name for page in pages(language)] for language in LANGUAGES)
    assert english == french


def test_both_languages_show_the_same_number_of_examples() -> None:
    for page in pages("en"):
        english, french = page.read_text("utf-8"), text_of("fr", page.name)
        assert english.count("```") == french.count("```"), page.name
        assert len(re.findall("^#+ ", english, re.MULTILINE)) == len(re.findall("^#+ ", french, re.MULTILINE)), (
            page.name
        )


@in_both_languages
def test_every_problem_has_a_section_with_its_severity_and_its_sentences(language: str) -> None:
    found = {section[1]: section[0] for section in SECTION.finditer(text_of(language, "problems.md"))}
    assert set(found) == set(SEVERITIES) == set(PROBLEMS)
    for code, severity in SEVERITIES.items():
        assert found[code].split("\n\n")[1].startswith(SEVERITY_WORDS[language][severity]), code
        assert quotes(code, language) in found[code], code


def all_commands() -> Iterator[tuple[str, str, click.Command]]:
    """Each command by its first word and by all of its words."""
    for name, command in commands(Speech("en")).commands.items():
        yield name, name, command
        if isinstance(command, click.Group):
            yield from ((name, f"{name} {below}", it) for below, it in command.commands.items())


def options() -> Iterator[tuple[str, str]]:
    for name, _, command in all_commands():
        for parameter in command.params:
            yield from ((name, option) for option in parameter.opts if isinstance(parameter, click.Option))


def explained(language: str, name: str) -> str:
    return section(text_of(language, "command.md"), "convert" if name == "check" else name)


@in_both_languages
def test_every_command_is_explained_in_its_section(language: str) -> None:
    below = [(name, words) for name, words, _ in all_commands() if words != name]
    assert [words for name, words in below if not re.search(rf"`{words}[ `]", explained(language, name))] == []


@in_both_languages
def test_every_option_is_explained_in_the_section_of_its_command(language: str) -> None:
    missing = [
        (name, option)
        for name, option in options()
        if not re.search(rf"`[^`\n]*(?<![\w-]){option}\b", explained(language, name))
    ]
    assert missing == []


@in_both_languages
def test_every_command_is_in_the_table_at_the_top(language: str) -> None:
    table = re.findall(r"^\| `(\w+)` \|", text_of(language, "command.md").partition("\n## ")[0], re.MULTILINE)
    assert sorted(table) == sorted(commands(Speech("en")).commands)


@in_both_languages
def test_every_setting_is_explained_under_its_table(language: str) -> None:
    page = text_of(language, "settings.md")
    tables = {f"`[{name}]`": keys for name, keys in TABLES.items()}
    names = {"taxes": "CODE", "items": "CODE", "methods": "NAME" if language == "en" else "NOM"}
    tables |= {f"`[{name}.{names[name]}]`": keys for name, keys in NAMED_TABLES.items()}
    for heading, keys in tables.items():
        explained = re.findall(r"^\| `(\w+)` \|", section(page, heading), re.MULTILINE)
        assert sorted(explained) == sorted(keys), heading


@in_both_languages
def test_every_column_is_named_in_both_languages(language: str) -> None:
    spans = code_spans(text_of(language, "files.md"))
    for columns in (documents.COLUMNS, payments.COLUMNS, chart.COLUMNS):
        named = {name for column in columns for name in (column.name, column.french or column.name)}
        assert named - spans - {"classe"} == set()


@in_both_languages
def test_every_key_of_a_mapping_is_explained(language: str) -> None:
    page = text_of(language, "mappings.md")
    explained = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    keys = {key for kind in mapping_file.KEYS.values() for key in kind}
    assert {*explained} == keys


@in_both_languages
def test_the_mappings_shown_are_read_without_a_problem(language: str) -> None:
    shown = blocks(text_of(language, "mappings.md"), "toml")
    assert len(shown) == 4
    for toml in shown:
        assert mapping_file.read_mapping(BytesIO(toml.encode())).problems == ()


@in_both_languages
def test_every_key_and_field_of_a_layout_is_explained(language: str) -> None:
    page = text_of(language, "layouts.md")
    explained = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert {*explained} >= {*layout_file.LAYOUT, *layout_file.COLUMN, "field"}
    assert OF_LINE - code_spans(page) == set()
    assert [name for name in layout_names() if f"| `{name}` |" not in page] == []
    (shown,) = blocks(page, "toml")
    assert layout_file.read_layout(BytesIO(shown.encode())).problems == ()


@in_both_languages
def test_every_target_has_a_section(language: str) -> None:
    assert [target for target in TARGETS if f"\n## `{target}`\n" not in text_of(language, "formats.md")] == []


@in_both_languages
def test_every_rule_of_the_sage_checker_is_explained(language: str) -> None:
    rules = sorted({variant.partition("/")[0] for variant in findings.SENTENCES})
    assert rules == [f"GJ-{number:02}" for number in range(1, 12)]
    assert [rule for rule in rules if f"\n| {rule} |" not in text_of(language, "formats.md")] == []


@in_both_languages
def test_every_function_of_the_library_is_named(language: str) -> None:
    import ecriture

    spans = " ".join(code_spans(text_of(language, "library.md")))
    assert [name for name in ecriture.__all__ if not re.search(rf"\b{name}\b", spans)] == []


# Decisions


def test_decisions_are_all_there_in_order() -> None:
    """Numbers without a gap: two branches merged carelessly lose a section, or have a number twice."""
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    sections = re.split(r"^## (\d+)\. ", text, flags=re.MULTILINE)
    assert [*map(int, sections[1::2])] == [*range(1, len(sections) // 2 + 1)]
    for section, decisions in zip(sections[1::2], sections[2::2], strict=True):
        found = re.findall(r"^\*\*(\d+)\.(\d+)([a-z]?) ", decisions, re.MULTILINE)
        numbers = [(int(number), letter) for _, number, letter in found]
        assert {it for it, _, _ in found} <= {section}
        assert numbers == sorted({*numbers})
        assert [*dict.fromkeys(number for number, _ in numbers)] == [*range(1, len({it for it, _ in numbers}) + 1)]


# Links


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where Markdown is shown."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterable[str]:
    return re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8"))


@pytest.mark.parametrize(
    "page",
    [page for _, page in all_pages()] + [ROOT / "docs" / "decisions.md", ROOT / "CHANGELOG.md"],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@in_both_languages
def test_the_pages_of_a_language_lead_to_pages_of_that_language(language: str) -> None:
    other = "en" if language == "fr" else "fr"
    assert [link for page in pages(language) for link in links(page) if f"/{other}/" in link] == []


# Examples


@pytest.mark.parametrize("page", [page for _, page in all_pages()], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_print_what_the_page_shows(page: Path) -> None:
    text = page.read_text("utf-8")
    assert with_outputs(text) == text, "see doc_examples.py for how to write the examples anew"


@on_every_page
def test_commands_speak_the_language_of_the_page(language: str, page: Path) -> None:
    shown = blocks(page.read_text("utf-8"), "console")
    runs = re.findall(r"^\$ ecriture (?:.*\\\n)*.*", "\n".join(shown), re.MULTILINE)
    assert all(("--lang fr" in run) == (language == "fr") for run in runs)


@in_both_languages
def test_the_program_of_the_library_page_prints_what_the_page_says(language: str, tmp_path: Path) -> None:
    text = text_of(language, "library.md")
    from_files, program = blocks(text, "python")
    printed = blocks(text, "text")[0]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (printed, "")
    for name in ("company.toml", "documents.csv", "payments.csv", "chart.csv"):
        (tmp_path / name).write_bytes((doc_examples.BOREAL / name).read_bytes())
    subprocess.run([sys.executable, "-W", "error", "-c", from_files], cwd=tmp_path, check=True)


def test_the_programs_are_the_same_in_both_languages() -> None:
    assert blocks(text_of("en", "library.md"), "python") == blocks(text_of("fr", "library.md"), "python")


@in_both_languages
@pytest.mark.parametrize("name", ["settings.md", "first-import.md"])
def test_the_settings_shown_are_read_without_a_problem(language: str, name: str) -> None:
    shown = blocks(text_of(language, name), "toml")
    assert shown
    for settings in shown:
        assert tomllib.loads(settings)
        assert read_company(BytesIO(settings.encode())).problems == ()


@in_both_languages
def test_the_tables_shown_are_read_without_a_problem(language: str) -> None:
    documents, payments, chart, items = (block.encode() for block in blocks(text_of(language, "files.md"), "csv"))
    settings = (doc_examples.BOREAL / "company.toml").read_bytes()
    inputs = read(company=settings, documents=documents)
    assert (list(inputs.books.documents), inputs.problems) == (["F-1001"], ())
    paid = read(company=settings, documents=(doc_examples.BOREAL / "documents.csv").read_bytes(), payments=payments)
    assert (list(paid.books.payments), paid.problems) == (["P-1", "P-9"], ())
    assert len(read_accounts(chart).chart) == 3
    catalogue = read_items(BytesIO(items), taxes=("GST", "QST"))
    assert (len(catalogue.items), catalogue.problems) == (3, ())


@in_both_languages
def test_amounts_and_dates_are_read_as_the_page_says(language: str) -> None:
    page = text_of(language, "files.md")
    written = [code_spans(row) for row in section(page, "Amounts" if language == "en" else "Montants").splitlines()]
    table = [
        {read_amount(text, currency="CAD") for text in spans}
        for spans in written
        if len(spans) > 2 or spans == {"1234"}
    ]
    assert table == [{123450}, {123450}, {-1250}, {123400}, {1250}]
    assert [read_amount(text) for text in ("100.00000000", "19.949999999999999") if f"`{text}`" in page] == [
        10000,
        1995,
    ]
    assert isinstance(read_amount("1,234"), UnreadAmount)
    dates = {text: DateReader()[text] for text in code_spans(section(page, "Dates")) if text[0].isdecimal()}
    assert isinstance(dates.pop("05/01/2026"), UnreadDate)
    assert dates.pop("13/01/2026") == date(2026, 1, 13)
    assert (set(dates.values()), len(dates)) == ({date(2026, 1, 31)}, 7)
    assert DateReader()["Jan 31, 2026"] == date(2026, 1, 31)


def test_the_excerpts_of_sage_files_are_those_of_the_example() -> None:
    """The text blocks of posting.md begin files of examples/boreal."""
    expected = [file.read_text("ascii") for file in sorted((doc_examples.BOREAL / "expected").glob("*.txt"))]
    for language in LANGUAGES:
        for excerpt in blocks(text_of(language, "posting.md"), "text"):
            assert any(file.startswith(excerpt) for file in expected), excerpt


# The licence


def test_the_licence_is_the_whole_apache_licence() -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
