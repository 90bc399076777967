"""What a person sees while a classifier learns."""

from __future__ import annotations

import math
import threading
import time
from types import TracebackType
from typing import Any

from autospeech.training.clip_figures import ClipFigures


class FitProgress:
    """A bar of the time that is left with the best validated score; lines where there is no terminal.

    Args:
        budget: Seconds in all; infinite where updates are counted instead.
        verbose: 0 for silence.

    Example:
        >>> with FitProgress(60, verbose=0) as progress:
        ...     progress.doing("reading")
        ...     progress.improved(ClipFigures(0.91, 0.98, 120, False))
    """

    def __init__(self, budget: float, verbose: int) -> None:
        self._budget, self._verbose = budget, verbose
        self._over = threading.Event()
        self._best = ""

    def __enter__(self) -> FitProgress:
        """Begin."""
        self._began = time.monotonic()
        if self._verbose:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._console = Console(stderr=True)
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
            self._bar = Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal)
            self._bar.start()
            total = self._budget if math.isfinite(self._budget) else None
            self._task = self._bar.add_task("starting", total=total, told="")
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._over.set()
        if self._verbose:
            self._ticker.join()
            self._bar.stop()

    def doing(self, what: str) -> None:
        """Tell what is done now."""
        if self._verbose:
            self._bar.update(self._task, description=what)

    def improved(self, figures: ClipFigures) -> None:
        """Tell how good a new best answer is, out of fold; of no clips before there is evidence."""
        self._best = f"best so far: {figures}" if figures.clips else "first answer"
        if self._verbose and not self._console.is_terminal:
            self._say(f"{time.monotonic() - self._began:6.1f} s  {self._best}")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False)

    def _tick(self) -> None:
        while not self._over.wait(0.25):
            used = time.monotonic() - self._began
            left: dict[str, Any] = {"told": self._best}
            if math.isfinite(self._budget):
                left = {
                    "completed": min(used, self._budget),
                    "told": f"{max(0, math.ceil(self._budget - used))} s left  {self._best}",
                }
            self._bar.update(self._task, **left)
