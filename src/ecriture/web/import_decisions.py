"""What a person decides of a file's documents is kept in the mapping by which the file is read, and stands there for good."""

from django.http import QueryDict
from django.utils.translation import gettext as say

from ecriture.store.mappings import mappings_of, own_mappings, put_mapping
from ecriture.store.models import Company, Mapping, Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of
from ecriture.store.settings import settings_of
from ecriture.web.forms.decisions import DecisionsForm
from ecriture.web.import_preview import Preview
from ecriture.web.mapping_text import LONGEST_TOML, written


class Deciding:
    """The questions of a preview, and the mapping as it was when they were asked."""

    def __init__(self, company: Company, preview: Preview, given: QueryDict | None = None) -> None:
        self._company, self._mapping = company, preview.mapping
        self.form = DecisionsForm(preview.undecided, settings_of(company, items=False), given)
        self.seen = mark_of(next((it.toml for it in own_mappings(company) if it.name == preview.mapping), ""))
        self.fault = ""
        self._given = given

    def keep(self, by: Membership) -> Mapping | None:
        """The company's mapping with the answers; None where something is wrong with them, which the form then says."""
        mapping = next((it for it in mappings_of(self._company) if it.name == self._mapping), None)
        if self._given is None or not self.form.is_valid() or mapping is None:
            return None
        decided = self.form.decided(mapping)
        if decided == mapping:
            self.fault = say("Decide at least one.")
            return None
        made = written(decided)
        if made.faults or len(made.toml) > LONGEST_TOML:
            self.fault = say("The mapping cannot keep so many decisions. Decide for all alike, or correct the file.")
            return None
        try:
            return put_mapping(self._company, mapping.name, made.toml, by=by, seen=self._given.get("mark", ""))
        except ChangedMeanwhile:
            self.fault = say("Somebody changed the mapping just now. Look at what the file does now, and decide again.")
            return None
