"""Files that somebody takes along."""

from django.http import HttpResponse

CSV = "text/csv; charset=utf-8"


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file that the browser keeps under a name instead of showing it."""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
