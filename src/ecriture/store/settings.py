"""A company's settings: from the tables to the frozen value that the core uses, and back.

`change` is the only way to write: it reads the settings under the company's lock, changes them as a value, writes the
rows that differ and records the differences. So the pages, the guided set-up and company.toml always agree.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.http import Http404

from ecriture.core.settings import (
    Accounting,
    DefaultAccounts,
    Extras,
    FiscalYear,
    Item,
    Method,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.store import audit, models
from ecriture.store.books import has_live_batch, used_items, used_taxes
from ecriture.store.models import Company, Membership, Role, User
from ecriture.store.people import need_verified

MILLION = 1_000_000
FLAT = ("name", "language", "currency", "lock_date")
"""Columns of the company model itself, besides its options and accounts."""


# From the tables


def settings_of(company: Company, *, items: bool = True) -> Settings:
    """The current settings; without the items, which can be thousands, if a page does not need them."""
    return Settings(
        **{name: getattr(company, name) for name in FLAT},
        fiscal_years=tuple(FiscalYear(year.first, year.last) for year in _rows(models.FiscalYear, company)),
        accounting=Accounting(**_columns(company, Accounting, linked_accounts=frozenset(company.linked_accounts))),
        accounts=DefaultAccounts(**_columns(company, DefaultAccounts)),
        taxes=_by_name((_tax(row) for row in _rows(models.Tax, company).prefetch_related("rates")), "code"),
        items=_by_name(_items(company) if items else (), "code"),
        methods=_by_name((Method(row.name, row.debit) for row in _rows(models.Method, company)), "name"),
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
    rates = tuple(Rate(rate.since, _percent(rate.percent_millionths)) for rate in row.rates.all())
    return Tax(row.code, row.debit, row.credit, rates)


def _percent(millionths: int) -> Decimal:
    """The rate in its shortest form: 9.975, and 5 for 5.000000."""
    whole, part = divmod(millionths, MILLION)
    return Decimal(f"{whole}.{part:06}".rstrip("0").rstrip("."))


ITEM = ("code", "name", "debit", "credit", "archived", "note", "taxes")
"""The columns of an item, in the order of the dataclass fields."""


def _items(company: Company) -> Iterator[Item]:
    """All items, without building model objects, which would take half the time for thousands of items."""
    for code, name, debit, credit, archived, note, taxes in _rows(models.Item, company).values_list(*ITEM):
        yield Item(code, name, debit, credit, archived, note, None if taxes is None else frozenset(taxes))


def item_of(row: models.Item) -> Item:
    """The item of a row."""
    taxes = None if row.taxes is None else frozenset(row.taxes)
    return Item(row.code, row.name, row.debit, row.credit, row.archived, row.note, taxes)


# To the tables


class StartDateFixed(ValueError):
    """The start date cannot change once a batch is live: older transactions would be sent twice, or never."""


class Used(ValueError):
    """Something that documents use cannot be deleted: late transactions still need its accounts."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(sorted(codes))
        super().__init__(", ".join(self.codes))


class ItemsUsed(Used):
    """An item that documents use must be archived instead."""


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

    Raises Http404 if it was removed meanwhile.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update().filter(pk=member.company_id).first()
        if company is None:
            raise Http404
        member.company = company
        yield member


def change(
    company: Company,
    by: Membership | None,
    to: Callable[[Settings], Settings],
    *,
    area: str,
    source: models.Upload | None = None,
) -> Changed:
    """Changes the settings, all or nothing. `to` receives the current settings, read under the company's lock. `source`
    is the file that they come from, if any.

    Raises StartDateFixed, ItemsUsed and TaxesUsed, and then nothing is written.
    """
    with transaction.atomic():
        kept = Company.objects.select_for_update().get(pk=company.pk)
        before = settings_of(kept)
        after = to(before)
        changes = tuple(differences(before, after))
        if before != after or _order(before) != _order(after):
            _forbid(kept, before, after)
            _put_columns(kept, after)
            kept.save()
            _put_rows(kept, before, after)
        if changes:
            who = by.user if by else None
            audit.note(kept, who=who, action="settings-changed", area=area, changes=changes, source=source)
    company.refresh_from_db()
    return Changed(before, after, changes)


def _forbid(company: Company, before: Settings, after: Settings) -> None:
    if before.accounting.start_date != after.accounting.start_date and has_live_batch(company):
        raise StartDateFixed
    if used := used_items(company, before.items.keys() - after.items.keys()):
        raise ItemsUsed(used)
    if used := used_taxes(company, before.taxes.keys() - after.taxes.keys()):
        raise TaxesUsed(used)


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


def _put_rows(company: Company, before: Settings, after: Settings) -> None:
    if before.fiscal_years != after.fiscal_years:
        _rows(models.FiscalYear, company).delete()
        years = [models.FiscalYear(company=company, first=year.first, last=year.last) for year in after.fiscal_years]
        models.FiscalYear.objects.bulk_create(years)
    _put_named(models.Tax, "code", company, before.taxes, after.taxes, _tax_columns)
    _put_named(models.Item, "code", company, before.items, after.items, _item_columns)
    _put_named(models.Method, "name", company, before.methods, after.methods, lambda method: {"debit": method.debit})
    _put_rates(company, before.taxes, after.taxes)


def _tax_columns(tax: Tax) -> dict[str, object]:
    return {"debit": tax.debit, "credit": tax.credit}


def _item_columns(item: Item) -> dict[str, object]:
    names = ("name", "debit", "credit", "archived", "note")
    taxes = None if item.taxes is None else sorted(item.taxes)
    return {**{name: getattr(item, name) for name in names}, "taxes": taxes}


def _put_named(
    model: Any,
    name: str,
    company: Company,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    columns: Callable[[Any], dict[str, object]],
) -> None:
    """Inserts and updates the rows that differ, deletes removed ones, and leaves the others untouched."""
    if list(before.items()) == list(after.items()):
        return
    if gone := before.keys() - after.keys():
        _rows(model, company).filter(**{f"{name}__in": gone}).delete()
    places, moved = _new_places(model, name, company, before, after)
    changed = [key for key in after if before.get(key) != after[key] or key in moved]
    rows = [model(**columns(after[key]), **{name: key}, position=places[key], company=company) for key in changed]
    if rows:
        fields = (*columns(after[changed[0]]), "position")
        kept: Any = {"update_conflicts": True, "unique_fields": ("company", name), "update_fields": fields}
        model.objects.bulk_create(rows, batch_size=1000, **kept)  # an existing row keeps its id


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


def _put_rates(company: Company, before: Mapping[str, Tax], after: Mapping[str, Tax]) -> None:
    changed = [code for code, tax in after.items() if code not in before or before[code].rates != tax.rates]
    taxes = {tax.code: tax for tax in _rows(models.Tax, company).filter(code__in=changed)}
    models.TaxRate.objects.filter(company=company, tax__in=taxes.values()).delete()
    models.TaxRate.objects.bulk_create(
        models.TaxRate(
            company=company, tax=taxes[code], since=rate.since, percent_millionths=int(rate.percent * MILLION)
        )
        for code in changed
        for rate in after[code].rates
    )


# What differs


def differences(before: Settings, after: Settings) -> Iterator[audit.Change]:
    """Every setting that differs, by its name in company.toml, with its values before and after."""
    old, new = flat(_unlike(before, after)), flat(_unlike(after, before))
    for path in dict.fromkeys([*old, *new]):
        if old.get(path, "") != new.get(path, ""):
            yield path, old.get(path, ""), new.get(path, "")


def _unlike(settings: Settings, other: Settings) -> Settings:
    """The settings without the taxes, items and methods that are equal in `others`; usually few remain."""
    return replace(
        settings,
        taxes=_differing(settings.taxes, other.taxes),
        items=_differing(settings.items, other.items),
        methods=_differing(settings.methods, other.methods),
    )


def _differing(named: Mapping[str, Any], others: Mapping[str, Any]) -> Mapping[str, Any]:
    return frozen_mapping({key: value for key, value in named.items() if others.get(key) != value})


def flat(settings: Settings) -> dict[str, str]:
    """Every non-empty setting as text, by its path in company.toml; `items.CLEAN` itself marks that the item exists."""
    found = {f"company.{name}": getattr(settings, name) for name in FLAT}
    found["company.fiscal_years"] = [f"{year.first} – {year.last}" for year in settings.fiscal_years]
    for table, part in (
        ("accounting", settings.accounting),
        ("accounts", settings.accounts),
        ("extras", settings.extras),
    ):
        found |= {f"{table}.{field.name}": getattr(part, field.name) for field in fields(part)}
    for table, named in (("taxes", settings.taxes), ("items", settings.items), ("methods", settings.methods)):
        for key, value in named.items():
            path = f"{table}.{_quoted(key)}"
            found[path] = key
            found |= {f"{path}.{field.name}": getattr(value, field.name) for field in fields(value)[1:]}
    return {path: text for path, value in found.items() if (text := _text(value))}


def _quoted(name: str) -> str:
    """A name as part of a path, in quotes if it has a period or is ambiguous."""
    return json.dumps(name, ensure_ascii=False) if "." in name or '"' in name else name


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, tuple) and value and isinstance(value[0], Rate):
        return ", ".join(map(_rate, value))
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "–"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _rate(rate: Rate) -> str:
    """`9.975 % (2013-01-01)`, without trailing zeros; only the percentage if the rate has no first day."""
    percent = f"{rate.percent.normalize():f} %"
    return percent if rate.since == date.min else f"{percent} ({rate.since})"
