"""The messages in Django's templates, for Babel: Django makes Python of a template, and Babel reads that."""

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract(
    template: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Any]:
    """As Babel wants an extractor."""
    python = templatize(template.read().decode())
    flush_left = "\n".join(line.strip() for line in python.splitlines())  # a template's indentation means nothing
    return extract_python(BytesIO(flush_left.encode()), keywords, comment_tags, options)
