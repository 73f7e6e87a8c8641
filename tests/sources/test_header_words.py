"""The headers of unknown programs, in both languages, and the columns that are proposed for what they mean."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.sources.mapping.header_words import meaning_of
from ecriture.sources.mapping.sample import sample_of

RATES = {"GST": "5", "QST": "9.975"}
QUEBEC = Settings(
    taxes=frozen_mapping(
        {code: Tax(code, "", "2310", (Rate(date(2010, 7, 1), Decimal(it)),)) for code, it in RATES.items()}
    )
)
HEADERS = Path(__file__).with_name("headers.txt").read_text("utf-8").strip().split("\n\n")
"""Each a file, and below it what is proposed: a meaning with its columns."""


def proposed(content: str) -> str:
    mapping = sample_of(BytesIO(content.encode())).proposal(QUEBEC)
    found: dict[str, tuple[str, ...]] = {}
    for sale in mapping.documents:
        found |= {name: getattr(sale, name).columns for name in ("document", "date", "customer", "total")}
        for row in sale.rows:
            less = tuple(f"-{name}" for name in row.amount.less)
            found[row.code.text or row.row.value] = (*row.amount.columns, *less)
    for money in mapping.payments:
        of_money = ("payment", "date", "customer", "document", "amount", "method", "fee", "bank_reference")
        found |= {name: getattr(money, name).columns for name in of_money}
    return "; ".join(f"{name} {' '.join(columns)}" for name, columns in found.items() if columns)


@pytest.mark.parametrize("case", HEADERS)
def test_what_is_proposed_for_a_header(case: str) -> None:
    content, _, expected = case.partition("\n= ")
    assert proposed(content) == expected


@pytest.mark.parametrize(
    "name", ["Date due", "Échéance", "Due date", "No de client", "Tax %", "Balance", "Solde", "Amount due", ""]
)
def test_what_is_something_else_means_nothing(name: str) -> None:
    assert meaning_of(name) is None


def test_the_surer_name_counts() -> None:
    content = "Job #,Invoice #,Created,Invoice date,Total\n7,1,2026-03-01,2026-03-02,100.00\n"
    assert proposed(content) == "document Invoice #; date Invoice date; line Total"
