"""Two people, or two tabs of one, who save the same thing: whoever is second is told, and reverts nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ecriture.core.settings import FiscalYear, Item, Settings, frozen_mapping
from ecriture.core.starter import starter_chart
from ecriture.core.taxes import Tax
from ecriture.store.charts import put_chart
from ecriture.store.models import Company
from ecriture.store.models import Item as ItemRow
from ecriture.store.settings import change, settings_of
from ecriture.store.steps import note_step
from server_world import World, other_company
from web_forms import shown, words_of

SignedIn = Callable[[str], Client]
YEAR = FiscalYear(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("stranger")


@pytest.fixture
def company(world: World) -> Company:
    """A company whose set-up is under way."""
    made = other_company(world.people["stranger"])
    put_chart(made, starter_chart("QC"), by=None)
    taxes = frozen_mapping({"GST": Tax("GST", "1201", "2310"), "QST": Tax("QST", "1201", "2330")})

    def begun(it: Settings) -> Settings:
        accounts = replace(it.accounts, invoice_debit="1201", invoice_credit="4020", payment_debit="1060")
        linked = replace(it.accounting, linked_accounts=frozenset({"1200"}), start_date=date(2026, 1, 1))
        accounts = replace(accounts, payment_credit="1201")
        return replace(it, accounts=accounts, taxes=taxes, fiscal_years=(YEAR,), accounting=linked)

    change(made, None, begun, area="accounting")
    note_step(made, "taxes")
    return made


def settings(company: Company) -> Settings:
    return settings_of(Company.objects.get(pk=company.pk))


class Tab:
    """A page as it was opened, to be sent later."""

    def __init__(self, client: Client, url: str) -> None:
        self.client, self.url = client, url
        self.fields: dict[str, Any] = shown(client.get(url))

    def send(self, **changes: Any) -> Any:
        named = {name.replace("__", "."): value for name, value in changes.items()}
        fields = {**self.fields, **named}
        return self.client.post(self.url, {name: value for name, value in fields.items() if value is not None})


def step(company: Company, name: str) -> str:
    return reverse("first-step", args=[company.pk, name])


def test_the_second_tab_of_a_step_does_not_revert_the_first(client: Client, company: Company) -> None:
    put_chart(company, [*starter_chart("QC"), *_accounts("4040")], by=None)
    first, second = (Tab(client, step(company, "accounts")) for _ in range(2))
    assert first.send(invoice_credit="4040").status_code == 302
    assert second.send(payment_debit="1050").status_code == 302
    found = settings(company).accounts
    assert (found.invoice_credit, found.payment_debit) == ("4040", "1050")


@pytest.mark.parametrize(
    ("name", "field", "one", "two"),
    [
        ("accounts", "invoice_credit", "4040", "4060"),
        ("clearing", "invoice_debit", "1205", "1206"),
        ("start", "start_date", "2026-02-01", "2026-03-01"),
        ("taxes", "taxes.GST.credit", "2320", "2340"),
        ("company", "name", "Une", "Deux"),
        ("company", "year_0_last", "2026-06-30", "2026-09-30"),
        ("program", "target", "csv", "xlsx"),
        ("chart", "others", "2100", "2110"),
    ],
)
def test_a_step_saved_by_somebody_else_meanwhile_is_a_conflict(
    client: Client, company: Company, name: str, field: str, one: str, two: str
) -> None:
    put_chart(
        company,
        [*starter_chart("QC"), *_accounts("1205", "1206", "2100", "2110", "2320", "2340", "4040", "4060")],
        by=None,
    )
    first, second = (Tab(client, step(company, name)) for _ in range(2))
    assert first.send(**{field: one}).status_code == 302
    before = settings(company)
    answer = second.send(**{field: two})
    assert answer.status_code == 422
    assert "Entre-temps, quelqu’un" in words_of(answer)
    assert settings(company) == before
    again = {**shown(answer), field: two}
    assert client.post(second.url, again).status_code == 302  # told once, their answer counts
    assert settings(company) != before


def _accounts(*numbers: str) -> list[Any]:
    there = starter_chart("QC")
    return [there["4020"]._replace(number=number) for number in numbers if number not in there]


def test_a_tax_is_named_by_its_code_never_by_its_place(client: Client, company: Company) -> None:
    """GST is removed in one tab; what the other one says of QST stays with QST."""
    tab = Tab(client, step(company, "taxes"))
    change(company, None, lambda it: replace(it, taxes=frozen_mapping({"QST": it.taxes["QST"]})), area="invoices")
    assert tab.send().status_code == 302
    assert settings(company).taxes == {"QST": Tax("QST", "1201", "2330")}


def test_a_tax_that_somebody_removed_does_not_come_back_in_silence(client: Client, company: Company) -> None:
    tab = Tab(client, step(company, "taxes"))
    change(company, None, lambda it: replace(it, taxes=frozen_mapping({"QST": it.taxes["QST"]})), area="invoices")
    answer = tab.send(taxes__GST__credit="2330")
    assert answer.status_code == 422
    assert "GST" not in settings(company).taxes


def test_a_tax_that_is_not_charged_is_not_ticked_again(client: Client, company: Company) -> None:
    company.steps_done = []
    company.save()
    change(company, None, lambda it: replace(it, taxes=frozen_mapping({"QST": it.taxes["QST"]})), area="invoices")
    form = client.get(step(company, "taxes")).context["form"]
    assert (form["taxes.GST.charged"].value(), form["taxes.QST.charged"].value()) == (False, True)


def test_an_item_keeps_what_somebody_else_changed_meanwhile(client: Client, company: Company) -> None:
    item = Item("MENAGE", "Ménage", credit="4020")
    change(company, None, lambda it: replace(it, items=frozen_mapping({item.code: item})), area="items")
    address = reverse("item", args=[company.pk, ItemRow.objects.get(company=company).pk])
    first, second, third = (Tab(client, address) for _ in range(3))
    for tab in (first, second, third):
        tab.fields.pop("taxes", None)
    first.send(name="Grand ménage")
    assert second.send(note="au printemps").status_code == 302
    assert settings(company).items["MENAGE"] == replace(item, name="Grand ménage", note="au printemps")
    answer = third.send(name="Petit ménage")
    assert answer.status_code == 422
    assert "Grand ménage" in words_of(answer)


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_the_same_moment_follow_one_another(world: World, signed_in: SignedIn) -> None:
    """Judged under the lock: each time one is saved, and the other one told."""
    url = reverse("accounting", args=[world.company.pk])
    clients = [signed_in("owner"), signed_in("bookkeeper")]
    for turn in range(3):
        tabs = [Tab(client, url) for client in clients]
        prefixes, answers, at_once = (f"A{turn}", f"B{turn}"), list[int](), Barrier(2)

        def send(tab: Tab, prefix: str, at_once: Barrier = at_once, answers: list[int] = answers) -> None:
            at_once.wait()
            try:
                answers.append(tab.send(source_prefix=prefix).status_code)
            finally:
                connection.close()

        threads = [Thread(target=send, args=pair) for pair in zip(tabs, prefixes, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [302, 422]
