"""The film of the guide: its files, its captions and the texts that are made of them. Nothing is recorded here."""

import csv
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tour import story
from tour.files import BOREAL, CHANGED, files
from tour.pictures import NAMES, WIDTH
from tour.reel import RATE, Reel, least_ticks
from tour.table import CAPTIONS, CHAPTERS, CHARACTERS_A_SECOND, LANGUAGES, LINES, LONGEST_LINE, Caption, lines
from tour.texts import PLACE, ROOT, page

MOST_BYTES = 5_000_000
MOST_BYTES_OF_A_PICTURE = 120_000
SHORTEST, LONGEST = 150, 210
"""Seconds of a film."""

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_caption = pytest.mark.parametrize("caption", CAPTIONS, ids=[it.name for it in CAPTIONS])


class Cue(NamedTuple):
    start: float
    end: float
    text: str


def seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def cues(language: str) -> list[Cue]:
    """The text track, read without what wrote it."""
    head, *blocks = (PLACE / f"{language}.vtt").read_text("utf-8").strip().split("\n\n")
    assert head == "WEBVTT"
    found = []
    for block in blocks:
        times, *said = block.split("\n")
        start, end = times.split(" --> ")
        found.append(Cue(seconds(start), seconds(end), " ".join(said)))
    return found


def chapters() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((PLACE / "chapters.json").read_text("utf-8"))
    return found


# The table


@every_caption
@in_both_languages
def test_a_caption_fits_its_lines(caption: Caption, language: str) -> None:
    shown = lines(caption.words.of(language))
    assert 1 <= len(shown) <= LINES
    assert all(0 < len(line) <= LONGEST_LINE for line in shown)
    assert " ".join(shown) == caption.words.of(language)


@every_caption
def test_a_caption_is_in_both_languages_and_typed_as_each_is(caption: Caption) -> None:
    english, french = caption.words
    assert english != french
    assert re.search(r"[^\N{NO-BREAK SPACE}]:|[ \N{NO-BREAK SPACE}][;?!]|'| \N{NO-BREAK SPACE}", french) is None
    assert not re.search(r"[ \N{NO-BREAK SPACE}][:;?!]|'", english)


def test_every_caption_has_a_name_of_its_own() -> None:
    assert len({it.name for it in CAPTIONS}) == len(CAPTIONS)


# The text track


@in_both_languages
def test_the_text_track_is_the_table(language: str) -> None:
    assert [it.text for it in cues(language)] == [it.words.of(language) for it in CAPTIONS]


@in_both_languages
def test_captions_follow_one_another_and_can_be_read(language: str) -> None:
    found, before = cues(language), 0.0
    for cue in found:
        assert cue.start == pytest.approx(before, abs=0.001)
        assert len(cue.text) / (cue.end - cue.start) <= CHARACTERS_A_SECOND, cue.text
        before = cue.end


# The chapters, and the page of the docs


@in_both_languages
def test_every_chapter_is_a_page_and_begins_with_its_first_caption(language: str) -> None:
    starts = {cue.text: cue.start for cue in cues(language)}
    for chapter, found in zip(CHAPTERS, chapters(), strict=True):
        assert set(found) == {"page", "title", "start"}
        assert found["page"] == chapter.page
        assert (ROOT / "docs" / language / f"{found['page']}.md").is_file()
        assert found["title"][language] == chapter.title.of(language)
        assert found["start"][language] == pytest.approx(starts[chapter.captions[0].words.of(language)], abs=0.01)


@in_both_languages
def test_the_page_under_the_film_says_what_its_captions_say(language: str) -> None:
    assert (ROOT / "docs" / language / "tour.md").read_text("utf-8") == page(chapters(), language), (
        "python -m tour texts"
    )


# The film


def boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a part of an MP4 file (ISO/IEC 14496-12): name, beginning and end of what each holds."""
    while start < end:
        size, name = struct.unpack_from(">I4s", content, start)
        assert size >= 8, "the film is not whole"
        yield name, start + 8, start + size
        start += size


def box(content: bytes, *path: bytes) -> tuple[int, int]:
    start, end = 0, len(content)
    for name in path:
        start, end = next((first, last) for it, first, last in boxes(content, start, end) if it == name)
    return start, end


@in_both_languages
def test_the_film_is_there_and_as_long_as_its_captions(language: str) -> None:
    content = (PLACE / f"{language}.mp4").read_bytes()
    assert len(content) < MOST_BYTES
    start, end = box(content, b"moov", b"mvhd")
    scale, duration = struct.unpack_from(">II", content, start + 12)  # after version, flags and two times
    assert duration / scale == pytest.approx(cues(language)[-1].end, abs=2 / RATE)
    assert SHORTEST <= duration / scale <= LONGEST
    start, end = box(content, b"moov")
    assert [name for name, _, _ in boxes(content, start, end)].count(b"trak") == 1  # no sound
    start, end = box(content, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    assert content[start + 12 : start + 16] == b"avc1"
    assert struct.unpack_from(">HH", content, start + 40) == (1280, 720)


@in_both_languages
def test_the_film_can_begin_before_all_of_it_came(language: str) -> None:
    content = (PLACE / f"{language}.mp4").read_bytes()
    names = [name for name, _, _ in boxes(content, 0, len(content))]
    assert names.index(b"moov") < names.index(b"mdat")


# The pictures


@in_both_languages
def test_the_pictures_of_the_guide_are_there(language: str) -> None:
    folder = ROOT / "docs" / language / "images"
    assert {it.name for it in folder.iterdir()} == {f"{name}.png" for name in NAMES}
    for file in folder.iterdir():
        content = file.read_bytes()
        assert len(content) < MOST_BYTES_OF_A_PICTURE, file.name
        assert content.startswith(b"\x89PNG")
        assert abs(struct.unpack_from(">I", content, 16)[0] - WIDTH) <= 20, file.name


@in_both_languages
def test_every_picture_is_shown_and_in_no_page_twice(language: str) -> None:
    pages = [it.read_text("utf-8") for it in (ROOT / "docs" / language).glob("*.md")]
    shown = [re.findall(r"!\[[^\]]+\]\(images/([\w-]+)\.png\)", page) for page in pages]
    assert {name for names in shown for name in names} == {*NAMES}
    assert [names for names in shown if len(names) > len({*names})] == []


# What the film imports, and its story


def table(file: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(file.read_text("utf-8").splitlines())]


@in_both_languages
def test_the_invoices_of_the_film_are_those_of_the_example(tmp_path: Path, language: str) -> None:
    made = files(tmp_path, language)
    before, after, example = (table(it) for it in (made.sales, made.changed, BOREAL / "documents.csv"))
    totals = {it["document"]: it["total"] for it in example if it["type"] == "invoice"}
    [number, *_] = before[0]
    assert {it[number]: it["Total"] for it in before} == {**totals, "F-1007": "74.01"}  # without the cent of the till
    [(old, new)] = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert (old[number], old["Total"], new["Total"]) == (CHANGED, "172.46", "160.97")  # as a caption says
    assert made.chart.read_text("cp1252").count("\n") == 21


def test_the_story_has_the_chapters_of_the_table() -> None:
    assert len(story.CHAPTERS) == len(CHAPTERS)


# The reel


def test_a_reel_counts_time_and_leaves_captions_until_they_are_read(tmp_path: Path) -> None:
    reel = Reel(tmp_path, "en")
    first, second = CAPTIONS[:2]
    reel.says(first.name)
    reel.put(b"one", 5)
    reel.put(b"one", 5)  # the same picture goes on
    reel.says(second.name)
    reel.put(b"two", 2)
    [cue] = reel.cues
    assert (cue.start, cue.end) == (0, least_ticks(first.words.en))
    assert reel.frames == [("00000.png", cue.end), ("00001.png", 2)]
    assert reel.now == cue.end + 2


def test_a_reel_takes_captions_in_the_order_of_the_table(tmp_path: Path) -> None:
    reel = Reel(tmp_path, "en")
    with pytest.raises(ValueError, match=CAPTIONS[1].name):
        reel.says(CAPTIONS[1].name)
    reel.says(CAPTIONS[0].name)
    reel.put(b"one", 1)
    with pytest.raises(ValueError, match=CAPTIONS[1].name):
        reel.end()  # there are others to say
