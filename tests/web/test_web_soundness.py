"""Every senseless setting is named on the page where it is made: a pair of one account is refused beside its field, what
else is wrong is said when it is saved, and home lists it until it is mended."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ecriture.core.settings import DefaultAccounts, Extras, Item, Method, Settings, frozen_mapping
from ecriture.core.starter import starter_chart
from ecriture.core.taxes import Tax
from ecriture.sources.settings_file import write_company
from ecriture.store.charts import put_chart
from ecriture.store.models import Account, Company
from ecriture.store.models import Item as ItemRow
from ecriture.store.settings import change, settings_of
from server_world import World, other_company
from web_forms import fill_in, said, shown, words_of

SignedIn = Callable[[str], Client]
SOUND = Settings(
    name="Toitures Lavoie",
    accounts=DefaultAccounts("1201", "4020", "1060", "1201"),
    taxes=frozen_mapping({"GST": Tax("GST", credit="2310"), "QST": Tax("QST", credit="2330")}),
    items=frozen_mapping({"A": Item("A", "Toit", credit="4100"), "B": Item("B", "Gouttière", credit="4100")}),
    methods=frozen_mapping({"cheque": Method("cheque"), "card": Method("card", "1065")}),
    extras=Extras(tip="2400", fee="5610"),
)


@pytest.fixture
def company(world: World) -> Company:
    made = other_company(world.people["stranger"])
    put_chart(made, starter_chart("QC"), by=None)
    change(made, None, lambda _: SOUND, area="file")
    return made


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    client = signed_in("stranger")
    client.post(reverse("language"), {"language": "en"})
    return client


def address(name: str, company: Company, *more: object) -> str:
    return reverse(name, args=[company.pk, *more])


def now(company: Company) -> Settings:
    return settings_of(Company.objects.get(pk=company.pk))


def home(client: Client, company: Company) -> str:
    return words_of(client.get(address("company", company)))


def test_sound_settings_have_nothing_to_check(client: Client, company: Company) -> None:
    assert "No problem in the settings." in home(client, company)


BOTH_SIDES = "is on both sides (also"
REFUSED = {
    "a payment debits the clearing account": ("accounting", {"payment_debit": "1201"}, "payment_debit"),
    "a payment credits the bank": ("accounting", {"payment_credit": "1060"}, "payment_credit"),
    "both are the bank": ("accounting", {"payment_debit": "1065", "payment_credit": "1065"}, "payment_credit"),
    "an invoice credits the clearing account": ("accounting", {"invoice_credit": "1201"}, "invoice_credit"),
    "an invoice debits the revenue": ("accounting", {"invoice_debit": "4020"}, "invoice_debit"),
    "a refund debits the bank": ("accounting", {"refund_debit": "1060"}, "refund_debit"),
    "a refund credits the clearing account": ("payments-settings", {"refund_credit": "1201"}, "refund_credit"),
    "a refund's two are one": ("payments-settings", {"refund_debit": "1210", "refund_credit": "1210"}, "refund_credit"),
    "GST to the clearing account": ("invoices", {"taxes.GST.credit": "1201"}, "taxes.GST.credit"),
    "a tax debits what it credits": ("invoices", {"taxes.QST.debit": "2330"}, "taxes.QST.debit"),
    "tips to the clearing account": ("invoices", {"tip": "1201"}, "tip"),
    "cheques to the clearing account": ("payments-settings", {"methods.cheque.debit": "1201"}, "methods.cheque.debit"),
    "the fee on the bank": ("payments-settings", {"fee": "1060"}, "fee"),
    "deposits on the bank": ("payments-settings", {"deposit": "1060"}, "deposit"),
    "another page's setting is the other side": ("accounting", {"invoice_debit": "2310"}, "invoice_debit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_pair_of_one_account_is_refused_beside_its_field(client: Client, company: Company, name: str) -> None:
    page, changes, field = REFUSED[name]
    answer = fill_in(client, address(page, company), changes)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert BOTH_SIDES in errors[field][0]
    assert now(company) == SOUND


SAID = {
    "an invoice debits the bank": (
        "accounting",
        {"invoice_debit": "1060"},
        "is also the bank account (Payments: debit",
    ),
    "two clearing accounts": ("accounting", {"payment_credit": "1210"}, "would never return to zero"),
    "a refund's own receivable": ("payments-settings", {"refund_debit": "1210"}, "or leave this setting empty"),
    "QST to the GST's account": ("invoices", {"taxes.QST.credit": "2310"}, "is used twice (also GST: credit account)"),
    "GST paid on purchases": ("invoices", {"taxes.GST.credit": "2315"}, "that you pay on purchases"),
    "tips with the GST": ("invoices", {"tip": "2310"}, "is used twice (also GST: credit account)"),
    "a tax debits the bank": ("invoices", {"taxes.GST.debit": "1060"}, "is also the bank account"),
    "no bank": ("accounting", {"payment_debit": ""}, "there is no account"),
    "cheques to revenue": ("payments-settings", {"methods.cheque.debit": "4020"}, "is of class 4 (revenue)"),
    "revenue on the bank": ("accounting", {"invoice_credit": "1060"}, "Choose another account."),
}


@pytest.mark.parametrize("name", SAID)
def test_what_else_is_wrong_is_said_once_and_stays_on_the_home_page(
    client: Client, company: Company, name: str
) -> None:
    page, changes, words = SAID[name]
    _saved, warning = said(fill_in(client, address(page, company), changes))
    assert words.casefold() in warning.casefold()
    assert now(company) != SOUND
    listed = home(client, company)
    assert "No problem in the settings." not in listed
    assert warning[-40:] in listed or "no account" in listed
    assert len(said(fill_in(client, address("accounting", company), {"source_prefix": "ZZ"}))) == 1


def test_in_french_too(client: Client, company: Company) -> None:
    client.post(reverse("language"), {"language": "fr"})
    answer = fill_in(client, address("payments-settings", company), {"methods.cheque.debit": "1201"})
    assert answer.context["form"].errors["methods.cheque.debit"] == [
        (
            "Le compte 1201 est des deux côtés (aussi Paiements\u00a0: compte de crédit)\u00a0: rien ne serait inscrit."
            " Choisissez un autre compte."
        )
    ]


# Items


def typed(page: Any) -> dict[str, str]:
    """What the page of an item sends; its ticked taxes are none."""
    return {name: value for name, value in shown(page).items() if name != "taxes"}


def test_an_item_that_sells_to_the_clearing_account_is_refused(client: Client, company: Company) -> None:
    row = ItemRow.objects.get(company=company, code="A")
    for url in (address("item", company, row.pk), address("new-item", company)):
        page = client.get(url)
        answer = client.post(url, {**typed(page), "code": "C", "credit": "1201"})
        assert set(answer.context["form"].errors) == {"credit"}
    assert now(company) == SOUND


def test_an_item_that_debits_the_bank_is_said(client: Client, company: Company) -> None:
    row = ItemRow.objects.get(company=company, code="A")
    url = address("item", company, row.pk)
    answer = client.post(url, {**typed(client.get(url)), "debit": "1060"}, follow=True)
    assert "Item A: debit account: Account 1060 is also the bank account" in said(answer)[1]


def test_the_wrong_account_of_another_item_does_not_stop_this_one(client: Client, company: Company) -> None:
    wrong = frozen_mapping({**SOUND.items, "B": Item("B", credit="1201")})
    change(company, None, lambda it: replace(it, items=wrong), area="items")
    row = ItemRow.objects.get(company=company, code="A")
    url = address("item", company, row.pk)
    assert client.post(url, {**typed(client.get(url)), "name": "Toiture"}).status_code == 302


def test_many_items_are_not_sold_to_the_clearing_account(client: Client, company: Company) -> None:
    answer = client.post(address("many-items", company), {"chosen": ["A", "B"], "debit": "", "credit": "1201"})
    assert set(answer.context["many"].errors) == {"credit"}
    assert now(company) == SOUND


def test_an_imported_item_with_a_pair_of_one_account_is_refused(client: Client, company: Company) -> None:
    file = BytesIO(b"code,debit,credit\nA,,4800\nC,,1201\n")
    file.name = "items.csv"
    answer = client.post(address("import-items", company), {"file": file}, follow=True)
    refused = {it.after.code: it.refused for it in answer.context["preview"].differences}
    assert refused["A"] == ()
    assert BOTH_SIDES in refused["C"][0]


# The first steps


def step(client: Client, company: Company, name: str, **changes: str) -> Any:
    url = address("first-step", company, name)
    fields = {field.html_name: field.value() for field in client.get(url).context["form"]}
    kept = {key: value for key, value in fields.items() if value not in (None, False)}
    return client.post(url, {**kept, **changes})


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("clearing", {"invoice_debit": "1060"}, "invoice_debit"),
        ("accounts", {"payment_debit": "1201"}, "payment_debit"),
        ("accounts", {"payment_credit": "1060"}, "payment_credit"),
        ("accounts", {"invoice_debit": "4020"}, "invoice_debit"),
        ("taxes", {"taxes.GST.credit": "1201"}, "taxes.GST.credit"),
        ("methods", {"methods.cheque.debit": "1201"}, "methods.cheque.debit"),
        ("items", {"code_0": "C", "credit_0": "1201"}, "credit_0"),
    ],
)
def test_a_step_refuses_a_pair_of_one_account(
    client: Client, company: Company, name: str, changes: dict[str, str], field: str
) -> None:
    answer = step(client, company, name, **changes)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {field, "__all__"}
    assert now(company) == SOUND


def test_a_bank_by_its_name_is_not_called_fit_for_a_clearing_account(client: Client, world: World) -> None:
    """Nothing but its name tells a new company's bank."""
    company = other_company(world.people["stranger"], "Neuve")
    put_chart(company, starter_chart("QC"), by=None)
    url = address("first-step", company, "clearing")
    answer = client.post(url, {"invoice_debit": "1060"}, follow=True)
    assert any("looks like a bank account" in text for text in said(answer))
    assert "1060 can be used" not in words_of(client.get(url))
    client.post(url, {"invoice_debit": "1201"})
    assert "1201 can be used" in words_of(client.get(url))


def test_the_last_step_does_not_call_unfinished_settings_complete(
    client: Client, world: World, company: Company
) -> None:
    empty = other_company(world.people["stranger"], "Neuve")
    url = address("first-step", empty, "documents")
    assert "The settings are complete" not in words_of(client.get(url))
    assert "Some steps are not done yet" in words_of(client.get(url))


def test_a_company_without_a_setting_is_told_what_is_missing(client: Client, world: World) -> None:
    empty = other_company(world.people["stranger"], "Neuve")
    listed = home(client, empty)
    assert "No problem" not in listed
    assert "Invoices: debit account · Invoices: credit account · Payments: debit account" in listed


# The settings file


def preview(client: Client, company: Company, settings: Settings) -> Any:
    file = BytesIO(write_company(settings))
    file.name = "company.toml"
    return client.post(address("settings-file", company), {"file": file}, follow=True)


def test_a_settings_file_with_a_pair_of_one_account_is_refused(client: Client, company: Company) -> None:
    answer = preview(client, company, replace(SOUND, methods=frozen_mapping({"cheque": Method("cheque", "1201")})))
    assert answer.status_code == 422
    (fault,) = answer.context["faults"]
    assert fault == (
        "Cheque: debit account: Account 1201 is on both sides (also Payments: credit account): nothing would be posted."
        " Choose another account."
    )


def test_what_else_is_wrong_with_a_file_is_said_in_its_preview(client: Client, company: Company) -> None:
    answer = preview(client, company, replace(SOUND, accounts=replace(SOUND.accounts, payment_credit="1210")))
    assert answer.status_code == 200
    (warning,) = answer.context["warnings"]
    assert "would never return to zero" in warning


# An account by hand, and while it is typed


def test_an_account_made_a_heading_by_hand_says_whose_it_is(client: Client, company: Company) -> None:
    row = Account.objects.get(company=company, number="4100")
    url = address("chart-account", company, row.pk)
    fields = {"name": "Contracts", "name_fr": "", "type": "H"}
    answer = client.post(url, fields, follow=True)
    assert "Item A: credit account, Item B: credit account" in said(answer)[1]
    assert "heading" in said(answer)[1]


@pytest.mark.parametrize(
    ("setting", "number", "words"),
    [
        ("accounts.invoice_debit", "1060", "is also the bank account"),
        ("accounts.payment_debit", "1201", BOTH_SIDES),
        ("items.*.credit", "1201", BOTH_SIDES),
        ("taxes.QST.credit", "2310", "is used twice"),
        ("methods.*.debit", "1201", BOTH_SIDES),
        ("extras.fee", "9999", "is not in the chart of accounts"),
        ("accounts.invoice_debit", "1210", "Allowance"),
        ("items.*.credit", "4020", "Service Revenue"),
        ("accounting.target", "1060", "Chequing"),
        ("no.such.setting", "1060", "Chequing"),
        ("items.credit", "1060", "Chequing"),
    ],
)
def test_a_typed_account_is_judged_with_the_others(
    client: Client, company: Company, setting: str, number: str, words: str
) -> None:
    answer = client.get(address("account-check", company), {"number": number, "setting": setting})
    assert words in words_of(answer)
