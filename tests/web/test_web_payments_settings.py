"""Settings → Payments: methods with their accounts, what a payment carries besides, the lines of the bank."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.settings import BankLines, Method, Settings, frozen_mapping
from ecriture.store.models import Company
from ecriture.store.settings import change, settings_of
from ecriture.web import examples
from server_world import World
from web_forms import fill_in, said, shown, words_of

SignedIn = Callable[[str], Client]
QUICK = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def url(world: World) -> str:
    return reverse("payments-settings", args=[world.company.pk])


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def now(world: World) -> Settings:
    return settings_of(Company.objects.get(pk=world.company.pk))


def put_methods(world: World, *methods: Method) -> None:
    named = frozen_mapping({method.name: method for method in methods})
    change(world.company, None, lambda it: replace(it, methods=named), area="test")


def speak(world: World, language: str) -> None:
    world.people["bookkeeper"].language = language
    world.people["bookkeeper"].save()


def test_the_settings_of_the_page_are_kept(world: World, client: Client, url: str) -> None:
    answers = {
        "methods.card.debit": "1060",
        "methods.cash.remove": "on",
        "payment_debit": "1065",
        "refund_debit": "1201",
        "refund_credit": "1050",
        "fee": "5990",
        "deposit": "",
        "bank_lines": "payment",
    }
    page = fill_in(client, url, answers)
    assert page.status_code == 200, page.context["form"].errors
    found = now(world)
    assert list(found.methods.values()) == [Method("card", "1060")]
    accounts = found.accounts
    assert (accounts.payment_debit, accounts.refund_debit, accounts.refund_credit) == ("1065", "1201", "1050")
    assert (found.extras.fee, found.extras.deposit) == ("5990", "")
    assert found.accounting.bank_lines is BankLines.PAYMENT


@pytest.mark.parametrize(("language", "names"), [("fr", ["Carte", "Comptant"]), ("en", ["Card", "Cash"])])
def test_methods_have_the_names_of_the_language(
    world: World, client: Client, url: str, language: str, names: list[str]
) -> None:
    speak(world, language)
    assert [method.name for method in client.get(url).context["form"].methods] == names


def test_an_empty_account_says_that_the_bank_counts(world: World, client: Client, url: str) -> None:
    put_methods(world, Method("cheque"))
    (method,) = client.get(url).context["form"].methods
    assert "Compte de banque, comme les paiements</output>" in str(method.debit)
    assert 'placeholder="1060"' in str(method.debit)


def test_common_methods_are_proposed_and_not_taken(world: World, client: Client, url: str) -> None:
    put_methods(world)
    proposed = client.get(url).context["common"].proposed
    values = {it.name: it.debit.value() for it in proposed}
    assert values == {"cash": "1050", "cheque": "", "card": "1065", "etransfer": "", "debit": ""}
    assert now(world).methods == {}
    fill_in(client, url, {"common-cash.add": "on", "common-etransfer.add": "on"}, form="common")
    assert list(now(world).methods.values()) == [Method("cash", "1050"), Method("etransfer")]


def test_nothing_ticked_is_said(client: Client, url: str) -> None:
    page = fill_in(client, url, {}, form="common")
    assert page.status_code == 422
    assert "Cochez les modes que vos clients utilisent." in words_of(page)


def test_a_method_of_their_own(world: World, client: Client, url: str) -> None:
    fill_in(client, url, {"own-name": "Carte-cadeau d’été", "own-debit": "1065"}, form="own")
    assert now(world).methods["Carte-cadeau d’été"] == Method("Carte-cadeau d’été", "1065")
    row = client.get(url).context["form"].methods[-1]
    assert row.name == "Carte-cadeau d’été"
    fill_in(client, url, {row.remove.html_name: "on"})
    assert "Carte-cadeau d’été" not in now(world).methods


@pytest.mark.parametrize(
    ("answers", "name", "part"),
    [
        ({"own-name": "CARD"}, "name", "Il y a déjà un mode"),
        ({"own-name": " "}, "name", "obligatoire"),
        ({"own-name": "A\u200eB"}, "name", "on ne voit pas"),
        ({"own-name": "PayPal", "own-debit": "1200"}, "debit", "1200"),
    ],
)
def test_a_method_that_cannot_be(
    world: World, client: Client, url: str, answers: dict[str, str], name: str, part: str
) -> None:
    page = fill_in(client, url, answers, form="own")
    assert page.status_code == 422
    assert part in " ".join(page.context["own"].errors[name])
    assert list(now(world).methods) == ["card", "cash"]


@pytest.mark.parametrize(
    ("name", "typed", "part"),
    [
        ("methods.card.debit", "1200", "linked"),
        ("methods.cash.debit", "9999", "not in the chart"),
        ("fee", "1000", "heading"),
        ("deposit", "24 50", "is not an account number"),
        ("bank_lines", "week", "week"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    world: World, client: Client, url: str, name: str, typed: str, part: str
) -> None:
    speak(world, "en")
    before = now(world)
    page = fill_in(client, url, {name: typed})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [name]
    assert part in " ".join(page.context["form"].errors[name])
    assert part in words_of(page)
    assert now(world) == before


def test_how_many_waiting_payments_a_method_moves(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    (sentence,) = said(fill_in(client, url, {"methods.card.debit": "1050"}))
    assert sentence == "Saved. 1 waiting payment will go to 1050."


# How the bank statement is ticked


def test_the_examples_are_what_the_entry_would_say() -> None:
    lines = {choice: [tuple(line) for line in examples.bank_lines(choice)] for choice in BankLines}
    assert lines == {
        BankLines.TOTAL: [("", 48865)],
        BankLines.DAY: [("2026-01-05", 20121), ("2026-01-20", 28744)],
        BankLines.PAYMENT: [
            ("P-101 Tremblay", 11498),
            ("P-102 Lavoie", 8623),
            ("P-103 Gagnon", 22995),
            ("P-104 Roy", 5749),
        ],
        BankLines.REFERENCE: [("P-101 Tremblay", 11498), ("P-102 Lavoie", 8623), ("DEP-14", 28744)],
    }


def test_each_choice_shows_its_example(client: Client, url: str) -> None:
    words = words_of(client.get(url))
    assert words.count('class="choice"') == 4
    assert '<span>DEP-14</span><span class="money">287,44 $</span>' in words


# Who may, and anything at all


@pytest.mark.parametrize("who", ["reader", "office"])
def test_who_may_only_look(world: World, signed_in: SignedIn, url: str, who: str) -> None:
    assert "Ajouter un mode de paiement" not in words_of(signed_in(who).get(url))
    for form in ("settings", "common", "own"):
        assert signed_in(who).post(url, {"form": form, "own-name": "X"}).status_code == 403
    assert list(now(world).methods) == ["card", "cash"]


NAMES = st.sampled_from(
    (
        *("methods.card.debit", "methods.card.remove", "methods.x.debit", "payment_debit", "fee", "bank_lines", "seen"),
        *("common-cheque.add", "common-cheque.debit", "own-name", "own-debit"),
    )
)
VALUES = st.text(max_size=60) | st.sampled_from(("", "1060", "on", "total", "\x00", "{}"))


@QUICK
@given(
    st.dictionaries(NAMES, VALUES.map(lambda text: text.encode(errors="replace").decode()), max_size=8),
    st.sampled_from(("settings", "common", "own", "other")),
)
def test_no_input_breaks_the_page(world: World, client: Client, url: str, answers: dict[str, str], form: str) -> None:
    page = client.post(url, {**shown(client.get(url)), "form": form, **answers}, follow=True)
    assert page.status_code in {200, 422}
    assert client.get(url).status_code == 200


def test_how_many_queries_the_page_needs(
    client: Client, url: str, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined] # a context manager
        client.get(url)
