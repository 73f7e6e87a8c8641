"""Files that are uploaded in tests, each of which changes Boréal."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.sources.chart import write_chart
from ecriture.sources.settings_file import write_company
from ecriture.store import audit, uploads
from ecriture.store.charts import chart_of
from ecriture.store.importing import effect_of, store
from ecriture.store.models import AuditRecord, Company, Import, Membership, Upload
from ecriture.store.settings import settings_of
from ecriture.store.uploads import Kind

PAGES: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.CHART: ("chart-import", "chart-preview"),
        Kind.ITEMS: ("import-items", "items-preview"),
        Kind.SETTINGS: ("settings-file", "settings-preview"),
        Kind.BOOKS: ("imports", "import-preview"),
    }
)
"""The page that takes a file of a kind, and that of its preview."""


def file_of(kind: Kind, company: Company, mark: str) -> bytes:
    """A file that changes one thing, by which it is known."""
    if kind is Kind.ITEMS:
        return f"code,name,credit\n{mark},Neuf,4100\n".encode()
    if kind is Kind.BOOKS:
        return f"document,date,amount\nU-{mark},2026-03-02,10.00\n".encode()
    if kind is Kind.CHART:
        return write_chart(chart_of(company)) + f"{mark},Neuf,G,no,,\r\n".encode()
    return write_company(settings_of(company)).replace("Boréal".encode(), mark.encode(), 1)


def uploaded(client: Client, company: Company, kind: Kind, content: bytes, name: str = "a.csv") -> str:
    """The address of the preview of a file."""
    page = reverse(PAGES[kind][0], args=[company.pk])
    return str(client.post(page, {"file": SimpleUploadedFile(name, content)})["Location"])


def waiting(member: Membership, kind: Kind) -> Upload:
    """A file that waits, with a preview that is no longer true."""
    return uploads.keep(member, kind, "a.csv", file_of(kind, member.company, "7001"), shows="")


def imported(company: Company) -> Import:
    """A file of documents that was imported."""
    number = f"U-{Import.objects.count()}"
    row = RowKey(RowKind.LINE, "")
    units = [invoice(number, date(2026, 3, 2), [(row, 1000)])]
    effect = effect_of(company, units, "")
    upload = uploads.keep_of(company, None, Kind.BOOKS, "a.csv", b"x", shows=effect.fingerprint)
    return store(company, units, origin="", by=None, upload=upload, fingerprint=effect.fingerprint)


def in_place(member: Membership) -> AuditRecord:
    """The record of a file that was put in place."""
    source = waiting(member, Kind.ITEMS)
    return audit.note(member.company, who=member.user, action="settings-changed", area="items", source=source)
