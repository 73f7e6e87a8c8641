"""Where a document or payment stands, in words: to be transferred, transferred in batch 12, kept back because …"""

from collections.abc import Iterable
from types import MappingProxyType

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ecriture.core.problems import Problem
from ecriture.speech.sentences import sentence
from ecriture.store.standing import Standing, Stands
from ecriture.web import words
from ecriture.web.listing import quiet, state
from ecriture.web.words import Words, day, language, setting_label

SHOWN: Words = MappingProxyType(
    {
        Stands.DRAFT: _("draft"),
        Stands.VOID: _("void"),
        Stands.OPENING: _("already in your program"),
        Stands.TRANSFERRED: _("transferred"),
        Stands.CHANGED: _("changed since"),
        Stands.WAITS: _("to transfer"),
        Stands.PENDING: _("to transfer"),
        Stands.KEPT_BACK: pgettext_lazy("one", "kept back"),
        Stands.NOTHING: _("nothing to post"),
    }
)

WHY: Words = MappingProxyType(
    {
        Stands.DRAFT: _("ignored until it is final"),
        Stands.VOID: _("ignored, since it is void"),
        Stands.OPENING: _("dated before the start date"),
        Stands.WAITS: _("unless it is kept back"),
        Stands.NOTHING: _("its document is in your program’s own module, or its amounts are zero"),
    }
)

KEPT_BACK: Words = MappingProxyType({"unpaid": _("not paid yet"), "waits": _("its document is kept back")})

MARKS = MappingProxyType(
    {
        Stands.TRANSFERRED: "done",
        Stands.CHANGED: "wait",
        Stands.WAITS: "",
        Stands.PENDING: "",
        Stands.KEPT_BACK: "wrong",
    }
)


def shown(standing: Standing, *, above_problems: bool = False) -> SafeString:
    """The state with its mark, and below it the reason or the batches; no reason that the problems below say again."""
    why = "" if above_problems and _fault(standing) else why_of(standing)
    mark = state(_mark(standing), SHOWN[standing.stands])
    return format_html("{}<br>{}", mark, quiet(why)) if why else mark


def _mark(standing: Standing) -> str:
    if standing.stands is Stands.KEPT_BACK and standing.kept_back is not None and standing.kept_back.why in KEPT_BACK:
        return "wait"  # nothing is wrong with it
    return MARKS.get(standing.stands, "off")


def text(standing: Standing) -> str:
    """The same on one line, for a file."""
    return (
        say("%(state)s: %(why)s") % {"state": SHOWN[standing.stands], "why": why}
        if (why := why_of(standing))
        else str(SHOWN[standing.stands])
    )


def why_of(standing: Standing) -> str:
    """The reason, the batches, or when it was transferred."""
    kept = standing.kept_back
    if kept is not None:
        problem = _fault(standing)
        return str(KEPT_BACK.get(kept.why) or (problem and problem_text(problem)) or kept.why)
    if standing.batches:
        return batches_named(standing.batches)
    return str(WHY.get(standing.stands, ""))


def _fault(standing: Standing) -> Problem | None:
    """The problem that keeps it back."""
    kept = standing.kept_back
    if kept is None or kept.why in KEPT_BACK:
        return None
    return next((it for it in standing.problems if it.stops), None)


def batches_named(numbers: Iterable[int]) -> str:
    """`batch 12`, `batches 3, 12`."""
    found = [*numbers]
    joined = ", ".join(map(words.number, found))
    return say("batch %s") % joined if len(found) == 1 else say("batches %s") % joined


def problem_text(problem: Problem) -> str:
    """A problem beside the document or payment that has it."""
    return sentence(problem, language(), screen_name=setting_label, names_unit=False, day=day)


def problems_shown(problems: Iterable[Problem]) -> SafeString:
    """Problems below one another, errors first."""
    ordered = sorted(problems, key=lambda it: not it.stops)
    return format_html_join(
        "", '<li class="{}">{}</li>', (("wrong" if it.stops else "", problem_text(it)) for it in ordered)
    )
