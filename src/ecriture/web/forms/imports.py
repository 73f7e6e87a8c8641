"""The upload of documents and payments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 50 << 20


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File with documents or payments"),
        help_text=_("CSV or XLSX, at most 50 MB, as your invoicing program exports it."),
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST_FILE:
            raise ValidationError(say("A file may have at most 50 MB: split it, for example by year."))
        return file
