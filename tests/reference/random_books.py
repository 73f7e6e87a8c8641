# An independent implementation, kept as it was written.
# ruff: noqa: PGH004
# ruff: noqa
# mypy: ignore-errors
# fmt: off
"""Random companies, books and edits, valid by construction most of the time and small enough to read.

Many documents share their form (kinds and codes of their rows) and date, and many payments their method and date, with
amounts of both signs and of zero: what a program computes for such a group at once is tried, and not only the single
unit.  `ECRITURE_WITHOUT=tips,refund-fees,month-files,groups,high-accounts` leaves some of it out, to find what differs.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from reference import reference

DATES = ("2026-01-05", "2026-01-10", "2026-01-14", "2026-01-15", "2026-01-20", "2026-01-31", "2026-02-01",
         "2026-02-10", "2026-02-14", "2026-02-15", "2026-02-28", "2026-03-01", "2026-03-10", "2026-03-31")
CUSTOMERS = ("Lise Tremblay", "Gagné & fils, notaires", "Nguyễn", "Œuvre du Cœur", "",
             "Association des propriétaires du Vieux-Port de Québec")
ITEMS = ("", "CLEAN", "WINDOW", "PLAIN", "OLD", "BOOK", "NOBODY")
AMOUNTS = (1000, 2000, 2000, 5000, 10000, 333)
ODD_AMOUNTS = (0, 0, -333, -1000, 999)
METHODS = ("cash", "card", "cheque", "etransfer", "")
RATES = {"GST": Decimal("5"), "QST": Decimal("9.975")}
DOCUMENT_COLUMNS = ("document", "type", "status", "date", "customer", "row", "code", "amount", "total", "applies_to",
                    "currency")
PAYMENT_COLUMNS = ("payment", "type", "status", "date", "document", "customer", "method", "amount", "fee", "tip",
                   "rounding", "applied", "bank_reference")
WITHOUT = frozenset(filter(None, os.environ.get("ECRITURE_WITHOUT", "").split(",")))
Doc = dict
Pay = dict


def tries(rng: Random, what: str, chance: float) -> bool:
    """Whether something happens that may be left out."""
    return what not in WITHOUT and rng.random() < chance


# ---- company.toml --------------------------------------------------------------------------------

def toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return str(value) if isinstance(value, int) else '"' + str(value) + '"'


def dump_toml(data: dict) -> str:
    out = []
    for section in ("company", "accounting", "accounts", "extras"):
        out.append(f"[{section}]")
        out += [f"{key} = {toml_value(value)}" for key, value in data.get(section, {}).items() if value is not None]
        out.append("")
    for table in ("taxes", "items", "methods"):
        for name, values in data.get(table, {}).items():
            out.append(f"[{table}.{name}]")
            out += [f"{key} = {toml_value(value)}" for key, value in values.items() if value is not None]
            out.append("")
    return "\n".join(out)


def fiscal_years(rng: Random) -> list:
    d = date.fromisoformat
    if rng.random() < 0.03:                                  # March is in no year: date-outside-fiscal-year
        return [[d("2026-01-01"), d("2026-02-28")]]
    return rng.choice([
        [],
        [[d("2026-01-01"), d("2026-12-31")]],
        [[d("2025-01-01"), d("2025-12-31")], [d("2026-01-01"), d("2026-12-31")]],
        [[d("2025-02-15"), d("2026-02-14")], [d("2026-02-15"), d("2027-02-14")]],
        [[d("2025-02-01"), d("2026-01-31")], [d("2026-02-01"), d("2027-01-31")]],
        [[d("2025-01-15"), d("2026-01-14")], [d("2026-01-15"), d("2026-03-09")], [d("2026-03-10"), d("2027-03-09")]],
    ])


def lock_date(rng: Random) -> date | None:
    text = rng.choice(["", "", "", "2025-12-31", "2026-01-14", "2026-01-31", "2026-02-10"])
    return date.fromisoformat(text) if text else None


def random_company(rng: Random) -> str:
    maybe = lambda value, chance=0.5: value if rng.random() < chance else None     # noqa: E731
    start = maybe(date.fromisoformat(rng.choice(["2026-01-10", "2026-01-15", "2026-02-01", "2026-02-10"])), 0.3)
    return dump_toml({
        "company": {
            "name": "Essai", "language": rng.choice(["fr", "en"]), "currency": "CAD",
            "fiscal_years": fiscal_years(rng), "lock_date": lock_date(rng),
        },
        "accounting": {
            "target": "sage50-ca",
            "only_when_paid": rng.random() < 0.5,
            "paid_sale_date": rng.choice(["payment", "document"]),
            "grouping": rng.choice(["period", "period", "day", "document"]),
            "detail": rng.choice(["summary", "summary", "document", "line"]),
            "bank_lines": rng.choice(["total", "day", "payment", "reference", "reference"]),
            "max_lines": rng.choice([500, 500, 4, 6, 10]),
            "source_prefix": rng.choice(["EC", "A", "XYZ", "Z9"]),
            "linked_accounts": ["1200"],
            "start_date": start,
            "opening": rng.choice(["sage", "clearing"]),
            "carry": False if rng.random() < 0.03 else None,
        },
        "accounts": {
            "invoice_debit": "1201", "invoice_credit": "4000", "payment_debit": "1060",
            "payment_credit": "1201" if rng.random() < 0.9 else "1202",
            "refund_debit": rng.choice([None, None, "1201", "1203"]),
            "refund_credit": rng.choice([None, None, "1060", "1061"]),
        },
        "taxes": {
            "GST": {"credit": "2310", "rate": "5", "debit": maybe("1201", 0.1)},
            "QST": {"credit": "2330", "rate": "9.975", "debit": maybe("1206", 0.05)},
        },
        "items": {
            "CLEAN": {"credit": "4100"},
            "WINDOW": {"credit": "4110", "debit": maybe("1205", 0.3)},
            "PLAIN": {"name": "Sans compte"},
            "OLD": {"credit": "4130", "archived": date.fromisoformat("2026-01-31")},
            "BOOK": {"credit": "4140", "taxes": ["GST"]},
        },
        "methods": {"cash": {"debit": "1050"}, "card": {"debit": "1065"}} if rng.random() < 0.8 else {},
        "extras": {
            "discount": maybe("4900", 0.7), "tip": maybe("2400", 0.95), "shipping": maybe("4200", 0.7),
            "rounding": maybe("5990", 0.95), "fee": "6100" if tries(rng, "high-accounts", 0.1) else "5610", "deposit": maybe("2450", 0.6),
        },
    })


def edit_company(rng: Random, toml: str) -> str:
    """Changes only settings that may change after an export."""
    data = tomllib.loads(toml)
    company, accounting, accounts, extras = (data[k] for k in ("company", "accounting", "accounts", "extras"))
    for _ in range(rng.randint(1, 3)):
        change = rng.randrange(14)
        if change == 0:
            later = lock_date(rng)
            if later and later > company.get("lock_date", date.min):
                company["lock_date"] = later
        elif change == 1:
            accounting["only_when_paid"] = not accounting["only_when_paid"]
        elif change == 2:
            accounting["paid_sale_date"] = rng.choice(["payment", "document"])
        elif change == 3:
            accounting["grouping"] = rng.choice(["period", "day", "document"])
        elif change == 4:
            accounting["detail"] = rng.choice(["summary", "document", "line"])
        elif change == 5:
            accounting["bank_lines"] = rng.choice(["total", "day", "payment", "reference"])
        elif change == 6:
            accounting["max_lines"] = rng.choice([500, 4, 6, 10])
        elif change == 7:
            new = rng.choice(["1201", "1211"])
            accounts["invoice_debit"] = new
            accounts["payment_credit"] = new if rng.random() < 0.8 else "1212"
        elif change == 8:
            accounts["payment_debit"] = rng.choice(["1060", "1070"])
            accounts["invoice_credit"] = rng.choice(["4000", "4001"])
        elif change == 9:
            accounts["refund_debit"] = rng.choice([None, "1201", "1213"])
            accounts["refund_credit"] = rng.choice([None, "1060", "1071"])
        elif change == 10:
            extras["deposit"] = rng.choice([None, "2450", "2451"])
            extras["fee"] = rng.choice(["5610", "5611"])
            extras["tip"] = rng.choice(["2400", "2400", "2401"])
            extras["rounding"] = rng.choice(["5990", "5991"])
        elif change == 11:
            data["items"]["NOBODY"] = {"credit": rng.choice(["4150", "4151"])}
            data["items"]["CLEAN"]["credit"] = rng.choice(["4100", "4101"])
        elif change == 12:
            data.setdefault("methods", {})[rng.choice(["cheque", "card"])] = {"debit": rng.choice(["1080", "1065"])}
            data["taxes"]["GST"]["credit"] = rng.choice(["2310", "2311"])
        elif change == 13:
            accounting["carry"] = True
    return dump_toml(data)


# ---- documents and payments ----------------------------------------------------------------------

def money(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def total(doc: Doc) -> int:
    return sum(-r["amount"] if r["row"] == "discount" else r["amount"] for r in doc["rows"])


def retax(doc: Doc) -> None:
    """Computes the document's tax rows again."""
    for row in doc["rows"]:
        if row["row"] == "tax":
            base = sum(r["amount"] for r in doc["rows"]
                       if r["row"] == "line" and (r["code"] != "BOOK" or row["code"] == "GST"))
            base -= sum(r["amount"] for r in doc["rows"] if r["row"] == "discount")
            row["amount"] = int((base * RATES[row["code"]] / 100).quantize(Decimal(1), ROUND_HALF_UP))


def new_number(rng: Random, books: list[dict], prefix: str) -> str:
    """A free number; out of order, so that their order as text is tried.  One in a thousand is a number that a
    removed unit had."""
    used = {entry["number"] for entry in books}
    while (number := f"{prefix}{rng.randint(1, 999)}") in used:
        pass
    return number


def random_document(rng: Random, docs: list[Doc], kind: str = "invoice") -> Doc:
    rows = [{"row": "line", "code": rng.choice(ITEMS), "amount": rng.choice(AMOUNTS)}
            for _ in range(rng.choice([1, 1, 1, 2]))]
    if kind == "invoice" and rng.random() < 0.06:
        rows.append({"row": "line", "code": "", "amount": -rng.choice([500, 333])})
    if rng.random() < 0.15:
        rows.append({"row": "discount", "code": "", "amount": rng.choice([100, rows[0]["amount"]])})
    if rng.random() < 0.15:
        rows.append({"row": "shipping", "code": "", "amount": 1000})
    for code in ("GST", "QST"):
        if rng.random() < 0.5:
            rows.append({"row": "tax", "code": code, "amount": 0})
    if rng.random() < 0.1:
        rows.append({"row": "tip", "code": "", "amount": 200})
    doc = {"number": new_number(rng, docs, "F" if kind == "invoice" else "N"), "type": kind,
           "status": rng.choices(["final", "void", "draft"], [90, 4, 6])[0], "date": rng.choice(DATES),
           "customer": rng.choice(CUSTOMERS), "rows": rows, "applies_to": "", "give_total": rng.random() < 0.8}
    retax(doc)
    if rng.random() < 0.1 and total(doc) % 5:
        rest = total(doc) % 5
        rows.append({"row": "rounding", "code": "", "amount": -rest if rest < 3 else 5 - rest})
    if kind == "credit_note" and rng.random() < 0.65:
        invoices = [d for d in docs if d["type"] == "invoice"]
        if invoices:
            doc["applies_to"] = rng.choice(invoices)["number"]
    return doc


def due(doc: Doc, pays: list[Pay]) -> int:
    """What is left of a document (may be zero or less)."""
    paid = sum((-1 if p["type"] == "refund" else 1) * (r["amount"] + r["rounding"] - r["tip"])
               for p in pays if p["status"] == "final" for r in p["rows"] if r["document"] == doc["number"])
    return total(doc) - (paid if doc["type"] == "invoice" else -paid)


def payment_row(rng: Random, doc: Doc | None, pays: list[Pay], method: str, kind: str) -> dict:
    amount = rng.choice(AMOUNTS)
    rounding = tip = 0
    if doc is not None and due(doc, pays) > 0 and rng.random() < 0.85:
        amount = due(doc, pays)
        if rng.random() < 0.3 and amount > 100:
            amount //= 2
    if method == "cash" and amount % 5 and amount > 10:
        rest = amount % 5
        rounding = rest if rest < 3 else rest - 5          # amount paid + rounding = what it settles
        amount -= rounding
    if tries(rng, "tips", 0.15):
        tip = rng.choice([200, 1500, amount])
        amount += rng.choice([0, tip, tip, tip]) if tip <= amount else tip
        if rng.random() < 0.01:
            tip = rng.choice([amount + 1, -100])           # tip-above-amount, amount-negative
    return {"document": doc["number"] if doc else "", "amount": amount, "fee": random_fee(rng, amount, method, kind),
            "tip": tip, "rounding": rounding, "applied": rng.choice(DATES) if rng.random() < 0.12 else ""}


def random_fee(rng: Random, amount: int, method: str, kind: str) -> int:
    """What a processor kept; of a refund also what it gave back."""
    if kind == "refund":
        if not tries(rng, "refund-fees", 0.8 if method == "card" else 0.1):
            return 0
        return rng.choice([30, 1500, -30, -100, -amount])
    fee = rng.choice([0, 30, 100]) if method == "card" else 0
    return min(fee, amount)


def random_payment(rng: Random, docs: list[Doc], pays: list[Pay], kind: str = "payment") -> Pay:
    method = rng.choice(METHODS)
    number = new_number(rng, pays, "P")
    if docs and rng.random() < 0.1:                         # document and payment of one number are two units
        number = rng.choice(docs)["number"]
        if number in {p["number"] for p in pays}:
            number = new_number(rng, pays, "P")
    pay = {"number": number, "type": kind,
           "status": "void" if rng.random() < 0.05 else "final", "date": rng.choice(DATES),
           "customer": rng.choice(CUSTOMERS) if rng.random() < 0.3 else "", "method": method, "rows": [],
           "bank_reference": rng.choice(["DEP-1", "DEP-2"]) if rng.random() < 0.4 else ""}
    invoices = [d for d in docs if d["type"] == "invoice"]
    notes = [d for d in docs if d["type"] == "credit_note"]
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if kind == "refund":
            choices = notes * 2 + invoices
        else:
            choices = notes if notes and rng.random() < 0.04 else invoices
        doc = rng.choice(choices) if choices and rng.random() < 0.85 else None
        if doc is not None and rng.random() < 0.6:          # mostly after the document
            pay["date"] = max(pay["date"], doc["date"])
        pay["rows"].append(payment_row(rng, doc, pays + [pay], method, kind))
    return pay


# ---- groups: several units of one form and date --------------------------------------------------

def alike_document(rng: Random, docs: list[Doc], doc: Doc) -> Doc:
    """Another document with the same rows on the same date, or a credit note with them; only the amounts differ."""
    kind = "credit_note" if doc["type"] == "credit_note" or rng.random() < 0.2 else "invoice"
    choices = {"line": AMOUNTS + ODD_AMOUNTS, "discount": (0, 100, 333), "shipping": (0, 1000), "tip": (0, 200),
               "rounding": (-2, -1, 0, 1, 2), "tax": (0,)}
    rows = [{**row, "amount": rng.choice(choices[row["row"]])} for row in doc["rows"]]
    other = {**doc, "number": new_number(rng, docs, "F" if kind == "invoice" else "N"), "type": kind, "rows": rows,
             "status": "void" if rng.random() < 0.03 else "final", "applies_to": "", "customer": rng.choice(CUSTOMERS)}
    if rng.random() < 0.9:
        retax(other)
    if kind == "credit_note":
        if total(other) < 0:
            for row in rows:
                row["amount"] = abs(row["amount"]) if row["row"] != "discount" else 0
            retax(other)
        invoices = [d["number"] for d in docs if d["type"] == "invoice"]
        if invoices and rng.random() < 0.6:
            other["applies_to"] = rng.choice(invoices)
    return other


def alike_payment(rng: Random, docs: list[Doc], pays: list[Pay], pay: Pay) -> Pay:
    """Another payment by the same method on the same date with as many rows, or a refund."""
    kind = "refund" if pay["type"] == "refund" or rng.random() < 0.1 else "payment"
    other = {**pay, "number": new_number(rng, pays, "P"), "type": kind, "rows": [],
             "status": "void" if rng.random() < 0.03 else "final",
             "customer": rng.choice(CUSTOMERS) if rng.random() < 0.3 else "",
             "bank_reference": rng.choice([pay["bank_reference"], "", "DEP-1"])}
    for _ in pay["rows"]:
        doc = rng.choice(docs) if docs and rng.random() < 0.9 else None
        row = payment_row(rng, doc, pays + [other], pay["method"], kind)
        if rng.random() < 0.08:
            row |= {"amount": 0, "tip": 0, "rounding": 0, "fee": rng.choice([0, 0, 1500] if kind == "payment" else [0])}
        other["rows"].append(row)
    return other


def groups(rng: Random, docs: list[Doc], pays: list[Pay]) -> None:
    """Adds a day's documents of one form and their payments by one method."""
    model = random_document(rng, docs)
    day = [model]
    docs.append(model)
    for _ in range(rng.randint(1, 5)):
        day.append(alike_document(rng, docs, rng.choice(day)))
        docs.append(day[-1])
    model = random_payment(rng, day, pays)
    pays.append(model)
    for _ in range(rng.randint(0, 4)):
        pays.append(alike_payment(rng, day, pays, model))


def random_books(rng: Random) -> tuple[str, str]:
    docs: list[Doc] = []
    pays: list[Pay] = []
    grouped = rng.choice([0, 1, 1, 2, 2]) if "groups" not in WITHOUT else 0
    for _ in range(rng.randint(3, 9) // (1 + grouped)):
        docs.append(random_document(rng, docs))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        docs.append(random_document(rng, docs, "credit_note"))
    for _ in range(grouped):
        groups(rng, docs, pays)
    for _ in range(rng.randint(0, 9) // (1 + grouped)):
        pays.append(random_payment(rng, docs, pays))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        pays.append(random_payment(rng, docs, pays, "refund"))
    rng.shuffle(pays)
    if rng.random() < 0.3:
        rng.shuffle(docs)
    return write_documents(docs), write_payments(pays)


def write_documents(docs: list[Doc]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, DOCUMENT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for doc in docs:
        head = {"type": doc["type"], "status": doc["status"], "date": doc["date"], "customer": doc["customer"],
                "total": money(total(doc)) if doc["give_total"] else "", "applies_to": doc["applies_to"],
                "currency": ""}
        for index, row in enumerate(doc["rows"]):
            writer.writerow({"document": doc["number"], "row": row["row"], "code": row["code"],
                             "amount": money(row["amount"]), **(head if index == 0 else {})})
    return out.getvalue()


def write_payments(pays: list[Pay]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, PAYMENT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for pay in pays:
        head = {name: pay[name] for name in ("type", "status", "date", "customer", "method", "bank_reference")}
        for index, row in enumerate(pay["rows"]):
            writer.writerow({"payment": pay["number"], "document": row["document"], "amount": money(row["amount"]),
                             "fee": money(row["fee"]) if row["fee"] else "",
                             "tip": money(row["tip"]) if row["tip"] else "",
                             "rounding": money(row["rounding"]) if row["rounding"] else "",
                             "applied": row["applied"], **(head if index == 0 else {})})
    return out.getvalue()


def load(documents_csv: str, payments_csv: str) -> tuple[list[Doc], list[Pay]]:
    docs = [{"number": d.number, "type": d.type, "status": d.status, "date": d.date.isoformat(),
             "customer": d.customer, "applies_to": d.applies_to, "give_total": d.given_total is not None,
             "rows": [{"row": r.kind, "code": r.code, "amount": r.amount} for r in d.rows]}
            for d in reference.read_documents(documents_csv, "CAD").values()]
    pays = [{"number": p.number, "type": p.type, "status": p.status, "date": p.date.isoformat(),
             "customer": p.customer, "method": p.method, "bank_reference": p.reference,
             "rows": [{"document": r.document, "amount": r.amount, "fee": r.fee, "tip": r.tip, "rounding": r.rounding,
                       "applied": r.applied.isoformat() if r.applied else ""} for r in p.rows]}
            for p in reference.read_payments(payments_csv).values()]
    return docs, pays


def edit_document(rng: Random, docs: list[Doc], doc: Doc) -> None:
    change = rng.randrange(9)
    lines = [row for row in doc["rows"] if row["row"] == "line"]
    if change in (0, 1):
        rng.choice(lines)["amount"] = rng.choice(AMOUNTS)
        doc["rows"] = [row for row in doc["rows"] if row["row"] != "rounding"]
        retax(doc)
        if doc["type"] == "credit_note" and total(doc) < 0:
            doc["rows"] = [row for row in doc["rows"] if row["row"] != "discount"]
            retax(doc)
    elif change == 2:
        doc["date"] = rng.choice(DATES)
    elif change == 3:
        doc["status"] = rng.choice(["void", "draft"]) if doc["status"] == "final" else "final"
    elif change == 4:
        doc["customer"] = rng.choice(CUSTOMERS)
    elif change == 5:
        rng.choice(lines)["code"] = rng.choice(ITEMS)
        retax(doc)
    elif change == 6 and doc["type"] == "credit_note":
        invoices = [d["number"] for d in docs if d["type"] == "invoice"] + [""]
        doc["applies_to"] = rng.choice(invoices)
    elif change == 7:
        doc["rows"].append({"row": "line", "code": rng.choice(ITEMS), "amount": rng.choice(AMOUNTS)})
        retax(doc)
    elif change == 8 and doc["status"] != "final":
        doc["status"] = "final"


def edit_payment(rng: Random, docs: list[Doc], pays: list[Pay], pay: Pay) -> None:
    change = rng.randrange(11)
    row = rng.choice(pay["rows"])
    if change in (0, 1):
        row["document"] = rng.choice(docs)["number"] if docs and rng.random() < 0.8 else ""
        if rng.random() < 0.7:
            row["applied"] = rng.choice(DATES)
    elif change == 2:
        row["applied"] = "" if row["applied"] else rng.choice(DATES)
    elif change == 3:
        pay["status"] = "void" if pay["status"] == "final" else "final"
    elif change == 4:
        pay["date"] = rng.choice(DATES)
    elif change == 5:
        row["amount"], row["rounding"], row["tip"] = rng.choice(AMOUNTS), 0, 0
        row["fee"] = min(row["fee"], row["amount"])
    elif change == 6:
        pay["method"] = rng.choice(METHODS)
    elif change == 7:
        pay["customer"] = rng.choice(CUSTOMERS)
    elif change == 8 and row["amount"] > 300 and docs:
        part = row["amount"] // 2
        row["amount"] -= part
        row["fee"], row["tip"] = min(row["fee"], row["amount"]), min(row["tip"], row["amount"])
        pay["rows"].append({"document": rng.choice(docs)["number"] if rng.random() < 0.8 else "", "amount": part,
                            "fee": 0, "tip": 0, "rounding": 0, "applied": rng.choice(["", rng.choice(DATES)])})
    elif change == 9:
        pay["bank_reference"] = rng.choice(["", "DEP-1", "DEP-2"])
    elif change == 10:
        if tries(rng, "tips", 0.6):
            row["tip"] = 0 if row["tip"] else min(200, row["amount"])
        row["fee"] = random_fee(rng, row["amount"], pay["method"], pay["type"])


def edit_books(rng: Random, documents_csv: str, payments_csv: str, *, remove: bool = True) -> tuple[str, str]:
    """One to four edits like a person makes.  `remove` allows units to disappear from the input."""
    docs, pays = load(documents_csv, payments_csv)
    for _ in range(rng.randint(1, 4)):
        change = rng.random()
        if change < 0.35 and docs:
            edit_document(rng, docs, rng.choice(docs))
        elif change < 0.65 and pays:
            edit_payment(rng, docs, pays, rng.choice(pays))
        elif change < 0.78 and len(docs) < 16:
            if docs and tries(rng, "groups", 0.5):
                docs.append(alike_document(rng, docs, rng.choice(docs)))
            else:
                docs.append(random_document(rng, docs, "invoice" if rng.random() < 0.7 else "credit_note"))
        elif change < 0.96 and len(pays) < 16:
            if pays and tries(rng, "groups", 0.5):
                pays.append(alike_payment(rng, docs, pays, rng.choice(pays)))
            else:
                pays.append(random_payment(rng, docs, pays, "payment" if rng.random() < 0.7 else "refund"))
        elif remove and pays and rng.random() < 0.5:
            pays.remove(rng.choice(pays))
        elif remove:
            named = {r["document"] for p in pays for r in p["rows"]} | {d["applies_to"] for d in docs}
            if tries(rng, "month-files", 0.3):              # known to the state alone, or to nobody
                named = set()
            free = [d for d in docs if d["number"] not in named]
            if free:
                docs.remove(rng.choice(free))
    return write_documents(docs), write_payments(pays)


# ---- month files ---------------------------------------------------------------------------------

Unit = tuple[str, str]


def changed_units(before: tuple[str, str], after: tuple[str, str]) -> set[Unit]:
    """The units of the later files that the earlier ones do not have, or not like this."""
    (old_docs, old_pays), (docs, pays) = load(*before), load(*after)
    return ({("document", d["number"]) for d in docs if d not in old_docs}
            | {("payment", p["number"]) for p in pays if p not in old_pays})


def month_files(rng: Random, documents_csv: str, payments_csv: str, needed: set[Unit]) -> tuple[str, str]:
    """The files of a month: "every document that is not transferred yet or was changed since, and everything that
    settles those"; new and changed payments; and a few others.  `needed` are the units that are new or changed."""
    docs, pays = load(documents_csv, payments_csv)
    kept = {d["number"] for d in docs if rng.random() < (0.98 if ("document", d["number"]) in needed else 0.1)}
    month = [d for d in docs if d["number"] in kept or d["applies_to"] in kept]
    paying = [p for p in pays if ("payment", p["number"]) in needed or rng.random() < 0.1
              or any(r["document"] in kept for r in p["rows"])]
    return write_documents(month), write_payments(paying)
