"""Why a workbook cannot be read. Apart, because tables that come as CSV load nothing of the reader."""

DAMAGED, LARGE = "spreadsheet-damaged", "spreadsheet-large"


class SpreadsheetFault(Exception):
    """Its text is the reason: DAMAGED or LARGE."""
