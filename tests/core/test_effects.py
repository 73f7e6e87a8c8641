"""What a change of settings does to what waits: counted by account, only where an amount is posted."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.documents import Books
from ecriture.core.effects import Moved, moved, unpaid
from ecriture.core.settings import Item, Method, Opening, Settings, frozen_mapping
from ecriture.core.taxes import Tax
from small_books import (
    COMPANY,
    Ledger,
    accounting,
    accounts,
    books,
    credit_note,
    extras,
    invoice,
    line,
    on,
    payment,
    refund,
    row,
    share,
    tax,
    wants_of,
)

F1 = invoice("F-1", "01-05", line("CLEAN", 10000), tax("GST", 500))
F2 = invoice("F-2", "01-06", line("", 10000), row("tip", 1000))
F3 = invoice("F-3", "01-07", line("", 10000), row("discount", 0))
P1 = payment("P-1", "01-20", share("F-1", 10500, fee=300), method="card")
P2 = payment("P-2", "01-21", share("", 5000))
FOUND = books(F1, F2, F3, P1, P2)


def new_item(credit: str) -> Settings:
    return replace(COMPANY, items=frozen_mapping({**COMPANY.items, "CLEAN": Item("CLEAN", credit=credit)}))


def test_nothing_moves_when_nothing_changes() -> None:
    assert moved(FOUND, COMPANY, COMPANY) == {}


def test_documents_go_to_the_new_account_of_their_item() -> None:
    assert moved(FOUND, COMPANY, new_item("4150")) == {"4150": Moved(documents=1)}


def test_documents_go_to_the_new_default_where_their_item_has_none() -> None:
    assert moved(FOUND, COMPANY, accounts(invoice_credit="4150")) == {"4150": Moved(documents=2)}


def test_an_account_that_a_document_used_already_is_nothing_new() -> None:
    assert moved(books(F2), COMPANY, accounts(invoice_credit="2400")) == {}


def test_a_row_of_nothing_moves_nothing() -> None:
    assert moved(books(F3), COMPANY, extras(discount="4950")) == {}


def test_a_tax_moves_the_documents_that_carry_it() -> None:
    after = replace(COMPANY, taxes=frozen_mapping({"GST": Tax("GST", "", "2315")}))
    assert moved(FOUND, COMPANY, after) == {"2315": Moved(documents=1)}


def test_payments_are_counted_apart_from_documents() -> None:
    after = accounts(invoice_debit="1202", payment_credit="1202")
    assert moved(FOUND, COMPANY, after) == {"1202": Moved(documents=3, payments=1)}


def test_a_payment_without_a_document_goes_to_the_deposits() -> None:
    assert moved(FOUND, COMPANY, extras(deposit="2460")) == {"2460": Moved(payments=1)}
    assert moved(books(F1, P1), COMPANY, extras(deposit="2460")) == {}


def test_only_a_payment_with_a_fee_moves_with_the_fees() -> None:
    assert moved(FOUND, COMPANY, extras(fee="5620")) == {"5620": Moved(payments=1)}


def test_only_a_payment_with_a_tip_moves_with_the_tips() -> None:
    tipped = payment("P-3", "01-22", share("F-1", 600, tip=100))
    assert moved(books(F1, P1, tipped), COMPANY, extras(tip="2405")) == {"2405": Moved(payments=1)}


def test_a_payment_of_a_document_that_only_batches_know_goes_where_its_others_go() -> None:
    ledger = Ledger()
    ledger.export(books(F1), "01-31")
    later = books(payment("P-3", "02-22", share("F-1", 600)))
    after = accounts(payment_credit="1202")
    assert moved(later, COMPANY, after, ledger.transferred) == {"1202": Moved(payments=1)}
    assert moved(later, COMPANY, extras(deposit="2460"), ledger.transferred) == {}


def test_what_was_transferred_stays() -> None:
    ledger = Ledger()
    ledger.export(FOUND, "01-31")
    assert moved(FOUND, COMPANY, accounts(invoice_debit="1202", payment_credit="1202"), ledger.transferred) == {}


def test_a_method_moves_its_payments_and_a_refund_has_accounts_of_its_own() -> None:
    back = refund("R-1", "01-22", share("F-1", 500), method="card")
    methods = frozen_mapping({"card": Method("card", "1070"), "cash": Method("cash", "1050")})
    assert moved(books(F1, P1, back), COMPANY, replace(COMPANY, methods=methods)) == {"1070": Moved(payments=2)}
    assert moved(books(F1, P1, back), COMPANY, accounts(refund_credit="1061")) == {"1061": Moved(payments=1)}


def test_what_is_from_before_the_start_date_does_not_go_anywhere() -> None:
    before = accounting(start_date=on("01-06"))
    after = accounts(before, invoice_debit="1202", payment_credit="1202")
    assert moved(books(F1, F2, P1), before, after) == {"1202": Moved(documents=1)}
    cleared = accounting(before, opening=Opening.CLEARING)
    after = accounts(cleared, invoice_debit="1202", payment_credit="1202")
    assert moved(books(F1, F2, P1), cleared, after) == {"1202": Moved(documents=1, payments=1)}


def test_documents_that_are_not_paid_would_wait() -> None:
    assert unpaid(FOUND, COMPANY) == 2
    assert unpaid(FOUND, accounting(start_date=on("01-07"))) == 1


def test_what_was_transferred_does_not_wait_for_its_payment() -> None:
    ledger = Ledger()
    ledger.export(FOUND, "01-31")
    assert unpaid(FOUND, COMPANY, ledger.transferred) == 0


def test_what_is_silent_is_not_counted() -> None:
    """Its payments still are, for the others."""
    silent = frozenset({F2.id, P1.id})
    assert unpaid(FOUND._replace(silent=silent), COMPANY) == unpaid(FOUND, COMPANY) - 1


def test_a_credit_note_that_settles_an_invoice_counts() -> None:
    note = credit_note("C-1", "01-08", line("", 10000), row("tip", 1000), applies_to="F-2")
    assert unpaid(books(F2, note), COMPANY) == 0


SOME = st.lists(st.sampled_from(sorted(FOUND.documents)), unique=True)
NUMBERS = st.sampled_from(("", "1201", "1202", "4000", "4150", "2400"))


@given(
    SOME.map(lambda names: Books({n: d for n, d in FOUND.documents.items() if n in names}, FOUND.payments)),
    st.builds(lambda debit, credit: accounts(invoice_debit=debit, invoice_credit=credit), NUMBERS, NUMBERS),
)
def test_what_moves_to_an_account_is_what_will_be_posted_there(found: Books, after: Settings) -> None:
    """As the posting itself says, for documents with all their accounts."""

    def posting(company: Settings, number: str) -> set[str]:
        wants = wants_of(found, company)
        units = [want for unit, want in wants.items() if unit.number == number and unit in documents]
        return {leg.account for want in units for part in want.parts for leg, _, _ in part.postings() if leg.account}

    documents = {document.id for document in found.documents.values()}
    counts: dict[str, int] = {}
    for number in found.documents:
        for account in posting(after, number) - posting(COMPANY, number):
            counts[account] = counts.get(account, 0) + 1
    assert {number: its.documents for number, its in moved(found, COMPANY, after).items() if its.documents} == counts
