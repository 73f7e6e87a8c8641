"""The table of posting.md, section 1, row by row: which account, and which rule won."""

from dataclasses import replace

import pytest
from small_books import COMPANY, accounts, extras

from ecriture.core.documents import DocumentKind, Form, PaymentKind, RowKey, RowKind
from ecriture.core.rules import Leg, PaymentLegs, Rules
from ecriture.core.settings import DefaultAccounts, Extras, Item, Settings, frozen_mapping
from ecriture.core.taxes import Tax

BARE = Settings(accounts=DefaultAccounts("1201", "4000", "1060", "1201"))
"""A company with its default accounts and nothing else."""
OWN_DEBIT = replace(COMPANY, items=frozen_mapping({"CLEAN": Item("CLEAN", debit="1205")}))
TAX_DEBIT = replace(COMPANY, taxes=frozen_mapping({"GST": Tax("GST", "1206", "2310")}))
TWO_ROWS = Form((RowKey(RowKind.LINE, "CLEAN"), RowKey(RowKind.TAX, "GST")))


def legs(key: RowKey, company: Settings) -> tuple[Leg, Leg]:
    """The debit and the credit leg of a row."""
    debit, credit = Rules(company).of_document(Form((key,)), DocumentKind.INVOICE).legs
    return debit, credit


def shown(leg: Leg) -> str:
    return f"{leg.account} by {leg.rule}"


ROWS = [
    (RowKey(RowKind.LINE, "CLEAN"), COMPANY, "1201 by accounts.invoice_debit", "4100 by items.CLEAN.credit"),
    (RowKey(RowKind.LINE, "CLEAN"), OWN_DEBIT, "1205 by items.CLEAN.debit", "4000 by accounts.invoice_credit"),
    (RowKey(RowKind.LINE, "OLD"), COMPANY, "1201 by accounts.invoice_debit", "4130 by items.OLD.credit"),
    (RowKey(RowKind.LINE), COMPANY, "1201 by accounts.invoice_debit", "4000 by accounts.invoice_credit"),
    (RowKey(RowKind.LINE, "NOBODY"), COMPANY, "1201 by accounts.invoice_debit", "4000 by accounts.invoice_credit"),
    (RowKey(RowKind.DISCOUNT), COMPANY, "4900 by extras.discount", "1201 by accounts.invoice_debit"),
    (RowKey(RowKind.DISCOUNT), BARE, "4000 by accounts.invoice_credit", "1201 by accounts.invoice_debit"),
    (RowKey(RowKind.TAX, "GST"), COMPANY, "1201 by accounts.invoice_debit", "2310 by taxes.GST.credit"),
    (RowKey(RowKind.TAX, "GST"), TAX_DEBIT, "1206 by taxes.GST.debit", "2310 by taxes.GST.credit"),
    (RowKey(RowKind.TIP), COMPANY, "1201 by accounts.invoice_debit", "2400 by extras.tip"),
    (RowKey(RowKind.SHIPPING), COMPANY, "1201 by accounts.invoice_debit", "4200 by extras.shipping"),
    (RowKey(RowKind.SHIPPING), BARE, "1201 by accounts.invoice_debit", "4000 by accounts.invoice_credit"),
    (RowKey(RowKind.ROUNDING), COMPANY, "1201 by accounts.invoice_debit", "5990 by extras.rounding"),
]


@pytest.mark.parametrize(("key", "company", "debit", "credit"), ROWS)
def test_a_row_has_the_accounts_of_the_most_precise_rule(
    key: RowKey, company: Settings, debit: str, credit: str
) -> None:
    assert tuple(map(shown, legs(key, company))) == (debit, credit)
    assert not any(leg.fault for leg in legs(key, company))


@pytest.mark.parametrize(
    ("key", "fault", "setting"),
    [
        (RowKey(RowKind.TAX, "PST"), "tax-unknown", "taxes.PST.credit"),
        (RowKey(RowKind.TAX, "GST"), "tax-account-missing", "taxes.GST.credit"),
        (RowKey(RowKind.TIP), "account-missing", "extras.tip"),
        (RowKey(RowKind.ROUNDING), "account-missing", "extras.rounding"),
    ],
)
def test_where_there_is_no_default_the_setting_to_fill_is_named(key: RowKey, fault: str, setting: str) -> None:
    company = replace(BARE, taxes=frozen_mapping({"GST": Tax("GST")}))
    _, credit = legs(key, company)
    assert (credit.account, credit.fault, credit.rule) == ("", fault, setting)


@pytest.mark.parametrize(
    ("key", "debit", "credit"),
    [
        (RowKey(RowKind.LINE), "accounts.invoice_debit", "accounts.invoice_credit"),
        (RowKey(RowKind.DISCOUNT), "accounts.invoice_credit", "accounts.invoice_debit"),
        (RowKey(RowKind.SHIPPING), "accounts.invoice_debit", "accounts.invoice_credit"),
    ],
)
def test_without_default_accounts_the_default_is_what_is_missing(key: RowKey, debit: str, credit: str) -> None:
    assert [(leg.fault, leg.rule) for leg in legs(key, Settings())] == [
        ("account-missing", debit),
        ("account-missing", credit),
    ]


def test_a_document_has_the_debits_of_its_rows_and_then_their_credits() -> None:
    pattern = Rules(COMPANY).of_document(TWO_ROWS, DocumentKind.INVOICE)
    assert [leg.account for leg in pattern.legs] == ["1201", "1201", "4100", "2310"]
    assert pattern.rows == (0, 1, 0, 1)


def test_a_credit_note_has_the_same_legs_the_other_way_round() -> None:
    pattern = Rules(COMPANY).of_document(TWO_ROWS, DocumentKind.CREDIT_NOTE)
    assert [leg.account for leg in pattern.legs] == ["4100", "2310", "1201", "1201"]
    assert pattern.rows == (0, 1, 0, 1)


# Payments

P, R = PaymentKind.PAYMENT, PaymentKind.REFUND
REFUNDS = accounts(refund_debit="1203", refund_credit="1061")


@pytest.mark.parametrize(
    ("kind", "method", "company", "bank", "clearing"),
    [
        (P, "card", COMPANY, "1065 by methods.card.debit", "1201 by accounts.payment_credit"),
        (P, "CARD", COMPANY, "1065 by methods.card.debit", "1201 by accounts.payment_credit"),
        (P, "cheque", COMPANY, "1060 by accounts.payment_debit", "1201 by accounts.payment_credit"),
        (P, "", COMPANY, "1060 by accounts.payment_debit", "1201 by accounts.payment_credit"),
        (P, "card", REFUNDS, "1065 by methods.card.debit", "1201 by accounts.payment_credit"),
        (R, "card", COMPANY, "1065 by methods.card.debit", "1201 by accounts.payment_credit"),
        (R, "card", REFUNDS, "1061 by accounts.refund_credit", "1203 by accounts.refund_debit"),
        (R, "", accounts(refund_credit="1061"), "1061 by accounts.refund_credit", "1201 by accounts.payment_credit"),
    ],
)
def test_a_payment_has_a_bank_and_a_clearing_account(
    kind: PaymentKind, method: str, company: Settings, bank: str, clearing: str
) -> None:
    found = Rules(company).of_payment(kind, method)
    assert (shown(found.bank), shown(found.clearing)) == (bank, clearing)


def test_a_fee_and_a_cash_rounding_have_their_own_accounts_and_no_default() -> None:
    found, missing = Rules(COMPANY).of_payment(P, ""), Rules(BARE).of_payment(P, "")
    assert (shown(found.fee), shown(found.rounding)) == ("5610 by extras.fee", "5990 by extras.rounding")
    assert (missing.fee.fault, missing.fee.rule) == ("account-missing", "extras.fee")
    assert (missing.rounding.fault, missing.rounding.rule) == ("account-missing", "extras.rounding")


@pytest.mark.parametrize(
    ("kind", "company", "unapplied"),
    [
        (P, COMPANY, "2450 by extras.deposit"),
        (R, COMPANY, "2450 by extras.deposit"),
        (P, BARE, "1201 by accounts.payment_credit"),
        (R, extras(REFUNDS, deposit=""), "1203 by accounts.refund_debit"),
    ],
)
def test_the_unapplied_account_is_that_of_deposits_or_else_the_clearing_account(
    kind: PaymentKind, company: Settings, unapplied: str
) -> None:
    assert shown(Rules(company).of_payment(kind, "").unapplied) == unapplied


# Recorded accounts


def test_a_row_keeps_the_accounts_that_a_batch_recorded_for_its_kind_code_and_side() -> None:
    pattern = Rules(COMPANY).of_document(TWO_ROWS, DocumentKind.INVOICE)
    kept = pattern.recorded({"line:CLEAN:credit": "4999", "tax:GST:debit": "1299", "line:OTHER:debit": "1"})
    assert [shown(leg) for leg in kept.legs] == [
        "1201 by accounts.invoice_debit",
        "1299 by recorded",
        "4999 by recorded",
        "2310 by taxes.GST.credit",
    ]


def test_a_recorded_account_mends_what_the_settings_lack_now() -> None:
    pattern = Rules(BARE).of_document(Form((RowKey(RowKind.TIP),)), DocumentKind.INVOICE)
    kept = pattern.recorded({"tip::credit": "2400"})
    assert (kept.legs[1].account, kept.legs[1].fault) == ("2400", "")


def recorded(company: Settings, accounts: dict[str, str]) -> PaymentLegs:
    return Rules(company).of_payment(P, "card").recorded(accounts)


def test_a_payment_keeps_its_accounts_by_method_clearing_unapplied_fee_and_rounding() -> None:
    everything = {"method:card": "1", "clearing": "2", "unapplied": "3", "fee": "4", "rounding": "5"}
    kept = recorded(COMPANY, everything)
    found = (kept.bank, kept.clearing, kept.unapplied, kept.fee, kept.rounding)
    assert [shown(leg) for leg in found] == [f"{number} by recorded" for number in range(1, 6)]


def test_another_method_is_a_new_key_and_uses_the_settings_of_today() -> None:
    assert shown(recorded(COMPANY, {"method:cash": "1"}).bank) == "1065 by methods.card.debit"


def test_where_the_clearing_account_served_as_the_unapplied_one_it_still_does() -> None:
    """Else a new clearing account would move what was paid in advance from the old one to the new."""
    before = Rules(BARE).of_payment(P, "").unapplied
    assert before.keys == ("unapplied", "clearing")
    kept = Rules(accounts(BARE, payment_credit="1299")).of_payment(P, "").recorded(dict.fromkeys(before.keys, "1201"))
    assert (kept.clearing.account, kept.unapplied.account) == ("1201", "1201")


def test_a_deposit_account_of_its_own_is_recorded_alone() -> None:
    assert Rules(COMPANY).of_payment(P, "").unapplied.keys == ("unapplied",)


def test_the_unapplied_account_of_a_live_payment_falls_back_on_its_recorded_clearing_account() -> None:
    kept = Rules(accounts(BARE, payment_credit="1299")).of_payment(P, "").recorded({"clearing": "1201"})
    assert kept.unapplied.account == "1201"


def test_extras_are_all_used_by_some_rule() -> None:
    """A setting that decides nothing would be a lie on the screen."""
    numbers = [str(6000 + i) for i in range(len(Extras.__dataclass_fields__))]
    company = replace(BARE, extras=Extras(*numbers))
    payment = Rules(company).of_payment(P, "")
    kinds = (RowKind.DISCOUNT, RowKind.TIP, RowKind.SHIPPING, RowKind.ROUNDING)
    used = {leg.account for kind in kinds for leg in legs(RowKey(kind), company)}
    used |= {payment.unapplied.account, payment.fee.account, payment.rounding.account}
    assert set(numbers) <= used
