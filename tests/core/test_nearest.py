"""What an unknown code probably means."""

import pytest

from ecriture.core.nearest import Nearest
from ecriture.core.problems import Problem
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.taxes import Tax

SETTINGS = Settings(
    items=frozen_mapping({"LAWN": Item("LAWN"), "Entretien ménager": Item("Entretien ménager")}),
    taxes=frozen_mapping({"GST": Tax("GST"), "TVQ": Tax("TVQ"), "HST 13.5%": Tax("HST 13.5%")}),
)


def nearest(problem: Problem) -> object:
    (found,) = Nearest(SETTINGS).noted([problem])
    assert found.code == problem.code
    return found.params.get("nearest")


@pytest.mark.parametrize(
    ("code", "found"),
    [("lawn", "LAWN"), ("Lawn ", "LAWN"), ("ENTRETIEN MENAGER", "Entretien ménager"), ("lawns", None), ("", None)],
)
def test_an_item_in_another_case_or_without_its_accents(code: str, found: str | None) -> None:
    assert nearest(Problem("item-unknown", {"item": code})) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("TPS", "GST"),
        ("gst", "GST"),
        ("tps", "GST"),
        ("QST", "TVQ"),
        ("tvq", "TVQ"),
        ("hst 13.5 %", "HST 13.5%"),
        ("PST", None),
    ],
)
def test_a_tax_in_another_case_or_in_the_other_language(code: str, found: str | None) -> None:
    assert nearest(Problem("tax-unknown", {"setting": f"taxes.{code}.credit"})) == found


def test_other_problems_stay_as_they_are() -> None:
    problem = Problem("method-unknown", {"method": "lawn"})
    (same,) = Nearest(SETTINGS).noted([problem])
    assert same is problem
