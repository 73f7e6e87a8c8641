"""File downloads."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A response that the browser saves under a name instead of displaying it."""
    headers = {"Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name))}
    return HttpResponse(content, content_type=kind, headers=headers)
