"""A company's settings: from the tables to the frozen value that the core uses, and back.

`change` reads the settings under the company's lock, changes them as a value, writes the rows that differ and records the
differences. So the pages, the guided set-up and company.toml always agree. The items, which can be thousands, are a
catalogue of its own (`ecriture.store.catalogue`): here they come and go only with the whole of company.toml.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from ecriture.core.settings import (
    Accounting,
    DefaultAccounts,
    Extras,
    FiscalYear,
    Method,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.store import audit, models
from ecriture.store.access import Right, may
from ecriture.store.batches import has_live_batch
from ecriture.store.books import used_taxes
from ecriture.store.catalogue import Used, all_items, forbid_used, item_columns
from ecriture.store.differences import FLAT, differences
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership, Role, User
from ecriture.store.named import delete_named, put_named
from ecriture.store.people import need_verified
from ecriture.store.touched import touch_opening

MILLION = 1_000_000


# From the tables


def settings_of(company: Company, *, items: bool = True) -> Settings:
    """The current settings, with the whole catalogue or without items.

    All items are for company.toml and for a check over everything. Who plans asks for those that its documents name
    (`ecriture.store.catalogue.items_named`); a page asks for none.
    """
    return replace(
        company_only(company),
        taxes=_by_name(map(_tax, _rows(models.Tax, company)), "code"),
        items=all_items(company) if items else frozen_mapping({}),
        methods=_by_name((Method(row.name, row.debit) for row in _rows(models.Method, company)), "name"),
    )


def company_only(company: Company) -> Settings:
    """What the company's own row says of the settings, without asking the database: no taxes, items or methods."""
    return Settings(
        **{name: getattr(company, name) for name in FLAT},
        fiscal_years=tuple(FiscalYear(*map(date.fromisoformat, year)) for year in company.fiscal_years),
        accounting=Accounting(**_columns(company, Accounting, linked_accounts=frozenset(company.linked_accounts))),
        accounts=DefaultAccounts(**_columns(company, DefaultAccounts)),
        extras=Extras(**_columns(company, Extras)),
    )


def _rows(model: Any, company: Company) -> Any:
    return model.objects.filter(company=company)


def _columns(company: Company, kind: type, **given: object) -> dict[str, Any]:
    """The values of a company's columns that match the fields of a dataclass."""
    return {**{field.name: getattr(company, field.name) for field in fields(kind)}, **given}


def _by_name(values: Iterable[Any], name: str) -> Mapping[str, Any]:
    return frozen_mapping({getattr(value, name): value for value in values})


def _tax(row: models.Tax) -> Tax:
    rates = tuple(Rate(date.fromisoformat(since), _percent(millionths)) for since, millionths in row.rates)
    return Tax(row.code, row.debit, row.credit, rates)


def _percent(millionths: int) -> Decimal:
    """The rate in its shortest form: 9.975, and 5 for 5.000000."""
    whole, part = divmod(millionths, MILLION)
    return Decimal(f"{whole}.{part:06}".rstrip("0").rstrip("."))


# To the tables


class StartDateFixed(ValueError):
    """The start date cannot change once a batch is live: older transactions would be sent twice, or never."""


class OnlyOwnerReopens(ValueError):
    """The lock date moves back only by who may reopen a closed period."""


class TaxesUsed(Used):
    """A tax that documents use must stay; new documents simply do not have it."""


class Changed(NamedTuple):
    """The settings before and after a change, and their differences."""

    before: Settings
    after: Settings
    changes: tuple[audit.Change, ...]


def make_company(settings: Settings, *, owner: User, province: str = "QC") -> Company:
    """Creates a company with its owner. Raises Unverified."""
    need_verified(owner)
    with transaction.atomic():
        company = Company(province=province)
        _put_columns(company, settings)
        company.save()
        models.Membership.objects.create(company=company, user=owner, role=Role.OWNER)
        _put_rows(company, Settings(), settings)
        audit.note(company, who=owner, action="company-made", area="company", subject=settings.name)
    return company


@contextmanager
def locked(member: Membership) -> Iterator[Membership]:
    """The membership with its company as it is now, under the company's lock: until the end nobody else changes it.

    Raises Removed.
    """
    with transaction.atomic():
        member.company = locked_company(member.company_id)
        yield member


def change(
    company: Company,
    by: Membership | None,
    to: Callable[[Settings], Settings],
    *,
    area: str,
    items: bool = True,
    source: models.Upload | None = None,
) -> Changed:
    """Changes the settings, all or nothing. `to` receives the current settings, read under the company's lock. `source`
    is the file that they come from, if any.

    With `items`, those are the whole of company.toml. Without, no item is read, and none may be given.
    Raises StartDateFixed, OnlyOwnerReopens, ItemsUsed and TaxesUsed, and then nothing is written.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        before = settings_of(kept, items=items)
        after = to(before)
        if after.items and not items:
            raise LookupError(next(iter(after.items)))
        changes = tuple(differences(before, after))
        if before != after or _order(before) != _order(after):
            _forbid(kept, before, after, by)
            _put_columns(kept, after)
            kept.save()
            _put_rows(kept, before, after)
        if before.accounting.opening != after.accounting.opening:
            touch_opening(kept)
        if changes:
            who = by.user if by else None
            audit.note(kept, who=who, action="settings-changed", area=area, changes=changes, source=source)
        company.refresh_from_db()
    return Changed(before, after, changes)


def _forbid(company: Company, before: Settings, after: Settings, by: Membership | None) -> None:
    if before.accounting.start_date != after.accounting.start_date and has_live_batch(company):
        raise StartDateFixed
    if moves_back(before.lock_date, after.lock_date) and by is not None and not may(by, Right.REOPEN):
        raise OnlyOwnerReopens
    forbid_used(company, before.items.keys() - after.items.keys())
    if used := used_taxes(company, before.taxes.keys() - after.taxes.keys()):
        raise TaxesUsed(used)


def moves_back(before: date | None, after: date | None) -> bool:
    """Whether a lock date opens something that was closed."""
    return before is not None and (after is None or after < before)


def _order(settings: Settings) -> list[list[str]]:
    """The order of taxes, items and methods. It is kept, but is not a setting in the audit log."""
    return [list(named) for named in (settings.taxes, settings.items, settings.methods)]


def _put_columns(company: Company, settings: Settings) -> None:
    for part in (settings.accounting, settings.accounts, settings.extras):
        for field in fields(part):
            setattr(company, field.name, getattr(part, field.name))
    for name in FLAT:
        setattr(company, name, getattr(settings, name))
    company.linked_accounts = sorted(settings.accounting.linked_accounts)
    company.fiscal_years = [[year.first.isoformat(), year.last.isoformat()] for year in settings.fiscal_years]


def _put_rows(company: Company, before: Settings, after: Settings) -> None:
    _put_named(models.Tax, "code", company, before.taxes, after.taxes, _tax_columns)
    _put_named(models.Item, "code", company, before.items, after.items, item_columns)
    _put_named(models.Method, "name", company, before.methods, after.methods, lambda method: {"debit": method.debit})


def _tax_columns(tax: Tax) -> dict[str, object]:
    rates = [[rate.since.isoformat(), int(rate.percent * MILLION)] for rate in tax.rates]
    return {"debit": tax.debit, "credit": tax.credit, "rates": rates}


def _put_named(
    model: Any,
    name: str,
    company: Company,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    columns: Callable[[Any], dict[str, object]],
) -> None:
    """Inserts and updates the rows that differ or move, deletes removed ones, and leaves the others untouched."""
    if list(before.items()) == list(after.items()):
        return
    delete_named(model, name, company, before.keys() - after.keys())
    places, moved = _new_places(model, name, company, before, after)
    changed = [key for key in after if before.get(key) != after[key] or key in moved]
    put_named(model, name, company, {key: {**columns(after[key]), "position": places[key]} for key in changed})


FEW = 500


def _new_places(
    model: Any, name: str, company: Company, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Mapping[str, int], frozenset[str]]:
    """The positions of the written rows, and the rows whose position changes. Few changes read few rows."""
    rows = _rows(model, company)
    if list(before) == list(after):
        changed = [key for key in after if before[key] != after[key]]
        if len(changed) <= FEW:
            rows = rows.filter(**{f"{name}__in": changed})
        return dict(rows.values_list(name, "position")), frozenset()
    present = dict(rows.values_list(name, "position"))
    places = _places(after, present)
    return places, frozenset(key for key, place in places.items() if present.get(key) != place)


def _places(named: Iterable[str], present: Mapping[str, int]) -> dict[str, int]:
    """Increasing positions in the order of the names; existing ones are kept where possible."""
    places: dict[str, int] = {}
    last = -1
    for name in named:
        places[name] = last = max(last + 1, present.get(name, 0))
    return places
