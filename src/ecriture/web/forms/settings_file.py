"""A company's settings from a file, checked like typed ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.accounts import Chart
from ecriture.core.settings import Settings
from ecriture.core.soundness import REFUSED
from ecriture.sources.settings_file import CompanyRead
from ecriture.speech.sentences import sentence
from ecriture.store.audit import Change
from ecriture.store.batches import has_live_batch
from ecriture.store.books import used_items
from ecriture.store.catalogue import ItemsUsed
from ecriture.store.differences import differences
from ecriture.store.models import Company
from ecriture.store.settings import StartDateFixed
from ecriture.store.uploads import fingerprint
from ecriture.web.bounds import MEGABYTE
from ecriture.web.forms.fields import is_seen
from ecriture.web.saving import refusal
from ecriture.web.soundness import named_text_of, newly_unsound, setting_of
from ecriture.web.words import language

LARGEST_FILE = 6 * MEGABYTE
"""20,000 items with names and notes have half of that."""

MOST_ITEMS = 20_000


class SettingsFileForm(forms.Form):
    """The upload of company.toml."""

    file = forms.FileField(label=_("Settings file (company.toml)"), widget=forms.FileInput({"accept": ".toml"}))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(say("The file has more than 6 MB. It is not the settings of a company."))
        return found


@dataclass(frozen=True)
class Proposed:
    """The effect of a file on the settings. It cannot be used if there is an error."""

    settings: Settings
    changes: tuple[Change, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    unsound: tuple[tuple[str, str], ...] = ()
    """The codes of what becomes wrong, each with its setting."""

    @property
    def shows(self) -> str:
        return fingerprint([*self.changes, *sorted(self.unsound)])


def proposed(read: CompanyRead, *, company: Company, before: Settings, chart: Chart) -> Proposed:
    """The changes of settings that were read, and their problems. What was wrong before and stays so is not said again."""
    spoken = [(problem.stops, sentence(problem, language())) for problem in read.problems]
    faults = [text for stops, text in spoken if stops]
    if faults:
        return Proposed(before, (), tuple(faults), ())
    faults = list(_unfit(read.company))
    if len(read.company.items) > MOST_ITEMS:
        return Proposed(before, (), tuple(faults), ())
    changes = tuple(differences(before, read.company))
    faults += [*_refused(company, before, read.company)]
    warnings = [text for stops, text in spoken if not stops]
    problems = newly_unsound(before, read.company, chart)
    for problem in problems:
        (faults if problem.code in REFUSED else warnings).append(named_text_of(problem))
    named = tuple((problem.code, setting_of(problem)) for problem in problems)
    return Proposed(read.company, changes, tuple(faults), tuple(warnings), named)


LONGEST: Mapping[str, int] = MappingProxyType({"name": 200, "note": 500, "taxes": 50, "items": 100, "methods": 50})
"""The maximum lengths in the database: names and notes, and the codes of taxes, items and methods."""


def _unfit(settings: Settings) -> Iterator[str]:
    if len(settings.items) > MOST_ITEMS:
        yield say("The file has more than %s items.") % MOST_ITEMS
        return
    if not settings.name.strip():
        yield say('The file does not give the company’s name: write name = "…" under [company].')
    texts = [("company.name", settings.name, "name")]
    for table, named in (("taxes", settings.taxes), ("items", settings.items), ("methods", settings.methods)):
        texts += [(f"{table}.{key}", key, table) for key in named]
    for code, item in settings.items.items():
        texts += [(f"items.{code}.name", item.name, "name"), (f"items.{code}.note", item.note, "note")]
    for path, text, kind in texts:
        if not is_seen(text):
            yield say("“%(setting)s” has characters that cannot be displayed.") % {
                "setting": path[:120].encode("unicode_escape").decode()
            }
        if len(text) > LONGEST[kind]:
            yield say("“%(setting)s” is longer than %(most)s characters.") % {
                "setting": path[:120],
                "most": LONGEST[kind],
            }


def _refused(company: Company, before: Settings, after: Settings) -> Iterator[str]:
    """What saving would refuse, reported in the preview."""
    if used := used_items(company, before.items.keys() - after.items.keys()):
        yield refusal(ItemsUsed(used))
    if before.accounting.start_date != after.accounting.start_date and has_live_batch(company):
        yield refusal(StartDateFixed())
