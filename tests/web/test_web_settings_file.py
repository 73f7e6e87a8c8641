"""The settings leave and enter as company.toml: what was read is shown first, and all of it is saved or nothing."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings

from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.sources.settings_file import read_company, write_company
from ecriture.store import models
from ecriture.store.models import AuditRecord
from ecriture.store.settings import make_company, settings_of
from ecriture.web.forms.settings_file import LONGEST
from server_world import World, other_company
from strategies_company import companies

SignedIn = Callable[[str], Client]


def sent(client: Client, world: World, content: bytes) -> Any:
    file = BytesIO(content)
    file.name = "company.toml"
    return client.post(reverse("settings-file", args=[world.company.pk]), {"file": file})


def previewed(client: Client, world: World, content: bytes) -> tuple[str, Any]:
    """The address of a file's preview, and the preview."""
    address = sent(client, world, content)["Location"]
    return address, client.get(address)


def without(present: Settings, code: str) -> bytes:
    return write_company(replace(present, items=frozen_mapping({k: v for k, v in present.items.items() if k != code})))


def with_item(present: Settings, **fields: Any) -> bytes:
    item = Item(**{"code": "NOUVEAU", "credit": "4130", **fields})
    return write_company(replace(present, items=frozen_mapping({**present.items, item.code: item})))


def test_down_and_up_again_changes_nothing(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    content = client.get(reverse("settings-toml", args=[world.company.pk])).content
    assert read_company(BytesIO(content)).company == settings_of(world.company)
    _, answer = previewed(client, world, content)
    assert "Il n’y a rien à changer" in answer.content.decode()


def test_differences_are_shown_and_nothing_is_saved_before_it_is_said_so(world: World, signed_in: SignedIn) -> None:
    client, before = signed_in("bookkeeper"), settings_of(world.company)
    wanted = replace(before, accounts=replace(before.accounts, invoice_credit="4130"))
    address, answer = previewed(client, world, write_company(wanted))
    assert "<del>4000 " in answer.content.decode()
    assert "<ins>4130 " in answer.content.decode()
    assert settings_of(world.company) == before
    assert client.post(address).status_code == 302
    world.company.refresh_from_db()
    assert settings_of(world.company) == wanted
    last = AuditRecord.objects.filter(company=world.company).latest("at")
    assert (last.area, last.who_name) == ("file", "Bookkeeper <bookkeeper@example.com>")
    assert last.changes == [["accounts.invoice_credit", "4000", "4130"]]


WRONG = (
    (b"[company]\nname = ", "company.toml"),
    (b"\x00\xff", "company.toml"),
    (b'[company]\nname = "x"\n[accounting]\ncarry = "maybe"', "accounting.carry"),
    (b'[company]\nname = "x"\nnme = "y"', "company.nme"),
    (b"[company]\n", "Le fichier ne donne pas le nom de l’entreprise"),
)


@pytest.mark.parametrize(("content", "named"), WRONG)
def test_a_file_with_a_mistake_is_refused_in_words(
    content: bytes, named: str, world: World, signed_in: SignedIn
) -> None:
    before = settings_of(world.company)
    answer = sent(signed_in("bookkeeper"), world, content)
    assert answer.status_code == 422
    assert named in unescape(answer.content.decode())
    assert "Rien n’a été enregistré." in answer.content.decode()
    assert settings_of(world.company) == before


def test_no_file(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("bookkeeper").post(reverse("settings-file", args=[world.company.pk]))
    assert answer.status_code == 422


def test_a_used_item_that_the_file_lacks_is_refused_by_its_code(world: World, signed_in: SignedIn) -> None:
    present = settings_of(world.company)
    rows = models.DocumentRow.objects.filter(company=world.company, kind="line", code__in=present.items)
    used = rows.values_list("code", flat=True)[0]
    answer = sent(signed_in("bookkeeper"), world, without(present, used))
    assert answer.status_code == 422
    assert used in answer.content.decode()


def test_an_item_that_no_document_uses_may_go(world: World, signed_in: SignedIn) -> None:
    before = settings_of(world.company)
    client = signed_in("bookkeeper")
    client.post(previewed(client, world, with_item(before))[0])
    assert "NOUVEAU" in settings_of(world.company).items
    client.post(previewed(client, world, write_company(before))[0])
    assert settings_of(world.company) == before


REFUSED = (
    {"credit": "1200"},
    {"credit": "1"},
    {"code": "X" * 101},
    {"name": "n" * 201},
    {"note": "n" * 501},
    {"code": "a\0b"},
)


@pytest.mark.parametrize("fields", REFUSED)
def test_what_the_pages_refuse_the_file_may_not_bring(
    fields: dict[str, str], world: World, signed_in: SignedIn
) -> None:
    answer = sent(signed_in("bookkeeper"), world, with_item(settings_of(world.company), **fields))
    assert answer.status_code == 422


def test_the_lengths_are_those_of_the_tables() -> None:
    assert LONGEST["note"] == models.Item._meta.get_field("note").max_length
    assert (
        LONGEST["name"]
        == models.Item._meta.get_field("name").max_length
        == models.Company._meta.get_field("name").max_length
    )
    assert LONGEST["items"] == models.Item._meta.get_field("code").max_length
    assert LONGEST["taxes"] == models.Tax._meta.get_field("code").max_length
    assert LONGEST["methods"] == models.Method._meta.get_field("name").max_length


def test_a_reader_may_take_the_file_along(world: World, signed_in: SignedIn) -> None:
    client = signed_in("reader")
    assert b"Bor" in client.get(reverse("settings-toml", args=[world.company.pk])).content
    assert 'type="file"' not in client.get(reverse("settings-file", args=[world.company.pk])).content.decode()


@given(wanted=companies())
@settings(
    max_examples=40,
    # A code that is not printable is common among random ones: that many are passed over says nothing of the program.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_any_settings_come_back_from_the_tables_and_the_file(wanted: Settings, world: World) -> None:
    assume(all(code.isprintable() for code in (*wanted.taxes, *wanted.items, *wanted.methods)))  # others are refused
    kept = settings_of(make_company(wanted, owner=world.owner))
    assert kept == wanted
    assert read_company(BytesIO(write_company(kept))).company == kept


def test_another_company_is_not_touched(world: World, signed_in: SignedIn) -> None:
    own = other_company(world.people["stranger"])
    client = signed_in("stranger")
    assert client.get(reverse("settings-toml", args=[own.pk])).status_code == 200
    assert client.get(reverse("settings-toml", args=[world.company.pk])).status_code == 404
