"""The guide of a first import, and its file of one cent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.speech.sentences import sentence
from ecriture.store.access import Right
from ecriture.store.charts import chart_of
from ecriture.store.models import Membership
from ecriture.store.settings import settings_of
from ecriture.targets.registry import WriteOptions
from ecriture.transfer import write
from ecriture.web.downloads import download
from ecriture.web.guards import company_page
from ecriture.web.one_cent import SOURCE, can_be_written, one_cent, open_day
from ecriture.web.program import Program
from ecriture.web.words import language


@company_page(see=Right.READ)
def first_import(request: HttpRequest, member: Membership) -> HttpResponse:
    settings, program = settings_of(member.company, items=False), Program(member.company)
    name = _file_name(program)
    context = {"can_be_written": can_be_written(settings), "settings": settings, "source": SOURCE}
    context |= {"on": open_day(settings, timezone.localdate()), "file_name": name, "steps": program.steps(name)}
    return render(request, "first_steps/first_import.html", context)


def _file_name(program: Program) -> str:
    return f"ecriture-test{program.target.suffix}"


@company_page(see=Right.EXPORT)
def one_cent_file(request: HttpRequest, member: Membership) -> HttpResponse:
    settings, program = settings_of(member.company, items=False), Program(member.company)
    if not can_be_written(settings):
        messages.error(request, say("Choose the two accounts of an invoice first."))
        return redirect("accounting", member.company_id)
    entry, chart = one_cent(settings, today=timezone.localdate()), chart_of(member.company)
    faults = program.target.faults([entry], WriteOptions(settings.currency, settings.language, chart))
    if faults:
        for problem in faults:
            messages.error(request, sentence(problem, language()))
        return redirect("first-import", member.company_id)
    content = write([entry], settings=settings, chart=chart, target=program.target).content
    return download(content, _file_name(program), "application/octet-stream")
