"""The company's accounting program, as its pages speak of it."""

from functools import cached_property

from django.utils.translation import gettext as say

from ecriture.store.layouts import target_for
from ecriture.store.models import Company
from ecriture.targets.registry import OTHER, Target, is_layout
from ecriture.web import words
from ecriture.web.words import language

SAGE, ACOMBA = "sage50-ca", "acomba"
TABLES = frozenset({"csv", "xlsx", "json"})
"""Targets that are files for a person, or another program of theirs."""


class Program:
    """A program of a company; what is asked of it is looked up only then. `layout`: another than the company's of now."""

    def __init__(self, company: Company, target: str = "", layout: str = "") -> None:
        self._company = company
        self._layout = layout
        self.key = target or company.target
        self.is_layout = is_layout(self.key)
        self.is_sage = self.key == SAGE
        self.is_acomba = self.key == ACOMBA

    @cached_property
    def target(self) -> Target:
        return target_for(self._company, self.key, self._layout)

    @cached_property
    def name(self) -> str:
        """As it stands in a sentence: `Sage 50`, `Acomba`; *your program* where only the form of its file is known."""
        if self.is_sage:
            return "Sage 50"
        if self.key in TABLES or (self.key == OTHER and not self.target.title):
            return say("your program")
        return self.target.title or str(words.TARGETS[self.key])

    def steps(self, file: str) -> list[str]:
        """What to do with a file, one act after the other; none where the program's layout says nothing."""
        return [it.replace("{file}", file) for it in self.target.steps_in(language())]

    @property
    def to_confirm(self) -> bool:
        return self.target.to_confirm

    @property
    def has_messages(self) -> bool:
        """Whether the program writes why it refuses a file where it can be read."""
        return bool(self.target.messages)
