"""The state of a company's guided set-up, and how pages show it."""

from typing import Any

from django.utils.translation import gettext as say

from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings
from ecriture.store.charts import chart_of
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.store.steps import has_documents
from ecriture.targets.registry import target
from ecriture.transfer import limits_of
from ecriture.web.step_words import ASKED, NAMES, summary
from ecriture.web.steps import Known, Step, progress, taxes_asked
from ecriture.web.words import language


def taxes_in_words(settings: Settings, province: str) -> str:
    """The sales taxes of a company, or of its province: `TPS et TVQ`, `HST`."""
    names = [tax_name(tax.code, language()) for tax in taxes_asked(settings, province)]
    if len(names) < 2:
        return names[0] if names else say("the sales tax")
    return say("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def known_of(company: Company) -> Known:
    settings = settings_of(company)
    limits = limits_of(target(settings.accounting.target))
    said = frozenset(company.steps_done)
    return Known(settings, chart_of(company), limits, said, has_documents(company))


def frame(known: Known, here: Step | None = None) -> dict[str, Any]:
    """What every step shows of the other steps."""
    found, spoken = progress(known), language()
    rows = [
        {
            "step": it,
            "name": NAMES[it],
            "done": it in found.done,
            "here": it is here,
            "text": summary(it, known, spoken) if it in found.done else ASKED[it],
        }
        for it in Step
    ]
    named = {"back": here.before if here else None, "later": here.following if here else None}
    place = {"place": list(Step).index(here) + 1, "name": NAMES[here]} if here else {}
    return {"steps": rows, "progress": found, "done_count": len(found.done), "here": here, **named, **place}
