"""The findings of the Sage 50 validator as sentences, in French or English."""

from collections.abc import Mapping

from ecriture.core.amounts import show_number
from ecriture.speech.language import N_, translate
from ecriture.targets.sage50_ca.rules import Finding

SENTENCES: Mapping[str, str] = {
    "GJ-01/byte-order-mark": N_("the file begins with a {encoding} mark. Save it as plain text without it."),
    "GJ-01/character": N_("character {code} in column {column} is not plain ASCII. Write it without accents."),
    "GJ-01/line-end": N_("{count} lines end with {found}. End every line with CR LF, including the last one."),
    "GJ-02/no-entry": N_("there is no entry in the file."),
    "GJ-02/first-line": N_('the first line is not a header (mm-dd-yy,"source","comment").'),
    "GJ-02/blank": N_("the line is blank. Delete it."),
    "GJ-02/header": N_('this header does not have the form mm-dd-yy,"source","comment": {text}'),
    "GJ-02/detail": N_('this line does not have the form account,amount,"comment": {text}'),
    "GJ-02/unknown": N_("this line is neither a header nor a line of an entry: {text}"),
    "GJ-02/line-long": N_("the line is longer than 1,000 characters."),
    "GJ-02/text-long": N_("the {field} has {length} characters; at most {limit} are safe: {text}"),
    "GJ-03/impossible": N_("there is no such day: {text} (month-day-year)."),
    "GJ-03/year": N_("the year of {text} is outside 2000 to 2049."),
    "GJ-03/fiscal-year": N_("{date} is not in an open fiscal year."),
    "GJ-04": N_("entry {source} has {details} lines; two or more are needed."),
    "GJ-05": N_("the lines of entry {source} add up to {difference} instead of zero."),
    "GJ-06/zero": N_("the amount {amount} is zero. Remove the line."),
    "GJ-06/leading-zero": N_("the amount {amount} starts with an extra zero."),
    "GJ-07/unknown": N_("account {account} is not in the chart of accounts."),
    "GJ-07/digits": N_("account {account} does not have the {digits} digits of the chart's accounts."),
    "GJ-07/not-postable": N_("account {account} is a heading or total (type {type}): it takes no entries."),
    "GJ-08": N_(
        "account {account} is linked to a module: Sage refuses it in a journal entry. Use the clearing account."
    ),
    "GJ-09": N_("source {source} was already used, in line {first_line}."),
    "GJ-10/TAXH": N_(
        "tax lines (TAXH) are outside the safe profile. Write taxes as ordinary lines, or check with --lax."
    ),
    "GJ-10/TAXD": N_(
        "tax lines (TAXD) are outside the safe profile. Write taxes as ordinary lines, or check with --lax."
    ),
    "GJ-10/currency": N_("a currency or rate in the header is outside the safe profile: {fields}"),
    "GJ-10/allocation": N_("allocation (project) lines are outside the safe profile."),
    "GJ-10/count": N_("the header announces {expected} lines, but {found} follow."),
    "GJ-11/empty": N_("the {field} is an empty text between quotes. Remove it."),
    "GJ-11/padded": N_("the {field} starts or ends with spaces: {text}"),
}
"""Keyed by rule, or by rule and variant."""

FIELDS: Mapping[str, str] = {"source": N_("source"), "comment": N_("comment"), "line comment": N_("line comment")}


def finding_sentence(finding: Finding, language: str) -> str:
    """What is wrong with a line, and what to do."""
    params = finding.params
    shown = {name: _shown(value, language) for name, value in params.items()}
    if "difference_cents" in params:
        shown["difference"] = show_number(int(str(params["difference_cents"])), language)
    return translate(SENTENCES[_variant(finding)], language).format_map(shown)


def _variant(finding: Finding) -> str:
    if "expected" in finding.params:
        return f"{finding.rule}/count"
    variant = finding.params.get("kind") or finding.params.get("reason")
    return f"{finding.rule}/{variant}" if variant else finding.rule


def _shown(value: object, language: str) -> str:
    text = str(value)
    return translate(FIELDS[text], language) if text in FIELDS else text
