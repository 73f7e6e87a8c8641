"""Every problem that a person can meet, from its input to the line that the command prints, in both languages.

`tests/problems/<code>/` is a case, or holds several. A case has the files that matter (`company.toml`, `documents.csv`
or `.xlsx`, `payments.csv`, `chart.csv`, `mapping.toml`, `layout.toml`); the settings and documents that it does not have are
the ones in `tests/problems/`. The folder `previous/` holds what another export had before it, where that was different.
`case.toml` says the rest: `through`; under `[fill]` how often each `@` of a file is repeated, under `[rows]` how often its last
row is, each with its own number for `#`. `expected.en.txt` and `expected.fr.txt` are the lines of the folder's code.

After a change that is meant, this writes them anew; look at what `git diff tests/problems` shows before it is committed:

    ECRITURE_REGENERATE=1 .venv/bin/pytest tests/test_problems.py
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from ecriture.cli.commands import run
from ecriture.cli.speech import Speech
from ecriture.core.accounts import Account, AccountType, Chart
from ecriture.core.problems import SEVERITIES, Problem
from ecriture.core.review import TargetLimits, account_fault
from ecriture.core.rules import Role
from ecriture.core.settings import DefaultAccounts, Settings
from ecriture.sources.settings_file import setting_key
from ecriture.speech import findings, sentences
from ecriture.speech.language import LANGUAGES, translate
from ecriture.speech.on_pages import ON_PAGES
from ecriture.targets.layout import read_layout, shipped_layout, write_layout
from problem_cases import BESIDES, CASES, FOLDER, INPUTS, PREVIOUS, code_of, grown, input_files, said, settings_of

REGENERATE = bool(os.environ.get("ECRITURE_REGENERATE"))


def lines(case: str, language: str) -> str:
    return "".join(f"{Speech(language).problem(it)}\n" for it in said(case) if it.code == code_of(case))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_lines_are_the_expected_ones(case: str, language: str) -> None:
    file = CASES[case] / f"expected.{language}.txt"
    found = lines(case, language)
    assert found
    if REGENERATE:
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_a_case_has_no_other_problem(case: str) -> None:
    assert {problem.code for problem in said(case)} - (BESIDES - {code_of(case)}) == {code_of(case)}


@pytest.mark.parametrize("case", CASES)
def test_every_problem_says_its_place_if_it_has_one(case: str) -> None:
    """Units and settings are found again by what is in the brackets; only what is of a whole batch has no place."""
    of_batch = {"too-many-entries", "carried-across-year", "text-shortened", "transferred-missing", "does-not-fit"}
    assert all(problem.where.file for problem in said(case)) or code_of(case) in of_batch


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_command_prints_these_lines(
    case: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command itself, its files in a folder, its memory where there was an export before."""
    monkeypatch.setenv("LANGUAGE", "")  # the command sets it, for the words of click
    folder, settings = CASES[case], settings_of(CASES[case])
    memory = ["--state", str(tmp_path / "state.json")] if (folder / PREVIOUS).is_dir() else []
    if memory:
        (tmp_path / PREVIOUS).mkdir()
        assert run([*arguments(folder / PREVIOUS, {}, tmp_path / PREVIOUS), *memory]) == 0
    through = ["--through", str(settings["through"])] if "through" in settings else []
    capsys.readouterr()
    status = run([*arguments(folder, settings, tmp_path), *memory, *through, "--lang", language])
    assert lines(case, language) in capsys.readouterr().err
    assert status == any(problem.stops for problem in said(case))


def arguments(folder: Path, settings: Mapping[str, Any], place: Path) -> list[str]:
    options = []
    for name, file in input_files(folder).items():
        (place / file.name).write_bytes(grown(file, settings))
        path = str(place / file.name)
        options += ["--to", f"layout:{path}"] if name == "layout" else [f"--{name}", path]
    return ["convert", *options, "--out", str(place / "out.txt")]


# Complete, in both directions


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert {code_of(case) for case in CASES} == set(SEVERITIES)


def test_every_sentence_has_a_case_and_every_case_a_sentence() -> None:
    shown = {sentences._variant(problem) for case in CASES for problem in said(case) if problem.code == code_of(case)}
    assert shown - sentences.ALONE.keys() == sentences.SENTENCES.keys()
    assert shown | CHOSEN.keys() >= sentences.ALONE.keys()


def test_a_case_has_no_file_that_nothing_reads() -> None:
    known = {
        *(f"{name}.csv" for name in INPUTS),
        *(f"{name}.xlsx" for name in INPUTS),
        "company.toml",
        "mapping.toml",
        "layout.toml",
        "case.toml",
    }
    known |= {f"expected.{language}.txt" for language in LANGUAGES}
    assert {file.name for file in FOLDER.rglob("*") if file.is_file()} <= known


def test_a_case_says_nothing_that_nothing_reads() -> None:
    for folder in CASES.values():
        assert settings_of(folder).keys() <= {"through", "fill", "rows"}


# Well worded


def placeholders(text: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


TEXTS = (*sentences.SENTENCES.values(), *sentences.ALONE.values(), *ON_PAGES.values(), *findings.SENTENCES.values())


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_has_the_same_placeholders_in_french(text: str) -> None:
    assert placeholders(translate(text, "fr")) == placeholders(text)
    assert translate(text, "fr") != text


def blanks(case: str, language: str) -> Iterator[str]:
    """The places of a case's sentences in which nothing stands."""
    for problem in said(case):
        if problem.code == code_of(case):
            key = sentences._variant(problem)
            shown = sentences._Shown(problem, language, setting_key, str)
            names = placeholders(translate(sentences.message_of(key), language))
            yield from (f"{key}: {name}" for name in names if not shown[name].strip())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_no_place_in_a_sentence_stays_empty(case: str, language: str) -> None:
    assert list(blanks(case, language)) == []


ONLY_OF_FILES = frozenset(
    code
    for code in SEVERITIES
    if code.startswith(("row", "column", "setting", "amount", "tip", "sheets", "chart", "encoding", "date-missing"))
) | {
    "date-unreadable",
    "document-duplicate",
    "payment-duplicate",
    "total-differs",
    "credit-note-negative",
    "number-similar",
    "transferred-missing",
    "tax-split",
    "refund-undated",
    "payout-differs",
}
"""Codes of what cannot be in books that are kept on the server: their readers refuse it."""

OF_FILES = re.compile(r"\.toml|column|colonne|\bfiles\b|fichiers|--[a-z]|_[a-z]|= |taxes =|\[")
"""Words of remedies that a page does not have."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [case for case in CASES if code_of(case) not in ONLY_OF_FILES])
def test_the_remedy_for_books_of_the_server_is_on_its_pages(case: str, language: str) -> None:
    for problem in said(case):
        if problem.code == code_of(case):
            text = sentences.sentence(problem, language, screen_name=lambda _path: "Factures")
            assert not OF_FILES.search(text), text


def test_a_sentence_for_the_pages_differs_from_that_for_files() -> None:
    assert [key for key, text in ON_PAGES.items() if sentences.message_of(key) == text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_line_is_one_whole_sentence(case: str, language: str) -> None:
    """No name of a parameter, no blank twice, no word of Python's, and a stop at the end."""
    for line in lines(case, language).splitlines():
        text = line.rpartition(" [")[0]
        assert text.endswith((".", "?")), line
        assert not any(mark in line for mark in ("  ", "None", "Decimal", "date(", "_cents", "<", ">")), line
        assert line.startswith(
            ("Error:", "Warning:", "Notice:", "Erreur\u00a0:", "Avertissement\u00a0:", "Avis\u00a0:")
        )


@pytest.mark.parametrize("case", CASES)
def test_a_line_names_its_document_or_payment(case: str) -> None:
    for problem, line in zip(
        [it for it in said(case) if it.code == code_of(case)], lines(case, "en").splitlines(), strict=True
    ):
        assert f" {problem.where.number}: " in line or not problem.where.number
        assert problem.code in line


TRANSLATED = frozenset({"status", "found"})
"""Parameters that are words of ours, and not texts of the user's."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_what_the_user_wrote_is_shown_as_it_is(case: str, language: str) -> None:
    """A document numbered 1 is no class of accounts, and `accounting.max_lines` begins with a small letter."""
    for problem in said(case):
        text = translate(sentences.message_of(sentences._variant(problem)), language)
        shown = Speech(language).problem(problem)
        for name in placeholders(text) & problem.params.keys() - TRANSLATED:
            value = problem.params[name]
            if isinstance(value, str):
                word = translate(sentences.WORDS[value], language) if value in sentences.WORDS else value
                assert value in shown
                assert word == value or word not in shown or word in text


def test_the_parameters_of_a_problem_can_be_written_as_json() -> None:
    """`--format json` prints them all: text, numbers, days, and tuples of them."""
    for case in CASES:
        for problem in said(case):
            assert json.loads(json.dumps(dict(problem.params), default=str)).keys() == problem.params.keys()


# Of an account that is chosen for a setting, and of no amount

SMALL = Chart(
    [
        Account("1000", "CURRENT ASSETS", "ACTIF À COURT TERME", AccountType.HEADING),
        Account("1090", type=AccountType.SUBTOTAL),
        Account("1200", "Accounts Receivable", "Comptes clients", linked=True),
        Account("1201", "Customers – Écriture", "Compte Client – Écriture"),
        Account("2310", "GST Charged on Sales", "TPS à payer"),
        Account("41000", "Sales", "Ventes"),
    ]
)
CLEARED = Settings(language="en", accounts=DefaultAccounts(payment_credit="1201"))
NOT_CLEARED = Settings(language="en")

CHOSEN: Mapping[str, tuple[str, Role, Settings, Chart, str, str]] = {
    "account-unknown/alone": (
        *("1205", Role.CLEARING, CLEARED, SMALL),
        (
            "Account 1205 is not in the chart of accounts. Choose another, or create it in your program and import the chart"
            " again."
        ),
        (
            "Le compte 1205 n’est pas dans le plan comptable. Choisissez-en un autre, ou créez-le dans votre logiciel et"
            " importez le plan comptable de nouveau."
        ),
    ),
    "account-not-postable/alone": (
        *("1000", Role.BANK, CLEARED, SMALL),
        "Account 1000 CURRENT ASSETS is a heading, a total or current earnings. Choose an account that takes entries.",
        (
            "Le compte 1000 CURRENT ASSETS est un titre, un total ou le bénéfice de l’exercice. Choisissez un compte qui prend"
            " des écritures."
        ),
    ),
    "account-not-postable/nameless/alone": (
        *("1090", Role.BANK, CLEARED, SMALL),
        "Account 1090 is a heading, a total or current earnings. Choose an account that takes entries.",
        "Le compte 1090 est un titre, un total ou le bénéfice de l’exercice. Choisissez un compte qui prend des écritures.",
    ),
    "account-linked/clearing/alone": (
        *("1200", Role.RECEIVABLE, CLEARED, SMALL),
        "Account 1200 is linked to a module: the program refuses it in a journal entry. Choose the clearing account 1201.",
        (
            "Le compte 1200 est associé à un module\u00a0: le logiciel le refuse dans une écriture de journal. Choisissez le"
            " compte de compensation 1201."
        ),
    ),
    "account-linked/none/alone": (
        *("1200", Role.CLEARING, NOT_CLEARED, SMALL),
        (
            "Account 1200 is linked to a module: the program refuses it in a journal entry. Create a clearing account, usually"
            " 1201 “Customers – Écriture”, and choose it."
        ),
        (
            "Le compte 1200 est associé à un module\u00a0: le logiciel le refuse dans une écriture de journal. Créez un compte"
            " de compensation, d’ordinaire 1201 «\u00a0Comptes clients – Écriture\u00a0», et choisissez-le."
        ),
    ),
    "account-linked/other/alone": (
        *("1200", Role.BANK, CLEARED, SMALL),
        (
            "Account 1200 is linked to a module: the program refuses it in a journal entry. Choose an account that is not"
            " linked."
        ),
        (
            "Le compte 1200 est associé à un module\u00a0: le logiciel le refuse dans une écriture de journal. Choisissez un"
            " compte qui n’est pas associé."
        ),
    ),
    "account-wrong-length/alone": (
        *("120", Role.CLEARING, CLEARED, Chart()),
        (
            "Account 120: Sage needs 4 to 8 digits, the first one from 1 to 9, and the same length for all accounts."
            " Correct the number."
        ),
        (
            "Compte 120\u00a0: Sage exige de 4 à 8 chiffres, le premier de 1 à 9, et la même longueur pour tous les"
            " comptes. Corrigez le numéro."
        ),
    ),
    "account-wrong-length/digits/alone": (
        *("41000", Role.REVENUE, CLEARED, SMALL),
        "Account 41000: the accounts of this chart have 4 digits. Correct the number.",
        "Compte 41000\u00a0: les comptes de ce plan comptable ont 4 chiffres. Corrigez le numéro.",
    ),
    "account-class/alone": (
        *("2310", Role.SHIPPING, CLEARED, SMALL),
        (
            "Account 2310 is of class 2 (liability); here one of class 4 (revenue) or 5 (expense) is expected. If it is not"
            " meant, choose another."
        ),
        (
            "Le compte 2310 est de la classe 2 (passif); on attend ici la classe 4 (revenus) ou 5 (charges). Si ce n’est"
            " pas voulu, choisissez-en un autre."
        ),
    ),
}


@pytest.mark.parametrize("variant", CHOSEN)
def test_the_sentence_of_a_chosen_account_says_what_to_do(variant: str) -> None:
    number, role, company, chart, english, french = CHOSEN[variant]
    limits = TargetLimits(sage_numbers=True)
    problem = account_fault(
        number, role, settings=company, chart=chart, limits=limits, setting="accounts.payment_credit"
    )
    assert problem is not None
    assert sentences._variant(problem) == variant
    assert sentences.sentence(problem, "en") == english
    assert sentences.sentence(problem, "fr") == french


@pytest.mark.parametrize("variant", CHOSEN)
def test_with_an_amount_the_same_account_has_the_sentence_of_the_files(variant: str) -> None:
    number, role, company, chart, *_ = CHOSEN[variant]
    limits = TargetLimits(sage_numbers=True)
    problem = account_fault(
        number, role, settings=company, chart=chart, limits=limits, setting="accounts.payment_credit"
    )
    assert problem is not None
    posted = Problem(problem.code, {**problem.params, "amount_cents": 100})
    assert sentences._variant(posted) == variant.removesuffix("/alone")
    assert "accounts.payment_credit" in sentences.sentence(posted, "en")


def test_a_letter_that_cannot_be_seen_is_written_as_toml_takes_it() -> None:
    text = write_layout(shipped_layout("xero")).replace(b"[layout]\n", b'[layout]\ndelimiter = "\\t\\t"\n')
    (problem,) = read_layout(BytesIO(text)).problems
    assert sentences.sentence(problem, "en").endswith('"\\t\\t": write one of these: ",", ";", "\\t", "|".')
