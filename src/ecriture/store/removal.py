"""A company leaves: all of its data in one file that is read without the program, and then the end of it."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from ecriture.sources.chart import write_chart
from ecriture.sources.items import write_items
from ecriture.sources.leaving import Cents, write_table
from ecriture.sources.settings_file import write_company
from ecriture.store import audit, models
from ecriture.store.charts import chart_of
from ecriture.store.filed import withdrawal_of
from ecriture.store.layouts import target_for
from ecriture.store.locking import locked_company
from ecriture.store.mappings import own_mappings
from ecriture.store.models import Company, Membership, RemovedCompany, Upload, User
from ecriture.store.particulars import HEAD
from ecriture.store.settings import settings_of
from ecriture.store.steps import SELLER
from ecriture.store.units import with_rows
from ecriture.store.uploads import stream_of
from ecriture.targets.registry import TARGETS, is_layout

DOWNLOADED = "company-downloaded"

README = """Écriture: {name}

company.toml    réglages / settings (https://toml.io)
chart.csv       plan comptable / chart of accounts
items.csv       articles / items
documents.csv   factures et notes de crédit / invoices and credit notes
payments.csv    paiements et remboursements / payments and refunds
paper.csv       lieu, conditions, adresse et langue des documents / place, terms, address and language of documents
seller.csv      ce que les factures imprimées disent de l’entreprise / what printed invoices say of the company
*.toml          gabarit du fichier de votre logiciel, si vous avez le vôtre / your own layout of your program's file
mappings/       correspondances de colonnes, si vous en avez / your own column mappings, if there are any
batches.csv     lots exportés / exported batches
postings.csv    ce que chaque lot a transféré / what each batch transferred
batches/        les fichiers des lots, tels qu’exportés / the batches' files, as they were exported
returns.csv     déclarations produites, document par document / filed returns, document by document
decisions.csv   ce qu’on a décidé des changements d’après / what was decided of changes since
natures.csv     avances et dépôts / advances and deposits
members.csv     membres / members
audit.csv       journal des modifications (UTC) / audit log (UTC)
files/          les fichiers importés, nommés dans le journal / the imported files, named in the audit log

Les tables sont en CSV, UTF-8. Une apostrophe devant =, +, - ou @ empêche un tableur d’en faire une formule.
The tables are CSV, UTF-8. An apostrophe before =, +, - or @ keeps a spreadsheet from making a formula of it.
Écriture relit company.toml, chart.csv, items.csv, documents.csv et payments.csv. Dans les deux derniers, ôtez d’abord
l’apostrophe devant le numéro ou le client : sinon -5 serait un document, et '-5 un autre.
company.toml, chart.csv, items.csv, documents.csv and payments.csv can be read again by Écriture. In the last two, take
off the apostrophe before a number or customer first: -5 would be one document, and '-5 another.
"""


class NotDownloaded(ValueError):
    """Nobody downloaded the company's data, or something was changed since."""


class WrongName(ValueError):
    """The name that was typed is not that of the company."""


def download(member: Membership, to: IO[bytes]) -> None:
    """Writes all data of a company as a ZIP, and notes who took it."""
    with transaction.atomic():
        locked_company(member.company_id)
        audit.note(member.company, who=member.user, action=DOWNLOADED, area="company", subject=member.company.name)
        write_everything(member.company, to)


def remove_downloaded(member: Membership, *, typed: str) -> None:
    """Removes a company with all of its data. Raises WrongName and NotDownloaded, and then nothing is removed."""
    with transaction.atomic():
        company = locked_company(member.company_id)
        if typed.split() != company.name.split():
            raise WrongName
        last = models.AuditRecord.objects.filter(company=company).order_by("-at", "-id").first()
        if last is None or last.action != DOWNLOADED:
            raise NotDownloaded
        remove(company, by=member.user)


def remove(company: Company, *, by: User | None) -> None:
    """Removes a company with all of its data, without asking. `by` is None for the command line."""
    with transaction.atomic():
        RemovedCompany.objects.create(id=company.pk, name=company.name, by_name=by.identified if by else "")
        of_company = [model._base_manager.filter(company_id=company.pk) for model in owned()]  # noqa: SLF001 - Django's own name
        for rows in (*of_company, Company.objects.filter(pk=company.pk)):
            # Row by row would ask each model; the foreign keys are looked at when the transaction ends.
            rows._raw_delete(rows.db)  # noqa: SLF001 - as above


def owned() -> list[Any]:
    """The models that have rows of companies."""
    every = apps.get_app_config("store").get_models()
    return [model for model in every if hasattr(model, "company_id")]


# The file


def zipped(company: Company) -> bytes:
    """The file with all data of a company."""
    file = io.BytesIO()
    write_everything(company, file)
    return file.getvalue()


def write_everything(company: Company, to: IO[bytes]) -> None:
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        settings = settings_of(company)
        archive.writestr("README.txt", README.format(name=company.name))
        archive.writestr("company.toml", write_company(settings))
        archive.writestr("chart.csv", write_chart(chart_of(company)))
        archive.writestr("items.csv", write_items(settings.items.values()))
        for name, header, rows in (
            ("documents.csv", DOCUMENT, _documents(company)),
            ("payments.csv", PAYMENT, _payments(company)),
            ("paper.csv", ("document", *HEAD), _on_paper(company)),
            ("seller.csv", SELLER, [tuple(getattr(company, name) for name in SELLER)]),
            ("batches.csv", BATCH, batch_rows(company, models.Batch.objects.filter(company=company))),
            ("postings.csv", POSTING, posting_rows(models.BatchPosting.objects.filter(company=company))),
            ("returns.csv", RETURN, _returns(company)),
            ("decisions.csv", DECISION, _decisions(company)),
            ("natures.csv", NATURE, _natures(company)),
            ("members.csv", MEMBER, _members(company)),
            ("audit.csv", AUDIT, audit_rows(company, models.AuditRecord.objects.filter(company=company))),
        ):
            with archive.open(name, "w", force_zip64=True) as file:
                write_table(file, header, rows)
        for own in models.OwnLayout.objects.filter(company=company).order_by("target"):
            archive.writestr(f"{own.target}.toml", own.toml)
        for place, mapping in enumerate(own_mappings(company), start=1):
            archive.writestr(f"mappings/{place:03}.toml", mapping.toml)
        for name, content in batch_files(company, models.Batch.objects.filter(company=company)):
            archive.writestr(name, content)
        for name, upload in _files(company):
            with archive.open(name, "w", force_zip64=True) as file:
                copyfileobj(stream_of(upload), file)


def _amount(cents: int | None) -> Cents | None:
    return None if cents is None else Cents(cents)


DOCUMENT_COLUMNS = ("number", "kind", "status", "date", "customer", "applies_to")
DOCUMENT = (
    *("document", "type", "status", "date", "customer", "applies_to"),
    *("row", "code", "description", "quantity", "unit_price", "amount"),
)


def _documents(company: Company) -> Iterator[tuple[object, ...]]:
    """In the form of the command's documents.csv, a row for each line, tax or extra; one for a document without any."""
    own = [f"its_rows__{name}" for name in ("kind", "code", "description", "quantity", "unit_price", "amount_cents")]
    every = with_rows(models.Document.objects.filter(company=company), company).order_by(
        "position", "its_rows__position"
    )
    for *texts, cents in every.values_list(*DOCUMENT_COLUMNS, *own).iterator(chunk_size=1000):
        yield *texts, _amount(cents)


def _on_paper(company: Company) -> Iterable[tuple[object, ...]]:
    documents = models.Document.objects.filter(company=company, by_hand=True).order_by("position")
    return documents.values_list("number", *HEAD)


PAYMENT_COLUMNS = ("number", "kind", "status", "date", "customer", "method", "bank_reference")
PAYMENT = (
    *("payment", "type", "status", "date", "customer", "method", "bank_reference"),
    *("document", "amount", "fee", "rounding", "tip", "applied"),
)


def _payments(company: Company) -> Iterator[tuple[object, ...]]:
    """In the form of the command's payments.csv, a row for each document that is paid."""
    own = [
        f"its_rows__{name}"
        for name in ("document", "amount_cents", "fee_cents", "rounding_cents", "tip_cents", "applied")
    ]
    every = with_rows(models.Payment.objects.filter(company=company), company).order_by(
        "position", "its_rows__position"
    )
    for row in every.values_list(*PAYMENT_COLUMNS, *own).iterator(chunk_size=1000):
        *texts, amount, fee, rounding, tip, applied = row
        yield *texts, *map(_amount, (amount, fee, rounding, tip)), applied


BATCH = (
    *("batch", "state", "reason", "target", "through", "exported_at", "exported_by", "confirmed_at", "confirmed_by"),
    *("cancelled_at", "cancelled_by", "sha256", "file"),
)


def batch_rows(company: Company, batches: QuerySet[models.Batch]) -> Iterator[tuple[object, ...]]:
    name_of = _file_names(company)
    people = (f"{act}_{what}" for act in ("exported", "confirmed", "cancelled") for what in ("at", "by_name"))
    columns = ("number", "state", "reason", "target", "through", *people, "sha256")
    for *row, layout in batches.order_by("number").values_list(*columns, "layout").iterator(chunk_size=100):
        yield *row, name_of(row[0], row[3], layout)


def batch_files(company: Company, batches: QuerySet[models.Batch]) -> Iterator[tuple[str, bytes]]:
    name_of, rows = _file_names(company), batches.order_by("number")
    columns = ("number", "target", "layout", "content")
    for number, target, layout, content in rows.values_list(*columns).iterator(chunk_size=10):
        yield name_of(number, target, layout), bytes(content)


def _file_names(company: Company) -> Callable[[int, str, str], str]:
    """The name of a batch's file, from its number, target and layout."""

    @lru_cache(maxsize=32)
    def suffix(target: str, layout: str) -> str:
        return target_for(company, target, layout).suffix if target in TARGETS or is_layout(target) else ""

    return lambda number, target, layout: f"batches/{number:04}{suffix(target, layout)}"


POSTING = (
    *("batch", "entry", "line", "kind", "number", "customer"),
    *("own_date", "open_date", "account", "amount", "why"),
)


def posting_rows(postings: QuerySet[models.BatchPosting]) -> Iterator[tuple[object, ...]]:
    rows = postings.order_by("batch__number", "position")
    columns = ("entry", "line", "unit_kind", "unit_number", "customer", "own_date", "open_date", "account")
    every = rows.values_list("batch__number", *columns, "amount_cents", "why")
    for *texts, cents, why in every.iterator(chunk_size=1000):
        yield *texts, Cents(cents), why


OF_RETURN = ("form", "first", "last", "version")
RETURN = (
    *OF_RETURN,
    "source",
    "number",
    "day",
    "customer",
    "amounts",
    "filed_at",
    "filed_by",
    "lines",
    "withdrawn_at",
    "withdrawn_by",
    "reason",
)
DECISION = (*OF_RETURN, "source", "number", "amounts", "choice", "into", "at", "who")
NATURE = ("payment", "nature", "kept_on")


def _returns(company: Company) -> Iterator[tuple[object, ...]]:
    """A row for each document and payment; a return without any has one of its own."""
    entries = models.TaxReturnEntry.objects.filter(company=company).order_by("day", "number", "source")
    columns = ("source", "number", "day", "customer", "amounts")
    for it in models.TaxReturn.objects.filter(company=company).order_by("last", "form", "version"):
        head = tuple(getattr(it, name) for name in OF_RETURN)
        taken_back = withdrawal_of(it)
        back = (taken_back.at, taken_back.who_name, taken_back.reason) if taken_back else (None,) * 3
        tail = it.at, it.who_name, json.dumps(it.lines), *back
        for *texts, amounts in entries.filter(tax_return_id=it.pk).values_list(*columns).iterator(chunk_size=1000):
            yield *head, *texts, json.dumps(amounts), *tail
        if not it.entry_count:
            yield *head, *(None,) * len(columns), *tail


def _decisions(company: Company) -> Iterator[tuple[object, ...]]:
    rows = models.TaxReturnDecision.objects.filter(company=company).order_by("at", "id")
    head = (f"tax_return__{name}" for name in OF_RETURN)
    columns = (*head, "source", "number", "amounts", "choice", "goes_into", "at", "who_name")
    for row in rows.values_list(*columns):
        yield *row[:6], json.dumps(row[6]), *row[7:]


def _natures(company: Company) -> Iterable[tuple[object, ...]]:
    rows = models.Payment.objects.filter(company=company).exclude(nature="").order_by("position")
    return rows.values_list("number", "nature", "kept_on")


MEMBER = ("name", "email", "role", "since")


def _members(company: Company) -> Iterable[tuple[object, ...]]:
    rows = Membership.objects.filter(company=company).order_by("user__email")
    return rows.values_list("user__name", "user__email", "role", "since")


AUDIT = ("at", "who", "action", "area", "subject", "setting", "before", "after")


def audit_rows(company: Company, records: QuerySet[models.AuditRecord]) -> Iterator[tuple[object, ...]]:
    for record, changes in audit.with_changes(company, records.order_by("at", "id").defer("words")):
        said = record.at, record.who_name, record.action, record.area, record.subject
        for change in changes if record.change_count else [("", "", "")]:
            yield *said, *change


def _files(company: Company) -> Iterator[tuple[str, Upload]]:
    """What was put in place. Two files of one name differ in their SHA-256; one file that was used twice is there once."""
    kept = Upload.objects.filter(company=company, record__isnull=False).order_by("at", "id")
    there = set[str]()
    for upload in kept.defer(None).iterator(chunk_size=10):
        name = f"files/{upload.sha256[:12]}-{_safe(upload.name)}"
        if name not in there:
            there.add(name)
            yield name, upload


def _safe(name: str) -> str:
    """A name that is one on every system."""
    return "".join(letter if letter.isalnum() or letter in " .-_()" else "_" for letter in name).strip(" .") or "file"
