"""Settings → Invoices: each tax with its two accounts and its rates; taxes added and removed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account as ChartAccount
from ecriture.core.provinces import PROVINCES, taxes_of
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.store.charts import put_account
from ecriture.store.models import Account, Company, DocumentRow
from ecriture.store.settings import change, settings_of
from server_world import World
from web_forms import fill_in, said, shown, words_of

SignedIn = Callable[[str], Client]
QUICK = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
GST, QST = "taxes.GST", "taxes.QST"


@pytest.fixture
def url(world: World) -> str:
    return reverse("invoices", args=[world.company.pk])


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def now(world: World) -> Settings:
    return settings_of(Company.objects.get(pk=world.company.pk))


def put_taxes(world: World, *taxes: Tax) -> None:
    """The company's taxes, whatever its documents carry."""
    DocumentRow.objects.filter(company=world.company, kind="tax").delete()
    named = frozen_mapping({tax.code: tax for tax in taxes})
    change(world.company, None, lambda it: replace(it, taxes=named), area="test")


def speak(world: World, language: str) -> None:
    world.people["bookkeeper"].language = language
    world.people["bookkeeper"].save()


# What the page shows


@pytest.mark.parametrize(("language", "names"), [("fr", ("TPS", "TVQ")), ("en", ("GST", "QST"))])
def test_taxes_are_called_as_the_language_calls_them(
    world: World, client: Client, url: str, language: str, names: tuple[str, str]
) -> None:
    speak(world, language)
    page = client.get(url)
    assert tuple(tax.name for tax in page.context["form"].taxes) == names
    assert all(
        f'<h2 id="tax-{code}">{name}</h2>' in words_of(page) for code, name in zip(("GST", "QST"), names, strict=True)
    )


def test_both_accounts_of_a_tax_are_on_the_screen_and_the_debit_says_what_counts(client: Client, url: str) -> None:
    page = client.get(url)
    tax = page.context["form"].taxes[0]
    assert (tax.debit.value(), tax.credit.value()) == ("", "2310")
    assert 'placeholder="1201"' in str(tax.debit)
    assert "Compte Client – Écriture, comme les factures</output>" in str(tax.debit)
    assert "TPS à payer</output>" in str(tax.credit)


def test_a_tax_without_its_credit_account_is_pointed_out_with_a_proposal(
    world: World, client: Client, url: str
) -> None:
    put_taxes(world, Tax("QST"))
    page = client.get(url)
    assert "Il manque le compte de crédit de la TVQ." in words_of(page)
    assert 'data-take="2330"' in words_of(page)
    assert now(world).taxes["QST"].credit == ""


def test_the_rate_that_holds_today_is_said(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    future = Rate(date(2090, 1, 1), Decimal(16))
    put_taxes(world, Tax("HST", rates=(Rate(date.min, Decimal(15)), Rate(date(2025, 4, 1), Decimal(14)), future)))
    (tax,) = client.get(url).context["form"].taxes
    assert [row.today for row in tax.rates] == [False, True, False]
    assert [row.always for row in tax.rates] == [True, False, False]
    words = words_of(client.get(url))
    assert "14% today" in words
    assert "always" in words


def test_no_taxes_says_what_to_do_first(world: World, client: Client, url: str) -> None:
    put_taxes(world)
    assert "Il n’y a pas encore de taxes" in words_of(client.get(url))


# Changing


def test_accounts_and_rates_are_kept(world: World, client: Client, url: str) -> None:
    answers = {
        f"{GST}.debit": "1065",
        f"{QST}.credit": "2310",
        f"{QST}.percent": "10,125 %",
        f"{QST}.since": "2027-01-01",
        "discount": "",
        "tip": "2450",
        "invoice_credit": "4100",
    }
    page = fill_in(client, url, answers)
    assert page.status_code == 200, page.context["form"].errors
    found = now(world)
    assert found.taxes["GST"] == Tax("GST", "1065", "2310", (Rate(date.min, Decimal(5)),))
    rates = (Rate(date.min, Decimal("9.975")), Rate(date(2027, 1, 1), Decimal("10.125")))
    assert found.taxes["QST"] == Tax("QST", "", "2310", rates)
    assert (found.extras.discount, found.extras.tip, found.accounts.invoice_credit) == ("", "2450", "4100")


def test_a_rate_is_removed_and_another_takes_its_day(world: World, client: Client, url: str) -> None:
    put_taxes(world, Tax("HST", credit="2310", rates=(Rate(date(2025, 4, 1), Decimal(15)),)))
    path = "taxes.HST"
    answers = {f"{path}.drop.2025-04-01": "on", f"{path}.percent": "14", f"{path}.since": "2025-04-01"}
    assert fill_in(client, url, answers).status_code == 200
    assert now(world).taxes["HST"].rates == (Rate(date(2025, 4, 1), Decimal(14)),)
    fill_in(client, url, {f"{path}.drop.2025-04-01": "on"})
    assert now(world).taxes["HST"].rates == ()


def test_a_rate_without_a_first_day_has_always_held(world: World, client: Client, url: str) -> None:
    put_taxes(world, Tax("HST", credit="2310"))
    fill_in(client, url, {"taxes.HST.percent": "13"})
    assert now(world).taxes["HST"].rates == (Rate(date.min, Decimal(13)),)


WRONG = [
    ({f"{QST}.percent": "9,9755555"}, f"{QST}.percent", "is not a rate"),
    ({f"{QST}.percent": "101"}, f"{QST}.percent", "is not a rate"),
    ({f"{QST}.percent": "-5"}, f"{QST}.percent", "is not a rate"),
    ({f"{QST}.since": "2027-01-01"}, f"{QST}.percent", "Which rate"),
    ({f"{QST}.percent": "10", f"{QST}.since": "soon"}, f"{QST}.since", "is not a date"),
    ({f"{QST}.percent": "10"}, f"{QST}.since", "There is already a rate from this day"),
    ({f"{QST}.credit": "1200"}, f"{QST}.credit", "linked"),
    ({f"{QST}.debit": "1000"}, f"{QST}.debit", "heading"),
    ({"tip": "7777"}, "tip", "not in the chart"),
]


@pytest.mark.parametrize(("answers", "name", "part"), WRONG)
def test_what_is_wrong_stands_beside_its_field(
    world: World, client: Client, url: str, answers: dict[str, str], name: str, part: str
) -> None:
    speak(world, "en")
    before = now(world)
    page = fill_in(client, url, answers)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [name]
    assert part in " ".join(page.context["form"].errors[name])
    assert all(str(page.context["form"][field].value()) == typed for field, typed in answers.items())
    assert now(world) == before


def test_the_list_of_faults_says_which_tax(client: Client, url: str) -> None:
    assert "TVQ · Compte de crédit</a>" in words_of(fill_in(client, url, {f"{QST}.credit": "1200"}))


def test_how_many_waiting_documents_the_tax_moves(world: World, client: Client, url: str) -> None:
    speak(world, "en")
    put_account(world.company, ChartAccount("2335", "QST, second branch", "TVQ, succursale"), by=None)
    assert said(fill_in(client, url, {f"{QST}.credit": "2335"})) == ["Saved. 7 waiting documents will go to 2335."]


# Adding and removing


def test_a_tax_of_documents_is_not_removed(world: World, client: Client, url: str) -> None:
    page = client.get(url)
    assert page.context["form"][f"{GST}.remove"].field.disabled
    assert "Des documents ont cette taxe" in words_of(page)
    fill_in(client, url, {f"{GST}.remove": "on"})
    assert "GST" in now(world).taxes


def test_a_tax_that_came_on_a_document_meanwhile_is_not_removed(
    world: World, client: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecriture.web.forms.invoices.used_taxes", lambda _company, _codes: frozenset())
    page = fill_in(client, url, {f"{GST}.remove": "on"})
    assert page.status_code == 422
    sentence = "Rien n’a été enregistré. Des documents ont TPS\N{NO-BREAK SPACE}: une telle taxe est gardée"
    assert said(page)[0].startswith(sentence)
    assert "GST" in now(world).taxes


def test_a_tax_that_no_document_carries_is_removed(world: World, client: Client, url: str) -> None:
    put_taxes(world, Tax("GST", credit="2310"), Tax("PST", credit="2330"))
    fill_in(client, url, {"taxes.PST.remove": "on"})
    assert list(now(world).taxes) == ["GST"]


def test_those_of_the_province_are_proposed_with_rates_and_accounts_and_not_taken(
    world: World, client: Client, url: str
) -> None:
    put_taxes(world)
    proposed = client.get(url).context["of_province"].proposed
    assert [(it.tax.code, it.credit.value()) for it in proposed] == [("GST", "2310"), ("QST", "2330")]
    assert now(world).taxes == {}
    fill_in(client, url, {}, form="province")
    expected = [replace(tax, credit=credit) for tax, credit in zip(taxes_of("QC"), ("2310", "2330"), strict=True)]
    assert list(now(world).taxes.values()) == expected


def test_only_what_is_ticked_is_added(world: World, client: Client, url: str) -> None:
    put_taxes(world)
    fill_in(client, url, {"province-QST.add": None, "province-GST.credit": "2310"}, form="province")
    assert list(now(world).taxes.values()) == [replace(taxes_of("QC")[0], credit="2310")]
    page = fill_in(client, url, {"province-QST.add": None}, form="province")
    assert page.status_code == 422
    assert "Cochez les taxes que vous percevez." in words_of(page)


@pytest.mark.parametrize("province", PROVINCES)
def test_another_province_can_be_chosen(world: World, client: Client, url: str, province: str) -> None:
    put_taxes(world)
    given = {f"province-{tax.code}.credit": "2310" for tax in taxes_of(province)}
    assert fill_in(client, f"{url}?province={province}", given, form="province").status_code == 200
    assert [(tax.code, tax.rates) for tax in now(world).taxes.values()] == [
        (tax.code, tax.rates) for tax in taxes_of(province)
    ]


def test_a_tax_without_a_credit_account_is_not_added(world: World, client: Client, url: str) -> None:
    """As in the set-up: it has no default."""
    put_taxes(world)
    page = fill_in(client, f"{url}?province=ON", {"province-HST.credit": ""}, form="province")
    assert page.status_code == 422
    assert now(world).taxes == {}


def test_a_proposed_account_is_checked_like_any_other(world: World, client: Client, url: str) -> None:
    put_taxes(world)
    page = fill_in(client, url, {"province-GST.credit": "1200"}, form="province")
    assert page.status_code == 422
    assert now(world).taxes == {}


def test_a_tax_with_a_code_of_their_own(world: World, client: Client, url: str) -> None:
    fill_in(client, url, {"own-code": " Éco-frais é ", "own-percent": "2,5", "own-credit": "2400"}, form="own")
    assert now(world).taxes["Éco-frais é"] == Tax("Éco-frais é", "", "2400", (Rate(date.min, Decimal("2.5")),))
    (field,) = (tax for tax in client.get(url).context["form"].taxes if tax.code == "Éco-frais é")
    assert " " not in str(field.debit.auto_id)
    fill_in(client, url, {field.credit.html_name: "2450"})
    assert now(world).taxes["Éco-frais é"].credit == "2450"


@pytest.mark.parametrize(
    ("code", "part"),
    [("", "obligatoire"), ("gst", "TPS"), ("TPS", "TPS"), ("hst", "TVH"), ("A\u200eB", "on ne voit pas")],
)
def test_a_code_that_cannot_be(world: World, client: Client, url: str, code: str, part: str) -> None:
    page = fill_in(client, url, {"own-code": code}, form="own")
    assert page.status_code == 422
    assert part in " ".join(page.context["own"].errors["code"])
    assert list(now(world).taxes) == ["GST", "QST"]


def test_a_tax_that_came_in_meanwhile_is_left_as_it_is(world: World, client: Client, url: str) -> None:
    fields = shown(client.get(url))
    change(
        world.company, None, lambda it: replace(it, taxes=frozen_mapping({**it.taxes, "HST": Tax("HST")})), area="test"
    )
    client.post(url, {**fields, f"{GST}.credit": "2400"})
    assert now(world).taxes["HST"] == Tax("HST")
    assert now(world).taxes["GST"].credit == "2400"


def test_who_changes_a_tax_that_was_removed_meanwhile_is_told(world: World, client: Client, url: str) -> None:
    put_taxes(world, Tax("GST", credit="2310"), Tax("PST", credit="2330"))
    fields = shown(client.get(url))
    put_taxes(world, Tax("GST", credit="2310"))
    page = client.post(url, {**fields, "taxes.PST.credit": "2400", "tip": "2450"})
    assert page.status_code == 422
    assert "Entre-temps, quelqu’un a retiré ce que vous avez changé." in words_of(page)
    assert said(client.post(url, {**fields, "tip": "2450"}, follow=True))[0].startswith("Enregistré.")


# Who may, and anything at all


@pytest.mark.parametrize("who", ["reader", "office"])
def test_who_may_only_look(world: World, signed_in: SignedIn, url: str, who: str) -> None:
    page = signed_in(who).get(url)
    assert "TPS" in words_of(page)
    assert "Ajouter une taxe" not in words_of(page)
    for form in ("settings", "province", "own"):
        assert signed_in(who).post(url, {"form": form, "own-code": "X"}).status_code == 403
    assert list(now(world).taxes) == ["GST", "QST"]


NAMES = st.sampled_from(
    (
        *(
            f"{path}.{name}"
            for path in (GST, QST, "taxes.X")
            for name in ("debit", "credit", "percent", "since", "remove")
        ),
        *("taxes.GST.drop.0001-01-01", "seen", "tip", "invoice_debit", "own-code", "own-credit", "own-percent"),
        *("province-GST.add", "province-GST.credit"),
    )
)
VALUES = st.text(max_size=60) | st.sampled_from(
    ("", "2310", "on", "0001-01-01", "9999-12-31", "100", "1e2", "\x00", "[1]")
)


@QUICK
@given(
    st.dictionaries(NAMES, VALUES.map(lambda text: text.encode(errors="replace").decode()), max_size=8),
    st.sampled_from(("settings", "province", "own", "other")),
    st.sampled_from(("", "ON", "zz")),
)
def test_no_input_breaks_the_page(
    world: World, client: Client, url: str, answers: dict[str, str], form: str, province: str
) -> None:
    sent = {**shown(client.get(url)), "form": form, **answers}
    page = client.post(f"{url}?province={province}", sent, follow=True)
    assert page.status_code in {200, 422}
    assert client.get(url).status_code == 200


def test_thousands_of_accounts_are_quick_and_need_few_queries(
    world: World, client: Client, url: str, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    Account.objects.bulk_create(
        Account(company=world.company, position=100 + n, number=str(50000 + n), name=f"Sales tax {n}", type="G")
        for n in range(2000)
    )
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined] # a context manager
        client.get(url)
