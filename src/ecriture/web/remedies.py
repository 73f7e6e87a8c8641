"""Where a problem of a plan is mended: the page of its document or payment, or of its setting, with the way back."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ecriture.core.problems import Problem, Severity
from ecriture.speech.sentences import sentence
from ecriture.store.models import Company
from ecriture.web.remembered import BACK
from ecriture.web.soundness import page_of
from ecriture.web.unit_pages import addresses
from ecriture.web.words import Words, day, language, setting_label

MOST_OF_A_KIND = 10
"""Hundreds of problems of one kind usually have one cause: the first ones are shown, the others counted."""

PAGES: Words = MappingProxyType(
    {
        "accounting": _("Open Settings → Accounting"),
        "invoices": _("Open Settings → Invoices"),
        "items": _("Open Settings → Products & Services"),
        "new-item": _("Create the item"),
        "payments-settings": _("Open Settings → Payments"),
        "company-settings": _("Open Settings → Company"),
        "documents": _("Open the documents"),
    }
)

_OF_CODES: Mapping[str, str] = MappingProxyType(
    {
        "carried-across-year": "company-settings",
        "date-locked": "accounting",
        "date-outside-fiscal-year": "company-settings",
        "entry-long": "accounting",
        "item-unknown": "new-item",
        "method-unknown": "payments-settings",
        "receivable-split": "accounting",
        "tax-missing": "documents",
        "tax-unknown": "invoices",
        "too-many-entries": "accounting",
        "transferred-missing": "documents",
    }
)
"""The page of a remedy that is in the settings, where the problem names no setting."""


class Link(NamedTuple):
    address: str
    name: str


class ProblemShown(NamedTuple):
    """A problem in words; the unit that it is about and the place where it is mended, where there are such."""

    text: str
    unit: Link | None
    remedy: Link | None


class Kind(NamedTuple):
    """Problems of one code: the first ones, and how many others there are."""

    stops: bool
    is_notice: bool
    shown: Sequence[ProblemShown]
    more: int


def shown(company: Company, problems: Iterable[Problem], back: str) -> list[Kind]:
    """Problems by code, errors first. `back` is the mark of the page to come back to."""
    order = tuple(Severity)
    ranked = sorted(problems, key=lambda it: (order.index(it.severity), it.code))
    kinds = [[*same] for _, same in groupby(ranked, attrgetter("code", "severity"))]
    some = [kind[:MOST_OF_A_KIND] for kind in kinds]
    pages = addresses(company, [(it.where.kind, it.where.number) for kind in some for it in kind], back)
    return [
        Kind(
            first[0].stops,
            first[0].severity is Severity.NOTICE,
            [_shown(company, it, pages, back) for it in first],
            len(kind) - len(first),
        )
        for first, kind in zip(some, kinds, strict=True)
    ]


def _shown(company: Company, problem: Problem, pages: Mapping[tuple[str, str], str], back: str) -> ProblemShown:
    where = problem.where
    address = pages.get((where.kind, where.number))
    text = sentence(problem, language(), screen_name=setting_label, names_unit=address is None, day=day)
    unit = Link(address, where.number) if address else None
    return ProblemShown(text, unit, _remedy(company, problem, back))


def _remedy(company: Company, problem: Problem, back: str) -> Link | None:
    """None where it is mended on the unit's own page."""
    page = _OF_CODES.get(problem.code) or (page_of(problem) if "setting" in problem.params else "")
    if not page:
        return None
    item = problem.params.get("item")
    more = {"code": str(item)} if page == "new-item" and item else {}
    address = reverse(page, args=[company.pk])
    return Link(f"{address}?{urlencode({**more, BACK: back})}", str(PAGES[page]))
