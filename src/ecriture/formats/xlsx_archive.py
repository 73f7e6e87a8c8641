"""The archive that an XLSX file is: packed the same way every time, and looked at before a reader gets it."""

import io
import re
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

MOST_BYTES = 100 * 2**20
MOST_COLUMNS = 26
MOST_ROWS = 100_000

# The first day that a zip archive can name.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLACE = re.compile("([A-Z]?)([0-9]{1,7})")


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of some parts: the same bytes for the same parts, on any day and computer.

    It is not compressed, because different versions of zlib compress to different bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _NO_TIME)
            part.create_system = 0
            archive.writestr(part, content)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of an archive that was just written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def harmless(data: bytes) -> bytes:
    """The same workbook, packed anew from parts that were looked at. Raises ValueError, or what zipfile and expat raise.

    calamine reserves memory for the whole rectangle that the cells span, and aborts the process when there is not
    enough: a file with two cells, A1 and XFD1048576, is enough. So the places of all cells are bounded here.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith((".xml", ".rels"))]
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise ValueError("the workbook is too large")
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
            raise ValueError("the workbook is packed in an unusual way")
        parts = {info.filename: archive.read(info) for info in infos}
    if "xl/workbook.xml" not in parts:
        raise ValueError("no workbook")
    for content in parts.values():
        _look_at(content)
    return packed(parts)


def _look_at(content: bytes) -> None:
    """Raises ValueError when a row or cell of an XML part is out of bounds, or when it defines entities of its own."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _element
    parser.StartDoctypeDeclHandler = _doctype
    parser.Parse(content, True)  # noqa: FBT003 - expat's own signature


def _element(name: str, attributes: Mapping[str, str]) -> None:
    if name.rpartition(":")[2] in ("c", "row") and "r" in attributes:
        place = _PLACE.fullmatch(attributes["r"])
        if place is None or int(place[2]) > MOST_ROWS:
            raise ValueError(f"a cell out of bounds: {attributes['r'][:20]}")


def _doctype(*_: object) -> None:
    raise ValueError("an XML part with a document type")
