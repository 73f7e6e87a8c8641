"""Fields for amounts, quantities and prices, read as those of files are: exactly, or refused."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say

from ecriture.core.amounts import AMBIGUOUS, AmountReader, show_number
from ecriture.web.words import language

LONGEST = 30
MOST_CENTS = 10**11 - 1
"""A billion dollars less a cent: a slip of the keyboard is larger."""
_BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009")
_FIGURE = re.compile(r"(-?)([0-9]{1,9})(?:[.,]([0-9]{1,4}))?")
_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")


class _Figures(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": LONGEST, "widget": widget, **kwargs})


class AmountField(_Figures):
    """An amount in dollars, as cents; None where it is empty. Below zero only where `signed`."""

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.signed = signed

    def prepare_value(self, value: Any) -> Any:
        return show_number(value, language()) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        read = AmountReader(currency="CAD")[text]
        if not isinstance(read, int):
            raise ValidationError(_ambiguous(text) if read.code == AMBIGUOUS else _no_amount(text))
        if abs(read) > MOST_CENTS:
            raise ValidationError(say("“%s” is too large. Check it.") % text)
        if read < 0 and not self.signed:
            raise ValidationError(say("“%s” is below zero. Write it without a minus sign.") % text)
        return read


class FigureField(_Figures):
    """A quantity or a price of at most four decimals; None where it is empty."""

    def prepare_value(self, value: Any) -> Any:
        """As people write it in the language: 9,95."""
        is_plain = isinstance(value, str) and language() == "fr" and re.fullmatch(r"-?[0-9]+\.[0-9]+", value)
        return value.replace(".", ",") if is_plain else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        plain = text.replace("$", "").translate(_BLANKS)
        if _AMBIGUOUS.fullmatch(plain):
            raise ValidationError(_ambiguous(text))
        if found := _FIGURE.fullmatch(plain):
            return Decimal(f"{found[1]}{found[2]}.{found[3] or '0'}")
        read = AmountReader()[text]
        if isinstance(read, int) and abs(read) <= MOST_CENTS:
            return Decimal(read) / 100
        raise ValidationError(_no_amount(text))


def figure_text(figure: Decimal) -> str:
    """In its shortest plain form: 9.95, 12."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def price_text(figure: Decimal) -> str:
    """With two decimals at least: 100.00, 0.0125."""
    whole, _point, decimals = figure_text(figure).partition(".")
    return f"{whole}.{decimals:0<2}"


def _ambiguous(text: str) -> str:
    return say("“%s” can be read in two ways. Write it with two decimals.") % text


def _no_amount(text: str) -> str:
    return say("“%s” is not an amount. Write it like 1234.50.") % text
