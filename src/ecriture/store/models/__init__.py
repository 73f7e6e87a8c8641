"""The models. Every row of a company refers to it, and the company is first in every unique index."""

from ecriture.store.models.audit import AuditRecord
from ecriture.store.models.batches import Batch, BatchAccounts, BatchPosting, BatchRecord
from ecriture.store.models.books import Document, DocumentRow, Payment, PaymentRow
from ecriture.store.models.companies import Account, Company, Item, Method, Tax
from ecriture.store.models.people import Invitation, Membership, Role, User

__all__ = [
    "Account",
    "AuditRecord",
    "Batch",
    "BatchAccounts",
    "BatchPosting",
    "BatchRecord",
    "Company",
    "Document",
    "DocumentRow",
    "Invitation",
    "Item",
    "Membership",
    "Method",
    "Payment",
    "PaymentRow",
    "Role",
    "Tax",
    "User",
]
