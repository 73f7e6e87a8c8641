"""Shows the effect of a choice on the books, computed by the same code as real entries."""

from datetime import date

from ecriture.core.documents import Books, Payment, PaymentKind, PaymentRow, Status
from ecriture.core.plan import plan
from ecriture.core.settings import Accounting, BankLines, DefaultAccounts, Settings
from ecriture.core.wants import Wants
from ecriture.web.forms.fields import ExampleLine

BANK, CLEARING = "1060", "1201"
MONTH_END = date(2026, 1, 31)


def _payment(number: str, day: int, cents: int, customer: str, reference: str = "") -> Payment:
    row = PaymentRow("", cents)
    when = date(2026, 1, day)
    return Payment(number, PaymentKind.PAYMENT, Status.FINAL, when, customer, "", reference, (row,))


_RECEIVED = (
    _payment("P-101", 5, 11498, "Tremblay"),
    _payment("P-102", 5, 8623, "Lavoie"),
    _payment("P-103", 20, 22995, "Gagnon", "DEP-14"),
    _payment("P-104", 20, 5749, "Roy", "DEP-14"),
)
"""Two e-transfers on one day, and two cheques on one deposit slip."""


def bank_lines(choice: BankLines) -> tuple[ExampleLine, ...]:
    """The bank lines of the example entry."""
    accounts = DefaultAccounts(CLEARING, "4000", BANK, CLEARING)
    settings = Settings(accounting=Accounting(bank_lines=choice), accounts=accounts)
    wants = Wants(Books({}, {it.number: it for it in _RECEIVED}), settings, through=MONTH_END)
    lines = [line for entry in plan(wants).entries for line in entry.lines if line.account == BANK]
    return tuple(ExampleLine(line.comment, line.amount_cents) for line in lines)
