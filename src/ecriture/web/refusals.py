"""When the accounting program refuses a file: what it spoke of, the likely cause, and what to do.

The programs' own sentences are not published, so nobody has to find one of them here: what they are about is enough.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from ecriture.web.program import Program

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Step(NamedTuple):
    """A page on which a remedy begins: its name in the addresses, the words that lead there, and a place on it."""

    page: str
    text: "_StrPromise"
    place: str = ""


class Refusal(NamedTuple):
    """What the program spoke of; the cause; the remedy, with the pages where it begins.

    `reason`: why the batch is cancelled, as it is kept; None where there is nothing to cancel.
    """

    said: "_StrPromise"
    cause: "_StrPromise"
    remedy: "_StrPromise"
    steps: tuple[Step, ...]
    reason: "_StrPromise | None" = None
    may_be_in: bool = False
    """Whether the remedy may end with the batch confirmed at once."""


_FILE = Step("batch-file", _("Download the file again"))
_ENTRIES = Step("batch", _("Its entries, to look for in your program"), "#entries")
_WRITE = Step("cancel-batch", _("Write what it said"), "?said=other#id_reason")
OF_BATCH = frozenset({"batch", "batch-file", "cancel-batch"})
"""Pages of the batch; the others are the company's."""


_IN_PART = Refusal(
    _("something else"),
    _("A part of the file may be in the books all the same: look for its entries by their numbers."),
    _(
        "Reverse there what is in. Write below what the program said, word for word: the next person reads it in the audit log."
    ),
    (_ENTRIES, _WRITE),
    _("refused"),
)
_LAYOUT = Refusal(
    _("the form of the file: a column, a date, an amount, a length"),
    _("Your program wants its import file otherwise than the layout here says."),
    _(
        "Compare a file that it takes with the sample, and adjust the layout. Then cancel this batch: its file stays as it "
        "is, and the next one is written by the new layout."
    ),
    (Step("file-layout", _("File layout")),),
    _("refused: the form of the file"),
)
REFUSALS: Mapping[str, Refusal] = MappingProxyType(
    {
        "account": Refusal(
            _("an account: unknown, linked, or that takes no entry"),
            _("The account is not in your program, or it is linked to a module there, or it is a heading or a total."),
            _(
                "Compare its number and its type in your program with the chart of accounts here. Choose another "
                "one in the settings, or create it there and import the chart again."
            ),
            (
                Step("chart", _("Open the chart of accounts")),
                Step("accounting", _("Open Settings → Accounting")),
                Step("items", _("Open Settings → Products & Services")),
            ),
            _("refused: an account"),
        ),
        "date": Refusal(
            _("a date: a closed period, or outside the fiscal year"),
            _("The date of the entry is locked in your program, or not in the fiscal year that is open there."),
            _(
                "Close here what is closed in your program: what is dated there is then carried to the first open day. "
                "The fiscal years are under Settings → Company."
            ),
            (
                Step("closing", _("Open Transfer → Closing")),
                Step("company-settings", _("Open Settings → Company")),
            ),
            _("refused: a date"),
        ),
        "source": Refusal(
            _("the number of the entry: it is already there"),
            _("The file was imported before."),
            _(
                "Look for the entry in your program by its number. If it is there, once, this batch went in: "
                "confirm it instead."
            ),
            (_ENTRIES,),
            may_be_in=True,
        ),
        "file": Refusal(
            _("the file: it cannot be read"),
            _("The file was opened and saved again in another program, or it is not the one of this batch."),
            _(
                "Download the file again and import it as it is, without opening it. There is nothing to cancel "
                "for that."
            ),
            (_FILE, Step("batch", _("The steps in your program"), "#steps")),
        ),
        "company": Refusal(
            _("nothing: it is the wrong company"),
            _("The file was imported in the books of another company."),
            _(
                "Take the entries out there first. Then import the same file in the right company: there is "
                "nothing to cancel here."
            ),
            (_ENTRIES, _FILE),
        ),
        "other": Refusal(
            _("something else"),
            _("Your program imports a whole file or nothing, so nothing of it is in the books."),
            _("Write below what it said, word for word: the next person reads it in the audit log."),
            (_WRITE,),
            _("refused"),
        ),
    }
)


def refusals_of(program: Program) -> Mapping[str, Refusal]:
    """By the word in the address. Only of Sage 50 is it known that a file goes in whole or not at all."""
    if program.is_sage:
        return REFUSALS
    found = {**REFUSALS, "other": _IN_PART}
    return {"layout": _LAYOUT, **found} if program.is_layout else found
