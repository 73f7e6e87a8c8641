"""What payments and documents move on the accounts that are controlled, unit by unit."""

from datetime import date

from ecriture.core.batches import RecordedAccounts
from ecriture.core.control import (
    Head,
    Movement,
    PaidTo,
    Posted,
    Span,
    about_in,
    age_of,
    of_document,
    of_payment,
    open_on,
    roles_of,
    spans_of,
)
from ecriture.core.documents import DocumentKind, Payment, UnitId, UnitKind
from ecriture.core.sales import UNAPPLIED, Application
from small_books import on, payment, share

JANUARY, FEBRUARY = on("01-31"), on("02-28")
APART, TOGETHER = PaidTo("1201", "2450"), PaidTo("1201", "1201")


def head(number: str, applies_to: str = "") -> Head:
    kind = DocumentKind.CREDIT_NOTE if applies_to else DocumentKind.INVOICE
    return Head(number, kind, "final", on("01-05"), "", applies_to, 100)


HEADS = {it.number: it for it in (head("F"), head("G"), head("N", "F"))}
ABOUT = about_in(HEADS)


def moved(
    found: Payment, posted: list[Posted], applications: list[Application], accounts: PaidTo = APART
) -> list[Movement]:
    return of_payment(found, posted, applications, accounts, ABOUT)


def open_by(found: list[Movement], account: str, day: date) -> dict[str, int]:
    return {it.about.number: it.cents for it in open_on(found, account, day)}


def test_a_deposit_waits_and_then_settles_its_document() -> None:
    paid = payment("P", "2026-01-20", share("F", 500))
    posted = [
        Posted("2450", on("01-20"), JANUARY, -500),
        Posted("2450", on("02-10"), FEBRUARY, 500),
        Posted("1201", on("02-10"), FEBRUARY, -500),
        Posted("1060", on("01-20"), JANUARY, 500),
    ]
    found = moved(paid, posted, [on("02-10")])
    assert open_by(found, "2450", JANUARY) == {"P": -500}
    assert open_by(found, "1201", JANUARY) == open_by(found, "2450", FEBRUARY) == {}
    assert open_by(found, "1201", FEBRUARY) == {"F": -500}


def test_on_the_clearing_account_itself_it_moves_without_a_posting() -> None:
    paid = payment("P", "2026-01-20", share("F", 500))
    found = moved(paid, [Posted("1201", on("01-20"), JANUARY, -500)], [on("02-10")], TOGETHER)
    assert open_by(found, "1201", JANUARY) == {"P": -500}
    assert open_by(found, "1201", on("02-09")) == {"P": -500}
    assert open_by(found, "1201", on("02-10")) == {"F": -500}


def test_a_corrected_payment_is_about_its_documents_from_the_correction_on() -> None:
    paid = payment("P", "2026-01-20", share("F", 500), share("G", 200))
    posted = [Posted("1201", on("01-20"), JANUARY, -900), Posted("1201", on("01-20"), FEBRUARY, 200)]
    found = moved(paid, posted, [on("01-20"), on("01-20")])
    assert open_by(found, "1201", JANUARY) == {"P": -900}
    assert open_by(found, "1201", FEBRUARY) == {"F": -500, "G": -200}


def test_what_its_rows_do_not_say_is_about_the_payment_and_changed() -> None:
    paid = payment("P", "2026-01-20", share("F", 500), share("", 200))
    found = moved(paid, [Posted("1201", on("01-20"), JANUARY, -600)], [on("01-20"), UNAPPLIED])
    assert open_on(found, "1201", JANUARY) == [(UnitId(UnitKind.PAYMENT, "P"), -600, True)]
    assert moved(paid, [], []) == []


def test_a_credit_note_is_about_its_invoice() -> None:
    accounts = RecordedAccounts({"line::debit": "1201", "line::credit": "4000", "discount::credit": "1202"})
    posted = [Posted(it, on("01-05"), JANUARY, cents) for it, cents in (("1201", -100), ("4000", 90), ("1202", 10))]
    found = [*of_document(HEADS["N"], posted, accounts, ABOUT)]
    assert [(it.account, it.about.number, it.cents) for it in found] == [("1201", "F", -100), ("1202", "F", 10)]
    alone = about_in({"N": HEADS["N"]})
    assert alone("N") == HEADS["N"].id  # its invoice is not there
    assert alone("F") is None


def test_what_a_document_that_is_gone_was_paid_is_about_the_payment() -> None:
    void = payment("P", "2026-01-20", share("gone", 500))
    found = moved(void, [Posted("1201", on("01-20"), JANUARY, -500)], [])
    assert open_on(found, "1201", JANUARY) == [(void.id, -500, True)]
    assert open_by(moved(void, [Posted("2450", on("01-20"), JANUARY, -500)], [UNAPPLIED]), "2450", JANUARY) == {
        "P": -500
    }


def test_spans() -> None:
    about = UnitId(UnitKind.DOCUMENT, "F")
    opened = Movement("1201", about, JANUARY, 100, about)
    settled = opened._replace(dated=FEBRUARY, cents=-100)
    assert spans_of([settled, opened]) == {about: Span(JANUARY, FEBRUARY)}
    assert spans_of([opened, settled._replace(account="1202")]) == {about: Span(JANUARY, None)}


def test_ages_and_roles() -> None:
    assert [age_of(days) for days in (0, 30, 31, 60, 61, 90, 91, 999)] == [0, 0, 1, 1, 2, 2, 3, 3]
    recorded = {
        "line:A:debit": "1201",
        "tax:GST:credit": "2310",
        "method:card": "1065",
        "unapplied": "2450",
        "fee": "5610",
    }
    assert roles_of([recorded]) == {"1201": "clearing", "2310": "tax", "1065": "bank", "2450": "deposit"}
    assert roles_of([{"unapplied": "1201"}, {"clearing": "1201"}]) == {"1201": "clearing"}
