"""What a program wrote of a file that it refused, message by message, beside the batch that the file is of."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.sources.glimport import Found, Meaning, Meanings, Message, read_messages
from ecriture.store import models
from ecriture.store.batches import sources_of
from ecriture.store.models import Batch
from ecriture.web.bounds import MEGABYTE
from ecriture.web.unit_pages import addresses
from ecriture.web.words import Words

LARGEST_FILE, MOST_SHOWN, MOST_UNITS = MEGABYTE, 50, 20

WHAT_IT_NAMES: Words = MappingProxyType(
    {
        Found.SOURCE: _("It names an entry of this batch:"),
        Found.LINE: _("It repeats a line of this entry:"),
        Found.ACCOUNT: _("It names account %(account)s, which is in this entry:"),
        Found.NOTHING: _("It repeats nothing of this batch: it is about the whole file, or about another one."),
    }
)
WHAT_TO_DO: Words = MappingProxyType(
    {
        Found.SOURCE: _(
            "Look in your program whether this entry is there already. If it is, the file went in before. If not, look at "
            "its date and its accounts."
        ),
        Found.LINE: _(
            "Look at the account and the amount of this line: is the account in your program, and open to entries?"
        ),
        Found.ACCOUNT: _(
            "Look at this account in your program: it must be there, take entries, and be tied to no module. Choose another "
            "one in the settings, or create it there."
        ),
        Found.NOTHING: _(
            "Look at the period that was chosen for the import, and whether the file is as it was downloaded. If it is, "
            "compare its layout with a file that your program takes."
        ),
    }
)

FOR_A_SHORT_LINE = _(
    "The line that begins an entry is shorter than your Acomba expects: it wants another layout. Compare it with your "
    "Acomba’s documentation, and adjust the layout here."
)


class MessagesForm(forms.Form):
    """The file, or what it says."""

    file = forms.FileField(
        required=False,
        label="GLimport.err",
        help_text=_("It is in the folder of the imported file. At most 1 MB. It is read and not kept."),
    )
    text = forms.CharField(
        required=False,
        max_length=100_000,
        strip=False,
        label=_("Or what it says"),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found is not None and found.size > LARGEST_FILE:
            raise forms.ValidationError(say("It has more than 1 MB. Delete it, import again, and take the new one."))
        return found

    def clean(self) -> None:
        given = self.cleaned_data
        if not self.errors and not given.get("file") and not given.get("text", "").strip():
            self.add_error("file", say("Choose the file, or paste what it says."))

    @property
    def content(self) -> bytes:
        given = self.cleaned_data
        return bytes(given["file"].read()) if given["file"] else str(given["text"]).encode("cp1252", "replace")


class Unit(NamedTuple):
    """A document or payment that a message means."""

    kind: str
    number: str
    address: str


class Explained(NamedTuple):
    """A message with what it means in a batch. `more` counts the units that are not listed."""

    message: Message
    what: str
    remedy: str
    sources: Sequence[str]
    units: Sequence[Unit]
    more: int
    is_layout: bool
    """Whether it is about the layout of the file."""


class Explanation(NamedTuple):
    messages: Sequence[Explained]
    more: int


def explained(batch: Batch, content: bytes) -> Explanation:
    """The last messages first: those of the last import are the ones that count."""
    every = read_messages(content)
    sources = sources_of(batch)
    meanings = Meanings(bytes(batch.content), sources)
    some = [*reversed(every)][:MOST_SHOWN]
    found = [(it, meanings.of(it)) for it in some]
    units = {its: _units(batch, its) for its in {its for _, its in found}}
    return Explanation([_of(it, its, sources, *units[its]) for it, its in found], len(every) - len(some))


def _of(message: Message, its: Meaning, sources: Sequence[str], units: Sequence[Unit], more: int) -> Explained:
    remedy: Any = FOR_A_SHORT_LINE if message.is_short_entry else WHAT_TO_DO[its.found]
    what = str(WHAT_IT_NAMES[its.found]) % {"account": its.account}
    named = [sources[entry - 1] for entry in its.entries[:MOST_UNITS]]
    is_layout = message.is_short_entry or its.found is Found.NOTHING
    return Explained(message, what, str(remedy), named, units, more, is_layout)


def _units(batch: Batch, its: Meaning) -> tuple[list[Unit], int]:
    if not its.entries:
        return [], 0
    rows = models.BatchPosting.objects.filter(company_id=batch.company_id, batch=batch, entry__in=its.entries)
    if its.account:
        rows = rows.filter(account=its.account)
    every = rows.order_by("unit_kind", "unit_number").values_list("unit_kind", "unit_number").distinct()
    some = [*every[:MOST_UNITS]]
    pages = addresses(batch.company, some)
    return [Unit(kind, number, pages.get((kind, number), "")) for kind, number in some], every.count() - len(some)
