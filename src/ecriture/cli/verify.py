"""`ecriture verify`: checks an import file, whichever program wrote it."""

from pathlib import Path

from ecriture.cli.layouts import named_target
from ecriture.cli.report import balance_lines
from ecriture.cli.speech import Speech, tell
from ecriture.core.accounts import Chart
from ecriture.core.settings import Settings
from ecriture.sources.settings_file import CompanyRead
from ecriture.speech.findings import finding_sentence
from ecriture.targets.registry import Target
from ecriture.targets.registry import target as target_of
from ecriture.targets.sage50_ca.check import check
from ecriture.transfer import is_blocked, read_accounts, read_settings

ERRORS = 1


def verify(target: str, file: Path, *, chart: Path | None, company: Path | None, lax: bool, speech: Speech) -> int:
    """Prints the problems of a file line by line, or its balances; returns 1 if there is a problem."""
    content = file.read_bytes()
    accounts = read_accounts(chart)
    settings = read_settings(company) if company is not None else CompanyRead(Settings(), ())
    chosen = named_target(target)
    problems = (*accounts.problems, *settings.problems, *chosen.problems)
    if chosen.target is None or is_blocked(problems, skip_invalid=False):
        for line in speech.problems(problems):
            tell(line, to_errors=True)
        return ERRORS
    if target == "sage50-ca":
        return _check_sage(file, content, accounts.chart, settings.company, speech, lax=lax)
    return _read_back(file, content, chosen.target, speech)


def _check_sage(file: Path, content: bytes, chart: Chart, company: Settings, speech: Speech, *, lax: bool) -> int:
    found = check(
        content,
        chart=chart if len(chart) else None,
        fiscal_years=company.fiscal_years,
        linked=company.accounting.linked_accounts,
        lax=lax,
    )
    for finding in found:
        text = finding_sentence(finding, speech.language)
        tell(
            speech(
                "{file}, line {line}, {rule}: {text}", file=file.name, rule=finding.rule, line=finding.line, text=text
            )
        )
    if found:
        tell(speech.plural("{count} problem found.", "{count} problems found.", len(found)))
        return ERRORS
    if lax:
        tell(speech("{file}: no problems found.", file=file.name))
        return 0
    return _read_back(file, content, target_of("sage50-ca"), speech)


def _read_back(file: Path, content: bytes, target: Target, speech: Speech) -> int:
    """Prints the content of the file: the number of entries, and the balance of each account."""
    try:
        entries = target.read(content)
    except ValueError as error:
        tell(speech("{file} is not a file for {target}: {error}", file=file.name, target=target.name, error=error))
        return ERRORS
    tell(speech("{file}: no problems found.", file=file.name))
    tell(
        speech.plural(
            "{count} entry. Balance of each account:", "{count} entries. Balance of each account:", len(entries)
        )
    )
    for line in balance_lines(entries, speech):
        tell(line)
    return 0
