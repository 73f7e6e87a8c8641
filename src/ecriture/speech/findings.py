"""The findings of the Sage 50 validator as sentences, in French or English."""

from collections.abc import Callable, Mapping

from ecriture.core.amounts import show_number
from ecriture.speech.language import N_, translate
from ecriture.targets.sage50_ca.rules import Finding

RULES: Mapping[str, str] = {
    "GJ-01": N_("Plain ASCII, and CR LF at the end of every line"),
    "GJ-02": N_("Every line is a header or a line of an entry; the first one is a header"),
    "GJ-03": N_("The date exists, and is in an open fiscal year"),
    "GJ-04": N_("An entry has at least two lines"),
    "GJ-05": N_("The lines of an entry add up to zero, to the cent"),
    "GJ-06": N_("No amount of zero, and no extra zero in front"),
    "GJ-07": N_("The account exists and takes entries"),
    "GJ-08": N_("No linked account"),
    "GJ-09": N_("Each source once in the file"),
    "GJ-10": N_("No tax lines, no currency or rate, no allocation lines"),
    "GJ-11": N_("No empty text between quotes, no spaces at its ends"),
}

SENTENCES: Mapping[str, str] = {
    "GJ-01/byte-order-mark": N_("the file begins with a {encoding} mark."),
    "GJ-01/character": N_("character {code} in column {column} is not plain ASCII."),
    "GJ-01/line-end": N_("{count} lines end with {found}."),
    "GJ-02/no-entry": N_("there is no entry in the file."),
    "GJ-02/first-line": N_('the first line is not a header (mm-dd-yy,"source","comment").'),
    "GJ-02/blank": N_("the line is blank."),
    "GJ-02/header": N_('this header does not have the form mm-dd-yy,"source","comment": “{text}”.'),
    "GJ-02/detail": N_('this line does not have the form account,amount,"comment": “{text}”.'),
    "GJ-02/unknown": N_("this line is neither a header nor a line of an entry: “{text}”."),
    "GJ-02/line-long": N_("the line is longer than 1,000 characters."),
    "GJ-02/text-long": N_("the {field} has {length} characters; at most {limit} are safe: “{text}”."),
    "GJ-03/impossible": N_("there is no such day: {text} (month-day-year)."),
    "GJ-03/year": N_("the year of {text} is outside 2000 to 2049."),
    "GJ-03/fiscal-year": N_("{date} is not in an open fiscal year."),
    "GJ-04": N_("entry {source} has {details} lines; two or more are needed."),
    "GJ-05": N_("the lines of entry {source} add up to {difference} instead of zero."),
    "GJ-06/zero": N_("the amount {amount} is zero."),
    "GJ-06/leading-zero": N_("the amount {amount} starts with an extra zero."),
    "GJ-07/unknown": N_("account {account} is not in the chart of accounts."),
    "GJ-07/digits": N_("account {account} does not have the {digits} digits of the chart's accounts."),
    "GJ-07/not-postable": N_("account {account} is a heading or total (type {type}): it takes no entries."),
    "GJ-08": N_("account {account} is linked to a module: Sage refuses it in a journal entry."),
    "GJ-09": N_("source {source} was already used, in line {first_line}."),
    "GJ-10/TAXH": N_("tax lines (TAXH) are outside the safe profile."),
    "GJ-10/TAXD": N_("tax lines (TAXD) are outside the safe profile."),
    "GJ-10/currency": N_("a currency or rate in the header is outside the safe profile: “{fields}”."),
    "GJ-10/allocation": N_("allocation (project) lines are outside the safe profile."),
    "GJ-10/count": N_("{expected} lines are announced, but {found} follow."),
    "GJ-11/empty": N_("the {field} is an empty text between quotes."),
    "GJ-11/padded": N_("the {field} starts or ends with spaces: “{text}”."),
}
"""What is wrong, keyed by rule, or by rule and variant."""

_TAXES = N_("Write taxes as ordinary lines, or accept what Sage's help describes (--lax).")
REMEDIES: Mapping[str, str] = {
    "GJ-01/byte-order-mark": N_("Save it as plain text without it."),
    "GJ-01/character": N_("Write it without accents."),
    "GJ-01/line-end": N_("End every line with CR LF, including the last one."),
    "GJ-02/no-entry": N_("Export it again, or choose another file."),
    "GJ-02/first-line": N_("Put the header of the entry above its lines."),
    "GJ-02/blank": N_("Delete it."),
    "GJ-02/header": N_("Write the date with two digits each, and the source and the comment between straight quotes."),
    "GJ-02/detail": N_(
        "Write the account in 4 to 8 digits, the amount with a period and two decimals, and a comment between straight quotes."
    ),
    "GJ-02/unknown": N_("Delete it, or write it as one of the two."),
    "GJ-02/line-long": N_("Look for line ends that are missing."),
    "GJ-02/text-long": N_("Shorten it."),
    "GJ-03/impossible": N_("Correct the date: the month comes first."),
    "GJ-03/year": N_("Correct the date."),
    "GJ-03/fiscal-year": N_("Correct the date, or open the fiscal year."),
    "GJ-04": N_("Add the line that balances it, or delete the entry."),
    "GJ-05": N_("Correct the amount that is wrong, or add the line that is missing."),
    "GJ-06/zero": N_("Remove the line."),
    "GJ-06/leading-zero": N_("Remove that zero."),
    "GJ-07/unknown": N_("Correct the number, or create the account in Sage first."),
    "GJ-07/digits": N_("Write the number as it is in Sage."),
    "GJ-07/not-postable": N_("Choose an account of type G or A."),
    "GJ-08": N_("Use the clearing account."),
    "GJ-09": N_("Give each entry a source of its own."),
    "GJ-10/TAXH": _TAXES,
    "GJ-10/TAXD": _TAXES,
    "GJ-10/currency": N_("Write the amounts in the currency of the books, without currency or rate."),
    "GJ-10/allocation": N_("Write the line without them, and allocate in Sage."),
    "GJ-10/count": N_("Correct the number, or the lines that follow."),
    "GJ-11/empty": N_("Remove it, or write something."),
    "GJ-11/padded": N_("Remove the spaces."),
}
"""What to do about it, by the same keys."""

FIELDS: Mapping[str, str] = {"source": N_("source"), "comment": N_("comment"), "line comment": N_("line comment")}


def finding_sentence(finding: Finding, language: str) -> str:
    """What is wrong with a line, and what to do."""
    return f"{what_is_wrong(finding, language)} {remedy(finding, language)}"


def what_is_wrong(finding: Finding, language: str, *, visible: Callable[[str], str] = str) -> str:
    """`visible` is how a page shows what comes from the file."""
    params = finding.params
    shown = {name: visible(_shown(value, language)) for name, value in params.items()}
    if "difference_cents" in params:
        shown["difference"] = show_number(int(str(params["difference_cents"])), language)
    return translate(SENTENCES[_variant(finding)], language).format_map(shown)


def remedy(finding: Finding, language: str) -> str:
    return translate(REMEDIES[_variant(finding)], language)


def rule_name(finding: Finding, language: str) -> str:
    """What the rule asks for."""
    return translate(RULES[finding.rule], language)


def _variant(finding: Finding) -> str:
    if "expected" in finding.params:
        return f"{finding.rule}/count"
    variant = finding.params.get("kind") or finding.params.get("reason")
    return f"{finding.rule}/{variant}" if variant else finding.rule


def _shown(value: object, language: str) -> str:
    text = str(value)
    return translate(FIELDS[text], language) if text in FIELDS else text
