"""The largest body of a request, by kind of page. It is asked before a byte of the body is read.

It loads no Django: the server decides by it as soon as a request's headers are there.
"""

import re

MEGABYTE = 1024 * 1024
SIGN_IN = MEGABYTE // 16
"""Sign-in, language and the like: open to anybody, and short."""

OPEN_FILE = MEGABYTE // 2 - 12 * 1024
"""A file that anybody may send, with its wrapping. From half a megabyte on the server keeps a body on the disk."""

FORM = 4 * MEGABYTE
"""Forms of a company. The largest ticks 20,000 items by their identifiers."""

FILE = 12 * MEGABYTE
"""An uploaded file of 10 MB with its wrapping."""

BOOKS_FILE = 52 * MEGABYTE
"""A file of documents or payments of 50 MB with its wrapping. What is read at once is much smaller (`store.import_jobs`)."""

TOO_LARGE = "ECRITURE_TOO_LARGE"
"""The header by which our server tells the application to refuse a request; it drops a visitor's own."""

VERIFY = "/verify/"
OF_COMPANY = re.compile(r"/c/[0-9a-f-]{36}/")
FILES = re.compile(OF_COMPANY.pattern + r"(settings/(chart/import|items/import|file)|control/compare)/$")
BOOKS = re.compile(OF_COMPANY.pattern + r"import/$")


def largest_body(path: str) -> int:
    """The largest body in bytes that a page takes."""
    if BOOKS.match(path):
        return BOOKS_FILE
    if FILES.match(path):
        return FILE
    return FORM if OF_COMPANY.match(path) else largest_of_anybody(path)


def largest_of_anybody(path: str) -> int:
    """The largest body in bytes that a page takes from who is not signed in."""
    return OPEN_FILE if path == VERIFY else SIGN_IN
