"""The upload of documents and payments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File with documents or payments"),
        help_text=_("CSV or XLSX, as your invoicing program exports it."),
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
