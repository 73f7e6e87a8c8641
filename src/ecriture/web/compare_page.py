"""Comparing with the program's own report: what differs on an account, in words, and what to do about it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.entries import JournalEntry
from ecriture.core.reconcile import Difference, Found, compare
from ecriture.sources.ledger_report import ReportRead, read_ledger_report
from ecriture.store import models
from ecriture.store.batches import LIVE, cancelled_sources, entries_of
from ecriture.store.control import Controlled, controlled_in, documents_for
from ecriture.store.models import Company
from ecriture.web.bounds import MEGABYTE
from ecriture.web.forms.fields import DayField
from ecriture.web.words import Words

LARGEST_FILE, MOST_OF_CLASS, MOST_OUTSIDE = 10 * MEGABYTE, 200, 10
ORDERS = (
    ("", _("as the file shows")),
    ("day", _("day first: 05/01 is January 5")),
    ("month", _("month first: 01/05 is January 5")),
)

CLASSES: Words = MappingProxyType(
    {
        Difference.MISSING: _("not in the program"),
        Difference.TWICE: _("in the program twice"),
        Difference.ALTERED: _("altered in the program"),
        Difference.DATED: _("dated otherwise in the program"),
        Difference.REVERSED: _("reversed in the program"),
        Difference.CANCELLED: _("of batch %(number)d, cancelled"),
        Difference.FOREIGN: _("not from Écriture"),
    }
)
WHAT_TO_DO: Words = MappingProxyType(
    {
        Difference.MISSING: _("Import the batch’s file again; if the program refuses it, cancel the batch here."),
        Difference.TWICE: _("Reverse one of them in the program."),
        Difference.ALTERED: _(
            "Adjust it in the program so that it is as the batch’s file says; what is wrong in a document is corrected here."
        ),
        Difference.DATED: _("Adjust its date in the program."),
        Difference.REVERSED: _(
            "If that was meant, cancel the batch here: its documents are transferred again. If not, enter it again there."
        ),
        Difference.CANCELLED: _(
            "Reverse it in the program, unless a later entry does: what it holds is transferred again by another batch."
        ),
        Difference.FOREIGN: _(
            "If it belongs to another account, adjust it. If it is a sale or a payment, enter it here and reverse it there."
        ),
    }
)
TOO_LARGE = _("It has more than 10 MB. Choose a shorter period.")
FAULTS: Words = MappingProxyType(
    {
        "nothing": _(
            "No entry was found in it. Export the report as CSV or Excel, with its column titles and with the account."
        ),
        "large": _("It has more rows than are read. Choose a shorter period."),
    }
)
DAMAGED = _("The file cannot be read. Export it again as CSV or Excel (XLSX).")


class CompareForm(forms.Form):
    file = forms.FileField(
        label=_("The report"),
        help_text=_(
            "The transactions of the account, as CSV or XLSX, in English or French; at most 10 MB and 100,000 rows."
        ),
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx"}),
    )
    account = forms.ChoiceField(label=_("Account"))
    since = DayField(
        label=_("From"),
        help_text=_("The first day of the report. Empty: as its title says, else the first date in it."),
    )
    through = DayField(
        label=_("Through"),
        help_text=_("The last day of the report. Empty: as its title says, else the last date in it."),
    )
    order = forms.ChoiceField(required=False, choices=ORDERS, label=_("Dates like 05/01"))

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.controlled: list[Controlled] = controlled_in(company)
        choices = [(it.account, it.account) for it in self.controlled]
        self.fields["account"].choices = choices  # type: ignore[attr-defined] # a choice field

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(str(TOO_LARGE))
        return found

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, through = found.get("since"), found.get("through")
        if since and through and through < since:
            self.add_error("through", say("It is before the first day."))
        if "file" in found:
            read = read_ledger_report(BytesIO(found["file"].read()), order=found.get("order", ""))
            found["read"] = read
            if read.fault:
                self.add_error("file", str(FAULTS.get(read.fault, DAMAGED)))
            elif read.dates is None and not (since and through):
                self._ask_for_dates(is_order_known=bool(found.get("order")))
            elif not self.errors:
                dates = read.period or read.dates or (date.min, date.max)
                found["first"], found["last"] = since or dates[0], through or dates[1]
                if found["last"] < found["first"]:
                    self.add_error("since" if since else "through", say("The report has nothing of these days."))
        return found

    def _ask_for_dates(self, *, is_order_known: bool) -> None:
        if is_order_known:
            self.add_error("since", say("No date of the report can be read. Give its first and its last day."))
        else:
            self.add_error("order", say("The file does not show whether the day or the month comes first. Choose."))


class Shown(NamedTuple):
    """A difference as the page shows it."""

    found: Found
    kind: str
    what_to_do: str
    documents: tuple[str, ...]
    """Documents that it is about for certain."""
    candidates: tuple[str, ...]
    """Guesses: documents and payments of the entry with that amount, and entries of ours."""


class Compared(NamedTuple):
    account: str
    first: date
    last: date
    lines: int
    differences: tuple[Shown, ...]
    """The first ones of each class."""
    in_all: int
    """Of all differences."""
    rest: tuple[tuple[str, int], ...]
    """How many of each class are not among them."""
    cents: int
    """What the program shows more, in all."""
    outside: tuple[str, ...]
    """Entries of ours beyond days that only the report's own dates gave: nobody looked for them. The nearest ones."""
    more_outside: int


def compared(company: Company, form: CompareForm) -> Compared:
    read: ReportRead = form.cleaned_data["read"]
    account = form.cleaned_data["account"]
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    batches = models.Batch.objects.filter(company=company, state__in=LIVE).defer("content")
    ours = [entry for batch in batches.order_by("number").iterator() for entry in entries_of(batch)]
    cancelled = cancelled_sources(company)
    found = compare(ours, read.lines, account, first=first, last=last, cancelled=cancelled.keys())
    of_account = sum(it.account == account for it in read.lines)
    classes = Counter(_kind(it, cancelled) for it in found)
    rest = tuple((kind, count - MOST_OF_CLASS) for kind, count in classes.items() if count > MOST_OF_CLASS)
    shown = tuple(_shown(company, account, found, cancelled))
    outside = _outside(ours, form.cleaned_data, account)
    return Compared(
        *(account, first, last, of_account, shown, len(found), rest, sum(it.cents for it in found)),
        *(tuple(outside[:MOST_OUTSIDE]), max(0, len(outside) - MOST_OUTSIDE)),
    )


def _outside(ours: Iterable[JournalEntry], asked: Mapping[str, Any], account: str) -> list[str]:
    """The sources of our entries on an account beyond a first or last day that neither a person nor a title gave."""
    read: ReportRead = asked["read"]
    if read.period:
        return []
    first, last = (asked[end] if not asked[field] else None for field, end in (("since", "first"), ("through", "last")))
    there = {it.source for it in read.lines}
    on_account = [it for it in ours if it.source not in there and any(line.account == account for line in it.lines)]
    later = sorted((it.date, it.source) for it in on_account if last is not None and it.date > last)
    earlier = sorted(((it.date, it.source) for it in on_account if first is not None and it.date < first), reverse=True)
    return [source for _, source in (*later, *earlier)]


def _shown(company: Company, account: str, found: list[Found], cancelled: Mapping[str, int]) -> Iterator[Shown]:
    listed = Counter[str]()
    for it in found:
        kind = _kind(it, cancelled)
        listed[kind] += 1
        if listed[kind] > MOST_OF_CLASS:
            continue
        candidates = it.guesses
        if it.difference is Difference.ALTERED and not it.named:
            candidates += tuple(documents_for(company, it.source, account, it.cents))
        yield Shown(it, kind, str(WHAT_TO_DO[it.difference]), it.named, candidates)


def _kind(found: Found, cancelled: Mapping[str, int]) -> str:
    kind = str(CLASSES[found.difference])
    return kind % {"number": cancelled[found.source]} if found.difference is Difference.CANCELLED else kind
