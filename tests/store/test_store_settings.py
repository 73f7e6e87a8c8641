"""Settings are one value: what is written is read back equal, the differences are told, and what must not change is refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.settings import (
    Accounting,
    BankLines,
    DefaultAccounts,
    Detail,
    Extras,
    FiscalYear,
    Grouping,
    Item,
    Method,
    Opening,
    PaidSaleDate,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.store.catalogue import ItemsUsed
from ecriture.store.differences import differences, flat
from ecriture.store.models import AuditRecord, Company, DocumentRow, Membership
from ecriture.store.settings import StartDateFixed, TaxesUsed, change, make_company, settings_of
from ecriture.targets.registry import TARGETS
from server_world import World, a_batch, person

# Any settings

NAMES = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=12).map(
    str.strip
)
NAMED = NAMES.filter(bool) | st.sampled_from(("GST", "GST.credit", 'A"B', "debit", "Œuvre d’art"))
NUMBERS = st.sampled_from(("", "1060", "1201", "4000")) | st.text(
    st.characters(exclude_categories=("C", "Z")), max_size=15
)
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
PERCENTS = st.integers(0, 100_000_000).map(lambda millionths: Decimal(millionths).scaleb(-6))


def by(name: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[Mapping[str, object]]:
    lists = st.lists(values, max_size=4, unique_by=lambda value: getattr(value, name))
    return lists.map(lambda found: frozen_mapping({getattr(value, name): value for value in found}))


def rates() -> st.SearchStrategy[tuple[Rate, ...]]:
    days = st.just(date.min) | DAYS
    dated = st.lists(st.builds(Rate, days, PERCENTS), max_size=3, unique_by=lambda rate: rate.since)
    return dated.map(lambda found: tuple(sorted(found)))


def years() -> st.SearchStrategy[tuple[FiscalYear, ...]]:
    def placed(firsts: set[int]) -> tuple[FiscalYear, ...]:
        return tuple(FiscalYear(date(year, 1, 1), date(year, 12, 31)) for year in sorted(firsts))

    return st.sets(st.integers(2000, 2040), max_size=3).map(placed)


ACCOUNTING = st.builds(
    Accounting,
    target=st.sampled_from(TARGETS),
    only_when_paid=st.booleans(),
    paid_sale_date=st.sampled_from(PaidSaleDate),
    grouping=st.sampled_from(Grouping),
    detail=st.sampled_from(Detail),
    bank_lines=st.sampled_from(BankLines),
    max_lines=st.integers(2, 1_000_000),
    source_prefix=st.text("ABC0123456789", min_size=1, max_size=3),
    linked_accounts=st.frozensets(NUMBERS.filter(bool), max_size=3),
    start_date=st.none() | DAYS,
    opening=st.sampled_from(Opening),
    carry=st.booleans(),
)
ANY = st.builds(
    Settings,
    name=NAMED,
    language=st.sampled_from(("fr", "en")),
    currency=st.sampled_from(("CAD", "USD")),
    fiscal_years=years(),
    lock_date=st.none() | DAYS,
    accounting=ACCOUNTING,
    accounts=st.builds(DefaultAccounts, *[NUMBERS] * 6),
    taxes=by("code", st.builds(Tax, NAMED, NUMBERS, NUMBERS, rates())),
    items=by(
        "code",
        st.builds(
            Item, NAMED, NAMES, NUMBERS, NUMBERS, st.none() | DAYS, NAMES, st.none() | st.frozensets(NAMED, max_size=2)
        ),
    ),
    methods=by("name", st.builds(Method, NAMED, NUMBERS)),
    extras=st.builds(Extras, *[NUMBERS] * 6),
)
MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def order_of(found: Settings) -> list[list[str]]:
    return [list(named) for named in (found.taxes, found.items, found.methods)]


def to(wanted: Settings) -> Callable[[Settings], Settings]:
    return lambda _before: wanted


@MANY
@given(first=ANY, second=ANY)
def test_what_is_written_is_read_back_equal(db: None, first: Settings, second: Settings) -> None:
    owner = person(f"owner-{timezone.now().timestamp()}")
    company = make_company(first, owner=owner)
    assert settings_of(company) == first
    assert order_of(settings_of(company)) == order_of(first)
    changed = change(company, None, to(second), area="test")
    assert (changed.before, changed.after) == (first, second)
    assert settings_of(company) == settings_of(Company.objects.get(pk=company.pk)) == second
    assert order_of(settings_of(company)) == order_of(second)
    assert not change(company, None, to(second), area="test").changes


@given(first=ANY, second=ANY)
def test_differences_are_there_when_settings_differ_and_only_then(first: Settings, second: Settings) -> None:
    changes = list(differences(first, second))
    assert not list(differences(first, first))
    assert len({path for path, _, _ in changes}) == len(changes)
    assert all(before != after for _, before, after in changes)
    assert {path: after for path, _, after in changes}.items() <= {
        **dict.fromkeys(flat(first), ""),
        **flat(second),
    }.items()
    if flat(first) != flat(second):
        assert changes


def test_the_items_may_be_left_out_where_a_page_does_not_need_them(world: World) -> None:
    found = settings_of(world.company, items=False)
    assert found == replace(settings_of(world.company), items=frozen_mapping({}))


# Single cases


def kept(world: World, **changes: object) -> Settings:
    """Boréal with other settings."""
    change(world.company, world.member("bookkeeper"), lambda it: replace(it, **changes), area="test")  # type: ignore[arg-type]
    return settings_of(world.company)


def with_tax(world: World, tax: Tax) -> Settings:
    return kept(world, taxes=frozen_mapping({**settings_of(world.company).taxes, tax.code: tax}))


@pytest.mark.parametrize("percent", ["0", "0.000001", "5", "5.0", "9.975", "14.975000", "99.999999", "100"])
def test_a_rate_keeps_all_its_decimals(world: World, percent: str) -> None:
    tax = Tax("HST", credit="2310", rates=(Rate(date(2026, 4, 1), Decimal(percent)),))
    assert with_tax(world, tax).taxes["HST"].rates[0].percent == Decimal(percent)


def test_a_rate_that_is_written_with_more_zeros_is_no_change(world: World) -> None:
    taxes = settings_of(world.company).taxes
    same = replace(taxes["GST"], rates=(Rate(taxes["GST"].rates[0].since, Decimal("5.000")),))
    changed = change(
        world.company, None, lambda it: replace(it, taxes=frozen_mapping({**taxes, "GST": same})), area="test"
    )
    assert changed.changes == ()


def test_an_account_is_told_apart_from_a_tax_whose_code_reads_like_it(world: World) -> None:
    with_tax(world, Tax("GST.credit", credit="2330"))
    found = with_tax(world, replace(settings_of(world.company).taxes["GST"], credit="2400"))
    assert found.taxes["GST"].credit == "2400"
    assert found.taxes["GST.credit"].credit == "2330"
    latest = AuditRecord.objects.filter(company=world.company).order_by("at").last()
    assert latest is not None
    assert latest.changes == [["taxes.GST.credit", "2310", "2400"]]


def test_the_order_of_methods_is_kept_and_is_nothing_to_tell(world: World) -> None:
    records = AuditRecord.objects.count()
    methods = settings_of(world.company).methods
    turned = {name: methods[name] for name in reversed(list(methods))}
    assert list(kept(world, methods=frozen_mapping(turned)).methods) == list(turned)
    assert AuditRecord.objects.count() == records


def test_the_audit_says_who_changed_what_from_what_to_what(world: World) -> None:
    change(
        world.company,
        world.member("bookkeeper"),
        lambda it: replace(it, accounts=replace(it.accounts, invoice_credit="4100")),
        area="accounting",
    )
    record = AuditRecord.objects.filter(company=world.company).order_by("at").last()
    assert record is not None
    assert (record.who_id, record.who_name) == (world.people["bookkeeper"].pk, "Bookkeeper <bookkeeper@example.com>")
    assert (record.action, record.area) == ("settings-changed", "accounting")
    assert record.changes == [["accounts.invoice_credit", "4000", "4100"]]


def test_what_changes_nothing_leaves_no_record(world: World) -> None:
    before = AuditRecord.objects.count()
    assert change(world.company, None, lambda it: it, area="test").changes == ()
    assert AuditRecord.objects.count() == before


def test_of_two_changes_each_sees_the_other(world: World) -> None:
    """`to` is given the settings under the lock: who read them earlier takes nothing back."""
    stale = settings_of(world.company)
    kept(world, extras=replace(stale.extras, tip="2450"))
    change(
        world.company, None, lambda it: replace(it, accounts=replace(it.accounts, invoice_credit="4100")), area="test"
    )
    found = settings_of(world.company)
    assert (found.extras.tip, found.accounts.invoice_credit) == ("2450", "4100")


# What must not change


def test_the_start_date_is_fixed_once_a_batch_is_live(world: World) -> None:
    start = settings_of(world.company).accounting.start_date
    a_batch(world.company)
    accounting = replace(settings_of(world.company).accounting, start_date=date(2026, 2, 1))
    with pytest.raises(StartDateFixed):
        kept(world, name="Other", accounting=accounting)
    found = settings_of(Company.objects.get(pk=world.company.pk))
    assert (found.accounting.start_date, found.name) == (start, "Entretien Boréal inc.")
    assert kept(world, name="Boréal").name == "Boréal"


def test_the_start_date_moves_when_the_only_batch_is_cancelled(world: World) -> None:
    a_batch(world.company, "cancelled")
    accounting = replace(settings_of(world.company).accounting, start_date=date(2026, 2, 1))
    assert kept(world, accounting=accounting).accounting.start_date == date(2026, 2, 1)


def test_an_item_of_a_document_is_not_deleted_and_nothing_else_is_changed(world: World) -> None:
    assert DocumentRow.objects.filter(company=world.company, kind="line", code="MENAGE").exists()
    with pytest.raises(ItemsUsed) as refused:
        kept(world, items=frozen_mapping({}), name="Other")
    assert "MENAGE" in refused.value.codes
    assert settings_of(world.company).name == "Entretien Boréal inc."


def test_a_tax_of_a_document_is_not_removed(world: World) -> None:
    with pytest.raises(TaxesUsed) as refused:
        kept(world, taxes=frozen_mapping({}))
    assert refused.value.codes == ("GST", "QST")
    assert list(settings_of(world.company).taxes) == ["GST", "QST"]


def test_an_item_and_a_tax_that_no_document_has_can_go(world: World) -> None:
    """A code of the one kind does not hold one of the other."""
    items = dict(settings_of(world.company).items)
    kept(world, items=frozen_mapping({**items, "GST": Item("GST")}))
    with_tax(world, Tax("MENAGE"))
    assert "GST" not in kept(world, items=frozen_mapping(items)).items
    taxes = {code: tax for code, tax in settings_of(world.company).taxes.items() if code != "MENAGE"}
    assert "MENAGE" not in kept(world, taxes=frozen_mapping(taxes)).taxes


def test_a_company_that_shares_codes_is_not_asked(world: World) -> None:
    other = make_company(settings_of(world.company), owner=world.people["stranger"])
    change(other, None, lambda it: replace(it, taxes=frozen_mapping({}), items=frozen_mapping({})), area="test")
    assert settings_of(other).taxes == {}
    assert settings_of(world.company).taxes.keys() == {"GST", "QST"}
    assert Membership.objects.get(company=other).user == world.people["stranger"]
