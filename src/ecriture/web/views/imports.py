"""Importing documents and payments: a file, what it would do, storing that, and undoing it."""

from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ecriture.sources.books_file import BooksRead, is_known, read_books_file
from ecriture.sources.mapping.sample import sample_of
from ecriture.store import uploads
from ecriture.store.access import Right
from ecriture.store.books import TooLarge
from ecriture.store.charts import chart_of
from ecriture.store.importing import EffectChanged, NotUndone, divided_in, effect_of, imports_of, store, undo
from ecriture.store.mappings import mapping_of, mappings_for, mappings_of, own_mapping
from ecriture.store.models import Company, Import, Membership, Upload
from ecriture.store.settings import settings_of
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.forms.imports import ImportForm
from ecriture.web.guards import company_page
from ecriture.web.import_choices import Choices, choices_of
from ecriture.web.import_preview import MOST_SHOWN, Preview, preview_of
from ecriture.web.meanwhile import meanwhile

MOST_IMPORTS = 20


@company_page(see=Right.RECORD, act=Right.RECORD)
def imports(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. Below, what was imported already."""
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, member, form, status=422 if request.method == "POST" else 200)
    file = form.cleaned_data["file"]
    if is_mappable(member.company, file.file):
        upload = uploads.keep(member, Kind.BOOKS, file.name, file.file, shows="")
        return redirect("import-mapping", member.company_id, upload.pk)
    preview = preview_of(member.company, read_by(member.company, file.name, file.file))
    upload = uploads.keep(member, Kind.BOOKS, file.name, file.file, shows=preview.effect.fingerprint)
    return redirect("import-preview", member.company_id, upload.pk)


def _page(
    request: HttpRequest, member: Membership, form: ImportForm, *, status: int = 200, **more: object
) -> HttpResponse:
    past = list(imports_of(member.company)[:MOST_IMPORTS])
    known = [mapping.name for mapping in mappings_of(member.company)]
    return render(request, "imports/imports.html", {"form": form, "past": past, "known": known, **more}, status=status)


def is_mappable(company: Company, stream: BinaryIO) -> bool:
    """Whether a file has columns, and nothing says yet what they mean."""
    if is_known(stream, mappings_for(company, stream)):
        return False
    return len(sample_of(stream).columns) > 1


def read_by(company: Company, name: str, stream: BinaryIO, chosen: UUID | None = None) -> BooksRead:
    """A file by the mapping that was chosen for it, else by the one that its header fits."""
    mappings = [mapping_of(own_mapping(company, chosen))] if chosen else mappings_for(company, stream)
    return divided_in(company, read_books_file(stream, name, settings_of(company), mappings))


def _chosen(request: HttpRequest) -> UUID | None:
    """The company's own mapping in the address."""
    try:
        return UUID(request.GET["mapping"]) if "mapping" in request.GET else None
    except ValueError:
        raise Http404 from None


@company_page(see=Right.RECORD, act=Right.RECORD)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Shows what a file would do. Stores it on confirmation, if that is still what it would do."""
    waiting = uploads.waiting(member.company, upload_id, Kind.BOOKS)
    read = read_by(member.company, waiting.upload.name, waiting.stream(), _chosen(request))
    page = _Page(request, member, waiting, preview_of(member.company, read), choices_of(request, member.company, read))
    if request.method != "POST":
        return page.shown()
    if page.preview.stops or not page.choices.is_answered:
        return page.shown(status=422)
    return page.stored(read)


class _Page(NamedTuple):
    """The preview of a file, with what is asked."""

    request: HttpRequest
    member: Membership
    waiting: Waiting
    preview: Preview
    choices: Choices

    def stored(self, read: BooksRead) -> HttpResponse:
        """Stores what the page showed and what was answered, as one act; else shows what is different now."""
        company, upload = self.member.company, self.waiting.upload
        if not self.is_seen:
            return self.again()
        units = self.choices.units(read)
        effect = effect_of(company, units, read.origin)
        if not effect:
            return self.shown(status=422, is_nothing=True)
        try:
            found = store(
                company, units, origin=read.origin, by=self.member, upload=upload, fingerprint=effect.fingerprint
            )
        except EffectChanged:
            return self.again()
        except TooLarge as large:
            return self.shown(too_large=large.units, status=422)
        return redirect(f"{reverse('imports', args=[company.pk])}?done={found.pk}")

    @property
    def is_seen(self) -> bool:
        """Whether what would be done and what is asked is what the person looked at."""
        asked = self.request.POST.get("asked", Choices().shows)
        return self.preview.effect.fingerprint == self.waiting.upload.shows and self.choices.shows == asked

    def again(self) -> HttpResponse:
        """The page as it is now, after one that is not true any more."""
        upload = uploads.look_again(self.member, self.waiting, shows=self.preview.effect.fingerprint)
        return self._replace(waiting=Waiting(upload)).shown(seen=self.waiting.upload, status=409)

    def shown(self, *, seen: Upload | None = None, status: int = 200, **told: object) -> HttpResponse:
        """The preview. `seen` is the upload whose preview was confirmed in vain."""
        company, shown, before = self.member.company, self.preview, seen or self.waiting.upload
        context: dict[str, Any] = {"preview": shown, "upload": self.waiting.upload, **told}
        context |= {"choices": self.choices, "chosen": _chosen(self.request), "asks": status == 422}
        context |= {"faults": shown.faults[:MOST_SHOWN], "more_faults": max(0, len(shown.faults) - MOST_SHOWN)}
        context["notices"] = shown.notices[:MOST_SHOWN]
        if before.shows != shown.effect.fingerprint:
            context["meanwhile"] = meanwhile(company, before, chart_of(company))
        return render(self.request, "imports/preview.html", context, status=status)


@company_page(see=None, act=Right.RECORD)
def undo_import(request: HttpRequest, member: Membership, import_id: UUID) -> HttpResponse:
    """Takes an import back, as long as nothing of it was transferred or changed since."""
    try:
        undo(member.company, import_id, by=member)
    except Import.DoesNotExist:
        raise Http404 from None
    except NotUndone as refused:
        return _page(request, member, ImportForm(), status=409, live=refused.live, changed=refused.changed)
    return redirect("imports", member.company_id)
