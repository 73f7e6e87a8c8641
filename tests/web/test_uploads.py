"""Files that wait to be put in place: tabs do not mix, what changed meanwhile is a conflict, and what was taken is kept."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from html import unescape
from importlib import import_module
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ecriture.core.accounts import Account, AccountType
from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.sources.chart import read_chart
from ecriture.store import audit, uploads
from ecriture.store.books import Changes, record
from ecriture.store.charts import chart_of, put_account
from ecriture.store.models import AuditRecord, Company, Upload, UploadPart
from ecriture.store.settings import change, settings_of
from ecriture.store.units import books_of
from ecriture.store.uploads import MOST_WAITING, PART, Kind
from server_world import World, other_company
from uploading import PAGES, file_of, uploaded

SignedIn = Callable[[str], Client]
EVERY_KIND = pytest.mark.parametrize("kind", Kind)


@pytest.fixture
def as_in_use(db: None) -> None:
    """The triggers of the program that tests do without on SQLite."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for it in import_module("ecriture.store.migrations.0020_parts").triggers():
                if it.event == "DELETE":
                    cursor.execute(it.sqlite())


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def names_in(company: Company, kind: Kind) -> set[str]:
    """Where the mark of a file is found once it is in place."""
    company.refresh_from_db()
    if kind is Kind.CHART:
        return {account.number for account in chart_of(company)}
    if kind is Kind.BOOKS:
        return {it.number.removeprefix("U-") for it in books_of(company).documents.values() if not it.customer}
    return set(settings_of(company).items) if kind is Kind.ITEMS else {company.name.removeprefix("Entretien ")[:4]}


def changed_by_another(world: World, kind: Kind) -> str:
    """Somebody changes what a file of this kind touches. Returns a word of what is told of it."""
    if kind is Kind.CHART:
        put_account(world.company, Account("1999", "Meanwhile", type=AccountType.GROUP), world.member("owner"))
        return "1999"
    if kind is Kind.BOOKS:
        other = invoice("U-7001", date(2026, 3, 2), [(RowKey(RowKind.LINE, ""), 5)], customer="Entre-temps")
        record(world.company, Changes([other]), by=world.member("owner"), source="Entre-temps")
        return "Entre-temps"
    items: Callable[[Settings], Settings] = lambda it: replace(  # noqa: E731 - as short as what it says
        it, items=frozen_mapping({**it.items, "7001": Item("7001", "Entre-temps", credit="4110")})
    )
    change(world.company, world.member("owner"), items, area="items")
    return "Entre-temps"


@EVERY_KIND
def test_a_second_upload_changes_nothing_of_what_the_first_tab_confirms(
    kind: Kind, client: Client, world: World
) -> None:
    first = uploaded(client, world.company, kind, file_of(kind, world.company, "7001"))
    second = uploaded(client, world.company, kind, file_of(kind, world.company, "7002"))
    assert first != second
    assert client.post(first).status_code == 302
    assert "7001" in names_in(world.company, kind)
    assert "7002" not in names_in(world.company, kind)


@EVERY_KIND
def test_what_changed_meanwhile_is_a_conflict_told_with_what_changed(kind: Kind, client: Client, world: World) -> None:
    preview = uploaded(client, world.company, kind, file_of(kind, world.company, "7001"))
    word = changed_by_another(world, kind)
    before = names_in(world.company, kind)
    answer = client.post(preview)
    assert answer.status_code == 409
    assert names_in(world.company, kind) == before
    shown = text(answer)
    assert "Rien n’a été enregistré" in shown
    assert "Owner" in shown
    assert word in shown
    again = shown.split('<form class="form" method="post" action="', 1)[1].split('"', 1)[0]
    assert again != preview
    assert client.post(preview).status_code == 409, "the former tab still shows what is not true"
    assert client.post(again).status_code == 302
    assert "7001" in names_in(world.company, kind)


def test_a_change_that_the_file_does_not_touch_is_no_conflict(client: Client, world: World) -> None:
    preview = uploaded(client, world.company, Kind.ITEMS, file_of(Kind.ITEMS, world.company, "7001"))
    change(world.company, None, lambda it: replace(it, name="Boréal"), area="company")
    assert client.post(preview).status_code == 302


def test_an_account_that_the_settings_lose_meanwhile_is_a_conflict(client: Client, world: World) -> None:
    """The preview of a chart also says what the settings lose by it."""
    put_account(world.company, Account("4999", "Neuf", type=AccountType.GROUP), None)
    lines = [line for line in file_of(Kind.CHART, world.company, "7001").splitlines() if not line.startswith(b"4999")]
    preview = uploaded(client, world.company, Kind.CHART, b"\n".join(lines))
    change(
        world.company,
        None,
        lambda it: replace(it, accounts=replace(it.accounts, invoice_credit="4999")),
        area="invoices",
    )
    assert client.post(preview).status_code == 409


def test_two_clicks_at_once_put_a_file_in_place_once(
    client: Client, signed_in: SignedIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is read while the first one is put in place, and judged under the lock."""
    preview = uploaded(client, world.company, Kind.CHART, file_of(Kind.CHART, world.company, "7001"))
    first = [True]

    def reading(*given: Any, **named: Any) -> Any:
        if first.pop() if first else False:
            assert signed_in("owner").post(preview).status_code == 302
            put_account(world.company, Account("7001", "Corrigé", type=AccountType.GROUP), None)
        return read_chart(*given, **named)

    monkeypatch.setattr("ecriture.web.views.chart.read_chart", reading)
    assert client.post(preview).status_code == 404
    assert chart_of(world.company)["7001"].name == "Corrigé"
    assert Upload.objects.count() == 1


@EVERY_KIND
def test_a_reload_shows_the_conflict_before_it_is_confirmed(kind: Kind, client: Client, world: World) -> None:
    preview = uploaded(client, world.company, kind, file_of(kind, world.company, "7001"))
    assert "entre-temps :" not in text(client.get(preview)).lower()
    word = changed_by_another(world, kind)
    shown = client.get(preview)
    assert shown.status_code == 200
    assert word in text(shown)
    assert Upload.objects.count() == 1, "looking at a page writes nothing"


@EVERY_KIND
def test_the_page_holds_the_id_only(kind: Kind, client: Client, world: World) -> None:
    preview = uploaded(client, world.company, kind, file_of(kind, world.company, "7001"))
    form = text(client.get(preview)).split('<form class="form" method="post" action="', 1)[1].split("</form>")[0]
    asked = {"asked", "first", "last"} if kind is Kind.BOOKS else set()
    names = set(re.findall('<input[^>]* name="([^"]+)"', form))
    assert names == {"csrfmiddlewaretoken", *asked}, (
        "the token, the mark and days of what is asked, and nothing of the file"
    )
    assert not re.search('value="[^"]*7001', form)
    assert not any("7001" in str(value) for value in client.session.values())


@EVERY_KIND
def test_what_was_put_in_place_is_kept_as_the_source_of_what_it_changed(
    kind: Kind, client: Client, world: World
) -> None:
    content = file_of(kind, world.company, "7001")
    client.post(uploaded(client, world.company, kind, content, "plan “neuf”.csv"))
    record = AuditRecord.objects.filter(company=world.company).latest("at")
    assert record.subject == f"plan “neuf”.csv · SHA-256 {sha256(content).hexdigest()}"
    assert uploads.sweep() == 0
    log = reverse("audit", args=[world.company.pk])
    file = reverse("audit-file", args=[world.company.pk, record.pk])
    assert file in text(client.get(log))
    answer = client.get(file)
    assert answer.getvalue() == content
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''plan")
    other = AuditRecord.objects.filter(company=world.company).exclude(pk=record.pk).first()
    assert other is not None
    assert client.get(reverse("audit-file", args=[world.company.pk, other.pk])).status_code == 404


@EVERY_KIND
def test_another_company_s_file_is_not_there(kind: Kind, client: Client, world: World, signed_in: SignedIn) -> None:
    preview = uploaded(client, world.company, kind, file_of(kind, world.company, "7001"))
    upload = Upload.objects.get()
    stranger = signed_in("stranger")
    own = other_company(world.people["stranger"])
    for company in (own, world.company):
        address = reverse(PAGES[kind][1], args=[company.pk, upload.pk])
        assert stranger.get(address).status_code == 404
        assert stranger.post(address).status_code == 404
    client.post(preview)
    record = AuditRecord.objects.filter(company=world.company).latest("at")
    assert stranger.get(reverse("audit-file", args=[own.pk, record.pk])).status_code == 404


def test_a_file_of_another_kind_is_not_there(client: Client, world: World) -> None:
    uploaded(client, world.company, Kind.ITEMS, file_of(Kind.ITEMS, world.company, "7001"))
    address = reverse("chart-preview", args=[world.company.pk, Upload.objects.get().pk])
    assert client.post(address).status_code == 404


def test_a_day_later_nobody_puts_it_in_place_and_it_is_swept(client: Client, world: World) -> None:
    preview = uploaded(client, world.company, Kind.ITEMS, file_of(Kind.ITEMS, world.company, "7001"))
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.post(preview)
    assert answer.status_code == 404
    assert "plus d’un jour" in text(answer)
    uploaded(client, world.company, Kind.ITEMS, file_of(Kind.ITEMS, world.company, "7002"))
    assert Upload.objects.count() == 1


def test_few_files_wait_and_the_oldest_goes_first(client: Client, world: World) -> None:
    content = file_of(Kind.ITEMS, world.company, "7001")
    previews = [uploaded(client, world.company, Kind.ITEMS, content) for _ in range(MOST_WAITING + 2)]
    assert Upload.objects.count() == MOST_WAITING
    assert [client.get(it).status_code for it in previews[:3]] == [404, 404, 200]


def test_no_list_loads_the_bytes(client: Client, world: World) -> None:
    client.post(uploaded(client, world.company, Kind.ITEMS, file_of(Kind.ITEMS, world.company, "7001")))
    with CaptureQueriesContext(
        connection,
    ) as made:
        client.get(reverse("audit", args=[world.company.pk]))
        assert str(Upload.objects.get())
    queries = [it["sql"] for it in made if "store_upload" in it["sql"]]
    assert queries
    assert not [sql for sql in queries if '"content"' in sql]


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x.csv", '"><script>x</script>.csv', "é" * 300 + ".csv", "\u202evsc.exe"]
)
def test_any_name_is_kept_and_given_back_harmless(name: str, client: Client, world: World) -> None:
    content = file_of(Kind.ITEMS, world.company, "7001")
    page = reverse("import-items", args=[world.company.pk])
    answer = client.post(page, {"file": SimpleUploadedFile(name, content)})
    client.post(answer["Location"])
    record = AuditRecord.objects.filter(company=world.company).latest("at")
    assert record.subject.endswith(sha256(content).hexdigest())
    shown = client.get(reverse("audit", args=[world.company.pk]))
    assert "<script>x" not in shown.content.decode()
    answer = client.get(reverse("audit-file", args=[world.company.pk, record.pk]))
    assert answer.getvalue() == content
    assert "Set-Cookie" not in answer


# Long files

LENGTHS = (0, 1, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 17)


def bytes_of(length: int) -> bytes:
    return Random(length).randbytes(length)  # noqa: S311 - the same bytes each time


@pytest.mark.parametrize("length", LENGTHS)
def test_a_file_of_any_length_is_given_back_as_it_came(length: int, world: World) -> None:
    content = bytes_of(length)
    kept = uploads.keep_of(world.company, None, Kind.BOOKS, "a.csv", BytesIO(content), shows="")
    found = uploads.waiting(world.company, kept.pk, Kind.BOOKS)
    assert (found.content, found.size, found.upload.sha256) == (content, length, sha256(content).hexdigest())
    assert len(found.upload.content) <= PART
    stream, like = found.stream(), BytesIO(content)
    for offset, whence, size in ((5, 0, 9), (-9, 2, 20), (PART - 3, 0, 7), (0, 0, PART + 5), (2, 1, -1)):
        if length > PART + 20:
            assert stream.seek(offset, whence) == like.seek(offset, whence)
        assert stream.read(size) == like.read(size)
        assert stream.tell() == like.tell()


def test_what_waits_has_room_by_number_and_by_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES_WAITING", 8 * PART)

    def kept(length: int) -> Upload:
        return uploads.keep_of(world.company, None, Kind.BOOKS, "a.csv", bytes_of(length), shows="")

    first, second = kept(3 * PART), kept(3 * PART)
    assert Upload.objects.count() == 2
    third = kept(4 * PART)
    assert {*Upload.objects.values_list("pk", flat=True)} == {second.pk, third.pk}
    assert not UploadPart.objects.filter(upload=first.pk).exists()
    Upload.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert uploads.sweep() == 2
    assert not UploadPart.objects.exists()


def test_the_database_keeps_the_parts_of_a_file_that_was_put_in_place(world: World, as_in_use: None) -> None:
    kept = uploads.keep_of(world.company, None, Kind.BOOKS, "a.csv", bytes_of(2 * PART), shows="")

    def refused(act: Callable[[], object]) -> None:
        with pytest.raises(DatabaseError, match="put in place"), transaction.atomic():
            act()

    parts = UploadPart.objects.filter(upload=kept.pk)
    refused(lambda: UploadPart.objects.create(company=world.company, upload=kept, position=9, content=b"x"))
    refused(lambda: parts.update(content=b"x"))
    assert parts.delete()[0] == 1, "it waits"
    kept = uploads.keep_of(world.company, None, Kind.BOOKS, "a.csv", bytes_of(2 * PART), shows="")
    audit.note(world.company, who=None, action="books-recorded", area="books", source=kept)
    refused(lambda: UploadPart.objects.filter(upload=kept.pk).delete())
    refused(lambda: Upload.objects.filter(pk=kept.pk).update(more=1))
