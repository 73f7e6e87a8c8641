"""A company is removed by its owner, after a download of all its data as it is, by typing its name; and nobody else's."""

import csv
import io
from collections.abc import Callable
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from ecriture.core.documents import Books
from ecriture.core.tax_return import Period
from ecriture.sources.chart import read_chart
from ecriture.sources.documents import read_documents
from ecriture.sources.items import read_items
from ecriture.sources.mapping.shipped import shipped_bytes
from ecriture.sources.payments import read_payments
from ecriture.sources.settings_file import read_company
from ecriture.store import audit, import_jobs, invitations, letters, models, removal, uploads
from ecriture.store.access import membership_of
from ecriture.store.charts import chart_of
from ecriture.store.control import control_on
from ecriture.store.demonstration import remove_demonstration
from ecriture.store.filed import withdraw
from ecriture.store.filing import Choice, decide, figures_of, file_return, since_filed
from ecriture.store.layouts import put_layout, toml_of_shipped
from ecriture.store.links import make_link
from ecriture.store.mappings import put_mapping
from ecriture.store.models import AuditRecord, Company, RemovedCompany, Role, Upload
from ecriture.store.proof import look, month_of
from ecriture.store.settings import settings_of
from ecriture.store.tax_returns import prepared
from ecriture.store.transfer import export, plan
from ecriture.store.units import books_of
from ecriture.store.uploads import Kind
from server_world import World, other_company, put
from small_books import invoice, line
from uploading import imported, in_place, waiting

SignedIn = Callable[[str], Client]
MIGRATION = import_module("ecriture.store.migrations.0010_removed_companies")
RETURNS = import_module("ecriture.store.migrations.0018_tax_returns")
WITHDRAWALS = import_module("ecriture.store.migrations.0023_withdrawn_returns")
BATCHES = import_module("ecriture.store.migrations.0011_batches_stay")
CONTROL = import_module("ecriture.store.migrations.0017_control")
PARTS = import_module("ecriture.store.migrations.0020_parts")


def page(company: Company, name: str = "remove-company") -> str:
    return reverse(name, args=[company.pk])


def zip_of(answer: Any) -> ZipFile:
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


def downloaded(client: Client, company: Company) -> ZipFile:
    return zip_of(client.post(page(company, "download-company")))


def full(world: World) -> None:
    """A company with a row in every table that has rows of companies."""
    company, owner = world.company, world.owner
    batch = export(company, date(2026, 1, 31), plan(company, date(2026, 1, 31)).fingerprint, world.member("owner"))
    assert batch.number == 1
    make_link(batch, world.member("owner"))
    invitation = invitations.make(company, Role.READER, by=owner).invitation
    message = EmailMessage("x", "y", to=["a@b.ca"])
    letters.post(message, kind="invitation", invitation=invitation)
    waiting(world.member("owner"), Kind.ITEMS)
    in_place(world.member("owner"))
    imported(company)
    file = uploads.keep_of(company, None, Kind.BOOKS, "long.csv", b"x" * (uploads.PART + 1), shows="")
    audit.note(company, who=None, action="books-recorded", area="books", source=file)
    many = ((f"document S-{it}", "", "x") for it in range(audit.AT_FIRST + 1))
    audit.note(company, who=None, action="books-recorded", area="books", changes=many)
    job = import_jobs.new_job(company, file.pk, import_jobs.Act.LOOK)
    import_jobs.found(job, {}, [["a row"]])
    put_mapping(company, "ours", shipped_bytes("jobber-invoices").decode(), by=None)
    put_layout(company, "acomba", toml_of_shipped("acomba"), by=None, seen="")
    look(company, month_of(batch.through), control_on(company, batch.through), world.member("owner"))
    file_a_return(world)


def file_a_return(world: World) -> None:
    """January, of which an invoice came late, which goes into the next return; then it is withdrawn."""
    member, january = world.member("owner"), Period(date(2026, 1, 1), date(2026, 1, 31))
    (figures,) = figures_of(prepared(world.company, january))
    filed = file_return(member, figures.form.name, january, {}, figures.shows)
    put(world.company, invoice("F-9001", "2026-01-20", line("", 100)))
    (since,) = since_filed(filed, figures.form.codes)
    decide(member, filed, figures.form.codes, (since.source, since.number), Choice.NEXT, since.mark)
    withdraw(member, filed, "not sent")


def rows_of(company: Company) -> dict[str, int]:
    return {model.__name__: model._base_manager.filter(company_id=company.pk).count() for model in removal.owned()}


def as_in_use() -> None:
    """The triggers of the program, which the tests of other things do without on SQLite."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, statement in (
                ("store_audit_is_not_deleted", MIGRATION.AUDIT_IS_NOT_DELETED),
                ("store_upload_is_not_deleted", MIGRATION.UPLOAD_IS_NOT_DELETED),
                *(
                    (it.name, it.sqlite())
                    for it in (
                        *BATCHES.triggers(),
                        *BATCHES.triggers_of(CONTROL.TABLES),
                        *RETURNS.triggers(),
                        *WITHDRAWALS.triggers(),
                        *PARTS.triggers(),
                    )
                    if it.event == "DELETE"
                ),
            ):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statement)


def test_the_owner_removes_a_company_with_every_row_of_it(world: World, signed_in: SignedIn) -> None:
    as_in_use()
    full(world)
    other = other_company(world.owner)
    theirs = rows_of(other)
    assert [name for name, count in rows_of(world.company).items() if not count] == []
    client = signed_in("owner")
    downloaded(client, world.company)
    answer = client.post(page(world.company), {"name": " Entretien  Boréal inc. "})
    assert answer["Location"] == reverse("companies")
    assert set(rows_of(world.company).values()) == {0}
    assert not Company.objects.filter(pk=world.company.pk).exists()
    assert rows_of(other) == theirs
    left = RemovedCompany.objects.get()
    assert (left.id, left.name, left.by_name) == (
        world.company.pk,
        "Entretien Boréal inc.",
        "Owner <owner@example.com>",
    )
    assert client.get(page(world.company)).status_code == 404
    assert client.get("/", follow=True).status_code == 200


def test_it_needs_a_download_of_the_data_as_it_is(world: World, signed_in: SignedIn) -> None:
    client, name = signed_in("owner"), {"name": world.company.name}
    answer = client.post(page(world.company), name)
    assert answer.status_code == 422
    assert "Téléchargez d’abord les données." in answer.content.decode()
    downloaded(client, world.company)
    audit.note(world.company, who=None, action="settings-changed", area="items")
    assert client.post(page(world.company), name).status_code == 422
    assert Company.objects.filter(pk=world.company.pk).exists()
    downloaded(client, world.company)
    assert client.post(page(world.company), name).status_code == 302


@pytest.mark.parametrize("typed", ["", "entretien boréal inc.", "Entretien Boréal", "Entretien Boréal inc. x"])
def test_another_name_removes_nothing(world: World, signed_in: SignedIn, typed: str) -> None:
    client = signed_in("owner")
    downloaded(client, world.company)
    assert client.post(page(world.company), {"name": typed}).status_code == 422
    assert Company.objects.filter(pk=world.company.pk).exists()


def test_who_took_the_data_stands_in_the_audit(world: World, signed_in: SignedIn) -> None:
    downloaded(signed_in("owner"), world.company)
    record = AuditRecord.objects.filter(company=world.company).latest("at")
    assert (record.action, record.who) == ("company-downloaded", world.owner)
    for role in ("bookkeeper", "office", "reader"):
        assert signed_in(role).post(page(world.company, "download-company")).status_code == 403


def test_the_file_has_everything_and_the_program_reads_it_again(world: World, signed_in: SignedIn) -> None:
    full(world)
    company = world.company
    found = downloaded(signed_in("owner"), company)
    assert found.testzip() is None
    read = {name: found.read(name) for name in found.namelist()}
    assert "articles / items" in read["README.txt"].decode()
    settings = read_company(BytesIO(read["company.toml"])).company
    assert settings == settings_of(company)
    assert list(read_chart(BytesIO(read["chart.csv"]), file="c").chart) == list(chart_of(company))
    items = read_items(BytesIO(read["items.csv"]), taxes=list(settings.taxes))
    assert items.items == settings.items
    documents = read_documents(BytesIO(read["documents.csv"]), file="d", currency="CAD")
    payments = read_payments(BytesIO(read["payments.csv"]), file="p", currency="CAD")
    assert not [it for it in (*documents.problems, *payments.problems) if it.stops]
    back, kept = without_rows(Books(documents.units, payments.units)), without_rows(books_of(company))
    for one, other in zip([*back[0], *back[1]], [*kept[0], *kept[1]], strict=True):
        assert one == other
    assert read["mappings/001.toml"] == shipped_bytes("jobber-invoices")
    assert read["batches/0001.txt"].startswith(b'01-31-26,"EC000001-01"')
    postings = rows(read["postings.csv"])
    assert (postings[1][0], postings[1][-2]) == ("1", "100.00")
    upload = Upload.objects.get(company=company, record__isnull=False, kind=Kind.ITEMS)
    assert read[f"files/{upload.sha256[:12]}-a.csv"] == bytes(upload.content)
    log = rows(read["audit.csv"])
    assert log[-1][2] == "company-downloaded"
    assert len(log) >= 1 + AuditRecord.objects.filter(company=company).count()
    assert ["Owner", "owner@example.com", "owner"] in [row[:3] for row in rows(read["members.csv"])]


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def without_rows(books: Books) -> tuple[Any, ...]:
    """The units, without the place in a file that each was read from."""
    return (
        [it._replace(row=0) for it in books.documents.values()],
        [it._replace(row=0) for it in books.payments.values()],
    )


def test_no_cell_is_run_as_a_formula(world: World, signed_in: SignedIn) -> None:
    models.Document.objects.filter(company=world.company).update(customer="=cmd|' /C calc'!A0")
    table = rows(downloaded(signed_in("owner"), world.company).read("documents.csv"))
    assert {row[4] for row in table[1:]} == {"'=cmd|' /C calc'!A0"}


def test_the_database_lets_go_of_a_removed_company_s_records_only(world: World) -> None:
    as_in_use()
    in_place(world.member("owner"))
    other = other_company(world.owner)
    RemovedCompany.objects.create(id=other.pk, name="x")
    for table in ("store_auditrecord", "store_upload"):
        sql = f"DELETE FROM {table} WHERE company_id = %s"  # noqa: S608 - one of two names
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [models.Company._meta.pk.get_db_prep_value(world.company.pk, connection)])
        with connection.cursor() as cursor:
            cursor.execute(sql, [models.Company._meta.pk.get_db_prep_value(other.pk, connection)])


@pytest.mark.parametrize("change", [{"content": b"x"}, {"name": "x"}, {"record": None}])
def test_the_database_refuses_to_change_a_file_that_was_put_in_place(world: World, change: dict[str, Any]) -> None:
    record = in_place(world.member("owner"))
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        Upload.objects.filter(record=record).update(**change)
    Upload.objects.filter(record=record).update(by=None)


def test_a_page_of_a_company_that_goes_meanwhile_is_not_there(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecriture.web import guards

    kept = membership_of

    def and_then_it_goes(*given: Any) -> Any:
        member = kept(*given)
        removal.remove(member.company, by=None)
        return member

    monkeypatch.setattr(guards, "membership_of", and_then_it_goes)
    answer = signed_in("owner").post(reverse("accounting", args=[world.company.pk]), {})
    assert answer.status_code == 404


def test_a_demonstration_that_others_work_on_stays(world: World) -> None:
    own = other_company(world.owner, "Seule")
    assert remove_demonstration(world.owner) == (("Seule",), ("Entretien Boréal inc.",))
    assert not Company.objects.filter(pk=own.pk).exists()
    assert Company.objects.filter(pk=world.company.pk).exists()
    assert type(world.owner).objects.filter(pk=world.owner.pk).exists()
