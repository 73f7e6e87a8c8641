"""The words of tax returns: forms, lines, kinds of sales, reasons, and what money before its invoice is."""

from collections.abc import Sequence
from types import MappingProxyType

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.advances import Nature
from ecriture.core.amounts import show_number
from ecriture.core.provinces import tax_name
from ecriture.core.tax_accounts import Why
from ecriture.core.tax_return import COMBINED, FEDERAL, Group, Source, Supply
from ecriture.web.words import Words, colon, language

FORMS: Words = MappingProxyType(
    {
        COMBINED: _("GST/HST and QST return (FPZ-500)"),
        FEDERAL: _("GST/HST return (GST34)"),
        "qst": _("QST return (VD-403)"),
    }
)

LINES: Words = MappingProxyType(
    {
        "90": _("Taxable sales, zero-rated ones included"),
        "91": _("Exempt sales; move zero-rated exports here"),
        "101": _("Sales before taxes, less credit notes"),
        "103": _("GST and HST charged"),
        "104": _("Adjustments to add: bad debts that came in after all"),
        "105": _("103 + 104"),
        "106": _("Input tax credits: from your purchases in the accounting program"),
        "107": _("Adjustments to deduct: bad debts"),
        "108": _("106 + 107"),
        "109": _("Net tax: 105 − 108"),
        "203": _("QST charged"),
        "204": _("Adjustments to add: bad debts that came in after all"),
        "205": _("203 + 204"),
        "206": _("Input tax refunds: from your purchases in the accounting program"),
        "207": _("Adjustments to deduct: bad debts"),
        "208": _("206 + 207"),
        "209": _("Net tax: 205 − 208"),
        "sales": _("All sales before taxes"),
        "taxed": _("Sales on which this tax was charged"),
        "tax": _("Tax charged"),
        "recovered": _("Tax on bad debts that came in after all"),
        "bad-debts": _("Tax on bad debts, where the province refunds it"),
        "net": _("Tax to remit, before any commission"),
    }
)

SUPPLIES: Words = MappingProxyType(
    {
        Supply.TAXABLE: _("Taxable"),
        Supply.ZERO_RATED: _("Zero-rated"),
        Supply.EXEMPT: _("Exempt"),
        Supply.UNTAXED: _("Without tax"),
    }
)

REASONS: Words = MappingProxyType(
    {
        Why.HELD: _("waits for its payment (only when paid)"),
        Why.PENDING: _("to be transferred, or kept back"),
        Why.CHANGED: _("changed since its transfer: the correction is to be transferred"),
        Why.VOID: _("void: the reversal is to be transferred"),
        Why.CORRECTED: _("corrected in another period, since its own was closed"),
        Why.CARRIED: _("carried to another period, since its own was closed"),
        Why.DATED: _("posted on another day than the document’s"),
        Why.BEFORE_START: _("before the start date: the accounting program has it"),
        Why.ELSEWHERE: _("settles a document of before the start date, in the accounting program"),
        Why.OTHER: _("goes to this account without being a tax"),
    }
)

NATURES: Words = MappingProxyType(
    {
        Nature.UNDECIDED: _("to be decided"),
        Nature.ADVANCE: _("an advance: tax is due now"),
        Nature.DEPOSIT: _("a deposit: tax is due later"),
        Nature.KEPT: _("a deposit that the customer lost"),
    }
)

SOURCES: Words = MappingProxyType(
    {Source.DOCUMENT: _("Document"), Source.ADVANCE: _("Advance"), Source.BAD_DEBT: _("Bad debt")}
)

CHOICES: Words = MappingProxyType({"amend": _("amend this return"), "next": _("put it in the next return")})
CHANGES: Words = MappingProxyType({"new": _("new"), "gone": _("gone"), "changed": _("changed")})


def form_name(name: str) -> str:
    """That of a provincial sales tax has the tax's own name."""
    return str(FORMS[name]) if name in FORMS else say("%s return") % tax_name(name.upper(), language())


def taxes_named(codes: Sequence[str]) -> str:
    """`GST, QST`."""
    return ", ".join(tax_name(code, language()) for code in codes)


def group_name(group: Group) -> str:
    """`Taxable: GST, QST`."""
    named = str(SUPPLIES[group.supply])
    with_taxes = f"{named}{colon()} {taxes_named(group.codes)}" if group.codes else named
    outside = say("outside the province")
    return f"{with_taxes} · {outside}" if group.outside else with_taxes


def audited(path: str, value: str) -> tuple[str, str, str]:
    """A change of the audit log: `line 103` with its amount, or `document F-1` with what was decided,
    or the `reason` of a withdrawal."""
    if path == "reason":
        return say("Reason"), "", value
    what, _space, about = path.partition(" ")
    if what == "line":
        cents = int(value.replace(".", "")) if value else 0
        name = say("Line %s") % about if about.isdigit() else str(LINES.get(about, about))
        return name, "", show_number(cents, language())
    named = str(SOURCES[Source(what)]) if what in set(Source) else what
    return f"{named} {about}", "", str(CHOICES.get(value, value))
