"""What is wrong with a company's settings and chart, in the words of the pages."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.core.soundness import soundness, unsaid
from ecriture.speech.sentences import sentence
from ecriture.targets.registry import target
from ecriture.transfer import limits_of
from ecriture.web.words import language, setting_label


def unsound(settings: Settings, chart: Chart) -> tuple[Problem, ...]:
    return soundness(settings, chart=chart, limits=limits_of(target(settings.accounting.target)))


def newly_unsound(before: Settings, after: Settings, chart: Chart) -> tuple[Problem, ...]:
    """What a change of settings makes wrong, and was not wrong before."""
    return unsaid(unsound(after, chart), unsound(before, chart))


def setting_of(problem: Problem) -> str:
    return str(problem.params["setting"])


def page_of(problem: Problem) -> str:
    """The name of the address of the page where a problem's setting is made."""
    setting = setting_of(problem)
    return _PAGES.get(setting) or _PAGES.get(setting.partition(".")[0], "accounting")


_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "company": "company-settings",
        "taxes": "invoices",
        "items": "items",
        "methods": "payments-settings",
        "extras": "invoices",
        "extras.fee": "payments-settings",
        "extras.deposit": "payments-settings",
    }
)


def other_of(problem: Problem) -> str:
    """The other setting of a pair; empty without one."""
    return str(problem.params.get("other", ""))


def text_of(problem: Problem) -> str:
    """The sentence of a problem, beside its field; it calls another setting by its name on the screen."""
    return sentence(problem, language(), screen_name=setting_label)


def named_text_of(problem: Problem) -> str:
    """The same, with the setting's name in front."""
    return say("%(setting)s: %(problem)s") % {
        "setting": setting_label(setting_of(problem)),
        "problem": text_of(problem),
    }


def texts_of(problems: Iterable[Problem], *, most: int) -> list[str]:
    """The first problems with their settings, and how many others there are."""
    texts = [named_text_of(problem) for problem in problems]
    more = len(texts) - most
    return texts if more <= 0 else [*texts[:most], say("… and %s more, listed on the home page.") % more]
