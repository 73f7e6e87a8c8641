"""`ecriture import`: files of documents and payments into a company of the server, all of them or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ecriture.cli.company import DONE, ERRORS, for_company
from ecriture.cli.mappings import read_named
from ecriture.cli.server import refused
from ecriture.cli.speech import Speech, tell
from ecriture.core.documents import UnitKind
from ecriture.sources.books_file import BooksRead, read_books_file

if TYPE_CHECKING:
    from ecriture.store.importing import Effect
    from ecriture.store.models import Company, Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options of `import`. `company` is a name or an id."""

    company: str
    files: tuple[Path, ...]
    mapping: tuple[str, ...] = ()
    database: str = ""
    dry_run: bool = False


def bring_in(request: Request, speech: Speech) -> int:
    """Stores what the files have, or says everything that stands against it. Raises OSError for a file that cannot be read."""
    contents = [(file, file.read_bytes()) for file in request.files]
    given = [read_named(name, speech) for name in request.mapping]
    if wrong := [problem for it in given for problem in it.problems]:
        for line in speech.problems(wrong):
            tell(line, to_errors=True)
        if any(problem.stops for problem in wrong):
            return ERRORS

    def work(company: "Company") -> int:
        from ecriture.store.mappings import mappings_for  # noqa: PLC0415 - with Django
        from ecriture.store.settings import settings_of  # noqa: PLC0415
        from ecriture.web.words import setting_label  # noqa: PLC0415

        settings, named = settings_of(company), [it.mapping for it in given]
        read = _divided(
            company,
            [
                read_books_file(BytesIO(content), file.name, settings, named or mappings_for(company, BytesIO(content)))
                for file, content in contents
            ],
        )
        spoken = replace(speech, screen_name=setting_label)
        problems = [problem for it in read for problem in it.problems]
        for line in spoken.problems(problems, in_files=True):
            tell(line, to_errors=True)
        if any(problem.stops for problem in problems):
            count = sum(problem.stops for problem in problems)
            tell(speech.plural("{count} error.", "{count} errors.", count), to_errors=True)
            return refused_all(speech)
        return _stored(company, request, speech, [(*it, its) for it, its in zip(contents, read, strict=True)])

    return for_company(speech, request.company, request.database, work)


def _divided(company: "Company", files: Sequence[BooksRead]) -> list[BooksRead]:
    """The files with our numbers of known payments, and those of several documents divided, by all files and the stored."""
    from ecriture.store.comparing import known_again  # noqa: PLC0415 - with Django
    from ecriture.store.importing import divided_in  # noqa: PLC0415

    documents = {number: unit for it in files for number, unit in it.documents.units.items()}
    return [divided_in(company, known_again(company, it), documents) for it in files]


def refused_all(speech: Speech) -> int:
    tell(speech("Nothing was stored."), to_errors=True)
    return ERRORS


def _stored(
    company: "Company", request: Request, speech: Speech, files: Sequence[tuple[Path, bytes, BooksRead]]
) -> int:
    from django.db import transaction  # noqa: PLC0415 - with Django

    from ecriture.store.importing import effect_of  # noqa: PLC0415
    from ecriture.store.uploads import Kind, keep_of  # noqa: PLC0415

    with transaction.atomic():
        for file, content, read in files:
            effect = effect_of(company, read.units, read.origin)
            if against := [*_owned(effect, speech)] or [*_asked(company, file, read, speech)]:
                for text in against:
                    tell(text, to_errors=True)
                transaction.set_rollback(True)
                return refused_all(speech)
            if effect and not request.dry_run:
                upload = keep_of(company, None, Kind.BOOKS, file.name, content, shows=effect.fingerprint)
                if fault := _fault_of_storing(company, read, upload, speech):
                    transaction.set_rollback(True)
                    return refused(fault)
            tell(_said(file, effect, speech))
    if request.dry_run:
        tell(speech("Nothing was stored: this was a trial."))
    return DONE


def _fault_of_storing(company: "Company", read: BooksRead, upload: "Upload", speech: Speech) -> str:
    """Stores what a file has; or says why nothing of it is stored."""
    from ecriture.store.books import TooLarge  # noqa: PLC0415 - with Django
    from ecriture.store.importing import EffectChanged, store  # noqa: PLC0415

    try:
        store(company, read.units, origin=read.origin, by=None, upload=upload, fingerprint=upload.shows)
    except EffectChanged:
        return speech("Somebody changed the books of {company} just now. Try again.", company=company)
    except TooLarge as large:
        numbers = ", ".join(it.number for it in large.units)
        return speech("A text or an amount is larger than what can be kept: {numbers}.", numbers=numbers)
    return ""


def _said(file: Path, effect: "Effect", speech: Speech) -> str:
    text = speech(
        "{file}: {new} new, {changed} changed, {unchanged} unchanged.",
        file=file.name,
        new=len(effect.new),
        changed=len(effect.changed),
        unchanged=effect.unchanged,
    )
    if not effect.transferred:
        return text
    again = speech.plural(
        "{count} was transferred already: the next transfer has its correction.",
        "{count} were transferred already: the next transfer has their corrections.",
        len(effect.transferred),
    )
    return f"{text} {again}"


MOST_NAMED = 20


def _owned(effect: "Effect", speech: Speech) -> Iterator[str]:
    from ecriture.store.books import BY_HAND  # noqa: PLC0415 - with Django

    ours = {"": speech("a file in Écriture's own columns"), BY_HAND: speech("a page, by hand")}
    for it, origin in sorted(effect.of_others.items())[:MOST_NAMED]:
        kind = speech("document") if it.kind is UnitKind.DOCUMENT else speech("payment")
        yield speech(
            "{kind} {number} came from {origin}, and only that program replaces it. Give this program's numbers a prefix"
            " in its mapping.",
            kind=kind,
            number=it.number,
            origin=ours.get(origin, origin),
        )


def _asked(company: "Company", file: Path, read: BooksRead, speech: Speech) -> Iterator[str]:
    """The payments of which a person must say whether they are the same as stored ones."""
    from ecriture.store.comparing import same_payments  # noqa: PLC0415 - with Django

    for pair in same_payments(company, read)[:MOST_NAMED]:
        yield speech(
            "{file}: payment {number} equals {stored}, which is stored, but for its number. Import this file"
            " on the page, where you say whether it is the same.",
            file=file.name,
            number=pair.new.number,
            stored=pair.stored.number,
        )
