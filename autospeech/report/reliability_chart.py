"""The geometry of a reliability diagram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autospeech.report.calibration import BINS, Calibration
from autospeech.report.chart_frame import ChartFrame

# How high the strip is that tells how many answers a bin has, and where it begins.
_STRIP, _GAP = 54.0, 30.0


@dataclass(frozen=True)
class ReliabilityChart:
    """What to draw, in the units of the frame.

    Args:
        frame: The plane of the diagram; the strip of counts is below it.
        ticks: Place along x, place along y and label.
        points: Of each bin with answers: x, y, the y of the diagonal there, radius, and what is told.
        bars: Of the strip: x, y, width, height.
        strip: Where the strip ends.
    """

    frame: ChartFrame
    ticks: list[tuple[float, float, str]]
    points: list[tuple[float, float, float, float, str]]
    bars: list[tuple[float, float, float, float]]
    strip: float

    @classmethod
    def of(cls, calibration: Calibration) -> ReliabilityChart:
        """Lay out a diagram.

        Example:
            >>> found = Calibration.of(np.eye(2, dtype=bool)[[0, 1]], np.array([[0.9, 0.1], [0.2, 0.8]]), False)
            >>> [told for *_, told in ReliabilityChart.of(found).points]
            ['1 answer of confidence 0.80: 100 % right', '1 answer of confidence 0.90: 100 % right']
        """
        frame = ChartFrame(440, 500, left=50, right=16, top=12, bottom=38 + _GAP + _STRIP)
        floor = frame.height - 38
        points, bars = [], []
        width = frame.x(1 / BINS) - frame.x(0)
        most = max(1, int(calibration.counts.max()))
        for number, (count, confidence, right) in enumerate(
            zip(calibration.counts, calibration.confidence, calibration.right, strict=True)
        ):
            if not count:
                continue
            radius = round(4 + 8 * float(np.sqrt(count / most)), 1)
            told = (
                f"{count} answer{'' if count == 1 else 's'} of confidence {confidence:.2f}: {100 * right:.0f} % right"
            )
            points.append((frame.x(confidence), frame.y(right), frame.y(confidence), radius, told))
            height = round(max(1.5, _STRIP * count / most), 1)
            bars.append((frame.x(number / BINS) + 1.5, floor - height, width - 3, height))
        ticks = [(frame.x(share), frame.y(share), f"{share:.1f}") for share in (0, 0.2, 0.4, 0.6, 0.8, 1.0)]
        return cls(frame, ticks, points, bars, floor)
