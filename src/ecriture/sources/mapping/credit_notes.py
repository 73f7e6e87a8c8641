"""The credit note that goes with a refund: without it the sale and its taxes would stay."""

from collections.abc import Sequence

from ecriture.sources.mapping.model import Row
from ecriture.sources.mapping.taxes import in_proportion

Written = tuple[Row, str, int]
"""A row of a document: its kind, its code, its amount as written (a discount positive)."""


def credit_note_rows(rows: Sequence[Written], refunded_cents: int) -> list[Written]:
    """The rows of the credit note for a refund of an invoice: all of them, or each in proportion, to the cent.

    Nothing when the invoice's rows sum to zero.
    """
    signed = [-cents if row is Row.DISCOUNT else cents for row, _, cents in rows]
    if not sum(signed):
        return []
    shares = in_proportion(refunded_cents, signed)
    return [
        (row, code, -cents if row is Row.DISCOUNT else cents)
        for (row, code, _), cents in zip(rows, shares, strict=True)
        if cents
    ]
