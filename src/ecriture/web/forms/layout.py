"""The form of a file layout: its fields are those of the layout's own model, and it makes the layout that they say.

What is wrong with that layout, the reader of layouts says, of all of it at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.targets.layout.layout_file import WIDEST
from ecriture.targets.layout.model import DECIMALS, DELIMITERS, Column, Kind, Layout, Row
from ecriture.web.layout_words import CHOICES, DATES, FIELDS, PARTS, ROWS, SETTINGS, SIGNS

LONGEST = 200
MOST_COLUMNS = 60
OF_SIGNS = {"delimiter": DELIMITERS, "decimal": DECIMALS}
"""Texts that are one of a few signs."""


class ColumnShown(NamedTuple):
    """A column of the file with its fields."""

    name: str
    fields: Sequence[BoundField]


class RowShown(NamedTuple):
    """A line of the file."""

    title: str
    columns: Sequence[ColumnShown]


class LayoutForm(forms.Form):
    """A layout beside a sample of the file."""

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.layout = layout
        self._kinds = get_type_hints(Layout)
        for name in SETTINGS:
            self.fields[name] = self._field(name)
            self.initial[name] = getattr(layout, name)
        for place in _places(layout):
            for part, field in place.fields():
                self.fields[place.name_of(part)] = field

    def _field(self, name: str) -> forms.Field:
        """A field by the type that the model gives a setting."""
        kind, label = self._kinds[name], SETTINGS[name]
        is_optional = isinstance(kind, UnionType) and NoneType in get_args(kind)
        if is_optional:
            kind = next(it for it in get_args(kind) if it is not NoneType)
        if kind is bool:
            return forms.BooleanField(required=False, label=label)
        if kind is int:
            return forms.IntegerField(required=False, label=label, min_value=1)
        if _is_enum(kind):
            none = [("", "–")] if is_optional else []
            return forms.ChoiceField(
                required=not is_optional, label=label, choices=[*none, *((it.value, CHOICES[it]) for it in kind)]
            )
        if name in OF_SIGNS:
            return forms.ChoiceField(label=label, choices=[(it, SIGNS[it]) for it in OF_SIGNS[name]])
        field = forms.CharField(required=False, label=label, max_length=LONGEST)
        if name == "date":
            field.help_text = _("%(signs)s, in the order of your program.") % {
                "signs": "%Y = 2026 · %y = 26 · %m = 01 · %d = 31"
            }
            field.widget = forms.TextInput({"list": "dates", "autocomplete": "off"})
        return field

    dates = DATES

    @property
    def of_file(self) -> list[BoundField]:
        """The settings of the whole file that are no boxes."""
        return [self[name] for name in SETTINGS if not isinstance(self.fields[name], forms.BooleanField)]

    @property
    def boxes(self) -> list[BoundField]:
        return [self[name] for name in SETTINGS if isinstance(self.fields[name], forms.BooleanField)]

    @property
    def rows(self) -> list[RowShown]:
        """The lines of the file, each with its columns."""
        found: dict[str, list[ColumnShown]] = {}
        for place in _places(self.layout):
            its = [self[place.name_of(part)] for part in place.parts]
            found.setdefault(place.row, []).append(ColumnShown(place.title, its))
        return [RowShown(self._title(row), columns) for row, columns in found.items()]

    def _title(self, row: str) -> str:
        """Where a line stands in the file; of several of a kind its number too."""
        kind, _dot, at = row.partition(".")
        title = str(ROWS[kind])
        return f"{title} · {int(at) + 1}" if at and len(getattr(self.layout, kind)) > 1 else title

    def change(self) -> Layout:
        """The layout with the answers."""
        given: dict[str, Any] = {name: self._answer(name) for name in SETTINGS}
        placed: dict[str, list[tuple[tuple[int, int, int], Column]]] = {}
        for it in _places(self.layout):
            answers = {part: self.cleaned_data[it.name_of(part)] for part in it.parts}
            asked = int(answers.pop("place", it.at + 1))
            # Who moved to a place from behind comes before who was there, who came from before comes after.
            order = asked, (asked > it.at + 1) - (asked < it.at + 1), it.at
            placed.setdefault(it.row, []).append((order, replace(it.column, **answers)))

        def changed(name: str, row: Row) -> Row:
            """Its columns in their new order; those that the page did not show come last, as they were."""
            shown = [column for _order, column in sorted(placed.get(name, ()), key=itemgetter(0))]
            return (*shown, *row[len(shown) :])

        for kind in ("file_head", "entry_head", "entry_foot"):
            its_rows = enumerate(getattr(self.layout, kind))
            given[kind] = tuple(changed(f"{kind}.{at}", row) for at, row in its_rows)
        return replace(self.layout, **given, columns=changed("columns", self.layout.columns))

    def _answer(self, name: str) -> Any:
        """An answer as the model has it."""
        value, kind = self.cleaned_data[name], self._kinds[name]
        enum = next((it for it in get_args(kind) or (kind,) if _is_enum(it)), None)
        return (enum(value) if value else None) if enum else value


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of a layout: of which line, `columns` or `entry_head.0`, and the how-manieth of how many it is."""

    layout: Layout
    row: str
    at: int
    column: Column
    count: int

    def name_of(self, part: str) -> str:
        return f"{self.row}.{self.at}.{part}"

    @property
    def title(self) -> str:
        """What it holds; a constant by its text."""
        holds, value = str(FIELDS[self.column.field]), self.column.value.strip()
        return say("%(owner)s: %(part)s") % {"owner": holds, "part": value} if value else holds

    @property
    def parts(self) -> list[str]:
        """What of it is a field: what its line and its kind give a meaning to."""
        field, width = self.column.field, self.column.width
        found = {
            "place": self.count > 1,
            "width": field not in _OF_KNOWN_WIDTH or width is not None,
            "value": field == "constant",
            "debit": field == "side",
            "credit": field == "side",
            "title": self.layout.kind is Kind.DELIMITED and self.row == "columns",
        }
        return [part for part, is_shown in found.items() if is_shown]

    def fields(self) -> Iterator[tuple[str, forms.Field]]:
        is_needed = self.layout.kind is Kind.FIXED and self.column.field not in _OF_KNOWN_WIDTH
        for part in self.parts:
            if part == "place":
                yield (
                    part,
                    forms.IntegerField(label=PARTS[part], initial=self.at + 1, min_value=1, max_value=MOST_COLUMNS),
                )
            elif part == "width":
                width = self.column.width
                yield (
                    part,
                    forms.IntegerField(
                        required=is_needed, label=PARTS[part], initial=width, min_value=1, max_value=WIDEST
                    ),
                )
            else:
                text = getattr(self.column, part)
                yield (
                    part,
                    forms.CharField(required=False, label=PARTS[part], initial=text, max_length=LONGEST, strip=False),
                )


_OF_KNOWN_WIDTH = ("constant", "date")


def _places(layout: Layout) -> Iterator[_Place]:
    """The columns in the order of the file; of more than a page can show, the first."""
    rows: list[tuple[str, Row]] = []
    for name in ROWS:
        found = getattr(layout, name)
        rows += [(name, found)] if name == "columns" else [(f"{name}.{at}", row) for at, row in enumerate(found)]
    every = (_Place(layout, name, at, column, len(row)) for name, row in rows for at, column in enumerate(row))
    return islice(every, MOST_COLUMNS)
