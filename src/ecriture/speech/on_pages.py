"""Sentences for books that are kept on the server: their remedies are on its pages, not in company.toml or a file.

A sentence stands here only where it differs from that of `sentences`; `{setting}` is then the name on the screen.
"""

from collections.abc import Mapping

from ecriture.speech.language import N_

ON_PAGES: Mapping[str, str] = {
    "item-unknown": N_(
        "item {item} is not in the settings: its {amount} goes to the default accounts. If it needs its own, add it under Settings → Products & Services."
    ),
    "item-unknown/nearest": N_(
        "item {item} is not in the settings: its {amount} goes to the default accounts. Did you mean {nearest}? If not, add it under Settings → Products & Services."
    ),
    "method-unknown": N_(
        "the method “{method}” is not in the settings: the default bank account is used. Correct it on the payment, or add it under Settings → Payments."
    ),
    "tax-unknown": N_("{amount} of tax {tax}, which is not in the settings. Add it under Settings → Invoices."),
    "tax-unknown/nearest": N_(
        "{amount} of tax {tax}, which is not in the settings. Did you mean {nearest}? Correct it on the document, or add the tax under Settings → Invoices."
    ),
    "tax-account-missing": N_(
        "{amount} of tax {tax}, which has no account. Choose one under Settings → Invoices: {setting}."
    ),
    "tax-missing": N_(
        "{count} documents have no tax row, but the settings tax their lines: {units}. Add their taxes. If an item is not taxed, say so under Settings → Products & Services; if a customer is exempt, there is nothing to do."
    ),
    "tax-missing/one": N_(
        "one document has no tax row, but the settings tax its lines: {units}. Add its taxes. If an item is not taxed, say so under Settings → Products & Services; if the customer is exempt, there is nothing to do."
    ),
    "account-missing": N_("there is no account for {amount}. Choose one in the settings: {setting}."),
    "account-unknown": N_(
        "{amount} for account {account} ({setting}), which is not in the chart of accounts. Choose another account there, or create it in your program and import the chart again."
    ),
    "date-locked": N_(
        "{amount} dated {date}, on or before the lock date {lock}, and carrying is off. Correct the date, or turn carrying on under Settings → Accounting."
    ),
    "date-outside-fiscal-year/year": N_(
        "{amount} would be dated {open}, which is not in an open fiscal year. Correct the date, or add the fiscal year under Settings → Company."
    ),
    "date-outside-fiscal-year/carried": N_(
        "{amount} of {date} would be carried to {open}, which is not in an open fiscal year. Add the fiscal year under Settings → Company, or let an owner move the lock date back under Transfer → Closing."
    ),
    "currency-foreign": N_(
        "the document is in {currency}, but the books are in {company}. Void it and its payments here, and enter them by hand in your accounting program, in {company}, converted."
    ),
    "currency-foreign/payment": N_(
        "the payment is in {currency}, but the books are in {company}. Void it here, and enter it by hand in your accounting program, in {company}, converted."
    ),
    "document-duplicate/each-row": N_(
        "“{column}” is {amount} here and {first} in the document's first row, from which alone it is taken. If each row has its own, say so in the mapping, under “Each row is”; if it is said of the whole document, leave it empty here in the file."
    ),
    "document-unknown": N_(
        "{amount} for document {document}, which does not exist. Add the document, or correct the number: of a payment that was imported, in its file, which is then imported again. For a deposit, leave the document empty."
    ),
    "document-unknown/applies-to": N_(
        "{amount} for invoice {document}, which does not exist. Correct the invoice that it settles, or add it."
    ),
    "document-unknown/several": N_(
        "{amount} for “{document}”, which is not one document. Divide the payment: a line for each document, with its own amount."
    ),
    "document-unknown/credit-note": N_(
        "{amount} for {document}, which is itself a credit note. Enter an invoice, or none."
    ),
    "document-not-final": N_(
        "{amount} for document {document}, which is {status}: the amount is kept as a deposit. If it is for another document, enter that number; if it is a deposit, leave the document empty."
    ),
    "document-not-final/draft": N_(
        "{amount} for document {document}, which is still {status}: the amount is kept as a deposit. If the document was sent, make it final; if the amount is for another one, enter that number."
    ),
    "document-not-final/credit-note": N_(
        "{amount} for document {document}, which is {status}: the credit note settles nothing. Enter another invoice, or none."
    ),
    "receivable-split/recorded": N_(
        "account {account} was debited when the document was exported, but payments now credit {clearing}: {account} would never return to zero. Set both back to {account} under Settings → Accounting, or move its balance to {clearing} with a journal entry."
    ),
    "too-many-entries": N_(
        "{entries} entries in one batch would need the source {source}, longer than the {limit} characters that the program keeps. Choose one entry for a period under Settings → Accounting, or transfer up to an earlier date."
    ),
    "too-many-entries/file": N_(
        "{entries} entries in one batch, but the program takes at most {limit} together. Choose one entry for a period under Settings → Accounting, or transfer up to an earlier date."
    ),
    "too-many-entries/rows": N_(
        "{count} lines in one batch, but {target} takes at most {limit} in a file. Choose summed lines under Settings → Accounting, or transfer up to an earlier date."
    ),
    "does-not-fit/source": N_(
        "source {source} is longer than the {limit} characters that {target} has for it. It is never cut: give it more width under Settings → File layout, or choose a shorter prefix under Settings → Accounting."
    ),
    "does-not-fit/amount": N_(
        "entry {source} of {date} has {amount} on account {account}, wider than the {limit} characters that {target} has for an amount. It is never cut: choose an entry for each day, or lines for each document, under Settings → Accounting, or enter this one by hand."
    ),
    "entry-long": N_(
        "this document or payment alone makes an entry of {lines} lines, more than the most lines in an entry. It is not split; if the program refuses the file for its length, choose summed lines under Settings → Accounting."
    ),
    "tax-unknown/item/alone": N_(
        "there is no tax {tax} in the settings, so it is expected on no document. Correct the item, or add the tax under Settings → Invoices."
    ),
}
"""By the key of the sentence."""
