"""The table of posting.md, section 1, row by row: which account, and which rule won."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ecriture.core.batches import NO_ACCOUNTS, RecordedAccounts
from ecriture.core.documents import PaymentKind, RowKey, RowKind
from ecriture.core.postings import of_document
from ecriture.core.rules import AccountChoice, PaymentAccounts, Role, Rules
from ecriture.core.settings import DefaultAccounts, Extras, Item, Method, Settings, frozen_mapping
from ecriture.core.taxes import Tax
from small_books import COMPANY, accounts, credit_note, extras, invoice, line, on, tax

BARE = Settings(accounts=DefaultAccounts("1201", "4000", "1060", "1201"))
"""A company with its default accounts and nothing else."""
OWN_DEBIT = replace(COMPANY, items=frozen_mapping({"CLEAN": Item("CLEAN", debit="1205")}))
TAX_DEBIT = replace(COMPANY, taxes=frozen_mapping({"GST": Tax("GST", "1206", "2310")}))
CLEAN, GST = RowKey(RowKind.LINE, "CLEAN"), RowKey(RowKind.TAX, "GST")


def choices(
    key: RowKey, company: Settings, recorded: Mapping[str, str] = NO_ACCOUNTS
) -> tuple[AccountChoice, AccountChoice]:
    """The debit and the credit of a row of an invoice as it is written: a discount credits the receivable."""
    cents = -100 if key.kind is RowKind.DISCOUNT else 100
    document = invoice("F-1", "01-05")._replace(keys=(key,), amounts=(cents,))
    (part,) = of_document(document, on("01-05"), Rules(company), RecordedAccounts(recorded))
    (debit,) = [choice for choice, cents, _ in part.postings() if cents > 0]
    (credit,) = [choice for choice, cents, _ in part.postings() if cents < 0]
    return debit, credit


def payment_accounts(
    company: Settings, kind: PaymentKind, method: str, recorded: Mapping[str, str] = NO_ACCOUNTS
) -> PaymentAccounts:
    return Rules(company).payment(kind, method, RecordedAccounts(recorded)).accounts


def shown(choice: AccountChoice) -> str:
    return f"{choice.account} by {choice.setting}"


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
    assert tuple(map(shown, choices(key, company))) == (debit, credit)
    assert not any(choice.fault for choice in choices(key, company))


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
    _, credit = choices(key, company)
    assert (credit.account, credit.fault, credit.setting) == ("", fault, setting)


@pytest.mark.parametrize(
    ("key", "debit", "credit"),
    [
        (RowKey(RowKind.LINE), "accounts.invoice_debit", "accounts.invoice_credit"),
        (RowKey(RowKind.DISCOUNT), "accounts.invoice_credit", "accounts.invoice_debit"),
        (RowKey(RowKind.SHIPPING), "accounts.invoice_debit", "accounts.invoice_credit"),
    ],
)
def test_without_default_accounts_the_default_is_what_is_missing(key: RowKey, debit: str, credit: str) -> None:
    assert [(choice.fault, choice.setting) for choice in choices(key, Settings())] == [
        ("account-missing", debit),
        ("account-missing", credit),
    ]


def test_a_credit_note_has_the_same_accounts_the_other_way_round() -> None:
    rows = line("CLEAN", 100), tax("GST", 5)
    sale, note = (
        of_document(it, on("01-05"), Rules(COMPANY))[0].postings()
        for it in (invoice("F-1", "01-05", *rows), credit_note("N-1", "01-05", *rows))
    )
    assert [(shown(it), -cents, row) for it, cents, row in note] == [(shown(it), cents, row) for it, cents, row in sale]


def test_the_rule_of_a_key_is_made_once() -> None:
    rules = Rules(COMPANY)
    assert rules.row(CLEAN, NO_ACCOUNTS) is rules.row(CLEAN, {})
    assert rules.row(CLEAN, {"line:CLEAN:debit": "1299"}) is rules.row(CLEAN, {"line:CLEAN:debit": "1299", "fee": "5"})
    assert rules.payment(P, "card") is rules.payment(P, "card", RecordedAccounts())
    assert rules.payment(P, "card", RecordedAccounts(fee="5")) is rules.payment(P, "card", RecordedAccounts(fee="5"))
    assert rules.payment(P, "card") is not rules.payment(R, "card")


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
    found = payment_accounts(company, kind, method)
    assert (shown(found.bank), shown(found.clearing)) == (bank, clearing)


def test_a_fee_a_cash_rounding_and_a_tip_have_their_own_accounts_and_no_default() -> None:
    found, missing = payment_accounts(COMPANY, P, ""), payment_accounts(BARE, P, "")
    assert (shown(found.fee), shown(found.rounding)) == ("5610 by extras.fee", "5990 by extras.rounding")
    assert (missing.fee.fault, missing.fee.setting) == ("account-missing", "extras.fee")
    assert (missing.rounding.fault, missing.rounding.setting) == ("account-missing", "extras.rounding")
    assert (shown(found.tip), missing.tip.fault, missing.tip.setting) == (
        "2400 by extras.tip",
        "account-missing",
        "extras.tip",
    )


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
    assert shown(payment_accounts(company, kind, "").unapplied) == unapplied


# Recorded accounts


def test_a_row_keeps_the_accounts_that_a_batch_recorded_for_its_kind_code_and_side() -> None:
    then = {"line:CLEAN:credit": "4999", "tax:GST:debit": "1299", "line:OTHER:debit": "1"}
    assert [shown(it) for key in (CLEAN, GST) for it in choices(key, COMPANY, then)] == [
        "1201 by accounts.invoice_debit",
        "4999 by recorded",
        "1299 by recorded",
        "2310 by taxes.GST.credit",
    ]


def test_a_discount_is_recorded_by_the_side_that_it_is_on() -> None:
    debit, credit = choices(RowKey(RowKind.DISCOUNT), COMPANY)
    assert (debit.keys, credit.keys) == (("discount::debit",), ("discount::credit",))
    assert shown(choices(RowKey(RowKind.DISCOUNT), COMPANY, {"discount::debit": "4999"})[0]) == "4999 by recorded"


def test_a_recorded_account_mends_what_the_settings_lack_now() -> None:
    _, credit = choices(RowKey(RowKind.TIP), BARE, {"tip::credit": "2400"})
    assert (credit.account, credit.fault) == ("2400", "")


def recorded(company: Settings, accounts: dict[str, str]) -> PaymentAccounts:
    return payment_accounts(company, P, "card", accounts)


def test_a_payment_keeps_its_accounts_by_method_clearing_unapplied_fee_rounding_and_tip() -> None:
    keys = ("method:card", "clearing", "unapplied", "fee", "rounding", "tip")
    kept = recorded(COMPANY, {key: str(number) for number, key in enumerate(keys, 1)})
    found = (kept.bank, kept.clearing, kept.unapplied, kept.fee, kept.rounding, kept.tip)
    assert [shown(it) for it in found] == [f"{number} by recorded" for number in range(1, 7)]


def test_another_method_is_a_new_key_and_uses_the_settings_of_today() -> None:
    assert shown(recorded(COMPANY, {"method:cash": "1"}).bank) == "1065 by methods.card.debit"


def test_where_the_clearing_account_served_as_the_unapplied_one_it_still_does() -> None:
    """Else a new clearing account would move what was paid in advance from the old one to the new."""
    before = payment_accounts(BARE, P, "").unapplied
    assert before.keys == ("unapplied", "clearing")
    kept = payment_accounts(accounts(BARE, payment_credit="1299"), P, "", dict.fromkeys(before.keys, "1201"))
    assert (kept.clearing.account, kept.unapplied.account) == ("1201", "1201")


def test_a_deposit_account_of_its_own_is_recorded_alone() -> None:
    assert payment_accounts(COMPANY, P, "").unapplied.keys == ("unapplied",)


def test_the_unapplied_account_of_a_live_payment_falls_back_on_its_recorded_clearing_account() -> None:
    kept = payment_accounts(accounts(BARE, payment_credit="1299"), P, "", {"clearing": "1201"})
    assert kept.unapplied.account == "1201"


@pytest.mark.parametrize(
    ("then", "keys"),
    [
        ({"unapplied": "1201", "clearing": "1201"}, ("unapplied", "clearing")),
        ({"unapplied": "2450", "clearing": "1201"}, ("unapplied",)),
        ({"unapplied": "2450"}, ("unapplied",)),
    ],
)
def test_what_served_as_both_is_recorded_as_both_again(then: dict[str, str], keys: tuple[str, ...]) -> None:
    """Also when the batch that recorded it first is cancelled, the later one knows."""
    for company in (COMPANY, BARE):
        assert payment_accounts(company, P, "", then).unapplied.keys == keys


def test_each_unit_has_the_accounts_that_were_recorded_for_it_and_no_other_s() -> None:
    rules = Rules(COMPANY)
    for debit, credit in (("1", "2"), ("1", "3"), ("4", "2"), ("1", "2")):
        (part,) = of_document(
            invoice("F-1", "01-05", line("CLEAN", 5)),
            on("01-05"),
            rules,
            RecordedAccounts({"line:CLEAN:debit": debit, "line:CLEAN:credit": credit}),
        )
        assert part.by_account() == {debit: 5, credit: -5}
    for bank in ("1", "2", "1"):
        assert rules.payment(P, "card", RecordedAccounts({"method:card": bank})).accounts.bank.account == bank
        assert rules.payment(P, "cash", RecordedAccounts({"method:card": bank})).accounts.bank.account == "1050"


def test_extras_are_all_used_by_some_rule() -> None:
    """A setting that decides nothing would be a lie on the screen."""
    numbers = [str(6000 + i) for i in range(len(Extras.__dataclass_fields__))]
    company = replace(BARE, extras=Extras(*numbers))
    payment = payment_accounts(company, P, "")
    kinds = (RowKind.DISCOUNT, RowKind.TIP, RowKind.SHIPPING, RowKind.ROUNDING)
    used = {choice.account for kind in kinds for choice in choices(RowKey(kind), company)}
    used |= {payment.unapplied.account, payment.fee.account, payment.rounding.account}
    assert set(numbers) <= used


def test_a_method_that_writes_off_has_its_own_account_also_when_it_is_taken_back() -> None:
    company = replace(
        accounts(refund_credit="1061"), methods=frozen_mapping({"bad": Method("bad", "5440", write_off=True)})
    )
    for kind in PaymentKind:
        bank = Rules(company).payment(kind, "Bad").accounts.bank
        assert (bank.account, bank.setting, bank.role) == ("5440", "methods.bad.debit", Role.WRITE_OFF)
    assert Rules(company).payment(PaymentKind.REFUND, "cheque").accounts.bank.account == "1061"
