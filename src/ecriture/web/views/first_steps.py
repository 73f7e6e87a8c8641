"""The guided set-up, which can be left at any step and continued later."""

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ecriture.store import steps as store_steps
from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.web.forms import first_steps as step_forms
from ecriture.web.forms.chart import ChartFileForm, StarterForm
from ecriture.web.forms.company import IdentityForm, identity
from ecriture.web.guards import company_page
from ecriture.web.sample import sample
from ecriture.web.saving import made_unsound, save, save_items, sent
from ecriture.web.set_up import frame, known_of, taxes_in_words
from ecriture.web.steps import Known, Step, is_sound, progress, year_proposed
from ecriture.web.views.chart import forget_hints, linked_form

MakeForm = Callable[[HttpRequest, Membership, Known], Any]


@company_page(see=Right.READ)
def overview(request: HttpRequest, member: Membership) -> HttpResponse:
    """All steps, their answers, and the next one."""
    return render(request, "first_steps/overview.html", frame(known_of(member.company)))


@company_page(see=Right.READ, act=Right.SETTINGS, alone=True)
def step(request: HttpRequest, member: Membership, step: str) -> HttpResponse:
    """One step. It saves like the settings pages, and continues with the next step."""
    if step not in set(Step):
        raise Http404
    here, known = Step(step), known_of(member.company)
    form = _FORMS[here](request, member, known)
    if request.method == "POST" and form.is_valid() and (outcome := _saved(request, member, here, known, form)):
        return _onwards(request, member, here, is_warned=outcome is Outcome.WARNED)
    context = {**frame(known, here), **_more(here, known, member, form), "form": form}
    return render(request, f"first_steps/{here}.html", context, status=422 if form.errors else 200)


class Outcome(Enum):
    SAVED = "saved"
    WARNED = "warned"
    """Saved, with a warning about what was saved."""


def _onwards(request: HttpRequest, member: Membership, here: Step, *, is_warned: bool) -> HttpResponse:
    """The next step; the same one where a warning or more rows are to be read beside its fields."""
    if is_warned or "more" in request.POST:
        return redirect("first-step", member.company_id, here)
    following = here.following
    return redirect("first-step", member.company_id, following) if following else redirect("company", member.company_id)


def _saved(request: HttpRequest, member: Membership, here: Step, known: Known, form: Any) -> Outcome | None:
    """What became of the answers; None if they were refused. Once they are saved, the step is done."""
    if here is Step.COMPANY:
        store_steps.put_province(member.company, form.province_for(member.company.province), member)
    outcome = Outcome.SAVED
    if form.change(known.settings) != known.settings:  # continuing without a change needs no message
        warnings = getattr(form, "warnings", ())
        if here is Step.ITEMS:
            changed = save_items(request, member, form.codes, form.items, warnings=warnings)
        else:
            changed = save(request, member, form.change, area=_AREAS[here], warnings=warnings)
        if changed is None:
            return None
        if warnings or made_unsound(member.company, changed):
            outcome = Outcome.WARNED
    if here is Step.CHART:
        forget_hints(request)
    store_steps.note_step(member.company, here)
    return outcome


def _more(here: Step, known: Known, member: Membership, form: Any) -> dict[str, Any]:
    """What a step shows beside its form."""
    if here is Step.CHART:
        return {
            "has_chart": bool(len(known.chart)),
            "count": len(known.chart),
            "file_form": ChartFileForm(),
            "starter": StarterForm(initial={"province": member.company.province}),
        }
    if here is Step.CLEARING:
        number = known.settings.accounts.invoice_debit
        return {
            "number": number,
            "account": known.chart.get(number),
            "sound": bool(number) and is_sound(known, "accounts.invoice_debit"),
        }
    if here is Step.DOCUMENTS:
        return {"complete": progress(known).done >= set(Step) - {Step.DOCUMENTS}}
    if here is Step.ACCOUNTS:
        taxes = [(tax, "") for tax in known.settings.taxes.values()]
        shown = sample(form, taxes, timezone.localdate())
        return {"taxes": taxes_in_words(known.settings, member.company.province), "sample": shown}
    if here is Step.TAXES:
        return {"settings": known.settings, "sample": sample(form, form.charged, timezone.localdate())}
    return {"settings": known.settings}


# Which form each step has, and under which area of the audit its answers stand


def _of(form: Any, **more: Callable[[], object]) -> MakeForm:
    def make(request: HttpRequest, member: Membership, known: Known) -> Any:
        given = {name: value() for name, value in more.items()}
        return form(sent(request), company=member.company, known=known, **given)

    return make


def _company_form(request: HttpRequest, member: Membership, known: Known) -> forms.Form:
    settings = known.settings
    years = settings.fiscal_years or (year_proposed(settings, timezone.localdate()),)
    return IdentityForm(
        sent(request), initial=identity(settings, member.company.province), years=years, kept=settings.fiscal_years
    )


def _chart_form(request: HttpRequest, member: Membership, _known: Known) -> forms.Form:
    return linked_form(request, member)


_FORMS: Mapping[Step, MakeForm] = MappingProxyType(
    {
        Step.COMPANY: _company_form,
        Step.PROGRAM: _of(step_forms.ProgramStep),
        Step.CHART: _chart_form,
        Step.CLEARING: _of(step_forms.ClearingStep),
        Step.START: _of(step_forms.StartStep, today=timezone.localdate),
        Step.ACCOUNTS: _of(step_forms.AccountsStep),
        Step.TAXES: _of(step_forms.TaxesStep),
        Step.METHODS: _of(step_forms.MethodsStep),
        Step.ITEMS: _of(step_forms.ItemsStep),
        Step.DOCUMENTS: _of(step_forms.DocumentsStep),
    }
)
_AREAS: Mapping[Step, str] = MappingProxyType(
    {
        Step.COMPANY: "company",
        Step.PROGRAM: "accounting",
        Step.CHART: "chart",
        Step.CLEARING: "accounting",
        Step.START: "accounting",
        Step.ACCOUNTS: "accounting",
        Step.TAXES: "invoices",
        Step.METHODS: "payments",
        Step.DOCUMENTS: "accounting",
    }
)
