"""The page that moves what was transferred to today's accounts: shown first, kept as it was seen, taken back."""

import re
from dataclasses import replace

import pytest
from test_web_transfer import NONSENSE, SignedIn, exported, settings, url

from ecriture.store import remap as remapping
from ecriture.store.models import AuditRecord, Batch, Document
from ecriture.store.remap import count_waiting
from server_world import World
from web_forms import words_of


@pytest.fixture
def moved(world: World, signed_in: SignedIn) -> World:
    """January is transferred, and the default revenue is another account since."""
    exported(signed_in("owner"), world, "2026-01-31", leave_out="on")
    assert Batch.objects.count() == 1
    with_revenue(world, "4100")
    return world


def with_revenue(world: World, account: str) -> None:
    settings(world, lambda it: replace(it, accounts=replace(it.accounts, invoice_credit=account)))


def test_the_entry_is_shown_then_asked_for_then_taken_back(moved: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    page = client.get(url(moved, "remap"), {"account": "4000"})
    found = page.context["found"]
    assert found.units
    assert {it.account for it in page.context["plan"].totals} >= {"4000", "4100"}
    assert count_waiting(moved.company) == 0
    answer = client.post(url(moved, "remap"), {"account": "4000", "fingerprint": found.fingerprint}, follow=True)
    assert count_waiting(moved.company) == len(found.units) == answer.context["waiting"]
    assert "au prochain transfert" in words_of(answer)
    assert AuditRecord.objects.filter(action="remap-asked", who=moved.member("bookkeeper").user).exists()
    answer = client.post(url(moved, "take-back-remap"), follow=True)
    assert (count_waiting(moved.company), answer.context["waiting"]) == (0, 0)


def test_what_changed_since_one_looked_is_told_and_not_kept(moved: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    seen = client.get(url(moved, "remap"), {"account": "4000"}).context["found"].fingerprint
    with_revenue(moved, "4110")
    page = client.post(url(moved, "remap"), {"account": "4000", "fingerprint": seen})
    assert page.status_code == 422
    assert "Rien n’a été déplacé" in words_of(page)
    assert count_waiting(moved.company) == 0
    now = page.context["found"].fingerprint
    assert client.post(url(moved, "remap"), {"account": "4000", "fingerprint": now}).status_code == 302


def test_a_reader_sees_what_it_would_do_and_cannot_ask_for_it(moved: World, signed_in: SignedIn) -> None:
    page = signed_in("reader").get(url(moved, "remap"), {"account": "4000"})
    assert page.context["found"].units
    assert "fingerprint" not in page.content.decode()


def test_a_document_leads_there_and_says_that_it_waits(moved: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    kind, number = next(it for it in client.get(url(moved, "remap"), {"account": "4000"}).context["found"].units)
    row = Document.objects.get(company=moved.company, number=number)
    text = client.get(url(moved, "document", row.pk)).content.decode()
    (address,) = re.findall(r'href="([^"]*/transfer/remap/\?[^"]+)"', text)
    page = client.get(address.replace("&amp;", "&"))
    assert page.context["found"].units == [(kind, number)]
    asked = {"kind": "document", "number": number, "fingerprint": page.context["found"].fingerprint}
    client.post(url(moved, "remap"), asked)
    assert "Il passe aux comptes d’aujourd’hui" in words_of(client.get(url(moved, "document", row.pk)))
    text = client.get(url(moved, "transfer"), {"through": "2026-12-31"}).content.decode()
    assert number in text


def test_nothing_is_chosen_without_a_question(moved: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    assert "found" not in client.get(url(moved, "remap")).context
    page = client.get(url(moved, "remap"), {"first": "2026-01-01"})
    assert page.status_code == 422
    assert "found" not in page.context


def test_too_many_are_refused(moved: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remapping, "MOST", 0)
    page = signed_in("owner").get(url(moved, "remap"), {"account": "4000"})
    assert page.status_code == 422
    assert "par leurs dates" in words_of(page)


@pytest.mark.parametrize("text", NONSENSE)
def test_no_question_breaks_the_page(moved: World, signed_in: SignedIn, text: str) -> None:
    client = signed_in("owner")
    for key in ("account", "item", "tax", "method", "kind", "number", "first", "last", "fingerprint"):
        for ask in (client.get, client.post):
            assert ask(url(moved, "remap"), {"account": "4000", key: text}).status_code in (200, 302, 422), key
