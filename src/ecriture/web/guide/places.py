"""Which paragraph of the guide helps on which page, beside which section and which field. One registry: a test follows
each of them, and fails for a page of a company that has none."""

from collections.abc import Mapping
from types import MappingProxyType

_CLEARING = "first-import#why-account-1201"

PAGES: Mapping[str, str] = MappingProxyType(
    {
        # the company
        "company": "documents#home",
        "companies": "people#several-companies",
        "new-company": "first-steps",
        "me": "people#your-account",
        # first steps
        "first-steps": "first-steps",
        "first-step:company": "first-steps",
        "first-step:program": "sage50#choose-the-program",
        "first-step:chart": "chart#import",
        "first-step:clearing": _CLEARING,
        "first-step:start": "first-steps#the-start-date",
        "first-step:accounts": "web-settings#accounting",
        "first-step:taxes": "web-settings#invoices",
        "first-step:methods": "web-settings#payments",
        "first-step:items": "items#a-new-item",
        "first-step:documents": "first-steps#after-the-last-step",
        "first-import": "sage50#five-minutes-with-one-cent",
        # settings
        "accounting": "web-settings#accounting",
        "file-layout": "layouts#the-file",
        "remove-layout": "layouts#the-file",
        "invoices": "web-settings#invoices",
        "payments-settings": "web-settings#payments",
        "company-settings": "settings#company",
        "remove-company": "people#removing-a-company",
        "chart": "chart",
        "chart-import": "chart#import",
        "chart-preview": "chart#import",
        "chart-starter": "chart#no-chart-at-hand",
        "chart-linked": _CLEARING,
        "chart-add": "chart#by-hand",
        "chart-account": "chart#by-hand",
        "items": "items#the-list",
        "new-item": "items#a-new-item",
        "item": "items#what-a-change-does",
        "many-items": "items#many-at-once",
        "archive-item": "items#the-archive",
        "take-back-item": "items#the-archive",
        "delete-item": "items#the-archive",
        "import-items": "items#import-and-export",
        "items-preview": "items#import-and-export",
        "mappings": "mappings#on-the-server",
        "new-mapping": "mappings#what-a-mapping-can-say",
        "edit-mapping": "mappings#what-a-mapping-can-say",
        "remove-mapping": "mappings#on-the-server",
        "members": "people#members",
        "invite": "people#members",
        "leave": "people#members",
        "member-remove": "people#members",
        "member-role": "people#roles",
        "settings-file": "web-company-file#all-settings-in-one-file",
        "settings-preview": "web-company-file#all-settings-in-one-file",
        "audit": "web-company-file#the-audit-log",
        # documents and payments
        "documents": "documents#the-states",
        "payments": "documents#the-states",
        "document": "documents#the-page-of-a-document-or-payment",
        "payment": "documents#the-page-of-a-document-or-payment",
        "new-document": "by-hand#an-invoice",
        "edit-document": "by-hand#an-invoice",
        "void-document": "by-hand#a-final-document-is-never-changed",
        "delete-document": "by-hand#an-invoice",
        "new-payment": "by-hand#a-payment",
        "allocate-payment": "by-hand#a-payment",
        "void-payment": "by-hand#a-payment",
        "return-payment": "by-hand#a-payment",
        "imports": "documents#importing-a-file",
        "import-preview": "documents#importing-a-file",
        "undo-import": "undo#documents-and-payments",
        "import-mapping": "mappings#in-the-application",
        # the transfer
        "transfer": "transfer#the-plan",
        "plan-made-of": "transfer#the-plan",
        "what-if": "transfer#what-if",
        "remap": "transfer#move-to-todays-accounts",
        "take-back-remap": "transfer#move-to-todays-accounts",
        "batches": "transfer#batches-and-comparing-two",
        "compare-batches": "transfer#batches-and-comparing-two",
        "batch": "transfer#the-batch",
        "batch-made-of": "transfer#the-batch",
        "batch-listing": "transfer#the-batch",
        "confirm-batch": "transfer#the-batch",
        "cancel-batch": "undo#transfers",
        "make-batch-link": "transfer#a-link-for-somebody-else",
        "withdraw-batch-link": "transfer#a-link-for-somebody-else",
        "batch-messages": "acomba#if-acomba-did-not-take-the-file",
        "closing": "closing#close-a-month-or-a-year",
        "reopen-period": "closing#reopen",
        # what proves it
        "control": "proof#what-is-open",
        "control-compare": "proof#compare-with-the-program",
        "control-opening": "proof#opening-balance",
        "explain": "proof#an-account-explained",
        "proof": "proof#the-months-proof",
        "taxes": "taxes",
        "tax-method": "taxes#the-quick-method",
        "tax-return": "taxes",
        "untaxed-items": "taxes#zero-rated-exempt-outside-québec",
        "file-return": "taxes#filed",
        "payment-nature": "taxes#money-before-its-invoice",
        "filed-return": "taxes#filed",
        "withdraw-return": "taxes#filed",
        "decide-change": "taxes#filed",
    }
)
"""Name of a page, with the step where it has steps: page of the guide and anchor."""

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "accounting#invoice": _CLEARING,
        "accounting#when": "posting#dates",
        "first-step:accounts#invoice": _CLEARING,
        "first-step:accounts#when": "posting#dates",
        "company-settings#closed": "closing#close-a-month-or-a-year",
        "payments-settings#methods": "taxes#bad-debts",
        "items#defaults": "items#the-two-default-accounts",
        "document#ledger": "posting#which-account",
        "payment#ledger": "posting#which-account",
        "transfer#entries": "posting#entries",
        "batch#entries": "posting#entries",
        "closing#years": "closing#the-archive-of-a-year",
        "control#balance": "proof#compare-with-the-program",
        "tax-return#form1": "taxes#the-lines",
        "tax-return#sales": "taxes#zero-rated-exempt-outside-québec",
        "tax-return#posted": "taxes#beside-what-was-posted",
        "tax-return#received": "taxes#money-before-its-invoice",
        "tax-return#debts": "taxes#bad-debts",
        "taxes#method": "taxes#the-quick-method",
    }
)
"""Name of a page and id of a heading on it."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "linked_accounts": _CLEARING,
        "start_date": "first-steps#the-start-date",
        "opening": "proof#opening-balance",
        "deposit": "taxes#money-before-its-invoice",
        "bank_lines": "posting#entries",
        "untaxed": "taxes#zero-rated-exempt-outside-québec",
    }
)
"""Name of a field, on whatever page."""


_SAGE, _ACOMBA = "sage50", "acomba"


def for_program(place: str, target: str) -> str:
    """A place of the guide of Sage 50, in the guide of a company's own program: that of Acomba has the same anchors."""
    name, anchor = split(place)
    if name != _SAGE or target == "sage50-ca":
        return place
    return f"{_ACOMBA}#{anchor}" if target == "acomba" else "other-programs"


def split(place: str) -> tuple[str, str]:
    """Page and anchor of a place: of a page without one, its title."""
    name, _, anchor = place.partition("#")
    return name, anchor
