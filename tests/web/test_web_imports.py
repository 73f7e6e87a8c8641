"""A file of documents or payments on the pages: looked at, stored, undone, refused in words that help."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.core.documents import UnitKind
from ecriture.store.books import Changes, record
from ecriture.store.models import Document, Import, Payment
from ecriture.store.transfer import export, plan
from ecriture.store.units import books_of
from server_world import World

SignedIn = Callable[[str], Client]
BOREAL = Path(__file__).parents[1] / "golden" / "boreal"
JOBBER = Path(__file__).parents[1] / "mappings" / "jobber-transactions"
DOCUMENTS = "document,date,customer,row,code,amount\n"


@pytest.fixture
def office(signed_in: SignedIn) -> Client:
    return signed_in("office")


def sent(client: Client, world: World, content: str | bytes, name: str = "mars.csv") -> str:
    """The address of the preview."""
    raw = content if isinstance(content, bytes) else content.encode()
    answer = client.post(reverse("imports", args=[world.company.pk]), {"file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_what_a_file_would_do_is_shown_and_then_stored(world: World, office: Client) -> None:
    address = sent(
        office, world, f"{DOCUMENTS}S-1,2026-03-02,Éva <b>,line,MENAGE,100.00\nF-1001,2026-01-05,,line,,1.00\n"
    )
    text = office.get(address).content.decode()
    assert "Éva &lt;b&gt;" in text
    assert "1 nouveau" in text
    assert "1 modifié" in text
    assert not Document.objects.filter(number="S-1").exists()
    answer = office.post(address)
    assert answer.status_code == 302
    assert Document.objects.filter(number="S-1").count() == 1
    page = office.get(answer["Location"]).content.decode()
    assert "mars.csv" in page
    assert office.get(address).status_code == 404  # it is in place


def test_an_import_is_undone_on_the_page(world: World, office: Client) -> None:
    office.post(sent(office, world, f"{DOCUMENTS}S-1,2026-03-02,,line,,100.00\n"))
    made = Import.objects.get(company=world.company)
    undo = reverse("undo-import", args=[world.company.pk, made.pk])
    assert office.post(undo).status_code == 302
    assert not Document.objects.filter(number="S-1").exists()
    assert office.post(undo).status_code == 404


def test_an_import_that_was_transferred_stays_and_it_is_said_why(world: World, office: Client) -> None:
    office.post(sent(office, world, f"{DOCUMENTS}S-1,2026-01-02,,line,,100.00\n"))
    made = Import.objects.get(company=world.company)
    world.company.refresh_from_db()
    through = Document.objects.latest("date").date
    export(world.company, through, plan(world.company, through).fingerprint, None, skip_invalid=True)
    answer = office.post(reverse("undo-import", args=[world.company.pk, made.pk]))
    assert answer.status_code == 409
    assert "S-1" in answer.content.decode()
    assert Document.objects.filter(number="S-1").exists()


def test_a_correction_of_what_was_transferred_is_announced(world: World, office: Client) -> None:
    world.company.refresh_from_db()
    through = Document.objects.latest("date").date
    export(world.company, through, plan(world.company, through).fingerprint, None, skip_invalid=True)
    text = office.get(sent(office, world, f"{DOCUMENTS}F-1001,2026-01-05,,line,,1.00\n")).content.decode()
    assert "modifié après son transfert" in text


def test_errors_come_all_at_once_with_their_rows_and_nothing_is_stored(world: World, office: Client) -> None:
    address = sent(
        office, world, f"{DOCUMENTS}S-1,2026-03-02,,line,,1.00\nS-2,hier,,line,,2.00\nS-3,2026-03-02,,line,,x\n"
    )
    text = office.get(address).content.decode()
    assert "mars.csv, ligne 3" in text
    assert "mars.csv, ligne 4" in text
    assert office.post(address).status_code == 422
    assert not Document.objects.filter(number="S-1").exists()


def test_what_is_unknown_can_be_created_and_the_file_looked_at_again(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    address = sent(client, world, f"{DOCUMENTS}S-1,2026-03-02,,line,NEUF,1.00\nS-1,,,tax,TVX,0.05\n")
    text = client.get(address).content.decode()
    assert "NEUF" in text
    assert "TVX" in text
    upload = address.rstrip("/").rpartition("/")[2]
    new = f"{reverse('new-item', args=[world.company.pk])}?code=NEUF&back={upload}"
    assert 'value="NEUF"' in client.get(new).content.decode()
    form = client.get(new).context["form"]
    values = {"code": "NEUF", "which_taxes": "all", "credit": "4100", "seen": getattr(form, "seen", "")}
    answer = client.post(new, values)
    assert answer["Location"] == address
    assert "NEUF" not in client.get(address).context["preview"].unknown.items


def test_a_tax_by_the_name_that_the_screen_gives_it_is_not_to_be_added(world: World, signed_in: SignedIn) -> None:
    """The settings show GST as TPS: whoever follows « Add the tax » finds it there, and is no further."""
    client = signed_in("bookkeeper")
    address = sent(client, world, f"{DOCUMENTS}S-1,2026-03-02,,line,,1.00\nS-1,,,tax,TPS,0.05\n")
    text = client.get(address).content.decode()
    assert "Écrivez GST dans le fichier" in text
    assert "Ajouter la taxe" not in text


def test_a_number_of_another_source_is_never_replaced(world: World, office: Client) -> None:
    office.post(sent(office, world, (JOBBER / "export.csv").read_bytes(), "jobber.csv"))
    assert Payment.objects.get(number="ch_t1").origin == "jobber"
    before = books_of(world.company)
    address = sent(office, world, "payment,date,amount\nch_t1,2026-03-02,1.00\n")
    assert "jobber" in office.get(address).content.decode()
    assert office.post(address).status_code == 422
    assert books_of(world.company) == before


def test_somebody_changed_it_meanwhile(world: World, office: Client) -> None:
    address = sent(office, world, f"{DOCUMENTS}F-1001,2026-01-05,,line,,1.00\n")
    unit = books_of(world.company).documents["F-1001"]
    record(world.company, Changes([unit._replace(customer="X")]), by=None, source="somebody else")
    answer = office.post(address)
    assert answer.status_code == 409
    assert books_of(world.company).documents["F-1001"].customer == "X"


def test_boreal_is_imported_from_its_files(world: World, office: Client) -> None:
    before = books_of(world.company)
    Document.objects.all().update(touched=True)
    for kind, model in ((UnitKind.DOCUMENT, Document), (UnitKind.PAYMENT, Payment)):
        units = [it.id for it in before.units if it.id.kind is kind]
        record(world.company, Changes(deleted=units), by=None, source="test")
        assert not model.objects.exists()
    for name in ("documents.csv", "payments.csv"):
        address = sent(office, world, (BOREAL / name).read_bytes(), name)
        assert office.post(address).status_code == 302
    after = books_of(world.company)
    assert dict(after.documents) == dict(before.documents)
    assert dict(after.payments) == dict(before.payments)
