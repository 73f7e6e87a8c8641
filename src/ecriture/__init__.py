"""Écriture: invoices, credit notes, payments and refunds as balanced journal entries, each exactly once.

What a program calls is here: `read`, `plan`, `write`, and the frozen types that they take and give. See docs/en/library.md.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
    from ecriture.core.amounts import read_amount, show_amount
    from ecriture.core.batches import Batch, BatchState, Recorded, Transferred, transferred_by
    from ecriture.core.documents import (
        Books,
        Document,
        DocumentKind,
        Payment,
        PaymentKind,
        PaymentRow,
        RowKey,
        RowKind,
        Status,
        UnitId,
        UnitKind,
        invoice,
    )
    from ecriture.core.entries import JournalEntry, Line, balances
    from ecriture.core.money import allocate, percent_of
    from ecriture.core.plan import Plan, listing
    from ecriture.core.problems import Problem, Severity, Where
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
    )
    from ecriture.core.taxes import Rate, Tax, tax_on
    from ecriture.speech.sentences import sentence
    from ecriture.transfer import (
        Inputs,
        NothingToDate,
        ThroughLocked,
        Written,
        export,
        inputs,
        is_blocked,
        plan,
        read,
        write,
    )

__all__ = [
    "Account",
    "AccountClass",
    "AccountType",
    "Accounting",
    "BankLines",
    "Batch",
    "BatchState",
    "Books",
    "Chart",
    "DefaultAccounts",
    "Detail",
    "Document",
    "DocumentKind",
    "Extras",
    "FiscalYear",
    "Grouping",
    "Inputs",
    "Item",
    "JournalEntry",
    "Line",
    "Method",
    "NothingToDate",
    "Opening",
    "PaidSaleDate",
    "Payment",
    "PaymentKind",
    "PaymentRow",
    "Plan",
    "Problem",
    "Rate",
    "Recorded",
    "RowKey",
    "RowKind",
    "Settings",
    "Severity",
    "Status",
    "Tax",
    "ThroughLocked",
    "Transferred",
    "UnitId",
    "UnitKind",
    "Where",
    "Written",
    "allocate",
    "balances",
    "export",
    "inputs",
    "invoice",
    "is_blocked",
    "listing",
    "percent_of",
    "plan",
    "read",
    "read_amount",
    "sentence",
    "show_amount",
    "tax_on",
    "transferred_by",
    "write",
]

_HOMES = {
    "ecriture.core.accounts": "Account AccountClass AccountType Chart",
    "ecriture.core.amounts": "read_amount show_amount",
    "ecriture.core.batches": "Batch BatchState Recorded Transferred transferred_by",
    "ecriture.core.settings": "Accounting BankLines Settings DefaultAccounts Detail Extras FiscalYear Grouping Item"
    " Method Opening PaidSaleDate",
    "ecriture.core.documents": "Books Document DocumentKind Payment PaymentKind PaymentRow RowKey RowKind"
    " Status UnitId UnitKind invoice",
    "ecriture.core.entries": "JournalEntry Line balances",
    "ecriture.core.money": "allocate percent_of",
    "ecriture.core.plan": "Plan listing",
    "ecriture.core.problems": "Problem Severity Where",
    "ecriture.core.taxes": "Rate Tax tax_on",
    "ecriture.speech.sentences": "sentence",
    "ecriture.transfer": "Inputs NothingToDate ThroughLocked Written export inputs is_blocked plan read write",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Loads a name when it is first used: `ecriture --version` needs none of them."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ecriture' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - with its use

    found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
