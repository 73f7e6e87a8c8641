"""Every page of a company speaks of its own program: no other one is named where it has no business."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from test_access_table import COMPANY_PAGES, OF_COMPANY, address

from ecriture.core.batches import BatchState
from ecriture.store.batches import listing_of
from ecriture.store.links import make_link
from ecriture.store.models import Batch, Company
from ecriture.store.transfer import export, plan
from ecriture.web.steps import Step
from server_world import World, a_batch

SignedIn = Callable[[str], Client]
MARCH = date(2026, 3, 31)

NAMED_IN = {
    "accounting": "the choice of the program",
    "first-step program": "the choice of the program",
    "audit": "what was chosen before",
    "audit-csv": "as above",
}
"""Pages on which other programs are named, each with its reason."""

NO_PAGES = frozenset(
    {"audit-file", "one-cent", "chart-csv", "items-xlsx", "year-archive", "document-pdf", "proof-pdf", "tax-return-pdf"}
)
"""Files, not pages."""


def on(world: World, target: str) -> Company:
    Company.objects.filter(pk=world.company.pk).update(target=target)
    world.company.refresh_from_db()
    return world.company


def text_of(answer: object) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return unescape(re.sub(r"<[^>]*>", " ", content.decode("utf-8", "replace")))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("target", ["acomba", "xero"])
def test_no_page_names_sage_to_who_has_another_program(
    world: World, signed_in: SignedIn, target: str, language: str
) -> None:
    company, owner = on(world, target), signed_in("owner")
    world.people["owner"].language = language
    world.people["owner"].save()
    export(company, MARCH, plan(company, MARCH).fingerprint, None, skip_invalid=True)
    a_batch(company, target=target)
    found = {}
    for name in OF_COMPANY:
        if COMPANY_PAGES[name].see and name not in NO_PAGES and not (name == "batch-messages" and target != "acomba"):
            found[name] = owner.get(address(world, name))
    for step in Step:
        found[f"first-step {step}"] = owner.get(reverse("first-step", args=[company.pk, step]))
    batch = Batch.objects.filter(company=company, state=BatchState.EXPORTED).order_by("number")[0]
    for said in ("account", "date", "source", "file", "company", "other", "layout"):
        place = reverse("cancel-batch", args=[company.pk, batch.number])
        found[f"cancel {said}"] = owner.get(f"{place}?said={said}")
    token = make_link(batch, world.member("owner")).token
    found["shared"] = Client().get(reverse("shared-batch", args=[token]))
    named = {name for name, answer in found.items() if answer.status_code == 200 and "Sage" in text_of(answer)}
    assert named - NAMED_IN.keys() == set()
    assert {*NAMED_IN} - {"audit", "audit-csv"} <= named


def test_the_walk_would_find_it(world: World, signed_in: SignedIn) -> None:
    """The same pages of a company on Sage 50 name it."""
    owner = signed_in("owner")
    a_batch(world.company)
    for name in ("first-import", "batch", "control-compare", "new-item"):
        assert "Sage" in text_of(owner.get(address(world, name))), name


def test_each_program_has_its_own_words(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    for target, says in (
        ("acomba", "Les étapes dans Acomba"),
        ("xero", "Les étapes dans Xero"),
        ("xlsx", "votre logiciel"),
    ):
        on(world, target)
        assert says in text_of(owner.get(reverse("first-step", args=[world.company.pk, "clearing"])))


def test_a_batch_keeps_the_steps_of_the_program_that_it_was_made_for(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    a_batch(on(world, "acomba"), target="acomba")
    on(world, "xero")
    shown = text_of(owner.get(reverse("batch", args=[world.company.pk, 1])))
    assert "Transactions à la Comptabilité" in shown
    assert "batch-1.001" in shown


# One batch a month


def test_the_plan_says_which_month_it_is_and_which_follow(world: World, signed_in: SignedIn) -> None:
    company, owner = on(world, "acomba"), signed_in("owner")
    shown = text_of(owner.get(f"{reverse('transfer', args=[company.pk])}?through={MARCH}"))
    assert "ce lot est celui de janvier 2026" in shown
    assert "février 2026" in shown
    for number, following in ((1, "février 2026"), (2, "")):
        company.refresh_from_db()
        planned = plan(company, MARCH)
        made = export(company, MARCH, planned.fingerprint, None, skip_invalid=True)
        assert made.number == number
        page = text_of(owner.get(reverse("batch", args=[company.pk, number])))
        assert (f"Ensuite vient {following}" in page) == bool(following)
        months = {it.open_date.month for it in listing_of(made)}
        assert months == {number}


# The file of one cent


def test_the_file_of_one_cent_is_written_by_the_layout(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    on(world, "acomba")
    answer = owner.get(reverse("one-cent", args=[world.company.pk]))
    assert answer.content.startswith(b"Ecriture\r\nLGL7\r\n")
    assert "ecriture-test.001" in answer["Content-Disposition"]


def test_what_has_no_room_in_the_file_of_one_cent_is_said(world: World, signed_in: SignedIn) -> None:
    owner = signed_in("owner")
    on(world, "acomba")
    Company.objects.filter(pk=world.company.pk).update(invoice_debit="12345678")
    answer = owner.get(reverse("one-cent", args=[world.company.pk]), follow=True)
    assert "12345678" in text_of(answer)
    assert answer.redirect_chain
