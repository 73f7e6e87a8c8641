"""A company's chart of accounts, and which of its accounts the settings use."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.core.settings import DefaultAccounts, Extras, Settings
from ecriture.core.text import fold, is_storable
from ecriture.store import audit, models
from ecriture.store.differences import flat
from ecriture.store.listing import folded_words
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership

NAMED = ("taxes.", "items.", "methods.")
COLUMNS = ("number", "name", "name_fr", "type", "linked", "account_class")


def chart_of(company: Company) -> Chart:
    rows = models.Account.objects.filter(company=company).values_list(*COLUMNS)
    return Chart(_account(*row) for row in rows)


def _account(number: str, name: str, name_fr: str, kind: str, linked: bool, account_class: str) -> Account:  # noqa: FBT001 - a column
    found = AccountClass(account_class) if account_class else None
    return Account(number, name, name_fr, AccountType(kind), linked, found)


def accounts_named(company: Company, numbers: Iterable[str]) -> Chart:
    """Just some accounts of the chart, such as those of a page; a number that is no account is left out."""
    names = sorted(filter(is_storable, set(numbers)))
    if not names:
        return Chart()
    rows = models.Account.objects.filter(company=company, number__in=names).order_by()
    return Chart(_account(*row) for row in rows.values_list(*COLUMNS))


def account_of(row: models.Account) -> Account:
    """The account of a row."""
    return _account(*(getattr(row, name) for name in COLUMNS))


def folded_names(*names: str) -> str:
    """By what an account is found, beside its number."""
    return fold(" ".join(names))


def put_chart(
    company: Company, chart: Iterable[Account], by: Membership | None, *, source: models.Upload | None = None
) -> tuple[audit.Change, ...]:
    """Replaces the company's chart; `source` is the file that it comes from, if any. Returns the differences per account."""
    return change_chart(company, lambda _: chart, by, source=source)


def put_account(company: Company, account: Account, by: Membership | None) -> tuple[audit.Change, ...]:
    """Adds or replaces one account of the chart."""
    return change_chart(company, lambda chart: with_account(chart, account), by)


def with_account(chart: Chart, account: Account) -> Iterable[Account]:
    """The chart with an account: replacing the same number, or before the first higher number."""
    if account.number in chart:
        return [account if one.number == account.number else one for one in chart]
    before = [one for one in chart if one.number < account.number]
    place = list(chart).index(before[-1]) + 1 if before else 0
    return [*list(chart)[:place], account, *list(chart)[place:]]


def change_chart(
    company: Company,
    to: Callable[[Chart], Iterable[Account]],
    by: Membership | None,
    *,
    source: models.Upload | None = None,
) -> tuple[audit.Change, ...]:
    """Changes the chart, all or nothing. `to` receives the current chart, read under the company's lock.

    An account keeps its row as long as its number does not change.
    """
    with transaction.atomic():
        locked_company(company.pk)
        before = chart_of(company)
        after = Chart(to(before))
        changes = tuple(_differences(before, after))
        if changes or list(before) != list(after):
            _put(company, before, after)
            who = by.user if by else None
            audit.note(company, who=who, action="chart-changed", area="chart", changes=changes, source=source)
    return changes


def _put(company: Company, before: Chart, after: Chart) -> None:
    rows = models.Account.objects.filter(company=company)
    gone = [account.number for account in before if account.number not in after]
    for first in range(0, len(gone), 500):
        rows.filter(number__in=gone[first : first + 500]).delete()
    kept = dict(rows.values_list("number", "id"))
    made = list(_rows(company, after, kept))
    models.Account.objects.bulk_create([row for row in made if row.number not in kept], batch_size=500)
    models.Account.objects.bulk_update(
        [row for row in made if row.number in kept], [*COLUMNS[1:], "position", "words"], batch_size=200
    )


def _rows(company: Company, chart: Chart, ids: Mapping[str, UUID]) -> Iterator[models.Account]:
    for position, account in enumerate(chart):
        columns: dict[str, Any] = dict(zip(COLUMNS, account, strict=True))
        columns["account_class"] = account.account_class or ""
        columns["words"] = folded_names(account.name, account.name_fr)
        known = {"id": ids[account.number]} if account.number in ids else {}
        yield models.Account(company=company, position=position, **columns, **known)


# What differs


class ChartDifference(NamedTuple):
    """The differences to another chart: added, changed (before, after) and removed accounts."""

    new: tuple[Account, ...]
    changed: tuple[tuple[Account, Account], ...]
    gone: tuple[Account, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def chart_difference(before: Chart, after: Chart) -> ChartDifference:
    there = [(before[account.number], account) for account in after if account.number in before]
    return ChartDifference(
        tuple(account for account in after if account.number not in before),
        tuple((old, new) for old, new in there if old != new),
        tuple(account for account in before if account.number not in after),
    )


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


# What the settings use


def used_accounts(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """The accounts that settings use, each with the paths of those settings in company.toml: `items.CLEAN.credit`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, value in flat(settings).items():
        if path.startswith(("accounts.", "extras.")) or (
            path.startswith(NAMED) and path.endswith((".debit", ".credit"))
        ):
            found[value].append(path)
    return {number: tuple(paths) for number, paths in found.items()}


# The list


def found_accounts(
    company: Company,
    *,
    words: str = "",
    of_class: AccountClass | None = None,
    linked: bool = False,
    among: Collection[str] | None = None,
) -> QuerySet[models.Account]:
    """The matching accounts, in no order.

    Every one of `words` must be in a name, or begin the number. `linked` leaves only such accounts, `among` only
    those of some numbers.
    """
    found = models.Account.objects.filter(_with_words(words), company=company).order_by()
    if of_class:
        digit = Q(account_class="", number__startswith=of_class.value)
        found = found.filter(Q(account_class=of_class.value) | digit)
    if linked:
        found = found.filter(Q(linked=True) | Q(number__in=company.linked_accounts))
    return found if among is None else found.filter(number__in=among)


def _with_words(words: str) -> Q:
    wanted = Q()
    for word in folded_words(words):
        wanted &= Q(words__contains=word) | Q(number__istartswith=word)
    return wanted


def used_numbers(company: Company, among: Collection[str] | None = None) -> frozenset[str]:
    """The accounts that settings give, all or among some: the company's own, and those of items, taxes and methods.

    One query, of indexes.
    """
    first, *others = (_given(model, side, company, among) for model, side in _PLACES)
    found = {number for (number,) in first.union(*others, all=True)}
    own = {getattr(company, column.name) for part in (DefaultAccounts, Extras) for column in fields(part)}
    return frozenset(found | (own if among is None else own & set(among))) - {""}


def _given(model: Any, side: str, company: Company, among: Collection[str] | None) -> Any:
    rows = model.objects.filter(company=company).order_by()
    return (rows if among is None else rows.filter(**{f"{side}__in": among})).values_list(side).distinct()


_PLACES: tuple[tuple[Any, str], ...] = (
    *((model, side) for model in (models.Item, models.Tax) for side in ("debit", "credit")),
    (models.Method, "debit"),
)
