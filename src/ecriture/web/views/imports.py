"""Importing documents and payments: a file, what it would do, storing that, and undoing it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from ecriture.sources.books_file import BooksRead
from ecriture.store import import_jobs, uploads
from ecriture.store.access import Right
from ecriture.store.books import TooLarge
from ecriture.store.charts import chart_of
from ecriture.store.import_jobs import Act
from ecriture.store.importing import EffectChanged, NotUndone, effect_of, imports_of, store, undo
from ecriture.store.mappings import mappings_of
from ecriture.store.models import Import, Membership, Upload
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.corrections import corrections_by
from ecriture.web.corrections import shown as in_words
from ecriture.web.forms.imports import ImportForm
from ecriture.web.guards import company_page
from ecriture.web.import_choices import Choices, choices_of
from ecriture.web.import_decisions import Deciding
from ecriture.web.import_files import is_mappable, read_by
from ecriture.web.import_preview import Preview, preview_of, taxes_meant
from ecriture.web.import_words import large_files
from ecriture.web.import_work import begin, chosen_in, is_large, is_much
from ecriture.web.meanwhile import meanwhile
from ecriture.web.views.large_imports import large_preview

MOST_IMPORTS = 20
MOST_JOBS = 5


@company_page(see=Right.RECORD, act=Right.RECORD)
def imports(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. Below, what was imported already."""
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, member, form, status=422 if request.method == "POST" else 200)
    file, company = form.cleaned_data["file"], member.company
    if is_large(file.file, file.size):
        return _begun(member, uploads.keep(member, Kind.BOOKS, file.name, file.file, shows="").pk)
    if is_mappable(company, file.file):
        upload = uploads.keep(member, Kind.BOOKS, file.name, file.file, shows="")
        return redirect("import-mapping", company.pk, upload.pk)
    read = read_by(company, file.name, file.file)
    if is_much(read):
        return _begun(member, uploads.keep(member, Kind.BOOKS, file.name, file.file, shows="").pk)
    shows = preview_of(company, read).shows
    upload = uploads.keep(member, Kind.BOOKS, file.name, file.file, shows=shows)
    return redirect("import-preview", company.pk, upload.pk)


def _begun(member: Membership, upload_id: UUID, given: QueryDict | None = None) -> HttpResponse:
    """A worker looks at the file; its page says how far that is."""
    begin(member, upload_id, Act.LOOK, given)
    return redirect("import-preview", member.company_id, upload_id)


def look_by(member: Membership, waiting: Waiting, mapping_id: UUID) -> HttpResponse:
    """Goes on to what a file would do by one of the company's mappings."""
    company = member.company
    if not is_large(waiting.stream(), waiting.size):
        read = read_by(company, waiting.upload.name, waiting.stream(), mapping_id)
        if not is_much(read):
            again = uploads.look_again(member, waiting, shows=preview_of(company, read).shows)
            return redirect(f"{reverse('import-preview', args=[company.pk, again.pk])}?mapping={mapping_id}")
    return _begun(member, waiting.upload.pk, QueryDict(f"mapping={mapping_id}"))


def _page(
    request: HttpRequest, member: Membership, form: ImportForm, *, status: int = 200, **more: object
) -> HttpResponse:
    company = member.company
    context = {
        "form": form,
        "past": list(imports_of(company)[:MOST_IMPORTS]),
        "known": [mapping.name for mapping in mappings_of(company)],
        "jobs": large_files(company, import_jobs.under_way(company, most=MOST_JOBS)),
    }
    return render(request, "imports/imports.html", {**context, **more}, status=status)


@company_page(see=Right.RECORD, act=Right.RECORD)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Shows what a file would do. Stores it on confirmation, if that is still what it would do."""
    if (job := import_jobs.latest(member.company, upload_id)) is not None:
        return large_preview(request, member, upload_id, import_jobs.give_up_lost(job))
    waiting = uploads.waiting(member.company, upload_id, Kind.BOOKS)
    read = read_by(member.company, waiting.upload.name, waiting.stream(), chosen_in(request.GET))
    given = request.POST if request.method == "POST" else request.GET
    choices = choices_of(given, member.company, read)
    page = _Page(request, member, waiting, read, preview_of(member.company, read, choices.asked), choices)
    if request.method != "POST":
        return page.shown()
    if request.POST.get("act") == "decide":
        return page.decided()
    if page.preview.stops or not page.choices.is_answered:
        return page.shown(status=422)
    return page.stored()


class _Page(NamedTuple):
    """The preview of a file, with what is asked."""

    request: HttpRequest
    member: Membership
    waiting: Waiting
    read: BooksRead
    preview: Preview
    choices: Choices

    def stored(self) -> HttpResponse:
        """Stores what the page showed and what was answered, as one act; else shows what is different now."""
        company, upload, read = self.member.company, self.waiting.upload, self.read
        if not self.is_seen:
            return self.again()
        units = self.choices.units(read)
        effect = effect_of(company, units, read.origin)
        if not effect and not self.choices.known_as:
            return self.shown(status=422, is_nothing=True)
        try:
            found = store(
                company,
                units,
                origin=read.origin,
                by=self.member,
                upload=upload,
                fingerprint=effect.fingerprint,
                known_as=self.choices.known_as,
            )
        except EffectChanged:
            return self.again()
        except TooLarge as large:
            return self.shown(too_large=large.units, status=422)
        return redirect(f"{reverse('imports', args=[company.pk])}?done={found.pk}")

    def decided(self) -> HttpResponse:
        """Keeps what was decided with the mapping, and looks at the file by it."""
        deciding = Deciding(self.member.company, self.preview, self.request.POST)
        if (mapping := deciding.keep(self.member)) is None:
            return self.shown(status=422, deciding=deciding)
        return look_by(self.member, self.waiting, mapping.pk)

    @property
    def is_seen(self) -> bool:
        """Whether what would be done and what is asked is what the person looked at."""
        asked = self.request.POST.get("asked", Choices().shows)
        return self.preview.shows == self.waiting.upload.shows and self.choices.shows == asked

    def again(self) -> HttpResponse:
        """The page as it is now, after one that is not true any more."""
        upload = uploads.look_again(self.member, self.waiting, shows=self.preview.shows)
        return self._replace(waiting=Waiting(upload)).shown(seen=self.waiting.upload, status=409)

    def shown(self, *, seen: Upload | None = None, status: int = 200, **told: object) -> HttpResponse:
        """The preview. `seen` is the upload whose preview was confirmed in vain."""
        company, shown, before = self.member.company, self.preview, seen or self.waiting.upload
        context: dict[str, Any] = {"preview": shown, "upload": self.waiting.upload, **told}
        context |= {"choices": self.choices, "chosen": chosen_in(self.request.GET), "asks": status == 422}
        context["unknown_taxes"] = taxes_meant(company, shown.unknown.taxes)
        context["new_count"] = self.choices.new_of(shown.counts.new)
        if shown.undecided and "deciding" not in context:
            context["deciding"] = Deciding(company, shown)
        if "corrections" in self.request.GET:
            effect = effect_of(company, self.read.units, self.read.origin)
            context["corrections"] = in_words(company, corrections_by(company, effect))
        if before.shows != shown.shows:
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
