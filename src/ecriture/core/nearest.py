"""Which code of the settings an unknown one of the files means: in other capitals or accents, or in the other language."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ecriture.core.methods import by_plain_name
from ecriture.core.methods import plain_method as plain
from ecriture.core.problems import Problem
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings


class Nearest:
    """The codes of a company's items and taxes, by any way to write them."""

    def __init__(self, settings: Settings) -> None:
        self._items = by_plain_name((code, code) for code in settings.items)
        self._taxes = by_plain_name((name, code) for code in settings.taxes for name in (code, _french(code)))

    def noted(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems; an unknown code has what was probably meant as `nearest`."""
        for problem in problems:
            nearest = self._of(problem)
            yield replace(problem, params={**problem.params, "nearest": nearest}) if nearest else problem

    def _of(self, problem: Problem) -> str:
        if problem.code == "item-unknown":
            return self._items.get(plain(str(problem.params["item"])), "")
        if problem.code == "tax-unknown":
            code = str(problem.params["setting"]).removeprefix("taxes.").removesuffix(".credit")
            return self.tax(code)
        return ""

    def tax(self, code: str) -> str:
        """The tax of the settings that is meant by a code which they do not have; empty if none is."""
        return self._taxes.get(plain(code)) or self._taxes.get(plain(_french(code)), "")


def _french(tax: str) -> str:
    return tax_name(tax.strip().upper(), "fr")
