"""The folder that the ingestion program writes: start.txt, NAME.predict_K, end.txt."""

from __future__ import annotations

import re
import time
from pathlib import Path

from run_end import RunEnd
from run_start import RunStart

SETTLE_SECONDS = 5.0


class RunFolder:
    """Reads a run while it is being written: a file that is not whole yet is simply not there yet.

    Args:
        path: The folder; it may come into being later.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Of each file that was asked about: its state, and when it was first seen in it.
        self._seen: dict[str, tuple[tuple[int, int], float]] = {}

    def read_end(self) -> RunEnd | None:
        """Read `end.txt`.

        Returns:
            The end of the run, or None while it lasts. A file that stays incomplete ends the run as well, with a note.
        """
        text = _text(self.path / "end.txt")
        if text is None:
            return None
        end = RunEnd.parse(text)
        if end is None and self.settled("end.txt"):
            # The official program of 2019 leaves the last line open; anything else here is somebody's mistake.
            end = RunEnd.parse(text + "\n") or RunEnd(None, "end.txt is there but does not say how the run ended")
        return end

    def read_start(self, whole: bool) -> RunStart | None:
        """Read `start.txt`.

        Args:
            whole: Whether the run is over and the file thus complete.

        Returns:
            Its content, or None while there is no sense in it.
        """
        text = _text(self.path / "start.txt")
        return None if text is None else RunStart.parse(text, whole)

    def prediction_path(self, number: int, task_name: str) -> Path | None:
        """Find the file of a prediction.

        Args:
            number: Its number K.
            task_name: NAME in NAME.predict_K; where no such file is there, one of any name will do, if it is
                the only one.

        Returns:
            The file, or None.
        """
        path = self.path / f"{task_name}.predict_{number}"
        if path.is_file():
            return path
        others = [other for other in self.path.glob(f"*.predict_{number}") if other.is_file()]
        return others[0] if len(others) == 1 else None

    def unstamped(self, stamps: dict[int, float]) -> list[str]:
        """List the predictions that `start.txt` has no time for.

        Args:
            stamps: Prediction number -> seconds.

        Returns:
            File names, sorted.
        """
        names = [path.name for path in self.path.glob("*.predict_*")]
        numbered = [(name, re.search(r"\.predict_(\d+)$", name)) for name in names]
        return sorted(name for name, match in numbered if match and int(match[1]) not in stamps)

    def settled(self, name: str, seconds: float = SETTLE_SECONDS) -> bool:
        """Say whether a file has not been touched for a while.

        The wall clock counts at the first look alone, for a file that is older; from then on it may be set.

        Args:
            name: Its name in the folder.
            seconds: The while.

        Returns:
            True also for a file that is not there.
        """
        try:
            found = (self.path / name).stat()
        except OSError:
            return True
        state, now = (found.st_mtime_ns, found.st_size), time.monotonic()
        if name not in self._seen:
            self._seen[name] = state, now - max(0.0, time.time() - found.st_mtime)
        elif self._seen[name][0] != state:
            self._seen[name] = state, now
        return now - self._seen[name][1] > seconds


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
