"""The provinces and territories of Canada, and the sales taxes that a business there charges, with their dated rates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.taxes import Rate, Tax


class Province(NamedTuple):
    """A province or territory, its name in both languages, and its taxes, which have no accounts yet."""

    code: str
    name: str
    name_fr: str
    taxes: tuple[Tax, ...]

    def named(self, language: str) -> str:
        return self.name_fr if language == "fr" else self.name


def _tax(code: str, *rates: tuple[str, str]) -> Tax:
    return Tax(code, rates=tuple(Rate(date.fromisoformat(since), Decimal(percent)) for since, percent in rates))


# From the Canada Revenue Agency's and the provinces' own tables. A document from before a first date is not compared:
# the QST was until the end of 2012 a tax on the price with GST, and British Columbia had the HST until March 2013.
_GST = _tax("GST", ("2008-01-01", "5"))
_QST = _tax("QST", ("2013-01-01", "9.975"))
_HST_ON = _tax("HST", ("2010-07-01", "13"))
_HST_NB_NL = _tax("HST", ("2008-01-01", "13"), ("2016-07-01", "15"))
_HST_NS = _tax("HST", ("2010-07-01", "15"), ("2025-04-01", "14"))
_HST_PE = _tax("HST", ("2013-04-01", "14"), ("2016-10-01", "15"))
_PST_BC = _tax("PST", ("2013-04-01", "7"))
_PST_SK = _tax("PST", ("2006-10-28", "5"), ("2017-03-23", "6"))
_RST_MB = _tax("RST", ("2013-07-01", "8"), ("2019-07-01", "7"))

_ALL = (
    Province("QC", "Quebec", "Québec", (_GST, _QST)),
    Province("ON", "Ontario", "Ontario", (_HST_ON,)),
    Province("AB", "Alberta", "Alberta", (_GST,)),
    Province("BC", "British Columbia", "Colombie-Britannique", (_GST, _PST_BC)),
    Province("MB", "Manitoba", "Manitoba", (_GST, _RST_MB)),
    Province("NB", "New Brunswick", "Nouveau-Brunswick", (_HST_NB_NL,)),
    Province("NL", "Newfoundland and Labrador", "Terre-Neuve-et-Labrador", (_HST_NB_NL,)),
    Province("NS", "Nova Scotia", "Nouvelle-Écosse", (_HST_NS,)),
    Province("NT", "Northwest Territories", "Territoires du Nord-Ouest", (_GST,)),
    Province("NU", "Nunavut", "Nunavut", (_GST,)),
    Province("PE", "Prince Edward Island", "Île-du-Prince-Édouard", (_HST_PE,)),
    Province("SK", "Saskatchewan", "Saskatchewan", (_GST, _PST_SK)),
    Province("YT", "Yukon", "Yukon", (_GST,)),
)

PROVINCES: Mapping[str, Province] = MappingProxyType({province.code: province for province in _ALL})
"""All thirteen by postal code, in the order of a choice list."""

_FRENCH: Mapping[str, str] = MappingProxyType({"GST": "TPS", "QST": "TVQ", "HST": "TVH", "PST": "TVP", "RST": "TVD"})


def tax_name(code: str, language: str) -> str:
    """The name of a tax in a language: GST is « TPS ». Any other tax is called by its code."""
    return _FRENCH.get(code, code) if language == "fr" else code


def authority(code: str) -> str:
    """To whom a tax is remitted, as a word to compare; empty for a tax of a name of its own.

    GST and HST are one return, also as two taxes with their own rates (HST13, HST15). The sales taxes of two provinces
    are two, so PST-BC and PST-SK are told apart.
    """
    name = code.casefold()
    word = next((known for known in _AUTHORITIES if name.startswith(known)), "")
    return _AUTHORITIES.get(word, "") or (word and name)


_AUTHORITIES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("gst", "tps", "hst", "tvh"), "canada"),
        **dict.fromkeys(("qst", "tvq"), "quebec"),
        **dict.fromkeys(("pst", "tvp", "rst", "tvd"), ""),
    }
)


def taxes_of(code: str) -> tuple[Tax, ...]:
    """The taxes of a province, federal first. Raises KeyError for a code that is not in `PROVINCES`."""
    return PROVINCES[code].taxes
