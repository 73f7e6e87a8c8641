"""The checker of Sage 50 general-journal files, whoever wrote them (`ecriture verify`): `rules` over the rows of `grammar`."""

from itertools import islice

from ecriture.core.accounts import Chart
from ecriture.core.settings import FiscalYear
from ecriture.targets.sage50_ca.grammar import read
from ecriture.targets.sage50_ca.rules import RULES, Finding, Place

MAX_FINDINGS = 1000
"""The first ones of a file: nobody reads more, and hostile bytes must not fill the memory."""


def check(
    content: bytes,
    *,
    chart: Chart | None = None,
    fiscal_years: tuple[FiscalYear, ...] = (),
    linked: frozenset[str] = frozenset(),
    lax: bool = False,
) -> tuple[Finding, ...]:
    """Every finding (at most `MAX_FINDINGS`), in the order of the lines; none for a file that is right. Never raises.

    What the chart, the open fiscal years and the linked accounts would tell is not checked where they are not given.
    `lax` accepts what Sage's help documents beyond the safe profile: see `grammar`.
    """
    place = Place(read(content, lax=lax), lax, chart, chart.digits if chart else None, fiscal_years, linked)
    found = (finding for row in place.rows() for rule in RULES for finding in rule(row, place))
    return tuple(sorted(islice(found, MAX_FINDINGS), key=lambda finding: finding.line))
