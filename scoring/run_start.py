"""What `start.txt` says: which task, which budget, and when each prediction was made."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from yaml_lines import read_yaml_lines

# Of the number of a prediction; one with more has no time stamp.
MOST_NUMBER_DIGITS = 9
# Of the name of a task, in characters; file systems take no more.
MOST_NAME = 255


@dataclass(frozen=True)
class RunStart:
    """The content of `start.txt`; what is missing there is None here.

    Args:
        task_name: Name of the task.
        time_budget: Seconds.
        start_time: Seconds since 1970.
        ingestion_pid: Process id of the ingestion program, perhaps of another container.
        stamps: Prediction number -> seconds since the start; NaN where the line makes no sense.
    """

    task_name: str | None = None
    time_budget: float | None = None
    start_time: float | None = None
    ingestion_pid: int | None = None
    stamps: dict[int, float] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything is there that a run has from its first moment."""
        return None not in {self.task_name, self.time_budget, self.start_time}

    @classmethod
    def parse(cls, text: str, whole: bool) -> RunStart | None:
        r"""Parse the text of `start.txt`.

        Time stamps are seconds since the start, or, as AutoDL has them, seconds since 1970: a stamp at or above
        `start_time` is one of those.

        Args:
            text: What has been read.
            whole: Whether the file is complete. If not, a last line without a line break may be half a number and is
                left for the next look.

        Returns:
            The parsed file, or None where it cannot be made sense of (yet).

        Example:
            >>> RunStart.parse("task_name: demo\ntime_budget: 120\n0: 1.5\n1: 12.", whole=False)
            RunStart(task_name='demo', time_budget=120.0, start_time=None, ingestion_pid=None, stamps={0: 1.5})
        """
        if not whole:
            text = text[: text.rfind("\n") + 1]
        fields = read_yaml_lines(text)
        if fields is None:
            return None
        start_time = _number(fields.get("start_time"))
        task_name = fields.get("task_name")
        pid = _number(fields.get("ingestion_pid"))
        stamps = {}
        for key, value in fields.items():
            if key.isascii() and key.isdecimal() and len(key) <= MOST_NUMBER_DIGITS:
                stamps[int(key)] = _since_start(_number(value), start_time)
        return cls(
            task_name=task_name[:MOST_NAME] if isinstance(task_name, str) and task_name else None,
            time_budget=_number(fields.get("time_budget")),
            start_time=start_time,
            ingestion_pid=int(pid) if pid is not None and pid > 0 else None,
            stamps=stamps,
        )


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # anything a YAML file may hold
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _since_start(stamp: float | None, start_time: float | None) -> float:
    if stamp is None or stamp < 0:
        return math.nan
    return stamp - start_time if start_time is not None and stamp >= start_time else stamp
