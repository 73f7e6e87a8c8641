"""What pages show beside their forms: home after the set-up, the first import, the example, the theme, paper."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from ecriture.core.starter import starter_chart
from ecriture.store.charts import put_chart
from ecriture.store.settings import change
from ecriture.store.waiting import waiting_in
from ecriture.targets.registry import target
from ecriture.web.templatetags.ecriture import fours
from ecriture.web.views import home
from server_world import World, other_company
from web_forms import words_of

SignedIn = Callable[[str], Client]


def test_home_after_the_set_up_says_what_comes_next(world: World, signed_in: SignedIn) -> None:
    page = words_of(signed_in("owner").get(reverse("company", args=[world.company.pk])))
    for part in ("La suite", "Vos réglages", "Sage 50 (édition canadienne)", "TPS, TVQ", "Guide : une première"):
        assert part in page
    for name in ("first-import", "one-cent"):
        assert reverse(name, args=[world.company.pk]) in page


def test_home_before_the_set_up_begins_with_the_first_step(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    page = words_of(signed_in("stranger").get(reverse("company", args=[made.pk])))
    assert "D’abord :" in page
    assert "Ensuite :" not in page


def test_the_file_of_one_cent_is_an_entry_that_sage_reads(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("bookkeeper").get(reverse("one-cent", args=[world.company.pk]))
    (entry,) = target("sage50-ca").read(answer.content)
    assert [(line.account, line.amount_cents) for line in entry.lines] == [("1201", 1), ("4000", -1)]
    assert entry.source == "TEST-01"
    assert entry.date.year == 2026


def test_without_accounts_there_is_no_file_but_a_way_to_them(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    client = signed_in("stranger")
    assert client.get(reverse("one-cent", args=[made.pk]))["Location"] == reverse("accounting", args=[made.pk])
    assert "Choisissez d’abord les deux comptes" in words_of(client.get(reverse("first-import", args=[made.pk])))


def test_the_example_has_the_accounts_and_the_taxes(world: World, signed_in: SignedIn) -> None:
    page = signed_in("owner").get(reverse("accounting", args=[world.company.pk]))
    sale, paid = page.context["sample"]
    assert [line.cents for line in sale.lines] == [11498, -10000, -500, -998]
    assert [line.number for line in sale.lines] == ["1201", "4000", "2310", "2330"]
    assert [(line.number, line.cents) for line in paid.lines] == [("1060", 11498), ("1201", -11498)]


def test_ontario_is_not_told_of_the_taxes_of_quebec(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    made.province = "ON"
    made.save()
    put_chart(made, starter_chart("ON"), by=None)
    page = words_of(signed_in("stranger").get(reverse("first-step", args=[made.pk, "accounts"])))
    assert "TVH" in page
    assert "TVQ" not in page


def test_the_theme_is_a_choice_of_this_browser(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    home = reverse("company", args=[world.company.pk])
    assert "data-theme" not in words_of(client.get(home))
    assert client.post(reverse("theme"), {"theme": "dark", "next": home})["Location"] == home
    assert 'data-theme="dark"' in words_of(client.get(home))
    assert client.post(reverse("theme"), {"theme": "", "next": "https://example.com/"})["Location"] == "/"
    assert "data-theme" not in words_of(client.get(home))


def test_paper_has_the_company_and_the_date(world: World, signed_in: SignedIn) -> None:
    page = words_of(signed_in("owner").get(reverse("items", args=[world.company.pk])))
    assert f'<p class="printed">{world.company.name} · ' in page


@pytest.mark.parametrize("field", ["invoice_credit", "payment_credit"])
def test_the_summary_of_errors_says_which_credit_account(world: World, signed_in: SignedIn, field: str) -> None:
    answer = signed_in("owner").post(reverse("accounting", args=[world.company.pk]), {field: "9999"})
    summary = words_of(answer).partition('role="alert"')[2].partition("</div>")[0]
    said = {"invoice_credit": "Factures : compte de crédit", "payment_credit": "Paiements : compte de crédit"}
    assert said[field] in summary.replace("\N{NO-BREAK SPACE}", " ")
    assert "autofocus" in summary.partition(">")[0]


def test_an_empty_list_of_companies_has_one_way_to_a_new_one(world: World, signed_in: SignedIn) -> None:
    page = words_of(signed_in("stranger").get(reverse("companies"))).partition("<main")[2]
    assert page.count(reverse("new-company")) == 1


def test_nothing_is_said_of_no_documents(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    client = signed_in("stranger")
    change(made, None, lambda it: replace(it, name="Sans facture"), area="company")
    answer = client.post(reverse("accounting", args=[made.pk]), {"only_when_paid": "on"}, follow=True)
    assert "0 document" not in words_of(answer)


def test_an_empty_list_of_items_has_one_way_to_a_new_one(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    page = words_of(signed_in("stranger").get(reverse("items", args=[made.pk]))).partition("<main")[2]
    assert page.count(reverse("new-item", args=[made.pk])) == 1


def test_home_says_at_most_where_it_did_not_look(world: World, signed_in: SignedIn) -> None:
    address = reverse("company", args=[world.company.pk])
    assert "Au plus" not in words_of(signed_in("owner").get(address))
    with mock.patch.object(home, "waiting_in", partial(waiting_in, most=0)):
        assert "Au plus 9 documents · 9 paiements" in words_of(signed_in("owner").get(address))


def test_the_payment_methods_name_no_bank_that_is_not_chosen(world: World, signed_in: SignedIn) -> None:
    made = other_company(world.people["stranger"])
    page = words_of(signed_in("stranger").get(reverse("first-step", args=[made.pk, "methods"])))
    assert "les paiements vont au compte de banque." in page
    page = words_of(signed_in("owner").get(reverse("first-step", args=[world.company.pk, "methods"])))
    assert "les paiements vont à 1060." in page


def test_a_long_key_is_read_in_fours() -> None:
    assert fours("NOB4TAWLK6") == ["NOB4", "TAWL", "K6"]
