"""What a file leaves open is decided in fields beside it, kept with the mapping, and read by the command alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.core.settings import Settings, frozen_mapping
from ecriture.project.working import Worker
from ecriture.sources.mapping.mapping_file import read_mapping
from ecriture.sources.mapping.taxes import tax_sets
from ecriture.store.mappings import own_mappings, put_mapping
from ecriture.store.models import AuditRecord, Document, Mapping, Payment
from ecriture.store.settings import change, settings_of
from ecriture.web import import_preview, import_work
from ecriture.web.forms.decisions import value_of
from server_world import World
from till import TILL

SignedIn = Callable[[str], Client]
HEADER = "No,Le,Qui,Net,Taxe,Rendu\n"
GOOD = "1,2026-03-02,Éva <b>,100.00,14.98,\n"
MIXED = "2,2026-03-03,Luc,100.00,8.99,\n"
REFUNDED = "3,2026-03-04,Zoé,100.00,14.98,57.49\n"


@pytest.fixture
def office(world: World, signed_in: SignedIn) -> Client:
    put_mapping(world.company, "Ventes", TILL, by=None)
    client = signed_in("office")
    client.post(reverse("language"), {"language": "en", "next": "/"})
    return client


def sent(client: Client, world: World, content: str) -> str:
    file = SimpleUploadedFile("ventes.csv", (HEADER + content).encode())
    answer = client.post(reverse("imports", args=[world.company.pk]), {"file": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def asked(client: Client, address: str) -> Any:
    return client.get(address).context


def given(context: Any, **answers: str) -> dict[str, str]:
    """The fields of the form, with some answers: of document 2 `d2_taxes` is the field `taxes`."""
    fields = {f"decide-{name[1:].replace('_', '-', 1)}": it for name, it in answers.items()}
    return {"act": "decide", "mark": context["deciding"].seen, **fields}


def place_of(world: World, *codes: str) -> str:
    """What stands for a set of taxes."""
    assert codes in tax_sets(settings_of(world.company).taxes)
    return value_of(codes)


def test_taxes_and_refunds_are_decided_and_then_all_is_stored(world: World, office: Client) -> None:
    page = sent(office, world, GOOD + MIXED + REFUNDED)
    shown = office.get(page)
    text = shown.content.decode()
    assert [part.about.number for part in shown.context["deciding"].form] == ["2", "3"]
    assert "[decisions" not in text
    assert "Store them" not in text
    answer = office.post(
        page,
        given(
            shown.context,
            **{"d2_amount-GST": "3,00", "d2_amount-QST": "5.99", "d3_day": "2026-03-09", "d3_credit_note": "on"},
        ),
    )
    assert answer.status_code == 302
    [row] = own_mappings(world.company)
    assert "[decisions.documents.2]" in row.toml
    page = answer["Location"]
    found = asked(office, page)
    assert not found["preview"].stops
    stored = office.post(page, {"asked": found["choices"].shows})
    assert stored.status_code == 302
    document = Document.objects.get(company=world.company, number="2")
    taxes = {it.code: it.amount_cents for it in document.rows.filter(kind="tax")}
    assert sum(taxes.values()) == 899
    assert sorted(taxes.values()) == [300, 599]
    refund = Payment.objects.get(company=world.company, number="3-R")
    assert (refund.date, refund.kind) == (date(2026, 3, 9), "refund")
    assert Document.objects.get(company=world.company, number="3-N").applies_to == "3"
    assert AuditRecord.objects.filter(company=world.company, action="mapping-kept").count() == 2


def test_the_taxes_of_one_and_of_all_alike(world: World, office: Client) -> None:
    others = MIXED.replace("2,", "4,", 1) + MIXED.replace("2,", "5,", 1)
    page = sent(office, world, MIXED + others)
    both, gst = place_of(world, "GST", "QST"), place_of(world, "GST")
    answer = office.post(page, given(asked(office, page), d2_taxes=gst, dall_taxes=both))
    found = asked(office, answer["Location"])
    assert not found["preview"].stops
    office.post(answer["Location"], {"asked": found["choices"].shows})
    stored = Document.objects.filter(company=world.company, number__in=("2", "4", "5"))
    rows = {it.number: {row.code: row.amount_cents for row in it.rows.filter(kind="tax")} for it in stored}
    assert rows == {"2": {"GST": 899}, "4": {"GST": 300, "QST": 599}, "5": {"GST": 300, "QST": 599}}


def test_some_may_be_decided_and_the_others_are_asked_again(world: World, office: Client) -> None:
    page = sent(office, world, MIXED + REFUNDED)
    answer = office.post(page, given(asked(office, page), d3_day="2026-03-09"))
    again = asked(office, answer["Location"])
    assert [part.about.number for part in again["deciding"].form] == ["2"]
    answer = office.post(answer["Location"], given(again, d2_taxes=place_of(world, "QST")))
    assert not asked(office, answer["Location"])["preview"].stops
    decided = read_mapping_of(world).decisions.documents
    assert (decided["3"].refunded, decided["2"].taxes) == (date(2026, 3, 9), ("QST",))


def read_mapping_of(world: World) -> Any:
    return read_mapping(BytesIO(Mapping.objects.get(company=world.company).toml.encode())).mapping


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({}, "Decide at least one."),
        ({"d2_amount-GST": "3.00", "d2_amount-QST": "5.00"}, "do not come to that of the file"),
        ({"d2_amount-GST": "x"}, "is not an amount"),
        ({"d2_amount-GST": "8.99", "d2_taxes": "GST"}, "not both"),
        ({"d2_taxes": "99"}, "not one of the available choices"),
        ({"d3_credit_note": "on"}, "type its day"),
        ({"d3_day": "31/02/2026"}, "2026"),
        ({"d3_day": "1826-03-09"}, "is too early"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    answers: dict[str, str], fault: str, world: World, office: Client
) -> None:
    page = sent(office, world, MIXED + REFUNDED)
    answer = office.post(page, given(asked(office, page), **answers))
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert Mapping.objects.get(company=world.company).toml == TILL


def test_a_mapping_that_changed_meanwhile_is_not_overwritten(world: World, office: Client) -> None:
    page = sent(office, world, REFUNDED)
    seen = asked(office, page)
    row = Mapping.objects.get(company=world.company)
    put_mapping(world.company, "Ventes", TILL + "# note\n", by=None, seen=seen["deciding"].seen)
    answer = office.post(page, given(seen, d3_day="2026-03-09"))
    assert answer.status_code == 422
    assert "Somebody changed the mapping just now" in answer.content.decode()
    row.refresh_from_db()
    assert row.toml == TILL + "# note\n"
    answer = office.post(page, given(answer.context, d3_day="2026-03-09"))
    assert answer.status_code == 302


def test_more_than_a_page_and_more_than_a_mapping_holds(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_preview, "MOST_UNDECIDED", 1)
    page = sent(office, world, MIXED + REFUNDED)
    shown = office.get(page)
    assert "and 1 more" in shown.content.decode()
    monkeypatch.setattr("ecriture.web.import_decisions.LONGEST_TOML", 10)
    answer = office.post(page, given(shown.context, d2_taxes="GST"))
    assert (answer.status_code, "so many decisions" in answer.content.decode()) == (422, True)


def test_a_large_file_asks_the_same(world: World, office: Client, settings: Any, monkeypatch: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for module in ("ecriture.project.working", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    monkeypatch.setattr(import_work, "LARGE_TEXT", 0)
    page = sent(office, world, MIXED + REFUNDED)
    Worker().round()
    shown = asked(office, page)
    assert office.post(page, {**given(shown), "job": str(shown["job"].pk)}).status_code == 422
    answers = given(shown, d2_taxes=place_of(world, "GST", "QST"), d3_day="2026-03-09")
    answer = office.post(page, {**answers, "job": str(shown["job"].pk)})
    assert answer.status_code == 302
    Worker().round()
    found = asked(office, answer["Location"])
    assert (found["preview"].stops, found["preview"].counts.new) == (False, 3)


def test_taxes_that_came_meanwhile_change_no_answer(world: World, office: Client) -> None:
    """A page that was open stays what it was: an answer is not another one's because the taxes have another order."""
    page = sent(office, world, MIXED)
    shown = asked(office, page)
    answers = given(shown, **{"d2_amount-GST": "3,00", "d2_amount-QST": "5,99"})

    def other_order(it: Settings) -> Settings:
        return replace(it, taxes=frozen_mapping(dict(reversed([*it.taxes.items()]))))

    change(world.company, None, other_order, area="accounting", items=False)
    assert [*settings_of(world.company).taxes] == ["QST", "GST"]
    assert office.post(page, answers).status_code == 302
    decided = read_mapping_of(world).decisions.documents["2"].tax_amounts
    assert {**decided} == {"GST": "3.00", "QST": "5.99"}
