"""Settings → File layout: how the company's program wants its import file, beside a sample of it."""

from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as say

from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.layouts import delete_layout, own_layout, put_layout, toml_of
from ecriture.store.models import Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of
from ecriture.store.settings import settings_of
from ecriture.targets.registry import is_layout
from ecriture.web.downloads import download
from ecriture.web.forms.layout import LayoutForm
from ecriture.web.guards import company_page
from ecriture.web.layout_text import LONGEST_TOML, Sample, Written, read_text, sample_of, written
from ecriture.web.toml_text import of_file

SAMPLE = "sample"
"""The id of the part that shows the file."""


class Screen(NamedTuple):
    """What stands on the page: a form, or the text alone; and the layout that it makes, None while it makes none."""

    form: LayoutForm | None
    base: Written
    made: Written | None


@company_page(see=Right.READ, act=Right.SETTINGS)
def file_layout(request: HttpRequest, member: Membership) -> HttpResponse:
    """The layout as a form or as text. Each change shows the file that it would make; keeping it is an act of its own."""
    if not is_layout(member.company.target):
        return redirect("accounting", member.company_id) if request.method == "POST" else _page(request, member, None)
    if request.method != "POST":
        base = read_text(toml_of(member.company))
        # A plain table has no name yet, which the form asks for.
        shown = base if base.layout.name else written(replace(base.layout, name="-"))
        return _page(request, member, Screen(LayoutForm(layout=base.layout), base, shown))
    file: Any = request.FILES.get("file")
    if file is not None:
        base = read_text(of_file(file, LONGEST_TOML))
        return _page(request, member, Screen(None, base, base), status=422 if base.faults else 200)
    if not _is_of_program(request, member):
        return redirect("file-layout", member.company_id)
    screen, act = _sent(request), request.POST.get("act", "")
    if act == "keep" and screen.made and not screen.made.faults and not _sample(member, screen.made).is_broken:
        return _keep(request, member, screen, screen.made)
    return _page(request, member, screen, status=422 if act in ("keep", "") else 200)


def _is_of_program(request: HttpRequest, member: Membership) -> bool:
    """Whether the page was of the program that the company has now: a layout of another one must not become its own."""
    target = member.company.target
    if request.POST.get("target", target) == target:
        return True
    messages.error(
        request,
        say("Nothing was saved: the company has another program now. This is the layout of that one."),
    )
    return False


def _sent(request: HttpRequest) -> Screen:
    """What was sent: the text, or the answers of the form over what it does not show."""
    act = request.POST.get("act", "")
    base = read_text(request.POST.get("toml", ""))
    if request.POST.get("mode") != "form" or len(base.toml) > LONGEST_TOML:
        return Screen(LayoutForm(layout=base.layout) if act == "form" and not base.faults else None, base, base)
    form = LayoutForm(request.POST, layout=base.layout)
    if not form.is_valid():
        return Screen(form, base, None)
    made = written(form.change())
    return Screen(None, made, made) if act == "text" else Screen(form, base, made)


def _keep(request: HttpRequest, member: Membership, screen: Screen, made: Written) -> HttpResponse:
    try:
        put_layout(member.company, member.company.target, made.toml, by=member, seen=request.POST.get("seen", ""))
    except ChangedMeanwhile as changed:
        told = {"theirs": changed.now or say("(the shipped one)"), "seen": mark_of(changed.now)}
        return _page(request, member, screen, status=409, **told)
    messages.success(request, say("The layout is kept. The next file is written by it; earlier ones stay as they are."))
    return redirect("file-layout", member.company_id)


def _sample(member: Membership, made: Written) -> Sample:
    company = member.company
    return sample_of(made.layout, settings_of(company, items=False), chart_of(company), timezone.localdate())


def _page(
    request: HttpRequest, member: Membership, screen: Screen | None, *, status: int = 200, **told: object
) -> HttpResponse:
    if screen is None:
        return render(request, "settings/layout.html")
    company, made = member.company, screen.made
    own = own_layout(company)
    mark = mark_of(own.toml if own else "")
    is_part = request.headers.get("HX-Target") == SAMPLE
    sample = _sample(member, made) if made and not made.faults else Sample("")
    context: dict[str, Any] = {
        "screen": screen,
        "form": screen.form,
        "faults": (made.faults if made else ()) or sample.faults,
        "sample": sample,
        "own": own,
        "own_mark": mark,
        "seen": request.POST.get("seen", mark),
        "is_part": is_part,
        **told,
    }
    template = "settings/layout_sample.html" if is_part else "settings/layout.html"
    answer = render(request, template, context, status=200 if is_part else status)
    patch_vary_headers(answer, ["HX-Target"])
    return answer


@company_page(see=Right.READ)
def layout_toml(_request: HttpRequest, member: Membership) -> HttpResponse:
    """The layout as the command reads it."""
    company = member.company
    if not is_layout(company.target):
        return redirect("file-layout", company.pk)
    return download(toml_of(company).encode(), f"{company.target}.toml", "application/toml; charset=utf-8")


@company_page(see=None, act=Right.SETTINGS)
def remove_layout(request: HttpRequest, member: Membership) -> HttpResponse:
    """Back to the layout that comes with Écriture."""
    if not _is_of_program(request, member):
        return redirect("file-layout", member.company_id)
    try:
        delete_layout(member.company, member.company.target, by=member, seen=request.POST.get("seen", ""))
    except ChangedMeanwhile:
        messages.error(request, say("Nothing was given up: the layout was changed meanwhile. Look at it again."))
    else:
        messages.success(request, say("The shipped layout is used again. The text of yours stays in the audit log."))
    return redirect("file-layout", member.company_id)
