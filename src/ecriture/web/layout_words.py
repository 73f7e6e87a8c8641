"""The words of a file layout: its settings, their choices, and what the columns hold."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from ecriture.targets.layout.model import Encoding, Kind, LineEnd, Messages, Quote, SplitBy
from ecriture.web.words import Words

SETTINGS: Words = MappingProxyType(
    {
        "name": _("Name of the program"),
        "kind": _("Form of the lines"),
        "delimiter": _("Between two columns"),
        "quote": _("Quotation marks"),
        "encoding": _("Character set"),
        "line_end": _("End of a line"),
        "header": _("The first line has the titles of the columns"),
        "decimal": _("Decimal mark"),
        "date": _("Form of dates"),
        "max_lines": _("Most lines in an entry"),
        "max_entries": _("Most entries in a file"),
        "max_rows": _("Most lines in a file"),
        "split_by": _("A batch for each"),
        "spreadsheet": _("An apostrophe before what a spreadsheet would take for a formula"),
        "suffix": _("End of the file’s name"),
        "messages": _("Messages about a refused file"),
        "to_confirm": _("Not yet confirmed: nobody has seen the program take this file"),
    }
)
"""By the keys of `targets.layout.model.Layout` that are fields on the page. The others are changed as text."""

AS_TEXT = frozenset({"columns", "file_head", "entry_head", "entry_foot", "steps", "checked_against"})

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%y%m%d", "%m/%d/%y", "%d/%m/%y")
"""Those that are offered."""

CHOICES: Words = MappingProxyType(
    {
        Kind.DELIMITED: _("columns separated by a sign"),
        Kind.FIXED: _("columns of a fixed width"),
        Quote.NEVER: _("never"),
        Quote.MINIMAL: _("where needed"),
        Quote.ALL: _("around everything"),
        Encoding.ASCII: _("ASCII, without accents"),
        Encoding.CP1252: _("Windows (1252)"),
        Encoding.CP850: _("the old console of Windows (850)"),
        Encoding.UTF_8: _("UTF-8"),
        Encoding.UTF_8_SIG: _("UTF-8 with its mark, for Excel"),
        LineEnd.CRLF: _("as on Windows"),
        LineEnd.LF: _("as on other systems"),
        SplitBy.MONTH: _("month"),
        Messages.GLIMPORT: _("GLimport.err"),
    }
)
SIGNS: Words = MappingProxyType(
    {
        ",": _("comma (,)"),
        ";": _("semicolon (;)"),
        "\t": _("tab"),
        "|": _("vertical bar (|)"),
        ".": _("period (.)"),
    }
)

FIELDS: Words = MappingProxyType(
    {
        "entry_number": _("Number of the entry in the file"),
        "line_number": _("Number of the line in the entry"),
        "line_count": _("How many lines the entry has"),
        "date": _("Date"),
        "source": _("Source (EC000001-01)"),
        "comment": _("Comment of the entry"),
        "label": _("Source and comment"),
        "account": _("Account"),
        "account_name": _("Name of the account"),
        "line_comment": _("Comment of the line"),
        "document": _("Document"),
        "customer": _("Customer"),
        "debit": _("Debit"),
        "credit": _("Credit"),
        "amount": _("Amount, credits below zero"),
        "amount_abs": _("Amount without a sign"),
        "side": _("Debit or credit, as a word"),
        "currency": _("Currency"),
        "constant": _("Always the same text"),
        "empty": _("Empty"),
    }
)
"""What a column holds."""

ROWS: Words = MappingProxyType(
    {
        "file_head": _("Lines at the beginning of the file"),
        "entry_head": _("Lines before each entry"),
        "columns": _("The line of each line of an entry"),
        "entry_foot": _("Lines after each entry"),
    }
)

PARTS: Words = MappingProxyType(
    {
        "place": _("Place"),
        "width": _("Width"),
        "value": _("Text"),
        "debit": _("Word of a debit"),
        "credit": _("Word of a credit"),
        "title": _("Title"),
    }
)
"""What of a column is a field on the page."""
