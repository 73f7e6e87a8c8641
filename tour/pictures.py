"""The pictures of the guide: as high as a reader looks at, and in few colours, so that they are small."""

import subprocess
from pathlib import Path

WIDTH, COLOURS = 1100, 64
HEIGHT, OF_THE_PLAN = 900, 1475
"""The plan is shown with its first entry."""

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
    for name in NAMES:
        height = OF_THE_PLAN if name == "plan" else HEIGHT
        graph = (
            f"crop=iw:min(ih\\,{height}):0:0,split[all][some];[some]palettegen=max_colors={COLOURS}:stats_mode=full[few];"
            "[all][few]paletteuse=dither=none"
        )
        source, target = (str(place / f"{name}.png") for place in (folder, to))
        command = ("ffmpeg", "-y", "-v", "error", "-i", source, "-vf", graph, target)
        subprocess.run(command, check=True)  # noqa: S603 - Debian's, with our own files
