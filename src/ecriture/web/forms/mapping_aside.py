"""Rows of a file that are money, but no customer's, as the form shows them: what the texts of one column stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from ecriture.core.text import fold
from ecriture.sources.mapping.model import Amount, ColumnMapping, Condition, SetAside, Treatment

PAYOUT = "payout"
"""What a row stands for that is a payout itself: the others sum to it."""
STANDS_FOR: Mapping[str, Any] = MappingProxyType(
    {
        "": _("read as said above"),
        PAYOUT: _("a payout: the others sum to it"),
        Treatment.FEE.value: _("set aside: a fee"),
        Treatment.TRANSFER.value: _("set aside: a transfer to or from the bank"),
        Treatment.RESERVE.value: _("set aside: a reserve"),
        Treatment.LOAN.value: _("set aside: a loan"),
        Treatment.CHARGEBACK.value: _("set aside: a chargeback"),
        Treatment.OTHER.value: _("set aside: something else"),
    }
)


def aside_column(mapping: ColumnMapping) -> str:
    """The column of which the form shows the texts; empty for none."""
    rules = [it.when for it in mapping.set_aside] + ([mapping.payouts.total] if mapping.payouts else [])
    return next((when[0].column for when in rules if _is_shown(when)), "")


def meanings(mapping: ColumnMapping, column: str) -> dict[str, str]:
    """What texts of a column stand for, as far as the mapping says it by them alone."""
    found: dict[str, str] = {}
    if mapping.payouts and _is_shown(mapping.payouts.total, column):
        found |= dict.fromkeys(mapping.payouts.total[0].one_of, PAYOUT)
    for rule in mapping.set_aside:
        if _is_shown(rule.when, column):
            found |= {word: rule.treatment.value for word in rule.when[0].one_of if word not in found}
    return found


def set_aside(
    mapping: ColumnMapping, shown: str, column: str, answers: Mapping[str, str], amount: Amount
) -> tuple[SetAside, ...]:
    """The rules with the answers about the texts of a column; those of another column that was shown go, others stay.

    A payout may be set aside too. `amount` is that of new rules.
    """
    said = {fold(word): meaning for word, meaning in answers.items()}
    rules: list[SetAside] = []
    for rule in mapping.set_aside:
        if column and _is_shown(rule.when, column):
            stays = {rule.treatment.value, PAYOUT}
            words = tuple(it for it in rule.when[0].one_of if said.get(fold(it), PAYOUT) in stays)
            rules += [replace(rule, when=(Condition(column, one_of=words),))] if words else []
        elif not _is_shown(rule.when, shown or column):
            rules.append(rule)
    for treatment in Treatment if column else ():
        _take_in(rules, treatment, column, [it for it, meaning in answers.items() if meaning == treatment], amount)
    return tuple(rules)


def _take_in(rules: list[SetAside], treatment: Treatment, column: str, words: Sequence[str], amount: Amount) -> None:
    """Puts texts into the first rule of their treatment, or into a new one, unless a rule has them."""
    its = [place for place, it in enumerate(rules) if it.treatment is treatment and _is_shown(it.when, column)]
    known = {fold(word) for place in its for word in rules[place].when[0].one_of}
    if not (new := tuple(word for word in words if fold(word) not in known)):
        return
    if its:
        rules[its[0]] = replace(rules[its[0]], when=(Condition(column, one_of=(*rules[its[0]].when[0].one_of, *new)),))
    else:
        rules.append(SetAside(treatment, (Condition(column, one_of=new),), amount))


def payout_rows(mapping: ColumnMapping, column: str, answers: Mapping[str, str]) -> tuple[Condition, ...]:
    """The conditions of the rows that are payouts themselves, with the answers about the texts of a column."""
    total = mapping.payouts.total if mapping.payouts else ()
    if total and not _is_shown(total):
        return total
    said = {fold(word): meaning for word, meaning in answers.items()}
    own = total[0].one_of if _is_shown(total, column) else ()
    words = [word for word in own if said.get(fold(word), PAYOUT) == PAYOUT]
    words += [word for word, meaning in answers.items() if meaning == PAYOUT and fold(word) not in map(fold, own)]
    return (Condition(column, one_of=tuple(words)),) if column and words else ()


def _is_shown(when: tuple[Condition, ...], column: str = "") -> bool:
    """Whether the form can show a rule: by some texts of one column alone."""
    if len(when) != 1 or (column and when[0].column != column):
        return False
    [it] = when
    return bool(it.one_of) and not (it.none_of or it.begins) and it.empty is None
