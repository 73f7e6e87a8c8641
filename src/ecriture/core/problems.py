"""Everything a person must look at, as values (P7). `ecriture.speech` makes the sentences where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Severity(StrEnum):
    """An error holds its document or payment back; a fatal one stops everything, also with `--skip-invalid`."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


_BY_SEVERITY = {
    Severity.FATAL: "row-unreadable column-missing setting-unknown setting-invalid too-many-entries does-not-fit",
    Severity.ERROR: "amount-unreadable amount-ambiguous amount-negative tip-above-amount date-missing "
    "date-unreadable document-duplicate payment-duplicate total-differs credit-note-negative document-unknown tax-unknown "
    "tax-account-missing account-missing account-unknown account-not-postable account-linked account-same account-bank "
    "account-wrong-length date-locked date-outside-fiscal-year currency-foreign tax-split refund-undated payout-differs",
    Severity.WARNING: "number-similar document-not-final overpaid item-unknown item-archived tax-differs tax-missing "
    "account-class method-unknown receivable-split tax-account-shared tax-account-purchases carried-across-year "
    "text-shortened entry-long sheets-unread",
    Severity.NOTICE: "opening-document opening-payment transferred-missing column-unknown rows-above-header "
    "chart-rows-skipped encoding-windows rows-hidden row-set-aside",
}

SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    {code: severity for severity, codes in _BY_SEVERITY.items() for code in codes.split()}
)
"""Every code, with its severity."""


class Where(NamedTuple):
    """The place of a problem: a file, a row of it (1 is the header), a unit. Empty or zero where it does not apply."""

    file: str = ""
    row: int = 0
    kind: str = ""
    number: str = ""


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake, with the parameters of its sentence. A parameter whose name ends in `_cents` is an amount.

    Raises KeyError for a code that is not in `SEVERITIES`: a code cannot be made up on the way.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    where: Where = NOWHERE
    unused: bool = False
    """Whether it is about a setting that nothing pending uses: an error would then be a warning."""

    def __post_init__(self) -> None:
        SEVERITIES[self.code]

    @property
    def severity(self) -> Severity:
        severity = SEVERITIES[self.code]
        return Severity.WARNING if self.unused and severity is Severity.ERROR else severity

    @property
    def stops(self) -> bool:
        """Whether no file may be written because of it, unless its unit is left out."""
        return self.severity in (Severity.FATAL, Severity.ERROR)
