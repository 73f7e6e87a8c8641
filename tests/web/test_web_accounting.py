"""Settings → Accounting: what is taken, what is refused, what a change says of itself."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account as ChartAccount
from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.core.settings import Accounting, BankLines, Detail, Grouping, Opening, PaidSaleDate, Settings
from ecriture.store.charts import put_account
from ecriture.store.models import Account, AuditRecord, Company, Item
from ecriture.store.settings import change, settings_of
from server_world import World, a_batch, put
from web_forms import Answer, fill_in, said, shown, words_of

SignedIn = Callable[[str], Client]
QUICK = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def url(world: World) -> str:
    return reverse("accounting", args=[world.company.pk])


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def now(world: World) -> Settings:
    return settings_of(Company.objects.get(pk=world.company.pk))


def speak(world: World, language: str) -> None:
    world.people["bookkeeper"].language = language
    world.people["bookkeeper"].save()


# What is taken


def test_every_setting_of_the_page_is_kept(world: World, client: Client, url: str) -> None:
    answers = {
        "target": "csv",
        "linked_accounts": "1200; 2310",
        "only_when_paid": "on",
        "paid_sale_date": "document",
        "grouping": "day",
        "detail": "line",
        "max_lines": "100",
        "source_prefix": "AB",
        "carry": None,
        "start_date": "2026-01-05",
        "opening": "clearing",
        "invoice_credit": "4100",
        "payment_debit": "1050",
        "refund_debit": "1201",
        "refund_credit": "1060",
    }
    page = fill_in(client, url, answers)
    assert page.status_code == 200, page.context["form"].errors
    found = now(world)
    assert found.accounting == Accounting(
        target="csv",
        only_when_paid=True,
        paid_sale_date=PaidSaleDate.DOCUMENT,
        grouping=Grouping.DAY,
        detail=Detail.LINE,
        bank_lines=BankLines.TOTAL,
        max_lines=100,
        source_prefix="AB",
        linked_accounts=frozenset({"1200", "2310"}),
        start_date=date(2026, 1, 5),
        opening=Opening.CLEARING,
        carry=False,
    )
    accounts = found.accounts
    assert (accounts.invoice_credit, accounts.payment_debit, accounts.refund_credit) == ("4100", "1050", "1060")


def test_a_program_with_a_layout_is_offered_and_leads_to_its_file(world: World, client: Client, url: str) -> None:
    layout = reverse("file-layout", args=[world.company.pk])
    assert layout not in client.get(url).content.decode()
    fill_in(client, url, {"target": "acomba"})
    page = client.get(url).content.decode()
    assert page.count(layout) == 2  # beside the choice and in the menu
    assert re.search('value="acomba"[^>]*selected', page)
    fill_in(client, url, {"grouping": "day"})
    assert (now(world).accounting.target, now(world).accounting.grouping) == ("acomba", Grouping.DAY)


def test_what_is_not_touched_is_no_change(world: World, client: Client, url: str) -> None:
    before, records = now(world), AuditRecord.objects.count()
    page = fill_in(client, url, {})
    assert said(page) == ["Rien n’a été changé."]
    assert now(world) == before
    assert AuditRecord.objects.count() == records


def test_nothing_sent_clears_nothing(world: World, client: Client, url: str) -> None:
    before = now(world)
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"seen": "]"}).status_code == 422
    assert now(world) == before


# What is said of a change


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Saved. 3 waiting documents will go to 4150."),
        ("fr", "Enregistré. 3 documents en attente iront au compte 4150."),
    ],
)
def test_how_many_waiting_documents_go_to_the_new_account(
    world: World, client: Client, url: str, language: str, sentence: str
) -> None:
    """F-1001 and F-1008 have a line without an account of its own, and so has F-1006 once its item has none."""
    speak(world, language)
    Item.objects.filter(company=world.company, code="TAPIS").update(credit="")
    Account.objects.create(company=world.company, position=99, number="4150", name="Projects", type="G")
    assert said(fill_in(client, url, {"invoice_credit": "4150"})) == [sentence]


def test_how_many_waiting_payments_go_to_the_new_bank(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    (sentence,) = said(fill_in(client, url, {"payment_debit": "1065"}))
    count = int(sentence.split()[1])
    assert sentence == f"Saved. {count} waiting payments will go to 1065."
    assert count > 1


def test_that_nothing_transferred_moves(world: World, client: Client, url: str) -> None:
    a_batch(world.company)
    (sentence,) = said(fill_in(client, url, {"invoice_credit": "4120"}))
    assert sentence.startswith("Enregistré. Ce qui a déjà été transféré ne change pas. ")


def test_the_switch_says_how_many_sales_wait(world: World, client: Client, url: str) -> None:
    """Of Boréal only F-1006 is not paid: the credit note N-2001 is released with its invoice."""
    speak(world, "en")
    assert said(fill_in(client, url, {"only_when_paid": "on"})) == [
        "Saved. 1 unpaid document: its sale is transferred once it is paid."
    ]
    assert said(fill_in(client, url, {"only_when_paid": None})) == [
        "Saved. 1 unpaid document will be in the next transfer."
    ]
    unpaid = invoice("F-1009", date(2026, 2, 28), [(RowKey(RowKind.LINE), 1000)])
    put(world.company, unpaid)
    assert said(fill_in(client, url, {"only_when_paid": "on"})) == [
        "Saved. 2 unpaid documents: their sales are transferred once they are paid."
    ]
    assert said(fill_in(client, url, {"only_when_paid": None})) == [
        "Saved. 2 unpaid documents will be in the next transfer."
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_beside_the_switch_stands_what_it_changes_and_what_not(
    world: World, client: Client, url: str, language: str
) -> None:
    speak(world, language)
    words = words_of(client.get(url))
    texts = {
        "en": ("It changes when the books show a sale", "It does not change when tax (GST and QST) is owed"),
        "fr": (
            "Cela change quand les livres montrent une vente",
            "Cela ne change pas le moment où la taxe (TPS et TVQ) est due",
        ),
    }
    assert all(text in words for text in texts[language])


def test_one_clearing_account_for_both_is_advised(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    put_account(world.company, ChartAccount("1205", "Other receivables", "Autres comptes à recevoir"), by=None)
    _saved, warning = said(fill_in(client, url, {"invoice_debit": "1205"}))
    assert "1205" in warning
    assert "would never return to zero" in warning


def test_an_odd_account_is_taken_with_a_warning_once(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    assert "of class 4 (revenue)" in said(fill_in(client, url, {"payment_debit": "4000"}))[1]
    assert len(said(fill_in(client, url, {"source_prefix": "ZZ"}))) == 1


# What is refused


WRONG = [
    ("invoice_debit", "1200", "linked"),
    ("invoice_credit", "9999", "not in the chart"),
    ("payment_debit", "1000", "heading"),
    ("payment_credit", "12 01", "is not an account number"),
    ("refund_credit", "1" * 16, "15"),
    ("target", "quickbooks", "quickbooks"),
    ("grouping", "year", "year"),
    ("source_prefix", "ec", "is not a prefix"),
    ("source_prefix", "", "required"),
    ("max_lines", "1", "2"),
    ("max_lines", "many", "whole number"),
    ("start_date", "31/01/2026", "is not a date"),
    ("linked_accounts", "12345678901234567", "cannot be an account number"),
]


@pytest.mark.parametrize(("name", "typed", "part"), WRONG)
def test_what_is_wrong_stands_beside_its_field_and_is_not_saved(
    world: World, client: Client, url: str, name: str, typed: str, part: str
) -> None:
    speak(world, "en")
    before = now(world)
    page = fill_in(client, url, {name: typed, "carry": None})
    assert page.status_code == 422
    assert now(world) == before
    assert list(page.context["form"].errors) == [name]
    assert part in " ".join(page.context["form"].errors[name])
    assert str(page.context["form"][name].value()) == typed
    assert "One answer must be corrected." in words_of(page)


def test_an_account_that_is_linked_by_the_same_answer_is_refused(world: World, client: Client, url: str) -> None:
    page = fill_in(client, url, {"linked_accounts": "1200, 1201"})
    assert set(page.context["form"].errors) == {"invoice_debit", "payment_credit"}
    assert "1201" not in now(world).accounting.linked_accounts


def test_the_numbers_are_judged_by_the_program_that_is_chosen(world: World, client: Client, url: str) -> None:
    Account.objects.filter(company=world.company).delete()
    assert fill_in(client, url, {"invoice_credit": "REV"}).status_code == 422
    assert fill_in(client, url, {"invoice_credit": "REV", "target": "csv"}).status_code == 200
    assert now(world).accounts.invoice_credit == "REV"


def test_the_start_date_is_fixed_once_a_batch_is_live(world: World, client: Client, url: str) -> None:
    a_batch(world.company)
    page = client.get(url)
    field = page.context["form"]["start_date"]
    assert field.field.disabled
    assert "Fixée depuis le premier transfert" in words_of(page)
    fill_in(client, url, {"start_date": "2026-03-01", "source_prefix": "AB"})
    found = now(world).accounting
    assert (found.start_date, found.source_prefix) == (None, "AB")


def test_a_batch_that_came_meanwhile_fixes_it_too(
    world: World, client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_batch(world.company)
    monkeypatch.setattr("ecriture.web.forms.accounting.has_live_batch", lambda _company: False)
    page = fill_in(client, url, {"start_date": "2026-03-01"})
    assert page.status_code == 422
    assert "La date de début ne peut plus changer" in said(page)[0]
    assert now(world).accounting.start_date is None


# Two people at one time


def other_changes(world: World, **accounts: str) -> None:
    change(
        world.company,
        world.member("owner"),
        lambda it: replace(it, accounts=replace(it.accounts, **accounts)),
        area="x",
    )


def test_two_who_change_different_settings_both_have_theirs(world: World, client: Client, url: str) -> None:
    fields = shown(client.get(url))
    other_changes(world, invoice_credit="4100")
    page = client.post(url, {**fields, "payment_debit": "1050"}, follow=True)
    assert page.status_code == 200
    accounts = now(world).accounts
    assert (accounts.invoice_credit, accounts.payment_debit) == ("4100", "1050")


def test_who_changes_the_same_setting_is_told_and_may_insist(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    fields = {**shown(client.get(url)), "invoice_credit": "4110"}
    other_changes(world, invoice_credit="4100", payment_debit="1050")
    page = client.post(url, fields)
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "invoice_credit": ["Meanwhile somebody changed this to “4100”. Save again to keep yours, or type theirs."]
    }
    again = {**fields, "seen": page.context["form"].seen}
    assert client.post(url, again, follow=True).status_code == 200
    accounts = now(world).accounts
    assert (accounts.invoice_credit, accounts.payment_debit) == ("4110", "1050")


def test_who_changes_it_to_the_same_is_not_asked(world: World, client: Client, url: str) -> None:
    fields = {**shown(client.get(url)), "invoice_credit": "4100"}
    other_changes(world, invoice_credit="4100")
    assert said(client.post(url, fields, follow=True)) == ["Rien n’a été changé."]


# Who may


@pytest.mark.parametrize("who", ["reader", "office"])
def test_who_may_only_look(world: World, signed_in: SignedIn, url: str, who: str) -> None:
    words = words_of(signed_in(who).get(url))
    assert '<fieldset class="all" disabled>' in words
    assert "Votre rôle" in words
    before = now(world)
    assert signed_in(who).post(url, {"invoice_credit": "4100"}).status_code == 403
    assert now(world) == before


def test_linked_accounts_are_shown_with_their_names(world: World, client: Client, url: str) -> None:
    words = words_of(client.get(url))
    assert '<b>1200</b> Comptes clients <span class="quiet">(selon le plan comptable)</span>' in words


# Anything at all


FIELDS = st.sampled_from(
    (*Accounting.__dataclass_fields__, "invoice_debit", "payment_credit", "refund_debit", "seen", "form")
)
VALUES = (
    st.text(max_size=40)
    | st.sampled_from(
        ("", "1201", "on", "2026-01-31", "0001-01-01", "9999-12-31", "\x00", "{}", '{"carry": []}', "[]", "1e9")
    )
    | st.integers().map(str)
)


@QUICK
@given(st.dictionaries(FIELDS, VALUES, max_size=8))
def test_no_input_breaks_the_page(world: World, client: Client, url: str, answers: dict[str, str]) -> None:
    page: Answer = fill_in(client, url, {name: _encodable(value) for name, value in answers.items()})
    assert page.status_code in {200, 422}


@QUICK
@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.text(max_size=80) | st.builds("{}.{}.credit".format, st.sampled_from(["taxes", "items", "methods"]), st.text()),
)
def test_no_words_break_the_account_field(world: World, client: Client, typed: str, purpose: str, setting: str) -> None:
    for name, key in (("account-options", "q"), ("account-check", "number")):
        asked = {key: _encodable(typed), "purpose": _encodable(purpose), "setting": _encodable(setting)}
        assert client.get(reverse(name, args=[world.company.pk]), asked).status_code == 200


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


# The account field


def test_a_typed_account_is_named_or_refused(world: World, client: Client) -> None:
    url = reverse("account-check", args=[world.company.pk])
    assert (
        words_of(client.get(url, {"number": "1201", "setting": "accounts.invoice_debit"})) == "Compte Client – Écriture"
    )
    assert 'class="fault"' in words_of(client.get(url, {"number": "1200", "setting": "accounts.invoice_debit"}))
    assert "n’est pas dans le plan comptable" in words_of(client.get(url, {"number": "7777", "setting": "extras.tip"}))
    assert words_of(client.get(url, {"number": ""})) == ""


def test_an_empty_field_says_what_counts_instead(world: World, client: Client, url: str) -> None:
    words = words_of(client.get(url))
    assert 'data-empty="Compte de banque, comme les paiements"' in words
    assert 'placeholder="1060"' in words


def test_a_company_with_nothing_yet_has_proposals(world: World, client: Client, url: str) -> None:
    change(world.company, None, lambda it: replace(it, accounts=type(it.accounts)()), area="x")
    words = words_of(client.get(url))
    assert "pas encore choisi" in words
    assert 'data-take="1201"' in words
    assert now(world).accounts.invoice_debit == ""


def test_how_many_queries_the_page_needs(
    world: World, client: Client, url: str, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined] # a context manager
        client.get(url)


def test_no_such_company(client: Client) -> None:
    with pytest.raises(ObjectDoesNotExist):
        Company.objects.get(pk="00000000-0000-7000-8000-000000000000")
    assert client.get(reverse("accounting", args=["00000000-0000-7000-8000-000000000000"])).status_code == 404


def test_an_account_pasted_with_its_name_is_its_number(world: World, client: Client, url: str) -> None:
    assert fill_in(client, url, {"payment_debit": "1050 Petite caisse, au bureau de Longueuil"}).status_code == 200
    assert now(world).accounts.payment_debit == "1050"
