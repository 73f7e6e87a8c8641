"""Books in our own columns as a wide file of some program, with the mapping that reads it."""

import csv
import io
from decimal import Decimal
from pathlib import Path

BOREAL = Path(__file__).parents[1] / "examples" / "boreal"


def in_columns() -> bytes:
    """The documents and payments of Boréal as one wide file: a row an invoice, its payments in columns."""
    sold = [*csv.DictReader(io.StringIO((BOREAL / "documents.csv").read_text("utf-8")))]
    by_number: dict[str, list[dict[str, str]]] = {}
    for row in sold:
        by_number.setdefault(row["document"], []).append(row)
    wide = []
    for number, its in by_number.items():
        line = {
            "Kind": "sale",
            "No": number,
            **{key: its[0][key] for key in ("type", "status", "date", "customer", "total", "applies_to")},
        }
        for place, row in enumerate([it for it in its if it["row"] == "line"]):
            line |= {f"item{place}": row["code"], f"net{place}": row["amount"]}
        line |= {it["row"] if it["row"] != "tax" else it["code"]: it["amount"] for it in its if it["row"] != "line"}
        line["Taxes"] = str(Decimal(line.get("GST", "0")) + Decimal(line.get("QST", "0")))
        wide.append(line)
    money = csv.DictReader(io.StringIO((BOREAL / "payments.csv").read_text("utf-8")))
    wide += [{"Kind": "money", **{f"p_{key}": value for key, value in row.items()}} for row in money]
    return _written(wide)


IN_COLUMNS = """
[[documents]]
when = [{ column = "Kind", is = ["sale"] }]
document = "No"
date = "date"
type = "type"
status = "status"
customer = "customer"
total = "total"
applies_to = "applies_to"
rows = [
    { row = "line", code = "item0", amount = "net0" },
    { row = "line", code = "item1", amount = "net1" },
    { row = "discount", amount = "discount" },
    { row = "shipping", amount = "shipping" },
    { row = "taxes", amount = "Taxes" },
    { row = "tip", amount = "tip" },
    { row = "rounding", amount = "rounding" },
]

[[payments]]
form = "long"
when = [{ column = "Kind", is = ["money"] }]
payment = "p_payment"
date = "p_date"
type = "p_type"
status = "p_status"
document = "p_document"
customer = "p_customer"
method = "p_method"
amount = "p_amount"
fee = "p_fee"
rounding = "p_rounding"
bank_reference = "p_bank_reference"
"""


PLACES, KINDS = range(9), ("line", "discount", "tax", "tip", "shipping", "rounding")
"""So many rows of a document stand beside one another, each of any kind."""


def beside(documents: str, payments: str) -> bytes:
    """Documents and payments in our own columns as one wide file: a row a document, its rows beside one another."""
    wide: list[dict[str, str]] = []
    for row in csv.DictReader(io.StringIO(documents)):
        if not wide or wide[-1]["No"] != row["document"]:
            wide.append({"Kind": "sale", "No": row["document"], **{key: row[key] for key in HEAD}, "rows": "0"})
        its = wide[-1]
        at = int(its["rows"])
        its |= {f"row{at}": row["row"], f"code{at}": row["code"], f"amount{at}": row["amount"], "rows": str(at + 1)}
    money = csv.DictReader(io.StringIO(payments))
    wide += [{"Kind": "money", **{f"p_{key}": value for key, value in row.items()}} for row in money]
    return _written(wide)


HEAD = ("type", "status", "date", "customer", "total", "applies_to")
TEXTS = (*("date", "type", "status", "document", "customer", "method"), "bank_reference", "applied")
AMOUNTS = ("amount", "fee", "rounding", "tip")


def mapping_beside(name: str = "wide", source: str = "") -> str:
    """The mapping for `beside`, as TOML."""
    head = "".join(f'{key} = "{key}"\n' for key in HEAD)
    rows = (
        f'[[documents.rows]]\nrow = "{kind}"\ncode = "code{at}"\namount = "amount{at}"\n'
        f'when = [{{ column = "row{at}", is = ["{kind}"] }}]\n'
        for at in PLACES
        for kind in KINDS
    )
    money = "".join(f'{key} = "p_{key}"\n' for key in (*TEXTS, *AMOUNTS))
    return (
        f'name = "{name}"\nsource = "{source}"\n\n'
        f'[[documents]]\nwhen = [{{ column = "Kind", is = ["sale"] }}]\ndocument = "No"\n{head}\n{"".join(rows)}\n'
        f'[[payments]]\nform = "long"\nwhen = [{{ column = "Kind", is = ["money"] }}]\npayment = "p_payment"\n{money}'
    )


def _written(rows: list[dict[str, str]]) -> bytes:
    columns = dict.fromkeys([key for row in rows for key in row])
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
