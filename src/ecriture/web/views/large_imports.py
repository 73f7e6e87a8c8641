"""The page of a large file: how far the worker is with it, and then its preview, a page of rows at a time."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from ecriture.core.accounts import Chart
from ecriture.store import import_jobs, uploads
from ecriture.store.import_jobs import Act, Phase, Reason
from ecriture.store.models import ImportJob, Membership
from ecriture.store.uploads import Kind
from ecriture.web.corrections import of_plain, shown
from ecriture.web.import_choices import Choices, choices_in
from ecriture.web.import_decisions import Deciding
from ecriture.web.import_preview import Preview, preview_in, taxes_meant
from ecriture.web.import_words import PHASES, REASONS, percent_of
from ecriture.web.import_work import begin, chosen_in, given_of
from ecriture.web.meanwhile import meanwhile

PROGRESS = "progress"
"""The id of the part that is asked for each second."""


def large_preview(request: HttpRequest, member: Membership, upload_id: UUID, job: ImportJob) -> HttpResponse:
    """The last job of a file decides what its page is."""
    is_part = request.headers.get("HX-Target") == PROGRESS
    if is_part and import_jobs.is_over(job):
        return HttpResponseClientRefresh()
    if job.made is not None:
        return redirect(f"{reverse('imports', args=[member.company_id])}?done={job.made}")
    if request.method == "POST":
        return _sent(request, member, upload_id, job)
    if job.phase != Phase.DONE:
        return _progress(request, member, upload_id, job, is_part=is_part)
    return _found(request, member, job)


def _sent(request: HttpRequest, member: Membership, upload_id: UUID, job: ImportJob) -> HttpResponse:
    """Looks again, or stores what the page showed and what was answered."""
    here = reverse("import-preview", args=[member.company_id, upload_id])
    if not import_jobs.is_over(job) and job.act == Act.STORE:  # a second press; storing may hold the database
        return redirect(here)
    waiting = uploads.waiting(member.company, upload_id, Kind.BOOKS)
    if request.POST.get("act") == "look":
        chosen_in(request.POST)  # what is no mapping is refused here
        begin(member, waiting.upload.pk, Act.LOOK, _with_answers(request.POST, job))
        return redirect(here)
    seen = import_jobs.named(member.company, upload_id, request.POST.get("job", ""))
    if seen is None or seen.act != Act.LOOK or "choices" not in seen.outcome:
        return redirect(here)
    if request.POST.get("act") == "decide":
        return _decided(request, member, seen)
    answers = request.POST.copy()
    answers.setlist("mapping", given_of(seen).getlist("mapping"))
    preview, choices = preview_in(member.company, seen, 1), choices_in(seen.outcome["choices"], answers)
    if preview.stops or not is_answered(choices, answers):
        return _shown(request, member, seen, preview, choices, status=422)
    begin(member, upload_id, Act.STORE, answers, shows=preview.shows)
    return redirect(here)


def _decided(request: HttpRequest, member: Membership, seen: ImportJob) -> HttpResponse:
    """Keeps what was decided with the mapping, and looks at the file by it."""
    preview, choices = preview_in(member.company, seen, 1), choices_in(seen.outcome["choices"], given_of(seen))
    deciding = Deciding(member.company, preview, request.POST)
    if (mapping := deciding.keep(member)) is None:
        return _shown(request, member, seen, preview, choices, status=422, deciding=deciding)
    begin(member, seen.upload, Act.LOOK, QueryDict(f"mapping={mapping.pk}"))
    return redirect("import-preview", member.company_id, seen.upload)


def _with_answers(given: QueryDict, job: ImportJob) -> QueryDict:
    """What was answered stays where storing failed: which credit notes are offered depends on it."""
    if job.act != Act.STORE:
        return given
    answers = given_of(job)
    for name, values in given.lists():
        answers.setlist(name, values)
    return answers


def is_answered(choices: Choices, answers: QueryDict) -> bool:
    """Questions that the page does not show are answered for all alike."""
    return choices.is_answered and (not choices.more_questions or bool(answers.get("same-all")))


def _found(request: HttpRequest, member: Membership, job: ImportJob) -> HttpResponse:
    if job.outcome.get("mappable"):
        return redirect("import-mapping", member.company_id, job.upload)
    page = request.GET.get("page", "")
    number = int(page[:9]) if page.isascii() and page.isdigit() else 1
    preview = preview_in(member.company, job, number)
    return _shown(request, member, job, preview, choices_in(job.outcome["choices"], given_of(job)))


def _shown(
    request: HttpRequest,
    member: Membership,
    job: ImportJob,
    preview: Preview,
    choices: Choices,
    *,
    deciding: Deciding | None = None,
    status: int = 200,
) -> HttpResponse:
    upload = uploads.waiting(member.company, job.upload, Kind.BOOKS).upload
    context: dict[str, Any] = {"preview": preview, "upload": upload, "choices": choices, "job": job}
    context |= {"chosen": chosen_in(given_of(job)), "asks": status == 422}
    context["unknown_taxes"] = taxes_meant(member.company, preview.unknown.taxes)
    context["new_count"] = choices.new_of(preview.counts.new)
    if preview.undecided:
        context["deciding"] = deciding or Deciding(member.company, preview)
    if "corrections" in request.GET:
        context["corrections"] = shown(member.company, of_plain(job.outcome["corrections"]))
    return render(request, "imports/preview.html", context, status=status)


def _progress(
    request: HttpRequest, member: Membership, upload_id: UUID, job: ImportJob, *, is_part: bool
) -> HttpResponse:
    """How far a job is, or why nothing came of it."""
    upload = uploads.waiting(member.company, upload_id, Kind.BOOKS).upload
    context: dict[str, Any] = {"upload": upload, "over": import_jobs.is_over(job), "chosen": chosen_in(given_of(job))}
    if context["over"]:
        reason = Reason(job.outcome.get("reason", Reason.BROKEN))
        context |= {"reason": REASONS[reason], "numbers": job.outcome.get("numbers", ())}
        if reason is Reason.CHANGED:
            context["meanwhile"] = meanwhile(member.company, upload, Chart())
    else:
        context |= {"phase": PHASES[job.phase], "percent": percent_of(job)}
    answer = render(request, "imports/progress.html" if is_part else "imports/work.html", context)
    patch_vary_headers(answer, ["HX-Target"])
    return answer
