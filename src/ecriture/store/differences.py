"""What differs between two settings, in the words of the audit log."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.taxes import Rate
from ecriture.store.audit import Change

FLAT = ("name", "language", "currency", "lock_date")
"""The settings that stand in no table of company.toml but the first."""


def differences(before: Settings, after: Settings) -> Iterator[Change]:
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
            named_values = ((field.name, getattr(value, field.name)) for field in fields(value)[1:])
            found |= {f"{path}.{name}": it for name, it in named_values if it is not False}
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
