"""The folder that the ingestion program writes: start.txt, NAME.predict_K, end.txt."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from regular_file import read_lines
from run_end import RunEnd
from run_start import MOST_NUMBER_DIGITS, RunStart

SETTLE_SECONDS = 5.0
# What is read of start.txt and end.txt: 100,000 time stamps. Predictions beyond them do not count, which is told.
MOST_BYTES = 2_000_000
# Of the predictions that start.txt has no time for, those that are named.
MOST_NAMED = 20


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
            is_there = os.path.lexists(self.path / "end.txt") and self.settled("end.txt")
            return RunEnd(None, "end.txt is there but cannot be read") if is_there else None
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

    def prediction_paths(self, task_name: str) -> dict[int, Path]:
        """Find the files of predictions.

        Args:
            task_name: NAME in NAME.predict_K; where no such file is there, one of any name will do, if it is
                the only one.

        Returns:
            Number K -> file.
        """
        found: dict[int, list[Path]] = {}
        for path in self.path.glob("*.predict_*"):
            number = _number_of(path.name)
            if number is not None and path.is_file():
                found.setdefault(number, []).append(path)
        named = {number: self.path / f"{task_name}.predict_{number}" for number in found}
        return {
            number: named[number] if named[number] in paths else paths[0]
            for number, paths in found.items()
            if len(paths) == 1 or named[number] in paths
        }

    def unstamped(self, stamps: dict[int, float]) -> list[str]:
        """List the predictions that `start.txt` has no time for.

        Args:
            stamps: Prediction number -> seconds.

        Returns:
            File names, sorted; of many the first twenty, and how many more there are.
        """
        names = [path.name for path in self.path.glob("*.predict_*") if re.search(r"\.predict_\d+$", path.name)]
        found = sorted(name for name in names if _number_of(name) not in stamps)
        more = [f"each of {len(found) - MOST_NAMED} more predictions"] if len(found) > MOST_NAMED else []
        return [*found[:MOST_NAMED], *more]

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
            # Of the link itself, where it is one: a device that it leads to may change all the time.
            found = (self.path / name).lstat()
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
        return read_lines(path, MOST_BYTES)
    except (OSError, ValueError):
        return None


def _number_of(name: str) -> int | None:
    match = re.search(rf"\.predict_([0-9]{{1,{MOST_NUMBER_DIGITS}}})$", name)
    return int(match[1]) if match else None
