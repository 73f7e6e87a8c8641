"""What a change of settings does to documents and payments that wait for their first transfer. What was transferred stays."""

from collections import Counter
from collections.abc import Iterator, Mapping

from ecriture.core.company import Company
from ecriture.core.documents import Books, UnitId
from ecriture.core.rules import Rules


def moved(books: Books, before: Company, after: Company) -> Mapping[str, int]:
    """How many units post to an account under the new settings and did not under the old ones, by account."""
    old, new = dict(_accounts(books, before)), dict(_accounts(books, after))
    return Counter(account for unit, accounts in new.items() for account in sorted(accounts - old[unit]))


def _accounts(books: Books, company: Company) -> Iterator[tuple[UnitId, frozenset[str]]]:
    """The accounts that the postings of each unit may use."""
    rules = Rules(company)
    for document in books.documents.values():
        legs = rules.of_document(document.form, document.kind).legs
        yield document.id, frozenset(leg.account for leg in legs if leg.account)
    for payment in books.payments.values():
        of_payment = rules.of_payment(payment.kind, payment.method)
        yield payment.id, frozenset({of_payment.bank.account, of_payment.clearing.account} - {""})
