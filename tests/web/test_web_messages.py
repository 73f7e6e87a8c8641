"""GLimport.err on a page: each message with the documents that it means, and what to do. Nothing of it is kept."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.store.models import Batch, Company
from ecriture.store.transfer import export, plan
from server_world import World, a_batch
from web_forms import words_of

JANUARY = date(2026, 1, 31)
SAID = (
    r"C:\Acomba\Old\GLImport.001",
    "Écriture EC000001-01 refusée",
    r"C:\Acomba\GLImport.001",
    "Compte 4100 : inexistant",
    "Autre chose",
    "Format de l'écriture invalide (moins de 42 caractères après C)",
)


@pytest.fixture
def batch(world: World) -> Batch:
    Company.objects.filter(pk=world.company.pk).update(target="acomba")
    world.company.refresh_from_db()
    return export(world.company, JANUARY, plan(world.company, JANUARY).fingerprint, None, skip_invalid=True)


@pytest.fixture
def page(batch: Batch) -> str:
    return reverse("batch-messages", args=[batch.company_id, batch.number])


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("bookkeeper")


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_each_message_has_its_documents_and_its_remedy(client: Client, page: str, encoding: str) -> None:
    file = SimpleUploadedFile("GLimport.err", "\r\n".join(SAID).encode(encoding))
    answer = client.post(page, {"file": file})
    assert answer.status_code == 200
    found = answer.context["found"].messages
    assert [it.message.text for it in found] == [SAID[5], SAID[4], SAID[3], SAID[1]]
    assert [it.message.older for it in found] == [False, False, False, True]
    short, other, account, older = found
    assert (short.is_layout, other.is_layout, account.is_layout) == (True, True, False)
    assert account.units
    assert all(it.address for it in account.units)
    assert older.sources == ["EC000001-01"]
    text = words_of(answer)
    assert "d’une importation antérieure" in text
    assert "Supprimez le fichier avant d’importer de nouveau" in text
    assert "4100" in text


def test_what_is_pasted_is_read_too(client: Client, page: str) -> None:
    answer = client.post(page, {"text": "\n".join(SAID)})
    assert len(answer.context["found"].messages) == 4


def test_nothing_is_kept(client: Client, page: str) -> None:
    with CaptureQueriesContext(connection) as found:
        client.post(page, {"text": "\n".join(SAID)})
    assert [it["sql"] for it in found if it["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_long_file_asks_no_more(client: Client, page: str) -> None:
    few, many = 0, 0
    for count in (1, 200):
        with CaptureQueriesContext(connection) as found:
            assert client.post(page, {"text": "\n".join(SAID[2:] * count)}).status_code == 200
        few, many = many, len(found)
    assert many <= few


def test_without_a_file_or_a_text_it_is_asked_for(client: Client, page: str) -> None:
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"file": SimpleUploadedFile("GLimport.err", b"x" * 1_100_000)}).status_code == 422
    empty = client.post(page, {"text": "  \n\nGLImport.001"})
    assert "aucun message" in words_of(empty)


def test_only_a_program_that_writes_messages_has_the_page(world: World, client: Client) -> None:
    made = a_batch(world.company)
    assert client.get(reverse("batch-messages", args=[world.company.pk, made.number])).status_code == 404


def test_the_way_there_is_from_a_batch_that_was_refused(client: Client, batch: Batch, page: str) -> None:
    refused = client.get(reverse("cancel-batch", args=[batch.company_id, batch.number]))
    assert page in refused.content.decode()
