"""The pictures of the guide: as high as a reader looks at, and in few colours, so that they are small."""

import subprocess
from pathlib import Path

WIDTH, HEIGHT, COLOURS = 1100, 760, 64
NAMES = (
    "batch",
    "chart",
    "control",
    "documents",
    "first-steps-clearing",
    "first-steps-program",
    "import-mapping",
    "invoices-settings",
    "items",
    "plan",
    "return",
    "taxes-settings",
)


def smaller(folder: Path, to: Path) -> None:
    """Writes every picture of a folder, cut at its foot and with a palette of its own."""
    to.mkdir(parents=True, exist_ok=True)
    graph = (
        f"crop=iw:min(ih\\,{HEIGHT}):0:0,split[all][some];[some]palettegen=max_colors={COLOURS}:stats_mode=full[few];"
        "[all][few]paletteuse=dither=none"
    )
    for name in NAMES:
        command = (
            "ffmpeg",
            "-y",
            "-v",
            "error",
            "-i",
            str(folder / f"{name}.png"),
            "-vf",
            graph,
            str(to / f"{name}.png"),
        )
        subprocess.run(command, check=True)  # noqa: S603 - Debian's, with our own files
