"""The time axis of a chart, in one of three ways."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from autospeech.report.learning_curve_area import transformed_time
from autospeech.report.seconds_text import seconds_text

Kind = Literal["log", "real", "alc"]
KINDS: dict[Kind, str] = {"log": "Logarithmic", "real": "Real", "alc": "As the ALC weighs it"}

_ROUND = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 36000)
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400)


@dataclass(frozen=True)
class TimeAxis:
    """Maps seconds to 0..1.

    Args:
        kind: `log` (logarithmic from the first moment that counts), `real`, or `alc`: `log(1 + t / 60)`, on which the
            area under a learning curve is its ALC.
        first: Seconds of the first moment that is drawn.
        last: Seconds of the end of the axis.

    Example:
        >>> axis = TimeAxis("log", first=0.25, last=20)
        >>> [label for _, label in axis.ticks(0.1)]
        ['0.2 s', '0.5 s', '1 s', '2 s', '5 s', '10 s', '20 s']
        >>> round(axis.place(2.0), 3)
        0.5
    """

    kind: Kind
    first: float
    last: float

    @property
    def start(self) -> float:
        """Seconds where the axis starts."""
        if self.kind != "log":
            return 0.0
        least = max(min(self.first, self.last / 10), _ROUND[0])
        return max(seconds for seconds in _ROUND if seconds <= least)

    def place(self, seconds: float) -> float:
        """Return where a moment is on the axis, 0..1."""
        if self.kind == "log":
            share = math.log(max(seconds, self.start) / self.start) / math.log(max(self.last / self.start, 1.0001))
        elif self.kind == "real":
            share = seconds / self.last
        else:
            share = transformed_time(seconds, self.last)
        return min(1.0, max(0.0, share))

    def ticks(self, gap: float) -> list[tuple[float, str]]:
        """Choose the moments to mark.

        Args:
            gap: Least distance of two marks, 0..1.

        Returns:
            Pairs of place and label, the end of the axis last.
        """
        if self.kind == "real":
            step = next((step for step in _STEPS if step / self.last >= gap), self.last)
            moments = [step * number for number in range(int(self.last / step) + 1)]
        else:
            moments = [seconds for seconds in (0.0, *_ROUND) if self.start <= seconds < self.last]
        ticks: list[tuple[float, str]] = []
        for seconds in moments:
            place = self.place(seconds)
            if 1 - place >= gap and (not ticks or place - ticks[-1][0] >= gap):
                ticks.append((place, seconds_text(seconds)))
        return [*ticks, (1.0, seconds_text(self.last))]
