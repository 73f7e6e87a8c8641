"""A progress bar on terminals for work that takes more than two seconds, at no cost to the work."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 2.0


class Progress:
    """Shows activity while its block runs, from a separate thread."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        if self._done.wait(PATIENCE_SECONDS):
            return
        from rich.console import Console  # noqa: PLC0415 - only when it takes long
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            bar.add_task(self._label, total=None)
            while not self._done.is_set():
                time.sleep(0.1)
