"""Settings → Chart of accounts: the list, the import with a preview, an account by hand, and the linked accounts.

A file waits in the table of uploads until its preview is confirmed (`ecriture.store.uploads`).
"""

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.core.accounts import Account, Chart
from ecriture.core.problems import Problem, Severity
from ecriture.core.settings import Settings
from ecriture.core.soundness import is_error, unsaid
from ecriture.core.starter import starter_chart
from ecriture.sources.chart import ChartRead, read_chart, suggested_linked
from ecriture.speech.sentences import place, sentence
from ecriture.store import models, uploads
from ecriture.store.access import Right, may
from ecriture.store.charts import (
    ChartDifference,
    chart_difference,
    chart_of,
    put_account,
    put_chart,
    used_accounts,
)
from ecriture.store.models import Company, Membership, Upload
from ecriture.store.settings import locked, settings_of
from ecriture.store.steps import note_step
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.forms.chart import (
    MOST_ACCOUNTS,
    AccountForm,
    ChartFileForm,
    LinkedForm,
    StarterForm,
    unfit_names,
)
from ecriture.web.guards import company_page
from ecriture.web.listing import listed, listed_file
from ecriture.web.lists.chart import ChartList
from ecriture.web.meanwhile import meanwhile
from ecriture.web.saving import MOST_SAID, save, sent
from ecriture.web.set_up import known_of
from ecriture.web.soundness import setting_of, text_of, unsound
from ecriture.web.steps import Step, linked_proposed
from ecriture.web.words import language, setting_label

MOST_SHOWN = 50
"""How many accounts of a kind, and how many problems, a preview lists; it counts all of them."""
HINTS = "linked-hints"


@company_page(see=Right.READ)
def chart(request: HttpRequest, member: Membership) -> HttpResponse:
    """The accounts that match the search, a page at a time."""
    found = ChartList(member.company, request.GET, may_correct=may(member, Right.SETTINGS))
    return listed(request, found, {"starter": StarterForm(initial={"province": member.company.province})})


@company_page(see=Right.READ)
def export(request: HttpRequest, member: Membership) -> HttpResponse:
    """What is shown of the chart as our own table, which can be imported again."""
    return listed_file(ChartList(member.company, request.GET))


# A file


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def import_file(request: HttpRequest, member: Membership) -> HttpResponse:
    """Receives a file and goes to its preview. If it has an error, all its problems are shown."""
    form = ChartFileForm(request.POST, request.FILES) if request.method == "POST" else ChartFileForm()
    problems: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        read = read_chart(BytesIO(content), file=file.name)
        problems = _told(read)
        if len(read.chart) > MOST_ACCOUNTS:
            form.add_error("file", say("The file has more than 20,000 accounts. Export the accounts alone."))
        elif unfit := unfit_names(read.chart):
            form.add_error("file", unfit[0])
        elif not any(problem.stops for problem in read.problems):
            shows = _effect(member.company, read).shows
            upload = uploads.keep(member, Kind.CHART, file.name, content, shows=shows)
            return redirect(_with_guide(request, reverse("chart-preview", args=[member.company_id, upload.pk])))
    refused = bool(form.errors or problems)
    context = {
        "form": form,
        "problems": problems[:MOST_SHOWN],
        "more": max(len(problems) - MOST_SHOWN, 0),
        "guide": _guide(request),
        "is_there": models.Account.objects.filter(company=member.company).exists(),
        "starter": StarterForm(initial={"province": member.company.province}),
    }
    return render(request, "chart/import.html", context, status=422 if refused else 200)


def _told(read: ChartRead) -> list[dict[str, object]]:
    """The problems of a file in words, with their places; errors first."""
    spoken = language()
    in_order = sorted(read.problems, key=lambda problem: not problem.stops)
    return [
        {
            "place": place(it, spoken),
            "text": sentence(it, spoken),
            "stops": it.stops,
            "is_notice": it.severity is Severity.NOTICE,
        }
        for it in in_order
    ]


class Effect(NamedTuple):
    """What a file would do to the chart, and the settings that lose an account by it."""

    difference: ChartDifference
    before: Chart
    after: Chart
    settings: Settings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the settings only with the new chart."""
        return unsaid(unsound(self.settings, self.after), unsound(self.settings, self.before))

    @property
    def shows(self) -> str:
        return uploads.fingerprint(self._parts())

    def _parts(self) -> Iterator[tuple[str, ...]]:
        yield from (("new", *map(str, account)) for account in self.difference.new)
        yield from (("changed", *map(str, (*old, *new))) for old, new in self.difference.changed)
        yield from (("gone", *map(str, account)) for account in self.difference.gone)
        yield from sorted((problem.code, setting_of(problem)) for problem in self.problems)


def _effect(company: Company, read: ChartRead) -> Effect:
    before = chart_of(company)
    return Effect(chart_difference(before, read.chart), before, read.chart, settings_of(company))


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def preview(request: HttpRequest, member: Membership, upload_id: UUID) -> HttpResponse:
    """Previews an imported chart, and the settings that would lose an account. Replaces the chart on confirmation."""
    waiting = uploads.waiting(member.company, upload_id, Kind.CHART)
    read = read_chart(BytesIO(waiting.content), file=waiting.upload.name)
    if request.method == "POST":
        with locked(member) as present:
            return _replace(request, present, waiting, read)
    return _preview(request, member, waiting.upload, read, _effect(member.company, read))


def _preview(
    request: HttpRequest,
    member: Membership,
    upload: Upload,
    read: ChartRead,
    effect: Effect,
    *,
    shown: Upload | None = None,
) -> HttpResponse:
    """The preview of an upload. `shown` is the one that somebody confirmed in vain, if its preview was not true any more."""
    found, used, spoiled = effect.difference, used_accounts(effect.settings), _spoiled(effect)
    seen = shown or upload
    context = {
        "upload": upload,
        "meanwhile": meanwhile(member.company, seen, effect.before) if seen.shows != effect.shows else None,
        "difference": found,
        "count": len(effect.after),
        "unchanged": len(effect.after) - len(found.new) - len(found.changed),
        "most": MOST_SHOWN,
        "most_slice": f":{MOST_SHOWN}",
        "spoiled": [it for it in spoiled if it.holds],
        "odd": [it for it in spoiled if not it.holds],
        "gone": [account for account in found.gone if account.number not in used],
        "problems": _told(read)[:MOST_SHOWN],
        "more": max(len(read.problems) - MOST_SHOWN, 0),
        "guide": _guide(request),
    }
    return render(request, "chart/preview.html", context, status=409 if shown else 200)


class Spoiled(NamedTuple):
    """An account of the settings that a chart makes unfit: why, whether it holds amounts back, and whose it is."""

    account: Account
    """As it was."""
    text: str
    is_gone: bool
    holds: bool
    settings: tuple[str, ...]


def _spoiled(effect: Effect) -> list[Spoiled]:
    """What a chart takes from the settings: accounts that are gone, or take no entries any longer."""
    found: dict[tuple[str, str], tuple[Problem, list[str]]] = {}
    for problem in effect.problems:
        key = problem.code, str(problem.params["account"])
        found.setdefault(key, (problem, []))[1].append(setting_label(setting_of(problem)))
    return [
        Spoiled(
            effect.before.get(number) or Account(number),
            *(text_of(problem), code == "account-unknown", is_error(problem), tuple(labels)),
        )
        for (code, number), (problem, labels) in found.items()
    ]


def _replace(request: HttpRequest, member: Membership, waiting: Waiting, read: ChartRead) -> HttpResponse:
    """Replaces the chart if that does what the preview showed; linked accounts known only from the old chart are asked
    about again."""
    uploads.need_waiting(waiting.upload)
    effect = _effect(member.company, read)
    if effect.shows != waiting.upload.shows:
        again = uploads.look_again(member, waiting, shows=effect.shows)
        return _preview(request, member, again, read, effect, shown=waiting.upload)
    before, after = effect.before, effect.after
    put_chart(member.company, after, by=member, source=waiting.upload)
    forgotten = [it.number for it in before if it.linked and it.number in after and not after[it.number].linked]
    request.session[HINTS] = [*forgotten, *suggested_linked(read)]
    count = len(after)
    said = ngettext("The chart has %(count)s account now.", "The chart has %(count)s accounts now.", count)
    messages.success(request, said % {"count": count})
    return redirect(_after(request, member, "chart-linked"))


@company_page(see=None, act=Right.SETTINGS)
def starter(request: HttpRequest, member: Membership) -> HttpResponse:
    """Adds a starter chart, only if there is none."""
    form = StarterForm(request.POST)
    if models.Account.objects.filter(company=member.company).exists():
        messages.error(request, say("Nothing was changed: there is a chart already."))
    elif form.is_valid():
        made = starter_chart(form.cleaned_data["province"])
        put_chart(member.company, made, by=member)
        text = say(
            "The starter chart is in place, with %(count)s accounts. Create your own in your program, then import it."
        )
        messages.success(request, text % {"count": len(made)})
    return redirect(_after(request, member, "chart"))


# Linked accounts


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def linked(request: HttpRequest, member: Membership) -> HttpResponse:
    """Asks after each import which accounts the program refuses."""
    form = linked_form(request, member)
    if request.method == "POST" and form.is_valid() and save(request, member, form.change, area="chart") is not None:
        note_step(member.company, Step.CHART)
        forget_hints(request)
        return redirect(_after(request, member, "chart"))
    context = {"form": form, "guide": _guide(request)}
    return render(request, "chart/linked.html", context, status=422 if form.errors else 200)


def linked_form(request: HttpRequest, member: Membership) -> LinkedForm:
    known = known_of(member.company)
    offered = linked_proposed(known, request.session.get(HINTS, ()))
    return LinkedForm(sent(request), settings=known.settings, chart=known.chart, offered=offered)


def forget_hints(request: HttpRequest) -> None:
    """Once the linked accounts are answered, the hints of the file are cleared."""
    request.session.pop(HINTS, None)


# An account by hand


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def add(request: HttpRequest, member: Membership) -> HttpResponse:
    """A new account; the query string can propose its number and names (`?number=1201&name_fr=…`)."""
    proposed = {name: request.GET.get(name, "")[:200] for name in ("number", "name", "name_fr")}
    form = AccountForm(sent(request), chart=chart_of(member.company), account=None, initial=proposed)
    return _by_hand(request, member, form)


@company_page(see=Right.SETTINGS, act=Right.SETTINGS, alone=True)
def correct(request: HttpRequest, member: Membership, account_id: UUID) -> HttpResponse:
    row = get_object_or_404(models.Account, company=member.company, pk=account_id)
    accounts = chart_of(member.company)
    form = AccountForm(sent(request), chart=accounts, account=accounts[row.number])
    return _by_hand(request, member, form)


def _by_hand(request: HttpRequest, member: Membership, form: AccountForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        before = chart_of(member.company)
        changes = put_account(member.company, form.account, by=member)
        said = say("Saved. What was already transferred does not change.") if changes else say("Nothing was changed.")
        messages.success(request, said)
        after = chart_of(member.company)
        effect = Effect(chart_difference(before, after), before, after, settings_of(member.company))
        for spoiled in _spoiled(effect)[:MOST_SAID]:
            messages.warning(request, f"{', '.join(spoiled.settings[:MOST_SAID])} – {spoiled.text}")
        return redirect(_after(request, member, "chart"))
    context = {"form": form, "is_new": not form.fields["number"].disabled, "guide": _guide(request)}
    return render(request, "chart/account.html", context, status=422 if form.errors else 200)


# Coming from the set-up: continue there afterwards


def _guide(request: HttpRequest) -> str:
    """The set-up step that somebody came from, if any."""
    asked = request.GET.get("guide", "")
    return asked if asked in set(Step) else ""


def _with_guide(request: HttpRequest, address: str) -> str:
    guide = _guide(request)
    return f"{address}?guide={guide}" if guide else address


def _after(request: HttpRequest, member: Membership, name: str) -> str:
    """Back to the set-up step that somebody came from, or to a settings page."""
    guide = _guide(request)
    if guide:
        return reverse("first-step", args=[member.company_id, guide])
    return reverse(name, args=[member.company_id])
