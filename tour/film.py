"""From the reel to a film: the pages above, the strip of captions below, put together by Debian's ffmpeg."""

import subprocess
from collections.abc import Iterable
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

from tour.acting import FILM_SIZE, STEP, STRIP
from tour.reel import RATE, Cue, Reel
from tour.table import CHAPTERS, lines

LOOK = """
body { margin: 0; height: 80px; box-sizing: border-box; display: flex; align-items: center; gap: 28px; padding: 0 32px;
  background: #1b2227; color: #fff; font: 24px/1.26 system-ui, sans-serif; border-top: 3px solid #1b5a49; }
small { flex: none; width: 176px; font-size: 16px; line-height: 1.3; color: #a5dcc9; }
p { margin: 0; }
"""


def film(reel: Reel, browser: Browser, out: Path) -> None:
    """Writes the film: H.264 that any browser plays, without sound, its index first."""
    _strips(reel, browser)
    _list(reel.folder / "frames.txt", reel.frames)
    strips = ((f"strip-{place:02}.png", cue.end - cue.start) for place, cue in enumerate(reel.cues))
    _list(reel.folder / "strips.txt", strips)
    colour = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    rate = f"{RATE}/{STEP}"
    graph = f"[0:v]fps={rate}[page];[1:v]fps={rate}[strip];[page][strip]vstack,{colour}"
    colours = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
    coding = ("-c:v", "libx264", "-preset", "medium", "-crf", "31", "-g", str(RATE * 10), "-tune", "animation")
    files = (part for name in ("frames", "strips") for part in ("-f", "concat", "-i", f"{name}.txt"))
    ends = ("-t", str(reel.now / RATE), "-an", "-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact")
    command = (
        "ffmpeg",
        "-y",
        "-v",
        "error",
        *files,
        "-filter_complex",
        graph,
        *coding,
        *colours,
        *ends,
        str(out.resolve()),
    )
    subprocess.run(command, cwd=reel.folder, check=True)  # noqa: S603 - Debian's, with our own files


def _list(file: Path, pictures: Iterable[tuple[str, int]]) -> None:
    """What ffmpeg puts together. The last picture is named twice, since the time of a last one is not read."""
    rows = [f"file '{name}'\nduration {ticks / RATE:.2f}\n" for name, ticks in pictures]
    file.write_text("ffconcat version 1.0\n" + "".join(rows) + rows[-1].partition("\n")[0] + "\n", "ascii")


def _strips(reel: Reel, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": FILM_SIZE[0], "height": STRIP})
    for place, cue in enumerate(reel.cues):
        page.set_content(_strip(cue, reel.language))
        page.screenshot(path=reel.folder / f"strip-{place:02}.png")
    page.close()


def _strip(cue: Cue, language: str) -> str:
    chapter = next(it for it in CHAPTERS if cue.caption in it.captions)
    text = "<br>".join(map(escape, lines(cue.caption.words.of(language))))
    title = escape(chapter.title.of(language))
    return f"<!doctype html><html lang={language}><style>{LOOK}</style><small>{title}</small><p>{text}</p>"
