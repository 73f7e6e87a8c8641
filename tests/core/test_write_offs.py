"""Bad debts: the tax of a document × what is written off ÷ its total, and back when it comes in."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from ecriture.core.documents import Document, Payment, PaymentKind, PaymentRow, Status
from ecriture.core.tax_return import Amounts, Period, Source
from ecriture.core.write_offs import WriteOff, entry_of, write_offs_of
from small_books import credit_note, invoice, line, on, payment, refund, row, share, tax

WHOLE = invoice("F-1", "01-05", line("", 10_000), tax("GST", 500), tax("QST", 998), customer="Lise")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def gives_up(method: str) -> bool:
    return method == "bad"


def found(document: Document, *payments: Payment) -> list[tuple[str, int, dict[str, int]]]:
    return [(it.payment, it.cents, dict(it.taxes)) for it in write_offs_of(document, payments, gives_up)]


def test_the_example_of_the_issue() -> None:
    """114.98 with GST 5.00 and QST 9.98, 30.00 paid, 84.98 written off: 3.70 and 7.38."""
    paid = payment("P-1", "02-01", share("F-1", 3_000))
    given_up = payment("P-2", "06-01", share("F-1", 8_498), method="bad")
    assert found(WHOLE, given_up, paid) == [("P-2", 8_498, {"GST": 370, "QST": 738})]
    (entry,) = entry_of(write_offs_of(WHOLE, [paid, given_up], gives_up), YEAR)
    assert entry.key == (Source.BAD_DEBT, "P-2")
    assert (entry.customer, entry.amounts) == ("Lise", Amounts(deducted={"GST": 370, "QST": 738}))


def test_the_example_of_revenu_quebec() -> None:
    """149.46 with 6.50 and 12.97, 30.00 paid: 5.20 and 10.37; then 60.00 comes in: 2.61 and 5.21."""
    document = invoice("F-1", "01-05", line("", 12_999), tax("GST", 650), tax("QST", 1_297))
    paid = payment("P-1", "02-01", share("F-1", 3_000))
    given_up = payment("P-2", "06-01", share("F-1", 11_946), method="bad")
    later = payment("P-3", "07-01", share("F-1", 6_000))
    assert found(document, paid, given_up, later) == [
        ("P-2", 11_946, {"GST": 520, "QST": 1_037}),
        ("P-3", -6_000, {"GST": -261, "QST": -521}),
    ]
    _, entry = entry_of(write_offs_of(document, [paid, given_up, later], gives_up), YEAR)
    assert entry.amounts == Amounts(added={"GST": 261, "QST": 521})


def test_taking_a_write_off_back_is_a_recovery_and_the_payment_after_it_is_none() -> None:
    given_up = payment("P-1", "06-01", share("F-1", 11_498), method="bad")
    back = refund("P-2", "07-01", share("F-1", 11_498), method="bad")
    paid = payment("P-3", "07-02", share("F-1", 11_498))
    assert [it[:2] for it in found(WHOLE, given_up, back, paid)] == [("P-1", 11_498), ("P-2", -11_498)]


def test_a_recovery_that_the_bank_takes_back_is_a_bad_debt_again() -> None:
    given_up = payment("P-1", "06-01", share("F-1", 11_498), method="bad")
    paid = payment("P-2", "07-01", share("F-1", 5_000))
    bounced = refund("P-3", "07-05", share("F-1", 5_000))
    assert [it[:2] for it in found(WHOLE, given_up, paid, bounced)] == [
        ("P-1", 11_498),
        ("P-2", -5_000),
        ("P-3", 5_000),
    ]


def test_no_more_is_given_up_than_there_is_and_of_some_documents_nothing() -> None:
    twice = [payment(number, "06-01", share("F-1", 9_000), method="bad") for number in ("P-1", "P-2")]
    assert sum(it[1] for it in found(WHOLE, *twice)) == 11_498
    assert found(credit_note("F-1", "01-05", line("", 100)), *twice) == []
    assert found(WHOLE._replace(status=Status.VOID), *twice) == []
    assert found(invoice("F-1", "01-05", line("", -100)), *twice) == []
    assert found(WHOLE, twice[0]._replace(status=Status.VOID)) == []
    assert found(WHOLE, payment("P-1", "06-01", share("F-2", 9_000), method="bad")) == []
    exempt = invoice("F-1", "01-05", line("", 10_000), row("tip", 100))
    assert not next(iter(write_offs_of(exempt, twice, gives_up))).amounts


PAID, GIVEN_BACK = PaymentKind.PAYMENT, PaymentKind.REFUND
EVENTS = st.lists(
    st.tuples(
        st.sampled_from((PAID, GIVEN_BACK)),
        st.sampled_from(("bad", "card")),
        st.integers(1, 12_000),
        st.integers(1, 28),
    ),
    max_size=8,
)


@given(EVENTS)
@example([(PAID, "bad", 11_498, 1), (PAID, "card", 1, 1), (PAID, "bad", 1, 2), (GIVEN_BACK, "card", 1, 2)])
def test_taxes_never_come_to_more_than_the_document_s_nor_below_nothing(
    events: list[tuple[PaymentKind, str, int, int]],
) -> None:
    payments = [
        Payment(f"P-{at}", kind, Status.FINAL, on(f"06-{day:02}"), "", method, "", (PaymentRow("F-1", cents),))
        for at, (kind, method, cents, day) in enumerate(events)
    ]
    open_cents, taxes = 0, {"GST": 0, "QST": 0}
    changes: list[WriteOff] = [*write_offs_of(WHOLE, payments, gives_up)]
    for change in changes:
        open_cents += change.cents
        taxes = {code: cents + change.taxes[code] for code, cents in taxes.items()}
        assert 0 <= open_cents <= WHOLE.total_cents
        assert 0 <= taxes["GST"] <= 500
        assert 0 <= taxes["QST"] <= 998
        assert (open_cents == WHOLE.total_cents) <= (taxes == {"GST": 500, "QST": 998})
        assert (open_cents == 0) <= (taxes == {"GST": 0, "QST": 0})
