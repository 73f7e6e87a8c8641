"""Sound settings of a starter chart, and a list of senseless ones: each with all that is to be said of it, once."""

from dataclasses import replace
from typing import Any

from ecriture.core.settings import Accounting, DefaultAccounts, Extras, Item, Method, Settings, frozen_mapping
from ecriture.core.starter import starter_chart
from ecriture.core.taxes import Tax

QUEBEC = starter_chart("QC")
SOUND = Settings(
    name="Boréal",
    accounts=DefaultAccounts("1201", "4020", "1060", "1201"),
    taxes=frozen_mapping({"GST": Tax("GST", credit="2310"), "QST": Tax("QST", credit="2330")}),
    items=frozen_mapping({"A": Item("A", credit="4100")}),
    methods=frozen_mapping(
        {"card": Method("card", "1065"), "cash": Method("cash", "1050"), "cheque": Method("cheque")}
    ),
    extras=Extras("4900", "2400", "4210", "5990", "5610", "2450"),
)


def accounts(**given: str) -> Settings:
    return replace(SOUND, accounts=replace(SOUND.accounts, **given))


def extras(**given: str) -> Settings:
    return replace(SOUND, extras=replace(SOUND.extras, **given))


def taxes(**credits_: str | Tax) -> Settings:
    made = {code: it if isinstance(it, Tax) else Tax(code, credit=it) for code, it in credits_.items()}
    return replace(SOUND, taxes=frozen_mapping(made))


def item(debit: str = "", credit: str = "", **more: Any) -> Settings:
    return replace(SOUND, items=frozen_mapping({"A": Item("A", debit=debit, credit=credit, **more)}))


def method(debit: str, of: Settings = SOUND) -> Settings:
    return replace(of, methods=frozen_mapping({"cheque": Method("cheque", debit)}))


SENSELESS: dict[str, tuple[Settings, list[tuple[str, str]]]] = {
    "a payment debits the clearing account": (
        accounts(payment_debit="1201"),
        [("account-same", "accounts.payment_debit")],
    ),
    "a payment credits the bank": (accounts(payment_credit="1060"), [("account-same", "accounts.payment_credit")]),
    "an invoice debits the bank": (accounts(invoice_debit="1060"), [("account-bank", "accounts.invoice_debit")]),
    "both taxes are credited to the clearing account": (
        taxes(GST="1201", QST="1201"),
        [("account-same", "taxes.GST.credit"), ("account-same", "taxes.QST.credit")],
    ),
    "the GST is credited to the tax paid on purchases": (
        taxes(GST="2315", QST="2330"),
        [("tax-account-purchases", "taxes.GST.credit")],
    ),
    "the QST is credited to the GST's account": (
        taxes(GST="2310", QST="2310"),
        [("tax-account-shared", "taxes.QST.credit")],
    ),
    "cheques go to the clearing account": (method("1201"), [("account-same", "methods.cheque.debit")]),
    "the bank is the clearing account, for all": (
        accounts(invoice_debit="1060", payment_credit="1060"),
        [("account-same", "accounts.payment_debit"), ("account-bank", "accounts.invoice_debit")],
    ),
    "the bank is the clearing account, and money goes elsewhere": (
        accounts(invoice_debit="1060", payment_credit="1060", payment_debit="1065"),
        [("account-bank", "accounts.invoice_debit")],
    ),
    "two clearing accounts": (accounts(payment_credit="1210"), [("receivable-split", "accounts.invoice_debit")]),
    # ten more, and then some
    "a refund debits and credits one account": (
        accounts(refund_debit="1201", refund_credit="1201"),
        [("account-same", "accounts.refund_credit")],
    ),
    "a refund credits the clearing account": (
        accounts(refund_credit="1201"),
        [("account-same", "accounts.refund_credit")],
    ),
    "a refund debits the bank": (accounts(refund_debit="1060"), [("account-same", "accounts.refund_debit")]),
    "a refund debits another receivable": (
        accounts(refund_debit="1210"),
        [("receivable-split", "accounts.refund_debit")],
    ),
    "an item sells to the clearing account": (item(credit="1201"), [("account-same", "items.A.credit")]),
    "an item debits what it credits": (item("4100", "4100"), [("account-same", "items.A.debit")]),
    "an item debits the default revenue": (item("4020"), [("account-same", "items.A.debit")]),
    "an item debits the bank": (item("1060", "4100"), [("account-bank", "items.A.debit")]),
    "an item debits where cards arrive": (item("1065", "4100"), [("account-bank", "items.A.debit")]),
    "an item sells to the bank": (item(credit="1060"), [("account-bank", "items.A.credit")]),
    "an item has a receivable of its own": (item("1210", "4100"), [("receivable-split", "items.A.debit")]),
    "the fee is kept on the bank": (extras(fee="1060"), [("account-same", "extras.fee")]),
    "the fee is on the clearing account": (extras(fee="1201"), [("account-same", "extras.fee")]),
    "deposits are on the bank": (extras(deposit="1060"), [("account-same", "extras.deposit")]),
    "tips are on the clearing account": (extras(tip="1201"), [("account-same", "extras.tip")]),
    "tips are owed with the GST": (extras(tip="2310"), [("tax-account-shared", "extras.tip")]),
    "discounts are on the clearing account": (extras(discount="1201"), [("account-same", "extras.discount")]),
    "rounding is on the bank": (extras(rounding="1060"), [("account-same", "extras.rounding")]),
    "a tax is credited to the bank": (taxes(GST="1060"), [("account-bank", "taxes.GST.credit")]),
    "a tax is revenue": (taxes(GST="4020"), [("account-class", "taxes.GST.credit")]),
    "a tax debits the bank": (
        taxes(GST=Tax("GST", "1060", "2310")),
        [("account-bank", "taxes.GST.debit")],
    ),
    "a tax has no account": (taxes(GST=""), [("tax-account-missing", "taxes.GST.credit")]),
    "cheques go to revenue": (method("4020"), [("account-class", "methods.cheque.debit")]),
    "two provinces' taxes are in one account": (
        taxes(**{"PST-BC": "2350", "PST-SK": "2350"}),
        [("account-unknown", "taxes.PST-BC.credit"), ("account-unknown", "taxes.PST-SK.credit")],
    ),
    "the clearing account is linked": (
        replace(SOUND, accounting=Accounting(linked_accounts=frozenset({"1201"}))),
        [("account-linked", "accounts.invoice_debit"), ("account-linked", "accounts.payment_credit")],
    ),
    "an archived item's account is gone": (item(credit="4999"), [("account-unknown", "items.A.credit")]),
    "an extra is a heading": (extras(shipping="4000"), [("account-not-postable", "extras.shipping")]),
    "a method's account is too long": (
        method("10600"),
        [("account-unknown", "methods.cheque.debit")],
    ),
    "nothing is set": (
        Settings(),
        [
            ("account-missing", f"accounts.{name}")
            for name in ("invoice_debit", "invoice_credit", "payment_debit", "payment_credit")
        ],
    ),
}
