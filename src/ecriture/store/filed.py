"""The returns that were filed: which of them stand, which period comes next, and how the last one is withdrawn."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from ecriture.core.tax_periods import next_unfiled
from ecriture.core.tax_return import Period, forms_of
from ecriture.store import audit
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership, Tax, TaxReturn, TaxReturnWithdrawal


class NotLast(ValueError):
    """Only the last filed return of a form is withdrawn, and once."""


_WITHDRAWN = Exists(TaxReturnWithdrawal.objects.filter(company=OuterRef("company"), tax_return=OuterRef("pk")))


def filed_in(company: Company) -> QuerySet[TaxReturn]:
    """The latest first, withdrawn ones too: `is_withdrawn` says it."""
    found = TaxReturn.objects.filter(company=company).annotate(is_withdrawn=_WITHDRAWN)
    return found.order_by("-last", "form", "-version")


def standing(company: Company) -> QuerySet[TaxReturn]:
    """Without those that were withdrawn."""
    return TaxReturn.objects.filter(~_WITHDRAWN, company=company)


def of_period(company: Company, form: str, period: Period) -> QuerySet[TaxReturn]:
    """The versions that stand, the latest first."""
    return standing(company).filter(form=form, first=period.first, last=period.last).order_by("-version")


def replaced_by(filed: TaxReturn) -> TaxReturn | None:
    """The latest version that stands in place of another."""
    versions = of_period(filed.company, filed.form, Period(filed.first, filed.last))
    return versions.filter(version__gt=filed.version).first()


def withdrawal_of(filed: TaxReturn) -> TaxReturnWithdrawal | None:
    return TaxReturnWithdrawal.objects.filter(company_id=filed.company_id, tax_return=filed.pk).first()


def is_last(filed: TaxReturn) -> bool:
    """Whether it stands and no return of its form is for a later day, nor a later version."""
    last = standing(filed.company).filter(form=filed.form).order_by("-last", "-version").first()
    return last is not None and last.pk == filed.pk


def next_after(filed: TaxReturn) -> Period:
    """The first period after a return that was not filed."""
    others = standing(filed.company).filter(form=filed.form, first__gt=filed.last)
    return next_unfiled(Period(filed.first, filed.last), _periods(others))


def next_of(company: Company) -> Period | None:
    """The first period that was not filed after a filed one; None where none was filed.

    Of several forms, one that the company no longer has does not count.
    """
    by_form: dict[str, list[Period]] = {}
    rows = standing(company).order_by("first", "last")
    for form, first, last in rows.values_list("form", "first", "last"):
        by_form.setdefault(form, []).append(Period(first, last))
    if len(by_form) > 1:
        codes = Tax.objects.filter(company=company).order_by("position").values_list("code", flat=True)
        names = {it.name for it in forms_of(company.province, codes)}
        by_form = {form: its for form, its in by_form.items() if form in names} or by_form
    return min((next_unfiled(its[0], its) for its in by_form.values()), default=None)


def _periods(found: QuerySet[TaxReturn]) -> list[Period]:
    return [Period(first, last) for first, last in found.order_by().values_list("first", "last").distinct()]


def withdraw(member: Membership, filed: TaxReturn, reason: str) -> None:
    """Takes back the last filed return of a form; it stays as withdrawn, with the reason. Raises NotLast."""
    with transaction.atomic():
        company = locked_company(member.company_id)
        if not is_last(filed):
            raise NotLast
        TaxReturnWithdrawal.objects.create(
            company=company, tax_return=filed, reason=reason, who=member.user, who_name=member.user.identified
        )
        subject = f"{filed.form} {filed.first} – {filed.last}"
        changes = [("reason", "", reason)]
        audit.note(company, who=member.user, action="return-withdrawn", area="taxes", subject=subject, changes=changes)
