"""A file that nothing recognises: its columns are named beside its rows, and the mapping is kept for the company."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.store.models import Document, Mapping
from server_world import World

SignedIn = Callable[[str], Client]
SALES = """Ventes de mars,,,,,,
No,Le,À qui,Montant HT,TPS,TVQ,Grand total,État
S-1,2026-03-02,Éva <b>,100.00,5.00,9.98,114.98,Payée
S-2,2026-03-03,Luc,200.00,10.00,19.95,229.95,Brouillon
Total,,,300.00,15.00,29.93,344.93,
"""


@pytest.fixture
def office(signed_in: SignedIn) -> Client:
    return signed_in("office")


def sent(client: Client, world: World, content: str = SALES, name: str = "ventes.csv") -> str:
    """The address to which a file leads."""
    page = reverse("imports", args=[world.company.pk])
    answer = client.post(page, {"file": SimpleUploadedFile(name, content.encode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def answers(client: Client, address: str, **changed: object) -> dict[str, object]:
    """The form as the page shows it, with some answers changed."""
    context = client.get(address).context
    form = context["form"]
    shown = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in shown.items() if value not in (None, False, "")}
    given |= {"mode": "form", "toml": context["screen"].base.toml}
    given |= {"seen": context["seen"], "seen_name": context["seen_name"]}
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


NAMED = {
    "has": "documents",
    "name": "Nos ventes",
    "program": "ours",
    "d_document": "No",
    "d_date": "Le",
    "d_customer": "À qui",
    "d_line": "Montant HT",
    "d_tax-GST": "TPS",
    "d_tax-QST": "TVQ",
    "d_total": "Grand total",
    "d_status": "État",
    "out_column": "No",
    "out_how": "is",
    "out_words": "Total",
}


def test_an_unknown_file_is_mapped_and_stored(world: World, office: Client) -> None:
    address = sent(office, world)
    assert address.endswith("/mapping/")
    text = office.get(address).content.decode()
    assert "Éva &lt;b&gt;" in text
    asked = answers(office, address, **NAMED)
    shown = office.post(address, asked)
    assert [it.unit.number for it in shown.context["trial"].units] == ["S-1", "S-2"]
    assert shown.context["trial"].faults == ()
    worded = answers(office, address, **NAMED) | {
        field.html_name: "draft" for field in shown.context["form"].status_words if field.label == "Brouillon"
    }
    used = office.post(address, {**worded, "act": "use"})
    assert used.status_code == 302
    assert Mapping.objects.get(company=world.company).name == "Nos ventes"
    preview = office.get(used["Location"])
    assert [it.unit.status.value for it in preview.context["preview"].shown] == ["final", "draft"]
    assert office.post(used["Location"]).status_code == 302
    assert Document.objects.get(number="S-1").origin == "ours"
    assert "/mapping/" not in sent(office, world)  # it is recognised the next time
