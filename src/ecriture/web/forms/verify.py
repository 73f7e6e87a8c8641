"""A Sage 50 file that anybody may have checked: a file or its pasted text, within bounds."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 400 * 1024
MOST_LINES = 10_000
"""A month of journal entries has some hundred lines. More is for `ecriture verify`."""

_LINE_END = re.compile(r"\r\n|\r|\n")


ECHOED = 20_000


class PastedInput(forms.Textarea):
    """What was pasted stays, to be corrected there; longer texts would make the answer too large for the memory."""

    def format_value(self, value: Any) -> str | None:
        return None if value and len(value) > ECHOED else super().format_value(value)


class VerifyForm(forms.Form):
    file = forms.FileField(
        required=False,
        allow_empty_file=True,  # the checker says what is wrong with it
        label=_("The file"),
        help_text=_("At most 400 KB and 10,000 lines."),
        widget=forms.FileInput({"accept": ".txt,.csv,.imp"}),
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label=_("Or its content, pasted"),
        help_text=_("A browser writes line ends and letters in its own way, so these two are checked in a file only."),
        widget=PastedInput({"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "mono"}),
    )
    lax = forms.BooleanField(
        required=False,
        label=_("Accept what Sage’s help describes beyond the safe profile (--lax)"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["text"].validators = []  # NUL characters too are for the checker to find

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        file, text = found.get("file"), found.get("text", "")
        if (file is None) == (not text):
            self.add_error("file", say("Choose a file, or paste its content: one of the two."))
            return found
        content = pasted(text) if file is None else file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES or _lines(content) > MOST_LINES:
            where = "text" if file is None else "file"
            self.add_error(where, say("It has more than 400 KB or 10,000 lines. Check it with “ecriture verify”."))
        return {**found, "content": content}


def pasted(text: str) -> bytes:
    """As Sage wants its line ends: those of a browser say nothing of the file."""
    lines = _LINE_END.split(text)
    return "".join(f"{line}\r\n" for line in (lines if lines[-1] else lines[:-1])).encode()


def _lines(content: bytes) -> int:
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
