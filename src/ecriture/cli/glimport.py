"""`ecriture glimport`: Acomba's messages in GLimport.err, and which documents they are about."""

from collections.abc import Iterable
from pathlib import Path

from ecriture.cli.batches import Batches
from ecriture.cli.speech import Speech, tell
from ecriture.core.batches import BatchPosting, NoSuchBatch
from ecriture.memory.state import open_state
from ecriture.sources.glimport import Found, Meaning, Meanings, Message, read_messages
from ecriture.speech.language import N_

UNITS_SHOWN = 10


def glimport(file: Path, state: Path, number: int | None, speech: Speech) -> int:
    """Prints each message with the documents that it is about, and returns 0. Raises OSError, NoSuchBatch."""
    messages = read_messages(file.read_bytes())
    with open_state(state) as batches:
        made = [batch.number for batch in batches.batches()]
        chosen = number or max(made, default=0)
        if chosen not in made:
            raise NoSuchBatch(chosen)
        _say(messages, batches, chosen, speech)
    return 0


def _say(messages: Iterable[Message], batches: Batches, number: int, speech: Speech) -> None:
    messages = tuple(messages)
    if not messages:
        tell(speech("There is no message in this file."))
        return
    tell(speech("Acomba's messages, beside batch {number}:", number=number))
    sources = [entry.source for entry in batches.entries(number)]
    meanings = Meanings(batches.content(number), sources)
    postings = tuple(batches.listing(number))
    for message in messages:
        tell("")
        if message.older:
            tell(speech("Of an earlier import ({file}):", file=message.file or "-"))
        tell(f"  {message.text}")
        found = meanings.of(message)
        if message.is_short_entry:
            tell(f"  → {speech(SHORT_ENTRY)}")
        tell(f"  → {_about(found, sources, postings, speech)}")
    tell("")
    tell(speech(WARNING))


def _about(found: Meaning, sources: list[str], postings: Iterable[BatchPosting], speech: Speech) -> str:
    if found.found is Found.NOTHING:
        return speech(ABOUT[found.found])
    units: dict[str, None] = {}
    for it in postings:
        if it.entry in found.entries and (not found.account or it.account == found.account):
            units[it.unit.number] = None
    shown = ", ".join([*units][:UNITS_SHOWN])
    if len(units) > UNITS_SHOWN:
        shown = speech("{units} and {count} others", units=shown, count=len(units) - UNITS_SHOWN)
    named = ", ".join(sources[entry - 1] for entry in found.entries[:UNITS_SHOWN])
    return speech(ABOUT[found.found], entries=named, account=found.account, units=shown or "-")


ABOUT = {
    Found.SOURCE: N_("It names {entries}. Documents and payments in it: {units}."),
    Found.LINE: N_("It repeats a line of {entries}. Documents and payments in it: {units}."),
    Found.ACCOUNT: N_("It names account {account}, which is in {entries}. Documents and payments on it: {units}."),
    Found.NOTHING: N_("It repeats nothing of this batch's file: it is about the whole file, or another one."),
}

SHORT_ENTRY = N_(
    "The line that begins an entry is shorter than your Acomba expects: its layout is another one."
    " Compare it with your Acomba's documentation, and use a layout of your own (ecriture layouts acomba)."
)
WARNING = N_(
    "Acomba adds to this file: messages of earlier imports may still be in it. Delete it before you import again."
    " The wording of these messages is not public, so what is said below them comes from what they repeat of the file."
)
