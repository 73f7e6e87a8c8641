"""The models. Every row of a company refers to it, and the company is first in every unique index."""

from ecriture.store.models.audit import AuditPart, AuditRecord
from ecriture.store.models.batches import (
    Batch,
    BatchAccounts,
    BatchEntry,
    BatchLink,
    BatchPosting,
    BatchRecord,
    BatchSum,
    MonthLook,
)
from ecriture.store.models.books import Document, DocumentRow, Payment, PaymentRow
from ecriture.store.models.companies import Account, Company, Item, Method, OwnLayout, Tax
from ecriture.store.models.imports import Import, ImportJob, ImportPage, Mapping
from ecriture.store.models.letters import Beat, Letter
from ecriture.store.models.people import Invitation, Membership, Role, User
from ecriture.store.models.removed import RemovedCompany
from ecriture.store.models.tax_returns import TaxReturn, TaxReturnDecision, TaxReturnEntry, TaxReturnWithdrawal
from ecriture.store.models.uploads import Upload, UploadPart

__all__ = [
    "Account",
    "AuditPart",
    "AuditRecord",
    "Batch",
    "BatchAccounts",
    "BatchEntry",
    "BatchLink",
    "BatchPosting",
    "BatchRecord",
    "BatchSum",
    "Beat",
    "Company",
    "Document",
    "DocumentRow",
    "Import",
    "ImportJob",
    "ImportPage",
    "Invitation",
    "Item",
    "Letter",
    "Mapping",
    "Membership",
    "Method",
    "MonthLook",
    "OwnLayout",
    "Payment",
    "PaymentRow",
    "RemovedCompany",
    "Role",
    "Tax",
    "TaxReturn",
    "TaxReturnDecision",
    "TaxReturnEntry",
    "TaxReturnWithdrawal",
    "Upload",
    "UploadPart",
    "User",
]
