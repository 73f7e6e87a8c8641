"""Build hook: what a wheel carries that is not in the package as it is: compiled message catalogues, and folders that
the package has links to."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LINKED = {
    "docs/en": "ecriture/web/guide/en",
    "docs/fr": "ecriture/web/guide/fr",
    "examples/boreal": "ecriture/store/boreal",
}
"""Put in by name: on Windows a source that was unpacked has a file of a line where the link should be."""


class WheelHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":  # an editable one uses the links
            build_data["force_include"] |= {str(Path(self.root, there)): here for there, here in LINKED.items()}
        for source in Path(self.root, "src/ecriture/locale").rglob("*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))
