"""The first steps: which are done and which comes next, what is proposed, and what each takes and refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.accounts import Account, Chart
from ecriture.core.likely import Purpose
from ecriture.core.review import TargetLimits
from ecriture.core.settings import Accounting, DefaultAccounts, FiscalYear, Item, Method, Settings, frozen_mapping
from ecriture.core.starter import starter_chart
from ecriture.core.taxes import Tax
from ecriture.store.charts import put_chart
from ecriture.store.models import AuditRecord, Company
from ecriture.store.settings import change, settings_of
from ecriture.store.steps import note_step
from ecriture.targets.registry import OTHER, layout_names
from ecriture.web import words
from ecriture.web.set_up import known_of
from ecriture.web.steps import (
    Known,
    Proposal,
    Step,
    is_sound,
    linked_proposed,
    own_proposed,
    progress,
    proposed,
    taxes_asked,
    year_after,
    year_proposed,
)
from server_world import World, other_company

SignedIn = Callable[[str], Client]
SAGE = TargetLimits(sage_numbers=True)
NEW = Settings(name="Ménage Lise")


def known(settings: Settings = NEW, chart: Chart | None = None, **more: Any) -> Known:
    return Known(settings, Chart() if chart is None else chart, SAGE, **more)


# Which are done


def test_a_new_company_begins_with_the_first_step() -> None:
    assert progress(known()).next is Step.COMPANY
    assert progress(known()).done == frozenset()


def test_what_somebody_said_is_done() -> None:
    found = progress(known(said=frozenset({"company", "program", "no such step"})))
    assert found.done == {Step.COMPANY, Step.PROGRAM}
    assert found.next is Step.CHART


WHOLE = replace(NEW, accounts=DefaultAccounts("1201", "4020", "1060", "1201"))


def test_all_said_is_finished() -> None:
    found = progress(known(WHOLE, starter_chart("QC"), said=frozenset(Step)))
    assert found.finished
    assert found.next is None


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        (Step.ACCOUNTS, NEW),
        (Step.CLEARING, replace(NEW, accounts=DefaultAccounts("1299", "4020", "1060", "1299"))),
        (Step.ACCOUNTS, replace(NEW, accounts=DefaultAccounts("1201", "4000", "1060", "1201"))),
        (Step.ACCOUNTS, replace(NEW, accounts=DefaultAccounts("1201", "4020", "1201", "1201"))),
        (Step.TAXES, replace(WHOLE, taxes=frozen_mapping({"GST": Tax("GST", credit="1201")}))),
        (Step.METHODS, replace(WHOLE, methods=frozen_mapping({"cash": Method("cash", "1201")}))),
        (Step.ITEMS, replace(WHOLE, items=frozen_mapping({"A": Item("A", credit="4001")}))),
    ],
)
def test_what_is_broken_is_not_done_whatever_was_said(step: Step, settings: Settings) -> None:
    found = progress(known(settings, starter_chart("QC"), said=frozenset(Step)))
    assert step not in found.done
    assert not found.finished


def test_what_is_only_unusual_leaves_a_step_done() -> None:
    odd = replace(WHOLE, taxes=frozen_mapping({code: Tax(code, credit="2310") for code in ("GST", "QST")}))
    assert progress(known(odd, starter_chart("QC"), said=frozenset(Step))).finished


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        (Step.COMPANY, replace(NEW, fiscal_years=(FiscalYear(date(2026, 1, 1), date(2026, 12, 31)),))),
        (Step.PROGRAM, replace(NEW, accounting=Accounting(target="xlsx"))),
        (Step.PROGRAM, replace(NEW, accounts=DefaultAccounts(invoice_credit="4020"))),
        (Step.CHART, NEW),  # the chart says itself what is linked
        (Step.CLEARING, replace(NEW, accounts=DefaultAccounts(invoice_debit="1201"))),
        (Step.START, replace(NEW, accounting=Accounting(start_date=date(2026, 1, 1)))),
        (Step.ACCOUNTS, replace(NEW, accounts=DefaultAccounts("1201", "4020", "1060", "1201"))),
        (Step.TAXES, replace(NEW, taxes=frozen_mapping({"GST": Tax("GST", credit="2310")}))),
        (Step.METHODS, replace(NEW, methods=frozen_mapping({"cash": Method("cash", "1050")}))),
        (Step.ITEMS, replace(NEW, items=frozen_mapping({"A": Item("A")}))),
    ],
)
def test_what_the_settings_show_is_done_by_itself(step: Step, settings: Settings) -> None:
    assert step in progress(known(settings, starter_chart("QC"))).done


@pytest.mark.parametrize(
    ("step", "settings"),
    [
        (Step.CLEARING, replace(NEW, accounts=DefaultAccounts(invoice_debit="1200"))),  # linked
        (Step.CLEARING, replace(NEW, accounts=DefaultAccounts(invoice_debit="1000"))),  # a heading
        (Step.CLEARING, replace(NEW, accounts=DefaultAccounts(invoice_debit="1299"))),  # not there
        (Step.ACCOUNTS, replace(NEW, accounts=DefaultAccounts("1201", "4020", "1060", ""))),
        (Step.TAXES, replace(NEW, taxes=frozen_mapping({"GST": Tax("GST")}))),
    ],
)
def test_what_is_not_right_is_not_done(step: Step, settings: Settings) -> None:
    assert step not in progress(known(settings, starter_chart("QC"))).done


def test_a_chart_is_not_done_before_it_is_known_what_is_linked() -> None:
    chart = Chart([Account("1200", "Accounts Receivable")])
    assert Step.CHART not in progress(known(chart=chart)).done
    linked = replace(NEW, accounting=Accounting(linked_accounts=frozenset({"1200"})))
    assert Step.CHART in progress(known(linked, chart)).done


def test_documents_show_that_the_last_step_is_done() -> None:
    assert Step.DOCUMENTS in progress(known(has_documents=True)).done


def test_boreal_is_set_up(world: World) -> None:
    assert progress(known_of(world.company)).finished


def test_each_step_has_its_neighbours() -> None:
    assert Step.COMPANY.before is None
    assert Step.COMPANY.following is Step.PROGRAM
    assert Step.DOCUMENTS.following is None
    assert [step.following for step in Step][:-1] == list(Step)[1:]


# Proposals


def test_an_account_is_proposed_by_its_name_and_one_that_is_set_is_kept() -> None:
    full = known(chart=starter_chart("QC"))
    assert proposed(full, "", Purpose.CLEARING).number == "1201"
    assert proposed(full, "", Purpose.BANK).number == "1060"
    assert proposed(full, "1050", Purpose.BANK) == Proposal("1050")
    assert proposed(known(), "", Purpose.BANK) == Proposal("")


def test_a_linked_account_is_never_proposed() -> None:
    chart = Chart([Account("1200", "Accounts Receivable")])
    settings = replace(NEW, accounting=Accounting(linked_accounts=frozenset({"1200"})))
    assert proposed(known(settings, chart), "", Purpose.CLEARING) == Proposal("")
    assert not is_sound(known(settings, chart), "accounts.invoice_debit")


def test_the_bank_is_not_said_again_for_a_method() -> None:
    settings = replace(NEW, accounts=DefaultAccounts(payment_debit="1060"))
    full = known(settings, starter_chart("QC"))
    assert own_proposed(full, "", Purpose.CHEQUE) == Proposal("")
    assert own_proposed(full, "", Purpose.CASH).number == "1050"
    assert own_proposed(full, "1060", Purpose.CHEQUE) == Proposal("1060")


def test_the_file_hints_at_what_is_linked() -> None:
    chart = Chart([Account("1060", "Banque"), Account("1199", "Débiteurs"), Account("1200", "Comptes clients")])
    assert [it.number for it in linked_proposed(known(chart=chart), ("1199", "9999"))] == ["1199", "1200"]


def test_the_taxes_of_the_province_are_asked_about_behind_those_that_are_there() -> None:
    settings = replace(NEW, taxes=frozen_mapping({"TVQ": Tax("TVQ", credit="2330")}))
    assert [tax.code for tax in taxes_asked(settings, "QC")] == ["TVQ", "GST", "QST"]
    assert [tax.code for tax in taxes_asked(NEW, "ON")] == ["HST"]
    assert taxes_asked(NEW, "??") == ()


def test_the_fiscal_year_that_is_proposed() -> None:
    assert year_proposed(NEW, date(2026, 11, 25)) == (date(2026, 1, 1), date(2026, 12, 31))
    years = replace(NEW, fiscal_years=(FiscalYear(date(2025, 4, 1), date(2026, 3, 31)),))
    assert year_proposed(years, date(2026, 11, 25)) == (date(2026, 4, 1), date(2027, 3, 31))


@given(st.dates(), st.integers(0, 800))
def test_a_year_follows_a_year_without_a_gap(first: date, days: int) -> None:
    last = date.fromordinal(min(first.toordinal() + days, date.max.toordinal()))
    following = year_after(FiscalYear(first, last))
    if last.year < date.max.year - 1:
        assert following.first.toordinal() == last.toordinal() + 1
        assert 364 <= following.last.toordinal() - following.first.toordinal() <= 366
    else:
        assert following == FiscalYear(first, last)


# The pages


@pytest.fixture
def company(world: World) -> Company:
    """A new company with the starter chart."""
    made = other_company(world.people["stranger"])
    put_chart(made, starter_chart("QC"), by=None)
    return made


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("stranger")


def step(company: Company, name: str) -> str:
    return reverse("first-step", args=[company.pk, name])


def settings(company: Company) -> Settings:
    company.refresh_from_db()
    return settings_of(company)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def answers(client: Client, company: Company, name: str) -> dict[str, Any]:
    """What a step would send if it were saved as it is shown, with *no* where it prefers no answer."""
    form = client.get(step(company, name)).context["form"]
    values = {"seen": form.seen, **{field.html_name: field.value() for field in form}}
    if values.get("earlier") == "":
        values["earlier"] = "no"
    return {name: value for name, value in values.items() if value not in (None, False)}


@pytest.mark.parametrize("name", list(Step))
def test_every_step_is_shown_says_why_and_can_be_left(client: Client, company: Company, name: Step) -> None:
    shown = text(client.get(step(company, name)))
    assert 'class="lead"' in shown
    assert 'aria-current="step"' in shown
    assert name.following is None or "Plus tard" in shown
    assert name.before is None or "Retour" in shown


def test_a_step_that_is_none_is_not_there(client: Client, company: Company) -> None:
    assert client.get(step(company, "nothing")).status_code == 404


@pytest.mark.parametrize("name", [it for it in Step if it is not Step.CLEARING])
def test_a_step_saved_as_proposed_goes_on_to_the_next(client: Client, company: Company, name: Step) -> None:
    put = replace(settings(company).accounts, invoice_debit="1201", payment_credit="1201")
    change(company, None, lambda it: replace(it, accounts=put), area="accounting")
    answer = client.post(step(company, name), answers(client, company, name))
    following = step(company, name.following) if name.following else reverse("company", args=[company.pk])
    assert (answer.status_code, answer.headers.get("Location")) == (302, following)
    assert name in progress(known_of(Company.objects.get(pk=company.pk))).done


def test_nothing_is_kept_of_a_proposal_before_it_is_saved(client: Client, company: Company) -> None:
    for name in Step:
        client.get(step(company, name))
    assert settings(company) == Settings(name=company.name)
    assert company.steps_done == []


def test_the_clearing_account_is_debited_by_invoices_and_credited_by_payments(client: Client, company: Company) -> None:
    client.post(step(company, "clearing"), {"invoice_debit": "1201"})
    found = settings(company).accounts
    assert (found.invoice_debit, found.payment_credit) == ("1201", "1201")
    assert "1201 convient." in text(client.get(step(company, "clearing")))


@pytest.mark.parametrize(
    ("number", "said"), [("1200", "1200"), ("1000", "1000"), ("1299", "1299"), ("", ""), ("1 2", "1 2")]
)
def test_a_clearing_account_that_is_refused_is_said_and_not_saved(
    client: Client, company: Company, number: str, said: str
) -> None:
    answer = client.post(step(company, "clearing"), {"invoice_debit": number})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Factures\N{NO-BREAK SPACE}: compte de débit" not in text(answer)
    assert settings(company).accounts.invoice_debit == ""
    assert company.steps_done == []


def test_an_account_that_is_missing_leads_to_adding_it_with_its_name(client: Client, company: Company) -> None:
    shown = text(client.get(step(company, "clearing")))
    assert "Entreprise → Plan comptable" in shown
    assert "Comptes clients – Écriture" in shown
    address = f"{reverse('chart-add', args=[company.pk])}?guide=clearing&number=1201&name_fr=Compte"
    assert address.split("?", maxsplit=1)[0] in shown
    put_chart(company, [Account("1060", "Bank")], by=None)
    answer = client.post(address, {"number": "1201", "name_fr": "Compte Client", "type": "G"})
    assert answer["Location"] == step(company, "clearing")


def test_the_company_step_takes_province_language_and_year(client: Client, company: Company) -> None:
    sent = {
        "name": "Ménage Lise",
        "language": "en",
        "province": "ON",
        "year_0_first": "2026-04-01",
        "year_0_last": "2027-03-31",
    }
    client.post(step(company, "company"), sent)
    found = settings(company)
    assert (found.name, found.language, company.province) == ("Ménage Lise", "en", "ON")
    assert found.fiscal_years == ((date(2026, 4, 1), date(2027, 3, 31)),)
    record = AuditRecord.objects.filter(company=company, changes__icontains="company.province").get()
    assert record.changes == [["company.province", "QC", "ON"]]
    assert "TVH" in text(client.get(step(company, "taxes")))


@pytest.mark.parametrize("target", [*layout_names(), OTHER])
def test_every_program_with_a_layout_is_a_choice(client: Client, company: Company, target: str) -> None:
    """The choices come from the layouts themselves: a new TOML is a new choice."""
    shown = text(client.get(step(company, "program")))
    assert f'value="{target}"' in shown
    assert str(words.TARGETS[target]) in shown
    client.post(step(company, "program"), {"target": target})
    assert settings(company).accounting.target == target
    shown = text(client.get(step(company, "program")))
    assert reverse("file-layout", args=[company.pk]) in shown


def test_a_layout_that_nobody_confirmed_says_so(client: Client, company: Company) -> None:
    assert "À confirmer dans votre Acomba" in text(client.get(step(company, "program")))


def test_the_start_date_is_asked_for_only_when_there_are_books(client: Client, company: Company) -> None:
    sent = {"earlier": "no", "start_date": "2026-02-01", "opening": "sage"}
    client.post(step(company, "start"), sent)
    assert settings(company).accounting.start_date is None
    assert client.post(step(company, "start"), {**sent, "earlier": "yes", "start_date": ""}).status_code == 422
    refused = client.post(step(company, "start"), {**sent, "earlier": "yes", "start_date": "hier"})
    assert "hier" in text(refused)
    client.post(step(company, "start"), {**sent, "earlier": "yes", "opening": "clearing"})
    found = settings(company).accounting
    assert (found.start_date, found.opening) == (date(2026, 2, 1), "clearing")


def test_whether_books_are_there_already_is_asked_without_a_default(client: Client, company: Company) -> None:
    """One careless click must not send all history again."""
    shown = client.get(step(company, "start"))
    assert 'name="earlier" value="no" checked' not in " ".join(text(shown).split())
    assert shown.context["form"]["earlier"].value() == ""
    answer = client.post(step(company, "start"), {"start_date": "2026-02-01", "opening": "sage"})
    assert answer.status_code == 422
    assert "start" not in settings_and_steps(company)
    client.post(step(company, "start"), {"earlier": "no", "opening": "sage"})
    assert client.get(step(company, "start")).context["form"]["earlier"].value() == "no"


def settings_and_steps(company: Company) -> list[str]:
    company.refresh_from_db()
    return list(company.steps_done)


@pytest.mark.parametrize("day", ["2099-01-01", "1970-01-01", "0001-01-01"])
def test_a_start_date_of_another_age_is_refused(client: Client, company: Company, day: str) -> None:
    sent = {"earlier": "yes", "start_date": day, "opening": "sage"}
    assert client.post(step(company, "start"), sent).status_code == 422
    assert settings(company).accounting.start_date is None


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("0001-01-01", "0001-12-31", 422),
        ("2026-01-01", "2027-01-31", 422),
        ("2099-01-01", "2099-12-31", 422),
        ("2025-12-29", "2027-01-03", 302),  # 53 weeks
    ],
)
def test_a_fiscal_year_is_a_year(client: Client, company: Company, first: str, last: str, status: int) -> None:
    sent = {**answers(client, company, "company"), "year_0_first": first, "year_0_last": last}
    assert client.post(step(company, "company"), sent).status_code == status


def test_a_short_fiscal_year_is_saved_and_said_on_the_same_page(client: Client, company: Company) -> None:
    sent = {**answers(client, company, "company"), "year_0_first": "2026-07-01", "year_0_last": "2026-12-31"}
    answer = client.post(step(company, "company"), sent, follow=True)
    assert answer.redirect_chain == [(step(company, "company"), 302)]
    assert "1er juillet 2026 – 31 décembre 2026 compte moins de 52 semaines" in text(answer)
    assert settings(company).fiscal_years


def test_a_warning_about_an_account_stands_on_its_own_page(client: Client, company: Company) -> None:
    """Not one step late, where nobody can change it any more."""
    sent = {**answers(client, company, "accounts"), "invoice_credit": "5040"}
    put_chart(company, [*starter_chart("QC"), Account("5040", "Achats")], by=None)
    answer = client.post(step(company, "accounts"), sent, follow=True)
    assert answer.redirect_chain == [(step(company, "accounts"), 302)]
    assert "5040" in " ".join(str(it) for it in answer.context["messages"])
    assert client.post(step(company, "accounts"), answers(client, company, "accounts"))["Location"] == step(
        company, "taxes"
    )


def test_the_four_accounts_and_the_switch(client: Client, company: Company) -> None:
    sent = answers(client, company, "accounts")
    assert (sent["invoice_debit"], sent["invoice_credit"], sent["payment_debit"]) == ("1201", "4020", "1060")
    client.post(step(company, "accounts"), {**sent, "only_when_paid": "on"})
    assert settings(company).accounts == DefaultAccounts("1201", "4020", "1060", "1201")
    assert settings(company).accounting.only_when_paid
    assert client.post(step(company, "accounts"), {**sent, "payment_debit": "1200"}).status_code == 422


def test_a_proposal_says_why(client: Client, company: Company) -> None:
    put_chart(company, [Account("4020", "<b>Ventes</b>")], by=None)
    shown = text(client.get(step(company, "accounts")))
    assert "Proposé à cause de son nom : « &lt;b&gt;Ventes&lt;/b&gt; »" in shown
    assert "<b>Ventes" not in shown


def test_the_taxes_of_the_province_with_their_accounts(client: Client, company: Company) -> None:
    client.post(step(company, "clearing"), {"invoice_debit": "1201"})
    sent = answers(client, company, "taxes")
    assert (sent["taxes.GST.debit"], sent["taxes.GST.credit"], sent["taxes.QST.credit"]) == ("1201", "2310", "2330")
    assert client.post(step(company, "taxes"), {**sent, "taxes.QST.credit": ""}).status_code == 422
    client.post(step(company, "taxes"), sent)
    found = settings(company).taxes
    assert {code: (tax.debit, tax.credit) for code, tax in found.items()} == {
        "GST": ("1201", "2310"),
        "QST": ("1201", "2330"),
    }
    assert found["QST"].rates[0].percent.as_tuple() == (0, (9, 9, 7, 5), -3)


def test_a_small_supplier_charges_no_tax(client: Client, company: Company) -> None:
    none = {f"taxes.{code}.{part}": "" for code in ("GST", "QST") for part in ("debit", "credit")}
    answer = client.post(step(company, "taxes"), none)
    assert answer.status_code == 422
    assert "Ne facturez-vous aucune taxe" in text(answer)
    assert client.post(step(company, "taxes"), {**none, "no_tax": "on"}).status_code == 302
    assert settings(company).taxes == {}
    assert "taxes" in company.steps_done
    again = answers(client, company, "taxes")
    assert again["no_tax"]
    assert not {"taxes.GST.charged", "taxes.QST.charged"} & again.keys()


def test_no_tax_and_a_tax_do_not_go_together(client: Client, company: Company) -> None:
    sent = answers(client, company, "taxes")
    assert "no_tax" not in sent
    answer = client.post(step(company, "taxes"), {**sent, "no_tax": "on"})
    assert answer.status_code == 422
    assert "Une taxe est cochée plus haut" in text(answer)


def test_a_tax_of_documents_cannot_be_unticked(signed_in: SignedIn, world: World) -> None:
    client = signed_in("bookkeeper")
    sent = answers(client, world.company, "taxes")
    sent.pop("taxes.GST.charged")
    answer = client.post(step(world.company, "taxes"), sent)
    assert answer.status_code in {200, 422}
    assert set(settings(world.company).taxes) == {"GST", "QST"}


def test_methods_keep_what_is_there_and_take_what_is_given(client: Client, company: Company) -> None:
    own = frozen_mapping({"crypto": Method("crypto", "1060")})
    change(company, None, lambda it: replace(it, methods=own), area="payments")
    sent = answers(client, company, "methods")
    client.post(step(company, "methods"), {**sent, "bank_lines": "payment"})
    found = settings(company)
    assert found.methods["cash"].debit == "1050"
    assert found.methods["crypto"].debit == "1060"
    assert found.accounting.bank_lines == "payment"


def test_items_are_added_and_refused_beside_their_field(client: Client, company: Company) -> None:
    sent = {"code_0": "MENAGE", "name_0": "Entretien", "credit_0": "4020", "code_1": "", "code_2": ""}
    for wrong in ({"code_1": "MENAGE"}, {"name_1": "Sans code"}, {"code_1": "a\x07b"}, {"credit_0": "1000"}):
        assert client.post(step(company, "items"), {**sent, **wrong}).status_code == 422, wrong
    assert settings(company).items == {}
    client.post(step(company, "items"), sent)
    assert settings(company).items == {"MENAGE": Item("MENAGE", "Entretien", credit="4020")}
    assert client.post(step(company, "items"), sent).status_code == 422  # it is there already


def test_the_last_step_leads_to_what_comes_next(client: Client, company: Company) -> None:
    shown = text(client.get(step(company, "documents")))
    for name in ("imports", "transfer", "first-import"):
        assert f'href="{reverse(name, args=[company.pk])}"' in shown


def test_the_first_page_shows_the_next_step_until_all_are_done(client: Client, company: Company) -> None:
    home = reverse("company", args=[company.pk])
    assert "Commencer" in text(client.get(home)) or "Continuer" in text(client.get(home))
    assert step(company, "company") in text(client.get(home))
    for name in Step:
        note_step(company, name)
    assert "Continuer" in text(client.get(home))
    given = DefaultAccounts("1201", "4020", "1060", "1201")
    change(company, None, lambda it: replace(it, accounts=given), area="accounting")
    shown = text(client.get(home))
    assert "Continuer" not in shown
    assert "Revoir les premiers pas" in shown


def test_a_reader_sees_the_steps_and_cannot_answer(signed_in: SignedIn, world: World) -> None:
    client = signed_in("reader")
    assert "disabled" in text(client.get(step(world.company, "accounts")))
    assert client.post(step(world.company, "accounts"), {}).status_code == 403


@pytest.mark.parametrize("name", list(Step))
def test_the_number_of_queries_of_a_step_is_bounded(client: Client, company: Company, name: Step) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(step(company, name))
    assert len(queries) <= 25
