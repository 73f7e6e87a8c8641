"""`ecriture layouts`, and the targets that `--to` names."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ecriture.cli.speech import Speech, argument, tell
from ecriture.cli.usage import WrongUsage
from ecriture.speech.language import N_
from ecriture.targets.registry import OWN_LAYOUT, Target, layout_names
from ecriture.targets.registry import target as target_of
from ecriture.transfer import OwnTarget, own_target


def named_target(name: str) -> OwnTarget:
    """The target that `--to` names, if it is given: one of ours, or `layout:FILE`. Raises OSError where that cannot be read."""
    if not name:
        return OwnTarget()
    return own_target(name) if name.startswith(OWN_LAYOUT) else OwnTarget(target_of(name))


def layouts(name: str | None, speech: Speech) -> int:
    """Lists the shipped layouts, or prints the TOML of one."""
    from ecriture.targets.layout import shipped, shipped_bytes  # noqa: PLC0415 - not for a conversion without a layout

    if name is None:
        width = max(map(len, layout_names()))
        for its in layout_names():
            found = shipped(its).layout
            doubt = speech("to be confirmed in your program") if found.to_confirm else ""
            tell(f"{its.ljust(width)}  {found.name}{f' ({doubt})' if doubt else ''}")
        return 0
    if name not in layout_names():
        known = ", ".join(layout_names())
        raise WrongUsage(speech("There is no layout {name}. Known: {known}.", name=argument(name), known=known))
    sys.stdout.write(shipped_bytes(name).decode())
    return 0


def next_steps(target: Target, file: Path, speech: Speech) -> str:
    """What a person does with a file that was written."""
    if own := target.steps_in(speech.language):
        return " ".join(_of_layout(target, own, file, speech))
    if target.name in NEXT_STEPS:
        return speech(NEXT_STEPS[target.name], file=file)
    return speech(
        "Next: import {file} in {program}. If this layout is new, try it with the file of one cent first (ecriture probe).",
        file=file,
        program=target.title or target.name,
    )


def _of_layout(target: Target, steps: Iterable[str], file: Path, speech: Speech) -> Iterator[str]:
    yield speech("Next, in {program}:", program=target.title or target.name)
    yield from (step.replace("{file}", str(file)) for step in steps)
    if target.messages:
        yield speech("“ecriture glimport” explains the messages.")
    if target.to_confirm:
        yield speech(
            "The form of the file is to be confirmed in your program: import the file of one cent first (ecriture probe)."
        )


NEXT_STEPS: Mapping[str, str] = {
    "sage50-ca": N_(
        "Next, in Sage 50: make a backup; File → Import/Export → Import General Journal Entries; "
        "choose this file. Sage imports all of it or nothing."
    ),
    "hledger": N_("Next: hledger -f {file} balance"),
    "beancount": N_("Next: bean-check {file}"),
    "csv": N_("Next: open {file} in a spreadsheet, or import it in your program."),
    "xlsx": N_("Next: open {file} in Excel."),
    "json": N_("Next: give {file} to your program."),
}
