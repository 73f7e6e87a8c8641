"""A company's chart of accounts."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.store import audit, models
from ecriture.store.models import Company, Membership

COLUMNS = ("number", "name", "name_fr", "type", "linked", "account_class")


def chart_of(company: Company) -> Chart:
    rows = models.Account.objects.filter(company=company).values_list(*COLUMNS)
    return Chart(_account(*row) for row in rows)


def _account(number: str, name: str, name_fr: str, kind: str, linked: bool, account_class: str) -> Account:  # noqa: FBT001 - a column
    found = AccountClass(account_class) if account_class else None
    return Account(number, name, name_fr, AccountType(kind), linked, found)


def put_chart(company: Company, chart: Iterable[Account], by: Membership | None) -> tuple[audit.Change, ...]:
    """Puts a chart in the place of the company's. What differs, account by account."""
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company.pk)
        before, after = chart_of(company), Chart(chart)
        changes = tuple(_differences(before, after))
        if changes:
            models.Account.objects.filter(company=company).delete()
            models.Account.objects.bulk_create(_rows(company, after), batch_size=500)
            who = by.user if by else None
            audit.note(company, who=who, action="chart-changed", area="chart", changes=changes)
    return changes


def _rows(company: Company, chart: Chart) -> Iterator[models.Account]:
    for position, account in enumerate(chart):
        columns = dict(zip(COLUMNS, account, strict=True))
        columns["account_class"] = account.account_class or ""
        yield models.Account(company=company, position=position, **columns)


def _differences(before: Chart, after: Chart) -> Iterator[audit.Change]:
    for number in dict.fromkeys(account.number for account in (*before, *after)):
        old, new = before.get(number), after.get(number)
        if old != new:
            yield number, _shown(old), _shown(new)


def _shown(account: Account | None) -> str:
    if account is None:
        return ""
    names = " / ".join(dict.fromkeys(name for name in (account.name_fr, account.name) if name))
    return f"{names} ({account.type.value}{', linked' if account.linked else ''})"
