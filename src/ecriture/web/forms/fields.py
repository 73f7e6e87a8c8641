"""Form fields for accounts, rates, dates and codes, validated by the same readers as company.toml."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as say

from ecriture.core import setting_values
from ecriture.core.accounts import Account, is_account_number
from ecriture.core.likely import Purpose
from ecriture.core.text import is_storable

Said = str | Promise
"""A translated text in the current language."""


class AccountInput(forms.TextInput):
    """An account input: a number or words, with likely accounts offered by `CompanyForm`."""

    template_name = "form/account.html"
    options_url = check_url = ""
    chosen_name = ""
    empty_name = ""
    """The description of the default while the field is empty; its number is the placeholder."""
    likely: Iterable[Account] = ()
    """The proposal beside an empty field."""
    purpose = Purpose.REVENUE
    setting = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        its = context["widget"]["attrs"]
        its["aria-describedby"] = " ".join(filter(None, (its.get("aria-describedby"), f"{its.get('id')}_name")))
        asked = f"?{urlencode({'purpose': self.purpose.value, 'setting': self.setting})}"
        return {
            **context,
            "options": f"{self.options_url}{asked}",
            "check": f"{self.check_url}{asked}",
            "chosen_name": self.chosen_name if value else self.empty_name,
            "empty_name": self.empty_name,
            "likely": self.likely,
        }


_WITH_NAME = re.compile(r"([0-9][\w-]{0,14})\s+[^\d\s]")
"""`1320 Frais payés d’avance`, as a list shows an account: the number is meant."""
LONGEST_TYPED = 200


class AccountField(forms.CharField):
    """An account for a purpose. The form, which has the chart, checks whether it can be used."""

    widget = AccountInput

    def __init__(self, *, purpose: Purpose, setting: str, **kwargs: Any) -> None:
        """`setting` is the path of what it changes (`accounts.invoice_debit`); `items.*.credit` for an item's, whichever."""
        super().__init__(**{"required": False, "max_length": LONGEST_TYPED, **kwargs})
        self.purpose = purpose
        self.setting = setting

    def gives(self, setting: str) -> bool:
        """Whether it changes a setting."""
        return fnmatchcase(setting, self.setting) if "*" in self.setting else setting == self.setting

    def clean(self, value: Any) -> str:
        number: str = super().clean(value)
        if pasted := _WITH_NAME.match(number):
            number = pasted[1]
        if number and not is_account_number(number):
            raise ValidationError(
                say("“%s” is not an account number: write 1 to 15 characters, without spaces.") % number
            )
        return number


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date, as browsers send it: 2026-01-31."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "input_formats": ["%Y-%m-%d"], **kwargs})

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(say("“%s” is not a date. Write it like 2026-01-31.") % value) from None


class PercentField(forms.CharField):
    """A rate in percent, with a comma or a period, kept exactly as typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 14, **kwargs})
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value).removesuffix("%").strip()
        if not text:
            return None
        found = setting_values.percent(text)
        if isinstance(found, setting_values.Invalid):
            raise ValidationError(say("“%s” is not a rate. Write it in percent, like 9.975.") % value)
        return found


INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
"""Characters that show nothing although they count as printable: fillers, joiners and selectors of variants."""


def is_seen(text: str) -> bool:
    """Whether a text shows all that it is made of: no direction marks, and nothing invisible that makes two names alike."""
    return not isinstance(setting_values.text(text), setting_values.Invalid) and not INVISIBLE & set(text)


class NameField(forms.CharField):
    """A name or code that people give to something: one line of text that shows all its characters."""

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if not is_seen(name):
            raise ValidationError(
                say("“%s” has characters that cannot be seen. Type it again.") % printed(name.strip())
            )
        return name


class TextArea(forms.CharField):
    """A few lines of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea({"rows": 3}), **kwargs})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        lines = [line.strip() for line in text.splitlines()]
        if not is_storable(text) or not all(line.isprintable() or not line for line in map(_plain_blanks, lines)):
            raise ValidationError(say("The text has a character that cannot be printed. Type it again."))
        return "\n".join(lines).strip()


def _plain_blanks(line: str) -> str:
    return line.replace("\u00a0", " ").replace("\u202f", " ")


def printed(text: str) -> str:
    """A text without what cannot be seen, to show it in a message."""
    return "".join(letter for letter in text if is_seen(letter))


class ExampleLine(NamedTuple):
    """A line of an example: its label and its amount."""

    comment: str
    cents: int


class Card(NamedTuple):
    """A choice: its name, its effect, and the lines that it produces."""

    label: Said
    hint: Said = ""
    example: tuple[ExampleLine, ...] = ()


class CardInput(forms.RadioSelect):
    """Radio buttons as cards."""

    template_name = "form/choices.html"
    cards: Mapping[str, Card]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "card": self.cards[str(value)]}


class CardField(forms.ChoiceField):
    """A choice of cards, valued by the words of company.toml."""

    widget = CardInput

    def __init__(self, *, cards: Mapping[Any, Card], **kwargs: Any) -> None:
        super().__init__(choices=[(str(value), card.label) for value, card in cards.items()], **kwargs)
        self.put(cards)

    def put(self, cards: Mapping[Any, Card]) -> None:
        """Replaces the cards for the same choices."""
        self.widget.cards = {str(value): card for value, card in cards.items()}
