"""The plan on its page: its figures down to the documents, its questions, its remedies and the way back, its export."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from test_web_books import invoice, paid, when_paid

from ecriture.core.batches import BatchState
from ecriture.core.documents import RowKey, RowKind
from ecriture.core.settings import BankLines, Detail, FiscalYear, Settings
from ecriture.store.models import AuditRecord, Batch, Company, Document
from ecriture.store.settings import change
from ecriture.store.transfer import confirm, export, plan
from ecriture.store.waiting import Span
from ecriture.web.plan_page import proposed
from large_company import queries
from server_world import World, other_company, put
from web_forms import words_of

SignedIn = Callable[[str], Client]
MARCH = "2026-03-31"
NONSENSE = ("", "x", "0", "-1", "99999999999999999999", "2026-02-30", "9999-12-31", "0001-01-01", "\0", "²", "é" * 500)


def url(world: World, name: str, *arguments: object) -> str:
    return reverse(name, args=[world.company.pk, *arguments])


def looked_at(client: Client, world: World, through: str = MARCH) -> Any:
    return client.get(url(world, "transfer"), {"through": through})


def answers(page: Any, **more: str) -> dict[str, str]:
    """What the form of a plan sends."""
    shown = page.context["plan"]
    return {"through": str(shown.through), "fingerprint": shown.planned.fingerprint, "seen": shown.seen, **more}


def exported(client: Client, world: World, through: str = MARCH, **more: str) -> Any:
    return client.post(url(world, "transfer"), answers(looked_at(client, world, through), **more))


def settings(world: World, to: Callable[[Settings], Settings]) -> None:
    change(world.company, None, to, area="accounting")
    world.company.refresh_from_db()


def locked(world: World, day: date) -> None:
    settings(world, lambda it: replace(it, lock_date=day))


# The figures


def test_every_figure_of_a_plan_is_the_sum_of_what_is_under_it(world: World, signed_in: SignedIn) -> None:
    locked(world, date(2026, 1, 31))
    client = signed_in("reader")
    page = looked_at(client, world)
    assert [it.entry.comment for it in page.context["pages"].entries] == [
        "Ventes et paiements 2026-01 (reporte)",
        "Ventes et paiements 2026-02",
    ]
    for it in page.context["pages"].entries:
        for line in it.lines:
            asked = {"through": MARCH, "entry": it.number, "line": line.number}
            made = client.get(url(world, "plan-made-of"), asked).context["made"]
            assert made.sum == line.amount
            assert all(row.chosen_by and row.address for row in made.rows)
    for total in page.context["plan"].totals:
        made = client.get(url(world, "plan-made-of"), {"through": MARCH, "account": total.account}).context["made"]
        assert made.sum.cents == total.debit_cents - total.credit_cents


def test_every_figure_of_a_batch_is_the_sum_of_what_is_under_it(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    exported(client, world)
    page = client.get(url(world, "batch", 1))
    for it in page.context["pages"].entries:
        for line in it.lines:
            asked = {"entry": it.number, "line": line.number}
            assert client.get(url(world, "batch-made-of", 1), asked).context["made"].sum == line.amount
    for total in page.context["totals"]:
        made = client.get(url(world, "batch-made-of", 1), {"account": total.account}).context["made"]
        assert made.sum.cents == total.debit_cents - total.credit_cents


def test_under_a_figure_is_a_part_of_the_page_or_a_page(world: World, signed_in: SignedIn) -> None:
    client, asked = signed_in("reader"), {"through": MARCH, "entry": "1", "line": "1"}
    whole = client.get(url(world, "plan-made-of"), asked)
    part = client.get(url(world, "plan-made-of"), asked, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "Paiements : compte de débit" in words_of(part)


def test_a_figure_of_many_documents_has_pages(world: World, signed_in: SignedIn) -> None:
    put(world.company, *(invoice(f"S-{number:03}", "2026-03-02", 10000 + number) for number in range(230)))
    client, asked = signed_in("reader"), {"through": MARCH, "account": "4000"}
    seen: list[str] = []
    at: int | None = 0
    while at is not None:
        made = client.get(url(world, "plan-made-of"), {**asked, "at": str(at)}).context["made"]
        seen += [row.number for row in made.rows]
        at = made.following
    assert len(seen) == made.all > 230
    assert len({*seen}) >= 230


def test_a_plan_says_what_is_new_corrected_and_carried(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    exported(client, world, "2026-02-28")
    put(world.company, invoice("F-1001", "2026-01-05", 99900), invoice("S-1", "2026-03-02", 100))
    late = invoice("S-2", "2026-01-20", 200)
    put(world.company, late)
    locked(world, date(2026, 1, 31))
    page = looked_at(client, world)
    counts = page.context["plan"].counts
    assert (counts.documents, counts.new, counts.corrected, counts.carried) == (3, 1, 1, 1)
    assert "1 nouveau · 1 corrigé · 1 reporté" in words_of(page)


def test_what_went_to_the_default_account_is_said_with_its_amount(world: World, signed_in: SignedIn) -> None:
    line = (
        RowKey(RowKind.LINE, "TAPIS"),
        RowKey(RowKind.LINE, "NOBODY"),
        RowKey(RowKind.LINE, "NONE"),
        RowKey(RowKind.LINE),
    )
    put(world.company, invoice("S-1", "2026-03-02", 0, keys=line, amounts=(100, 20000, 30000, 7)))
    put(world.company, invoice("S-2", "2026-03-02", 0, keys=line[1:2], amounts=(4000,)))
    use = looked_at(signed_in("reader"), world).context["plan"].default_use
    assert (use.items, use.cents) == (3, 20000 + 30000 + 4000 + 4000)  # with INCONNU, which Boréal has
    assert "580,00 $ au compte 4000" in words_of(looked_at(signed_in("reader"), world))


def test_what_a_correction_brings_to_the_default_account_is_said_too(world: World, signed_in: SignedIn) -> None:
    put(world.company, invoice("S-1", "2026-03-02", 0, keys=(RowKey(RowKind.LINE, "NOBODY"),), amounts=(100,)))
    client = signed_in("bookkeeper")
    exported(client, world)
    keys = RowKey(RowKind.LINE, "NOBODY"), RowKey(RowKind.LINE, "NONE")
    put(world.company, invoice("S-1", "2026-03-02", 0, keys=keys, amounts=(900, 2500)))
    use = looked_at(client, world).context["plan"].default_use
    assert (use.items, use.cents) == (1, 2500)  # the first keeps the account that it was transferred to


def test_payments_by_card_in_one_sum_are_said_with_what_would_help(world: World, signed_in: SignedIn) -> None:
    page = looked_at(signed_in("reader"), world)
    assert page.context["plan"].in_one_bank_line == 3
    assert "paiements par carte ou par chèque sont au compte de banque en une seule somme" in words_of(page)
    settings(world, lambda it: replace(it, accounting=replace(it.accounting, bank_lines=BankLines.REFERENCE)))
    assert looked_at(signed_in("reader"), world).context["plan"].in_one_bank_line == 0


def test_what_is_kept_back_is_named_with_the_money_that_is_not_in_the_books(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    exported(client, world, "2026-02-28")
    when_paid(world)
    put(world.company, invoice("S-1", "2026-03-02", 10000), paid("Q-1", "2026-03-03", "S-1", 4000))
    page = looked_at(client, world)
    assert page.context["plan"].received == [("1065", "Cartes à recevoir", 4000)]
    text = words_of(page)
    assert "Reçu, mais pas encore aux livres : 40,00 $ au compte 1065" in text
    assert [(it.is_error, [unit[0] for unit in it.units]) for it in page.context["plan"].kept_back] == [
        (False, ["S-1"]),
        (False, ["Q-1"]),
    ]
    assert "Rien à transférer" in text


def test_the_proposed_day_is_the_end_of_last_month_if_that_makes_sense() -> None:
    today, company = date(2026, 4, 15), Company()
    waits = Span(date(2026, 3, 2), date(2026, 4, 10))
    assert proposed(company, waits, today) == date(2026, 3, 31)
    assert proposed(company, Span(), today) == date(2026, 3, 31)
    assert proposed(company, Span(date(2026, 4, 1), date(2026, 4, 1)), today) == today
    company.lock_date = date(2026, 3, 31)
    assert proposed(company, waits, today) == today
    company.lock_date = today
    assert proposed(company, waits, today) == date(2026, 4, 16)


# Problems and the way back


def test_an_error_leads_to_where_it_is_mended_and_back(world: World, signed_in: SignedIn) -> None:
    tax = RowKey(RowKind.LINE), RowKey(RowKind.TAX, "X")
    put(world.company, invoice("S-1", "2026-03-02", 0, keys=tax, amounts=(100, 5)))
    client = signed_in("owner")
    kinds = looked_at(client, world).context["plan"].problems
    (problem,) = (it for kind in kinds if kind.stops for it in kind.shown)
    assert problem.unit.name == "S-1"
    assert problem.remedy.address == f"{url(world, 'invoices')}?plan={MARCH}"
    back = f'href="{url(world, "transfer")}?through={MARCH}"'
    assert back in client.get(problem.remedy.address).content.decode()
    assert back in client.get(url(world, "chart")).content.decode()  # wherever the remedy leads
    assert back not in client.get(url(world, "transfer")).content.decode()
    assert back not in client.get(url(world, "chart")).content.decode()  # one is back


def test_the_way_back_leads_nowhere_else(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    for text in ("//evil.example", "https://evil.example/", "2026-03-31x", '"><b>', "20260331", *NONSENSE):
        text_of_page = client.get(url(world, "chart"), {"plan": text}).content.decode()
        (shown,) = re.findall(r'class="way-back back"><a href="([^"]*)"', text_of_page) or [""]
        assert re.fullmatch(rf"({url(world, 'transfer')}\?through=[0-9-]{{10}})?", shown), text
    own = other_company(world.owner)
    client.get(url(world, "chart"), {"plan": MARCH})
    assert client.cookies["plan"]["path"] == f"/c/{world.company.pk}/"
    assert own.pk != world.company.pk


def test_many_problems_of_a_kind_are_counted(world: World, signed_in: SignedIn) -> None:
    put(world.company, *(paid(f"Q-{number:02}", "2026-03-03", f"lost-{number}", 100) for number in range(25)))
    page = looked_at(signed_in("reader"), world)
    (kind,) = (it for it in page.context["plan"].problems if it.stops)
    assert (len(kind.shown), kind.more) == (10, 15)
    assert "et 15 autres semblables" in words_of(page)


# The export


def test_one_press_makes_the_batch_and_leads_to_its_file(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    answer = exported(client, world)
    assert answer["Location"] == f"{url(world, 'batch', 1)}?exported=1"
    page = client.get(answer["Location"])
    assert "data-download" in page.content.decode()
    assert "data-download" not in client.get(url(world, "batch", 1)).content.decode()
    batch = Batch.objects.get()
    file = client.get(url(world, "batch-file", 1))
    assert file.content == bytes(batch.content)
    assert 'filename="EC000001.txt"' in file["Content-Disposition"]
    assert batch.sha256 in page.content.decode()
    assert "Rien à transférer" in words_of(looked_at(client, world))


def test_a_second_press_leads_to_the_same_batch(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    sent = answers(looked_at(client, world))
    first, second = (client.post(url(world, "transfer"), sent) for _ in range(2))
    assert second["Location"] == first["Location"]  # although the first is not confirmed yet, which is asked
    assert Batch.objects.count() == 1


def test_another_plan_meanwhile_is_told_and_nothing_is_written(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    sent = answers(looked_at(client, world))
    put(world.company, invoice("S-1", "2026-03-02", 12345))
    answer = client.post(url(world, "transfer"), sent)
    assert answer.status_code == 422
    assert not Batch.objects.exists()
    assert [(it.account, it.now.cents - it.before.cents) for it in answer.context["differ"]] == [
        ("1201", 12345),
        ("4000", -12345),
    ]
    assert "quelque chose a changé depuis" in words_of(answer)
    assert client.post(url(world, "transfer"), answers(answer)).status_code == 302


def test_an_unanswered_question_does_not_hide_that_the_plan_changed(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    exported(client, world, "2026-01-31")
    page = looked_at(client, world)
    unanswered = client.post(url(world, "transfer"), answers(page))
    assert "differ" not in unanswered.context
    put(world.company, invoice("S-1", "2026-03-02", 12345))
    stale = client.post(url(world, "transfer"), answers(page))
    assert stale.status_code == 422
    assert [(it.account, it.now.cents - it.before.cents) for it in stale.context["differ"]] == [
        ("1201", 12345),
        ("4000", -12345),
    ]
    text = words_of(stale)
    assert "Répondez d’abord à ceci" in text
    assert "quelque chose a changé depuis" in text
    assert Batch.objects.count() == 1


def test_what_waits_has_the_days_of_what_is_pending(world: World, signed_in: SignedIn) -> None:
    """A touched document of which nothing is pending widens nothing; what is dated after the plan does."""
    client = signed_in("bookkeeper")
    exported(client, world, "2026-12-31")
    confirm(world.company, 1, None)
    Document.objects.filter(company=world.company).update(touched=True)
    put(world.company, invoice("S-1", "2026-04-02", 12345), invoice("S-2", "2026-05-02", 100))
    page = looked_at(client, world)
    assert page.context["waits"] == Span(date(2026, 4, 2), date(2026, 5, 2))
    assert "est daté du 2 avril 2026 au 2 mai 2026" in words_of(page)


def test_a_date_in_a_sentence_is_in_words(world: World, signed_in: SignedIn) -> None:
    settings(world, lambda it: replace(it, accounting=replace(it.accounting, carry=False), lock_date=date(2026, 2, 28)))
    client = signed_in("bookkeeper")
    late = Document.objects.get(company=world.company, number="F-1001")
    for page in (looked_at(client, world), client.get(url(world, "document", late.pk))):
        text = re.sub("<[^>]*>", "", words_of(page))
        assert "28 février 2026" in text
        assert not re.search("[0-9]{4}-[0-9]{2}-[0-9]{2}", text)


@pytest.mark.parametrize("seen", ["", "x", "[]", "[1,2,3]", '[1,2,{"1":[1]}]', "null", "[1,2,{}]", "[" * 5000])
def test_figures_that_were_made_up_break_nothing(world: World, signed_in: SignedIn, seen: str) -> None:
    client = signed_in("bookkeeper")
    sent = {**answers(looked_at(client, world)), "fingerprint": "other", "seen": seen}
    answer = client.post(url(world, "transfer"), sent)
    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_errors_are_left_out_by_a_choice_alone(world: World, signed_in: SignedIn) -> None:
    put(world.company, paid("P-lost", "2026-03-03", "nowhere", 100))
    client = signed_in("bookkeeper")
    refused = exported(client, world)
    assert refused.status_code == 422
    assert "corrigez les erreurs, ou choisissez de les laisser de côté" in words_of(refused)
    assert not Batch.objects.exists()
    assert exported(client, world, leave_out="on").status_code == 302
    assert looked_at(client, world).context["plan"].kept_count == 1


def test_the_next_export_begins_with_what_became_of_the_last(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    exported(client, world, "2026-01-31")
    page = looked_at(client, world)
    assert "Le lot 1 (jusqu’au 31 janvier 2026) est-il entré" in words_of(page)
    unanswered = client.post(url(world, "transfer"), answers(page))
    assert unanswered.status_code == 422
    assert "Répondez d’abord à ceci" in words_of(unanswered)
    assert Batch.objects.count() == 1
    assert exported(client, world, "2026-02-28", took_1="yes").status_code == 302
    assert Batch.objects.get(number=1).state == BatchState.CONFIRMED
    put(world.company, invoice("S-1", "2026-03-02", 100))
    assert exported(client, world, took_2="unknown").status_code == 302
    assert Batch.objects.get(number=2).state == BatchState.EXPORTED


def test_a_sale_of_a_closed_year_is_a_question(world: World, signed_in: SignedIn) -> None:
    years = FiscalYear(date(2025, 1, 1), date(2025, 12, 31)), FiscalYear(date(2026, 1, 1), date(2026, 12, 31))
    settings(world, lambda it: replace(it, fiscal_years=years, lock_date=date(2025, 12, 31)))
    put(world.company, invoice("S-1", "2025-12-20", 12300))
    client = signed_in("bookkeeper")
    page = looked_at(client, world)
    text = words_of(page)
    assert "l’exercice fermé jusqu’au 31 décembre 2025" in text
    assert "123,00 $ au débit" in text
    assert url(world, "closing") in page.content.decode()
    refused = client.post(url(world, "transfer"), answers(page))
    assert refused.status_code == 422
    assert not Batch.objects.exists()
    assert client.post(url(world, "transfer"), answers(page, across="on")).status_code == 302


def test_what_stops_everything_leaves_nothing_to_press(world: World, signed_in: SignedIn) -> None:
    settings(world, lambda it: replace(it, accounting=replace(it.accounting, source_prefix="ECR")))
    Company.objects.filter(pk=world.company.pk).update(batches_made=999_999_999)
    page = looked_at(signed_in("bookkeeper"), world)
    assert page.context["plan"].is_fatal
    assert "Aucun fichier ne peut être écrit" in words_of(page)
    assert "Exporter le lot" not in words_of(page)


def test_a_locked_day_says_so(world: World, signed_in: SignedIn) -> None:
    locked(world, date(2026, 2, 28))
    client = signed_in("bookkeeper")
    assert "Tout est fermé jusqu’au 28 février 2026" in words_of(looked_at(client, world, "2026-02-15"))
    assert client.post(url(world, "transfer"), {"through": "2026-02-15", "fingerprint": "x"}).status_code == 422
    assert client.get(url(world, "plan-made-of"), {"through": "2026-02-15"}).status_code == 302
    assert "Tout est fermé" in words_of(
        client.get(url(world, "what-if"), {"through": "2026-02-15", "detail": "line", "bank_lines": "day"})
    )


def test_who_may_only_see_has_no_button(world: World, signed_in: SignedIn) -> None:
    for who in ("reader", "office"):
        page = looked_at(signed_in(who), world)
        assert "Exporter le lot" not in words_of(page)
        assert '<form class="form" method="post"' not in page.content.decode()
    export(world.company, date(2026, 3, 31), plan(world.company, date(2026, 3, 31)).fingerprint, None)
    page = signed_in("reader").get(url(world, "batch", 1))
    assert "Il est entré" not in words_of(page)
    assert "<form" not in page.content.decode().partition("<main")[2]


def test_a_plan_of_many_documents_makes_no_more_queries(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    asked = "through=2026-03-31&detail=document&bank_lines=payment"
    pages = [f"{url(world, name)}?{asked}" for name in ("transfer", "what-if")]
    pages.append(f"{url(world, 'plan-made-of')}?{asked}&account=1201")
    put(world.company, paid("Q-lost", "2026-03-03", "lost", 100))
    few = [queries(client, page) for page in pages]
    lost = (paid(f"Q-{number:03}", "2026-03-03", f"lost-{number}", 100) for number in range(150))
    put(world.company, *lost, *(invoice(f"S-{number:03}", "2026-03-02", 100 + number) for number in range(150)))
    many = [queries(client, page) for page in pages]
    assert [now - before for before, now in zip(few, many, strict=True)] == [0, 0, 0]
    assert max(many) <= 30


QUESTIONS = (
    ("transfer", (), ("through", "page")),
    ("plan-made-of", (), ("through", "entry", "line", "account", "at")),
    ("what-if", (), ("through", "detail", "bank_lines", "start_date")),
    ("compare-batches", (), ("first", "second")),
    ("batches", (), ("q", "page")),
    ("batch", (1,), ("page", "exported")),
    ("batch-made-of", (1,), ("entry", "line", "account", "at")),
    ("batch-listing", (1,), ("at", "all")),
    ("cancel-batch", (1,), ("said",)),
)
"""What the pages are asked in their addresses."""


@pytest.mark.parametrize("text", NONSENSE)
def test_no_question_breaks_a_page(world: World, signed_in: SignedIn, text: str) -> None:
    client = signed_in("bookkeeper")
    exported(client, world, "2026-01-31")
    for name, arguments, keys in QUESTIONS:
        for asked in (
            dict.fromkeys(keys, text),
            *({key: text, **({"second": "1"} if key == "first" else {})} for key in keys),
        ):
            status = client.get(url(world, name, *arguments), asked).status_code
            assert status in (200, 302, 404, 422), (name, asked)
    for name in ("transfer", "what-if"):
        assert client.post(url(world, name), {"through": text, "fingerprint": text}).status_code in (405, 422)
    assert client.post(url(world, "cancel-batch", 1), {"is_in": text, "reason": text}).status_code in (302, 422)


@pytest.mark.parametrize("number", ["0", "2", "99999999999", "9" * 40])
def test_a_batch_that_is_not_there(world: World, signed_in: SignedIn, number: str) -> None:
    client, root = signed_in("owner"), url(world, "batches")
    for page in ("", "file/", "listing/", "listing.csv", "made-of/", "cancel/"):
        assert client.get(f"{root}{number}/{page}").status_code == 404
    for page in ("confirm/", "cancel/", "links/"):
        assert client.post(f"{root}{number}/{page}").status_code == 404


# What if


def test_what_if_changes_nothing(world: World, signed_in: SignedIn) -> None:
    client = signed_in("reader")
    before = AuditRecord.objects.count(), settings_of_now(world)
    asked = {"through": MARCH, "detail": "document", "bank_lines": "payment", "only_when_paid": "on"}
    page = client.get(url(world, "what-if"), asked)
    now, then = page.context["now"], page.context["then"]
    assert now.lines < then.lines
    assert then.kept_count > now.kept_count == 0
    assert page.context["differ"]
    assert (AuditRecord.objects.count(), settings_of_now(world)) == before
    assert not Batch.objects.exists()


def settings_of_now(world: World) -> tuple[Any, ...]:
    return tuple(Company.objects.filter(pk=world.company.pk).values_list().get())


def test_what_would_help_is_tried_by_one_click(world: World, signed_in: SignedIn) -> None:
    client = signed_in("reader")
    text = looked_at(client, world).content.decode()
    (address,) = re.findall(r'href="([^"]*/what-if/[^"]+)"', text)
    page = client.get(unescape(address))
    tried = page.context["then"].planned.inputs.settings.accounting
    assert (tried.bank_lines, tried.detail) == (BankLines.REFERENCE, Detail.SUMMARY)
    assert page.context["then"].in_one_bank_line == 0


def test_what_if_the_start_date_was_another(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    asked = {"through": MARCH, "detail": "summary", "bank_lines": "total", "start_date": "2026-02-01"}
    page = client.get(url(world, "what-if"), asked)
    assert page.context["then"].counts.documents < page.context["now"].counts.documents
    exported(client, world, "2026-01-31")
    page = client.get(url(world, "what-if"), asked)
    assert page.context["form"]["start_date"].field.disabled
    assert page.context["differ"] == []


def test_the_figures_of_the_form_are_those_of_the_plan(world: World, signed_in: SignedIn) -> None:
    page = looked_at(signed_in("bookkeeper"), world)
    documents, payments, totals = json.loads(page.context["plan"].seen)
    assert (documents, payments) == (page.context["plan"].counts.documents, page.context["plan"].counts.payments)
    assert sum(debit - credit for debit, credit in totals.values()) == 0


def test_home_leads_to_the_transfer_and_to_the_last_batch(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    home = client.get(url(world, "company")).content.decode()
    assert f'<a class="button" href="{url(world, "transfer")}">Transférer</a>' in home
    exported(client, world)
    confirm(world.company, 1, world.member("bookkeeper"))
    home = client.get(url(world, "company")).content.decode()
    assert url(world, "batch", 1) in home
    assert "Essayez une première" not in home
