"""File downloads."""

from typing import BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from ecriture.store.uploads import PART

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A response that the browser saves under a name instead of displaying it."""
    return HttpResponse(content, content_type=kind, headers=_saved_as(name))


def sent_in_parts(stream: BinaryIO, name: str, kind: str) -> StreamingHttpResponse:
    """`download` for what may be too long to have in memory.

    No FileResponse: waitress would read that in the one thread that serves all visitors.
    """
    parts = iter(lambda: stream.read(PART), b"")
    return StreamingHttpResponse(parts, content_type=kind, headers=_saved_as(name))


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name))}
