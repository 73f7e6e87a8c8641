"""The files that the film imports: the example company as Sage and an invoicing program would export it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tour.table import Words

BOREAL = Path(__file__).parents[1] / "examples" / "boreal"
CHANGED = "F-1001"
"""The invoice that changes after its transfer, as in examples/boreal/second."""

HOUSEHOLD = Words("Household", "Foyer")
"""A column whose name says nothing: a person names it."""

COLUMNS = Words(
    f"Invoice no,Date,{HOUSEHOLD.en},Item,Amount before tax,Discount,Shipping,GST,QST,Tip,Total,Status",
    f"No facture,Date,{HOUSEHOLD.fr},Article,Montant avant taxes,Rabais,Livraison,TPS,TVQ,Pourboire,Total,Statut",
)
PARTS = ("line", "discount", "shipping", "GST", "QST", "tip")
STATUSES: Mapping[str, Words] = MappingProxyType(
    {"final": Words("Sent", "Envoyée"), "draft": Words("Draft", "Brouillon"), "void": Words("Void", "Annulée")}
)
CLASSES: Mapping[str, Words] = MappingProxyType(
    {
        "1050": Words("Cash", "Encaisse"),
        "1060": Words("Bank", "Banque"),
        "1200": Words("Accounts Receivable", "Comptes clients"),
        "1201": Words("Other Receivables", "Autres comptes clients"),
        "23": Words("Sales Tax Payable", "Taxe de vente à payer"),
        "4": Words("Operating Revenue", "Produit d'exploitation"),
    }
)
"""What Sage calls the class of an account, by the beginning of its number."""

Row = Mapping[str, str]


class Files(NamedTuple):
    """What is imported: the chart, the invoices, the same with the changed one, the payments."""

    chart: Path
    sales: Path
    changed: Path
    payments: Path


def files(folder: Path, language: str) -> Files:
    """Writes them in a language."""
    found = Files(
        folder / "ACCOUNTS.CSV",
        folder / Words("sales.csv", "ventes.csv").of(language),
        folder / Words("sales-april.csv", "ventes-avril.csv").of(language),
        folder / Words("payments.csv", "paiements.csv").of(language),
    )
    first, second = (_sales(_rows(BOREAL / it / "documents.csv"), language) for it in (".", "second"))
    changed = [after if after[0] == CHANGED else before for before, after in zip(first, second, strict=True)]
    header = COLUMNS.of(language).split(",")
    _write(found.sales, [header, *first])
    _write(found.changed, [header, *changed])
    _write(found.chart, _chart(language), encoding="cp1252")
    _write(found.payments, _payments())
    return found


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return [*csv.DictReader(text)]


def _write(file: Path, rows: Iterable[Sequence[str]], *, encoding: str = "utf-8") -> None:
    with file.open("w", encoding=encoding, newline="") as text:
        csv.writer(text).writerows(rows)


def _sales(rows: Iterable[Row], language: str) -> list[list[str]]:
    """The invoices, a row for each, as a program that writes one row an invoice. Credit notes are not among them."""
    of_documents = ([*its] for _, its in groupby(rows, key=lambda row: row["document"]))
    return [_sale(its, language) for its in of_documents if its[0]["type"] == "invoice"]


def _sale(rows: Sequence[Row], language: str) -> list[str]:
    head = rows[0]
    cents = dict.fromkeys(PARTS, Decimal(0))
    for row in rows:
        name = row["code"] if row["row"] == "tax" else row["row"]
        if name in cents:  # a rounding in cash comes with its payment
            cents[name] += Decimal(row["amount"])
    total = sum(cents.values()) - 2 * cents["discount"]
    parts = [f"{it:.2f}" if it else "" for it in cents.values()]
    status = STATUSES[head["status"]].of(language)
    return [head["document"], head["date"], head["customer"], head["code"], *parts, f"{total:.2f}", status]


def _chart(language: str) -> list[list[str]]:
    """Sage's export of the chart: the first row is its own, then number, name, type and class."""
    accounts = _rows(BOREAL / "chart.csv")
    name = "name_fr" if language == "fr" else "name"
    rows = [[it["number"], it[name], it["type"], _class(it, language)] for it in accounts]
    return [Words("30001,1,Accounts", "20001,3,Comptes").of(language).split(","), *rows]


def _class(account: Row, language: str) -> str:
    if account["type"] != "G":
        return ""
    return next((it.of(language) for start, it in CLASSES.items() if account["number"].startswith(start)), "")


def _payments() -> list[list[str]]:
    """The payments, with the cent that is not paid of F-1007, in cash."""
    rows = _rows(BOREAL / "payments.csv")
    rounded = [{**row, "rounding": "0.01"} if row["document"] == "F-1007" else row for row in rows]
    return [[*rows[0]], *([*row.values()] for row in rounded)]
