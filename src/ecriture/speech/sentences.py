"""Problems and findings as sentences, in French or English: the only place where they are worded.

A sentence names the document, the amount and the remedy, and shows the sum.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from ecriture.core.amounts import show_amount, show_number
from ecriture.core.money import plain
from ecriture.core.problems import Problem, Severity
from ecriture.sources.settings_file import setting_key
from ecriture.sources.toml_file import toml_key, toml_value
from ecriture.speech.language import N_, translate
from ecriture.speech.on_pages import ON_PAGES

SENTENCES: Mapping[str, str] = {
    "row-unreadable/columns": N_(
        "this row has {found} columns, but the header has {expected}. Put quotes around each text that has a comma or semicolon in it."
    ),
    "row-unreadable/columns-few": N_(
        "this row has {found} columns, but the header has {expected}: some are missing at its end, or a text was broken over two lines. Write the whole row on one line, empty columns too."
    ),
    "row-unreadable/nul": N_(
        "there is a NUL character, so this is not a text file. Save it again as “CSV UTF-8” or as XLSX."
    ),
    "row-unreadable/line-long": N_(
        "a line has more than a million characters, so this is not a CSV file of invoices. Choose another file."
    ),
    "row-unreadable/encoding": N_(
        "some letters are neither UTF-8 nor Windows-1252: the file is damaged, or of another encoding, such as a Mac's. Save it again as “CSV UTF-8”."
    ),
    "row-unreadable/quote-unclosed": N_(
        "a quotation mark is never closed, so the rest of the file could not be read. Close it, or double it if it belongs to the text."
    ),
    "row-unreadable/quote": N_(
        "there is text after a closing quotation mark. Double the quotation marks that belong to the text. The rest of the"
        " file was not read."
    ),
    "row-unreadable/field-long": N_(
        "one field is longer than 131,072 characters: look for a quotation mark that is not closed. The rest of the file"
        " was not read."
    ),
    "row-unreadable/number-missing": N_(
        "the number is missing in the column “{column}”. Write it on each row of the document or payment; if this row is a total, delete it."
    ),
    "row-unreadable/cell-error": N_(
        "the number in the column “{column}” is “{value}”, an error or a formula of the spreadsheet. Write the number itself there, and save the file again."
    ),
    "row-unreadable/header-again": N_("the header is repeated here. Delete this row."),
    "row-unreadable/shortened": N_(
        "“{value}” in the column “{column}” is a number that the spreadsheet has shortened, and others may look the same. Give the column the number format 0 in the spreadsheet, and save the file again."
    ),
    "row-unreadable/total-row": N_(
        "“{value}” in the column “{column}” looks like the total of a report, not like the number of a document or payment. Delete this row."
    ),
    "row-unreadable/value": N_("“{value}” is not accepted in the column “{column}”. Use one of: {accepted}."),
    "row-unreadable/unmapped": N_(
        "“{value}” in the column “{column}” is in no rule of the mapping (rows: {count}). Add it to a “when” of the mapping, or to a [[leave_out]] if these rows are neither sales nor payments."
    ),
    "row-unreadable/unmapped-blank": N_(
        "no rule of the mapping takes a row of which the column “{column}” is empty (rows: {count}). Correct a “when” of the mapping, or add a [[leave_out]] if these rows are neither sales nor payments."
    ),
    "row-unreadable/number-mapped": N_(
        "the number is missing in the column “{column}”. If this row is neither a document nor a payment, add a [[leave_out]] for its like to the mapping; if it is one, write its number."
    ),
    "row-unreadable/mapped": N_(
        "“{value}” in the column “{column}” is not in the mapping. Add it to the “values” of this column there, with what it means: one of {accepted}."
    ),
    "row-unreadable/account-number": N_(
        "“{value}” is not an account number: 1 to 15 characters without spaces. Correct it in the chart."
    ),
    "row-unreadable/account-twice": N_("account {account} is in the chart twice. Keep one of the two."),
    "row-unreadable/spreadsheet-damaged": N_(
        "this workbook cannot be read: it is damaged, protected by a password, or not an XLSX file. Save it again as XLSX or CSV, without a password."
    ),
    "row-unreadable/spreadsheet-large": N_(
        "this workbook is too large for a file of invoices. Delete the empty rows and columns at its end, or save it as CSV."
    ),
    "row-unreadable/no-accounts": N_(
        "no accounts were found. Export the chart of accounts from your accounting program, or make a file with the columns number, name, type."
    ),
    "column-missing": N_(
        "the column “{column}” (in French “{french}”) is missing. Row {row} has: {headers}. Rename the column that is meant, or add it."
    ),
    "column-missing/none": N_(
        "the column “{column}” is missing: the file is empty. Write the names of the columns in its first row."
    ),
    "column-missing/mapped": N_(
        "the column “{column}” of the mapping is missing. Row {row} has: {headers}. Correct its name in the mapping, or write below [aliases] there what this file calls it."
    ),
    "column-unknown": N_("the column “{column}” is unknown and was ignored. Correct its name if it matters."),
    "column-unknown/twice": N_(
        "the column “{column}” was ignored, because “{same}” stands before it and means the same. Delete or rename one of the two."
    ),
    "chart-rows-skipped/no-number": N_(
        "not read, because there is no account number: {skipped}. There is nothing to do for titles and totals."
    ),
    "chart-rows-skipped/no-name": N_(
        "not read, because there is no name beside the number: {skipped}. If these are accounts, name them."
    ),
    "chart-rows-skipped/odd-number": N_(
        "not read, because the number does not have 4 to 8 digits: {skipped}. If these are accounts, correct their numbers."
    ),
    "rows-above-header": N_(
        "what stands above the header was not read: {text}. If these are only titles, there is nothing to do."
    ),
    "rows-hidden": N_(
        "rows that the spreadsheet hides were read too: {count}. If they are not meant, delete them; if they are, there is nothing to do."
    ),
    "sheets-unread": N_(
        "only the sheet “{sheet}” was read, not: {others}. If documents or payments stand there too, move their rows below those of “{sheet}”, and delete the other sheet; if not, there is nothing to do."
    ),
    "encoding-windows": N_("the file was read as Windows-1252. If accents look wrong, save it as “CSV UTF-8”."),
    "setting-unknown": N_("there is no setting “{setting}”. Known here: {known}. Use one of these, or delete it."),
    "setting-unknown/nearest": N_("there is no setting “{setting}”. Did you mean “{nearest}”?"),
    "setting-invalid/text": N_("{setting} = {value}: write a text on one line, between quotes."),
    "setting-invalid/account": N_(
        "{setting} = {value}: write an account number, between quotes: 1 to 15 characters without spaces."
    ),
    "setting-invalid/accounts": N_('{setting} = {value}: write a list of account numbers, as in ["1200"].'),
    "setting-invalid/flag": N_("{setting} = {value}: write true or false, without quotes."),
    "setting-invalid/date": N_("{setting} = {value}: write a date, as in 2026-01-31."),
    "setting-invalid/percent": N_('{setting} = {value}: write a rate in percent, between quotes, as in "9.975".'),
    "setting-invalid/count": N_("{setting} = {value}: write a whole number of at least 2."),
    "setting-invalid/choice": N_("{setting} = {value}: write one of these: {quoted}."),
    "setting-invalid/prefix": N_('{setting} = {value}: write 1 to 3 capital letters or digits, as in "EC".'),
    "setting-invalid/currency": N_('{setting} = {value}: write a currency of three capital letters, as in "CAD".'),
    "setting-invalid/years": N_(
        "{setting} = {value}: write fiscal years that do not overlap, each with its first and last day, as in [[2026-01-01, 2026-12-31]]."
    ),
    "setting-invalid/rates": N_(
        '{setting} = {value}: write rates, each with its first day, as in [["2025-04-01", "14"]].'
    ),
    "setting-invalid/texts": N_('{setting} = {value}: write a list of codes, as in ["GST", "QST"].'),
    "setting-invalid/table": N_("{setting} = {value}: write [{setting}] alone on a line, and its settings below it."),
    "setting-invalid/rate-or-rates": N_("{setting}: the tax has both rate and rates. Delete one of the two."),
    "setting-invalid/mapping-column": N_(
        '{setting} = {value}: write the name of a column between quotes, as in "Invoice #", or a table with “column” or “columns” in it.'
    ),
    "setting-invalid/mapping-columns": N_(
        '{setting} = {value}: write a list of names of columns, as in ["Date", "Amount"].'
    ),
    "setting-invalid/mapping-tables": N_(
        "{setting} = {value}: write a list of tables, or [[{setting}]] alone on a line for each."
    ),
    "setting-invalid/mapping-missing": N_("the mapping needs “{setting}”. Add it, as on the page about mappings."),
    "setting-invalid/mapping-amount": N_('{setting} = {value}: write an amount between quotes, as in "12.50".'),
    "setting-invalid/whole": N_("{setting} = {value}: write a whole number ({accepted}), without quotes."),
    "setting-invalid/layout-date": N_(
        '{setting} = {value}: write the form of a date, with %Y or %y, %m and %d once each, as in "%Y-%m-%d".'
    ),
    "setting-invalid/layout-suffix": N_('{setting} = {value}: write the end of a file name, as in ".txt".'),
    "setting-invalid/layout-steps": N_(
        "{setting} = {value}: write what to do with the file, in French (fr) and English (en), each on one line."
    ),
    "setting-invalid/layout-rows": N_(
        '{setting} = {value}: write a list of lines, each a list of columns, as in [[{{ field = "constant", value = "E" }}]].'
    ),
    "setting-invalid/layout-columns": N_(
        '{setting} = {value}: write a list of columns, as in [{{ field = "date" }}, {{ field = "account" }}].'
    ),
    "setting-invalid/layout-missing": N_("the layout needs “{setting}”. Add it, as on the page about layouts."),
    "setting-invalid/layout-field": N_(
        "the layout needs a column with one of these fields: {quoted}. Add it to {setting}."
    ),
    "setting-invalid/layout-together": N_(
        "{setting} = {value} does not go together with {accepted}. Change one of the two."
    ),
    "setting-invalid/layout-pad": N_(
        '{setting} = {value}: zeros go in front of amounts and counts only, with align = "right". Delete it, or write " ".'
    ),
    "setting-invalid/layout-large": N_(
        "{setting} is larger than any import file needs ({accepted} at most). Shorten it."
    ),
    "setting-invalid/layout-mark": N_(
        "{setting} begins with {value}: where an entry has several kinds of lines, each must begin with a constant of its own. Put one in front."
    ),
    "setting-invalid/toml": N_(
        'the line “{value}” cannot be read. Write one setting on a line, as in credit = "4000": account numbers, rates and other texts between straight quotes, dates as in 2026-01-31, yes and no as true and false; a name with spaces or accents between quotes too.'
    ),
    "setting-invalid/toml-twice": N_("what the line “{value}” sets is in the file twice. Keep one of the two."),
    "setting-invalid/toml-quote": N_(
        "a quotation mark is not closed, in the line “{value}” or above it. Close it on the line where its text begins."
    ),
    "setting-invalid/toml-bracket": N_(
        "a bracket is not closed, in the line “{value}” or above it. Close it after the last value; what is in braces must be on one line."
    ),
    "setting-invalid/toml-backslash": N_(
        "the line “{value}” has a backslash in a text between double quotes. Write the text between single quotes, or double each backslash."
    ),
    "setting-invalid/toml-character": N_(
        "the line “{value}” has a character that cannot be seen. Delete the line, and type it again."
    ),
    "setting-invalid/toml-encoding": N_(
        "the letters of the line “{value}” are not in UTF-8. Save the file again with the encoding UTF-8."
    ),
    "setting-invalid/toml-large": N_("the file is larger than 4 MB, so these are not settings. Choose another file."),
    "setting-invalid/toml-deep": N_(
        "brackets or names with periods are nested too deeply for settings. Choose another file, or write each setting on a line of its own, as in the documentation."
    ),
    "setting-invalid/start-date": N_(
        "{setting} was {accepted} when the first batch was exported, and can no longer change. Set it back to {accepted}."
    ),
    "amount-unreadable": N_("“{text}” in the column “{column}” is not an amount. Write it like 1234.50 or 1 234,50."),
    "amount-unreadable/decimals": N_(
        "“{text}” in the column “{column}” has more than two decimals. Round it to two decimals in the spreadsheet or program that it comes from."
    ),
    "amount-unreadable/unit": N_(
        "the cell in the column “{column}” shows {text}, which is not an amount in the currency of the books. Write the amount itself, and give the cell a number format without a unit."
    ),
    "amount-ambiguous": N_(
        "“{text}” in the column “{column}” can be read as two different amounts, and the file's other amounts do not settle it. Write it with two decimals, like 1234.00 or 1,23."
    ),
    "amount-negative": N_(
        "{amount} in the column “{column}” is below zero. Write a positive amount; for money given back, use the type “refund”."
    ),
    "amount-negative/mapped": N_(
        "{amount} in the column “{column}” is below zero. If the program writes such amounts below zero, add negated = true to this amount in the mapping; if it is money given back, add negative_is_refund = true to its payments."
    ),
    "date-missing": N_("the date is missing. Fill in the column “{column}” on its first row."),
    "date-unreadable": N_("“{text}” in the column “{column}” is not a date. Write it like 2026-01-31."),
    "date-unreadable/two-days": N_(
        "“{text}” in the column “{column}” can be read as two dates, and the file's other dates do not settle it. Write it like 2026-01-31."
    ),
    "date-unreadable/number": N_(
        "“{text}” in the column “{column}” is a number. If it is a date, give its cell the format yyyy-mm-dd in the spreadsheet, and save the file again."
    ),
    "document-duplicate/again": N_(
        "this number comes again after the rows of another document. If it is one document, put its rows together; if these are two, change one of the numbers. Both are held back."
    ),
    "document-duplicate/contradicts": N_(
        "“{column}” differs here from the first row of the document. If it is one document, leave “{column}” empty here; if these are two, give each its own number, and its date."
    ),
    "document-duplicate/each-row": N_(
        "“{column}” is {amount} here and {first} in the document's first row, from which alone the mapping takes it. If each row has its own, take “once = true” out of the mapping; if it is said of the whole document, leave it empty here."
    ),
    "payment-duplicate/again": N_(
        "this number comes again after the rows of another payment. If it is one payment, put its rows together; if these are two, change one of the numbers. Both are held back."
    ),
    "payment-duplicate/contradicts": N_(
        "“{column}” differs here from the first row of the payment. If these are two payments, give each its date and its own reference, as in {number}-1 and {number}-2; if it is one, leave “{column}” empty here."
    ),
    "number-similar": N_(
        "looks like {other}, and both are posted. If they are the same, keep one number and delete what is there twice; if not, there is nothing to do."
    ),
    "total-differs": N_("{sum} = {rows}, but the total says {total}. Correct the rows or the total."),
    "total-differs/rounding": N_(
        "{sum} = {rows}, but the total says {total}. Correct the rows or the total; if it was rounded, add a row with “rounding” in the column “{column_row}” and {difference} as its amount."
    ),
    "total-differs/mapped": N_(
        "{sum} = {rows}, but the total says {total}. Correct the invoice in the program that the file comes from; if there are many, the mapping lacks a column, or has one too many."
    ),
    "credit-note-negative": N_(
        "the credit note totals {total}. Write its amounts without the minus sign; if the customer owes you this amount, also change its type to “invoice”."
    ),
    "document-unknown": N_(
        "{amount} for document {document}, which is not in the files. Correct the number, or add the document; for a deposit, leave the column “{column_document}” empty."
    ),
    "document-unknown/applies-to": N_(
        "{amount} for invoice {document}, which is not in the files. Correct the column “{column_applies_to}”, or add the invoice."
    ),
    "document-unknown/several": N_(
        "{amount} for “{document}”, which is not one document of the files. Write a row for each document, with the same reference and its own amount."
    ),
    "document-not-final": N_(
        "{amount} for document {document}, which is {status}: the amount is kept as a deposit. If it is for another document, enter that number; if it is a deposit, leave the column “{column_document}” empty."
    ),
    "document-not-final/draft": N_(
        "{amount} for document {document}, which is still {status}: the amount is kept as a deposit. If the document was sent, change its status to “final”; if the amount is for another one, enter that number."
    ),
    "opening-document": N_(
        "{amount} for document {document}, which is dated before the start date: nothing is posted. Record this amount in your accounting program, in the receivables module."
    ),
    "opening-document/tip": N_(
        "{amount}, of which {tip} is a tip, for document {document}, which is dated before the start date: nothing is posted. Record it in your accounting program: the tip in a journal entry, the rest in the receivables module."
    ),
    "transferred-missing": N_(
        "{count} transferred documents or payments are not in these files: {units}. Their entries stay as they are. If"
        " the files cover only a part of the books, there is nothing to do. If one was renumbered, add a row with its"
        " old number and the status “void”; otherwise it is posted twice."
    ),
    "transferred-missing/one": N_(
        "one transferred document or payment is not in these files: {units}. Its entries stay as they are. If the files"
        " cover only a part of the books, there is nothing to do. If it was renumbered, add a row with the old number"
        " and the status “void”; otherwise it is posted twice."
    ),
    "overpaid": N_("{paid} paid, but {total} due: {excess} too much. Refund it, or allocate it to another document."),
    "item-unknown": N_(
        'item {item} is not in the settings: its {amount} goes to the default accounts. If it needs its own, add to company.toml [items.{item_key}] and, below it, credit = "…".'
    ),
    "item-unknown/nearest": N_(
        'item {item} is not in the settings: its {amount} goes to the default accounts. Did you mean {nearest}? If not, add to company.toml [items.{item_key}] and, below it, credit = "…".'
    ),
    "item-archived": N_(
        "item {item} is archived since {archived}. It is still posted to its own accounts; if that is wrong, change the item on the document."
    ),
    "item-archived/note": N_(
        "item {item} is archived since {archived} ({note}). It is still posted to its own accounts; if that is wrong, change the item on the document."
    ),
    "method-unknown": N_(
        'the method “{method}” is not in the settings: the default bank account is used. Correct it, or add to company.toml [methods.{method_key}] and, below it, debit = "…".'
    ),
    "tax-unknown": N_(
        '{amount} of tax {tax}, which is not in the settings. Add to company.toml [taxes.{tax_key}] and, below it, credit = "…".'
    ),
    "tax-unknown/nearest": N_(
        '{amount} of tax {tax}, which is not in the settings. Did you mean {nearest}? If not, add to company.toml [taxes.{tax_key}] and, below it, credit = "…".'
    ),
    "tax-account-missing": N_(
        '{amount} of tax {tax}, which has no account. In company.toml, write {key} = "…" below [{table}].'
    ),
    "tax-differs": N_(
        "tax {tax} is {recorded}; {rate} of {base} would be {expected}. It is posted as written; if the invoice says otherwise, correct the row."
    ),
    "tax-missing": N_(
        "{count} documents have no tax row, but the settings tax their lines: {units}. Add their tax rows. If an item is not taxed, give it no taxes (taxes = []); if a customer is exempt, there is nothing to do."
    ),
    "tax-missing/one": N_(
        "one document has no tax row, but the settings tax its lines: {units}. Add its tax rows. If an item is not taxed, give it no taxes (taxes = []); if the customer is exempt, there is nothing to do."
    ),
    "tax-missing/included": N_(
        "{count} documents have no tax row, but the settings tax their lines: {units}. The amounts seem to include the taxes: {total} ({document}) is {net} + {taxes}. Enter the lines without taxes, and each tax in a row of its own."
    ),
    "tax-missing/one-included": N_(
        "one document has no tax row, but the settings tax its lines: {units}. The amounts seem to include the taxes: {total} is {net} + {taxes}. Enter the lines without taxes, and each tax in a row of its own."
    ),
    "account-missing": N_('there is no account for {amount}. In company.toml, write {key} = "…" below [{table}].'),
    "account-unknown": N_(
        "{amount} for account {account} ({setting}), which is not in the chart of accounts. Correct the setting, or create"
        " the account and export the chart again."
    ),
    "account-not-postable": N_(
        "{amount} for account {account} {name} ({setting}), which is a heading, a total or current earnings. Choose an account that takes entries."
    ),
    "account-wrong-length": N_(
        "{amount} for account {account} ({setting}): Sage needs 4 to 8 digits, the first one from 1 to 9, and the same length for all accounts. Correct the setting."
    ),
    "account-wrong-length/digits": N_(
        "{amount} for account {account} ({setting}): the accounts of this chart have {digits} digits. Correct the setting."
    ),
    "account-class": N_(
        "account {account} ({setting}) is of class {found}; here one of class {expected} is expected. If it is not meant, correct the setting."
    ),
    "receivable-split/recorded": N_(
        "account {account} was debited when the document was exported, but payments now credit {clearing}: {account} would never return to zero. Set invoice_debit and payment_credit back to {account}, or move its balance to {clearing} with a journal entry."
    ),
    "receivable-split": N_(
        "account {account} ({setting}) is debited, but payments credit {clearing}: {account} would never return to zero. Use {clearing} for both."
    ),
    "account-same": N_(
        "{amount} would be debited and credited to one account, {account} ({setting} and {other}): nothing would be posted. Choose another account for {setting}."
    ),
    "account-bank/clearing": N_(
        "{amount} for account {account} ({setting}), which is also the bank account ({other}). Choose the clearing account, usually 1201."
    ),
    "account-bank/other": N_(
        "{amount} for account {account} ({setting}), which is also the bank account ({other}). Choose another account."
    ),
    "date-locked": N_(
        "{amount} dated {date}, on or before the lock date {lock}, and carrying is off. Correct the date, or write carry = true below [accounting] in company.toml."
    ),
    "carried-across-year": N_(
        "amounts of an earlier fiscal year are carried into the one that begins on {year}: {accounts}. Ask your accountant whether they matter for the closed year."
    ),
    "currency-foreign": N_(
        "the document is in {currency}, but the books are in {company}. Leave it and its payments out of the files, and enter them by hand in {company}, converted."
    ),
    "currency-foreign/payment": N_(
        "the payment is in {currency}, but the books are in {company}. Leave it out of the files, and enter it by hand in {company}, converted."
    ),
    "tax-split/none": N_(
        "{amount} of taxes on {base} are those of no rates of the settings ({tried}). Write in the mapping [{decision}] and, below it, the taxes that it has, as in taxes = {codes}, or their amounts, as in tax_amounts = {parts}."
    ),
    "tax-split/no-rates": N_(
        "{amount} of taxes on {base}, and the settings have no rate on this date that could be meant. Add the rates to company.toml, or write in the mapping [{decision}] and, below it, the amount of each tax, as in tax_amounts = {parts}."
    ),
    "tax-split/several": N_(
        "{amount} of taxes on {base} can be several taxes of the settings ({tried}). Write in the mapping [{decision}] and, below it, those that it has, as in taxes = {codes}."
    ),
    "tax-split/included": N_(
        "{amount} with taxes in it, but the settings have no rate on this date for all of these: {names}. Add the rates to company.toml, or correct “taxes_included” in the mapping."
    ),
    "tax-split/decided": N_(
        "what the mapping has decided for it does not give its {amount} of taxes. Correct “taxes” or “tax_amounts” below [{decision}] there: each tax needs a rate on this date, or the amounts must come to the sum."
    ),
    "refund-undated": N_(
        "{amount} was refunded, but the file does not say when. Write in the mapping [{decision}] and, below it, the day, as in refunded = 2026-01-31; if the sale was taken back too, also credit_note = true, or its revenue and taxes stay."
    ),
    "payout-differs": N_(
        "the rows of the payout {payout} come to {brought}, but the payout is {paid_out}, a difference of {excess}: none of its payments is taken (payments: {count}). Export all rows of this payout again; if some are missing on purpose, replace [payouts] in the mapping by a [[leave_out]] of the payout's own rows."
    ),
    "row-set-aside/fee": N_(
        "fees that no customer paid: {amount} (rows: {count}). Enter them in your accounting program as an expense, taken from the account of the payouts; the tax within them is not split."
    ),
    "row-set-aside/transfer": N_(
        "transfers to the bank or between accounts: {amount} (rows: {count}). Enter them in your accounting program, from the account of the payouts to the bank."
    ),
    "row-set-aside/reserve": N_(
        "money that was held back, or released again: {amount} (rows: {count}). Enter it in your accounting program, between the account of the payouts and one for the reserve."
    ),
    "row-set-aside/loan": N_(
        "a loan, or what was paid back of it: {amount} (rows: {count}). Enter it in your accounting program, on the account of the loan."
    ),
    "row-set-aside/chargeback": N_(
        "payments that were disputed: {amount} (rows: {count}). Enter each as a refund to its customer, with the fee that was kept."
    ),
    "row-set-aside/other": N_(
        "rows that are neither sales nor payments: {amount} (rows: {count}). Look at them, and enter in your accounting program what belongs in the books."
    ),
    "text-shortened": N_(
        "comments shortened to fit {target}: {shortened}; with characters that it does not take, now question marks: {replaced}. The amounts are right: there is nothing to do."
    ),
    "text-shortened/replaced": N_(
        "comments with characters that {target} does not take, now question marks: {replaced}. The amounts are right: there is nothing to do."
    ),
    "text-shortened/shortened": N_(
        "comments shortened to fit {target}: {shortened}. The amounts are right: there is nothing to do."
    ),
    "too-many-entries": N_(
        '{entries} entries in one batch would need the source {source}, longer than the {limit} characters that the program keeps. Use grouping = "period", or export a shorter period with --through.'
    ),
    "too-many-entries/file": N_(
        '{entries} entries in one batch, but the program takes at most {limit} in a file. Use grouping = "period", or export a shorter period with --through.'
    ),
    "too-many-entries/rows": N_(
        '{count} lines in one batch, but {target} takes at most {limit} in a file. Use detail = "summary", or export a shorter period with --through.'
    ),
    "does-not-fit/amount": N_(
        'entry {source} of {date} has {amount} on account {account}, wider than the {limit} characters that {target} has for an amount. It is never cut: split the entry with grouping = "day" or detail = "document", or enter this one by hand.'
    ),
    "does-not-fit/source": N_(
        "source {source} is longer than the {limit} characters that {target} has for it. It is never cut: give its column more width in the layout, or choose a shorter source_prefix."
    ),
    "does-not-fit/account": N_(
        "account {account} does not fit in {target}, which has {limit} characters for it, in {encoding}. Use another account, or another layout."
    ),
    "does-not-fit/nameless": N_(
        "account {account} has no name, and {target} finds accounts by their names. Name it in the chart of accounts as {target} does."
    ),
    "does-not-fit/name": N_(
        "the name “{name}” of account {account} has more than the {limit} characters that {target} takes. Give it a shorter one, here and there."
    ),
    "does-not-fit/same-name": N_(
        "accounts {other} and {account} are both called “{name}”, and {target} finds accounts by their names. Give one of them another name, here and there."
    ),
    "column-missing/same": N_(
        "the column “{column}” is missing. Row {row} has: {headers}. Rename the column that is meant, or add it."
    ),
    "amount-unreadable/empty": N_("the amount is missing. Fill in the column “{column}”; write 0.00 for none."),
    "row-unreadable/columns-many": N_(
        "the header has {found} columns; at most {expected} are read. Delete the empty ones."
    ),
    "account-linked/clearing": N_(
        "{amount} for account {account} ({setting}), which is linked to a module: the program refuses it in a journal entry. Use the clearing account {clearing}."
    ),
    "account-linked/none": N_(
        "{amount} for account {account} ({setting}), which is linked to a module: the program refuses it in a journal entry. Create a clearing account, usually 1201 “Customers – Écriture”, and use it."
    ),
    "account-linked/other": N_(
        "{amount} for account {account} ({setting}), which is linked to a module: the program refuses it in a journal entry. Choose an account that is not linked."
    ),
    "date-outside-fiscal-year/year": N_(
        "{amount} would be dated {open}, which is not in an open fiscal year. Correct the date, or add the year to fiscal_years, as in {year_around}."
    ),
    "date-outside-fiscal-year/carried": N_(
        "{amount} of {date} would be carried to {open}, which is not in an open fiscal year. Add the year to fiscal_years, as in {year_around}, or set an earlier lock_date."
    ),
    "date-outside-fiscal-year/target": N_(
        "{amount} would be dated {open}, which the accounting program does not accept. Correct the date."
    ),
    "document-unknown/credit-note": N_(
        "{amount} for {document}, which is itself a credit note. Enter an invoice, or leave the column “{column_applies_to}” empty."
    ),
    "document-not-final/credit-note": N_(
        "{amount} for document {document}, which is {status}: the credit note settles nothing. Enter another invoice, or leave the column “{column_applies_to}” empty."
    ),
    "overpaid/credit-note": N_(
        "{paid} refunded, but {total} owed to the customer: {excess} too much. Correct the refund, or allocate the rest to another document."
    ),
    "overpaid/nothing-due": N_(
        "{paid} paid, but the total is {total}: nothing was due. Allocate the payment to another document."
    ),
    "opening-payment/payment": N_(
        "{amount} was paid before the start date for document {document}, which is dated after it. Make sure that the opening balance of account {account} includes this amount."
    ),
    "opening-payment/refund": N_(
        "{amount} was refunded before the start date for document {document}, which is dated after it. Make sure that the opening balance of account {account} is lower by this amount."
    ),
    "account-not-postable/nameless": N_(
        "{amount} for account {account} ({setting}), which is a heading, a total or current earnings. Choose an account that takes entries."
    ),
    "amount-negative/discount": N_(
        "the discount of {amount} in the column “{column}” has a minus sign, so it would add to the document. Write it without the sign; if the customer owes this amount, write it as a line."
    ),
    "amount-negative/fee": N_(
        "{amount} in the column “{column}” is below zero. Write what the processor kept as a positive amount; only the"
        " fee of a refund can be below zero, if it was given back."
    ),
    "amount-negative/tip": N_(
        "{amount} in the column “{column}” is below zero. Write a positive amount, even for a refund: it is then given"
        " back."
    ),
    "tip-above-amount": N_(
        "the tip of {tip} is more than the amount of {amount}, which must include it. Write the whole sum, tip included,"
        " in the column “amount”, or correct the tip."
    ),
    "setting-invalid/start-date-none": N_(
        "there was no {setting} when the first batch was exported, so it can no longer be added. Remove it."
    ),
    "entry-long": N_(
        'this document or payment alone makes an entry of {lines} lines, more than max_lines. It is not split; if the program refuses the file for its length, use detail = "summary".'
    ),
}
"""By code, or by code and variant (`row-unreadable/nul`)."""

ALONE: Mapping[str, str] = {
    "account-unknown/alone": N_(
        "account {account} is not in the chart of accounts. Choose another, or create it in your program and import the chart again."
    ),
    "account-not-postable/alone": N_(
        "account {account} {name} is a heading, a total or current earnings. Choose an account that takes entries."
    ),
    "account-not-postable/nameless/alone": N_(
        "account {account} is a heading, a total or current earnings. Choose an account that takes entries."
    ),
    "account-linked/clearing/alone": N_(
        "account {account} is linked to a module: the program refuses it in a journal entry. Choose the clearing account {clearing}."
    ),
    "account-linked/none/alone": N_(
        "account {account} is linked to a module: the program refuses it in a journal entry. Create a clearing account, usually 1201 “Customers – Écriture”, and choose it."
    ),
    "account-linked/other/alone": N_(
        "account {account} is linked to a module: the program refuses it in a journal entry. Choose an account that is not linked."
    ),
    "account-wrong-length/alone": N_(
        "account {account}: Sage needs 4 to 8 digits, the first one from 1 to 9, and the same length for all accounts. Correct the number."
    ),
    "account-wrong-length/digits/alone": N_(
        "account {account}: the accounts of this chart have {digits} digits. Correct the number."
    ),
    "account-missing/alone": N_("there is no account, and no default either. Choose one."),
    "tax-unknown/item/alone": N_(
        "there is no tax {tax} in the settings, so it is expected on no document. Correct the code, or add [taxes.{tax_key}] to company.toml."
    ),
    "tax-account-missing/alone": N_(
        "tax {tax} has no account, and there is no default. Choose the one from which you remit it."
    ),
    "account-same/alone": N_(
        "account {account} is on both sides (also {other}): nothing would be posted. Choose another account."
    ),
    "account-bank/clearing/alone": N_(
        "account {account} is also the bank account ({other}). Choose the clearing account, which holds what customers owe: usually 1201."
    ),
    "account-bank/other/alone": N_("account {account} is also the bank account ({other}). Choose another account."),
    "account-bank/name/alone": N_(
        "account {account} {name} looks like a bank account, but the clearing account holds what customers owe. Choose another, usually 1201, also in the other settings that have it; keep this one if only its name is misleading."
    ),
    "receivable-split/alone": N_(
        "account {account} is debited, but payments credit {clearing}: {account} would never return to zero. Use {clearing} for both."
    ),
    "receivable-split/refund/alone": N_(
        "refunds debit {account}, but payments credit {clearing}: neither would ever return to zero. Use {clearing} for both, or leave this setting empty."
    ),
    "tax-account-shared/alone": N_(
        "account {account} is used twice (also {other}): what you owe to each could not be told apart. Use a separate account for each."
    ),
    "tax-account-purchases/alone": N_(
        "account {account} {name} looks like the account of the tax that you pay on purchases. Choose the account of the tax that you charge on sales."
    ),
    "account-class/alone": N_(
        "account {account} is of class {found}; here one of class {expected} is expected. If it is not meant, choose another."
    ),
}
"""For the account of a setting, whether or not anything is posted to it. The page shows which setting it is; where there
is a file, the sentence begins with it."""

OF_ITEMS: Mapping[str, str] = {
    "row-unreadable/item-twice": N_("item {item} is in the file twice. Keep one of the two rows."),
    "row-unreadable/item-account": N_(
        "“{value}” in the column “{column}” is not an account number: write 1 to 15 characters without spaces."
    ),
    "row-unreadable/item-text": N_(
        "“{value}” in the column “{column}” is longer than {most} characters or has several lines. Shorten it."
    ),
}
"""For the table of items, which only the web pages read."""

WORDS: Mapping[str, str] = {
    "line": N_("lines"),
    "discount": N_("discount"),
    "tip": N_("tip"),
    "shipping": N_("shipping"),
    "rounding": N_("rounding"),
    "draft": N_("a draft"),
    "void": N_("void"),
    "1": N_("1 (asset)"),
    "2": N_("2 (liability)"),
    "3": N_("3 (equity)"),
    "4": N_("4 (revenue)"),
    "5": N_("5 (expense)"),
}
"""Words used inside sentences."""

SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.FATAL: N_("Error"),
    Severity.ERROR: N_("Error"),
    Severity.WARNING: N_("Warning"),
    Severity.NOTICE: N_("Notice"),
}


SettingName = Callable[[str], str]
"""How a setting is called, by its path: `accounts.invoice_debit`."""


def sentence(
    problem: Problem,
    language: str,
    *,
    screen_name: SettingName | None = None,
    names_unit: bool = True,
    day: Callable[[date], str] = str,
) -> str:
    """What is wrong, the amounts, and what to do; it starts with the number of the document or payment, or with the setting.

    With `screen_name`, how the pages call a setting, the remedy is on the pages of the server. Without `names_unit`, it
    is for a place where one sees which document or payment it is about. `day` says how a date is written.
    """
    variant = _variant(problem)
    message = (ON_PAGES.get(variant) if screen_name else None) or message_of(variant)
    setting_name = screen_name or setting_key
    text = translate(message, language).format_map(_Shown(problem, language, setting_name, day))
    of_setting = problem.where.file and variant in ALONE
    number = problem.where.number if names_unit else ""
    about = number or (setting_name(str(problem.params["setting"])) if of_setting else "")
    if not about:
        return text if message.startswith("{") else f"{text[:1].upper()}{text[1:]}"
    return translate("{number}: {text}", language).format(number=about, text=text)


def message_of(variant: str) -> str:
    """The sentence of a variant, with its places not yet filled in."""
    return ALONE.get(variant) or OF_ITEMS.get(variant) or SENTENCES[variant]


def place(problem: Problem, language: str) -> str:
    """The file and row of a problem, if known: `documents.csv, row 12`."""
    file, row, _, _ = problem.where
    return translate("{file}, row {row}", language).format(file=file, row=row) if file and row else file


def _variant(problem: Problem) -> str:
    """The key of a problem's sentence: its code, its special case, and whether nothing is posted."""
    special = _special(problem)
    alone = f"{special}/alone"
    is_posted = "amount_cents" in problem.params or problem.where.number
    return alone if alone in ALONE and not is_posted else special


def _special(problem: Problem) -> str:
    params, code = problem.params, problem.code
    if code == "setting-invalid":
        return f"setting-invalid/{params['kind']}"
    if code == "document-unknown" and "reason" not in params:
        if problem.where.kind != "payment":
            return "document-unknown/applies-to"
        return "document-unknown/several" if _SEVERAL.search(str(params["document"])) else code
    special = _SPECIAL[code](params) if code in _SPECIAL else ""
    if special:
        return f"{code}/{special}"
    return f"{code}/{params['reason']}" if "reason" in params else code


_SPECIAL: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "row-unreadable": lambda params: (
        "columns-few" if params["reason"] == "columns" and _cents(params["found"]) < _cents(params["expected"]) else ""
    ),
    "document-not-final": lambda params: "draft" if params["status"] == "draft" and "reason" not in params else "",
    "text-shortened": lambda params: (
        "" if params["shortened"] and params["replaced"] else "shortened" if params["shortened"] else "replaced"
    ),
    "setting-unknown": lambda params: "nearest" if params["nearest"] else "",
    **dict.fromkeys(("item-unknown", "tax-unknown"), lambda params: "nearest" if "nearest" in params else ""),
    "item-archived": lambda params: "note" if params["note"] else "",
    "account-wrong-length": lambda params: "digits" if params["digits"] else "",
    "receivable-split": lambda params: (
        "recorded" if "setting" not in params else "refund" if params["setting"] == "accounts.refund_debit" else ""
    ),
    "account-not-postable": lambda params: "" if params["name"] else "nameless",
    "column-missing": lambda params: (
        "none" if not params["headers"] else "mapped" if "mapped" in params else "" if params["french"] else "same"
    ),
    "amount-unreadable": lambda params: "" if str(params["text"]).strip() else "empty",
    "total-differs": lambda params: (
        "mapped"
        if "mapped" in params
        else "rounding"
        if 0 < abs(_cents(params["total_cents"]) - _cents(params["rows_cents"])) <= MOST_ROUNDED
        else ""
    ),
    "currency-foreign": lambda params: "payment" if "payment" in params else "",
    "amount-negative": lambda params: (
        "mapped" if "mapped" in params else str(params["column"]) if params["column"] in ("fee", "tip") else ""
    ),
    "opening-document": lambda params: "tip" if "tip_cents" in params else "",
    "transferred-missing": lambda params: "one" if params["count"] == 1 else "",
    "tax-missing": lambda params: "-".join(["one"] * (params["count"] == 1) + ["included"] * ("taxes" in params)),
}
"""Special cases, recognized by their parameters."""


class _Shown(dict[str, str]):
    """The parameters of a sentence in a language: `{amount}` is the parameter `amount_cents` formatted as an amount."""

    def __init__(self, problem: Problem, language: str, setting_name: SettingName, day: Callable[[date], str]) -> None:
        super().__init__()
        self._params = problem.params
        self._where = problem.where
        self._language = language
        self._setting_name = setting_name
        self._day = day

    def __missing__(self, name: str) -> str:
        language, params = self._language, self._params
        if name in ("row", "number"):
            return str(getattr(self._where, name))
        if name in ("setting", "other"):
            return self._setting(str(params[name]))
        if name in _COMPOSED:
            return _COMPOSED[name](params, language)
        if f"{name}_cents" in params:
            return show_amount(_cents(params[f"{name}_cents"]), language)
        value = params.get(_LONG_NAMES.get(name, name), "")
        if name in _WORDED and isinstance(value, str):
            return translate(WORDS[value], language)
        return self._day(value) if isinstance(value, date) else _plain(value, language)

    def _setting(self, value: str) -> str:
        """A setting by its name; one that does not exist, as it was written."""
        is_known = "setting" in self._params and "known" not in self._params
        return self._setting_name(value) if is_known else value


def _column(name: str, french: str) -> Callable[[Mapping[str, object], str], str]:
    """A column as the file calls it; one that it does not have, as we call it in the language."""

    def shown(params: Mapping[str, object], language: str) -> str:
        columns = params.get("columns")
        called = columns.get(name) if isinstance(columns, Mapping) else None
        return str(called or (french if language == "fr" else name))

    return shown


_WORDED = frozenset({"status", "found"})
"""Parameters that are our own words, not the user's."""

MOST_ROUNDED = 2
"""So many cents between rows and total may come from rounding."""


_SEVERAL = re.compile(r"\w\s*[,;&+]\s*\w")
"""Several documents in one cell, as in `9001, 9002`."""

_LONG_NAMES = {"lock": "lock_date", "open": "open_date"}


def _cents(value: object) -> int:
    return value if isinstance(value, int) else 0


def _plain(value: object, language: str) -> str:
    """Formats a value: texts unchanged, rates with the decimal mark of the language."""
    if isinstance(value, str | int):
        return str(value)
    return str(value).replace(".", "," if language == "fr" else ".")


def _sum_of_rows(params: Mapping[str, object], language: str) -> str:
    """The sum of a document's rows: `lines 100.00 + GST 5.00 + QST 9.98`."""
    sums: dict[str, int] = {}
    for kind, code, cents in _rows(params):
        name = code if kind == "tax" else kind
        sums[name] = sums.get(name, 0) + (-cents if kind == "discount" else cents)
    shown = ""
    for name, cents in sums.items():
        mark = (" - " if cents < 0 else " + ") if shown else ("-" if cents < 0 else "")
        shown += f"{mark}{translate(WORDS.get(name, name), language)} {show_number(abs(cents), language)}"
    return shown


def _rows(params: Mapping[str, object]) -> Iterable[tuple[str, str, int]]:
    rows = params["rows"]
    return rows if isinstance(rows, tuple) else ()


def _total_of_rows(params: Mapping[str, object], language: str) -> str:
    return show_number(_cents(params["rows_cents"]), language)


def _total(params: Mapping[str, object], language: str) -> str:
    show = show_number if "rows_cents" in params else show_amount
    return show(_cents(params["total_cents"]), language)


def _accounts(params: Mapping[str, object], language: str) -> str:
    """The amounts per account: `1201 +50.00, 4000 -50.00`."""
    accounts = params["accounts"]
    pairs = accounts if isinstance(accounts, tuple) else ()
    return ", ".join(f"{number} {'+' if cents > 0 else ''}{show_number(cents, language)}" for number, cents in pairs)


def _others(params: Mapping[str, object], language: str) -> str:
    """`“Tips”, “2025”`, and how many more."""
    others, count = params["others"], params["count"]
    names = [translate("“{name}”", language).format(name=it) for it in others] if isinstance(others, tuple) else []
    if isinstance(count, int) and count > len(names):
        names.append(translate("{count} more", language).format(count=count - len(names)))
    return ", ".join(names)


def _taxes(params: Mapping[str, object], language: str) -> str:
    """`GST 5.00 + QST 9.98`."""
    taxes = params["taxes"]
    return (
        " + ".join(f"{tax} {show_number(cents, language)}" for tax, cents in taxes) if isinstance(taxes, tuple) else ""
    )


_UNITS: Mapping[tuple[str, bool], str] = {
    ("document", False): N_("document {numbers}"),
    ("document", True): N_("documents {numbers}"),
    ("payment", False): N_("payment {numbers}"),
    ("payment", True): N_("payments {numbers}"),
}
"""Keyed by the kind of unit, and whether there are several."""


def _units(params: Mapping[str, object], language: str) -> str:
    """`documents F-1, F-2, payment P-9`, and how many others there are."""
    units = params["units"]
    pairs = [(str(kind), str(number)) for kind, number in units] if isinstance(units, tuple) else []
    numbers: dict[str, list[str]] = {}
    for kind, number in pairs:
        numbers.setdefault(kind, []).append(number)
    shown = ", ".join(
        translate(_UNITS[kind, len(of_kind) > 1], language).format(numbers=", ".join(of_kind))
        for kind, of_kind in numbers.items()
    )
    count = params["count"]
    others = count - len(pairs) if isinstance(count, int) else 0
    if others < 1:
        return shown
    message = N_("{units} and one other") if others == 1 else N_("{units} and {count} others")
    return translate(message, language).format(units=shown, count=others)


def _skipped(params: Mapping[str, object], language: str) -> str:
    """`row 1 “Title”, row 7 “Total”`, and how many others there are."""
    skipped, count = params["skipped"], params["count"]
    pairs = skipped if isinstance(skipped, tuple) else ()
    rows = [translate("row {row} “{text}”", language).format(row=row, text=text) for row, text in pairs]
    others = count - len(rows) if isinstance(count, int) else 0
    if others:
        rows.append(translate("{count} more", language).format(count=others))
    return ", ".join(rows)


def _tried(params: Mapping[str, object], language: str) -> str:
    """`GST 5.00, QST 9.98, GST + QST 14.98`."""
    return ", ".join(f"{taxes} {show_number(cents, language)}" for taxes, cents in _tax_pairs(params))


def _tax_pairs(params: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    taxes = params["taxes"]
    return taxes if isinstance(taxes, tuple) else ()


def _nearest_taxes(params: Mapping[str, object]) -> list[str]:
    """Of the taxes that were tried, those that come nearest to the amount."""
    cents = _cents(params["amount_cents"])
    nearest = min(_tax_pairs(params), key=lambda pair: abs(pair[1] - cents), default=("GST + QST", 0))
    return nearest[0].split(" + ")


def _example_taxes(params: Mapping[str, object], _language: str) -> str:
    """Taxes as the mapping takes them: `["GST", "QST"]`."""
    return toml_value(_nearest_taxes(params))


def _example_parts(params: Mapping[str, object], _language: str) -> str:
    """The whole amount under the first of them, as the mapping takes it: `{GST = "5.00"}`."""
    return toml_value({_nearest_taxes(params)[0]: plain(_cents(params["amount_cents"]))})


def _tax(params: Mapping[str, object], _language: str) -> str:
    """The tax of a problem, or of the setting to fill in (`taxes.GST.credit`)."""
    return str(params.get("tax") or str(params["setting"]).removeprefix("taxes.").rpartition(".")[0])


def _expected(params: Mapping[str, object], language: str) -> str:
    expected = params.get("expected")
    if not isinstance(expected, tuple):
        return show_amount(_cents(params["expected_cents"]), language) if "expected_cents" in params else str(expected)
    return translate(" or ", language).join(translate(WORDS[str(one)], language) for one in expected)


def _quoted(params: Mapping[str, object], _language: str) -> str:
    """The accepted words as company.toml takes them: `"period", "day"`."""
    return ", ".join(map(toml_value, str(params["accepted"]).split(", ")))


_COMPOSED: Mapping[str, Callable[[Mapping[str, object], str], str]] = {
    "table": lambda params, _language: setting_key(str(params["setting"])).rpartition(".")[0],
    "key": lambda params, _language: str(params["setting"]).rpartition(".")[2],
    "quoted": _quoted,
    "year_around": lambda params, _language: f"[{params['first']}, {params['last']}]",
    "sum": _sum_of_rows,
    "rows": _total_of_rows,
    "total": _total,
    "accounts": _accounts,
    "units": _units,
    "skipped": _skipped,
    "others": _others,
    "column": lambda params, _language: str(params.get("called") or params["column"]),
    "column_row": _column("row", "rangée"),
    "column_document": _column("document", "document"),
    "column_applies_to": _column("applies_to", "s_applique_à"),
    "taxes": _taxes,
    "tax": _tax,
    "tried": _tried,
    "names": lambda params, _language: ", ".join(name for name, _ in _tax_pairs(params)),
    "codes": _example_taxes,
    "parts": _example_parts,
    "decision": lambda params, _language: f"decisions.documents.{toml_key(str(params['key']))}",
    "item_key": lambda params, _language: toml_key(str(params["item"])),
    "method_key": lambda params, _language: toml_key(str(params["method"])),
    "tax_key": lambda params, _language: toml_key(_tax(params, "")),
    "difference": lambda params, language: show_number(
        _cents(params["total_cents"]) - _cents(params["rows_cents"]), language
    ),
    "expected": _expected,
    "rate": lambda params, language: (
        f"{params['rate']}%" if language == "en" else f"{params['rate']} %".replace(".", ",")
    ),
}
"""Parameters that combine several values."""
