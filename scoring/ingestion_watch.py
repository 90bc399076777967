"""Whether the ingestion program is still there, where end.txt does not say."""

from __future__ import annotations

import os
import time

from run_folder import RunFolder
from run_start import RunStart

START_UP_SECONDS = 1200.0
GRACE_SECONDS = 60.0
GONE_SECONDS = 5.0


class IngestionWatch:
    """Notices that a run will never write its end.txt.

    Its process id says so where it was seen alive and is gone: on a platform the program may live in another container,
    where its number means nothing here. The clock says so in any case.

    Args:
        folder: The folder of the run.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.seen_pid: int | None = None
        self.gone_since: float | None = None
        # When the run began by the monotonic clock; the wall clock, by which it is told, may be set meanwhile.
        self._began: tuple[float, float] | None = None

    def verdict(self, start: RunStart, time_budget: float) -> str | None:
        """Look once.

        Args:
            start: The latest content of `start.txt`.
            time_budget: Seconds.

        Returns:
            Why the run is over, or None while it may still go on.
        """
        pid = start.ingestion_pid
        if pid is not None and _alive(pid):
            self.seen_pid, self.gone_since = pid, None
        elif pid is not None and pid == self.seen_pid:
            now = time.monotonic()
            self.gone_since = self.gone_since or now
            if now - self.gone_since > GONE_SECONDS and self.folder.settled("start.txt", GONE_SECONDS):
                return f"the ingestion program (process {pid}) is gone and left no end.txt"
        if start.start_time is not None:
            over = self._seconds_since(start.start_time) > START_UP_SECONDS + time_budget + GRACE_SECONDS
            if over and self.folder.settled("start.txt", GRACE_SECONDS):
                return "the budget and the start-up time are long over and there is no end.txt"
        return None

    def _seconds_since(self, start_time: float) -> float:
        now = time.monotonic()
        if self._began is None or self._began[0] != start_time:
            self._began = start_time, now - max(0.0, time.time() - start_time)
        return now - self._began[1]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
