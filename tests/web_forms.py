"""Filling in a settings page as a browser does: all fields as they are shown, and some of them changed."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from django.forms import BooleanField
from django.test import Client

Answer = Any
"""What the test client gives back."""


def shown(page: Answer, name: str = "form") -> dict[str, str]:
    """What a form of a page sends when nothing is touched; `seen` with it, if it has one."""
    form = page.context[name]
    found = {"seen": form.seen} if hasattr(form, "seen") else {}
    for field in form:
        value = field.value()
        if field.field.disabled or value is None or (isinstance(field.field, BooleanField) and not value):
            continue
        found[field.html_name] = "on" if isinstance(field.field, BooleanField) else str(value)
    return found


def fill_in(client: Client, url: str, changes: Mapping[str, object], *, form: str = "settings") -> Answer:
    """Opens a page, changes some fields of one of its forms (None unticks a box), sends it, and follows."""
    page = client.get(url)
    context = {"settings": "form", "province": "of_province"}.get(form, form)
    fields: dict[str, Any] = {**shown(page, context), "form": form, **changes}
    return client.post(url, {name: value for name, value in fields.items() if value is not None}, follow=True)


def said(page: Answer) -> list[str]:
    """The messages of a page."""
    return [str(message) for message in page.context["messages"]]


def words_of(page: Answer) -> str:
    return " ".join(unescape(page.content.decode()).split())
