"""Settings → Chart of accounts: the list, the import with a preview, an account by hand, and the linked accounts.

An imported chart waits in the session until its preview is confirmed. The session is in the database, so that any
server process can answer, the page can be reloaded or read in the other language, and a chart of two thousand accounts
is not sent to the browser and back. It belongs to one company, and is removed once used.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as say

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.core.problems import Problem, Severity
from ecriture.core.settings import Settings
from ecriture.core.soundness import is_error, unsaid
from ecriture.core.starter import starter_chart
from ecriture.sources.chart import ChartRead, read_chart, suggested_linked
from ecriture.speech.sentences import place, sentence
from ecriture.store import models
from ecriture.store.access import Right, may
from ecriture.store.charts import chart_difference, chart_of, put_account, put_chart, used_accounts
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.store.steps import note_step
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
from ecriture.web.saving import MOST_SAID, save, sent
from ecriture.web.set_up import known_of
from ecriture.web.soundness import setting_of, text_of, unsound
from ecriture.web.steps import Step, linked_proposed
from ecriture.web.words import setting_label

MOST_SHOWN = 50
"""How many accounts of a kind, and how many problems, a preview lists; it counts all of them."""
WAITING = "chart"
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
        read = read_chart(file, file=file.name)
        problems = _told(read)
        if len(read.chart) > MOST_ACCOUNTS:
            form.add_error("file", say("The file has more than 20,000 accounts. Export the accounts alone."))
        elif unfit := unfit_names(read.chart):
            form.add_error("file", unfit[0])
        elif not any(problem.stops for problem in read.problems):
            _keep(request, member, read, file.name)
            return redirect(_with_guide(request, reverse("chart-preview", args=[member.company_id])))
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
    language = str(get_language())
    in_order = sorted(read.problems, key=lambda problem: not problem.stops)
    return [
        {
            "place": place(it, language),
            "text": sentence(it, language),
            "stops": it.stops,
            "is_notice": it.severity is Severity.NOTICE,
        }
        for it in in_order
    ]


def _keep(request: HttpRequest, member: Membership, read: ChartRead, name: str) -> None:
    request.session[WAITING] = {
        "company": str(member.company_id),
        "name": name[:200],
        "accounts": [list(account) for account in read.chart],
        "hints": list(suggested_linked(read)),
        "problems": _told(read)[:MOST_SHOWN],
        "more": max(len(read.problems) - MOST_SHOWN, 0),
    }


def _kept(request: HttpRequest, member: Membership) -> dict[str, Any] | None:
    """This company's chart that awaits confirmation; None if there is none."""
    found: dict[str, Any] | None = request.session.get(WAITING)
    return found if found and found["company"] == str(member.company_id) else None


def _chart_in(kept: dict[str, Any]) -> Chart:
    return Chart(
        Account(number, name, name_fr, AccountType(kind), linked, AccountClass(found) if found else None)
        for number, name, name_fr, kind, linked, found in kept["accounts"]
    )


@company_page(see=Right.SETTINGS, act=Right.SETTINGS)
def preview(request: HttpRequest, member: Membership) -> HttpResponse:
    """Previews an imported chart, and the settings that would lose an account. Replaces the chart on confirmation."""
    kept = _kept(request, member)
    if kept is None:
        messages.warning(request, say("There is no chart to preview: choose the file again."))
        return redirect(_with_guide(request, reverse("chart-import", args=[member.company_id])))
    before, after = chart_of(member.company), _chart_in(kept)
    if request.method == "POST":
        return _replace(request, member, kept, before, after)
    found, settings = chart_difference(before, after), settings_of(member.company)
    used, spoiled = used_accounts(settings), _spoiled(settings, before, after)
    context = {
        "name": kept["name"],
        "difference": found,
        "count": len(after),
        "unchanged": len(after) - len(found.new) - len(found.changed),
        "most": MOST_SHOWN,
        "most_slice": f":{MOST_SHOWN}",
        "spoiled": [it for it in spoiled if it.holds],
        "odd": [it for it in spoiled if not it.holds],
        "gone": [account for account in found.gone if account.number not in used],
        "problems": kept["problems"],
        "more": kept.get("more", 0),
        "guide": _guide(request),
    }
    return render(request, "chart/preview.html", context)


class Spoiled(NamedTuple):
    """An account of the settings that a chart makes unfit: why, whether it holds amounts back, and whose it is."""

    account: Account
    """As it was."""
    text: str
    is_gone: bool
    holds: bool
    settings: tuple[str, ...]


def _spoiled(settings: Settings, before: Chart, after: Chart) -> list[Spoiled]:
    """What a chart takes from the settings: accounts that are gone, or take no entries any longer."""
    found: dict[tuple[str, str], tuple[Problem, list[str]]] = {}
    for problem in unsaid(unsound(settings, after), unsound(settings, before)):
        key = problem.code, str(problem.params["account"])
        found.setdefault(key, (problem, []))[1].append(setting_label(setting_of(problem)))
    return [
        Spoiled(
            before.get(number) or Account(number),
            *(text_of(problem), code == "account-unknown", is_error(problem), tuple(labels)),
        )
        for (code, number), (problem, labels) in found.items()
    ]


def _replace(
    request: HttpRequest, member: Membership, kept: dict[str, Any], before: Chart, after: Chart
) -> HttpResponse:
    """Replaces the chart; linked accounts known only from the old chart are asked about again."""
    put_chart(member.company, after, by=member)
    del request.session[WAITING]
    forgotten = [it.number for it in before if it.linked and it.number in after and not after[it.number].linked]
    request.session[HINTS] = [*forgotten, *kept["hints"]]
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
        for spoiled in _spoiled(settings_of(member.company), before, chart_of(member.company))[:MOST_SAID]:
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
