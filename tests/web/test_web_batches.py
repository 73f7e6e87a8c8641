"""Batches on their pages: what becomes of them, their listing, two beside each other, and the link to one."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from test_web_books import invoice
from test_web_transfer import exported, looked_at, url

from ecriture.core.batches import BatchState, WrongState
from ecriture.store.batches import listing_of
from ecriture.store.ids import new_id
from ecriture.store.links import MOST_OPEN, make_link
from ecriture.store.models import AuditRecord, Batch, BatchLink, BatchPosting
from ecriture.store.transfer import cancel, confirm
from ecriture.web.refusals import REFUSALS
from server_world import World, a_batch, other_company, put
from web_forms import words_of

SignedIn = Callable[[str], Client]


@pytest.fixture
def bookkeeper(world: World, signed_in: SignedIn) -> Client:
    """In a company with one batch, of which nobody knows yet whether it went in."""
    client = signed_in("bookkeeper")
    assert exported(client, world).status_code == 302
    world.company.refresh_from_db()
    return client


# What becomes of it


def test_the_page_says_what_to_do_with_the_totals_that_the_program_shows(world: World, bookkeeper: Client) -> None:
    text = words_of(bookkeeper.get(url(world, "batch", 1)))
    for entry in Batch.objects.get().entries:
        assert entry[1] in text
    assert "Importer des écritures de journal général" in text
    assert "EC000001.txt" in text


def test_other_programs_have_other_steps(world: World, bookkeeper: Client) -> None:
    for target, says in (
        ("hledger", "hledger -f"),
        ("beancount", "bean-check"),
        ("xlsx", "tableur"),
        ("json", "Donnez"),
    ):
        number = Batch.objects.count() + 1
        made = Batch(**{it.attname: getattr(Batch.objects.get(number=1), it.attname) for it in Batch._meta.fields})
        made.pk, made.number, made.target, made.fingerprint = new_id(), number, target, target
        made.save(force_insert=True)
        assert says in words_of(bookkeeper.get(url(world, "batch", number)))


def test_it_went_in(world: World, bookkeeper: Client) -> None:
    assert bookkeeper.post(url(world, "confirm-batch", 1)).status_code == 302
    batch = Batch.objects.get()
    assert (batch.state, batch.confirmed_by_name) == (BatchState.CONFIRMED, "Bookkeeper <bookkeeper@example.com>")
    assert "Il est entré. Confirmé le" in words_of(bookkeeper.get(url(world, "batch", 1)))


@pytest.mark.parametrize("said", REFUSALS)
def test_each_refusal_has_a_cause_a_remedy_and_a_reason(world: World, bookkeeper: Client, said: str) -> None:
    page = bookkeeper.get(url(world, "cancel-batch", 1), {"said": said})
    text, refusal = words_of(page), REFUSALS[said]
    with translation.override("fr"):
        for part in (refusal.cause, refusal.remedy):
            assert str(part).replace("\N{NO-BREAK SPACE}", " ") in text
    if refusal.reason:
        assert page.context["form"]["reason"].value() == refusal.reason
        assert page.context["form"]["is_in"].value() == "no"
    assert ("Annuler le lot 1" in text) is bool(refusal.reason)
    assert ("Il est entré" in text) is refusal.may_be_in
    assert len(page.context["steps"]) == len(refusal.steps) > 0
    for address, name in page.context["steps"]:
        assert f'<a href="{escape(address)}">{escape(name)}</a>' in page.content.decode()
        path, _, place = address.partition("#")
        there = bookkeeper.get(path)
        assert there.status_code == 200
        assert not place or f'id="{place}"' in there.content.decode()


def test_a_remedy_in_the_settings_has_the_way_back(world: World, bookkeeper: Client) -> None:
    page = bookkeeper.get(url(world, "cancel-batch", 1), {"said": "date"})
    for address, _name in page.context["steps"]:
        assert "way-back" in words_of(bookkeeper.get(address))


def test_a_refused_batch_is_cancelled_and_waits_again(world: World, bookkeeper: Client) -> None:
    page = words_of(bookkeeper.get(url(world, "cancel-batch", 1)))
    assert "Tout ce que contient le lot 1" in page
    answer = bookkeeper.post(url(world, "cancel-batch", 1), {"is_in": "no", "reason": "refusé : une date"})
    assert answer["Location"] == url(world, "batch", 1)
    batch = Batch.objects.get()
    assert (batch.state, batch.reason) == (BatchState.CANCELLED, "refusé : une date")
    text = words_of(bookkeeper.get(url(world, "batch", 1)))
    assert "N’importez pas ce fichier" in text
    assert looked_at(bookkeeper, world).context["plan"].batch == 2
    assert bookkeeper.get(url(world, "batch-file", 1)).content == bytes(batch.content)
    assert bookkeeper.get(url(world, "cancel-batch", 1)).status_code == 302
    assert bookkeeper.post(url(world, "confirm-batch", 1)).status_code == 302
    assert Batch.objects.get().state == BatchState.CANCELLED


@pytest.mark.parametrize(
    "sent", [{}, {"is_in": "no"}, {"reason": "x"}, {"is_in": "no", "reason": "  "}, {"is_in": "maybe", "reason": "x"}]
)
def test_nothing_is_cancelled_without_an_answer_and_a_reason(
    world: World, bookkeeper: Client, sent: dict[str, str]
) -> None:
    assert bookkeeper.post(url(world, "cancel-batch", 1), sent).status_code == 422
    assert Batch.objects.get().state == BatchState.EXPORTED


def test_what_is_in_the_program_is_reversed_there_first_and_by_an_owner(
    world: World, bookkeeper: Client, signed_in: SignedIn
) -> None:
    page, sent = url(world, "cancel-batch", 1), {"is_in": "yes", "reason": "wrong year", "reversed": "on"}
    assert bookkeeper.post(page, sent).status_code == 403
    owner = signed_in("owner")
    assert owner.post(page, {**sent, "reversed": ""}).status_code == 422
    assert Batch.objects.get().state == BatchState.EXPORTED
    text = words_of(owner.get(page))
    for entry in Batch.objects.get().entries:
        assert entry[1] in text
    assert owner.post(page, sent).status_code == 302
    assert Batch.objects.get().state == BatchState.CANCELLED


def test_a_confirmed_batch_is_in_the_program_whatever_is_sent(
    world: World, bookkeeper: Client, signed_in: SignedIn
) -> None:
    confirm(world.company, 1, None)
    page = url(world, "cancel-batch", 1)
    assert "Seul un propriétaire" in words_of(bookkeeper.get(page))
    assert bookkeeper.post(page, {"is_in": "no", "reason": "x", "reversed": "on"}).status_code == 403
    assert Batch.objects.get().state == BatchState.CONFIRMED
    assert "Seul un propriétaire" not in words_of(signed_in("owner").get(page))
    assert signed_in("owner").post(page, {"is_in": "no", "reason": "x"}).status_code == 422
    assert Batch.objects.get().state == BatchState.CONFIRMED


# The listing, and two beside each other


def test_the_listing_has_every_posting_on_the_screen_and_in_the_file(world: World, bookkeeper: Client) -> None:
    rows = bookkeeper.get(url(world, "batch-listing", 1)).context["rows"]
    batch = Batch.objects.get()
    assert [it.posting for it in rows] == [*listing_of(batch)]
    assert sum(it.amount.cents for it in rows) == 0
    _titles, *found = csv.reader(
        io.StringIO(bookkeeper.get(url(world, "batch-listing-csv", 1)).content.decode("utf-8-sig"))
    )
    assert len(found) == len(rows) == BatchPosting.objects.count()
    assert sum(round(float(row[8]) * 100) for row in found) == 0


def test_a_long_listing_has_pages(world: World, signed_in: SignedIn) -> None:
    put(world.company, *(invoice(f"S-{number:03}", "2026-03-02", 10000 + number) for number in range(300)))
    client = signed_in("bookkeeper")
    exported(client, world)
    seen: list[Any] = []
    at: int | None = 0
    while at is not None:
        page = client.get(url(world, "batch-listing", 1), {"at": at})
        seen += [it.posting for it in page.context["rows"]]
        at = page.context["following"]
    assert seen == [*listing_of(Batch.objects.get())]
    whole = client.get(url(world, "batch-listing", 1), {"all": "1"})
    assert [it.posting for it in whole.context["rows"]] == seen


def test_two_batches_differ_by_document_and_account(world: World, bookkeeper: Client) -> None:
    cancel(world.company, 1, None, reason="test")
    put(world.company, invoice("S-1", "2026-03-02", 12345))
    exported(bookkeeper, world)
    both = bookkeeper.get(url(world, "compare-batches"), {"first": "1", "second": "2"}).context["comparison"]
    assert [(it.number, it.account, it.first.cents, it.second.cents) for it in both.rows] == [
        ("S-1", "1201", 0, 12345),
        ("S-1", "4000", 0, -12345),
    ]
    assert sum(one.cents for _, _, one, _ in both.totals) == 0
    same = bookkeeper.get(url(world, "compare-batches"), {"first": "2", "second": "2"}).context["comparison"]
    assert same.all == 0
    page = words_of(bookkeeper.get(url(world, "compare-batches"), {"first": "1", "second": "2"}))
    text = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert re.search("Lot 1 annulé jusqu’au 31 mars 2026 test Lot 2 pas encore confirmé", text)
    assert bookkeeper.get(url(world, "compare-batches"), {"first": "2", "second": "9"}).status_code == 422


# The link


def link_made(world: World, client: Client) -> str:
    found: str = client.post(url(world, "make-batch-link", 1)).context["link"]
    return found


def test_the_link_shows_one_batch_to_whoever_has_it(world: World, bookkeeper: Client) -> None:
    link = link_made(world, bookkeeper)
    page = Client().get(link)
    batch = Batch.objects.get()
    for text in ("EC000001.txt", batch.sha256, "Importer des écritures de journal général", "Totaux par compte"):
        assert text in words_of(page)
    assert Client().get(f"{link}file/").content == bytes(batch.content)
    assert "<form" not in page.content.decode().partition("<main")[2]
    assert "/c/" not in page.content.decode().partition("<main")[2]
    for answer in (page, Client().get(f"{link}file/")):
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
    assert Client().post(link).status_code == 405


def test_only_the_digest_of_a_link_is_kept(world: World, bookkeeper: Client) -> None:
    token = link_made(world, bookkeeper).rstrip("/").rpartition("/")[2]
    kept = BatchLink.objects.get()
    assert kept.digest == sha256(token.encode()).hexdigest()
    assert len(token) >= 43  # 256 bits
    assert token not in str([*BatchLink.objects.values_list(), *AuditRecord.objects.values_list()])
    assert token not in bookkeeper.get(url(world, "batch", 1)).content.decode()
    actions = AuditRecord.objects.filter(area="batches").values_list("action", flat=True)
    assert "batch-link-made" in actions


def test_a_link_ends(world: World, bookkeeper: Client, signed_in: SignedIn) -> None:
    first, second = link_made(world, bookkeeper), link_made(world, bookkeeper)
    BatchLink.objects.filter(digest=sha256(second.rstrip("/").rpartition("/")[2].encode()).hexdigest()).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert Client().get(second).status_code == 404
    (kept,) = bookkeeper.get(url(world, "batch", 1)).context["links"]
    assert signed_in("owner").post(url(world, "withdraw-batch-link", 1, kept.pk)).status_code == 302
    answer = Client().get(first)
    assert answer.status_code == 404
    assert "Ce lien n’ouvre plus rien" in words_of(answer)
    assert Client().get(f"{first}file/").status_code == 404
    assert AuditRecord.objects.filter(action="batch-link-withdrawn").count() == 1


def test_a_cancelled_batch_is_not_to_be_imported_by_its_link_either(world: World, bookkeeper: Client) -> None:
    link = link_made(world, bookkeeper)
    confirm(world.company, 1, None)
    assert "ne l’importez pas une deuxième fois" in words_of(Client().get(link))
    cancel(world.company, 1, None, reason="test")
    text = words_of(Client().get(link))
    assert "Ce lot est annulé : n’importez pas son fichier" in text
    assert "Télécharger" not in text


def test_links_that_are_none_are_tried_a_few_times_only(world: World, bookkeeper: Client) -> None:
    link, stranger = link_made(world, bookkeeper), Client()
    statuses = [stranger.get(reverse("shared-batch", args=[f"guess-{it}"])).status_code for it in range(31)]
    assert statuses == [404] * 30 + [429]
    assert stranger.get(link).status_code == 200, "one that is a link always opens"
    none = reverse("shared-batch", args=["guess"])
    assert "Trop d’essais" in words_of(stranger.get(none))


def test_a_batch_has_so_many_links(world: World, bookkeeper: Client) -> None:
    for _ in range(MOST_OPEN):
        link_made(world, bookkeeper)
    assert bookkeeper.post(url(world, "make-batch-link", 1)).status_code == 302
    assert BatchLink.objects.count() == MOST_OPEN


def test_nobody_withdraws_the_link_of_another_company(world: World, bookkeeper: Client, signed_in: SignedIn) -> None:
    link = make_link(Batch.objects.get(), world.member("owner")).link
    own = other_company(world.people["stranger"])
    a_batch(own)
    page = reverse("withdraw-batch-link", args=[own.pk, 1, link.pk])
    assert signed_in("stranger").post(page).status_code == 404
    assert BatchLink.objects.filter(pk=link.pk).exists()
    assert bookkeeper.post(url(world, "withdraw-batch-link", 1, own.pk)).status_code == 404
    assert BatchLink.objects.filter(pk=link.pk).exists()


def test_what_went_in_meanwhile_is_not_cancelled_as_if_it_had_not(world: World, bookkeeper: Client) -> None:
    confirm(world.company, 1, None)
    with pytest.raises(WrongState):
        cancel(world.company, 1, None, reason="x", seen=BatchState.EXPORTED)
    assert Batch.objects.get(company=world.company).state == BatchState.CONFIRMED


def test_the_file_of_a_cancelled_batch_is_handed_out_no_more_by_its_link(world: World, bookkeeper: Client) -> None:
    batch = Batch.objects.get(company=world.company)
    link = reverse("shared-batch", args=[make_link(batch, world.member("owner")).token])
    assert Client().get(f"{link}file/").status_code == 200
    cancel(world.company, 1, None, reason="x")
    assert Client().get(f"{link}file/").status_code == 410
    assert bookkeeper.get(url(world, "batch-file", 1)).status_code == 200, "the members keep it"
