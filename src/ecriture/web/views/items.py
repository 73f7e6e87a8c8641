"""Settings → Products & Services: the list, an item, archiving, bulk changes, import and export."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple, replace
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.problems import Problem
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.soundness import REFUSED
from ecriture.sources.items import ItemsRead, merged, read_items
from ecriture.speech.sentences import place, sentence
from ecriture.store import models, uploads
from ecriture.store.access import Right
from ecriture.store.catalogue import item_of, item_row, items_named, uses_of
from ecriture.store.charts import chart_of
from ecriture.store.models import Company, Membership, Upload
from ecriture.store.settings import company_only, locked, settings_of
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.downloads import download
from ecriture.web.forms import items as forms
from ecriture.web.forms.defaults import InvoiceAccounts
from ecriture.web.forms.items import ArchiveForm, FileForm, ItemForm, ManyForm, NewItemForm
from ecriture.web.guards import company_page
from ecriture.web.listing import listed, listed_file
from ecriture.web.lists.items import ItemList, tax_names
from ecriture.web.meanwhile import meanwhile
from ecriture.web.saving import save_items, saved, saved_items, sent
from ecriture.web.soundness import newly_unsound, setting_of, text_of
from ecriture.web.words import language

MOST_SAID = 100
"""How many problems or differences of a file are shown; the others are counted."""

MOST_ITEMS = 20_000


# The list


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def items(request: HttpRequest, member: Membership) -> HttpResponse:
    """The catalogue, with the two default accounts of invoices."""
    company = member.company
    if request.method != "POST":
        return _list(request, ItemList(company, request.GET, settings=company_only(company)))
    settings, chart = _settings_and_chart(company)
    form = InvoiceAccounts(sent(request), company=company, settings=settings, chart=chart)
    if saved(request, member, form, area="items"):
        return redirect("items", company.pk)
    return _list(request, ItemList(company, request.GET, settings=settings), form=form)


@company_page(see=None, act=Right.SETTINGS, alone=True)
def many(request: HttpRequest, member: Membership) -> HttpResponse:
    """Sets accounts for the chosen items, or for all search results."""
    company = member.company
    settings, chart = _settings_and_chart(company)
    listing = ItemList(company, request.POST, settings=settings, chosen=request.POST.getlist("chosen"))
    codes = listing.all_codes() if request.POST.get("all") else request.POST.getlist("chosen")
    named = replace(settings, items=items_named(company, codes))
    form = ManyForm(request.POST, codes=tuple(codes), company=company, settings=named, chart=chart)
    if saved_items(request, member, form):
        return _back_to_list(company, listing)
    return _list(request, listing, many=form)


def _back_to_list(company: Company, listing: ItemList) -> HttpResponse:
    answer = redirect("items", company.pk)
    if query := listing.query():
        answer["Location"] += f"?{query}"
    return answer


def _settings_and_chart(company: Company) -> tuple[Settings, Chart]:
    return settings_of(company, items=False), chart_of(company)


def _list(
    request: HttpRequest, listing: ItemList, *, form: InvoiceAccounts | None = None, many: ManyForm | None = None
) -> HttpResponse:
    given: Any = {"company": listing.company, "settings": listing.settings, "chart": _chart_to_show(listing)}
    context = {
        "form": form or InvoiceAccounts(**given),
        "many": many or ManyForm(**given),
        "default": listing.settings.accounts.invoice_credit,
    }
    refused = bool((form and form.errors) or (many and many.errors))
    return listed(request, listing, context, status=422 if refused else 200)


def _chart_to_show(listing: ItemList) -> Chart:
    """The accounts that the two fields of the list show: their own, or all, to propose one for an empty field."""
    accounts = listing.settings.accounts
    return listing.chart if accounts.invoice_debit and accounts.invoice_credit else chart_of(listing.company)


# One item


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def new_item(request: HttpRequest, member: Membership) -> HttpResponse:
    settings, chart = _settings_and_chart(member.company)
    start = {"which_taxes": forms.ALL_TAXES, "code": request.GET.get("code", "")}
    form = NewItemForm(request.POST or None, initial=start, company=member.company, settings=settings, chart=chart)
    if saved_items(request, member, form):
        if back := _preview_asked(request, member):
            return redirect(back)
        return redirect("new-item" if "another" in request.POST else "items", member.company_id)
    return render(request, "items/new.html", {"form": form}, status=422 if form.errors else 200)


def _preview_asked(request: HttpRequest, member: Membership) -> str:
    """The preview of an import from which somebody came to create an item."""
    with suppress(ValueError, NoReverseMatch):
        return reverse("import-preview", args=[member.company_id, UUID(request.GET.get("back", ""))])
    return ""


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def item(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    row = item_row(member.company, item_id)
    settings, chart = _settings_and_chart(member.company)
    kept = item_of(row)
    form = ItemForm(
        request.POST or None,
        initial=forms.initial(kept),
        kept=kept,
        company=member.company,
        settings=settings,
        chart=chart,
    )
    if saved_items(request, member, form):
        return redirect("items", member.company_id)
    return render(request, "items/item.html", {"form": form, **_of(row)}, status=422 if form.errors else 200)


def _of(row: models.Item) -> dict[str, Any]:
    """The context of the pages and dialogs of an item."""
    kept = item_of(row)
    return {
        "row": row,
        "uses": uses_of(row.company, row.code),
        "archiving": ArchiveForm(item=kept, auto_id="id_archive_%s"),
        "instead": ArchiveForm(item=kept, auto_id="id_instead_%s"),
    }


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def archive_item(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Archives an item, or changes its archive date and note."""
    row = item_row(member.company, item_id)
    form = ArchiveForm(request.POST or None, item=item_of(row))
    if saved_items(request, member, form):
        return redirect("items", member.company_id)
    shown = {**_of(row), "form": form, "archiving": form}
    return render(request, "items/archive.html", shown, status=422 if form.errors else 200)


@company_page(see=None, act=Right.SETTINGS, alone=True)
def take_back_item(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    row = item_row(member.company, item_id)
    if save_items(request, member, [row.code], forms.taken_back) is not None and row.note:
        messages.warning(request, say("The note is kept: change it if it no longer applies."))
    return redirect("item", member.company_id, row.pk)


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def delete_item(request: HttpRequest, member: Membership, item_id: UUID) -> HttpResponse:
    """Deletes an item that no document uses; otherwise says why not, and offers to archive it."""
    row = item_row(member.company, item_id)
    if request.method == "POST" and save_items(request, member, [row.code], forms.deleted) is not None:
        return redirect("items", member.company_id)
    return render(request, "items/delete.html", _of(row), status=422 if request.method == "POST" else 200)


# Files


@company_page(see=Right.READ)
def items_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    """What is shown of the catalogue, as the import reads it."""
    return listed_file(ItemList(member.company, request.GET, settings=company_only(member.company)))


@company_page(see=Right.READ)
def items_xlsx(request: HttpRequest, member: Membership) -> HttpResponse:
    content = ItemList(member.company, request.GET, settings=company_only(member.company)).workbook()
    return download(content, "items.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Difference(NamedTuple):
    """The effect of a file on an item; `before` is None for a new one. `refused` names accounts that cannot be used."""

    before: Item | None
    after: Item
    taxes: str | None
    refused: tuple[str, ...]
    odd: tuple[str, ...]


class Preview(NamedTuple):
    """The effect of a file, and its problems."""

    differences: tuple[Difference, ...]
    unchanged: int
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    shows: str
    """The fingerprint of the effect."""

    @property
    def stops(self) -> bool:
        return bool(self.faults or self.refused)

    @property
    def may_be_taken(self) -> bool:
        return not self.stops and bool(self.differences)

    @property
    def new(self) -> int:
        return sum(difference.before is None for difference in self.differences)

    @property
    def changed(self) -> int:
        return len(self.differences) - self.new

    @property
    def refused(self) -> int:
        return sum(bool(difference.refused) for difference in self.differences)

    @property
    def shown(self) -> tuple[Difference, ...]:
        """The first differences, refused ones first."""
        return tuple(sorted(self.differences, key=lambda it: not it.refused))[:MOST_SAID]


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def import_items(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. If it cannot be taken, it is shown why."""
    form = FileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _import_page(request, form, status=422 if request.method == "POST" else 200)
    file = form.cleaned_data["file"]
    content, settings = file.read(), settings_of(member.company)
    preview = preview_of(settings, chart_of(member.company), _read(settings, file.name, content))
    if not preview.may_be_taken:
        return _import_page(request, FileForm(), preview=preview, name=file.name, status=422 if preview.stops else 200)
    upload = uploads.keep(member, Kind.ITEMS, file.name, content, shows=preview.shows)
    return redirect("items-preview", member.company_id, upload.pk)


def _read(settings: Settings, name: str, content: bytes) -> ItemsRead:
    return read_items(BytesIO(content), file=name, taxes=_known_taxes(settings))


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Previews a file. Imports its items on confirmation, if that does what the preview showed."""
    waiting = uploads.waiting(member.company, upload_id, Kind.ITEMS)
    settings = settings_of(member.company)
    read = _read(settings, waiting.upload.name, waiting.content)
    if request.method == "POST":
        with locked(member) as present:
            return _import(request, present, waiting, read)
    shown = preview_of(settings, chart_of(member.company), read)
    return _import_page(request, FileForm(), preview=shown, upload=waiting.upload, member=member)


def _import(request: HttpRequest, member: Membership, waiting: Waiting, read: ItemsRead) -> HttpResponse:
    upload, company = waiting.upload, member.company
    uploads.need_waiting(upload)
    shown = preview_of(settings_of(company), chart_of(company), read)
    if shown.shows != upload.shows:
        again = upload if shown.stops else uploads.look_again(member, waiting, shows=shown.shows)
        return _import_page(request, FileForm(), preview=shown, upload=again, member=member, seen=upload, status=409)
    if save_items(request, member, read.items, partial(merged, read=read), source=upload) is not None:
        return redirect("items", member.company_id)
    return _import_page(request, FileForm(), preview=shown, upload=upload, member=member, status=422)


def _known_taxes(settings: Settings) -> list[str]:
    """The company's tax codes, and removed ones that items still name, so that exports can be read."""
    used = {code for item in settings.items.values() for code in item.taxes or ()}
    return list(dict.fromkeys([*settings.taxes, *sorted(used)]))


def preview_of(settings: Settings, chart: Chart, read: ItemsRead) -> Preview:
    """The effect of a file on the catalogue. Only changed accounts are checked."""
    spoken = language()
    faults = [_said(problem, spoken) for problem in read.problems if problem.stops]
    if len(read.items) > MOST_ITEMS:
        faults.append(say("The file has more than %s items. Split it into smaller files.") % MOST_ITEMS)
    notices = (_said(problem, spoken) for problem in read.problems if not problem.stops)
    after = {} if faults else merged(settings.items, read)
    found: dict[str, list[Problem]] = defaultdict(list)
    problems = newly_unsound(settings, replace(settings, items=frozen_mapping(after or settings.items)), chart)
    for problem in problems:
        found[setting_of(problem).removeprefix("items.").rpartition(".")[0]].append(problem)
    differences = tuple(
        _difference(settings.items.get(code), it, found[code])
        for code, it in after.items()
        if settings.items.get(code) != it
    )
    shows = _fingerprint(settings, differences, problems)
    return Preview(differences, len(read.items) - len(differences), tuple(faults), tuple(notices), shows)


def _fingerprint(settings: Settings, differences: Iterable[Difference], problems: Iterable[Problem]) -> str:
    """The taxes decide how a file is read."""
    changed = [item for it in differences for item in (it.before or Item(it.after.code), it.after)]
    rows = [
        [*map(str, astuple(replace(it, taxes=None))), *(("-",) if it.taxes is None else sorted(it.taxes))]
        for it in changed
    ]
    unsound = sorted((problem.code, setting_of(problem)) for problem in problems)
    return uploads.fingerprint([_known_taxes(settings), *rows, *unsound])


def _difference(before: Item | None, after: Item, problems: list[Problem]) -> Difference:
    refused, odd = (
        tuple(text_of(problem) for problem in problems if (problem.code in REFUSED) is is_refused)
        for is_refused in (True, False)
    )
    return Difference(before, after, tax_names(after), refused, odd)


def _said(problem: Problem, language: str) -> str:
    return format_html("<b>{}</b> · {}", place(problem, language), _of_items(problem, language))


def _of_items(problem: Problem, language: str) -> str:
    """The sentence of a problem, in the words of items: their codes, and the names of taxes."""
    if problem.params.get("reason") == "number-missing":
        return say("The item’s code is missing.")
    accepted = problem.params.get("accepted")
    if not accepted:
        return sentence(problem, language)
    names = {"all": say("all"), "none": say("none")}
    shown = ", ".join(names.get(code, tax_name(code, language)) for code in str(accepted).split(", "))
    return sentence(replace(problem, params={**problem.params, "accepted": shown}), language)


def _import_page(
    request: HttpRequest,
    form: FileForm,
    *,
    status: int = 200,
    preview: Preview | None = None,
    name: str = "",
    upload: Upload | None = None,
    member: Membership | None = None,
    seen: Upload | None = None,
) -> HttpResponse:
    """The page of the import, with the preview of an upload or of a file that cannot be taken. `seen` is the upload that
    somebody confirmed in vain, if its preview was not true any more."""
    shown: dict[str, Any] = {
        "form": form,
        "preview": preview,
        "upload": upload,
        "name": upload.name if upload else name,
    }
    if preview:
        shown |= {"faults": _some(preview.faults), "notices": _some(preview.notices)}
        shown |= {
            "more": max(0, len(preview.differences) - MOST_SAID),
            "more_faults": max(0, len(preview.faults) - MOST_SAID),
        }
    before = seen or upload
    if preview and before and member and before.shows != preview.shows:
        shown["meanwhile"] = meanwhile(member.company, before, chart_of(member.company))
    return render(request, "items/import.html", shown, status=status)


def _some(texts: Iterable[str]) -> list[str]:
    return list(texts)[:MOST_SAID]
