"""One table of roles and classes: what settings, rules and proposals say of an account agrees."""

import pytest

from ecriture.core.accounts import AccountClass
from ecriture.core.documents import PaymentKind, RowKey, RowKind
from ecriture.core.likely import Purpose, role_of
from ecriture.core.roles import CLASSES, OWED, Role, role_of_setting
from ecriture.core.rules import Rules
from ecriture.core.soundness import given_accounts
from small_books import COMPANY


@pytest.mark.parametrize(
    ("setting", "role"),
    [
        ("accounts.invoice_debit", Role.RECEIVABLE),
        ("accounts.refund_credit", Role.BANK),
        ("taxes.GST.debit", Role.RECEIVABLE),
        ("taxes.GST.credit", Role.TAX),
        ("items.a.b.credit", Role.REVENUE),
        ("methods.wire transfer.debit", Role.BANK),
        ("extras.deposit", Role.UNAPPLIED),
        ("taxes.GST.rates", None),
        ("accounts.debit", None),
        ("accounting.start_date", None),
        ("", None),
    ],
)
def test_a_setting_gives_its_account_a_role(setting: str, role: Role | None) -> None:
    assert role_of_setting(setting) == role


def test_every_role_has_its_classes() -> None:
    assert CLASSES.keys() == set(Role)
    assert all(CLASSES.values())


def test_what_customers_owe_is_an_asset() -> None:
    assert all(CLASSES[role] == {AccountClass.ASSET} for role in OWED)


def test_every_setting_that_gives_an_account_has_a_role() -> None:
    assert all(role_of_setting(given.setting) for given in given_accounts(COMPANY))


def test_a_rule_s_account_has_the_role_of_its_setting_or_of_what_falls_back_on_it() -> None:
    rules = Rules(COMPANY)
    choices = [
        choice
        for kind in RowKind
        for code in ("", "CLEAN", "GST")
        for choice, _ in rules.new_rows[RowKey(kind, code)].legs
    ]
    choices += [
        choice for kind in PaymentKind for method in ("", "card") for choice in rules.payment(kind, method).accounts
    ]
    fallen_back = {Role.DISCOUNT: Role.REVENUE, Role.SHIPPING: Role.REVENUE, Role.UNAPPLIED: Role.CLEARING}
    for choice in choices:
        assert role_of_setting(choice.setting) in {choice.role, fallen_back.get(choice.role)}


@pytest.mark.parametrize("purpose", Purpose)
def test_a_field_s_purpose_expects_the_classes_of_its_role(purpose: Purpose) -> None:
    assert CLASSES[role_of(purpose)]
