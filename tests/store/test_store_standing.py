"""A document or payment looked at alone stands where the plan over everything has it, whatever decides it far away."""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.batches import WrongState
from ecriture.core.documents import (
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    Unit,
)
from ecriture.core.settings import Opening, Settings
from ecriture.store.books import Changes, record
from ecriture.store.models import Company
from ecriture.store.settings import change, make_company
from ecriture.store.standing import Stands
from ecriture.store.transfer import NotExported, cancel, export, plan
from ecriture.store.units import books_of
from ecriture.transfer import ThroughLocked
from server_world import person
from small_books import COMPANY, accounting
from standing_promise import assert_stands_alone_as_among_all
from worlds import DAYS, companies, days

pytestmark = pytest.mark.django_db

# Histories in which what decides is far away

PAID = accounting(COMPANY, only_when_paid=True)


def invoice(number: str, cents: int, day: int = 5, month: int = 1, **more: Any) -> Document:
    made = Document(
        number, DocumentKind.INVOICE, Status.FINAL, date(2026, month, day), "", "", (RowKey(RowKind.LINE),), (cents,)
    )
    return made._replace(**more)


def note(number: str, cents: int, named: str, **more: Any) -> Document:
    return invoice(number, cents, **more)._replace(kind=DocumentKind.CREDIT_NOTE, applies_to=named)


def paid(number: str, *rows: tuple[str, int], day: int = 10, month: int = 1, **more: Any) -> Payment:
    of_rows = tuple(PaymentRow(*row) for row in rows)
    return Payment(number, PaymentKind.PAYMENT, Status.FINAL, date(2026, month, day), "", "card", "", of_rows)._replace(
        **more
    )


def refund(number: str, *rows: tuple[str, int], **more: Any) -> Payment:
    return paid(number, *rows, **more)._replace(kind=PaymentKind.REFUND)


def looked_everywhere(company: Settings, *units: Unit) -> dict[str, Stands]:
    made = make_company(company, owner=person("owner"))
    record(made, Changes(units), by=None, source="test")
    made.refresh_from_db()
    return {number: it.stands for (_, number), it in assert_stands_alone_as_among_all(made, books_of(made)).items()}


def test_a_refund_of_a_credit_note_asks_what_paid_the_invoice() -> None:
    found = looked_everywhere(
        PAID, invoice("F", 1000), note("N", 400, "F"), paid("P", ("F", 600)), refund("R", ("N", 400))
    )
    assert found["R"] is Stands.PENDING


def test_a_refund_asks_whether_the_payment_of_its_document_waits_for_another() -> None:
    found = looked_everywhere(
        PAID, invoice("F", 1000), invoice("G", 1000), paid("P", ("F", 500), ("G", 500)), refund("R", ("F", 200))
    )
    assert found["R"] is Stands.KEPT_BACK
    assert found["P"] is Stands.KEPT_BACK


def test_a_payment_that_names_what_is_not_there_pays_nothing() -> None:
    found = looked_everywhere(PAID, invoice("F", 1000), paid("P", ("F", 1000), ("nobody", 1)))
    assert found["P"] is Stands.KEPT_BACK
    assert found["F"] is Stands.KEPT_BACK


def test_a_payment_waits_for_a_credit_note_that_names_another_one() -> None:
    found = looked_everywhere(
        COMPANY, invoice("F", 1000), note("N", 500, "F"), note("M", 400, "N"), refund("R", ("M", 400))
    )
    assert found["M"] is Stands.KEPT_BACK
    assert found["R"] is Stands.KEPT_BACK


def test_a_credit_note_that_names_one_which_names_itself_names_no_invoice() -> None:
    found = looked_everywhere(COMPANY, invoice("F", 1000), note("N", 100, "N"), note("M", 100, "N"))
    assert (found["N"], found["M"]) == (Stands.KEPT_BACK, Stands.KEPT_BACK)


def test_a_deposit_from_before_the_start_date_that_is_allocated_later_waits() -> None:
    start = accounting(COMPANY, start_date=date(2026, 2, 1), opening=Opening.SAGE)
    found = looked_everywhere(
        start,
        invoice("OLD", 1000),
        invoice("F", 1000, month=2),
        paid("P", ("F", 1000)),
        paid("Q", ("OLD", 1000)),
        paid("S", ("", 1000)),
        paid("T", ("nobody", 1000)),
    )
    assert (found["P"], found["Q"], found["S"]) == (Stands.PENDING, Stands.OPENING, Stands.OPENING)
    assert (found["OLD"], found["T"]) == (Stands.OPENING, Stands.KEPT_BACK)


# At random

DOCUMENTS, PAYMENTS = ("F", "G", "H", "N", "M"), ("P", "Q", "R", "S", "T")
NAMES = st.sampled_from((*DOCUMENTS, *DOCUMENTS, "nobody", ""))
CENTS = st.sampled_from((100, 100, 200, 300))
STATUSES = st.sampled_from((*[Status.FINAL] * 8, Status.VOID, Status.DRAFT))


@st.composite
def some_units(draw: st.DrawFn) -> list[Unit]:
    """Credit notes and payments that name much, so that what decides a unit is often far from it."""
    numbers = draw(st.lists(st.sampled_from(DOCUMENTS), unique=True, min_size=1))
    units: list[Unit] = [
        invoice(number, draw(CENTS), status=draw(STATUSES), date=draw(days()))
        if number in "FGH"
        else note(number, draw(CENTS), draw(NAMES), status=draw(STATUSES), date=draw(days()))
        for number in numbers
    ]
    for number in draw(st.lists(st.sampled_from(PAYMENTS), unique=True)):
        named = draw(st.lists(st.tuples(NAMES, CENTS), min_size=1, max_size=3, unique_by=lambda it: it[0]))
        rows = tuple(PaymentRow(*row, applied=draw(st.none() | st.none() | days())) for row in named)
        kind = draw(st.sampled_from((PaymentKind.PAYMENT, PaymentKind.PAYMENT, PaymentKind.REFUND)))
        status = draw(st.sampled_from((*[Status.FINAL] * 8, Status.VOID)))
        units.append(paid(number, kind=kind, status=status, date=draw(days()), rows=rows))
    return units


ACTS = st.sampled_from(("record", "record", "export", "export", "void", "when paid", "lock", "cancel"))


@given(company=companies(), units=some_units(), acts=st.lists(ACTS, max_size=5), data=st.data())
@settings(
    max_examples=int(os.environ.get("ECRITURE_STANDINGS", "15")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_each_unit_alone_stands_as_among_all(
    company: Settings, units: list[Unit], acts: list[str], data: st.DataObject
) -> None:
    with transaction.atomic():
        made = make_company(replace(company, name="Une inc."), owner=person("owner"))
        _record(made, Changes(units))
        for act in (*acts, ""):
            _act(made, act, data)
            made.refresh_from_db()
            assert_stands_alone_as_among_all(made, books_of(made))
        transaction.set_rollback(True)


def _record(company: Company, changes: Changes) -> None:
    record(company, changes, by=None, source="test")
    company.refresh_from_db()


def _act(company: Company, act: str, data: st.DataObject) -> None:
    if act == "record":
        _record(company, Changes(data.draw(some_units())))
    elif act == "void" and (found := books_of(company).units):
        _record(company, Changes(void=[data.draw(st.sampled_from(found)).id]))
    elif act == "export":
        with suppress(NotExported, ThroughLocked):
            through = data.draw(st.sampled_from((*DAYS, LATE, LATE, LATE)))
            export(company, through, plan(company, through).fingerprint, None, skip_invalid=True)
    elif act == "cancel" and company.batches_made:
        with suppress(WrongState):
            cancel(company, company.batches_made, None, reason="test")
    elif act == "when paid":
        change(
            company, None, lambda it: accounting(it, only_when_paid=not it.accounting.only_when_paid), area="accounting"
        )
    elif act == "lock":
        day = data.draw(days())
        change(company, None, lambda it: replace(it, lock_date=max(day, it.lock_date or day)), area="company")


LATE = date(2027, 12, 31)
