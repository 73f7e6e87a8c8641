"""Forms that carry what they showed, so that somebody else's change meanwhile is noticed and never reverted."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as say


class SeenForm(forms.Form):
    """A form that changes only what was edited: a hidden value holds what the page showed.

    So two people who change different settings at the same time both succeed, and those who change the same one are
    told. It is judged under the company's lock, so that nothing changes between the judgment and the saving.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.conflicts: set[str] = set()
        self.touched: frozenset[str] = frozenset()
        super().__init__(*args, **kwargs)

    # What the page shows, and what was made of it

    @property
    def seen(self) -> str:
        """For the hidden field `seen`: the value shown in each field; after an error, the value shown originally."""
        before = self._seen() if self.is_bound else {}
        now = {name: self._now(name) for name in self._watched()}
        kept = {name: value for name, value in before.items() if name in now and name not in self.conflicts}
        return json.dumps({**now, **kept})

    def _watched(self) -> Iterator[str]:
        """The fields of which each is one setting."""
        for name, field in self.fields.items():
            if not field.disabled:
                yield name

    def _seen(self) -> dict[str, Any]:
        try:
            found = json.loads(self.data.get("seen", ""))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _now(self, name: str) -> str:
        field = self.fields[name]
        return plain(field.prepare_value(self.get_initial_for_field(field, name)))

    def _typed(self, name: str) -> str:
        return plain(self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def _is_sent(self, name: str, seen: Mapping[str, Any]) -> bool:
        """An unticked checkbox is not sent; `seen` tells that it was shown."""
        is_box = isinstance(self.fields[name], forms.BooleanField | forms.MultipleChoiceField)
        return self.add_prefix(name) in self.data or (is_box and name in seen)

    def _find_touched(self) -> Iterator[str]:
        """Reports somebody else's change as an error only if this person changed the same setting to another value."""
        seen = self._seen()
        for name in self._watched():
            if not self._is_sent(name, seen):
                continue
            now, typed = self._now(name), self._typed(name)
            before = seen.get(name, now)
            if typed != before:
                yield name
                if now not in (before, typed):
                    self._note_conflict(name, now)

    def _is_gone(self, name: str, before: object) -> bool:
        """Whether somebody edited a field that no longer exists, such as an account of a removed tax."""
        return name not in self.fields and self.data.get(self.add_prefix(name), before) != before

    def _note_conflict(self, name: str, now: str) -> None:
        self.conflicts.add(name)
        if isinstance(self.fields[name], forms.BooleanField):
            text = say("Meanwhile somebody changed this. Save again to keep yours.")
        elif now:
            choices = dict(getattr(self.fields[name], "choices", ()))
            words = say("Meanwhile somebody changed this to “%s”. Save again to keep yours, or type theirs.")
            text = words % choices.get(now, now)
        else:
            text = say("Meanwhile somebody emptied this. Save again to keep yours.")
        self.add_error(name, text)

    def clean(self) -> dict[str, Any]:
        self.touched = frozenset(self._find_touched())
        if any(self._is_gone(name, before) for name, before in self._seen().items()):
            self.add_error(None, say("Meanwhile somebody removed what you changed. Check the page as it is now."))
        return super().clean() or self.cleaned_data

    def chosen(self, name: str) -> Any:
        """The new value of an edited field; None for an unedited one."""
        return self.cleaned_data.get(name) if name in self.touched else None


def plain(value: Any) -> str:
    """A value as a field sends it; empty for an unticked checkbox."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list | tuple | frozenset):
        return ",".join(sorted(map(str, value)))
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value).strip()
