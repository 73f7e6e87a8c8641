"""A document as PDF: in the language of its customer, with all that it says, and never with markup of somebody's."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import typst
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from test_web_by_hand import document, enter, row

from ecriture.core.documents import Status, UnitId, UnitKind
from ecriture.store import models
from ecriture.store.books import Changes, record
from ecriture.store.removal import zipped
from ecriture.web import paper
from server_world import World, put
from web_forms import fill_in, said

SignedIn = Callable[[str], Client]


def address(world: World, name: str, *arguments: object) -> str:
    return reverse(name, args=[world.company.pk, *arguments])


@pytest.fixture
def office(world: World, signed_in: SignedIn) -> Client:
    return signed_in("office")


def told(world: World, number: str, language: str) -> dict[str, Any]:
    world.company.refresh_from_db()
    with override(language):
        return paper._said(world.company, row(world, number), language)


def english(world: World, client: Client, **typed: object) -> None:
    given = {
        "customer": "Jones #strong[& Co] $x$ @a",
        "language": "en",
        "address": "1 Main St\n*Toronto*",
        "terms": "Net 30",
    }
    typed = {**given, "date": "2026-03-02", "line_0_unit_price": "70", **typed}
    enter(client, address(world, "new-document"), "final", **typed)


def test_an_invoice_says_who_what_and_how_much_in_the_language_of_its_customer(
    world: World, signed_in: SignedIn, office: Client
) -> None:
    seller = {
        "address": "12, rue du Parc\r\nQuébec",
        "gst_number": "12345 6789 RT0001",
        "qst_number": "1234567890 TQ0001",
    }
    saved = fill_in(signed_in("owner"), address(world, "company-settings"), seller)
    assert said(saved) == ["Enregistré."]
    english(world, office, line_0_item="MENAGE", line_0_quantity="2", line_0_description="#read(1) [x]")
    found = told(world, "F-1009", "en")
    assert found["title"] == "Invoice F-1009"
    assert found["dated"] == ["March 2, 2026"]
    assert found["seller"] == {"name": "Entretien Boréal inc.", "address": ["12, rue du Parc", "Québec"]}
    assert found["buyer"] == {"name": "Jones #strong[& Co] $x$ @a", "address": ["1 Main St", "*Toronto*"]}
    assert found["rows"] == [["#read(1) [x]", "2", "70.00", "140.00"]]
    assert found["sums"] == [["Lines", "140.00"], ["GST 5%", "7.00"], ["QST 9.975%", "13.97"]]
    assert (found["total"], found["terms"], found["status"]) == (["Total", "$160.97"], "Net 30", "")
    assert found["registrations"] == [
        "GST/HST registration number: 12345 6789 RT0001",
        "QST registration number: 1234567890 TQ0001",
    ]
    answer = office.get(address(world, "document-pdf", row(world, "F-1009").pk))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer.content == office.get(address(world, "document-pdf", row(world, "F-1009").pk)).content
    if folder := os.environ.get("ECRITURE_SCREENSHOTS_OF_PAPER"):
        Path(folder, "invoice.pdf").write_bytes(answer.content)


def test_what_was_paid_is_taken_off(world: World) -> None:
    found = told(world, "F-1006", "fr")
    assert found["after"] == [["Payé ou crédité", "-29,95"], ["Solde", "200,00\N{NO-BREAK SPACE}$"]]
    assert found["rows"] == [["Nettoyage de tapis", "", "", "200,00"]]  # from a file: the name of its item
    assert told(world, "F-1001", "fr")["after"][1] == ["Solde", "0,00\N{NO-BREAK SPACE}$"]


def test_a_draft_and_what_is_void_say_so(world: World, office: Client) -> None:
    assert told(world, "F-1005", "fr")["status"] == "BROUILLON"
    record(world.company, Changes(void=[UnitId(UnitKind.DOCUMENT, "F-1001")]), by=None, source="test")
    assert told(world, "F-1001", "fr")["status"] == "ANNULÉE"
    assert told(world, "N-2001", "fr")["dated"][1] == "pour F-1002"
    assert document(world, "F-1001").status is Status.VOID


def test_every_document_can_be_printed_whatever_it_says(world: World, office: Client) -> None:
    odd = document(world, "F-1001")._replace(number="#panic()/../x", customer="Œuvre « é » Nguyễn \\ ` ~ <a> 日本")
    put(world.company, odd)
    for made in models.Document.objects.filter(company=world.company):
        answer = office.get(address(world, "document-pdf", made.pk))
        assert answer.content[:5] == b"%PDF-", made.number
        assert answer["Content-Disposition"].startswith("attachment")


def test_a_long_document_has_several_pages(world: World, office: Client, tmp_path: Path) -> None:
    rows = {f"line_{at}_unit_price": "1" for at in range(60)}
    english(world, office, **rows)
    input_said = json.dumps(told(world, "F-1009", "en"))
    pictures = typst.compile(paper.TEMPLATE, ignore_system_fonts=True, sys_inputs={"said": input_said}, format="png")
    assert isinstance(pictures, list)
    assert len(pictures) > 1


def test_what_is_said_on_paper_is_in_the_download_of_all_data(world: World, office: Client) -> None:
    english(world, office, address="1 Main St")
    models.Company.objects.filter(pk=world.company.pk).update(gst_number="12345 6789 RT0001")
    world.company.refresh_from_db()
    archive = ZipFile(io.BytesIO(zipped(world.company)))
    assert "F-1009,QC,Net 30,1 Main St,en" in archive.read("paper.csv").decode()
    assert "12345 6789 RT0001" in archive.read("seller.csv").decode()
