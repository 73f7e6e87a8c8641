"""What the values of a workbook's cells are as texts."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.escape import unescape

from ecriture.core.amounts import number_of_cell

DAY, HOURS = "day", "[h]"
"""What a number can be shown as; `""` is a plain number, anything else the unit that is shown with it: `%`, `€`, `[h]`."""
_UNIT = re.compile(r'\[\$([^-\]]*[^-\]$ ][^-\]]*)|"([^"]*[^\W\d_][^"]*)"|(?<![_*])([%€£¥])')


def kind_of_format(code: str) -> str:
    """What a number format, of at most 255 characters, shows a number as."""
    first = code[:255].partition(";")[0]
    if is_timedelta_format(first) or is_date_format(first):
        return HOURS if is_timedelta_format(first) else DAY
    return " ".join(unit[unit.lastindex or 0].split()) if (unit := _UNIT.search(first)) else ""


def day_text(value: str, epoch: datetime) -> str:
    """The day of a moment, since books know days and the hour comes from a till by accident; a time alone stays one."""
    with suppress(ArithmeticError, ValueError):
        if (days := Decimal(value)) >= 0:
            moment = timedelta(milliseconds=round(days * 86_400_000))
            return str((epoch + moment).date()) if days >= 1 else f"{moment!s:0>8}"
    return number_of_cell(value)


def text_in(element: Element) -> str:
    """The text of its pieces, without how a Japanese text is pronounced; characters may be written as their numbers."""
    for spoken in element.iter("rPh"):
        spoken.clear()
    text = "".join(it.text or "" for it in element.iter() if it.tag in ("t", "v"))
    return unescape(text).encode(errors="replace").decode().replace("\0", "?") if "_x" in text else text
