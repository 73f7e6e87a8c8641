"""Taxes: the return of a period, what was posted beside it, and the returns that were filed."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.core.advances import Nature
from ecriture.core.provinces import tax_name
from ecriture.core.tax_return import Form, Period, forms_of
from ecriture.store import filed as filed_returns
from ecriture.store import filing
from ecriture.store.access import Right, may
from ecriture.store.filing import Choice, FiguresChanged, Overlaps
from ecriture.store.models import Company, Membership, TaxReturn
from ecriture.store.natures import NothingToLose, put_quick_method, say_nature
from ecriture.store.settings import settings_of
from ecriture.store.tax_returns import prepared
from ecriture.web import tax_page, tax_words, words
from ecriture.web.downloads import CSV, PDF, download
from ecriture.web.forms.taxes import DecisionForm, FilingForm, NatureForm, PeriodForm, WithdrawalForm, untaxed_said
from ecriture.web.guards import company_page
from ecriture.web.saving import save_items
from ecriture.web.tax_file import filed_table, return_table
from ecriture.web.tax_paper import printed_return
from ecriture.web.words import language

MOST_FILED = 60
MOST_ENTRIES = 200


@company_page(see=Right.READ)
def taxes(request: HttpRequest, member: Membership) -> HttpResponse:
    """The period to look at, and the returns that were filed."""
    return _overview(request, member.company, None)


def _overview(request: HttpRequest, company: Company, form: PeriodForm | None) -> HttpResponse:
    filed = filed_returns.filed_in(company)[:MOST_FILED]
    period = tax_page.proposed(company)
    context = {
        "form": form or PeriodForm(initial=period._asdict()),
        "filed": [(it, tax_words.form_name(it.form)) for it in filed],
        "periods": tax_page.months_before(timezone.localdate()),
        "quick": company.quick_method,
    }
    return render(request, "taxes/taxes.html", context, status=422 if form else 200)


@company_page(see=None, act=Right.SETTINGS)
def tax_method(request: HttpRequest, member: Membership) -> HttpResponse:
    put_quick_method(member, quick=request.POST.get("quick") == "on")
    messages.success(request, say("Saved."))
    return redirect("taxes", member.company_id)


# The return of a period


def _asked(request: HttpRequest, company: Company) -> PeriodForm:
    """Of an address without a period, the one that is proposed."""
    if "first" in request.GET or "last" in request.GET:
        return PeriodForm(request.GET)
    return PeriodForm(tax_page.proposed(company)._asdict())


@company_page(see=Right.READ)
def tax_return(request: HttpRequest, member: Membership) -> HttpResponse:
    form = _asked(request, member.company)
    if not form.has_period:
        return _overview(request, member.company, form)
    found = prepared(member.company, form.period)
    context = {**tax_page.shown(found, form.typed), "form": form, "query": _query(form.period, form.typed)}
    return render(request, "taxes/return.html", context, status=422 if form.errors else 200)


def _query(period: Period, typed: dict[str, int]) -> str:
    """The address of the same figures."""
    credits_ = {f"line{number}": f"{cents // 100}.{cents % 100:02}" for number, cents in typed.items()}
    return urlencode({"first": period.first, "last": period.last, **credits_})


def _no_file(form: PeriodForm) -> HttpResponse:
    """Whoever asks for a file gets no page: the sentences alone."""
    text = "\n".join(
        f"{form.fields[name].label} – {' '.join(map(str, errors))}" for name, errors in form.errors.items()
    )
    return HttpResponse(f"{text}\n", status=422, content_type="text/plain; charset=utf-8")


def _name(period: Period, suffix: str) -> str:
    return f"taxes-{period.first}-{period.last}.{suffix}"


@company_page(see=Right.READ)
def tax_return_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    form = _asked(request, member.company)
    if not form.is_valid():
        return _no_file(form)
    content = return_table(prepared(member.company, form.period), form.typed)
    return download(content, _name(form.period, "csv"), CSV)


@company_page(see=Right.READ)
def tax_return_pdf(request: HttpRequest, member: Membership) -> HttpResponse:
    form = _asked(request, member.company)
    if not form.is_valid():
        return _no_file(form)
    content = printed_return(tax_page.shown(prepared(member.company, form.period), form.typed))
    return download(content, _name(form.period, "pdf"), PDF)


def _to_return(company: Company, form: PeriodForm) -> HttpResponse:
    """Back to the page of a period; without a sound one, to the overview."""
    if not form.has_period:
        return redirect("taxes", company.pk)
    return redirect(f"{reverse('tax-return', args=[company.pk])}?{_query(form.period, form.typed)}")


@company_page(see=None, act=Right.SETTINGS, alone=True)
def untaxed_items(request: HttpRequest, member: Membership) -> HttpResponse:
    """What a sale without tax of some items is."""
    said = untaxed_said(request.POST)
    if said:
        save_items(
            request,
            member,
            said,
            lambda items: {code: replace(item, untaxed=said[code]) for code, item in items.items()},
        )
    return _to_return(member.company, PeriodForm(request.POST))


@company_page(see=None, act=Right.RECORD)
def payment_nature(request: HttpRequest, member: Membership, payment_id: UUID) -> HttpResponse:
    """What money before its invoice is."""
    form = NatureForm(request.POST)
    if form.is_valid():
        try:
            row = say_nature(member, payment_id, Nature(form.cleaned_data["nature"]), form.cleaned_data["kept_on"])
        except NothingToLose as fault:
            messages.error(request, _why_not_lost(fault))
        else:
            messages.success(request, say("%s: saved.") % row.number)
    else:
        say_faults(request, form)
    return _to_return(member.company, PeriodForm(request.POST))


def _why_not_lost(fault: NothingToLose) -> str:
    if fault.is_early:
        return say("The payment is of %s: the customer cannot have lost it before.") % words.day(fault.paid_on)
    return say("Nothing of this payment was left on that day: its invoice has it, or it is void.")


def say_faults(request: HttpRequest, form: forms.Form) -> None:
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))


@company_page(see=None, act=Right.EXPORT)
def file_return(request: HttpRequest, member: Membership) -> HttpResponse:
    """Keeps the figures of a form as filed."""
    form = FilingForm(request.POST)
    if form.is_valid():
        try:
            kept = filing.file_return(
                member, form.cleaned_data["form"], form.period, form.typed, form.cleaned_data["shows"]
            )
        except filing.NotEnded:
            messages.error(request, say("Nothing was kept: the period has not ended yet."))
        except filing.AlreadyFiled as same:
            messages.success(request, say("These figures are filed already: this is the return."))
            return redirect("filed-return", member.company_id, same.filed.pk)
        except FiguresChanged:
            messages.error(request, say("Nothing was kept: the figures changed meanwhile. Look at them again."))
        except Overlaps as other:
            days = {"first": words.day(other.filed.first), "last": words.day(other.filed.last)}
            text = say("Nothing was kept: a return from %(first)s to %(last)s is filed, and has some of these days.")
            messages.error(request, text % days)
        else:
            messages.success(request, say("The figures are kept as filed. File them with the tax authority too."))
            return redirect("filed-return", member.company_id, kept.pk)
    else:
        say_faults(request, form)
    return _to_return(member.company, PeriodForm(request.POST))


# A return that was filed


def _filed(company: Company, pk: UUID) -> TaxReturn:
    """Raises Http404 for another company's."""
    found = TaxReturn.objects.filter(company=company, pk=pk).first()
    if found is None:
        raise Http404
    found.company = company
    return found


def _codes(filed: TaxReturn) -> tuple[str, ...]:
    """The taxes of its form, as the company has them now or had them then."""
    then = filing.read(filed.amounts)
    known = (*settings_of(filed.company, items=False).taxes, *then.taxes, *then.added, *then.deducted)
    forms: tuple[Form, ...] = forms_of(filed.company.province, known)
    return filing.codes_of(filed, forms)


@company_page(see=Right.READ)
def filed_return(request: HttpRequest, member: Membership, return_id: UUID) -> HttpResponse:
    """The figures as filed, and what changed since."""
    filed = _filed(member.company, return_id)
    withdrawal, replaced = filed_returns.withdrawal_of(filed), filed_returns.replaced_by(filed)
    stands = withdrawal is None and replaced is None
    changes = [it for it in filing.since_filed(filed, _codes(filed)) if stands or it.decided]
    then = filing.read(filed.amounts)
    lines = [(number, tax_words.LINES.get(number, number), cents) for number, cents in filed.lines]
    context = {
        "filed": filed,
        "withdrawal": withdrawal,
        "replaced": replaced,
        "stands": stands,
        "may_withdraw": may(member, Right.REOPEN) and filed_returns.is_last(filed),
        "next": filed_returns.next_after(filed),
        "title": tax_words.form_name(filed.form),
        "lines": lines,
        "sales": tax_page.sale_names(then),
        "taxes": [(tax_name(code, language()), cents) for code, cents in then.taxes.items()],
        "changes": [_change(it) for it in changes[:MOST_ENTRIES]],
        "more": max(0, len(changes) - MOST_ENTRIES),
        "open": sum(bool(it.left) for it in changes) if stands else 0,
        "notes": [*filing.later_notes(filed)][:MOST_ENTRIES],
        "choices": tax_words.CHOICES.items(),
        "period": urlencode({"first": filed.first, "last": filed.last}),
    }
    return render(request, "taxes/filed.html", context)


def _change(since: filing.Since) -> dict[str, Any]:
    codes = dict.fromkeys([*since.before.taxes, *since.now.taxes, *since.before.deducted, *since.now.deducted])
    return {
        "since": since,
        "source": tax_words.SOURCES[since.source],
        "what": tax_words.CHANGES[since.what],
        "sales": (since.before.sales_cents, since.now.sales_cents),
        "taxes": [(tax_name(code, language()), _tax(since.before, code), _tax(since.now, code)) for code in codes],
        "decided": [(it, tax_words.CHOICES.get(it.choice, it.choice)) for it in since.decided],
    }


def _tax(amounts: Any, code: str) -> int:
    return int(amounts.taxes.get(code, 0) + amounts.added.get(code, 0) - amounts.deducted.get(code, 0))


@company_page(see=Right.READ)
def filed_return_csv(_request: HttpRequest, member: Membership, return_id: UUID) -> HttpResponse:
    filed = _filed(member.company, return_id)
    return download(filed_table(filed), f"{filed.form}-{filed.first}-{filed.last}.csv", CSV)


@company_page(see=None, act=Right.EXPORT)
def decide_change(request: HttpRequest, member: Membership, return_id: UUID) -> HttpResponse:
    """What becomes of a change after the filing."""
    filed, form = _filed(member.company, return_id), DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        key = data["source"], data["number"]
        try:
            filing.decide(member, filed, _codes(filed), key, Choice(data["choice"]), data["mark"])
        except filing.NotStanding:
            messages.error(request, say("This return is replaced or withdrawn: nothing more is decided of it."))
        except filing.ChangedMeanwhile:
            messages.error(request, say("It changed meanwhile: look at it again."))
        else:
            messages.success(request, say("%s: noted.") % data["number"])
    return redirect("filed-return", member.company_id, filed.pk)


@company_page(see=None, act=Right.REOPEN)
def withdraw_return(request: HttpRequest, member: Membership, return_id: UUID) -> HttpResponse:
    """The last filed return of a form was not filed after all."""
    filed, form = _filed(member.company, return_id), WithdrawalForm(request.POST)
    if not form.is_valid():
        say_faults(request, form)
        return redirect("filed-return", member.company_id, filed.pk)
    try:
        filed_returns.withdraw(member, filed, form.cleaned_data["reason"])
    except filed_returns.NotLast:
        messages.error(request, say("Nothing was withdrawn: only the last filed return of a form can be."))
    else:
        messages.success(request, say("The return is withdrawn."))
    return redirect("filed-return", member.company_id, filed.pk)
