"""File downloads."""

from django.http import HttpResponse

CSV = "text/csv; charset=utf-8"


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A response that the browser saves under a name instead of displaying it."""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
