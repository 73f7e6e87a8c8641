"""company.toml: a company's settings, read with all problems, and written so that they read back."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from ecriture.core.problems import Problem
from ecriture.core.setting_values import (
    Invalid,
    Reader,
    account,
    count,
    currency,
    day,
    fiscal_years,
    flag,
    listed,
    one_of,
    percent,
    prefix,
    rates,
    text,
)
from ecriture.core.settings import (
    Accounting,
    BankLines,
    DefaultAccounts,
    Detail,
    Extras,
    Grouping,
    Item,
    Method,
    Opening,
    PaidSaleDate,
    Settings,
    Untaxed,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.sources.toml_file import TomlReading, parsed, toml_key, toml_value
from ecriture.targets.registry import OTHER, OWN_LAYOUT, TARGETS


class CompanyRead(NamedTuple):
    """The settings, and all problems; with a problem that stops, the settings are not to be used."""

    company: Settings
    problems: tuple[Problem, ...]
    file: str = "company.toml"


COMPANY: Mapping[str, Reader] = {
    "name": text,
    "language": one_of(("fr", "en")),
    "currency": currency,
    "fiscal_years": fiscal_years,
    "lock_date": day,
}
ACCOUNTING: Mapping[str, Reader] = {
    "target": one_of((*TARGETS, OTHER)),
    "only_when_paid": flag,
    "paid_sale_date": one_of(PaidSaleDate),
    "grouping": one_of(Grouping),
    "detail": one_of(Detail),
    "bank_lines": one_of(BankLines),
    "max_lines": count,
    "source_prefix": prefix,
    "linked_accounts": listed(account, "accounts"),
    "start_date": day,
    "opening": one_of(Opening),
    "carry": flag,
}
ACCOUNTS: Mapping[str, Reader] = dict.fromkeys(DefaultAccounts.__dataclass_fields__, account)
EXTRAS: Mapping[str, Reader] = dict.fromkeys(Extras.__dataclass_fields__, account)
TAX: Mapping[str, Reader] = {"debit": account, "credit": account, "rate": percent, "rates": rates}
UNTAXED = tuple(word.value for word in Untaxed if word)
ITEM: Mapping[str, Reader] = {
    "name": text,
    "debit": account,
    "credit": account,
    "archived": day,
    "note": text,
    "taxes": listed(text, "texts"),
    "untaxed": one_of(UNTAXED),
}
METHOD: Mapping[str, Reader] = {"debit": account, "write_off": flag}
TABLES: Mapping[str, Mapping[str, Reader]] = {
    "company": COMPANY,
    "accounting": ACCOUNTING,
    "accounts": ACCOUNTS,
    "extras": EXTRAS,
}
NAMED_TABLES: Mapping[str, Mapping[str, Reader]] = {"taxes": TAX, "items": ITEM, "methods": METHOD}


def _target(value: object) -> object:
    """The name of a target, or `layout:` and the file of a layout of one's own."""
    own = isinstance(value, str) and value.startswith(OWN_LAYOUT) and len(value) > len(OWN_LAYOUT)
    return text(value) if own else ACCOUNTING["target"](value)


WITH_OWN_LAYOUTS: Mapping[str, Mapping[str, Reader]] = {**TABLES, "accounting": {**ACCOUNTING, "target": _target}}


def read_company(stream: BinaryIO, *, file: str = "company.toml", own_layouts: bool = False) -> CompanyRead:
    """The settings of a company; keys with a default can be missing. `own_layouts`: whether the target may be a file."""
    reading = TomlReading(file)
    settings = parsed(stream, reading)
    for key in settings:
        if key not in TABLES and key not in NAMED_TABLES:
            reading.unknown(key, key, (*TABLES, *NAMED_TABLES))
    company = _company(settings, reading, WITH_OWN_LAYOUTS if own_layouts else TABLES)
    return CompanyRead(company, tuple(reading.problems), file)


def _company(
    settings: Mapping[str, object], reading: TomlReading, keys_of: Mapping[str, Mapping[str, Reader]]
) -> Settings:
    tables = {path: reading.table(settings.get(path, {}), path, keys) for path, keys in keys_of.items()}
    accounting = tables["accounting"]
    if "linked_accounts" in accounting:
        accounting["linked_accounts"] = frozenset(accounting["linked_accounts"])
    return Settings(
        **tables["company"],
        accounting=Accounting(**accounting),
        accounts=DefaultAccounts(**tables["accounts"]),
        taxes=frozen_mapping(
            {name: _tax(name, tax, reading) for name, tax in reading.named(settings, "taxes", TAX).items()}
        ),
        items=frozen_mapping(
            {code: _item(code, item) for code, item in reading.named(settings, "items", ITEM).items()}
        ),
        methods=frozen_mapping(
            {name: Method(name, **method) for name, method in reading.named(settings, "methods", METHOD).items()}
        ),
        extras=Extras(**tables["extras"]),
    )


def _tax(code: str, values: dict[str, Any], reading: TomlReading) -> Tax:
    """Reads a tax with one constant rate, or with dated rates."""
    always = values.pop("rate", None)
    if always is not None and "rates" in values:
        reading.invalid(f"taxes.{code}.rate", always, Invalid("rate-or-rates"))
    dated = values.pop("rates", ()) or (() if always is None else (Rate(date.min, always),))
    return Tax(code, rates=dated, **values)


def _item(code: str, values: dict[str, Any]) -> Item:
    taxes, untaxed = values.pop("taxes", None), Untaxed(values.pop("untaxed", ""))
    return Item(code, taxes=None if taxes is None else frozenset(taxes), untaxed=untaxed, **values)


def write_company(company: Settings) -> bytes:
    """Writes settings so that they read back; defaults are left out."""
    sections = [
        _section("company", company, Settings(), COMPANY),
        _section("accounting", company.accounting, Accounting(), ACCOUNTING),
        _section("accounts", company.accounts, DefaultAccounts(), ACCOUNTS),
        *(_tax_section(tax) for tax in company.taxes.values()),
        *(_section(f"items.{toml_key(i.code)}", i, Item(i.code), ITEM) for i in company.items.values()),
        *(_section(f"methods.{toml_key(m.name)}", m, Method(m.name), METHOD) for m in company.methods.values()),
        _section("extras", company.extras, Extras(), EXTRAS),
    ]
    return "\n".join(section for section in sections if section).encode()


def _section(name: str, values: object, defaults: object, keys: Iterable[str]) -> str:
    given = [(key, getattr(values, key)) for key in keys if getattr(values, key) != getattr(defaults, key)]
    lines = [f"{key} = {toml_value(value)}\n" for key, value in given]
    return f"[{name}]\n{''.join(lines)}" if lines or "." in name else ""


def _tax_section(tax: Tax) -> str:
    accounts = _section(f"taxes.{toml_key(tax.code)}", tax, Tax(tax.code), ("debit", "credit"))
    if len(tax.rates) == 1 and tax.rates[0].since == date.min:
        return f"{accounts}rate = {toml_value(format(tax.rates[0].percent, 'f'))}\n"
    pairs = [(rate.since.isoformat(), format(rate.percent, "f")) for rate in tax.rates]
    return f"{accounts}rates = {toml_value(pairs)}\n" if pairs else accounts


def setting_key(setting: str) -> str:
    """A setting such as `items.CLEAN.credit`, or a table such as `taxes.GST`, as TOML takes it: `items."Lawn care".credit`."""
    table, dot, rest = setting.partition(".")
    if not dot or table not in NAMED_TABLES:
        return setting
    name, _, key = rest.rpartition(".")
    if not name or key not in NAMED_TABLES[table]:
        return f"{table}.{toml_key(rest)}"
    return f"{table}.{toml_key(name)}.{key}"
