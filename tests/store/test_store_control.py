"""The control of the quarter worked by hand (tests/golden/quarter/expected.md, section 2), and what is settled of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.settings import Opening, Settings
from ecriture.store import models
from ecriture.store.books import Changes, record
from ecriture.store.closed import note_closed
from ecriture.store.control import control_on, controlled_in, latest_through, opening_on, settle
from ecriture.store.models import Company
from ecriture.store.settings import make_company, settings_of
from ecriture.store.transfer import cancel
from quarter_books import MONTHS, OPEN, exported, quarter
from server_world import person, put
from small_books import COMPANY, accounting, credit_note, extras, invoice, line, payment, refund, share

pytestmark = pytest.mark.django_db


def open_in(company: Company, account: str, day: date) -> dict[str, int]:
    return {it.about.number: it.cents for it in control_on(company, day).open_on(account)}


@pytest.mark.parametrize("throughs", [MONTHS, MONTHS[2:]])
def test_the_quarter(throughs: Sequence[date]) -> None:
    company = quarter(*throughs)
    for day, (documents, deposits) in OPEN.items():
        assert open_in(company, "1201", day) == documents
        assert open_in(company, "2450", day) == {number: -cents for number, cents in deposits.items()}
        found = control_on(company, day)
        assert found.balance("1201").cents == sum(documents.values())
        assert found.balance("2450").cents == -sum(deposits.values())
    assert [it.account for it in controlled_in(company)] == ["1201", "2450"]
    assert latest_through(company) == MONTHS[2]


def test_a_day_within_a_month_is_as_in_sage_where_the_entry_stands_at_its_end() -> None:
    company = quarter(MONTHS[2])
    assert open_in(company, "1201", date(2026, 1, 30)) == {}
    assert control_on(company, date(2026, 1, 30)).balance("1201").cents == 0
    assert open_in(company, "1201", date(2026, 2, 27)) == OPEN[MONTHS[0]][0]


def test_what_is_closed_is_not_looked_at_again() -> None:
    company = quarter(*MONTHS)
    before = {account: open_in(company, account, MONTHS[2]) for account in ("1201", "2450")}
    note_closed.call(f"{company.pk}")
    assert {account: open_in(company, account, MONTHS[2]) for account in before} == before
    closed = models.Document.objects.filter(company=company, held=True, closed_on__isnull=False)
    assert closed.count() == models.Document.objects.filter(company=company, held=True).count() - 6
    # R-101 with C-201, R-111, R-116, R-118, R-122
    with CaptureQueriesContext(connection) as seen:
        found = control_on(company, MONTHS[2])
    assert not {it.by.number for it in found.movements} & {"R-102", "R-103", "P-03", "P-09"}
    assert len(seen) <= 26


def test_a_cancelled_batch_is_as_if_it_never_was() -> None:
    company = quarter(*MONTHS)
    cancel(company, 2, None, reason="refused")
    assert control_on(company, MONTHS[0]).balance("1201").cents == 134980
    found = control_on(company, MONTHS[2])
    assert (
        sum(it.cents for it in found.open_on("1201")) == found.balance("1201").cents == 134980 + 99490
    )  # January and March
    exported(company, MONTHS[2])
    for day, (documents, _) in OPEN.items():
        assert open_in(company, "1201", day) == documents


def small(settings: Settings = COMPANY) -> Company:
    return make_company(settings, owner=person("owner"))


def test_a_payment_that_was_changed_since_is_about_the_one_document_that_it_names() -> None:
    company = small()
    put(company, invoice("F", "2026-01-05", line("", 10000)), payment("P", "2026-01-10", share("F", 10000)))
    exported(company, MONTHS[0])
    put(company, payment("P", "2026-01-10", share("F", 9000)))
    assert open_in(company, "1201", MONTHS[0]) == {}  # as transferred
    exported(company, MONTHS[0])
    assert open_in(company, "1201", MONTHS[0]) == {"F": 1000}


def test_a_payment_of_two_documents_that_was_changed_since_says_so() -> None:
    company = small()
    put(
        company,
        invoice("F", "2026-01-05", line("", 10000)),
        invoice("G", "2026-01-05", line("", 5000)),
        payment("P", "2026-01-10", share("F", 10000), share("G", 5000)),
    )
    exported(company, MONTHS[0])
    assert open_in(company, "1201", MONTHS[0]) == {}
    put(company, payment("P", "2026-01-10", share("F", 10000), share("G", 4000)))
    found = control_on(company, MONTHS[0]).open_on("1201")
    assert [(it.about.number, it.cents, it.is_changed) for it in found] == [
        ("F", 10000, False),
        ("G", 5000, False),
        ("P", -15000, True),
    ]


def test_money_without_a_deposit_account_waits_on_the_clearing_account_itself() -> None:
    company = small(extras(deposit=""))
    put(company, invoice("F", "2026-02-05", line("", 10000)), payment("P", "2026-01-10", share("F", 10000)))
    exported(company, MONTHS[1])
    assert open_in(company, "1201", MONTHS[0]) == {"P": -10000}
    assert open_in(company, "1201", MONTHS[1]) == {}


def test_a_credit_note_and_its_refund_are_about_the_invoice() -> None:
    company = small()
    put(
        company,
        invoice("F", "2026-01-05", line("", 10000)),
        payment("P", "2026-01-06", share("F", 10000)),
        credit_note("N", "2026-01-07", line("", 4000), applies_to="F"),
        refund("R", "2026-01-08", share("N", 3000)),
    )
    exported(company, MONTHS[0])
    assert open_in(company, "1201", MONTHS[0]) == {"F": -1000}


def test_the_opening_balance_by_document() -> None:
    """Start on 1 February with the balance in the clearing account."""
    start = date(2026, 2, 1)
    company = small(accounting(COMPANY, start_date=start, opening=Opening.CLEARING))
    put(
        company,
        invoice("F", "2025-12-05", line("", 10000)),
        invoice("G", "2026-01-05", line("", 5000)),
        invoice("H", "2026-02-10", line("", 7000)),
        payment("P", "2026-01-10", share("F", 4000)),
        payment("Q", "2026-01-11", share("G", 5000), share("H", 2000)),
        credit_note("N", "2026-01-12", line("", 1000), applies_to="F"),
        payment("S", "2026-02-12", share("F", 5000)),
    )
    opening = opening_on(company)
    assert opening is not None
    assert opening.day == date(2026, 1, 31)
    assert [(it.about.number, it.cents) for it in opening.open_on("1201")] == [("F", 5000)]
    assert [(it.about.number, it.cents) for it in opening.open_on("2450")] == [("Q", -2000)]
    exported(company, MONTHS[1])
    assert open_in(company, "1201", MONTHS[1]) == {"H": 5000}
    assert open_in(company, "2450", MONTHS[1]) == {}
    found = control_on(company, MONTHS[1])
    assert found.balance("1201").opening_cents == 5000
    assert [found.balance(it).cents for it in ("1201", "2450")] == [5000, 0]
    settle(company, settings_of(company))
    again = opening_on(company)
    assert again is not None
    assert [(it.about.number, it.cents) for it in again.open_on("1201")] == [("F", 5000)]


def test_with_the_opening_in_sage_only_what_was_paid_before_for_later_is_in_the_opening_balance() -> None:
    start = date(2026, 2, 1)
    company = small(replace(accounting(COMPANY, start_date=start)))
    put(
        company,
        invoice("F", "2025-12-05", line("", 10000)),
        invoice("H", "2026-02-10", line("", 7000)),
        payment("P", "2026-01-10", share("F", 4000)),
        payment("Q", "2026-01-11", share("H", 2000)),
        payment("S", "2026-02-12", share("F", 6000)),
    )
    opening = opening_on(company)
    assert opening is not None
    assert opening.open_on("1201") == []
    assert [(it.about.number, it.cents) for it in opening.open_on("2450")] == [("Q", -2000)]
    exported(company, MONTHS[1])
    assert open_in(company, "1201", MONTHS[1]) == {"H": 5000}
    assert control_on(company, MONTHS[1]).balance("2450").cents == 0


def test_what_paid_a_document_that_is_gone_is_about_the_payment() -> None:
    """A document of nothing can be deleted after a payment of it was transferred."""
    company = small()
    paid = payment("P", "2026-01-10", share("F", 10000))
    put(company, invoice("F", "2026-01-05", line("", 0)), paid)
    exported(company, MONTHS[0])
    assert open_in(company, "1201", MONTHS[0]) == {"F": -10000}
    record(company, Changes(void=[paid.id], deleted=[UnitId(UnitKind.DOCUMENT, "F")]), by=None, source="test")
    assert open_in(company, "1201", MONTHS[0]) == {"P": -10000}
    exported(company, MONTHS[0])
    assert open_in(company, "1201", MONTHS[0]) == {}
