"""Importing documents and payments: a file, what it would do, storing that, and undoing it."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.documents import LINE, TAX, Document, Unit, UnitId, UnitKind
from ecriture.core.methods import Methods
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.sources.books_file import BooksRead, read_books_file
from ecriture.speech.sentences import place, sentence
from ecriture.store import uploads
from ecriture.store.access import Right
from ecriture.store.books import BY_HAND, TooLarge, differences
from ecriture.store.catalogue import items_named
from ecriture.store.charts import chart_of
from ecriture.store.importing import Effect, EffectChanged, NotUndone, effect_of, imports_of, store, undo
from ecriture.store.mappings import mappings_of
from ecriture.store.models import Company, Import, Membership, Upload
from ecriture.store.settings import settings_of
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.audit_words import Line, line_shown
from ecriture.web.forms.imports import ImportForm
from ecriture.web.guards import company_page
from ecriture.web.meanwhile import meanwhile
from ecriture.web.words import setting_label

MOST_SHOWN = 100
"""So many changes, and so many problems, are shown; the others are counted."""
MOST_IMPORTS = 20


class Shown(NamedTuple):
    """A document or payment of a file, and what becomes of it."""

    unit: Unit
    state: str
    """`new`, `changed`, `transferred` (changed after it was), or `other`: another source brought it."""
    lines: tuple[Line, ...] = ()
    origin: str = ""


class Unknown(NamedTuple):
    """What documents and payments of a file name, and the settings do not have."""

    items: tuple[str, ...]
    taxes: tuple[str, ...]
    methods: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self)


class Preview(NamedTuple):
    """What a file would do, in words. `stops`: nothing of it can be stored as it is."""

    effect: Effect
    shown: tuple[Shown, ...]
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    unknown: Unknown
    origin: str
    mapping: str

    @property
    def more(self) -> int:
        return len(self.effect.units) - len(self.shown)

    @property
    def stops(self) -> bool:
        return bool(self.faults or self.effect.of_others)

    @property
    def may_be_stored(self) -> bool:
        return bool(self.effect) and not self.stops


@company_page(see=Right.RECORD, act=Right.RECORD)
def imports(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. Below, what was imported already."""
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, member, form, status=422 if request.method == "POST" else 200)
    file = form.cleaned_data["file"]
    content = file.read()
    preview = preview_of(member.company, _read(member.company, file.name, content))
    upload = uploads.keep(member, Kind.BOOKS, file.name, content, shows=preview.effect.fingerprint)
    return redirect("import-preview", member.company_id, upload.pk)


def _page(
    request: HttpRequest, member: Membership, form: ImportForm, *, status: int = 200, **more: object
) -> HttpResponse:
    past = list(imports_of(member.company)[:MOST_IMPORTS])
    known = [mapping.name for mapping in mappings_of(member.company)]
    return render(request, "imports/imports.html", {"form": form, "past": past, "known": known, **more}, status=status)


def _read(company: Company, name: str, content: bytes) -> BooksRead:
    return read_books_file(BytesIO(content), name, settings_of(company), mappings_of(company))


@company_page(see=Right.RECORD, act=Right.RECORD)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Shows what a file would do. Stores it on confirmation, if that is still what it would do."""
    waiting = uploads.waiting(member.company, upload_id, Kind.BOOKS)
    read = _read(member.company, waiting.upload.name, waiting.content)
    shown = preview_of(member.company, read)
    if request.method != "POST":
        return _preview(request, member, waiting, shown)
    if not shown.may_be_stored:
        return _preview(request, member, waiting, shown, status=422)
    try:
        found = store(
            member.company,
            read.units,
            origin=read.origin,
            by=member,
            upload=waiting.upload,
            fingerprint=waiting.upload.shows,
        )
    except EffectChanged:
        again = uploads.look_again(member, waiting, shows=shown.effect.fingerprint)
        return _preview(request, member, Waiting(again, waiting.content), shown, seen=waiting.upload, status=409)
    except TooLarge as large:
        return _preview(request, member, waiting, shown, too_large=large.units, status=422)
    return redirect(f"{reverse('imports', args=[member.company_id])}?done={found.pk}")


def _preview(
    request: HttpRequest,
    member: Membership,
    waiting: Waiting,
    shown: Preview,
    *,
    seen: Upload | None = None,
    too_large: Sequence[UnitId] = (),
    status: int = 200,
) -> HttpResponse:
    company, before = member.company, seen or waiting.upload
    context: dict[str, Any] = {"preview": shown, "upload": waiting.upload, "too_large": too_large}
    context |= {"faults": shown.faults[:MOST_SHOWN], "more_faults": max(0, len(shown.faults) - MOST_SHOWN)}
    context["notices"] = shown.notices[:MOST_SHOWN]
    if before.shows != shown.effect.fingerprint:
        context["meanwhile"] = meanwhile(company, before, chart_of(company))
    return render(request, "imports/preview.html", context, status=status)


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


# What is shown


def preview_of(company: Company, read: BooksRead) -> Preview:
    language = str(get_language())
    effect = effect_of(company, read.units, read.origin)
    faults = (
        *(_owned(it, origin) for it, origin in effect.of_others.items()),
        *(_said(it, language) for it in read.problems if it.stops),
    )
    notices = tuple(_said(it, language) for it in read.problems if not it.stops)
    shown = tuple(_shown(company, effect))
    named = read.mapping.name if read.mapping else ""
    return Preview(effect, shown, faults, notices, unknown_in(company, read), read.origin, named)


def _shown(company: Company, effect: Effect) -> Iterable[Shown]:
    """The changes, those that stand in the way first, then those of what was transferred; then what is new."""
    chart = chart_of(company) if effect.changed else Chart()
    changed = sorted(
        effect.changed, key=lambda it: (it[1].id not in effect.of_others, it[1].id not in effect.transferred)
    )
    for before, after in changed[:MOST_SHOWN]:
        lines = tuple(line_shown("books", change, chart) for change in differences(before, after))
        state = "transferred" if after.id in effect.transferred else "changed"
        origin = effect.of_others.get(after.id)
        yield Shown(after, state if origin is None else "other", lines, origin or "")
    for unit in effect.new[: max(0, MOST_SHOWN - len(changed))]:
        yield Shown(unit, "new")


def unknown_in(company: Company, read: BooksRead) -> Unknown:
    documents = [unit for unit in read.units if isinstance(unit, Document)]
    codes = {key.code for unit in documents for key in unit.keys if key.kind is LINE} - {""}
    taxes = {key.code for unit in documents for key in unit.keys if key.kind is TAX}
    settings = settings_of(company, items=False)
    return Unknown(
        tuple(sorted(codes - items_named(company, codes).keys())),
        tuple(sorted(taxes - settings.taxes.keys())),
        tuple(sorted(_unknown_methods(read, settings))),
    )


def _unknown_methods(read: BooksRead, settings: Settings) -> set[str]:
    known = Methods(settings.methods)
    named = {unit.method for unit in read.units if not isinstance(unit, Document)} - {""}
    return {name for name in named if not known.knows(name)}


def _owned(unit: UnitId, origin: str) -> str:
    """Why a number stands in the way. A source owns its numbers."""
    about = say("Document %s") if unit.kind == UnitKind.DOCUMENT else say("Payment %s")
    text = say(
        "%(unit)s came from %(origin)s, and only that program replaces it. Give this program’s numbers a prefix in its"
        " mapping."
    )
    ours = say("a page, by hand") if origin == BY_HAND else say("a file in Écriture’s own columns")
    return text % {"unit": about % unit.number, "origin": ours if origin in ("", BY_HAND) else origin}


def _said(problem: Problem, language: str) -> str:
    where = place(problem, language)
    text = sentence(problem, language, screen_name=setting_label)
    return say("%(place)s: %(text)s") % {"place": where, "text": text} if where else text
