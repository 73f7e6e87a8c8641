"""The return of a period from the store: the quarter that was worked by hand, and any history."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from test_store_model import STEPS, Histories

from ecriture.core.advances import Nature
from ecriture.core.documents import CREDIT_NOTE, FINAL, TAX, RowKind, UnitId, UnitKind
from ecriture.core.settings import Method, Settings, Untaxed, frozen_mapping
from ecriture.core.tax_return import Period, Source, Supply, lines_of
from ecriture.store.books import Changes, record
from ecriture.store.demonstration import company_of
from ecriture.store.figures import figures_of as figures_by_month
from ecriture.store.filed import withdraw
from ecriture.store.filing import Choice, figures_of, file_return, read, since_filed, written
from ecriture.store.filing import decide as decide_change
from ecriture.store.models import (
    Company,
    Membership,
    Payment,
    TaxReturn,
    TaxReturnDecision,
    TaxReturnEntry,
    TaxReturnWithdrawal,
)
from ecriture.store.removal import remove
from ecriture.store.settings import change
from ecriture.store.tax_returns import Prepared, prepared
from ecriture.store.transfer import export, plan
from ecriture.store.units import books_of
from server_world import World, person, put
from small_books import invoice, line, payment, refund, share, tax

WITHDRAWALS = import_module("ecriture.store.migrations.0023_withdrawn_returns")
MIGRATION = import_module("ecriture.store.migrations.0018_tax_returns")
QUARTER_FOLDER = Path(__file__).parents[1] / "golden" / "quarter"
MONTHS = [Period(date(2026, month, 1), date(2026, month, last)) for month, last in ((1, 31), (2, 28), (3, 31))]
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
THROUGH = [month.last for month in MONTHS]


def changed(company: Company, **parts: object) -> None:
    """The settings with other parts."""

    def to(found: Settings) -> Settings:
        return replace(found, **parts)  # type: ignore[arg-type] # parts of the settings

    change(company, None, to, area="test")


def say_what_is_untaxed(company: Company) -> None:
    """Beans are zero-rated, a rent is exempt: what expected.md reads from the items."""

    def to(found: Settings) -> Settings:
        said = {"BEANS": Untaxed.ZERO_RATED, "RENT": Untaxed.EXEMPT}
        items = {code: replace(it, untaxed=said.get(code, it.untaxed)) for code, it in found.items.items()}
        return replace(found, items=frozen_mapping(items))

    change(company, None, to, area="test")


def export_through(company: Company, through: date) -> None:
    company.refresh_from_db()
    export(company, through, plan(company, through).fingerprint, None)
    company.refresh_from_db()


@pytest.fixture
def quarter(db: None) -> Company:
    company = company_of(QUARTER_FOLDER, person("owner"))
    say_what_is_untaxed(company)
    company.refresh_from_db()
    return company


def dollars(*amounts: str) -> list[int]:
    return [int(amount.replace(".", "")) for amount in amounts]


def line_cents(found: Prepared, *numbers: str) -> list[int | None]:
    lines = dict(lines_of(found.forms[0], found.amounts))
    return [lines[number] for number in numbers]


PERIODS = {"January": MONTHS[0], "February": MONTHS[1], "March": MONTHS[2], "quarter": QUARTER}
SALES = {
    # section 3: Québec, Alberta, Ontario, taxable, zero-rated, exempt, line 101
    "January": dollars("1240.00", "600.00", "1050.00", "2890.00", "320.00", "900.00", "4110.00"),
    "February": dollars("1580.00", "0.00", "0.00", "1580.00", "0.00", "900.00", "2480.00"),
    "March": dollars("600.00", "0.00", "400.00", "1000.00", "160.00", "900.00", "2060.00"),
    "quarter": dollars("3420.00", "600.00", "1450.00", "5470.00", "480.00", "2700.00", "8650.00"),
}
TAXES = {
    # GST, HST, line 103, line 203
    "January": dollars("92.00", "136.50", "228.50", "123.69"),
    "February": dollars("79.00", "0.00", "79.00", "157.61"),
    "March": dollars("30.00", "52.00", "82.00", "59.85"),
    "quarter": dollars("201.00", "188.50", "389.50", "341.15"),
}


@pytest.mark.parametrize("name", PERIODS)
def test_the_sales_and_taxes_of_section_3(quarter: Company, name: str) -> None:
    found = prepared(quarter, PERIODS[name])
    sales: Counter[object] = Counter()
    for group, cents in found.amounts.sales.items():
        sales[group.codes] += cents
        sales[group.supply] += cents
        assert group.outside is (group.codes in (("GST",), ("HST",)))
    each = (("GST", "QST"), ("GST",), ("HST",), Supply.TAXABLE, Supply.ZERO_RATED, Supply.EXEMPT)
    assert [*(sales[key] for key in each), *line_cents(found, "101")] == SALES[name]
    taxes = found.amounts.taxes
    assert [taxes.get("GST", 0), taxes.get("HST", 0), *line_cents(found, "103", "203")] == TAXES[name]
    assert line_cents(found, "104", "204", "107", "207") == [0, 0, 0, 0]
    assert line_cents(found, "105", "205") == [TAXES[name][2], TAXES[name][3]]
    assert line_cents(found, "106", "108", "109", "206", "208", "209") == [None] * 6
    assert [form.name for form in found.forms] == ["gst-qst"]


def test_without_a_word_of_the_items_it_is_without_tax_and_line_101_is_the_same(db: None) -> None:
    found = prepared(company_of(QUARTER_FOLDER, person("owner")), QUARTER)
    untaxed = [cents for group, cents in found.amounts.sales.items() if group.supply is Supply.UNTAXED]
    assert (untaxed, found.unknown) == (dollars("3180.00"), {"BEANS": 48_000, "RENT": 270_000})
    assert line_cents(found, "101") == dollars("8650.00")


def test_the_money_before_its_invoice_of_section_3(quarter: Company) -> None:
    found = prepared(quarter, QUARTER)
    assert [
        (it.receipt.payment, it.receipt.day, it.receipt.cents, it.receipt.document, it.receipt.left_cents(QUARTER.last))
        for it in found.received
    ] == [
        ("P-05", date(2026, 1, 22), 50_000, "R-110", 0),
        ("P-15", date(2026, 2, 24), 8_609, "", 8_609),
        ("P-24", date(2026, 3, 30), 30_000, "", 30_000),
    ]
    last = found.received[-1].amounts
    assert (last.sales_cents, dict(last.taxes)) == (26_092, {"GST": 1_305, "QST": 2_603})
    assert found.undecided == 3


def decide(company: Company, number: str, nature: Nature, kept_on: date | None = None) -> None:
    Payment.objects.filter(company=company, number=number).update(nature=nature, kept_on=kept_on)


def test_an_advance_is_due_when_it_comes_and_its_invoice_takes_it_over(quarter: Company) -> None:
    decide(quarter, "P-05", Nature.ADVANCE)
    january, february, _ = (prepared(quarter, month) for month in MONTHS)
    # 500.00 of R-110 (919.80 with 40.00 and 79.80)
    assert line_cents(january, "103", "203") == [22_850 + 2_174, 12_369 + 4_338]
    assert line_cents(february, "103", "203") == [7_900 - 2_174, 15_761 - 4_338]
    assert line_cents(prepared(quarter, QUARTER), "103", "203", "101") == [38_950, 34_115, 865_000]
    decide(quarter, "P-24", Nature.ADVANCE)
    march = prepared(quarter, MONTHS[2])
    assert line_cents(march, "101", "103", "203") == [206_000 + 26_092, 8_200 + 1_305, 5_985 + 2_603]
    decide(quarter, "P-24", Nature.DEPOSIT)
    assert line_cents(prepared(quarter, MONTHS[2]), "101", "103") == [206_000, 8_200]
    decide(quarter, "P-24", Nature.KEPT, date(2026, 5, 2))
    assert line_cents(prepared(quarter, MONTHS[2]), "101") == [206_000]
    may = prepared(quarter, Period(date(2026, 5, 1), date(2026, 5, 31)))
    assert line_cents(may, "101", "103", "203") == [26_092, 1_305, 2_603]
    assert [entry.key for entry in may.entries] == [(Source.ADVANCE, "P-24")]


def posted(found: Prepared) -> dict[str, tuple[int, int, int, int]]:
    assert [it.unexplained_cents for it in found.checks] == [0] * len(found.checks)
    return {
        it.account: (it.debit_cents, it.credit_cents, it.documents_cents, it.difference_cents) for it in found.checks
    }


def test_what_was_posted_of_section_3_agrees(quarter: Company) -> None:
    for through in THROUGH:
        export_through(quarter, through)
        seen = Period(QUARTER.first, through)
        assert all(it.difference_cents == 0 and it.differences == () for it in prepared(quarter, seen).checks)
    assert posted(prepared(quarter, QUARTER)) == {
        "2310": (1_400, 21_500, 20_100, 0),
        "2330": (2_793, 36_908, 34_115, 0),
        "2340": (0, 18_850, 18_850, 0),
    }


WAITING = {
    # section 5, exported once through that day: account, posted, what waits, documents
    date(2026, 1, 31): {
        "2310": (2_200, {"R-101": 2_000, "R-103": 3_000, "R-109": 2_000}, 9_200),
        "2330": (4_389, {"R-101": 3_990, "R-109": 3_990}, 12_369),
        "2340": (13_650, {}, 13_650),
    },
    date(2026, 3, 31): {
        "2310": (18_100, {"R-101": 2_000, "C-201": -400, "R-122": 400}, 20_100),
        "2330": (30_125, {"R-101": 3_990, "C-201": -798, "R-122": 798}, 34_115),
        "2340": (13_650, {"R-118": 5_200}, 18_850),
    },
}


@pytest.mark.parametrize("through", WAITING)
def test_only_when_paid_changes_what_is_posted_and_no_line(quarter: Company, through: date) -> None:
    def to(found: Settings) -> Settings:
        return replace(found, accounting=replace(found.accounting, only_when_paid=True))

    change(quarter, None, to, area="test")
    export_through(quarter, through)
    found = prepared(quarter, Period(QUARTER.first, through))
    for check in found.checks:
        cents, waiting, documents = WAITING[through][check.account]
        assert (check.posted_cents, check.documents_cents, check.unexplained_cents) == (cents, documents, 0)
        assert {it.unit.number: it.cents for it in check.differences if it.why == "held"} == waiting
        assert [it for it in check.differences if it.why != "held"] == []
    assert line_cents(found, "101", "103", "203") == (
        [411_000, 22_850, 12_369] if through == MONTHS[0].last else [865_000, 38_950, 34_115]
    )


# Bad debts


def test_a_debt_that_is_given_up_is_beside_107_and_207_and_104_and_204(world: World) -> None:
    company = world.company
    changed(company, methods=frozen_mapping({"bad debt": Method("bad debt", "5440", write_off=True)}))
    put(
        company,
        invoice("F-9", "2025-12-05", line("", 10_000), tax("GST", 500), tax("QST", 998)),
        payment("P-91", "2025-12-20", share("F-9", 3_000)),
        payment("P-92", "2026-06-10", share("F-9", 8_498), method="Bad Debt"),
        payment("P-93", "2026-08-10", share("F-9", 8_498), method="cash"),
    )
    june = prepared(company, Period(date(2026, 6, 1), date(2026, 6, 30)))
    assert line_cents(june, "104", "107", "204", "207") == [0, 370, 0, 738]
    assert [(it.document, it.cents) for it in june.write_offs] == [("F-9", 8_498)]
    assert june.received == ()
    put(company, payment("P-94", "2026-06-11", share("", 500), method="bad debt"))
    assert prepared(company, june.period).received == ()
    sums = {it.first: it.received_cents for it in figures_by_month(company, date(2026, 8, 31)).months}
    assert (sums[date(2026, 6, 1)], sums[date(2026, 8, 1)]) == (0, 8_498)
    august = prepared(company, Period(date(2026, 8, 1), date(2026, 8, 31)))
    assert line_cents(august, "104", "107", "204", "207") == [370, 0, 738, 0]


# What is not of the period does not count


def test_an_empty_period_and_what_only_another_company_has(world: World) -> None:
    found = prepared(world.company, Period(date(1999, 1, 1), date(1999, 12, 31)))
    assert (found.entries, found.received, found.write_offs) == ((), (), ())
    assert line_cents(found, "101", "103", "203") == [0, 0, 0]
    assert all(posted(found)[it.account] == (0, 0, 0, 0) for it in found.checks)


def queries_of(company: Company, period: Period) -> int:
    with CaptureQueriesContext(connection) as found:
        prepared(company, period)
    return len(found)


def test_documents_of_other_periods_cost_no_query(quarter: Company) -> None:
    changed(quarter, methods=frozen_mapping({"bad debt": Method("bad debt", "5440", write_off=True)}))
    few = queries_of(quarter, QUARTER)
    rows = line("GOODS", 1_000), tax("GST", 50)
    others = [invoice(f"X-{at}", f"2025-{1 + at % 12:02}-01", *rows) for at in range(1_200)]
    paid = [payment(f"Y-{at}", f"2025-{1 + at % 12:02}-02", share(f"X-{at}", 1_050)) for at in range(1_200)]
    record(quarter, Changes([*others, *paid]), by=None, source="test")
    assert queries_of(quarter, QUARTER) == few <= 60


# Any history


class WithReturns(Histories):
    """Two companies, looked at after every eighth step: on every period."""

    steps_done = 0

    @invariant()
    def agrees(self) -> None:
        self.steps_done += 1
        for side in getattr(self, "sides", ()) if self.steps_done % 8 == 0 else ():
            company = Company.objects.get(pk=side.company.pk)
            books = books_of(company)
            for period in (*MONTHS, QUARTER, Period(date(2020, 1, 1), date(2030, 12, 31))):
                found = prepared(company, period)
                assert [it.unexplained_cents for it in found.checks] == [0] * len(found.checks)
                rows: Counter[str] = Counter()
                for document in books.documents.values():
                    sign = (document.status is FINAL and document.date in period) * (
                        1 - 2 * (document.kind is CREDIT_NOTE)
                    )
                    for key, cents in zip(document.keys, document.amounts, strict=True):
                        rows[key.code if key.kind is TAX else key.kind] += sign * cents
                sales = sum(rows[kind] for kind in (RowKind.LINE, RowKind.DISCOUNT, RowKind.SHIPPING))
                assert line_cents(found, "101", "103", "203") == [sales, rows["GST"], rows["QST"]]
                assert sum(it.documents_cents for it in found.checks) == rows["GST"] + rows["QST"]

    def holds(self) -> None:
        """What `Histories` says of the transfer itself is tried there."""


@pytest.mark.django_db
def test_posted_and_explained_is_what_documents_say_after_any_history() -> None:
    run_state_machine_as_test(
        WithReturns,
        settings=settings(
            max_examples=max(1, STEPS // 150),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )


def test_a_refund_without_a_document_gives_a_deposit_back(quarter: Company) -> None:
    put(quarter, refund("R-1", "2026-03-31", share("", 30_000)))
    found = prepared(quarter, QUARTER)
    assert [it.receipt.cents for it in found.received][-2:] == [30_000, -30_000]


# What was filed


@pytest.fixture
def deletion_refused(db: None) -> None:
    """Puts back what tests/conftest.py takes out, so that tests can tidy up after them."""
    if connection.vendor == "sqlite":
        for trigger in (*MIGRATION.triggers(), *WITHDRAWALS.triggers()):
            if trigger.event == "DELETE":
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(trigger.sqlite())


@pytest.mark.usefixtures("deletion_refused")
def test_the_database_itself_keeps_what_was_filed(quarter: Company) -> None:
    member = Membership.objects.select_related("user", "company").get(company=quarter)
    (figures,) = figures_of(prepared(quarter, QUARTER))
    filed = file_return(member, "gst-qst", QUARTER, {}, figures.shows)
    assert read(written(figures.amounts)) == figures.amounts
    record(quarter, Changes(void=[UnitId(UnitKind.DOCUMENT, "R-120")]), by=None, source="test")
    codes = figures.form.codes
    (change_,) = since_filed(filed, codes)
    decide_change(member, filed, codes, (change_.source, change_.number), Choice.NEXT, change_.mark)
    withdraw(member, filed, "not sent")
    late = TaxReturnEntry(company=quarter, tax_return=filed, source="document", number="X", day=THROUGH[0], amounts={})
    every: tuple[Callable[[], object], ...] = (
        lambda: TaxReturn.objects.filter(pk=filed.pk).update(lines=[]),
        lambda: TaxReturn.objects.filter(pk=filed.pk).delete(),
        lambda: TaxReturnEntry.objects.filter(tax_return=filed).update(number="x"),
        lambda: TaxReturnEntry.objects.filter(tax_return=filed).delete(),
        lambda: TaxReturnDecision.objects.update(choice="amend"),
        lambda: TaxReturnDecision.objects.all().delete(),
        lambda: TaxReturnWithdrawal.objects.update(reason="x"),
        lambda: TaxReturnWithdrawal.objects.all().delete(),
        late.save,
    )
    for act in every:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    member.user.delete()
    assert (TaxReturn.objects.get().who_id, TaxReturnWithdrawal.objects.get().who_id) == (None, None)
    remove(quarter, by=None)
    assert not TaxReturn.objects.exists()
