"""The geometry of a learning curve with the steps that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autospeech.report.chart_frame import ChartFrame
from autospeech.report.curve_point import CurvePoint
from autospeech.report.seconds_text import seconds_text
from autospeech.report.step import Step
from autospeech.report.time_axis import TimeAxis

# What may be missing to a perfect score at the bottom of a chart that looks closely.
_SPANS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_LANES, _LANE, _BADGE = 3, 19.0, 20.0


@dataclass(frozen=True)
class CurveChart:
    """What to draw, in the units of the frame.

    Args:
        frame: The plane.
        kind: Of the time axis.
        x_ticks: Place, label and where the label is anchored.
        y_ticks: Place and label.
        line: Path of the curve as steps.
        held: Path along which the last score holds to the end of the budget.
        area: Path of the area under it; empty where the chart looks closely and the area means nothing.
        points: Place and what is told of each.
        marks: Of the steps: x, y of the badge (None where there is no room), number, what is told, and whether it was
            kept.
    """

    frame: ChartFrame
    kind: str
    x_ticks: list[tuple[float, str, str]]
    y_ticks: list[tuple[float, str]]
    line: str
    held: str
    area: str
    points: list[tuple[float, float, str]]
    marks: list[tuple[float, float | None, int, str, bool]]

    @classmethod
    def of(cls, curve: Sequence[CurvePoint], steps: Sequence[Step], axis: TimeAxis, width: float) -> CurveChart:
        """Lay out a learning curve.

        Args:
            curve: Its points, time rising.
            steps: What to mark.
            axis: Of the time.
            width: Of the picture; below 600 it has fewer marks.

        Example:
            >>> chart = CurveChart.of([CurvePoint(1, 0.96), CurvePoint(2, 0.98)], [], TimeAxis("real", 1, 10), 800)
            >>> [label for _, label in chart.y_ticks], chart.line
            (['0.95', '0.96', '0.97', '0.98', '0.99', '1.00'], 'M124.8 266.0H197.6V146.0')
        """
        frame = ChartFrame(width, 360 if width >= 600 else 310, top=26)
        marks = _marks(frame, axis, steps)
        lanes = len({mark[1] for mark in marks if mark[1] is not None})
        frame = replace(frame, top=26 + _LANE * lanes, height=frame.height + _LANE * lanes)
        scores = [point.nauc for point in curve]
        low, parts = _lowest(scores, whole=axis.kind == "alc")

        def y(score: float) -> float:
            return frame.y((score - low) / (1 - low))

        digits = max(2, len(f"{(1 - low) / parts:.4f}".rstrip("0").partition(".")[2]))
        values = [low + (1 - low) * step / parts for step in range(parts + 1)]
        places = [frame.x(axis.place(point.seconds)) for point in curve]
        heights = [y(score) for score in scores]
        line = held = area = ""
        if curve:
            rest = "".join(f"H{x}V{height}" for x, height in zip(places[1:], heights[1:], strict=True))
            rise = f"M{frame.x(0)} {y(0)}H{places[0]}V{heights[0]}" if axis.kind == "alc" else ""
            line = f"{rise or f'M{places[0]} {heights[0]}'}{rest}"
            held = f"M{places[-1]} {heights[-1]}H{frame.x(1)}"
            area = f"{line}H{frame.x(1)}V{y(0)}Z" if rise else ""
        return cls(
            frame,
            axis.kind,
            x_ticks(frame, axis),
            [(y(value), f"{value:.{digits}f}") for value in values],
            line,
            held,
            area,
            [
                (x, height, f"{point.what or 'answer'}: NAUC {point.nauc:.4f} after {seconds_text(point.seconds)}")
                for x, height, point in zip(places, heights, curve, strict=True)
            ],
            marks,
        )


def x_ticks(frame: ChartFrame, axis: TimeAxis) -> list[tuple[float, str, str]]:
    """Lay out the marks of a time axis: place, label and where the label is anchored.

    Example:
        >>> x_ticks(ChartFrame(222, 300), TimeAxis("real", 1, 10))
        [(52.0, '0 s', 'middle'), (127.0, '5 s', 'middle'), (202.0, '10 s', 'end')]
    """
    gap = 64 / (frame.width - frame.left - frame.right)
    return [(frame.x(place), label, "end" if place == 1 else "middle") for place, label in axis.ticks(gap)]


def _lowest(scores: Sequence[float], whole: bool) -> tuple[float, int]:
    """Return the score at the bottom, and into how many parts the axis is divided."""
    least = min(scores, default=0.0)
    if whole:
        return (0.0, 5) if least >= 0 else (-1.0, 4)
    span = next((span for span in _SPANS if 1 - least <= 0.96 * span), 2.0)
    return round(1 - span, 4), 5 if span in (0.005, 0.01, 0.05, 0.1, 0.5, 1.0) else 4


def _marks(
    frame: ChartFrame, axis: TimeAxis, steps: Sequence[Step]
) -> list[tuple[float, float | None, int, str, bool]]:
    lanes = [float("-inf")] * _LANES
    marks: list[tuple[float, float | None, int, str, bool]] = []
    for step in steps:
        x = frame.x(axis.place(step.seconds))
        lane = next((lane for lane, taken in enumerate(lanes) if x - taken >= _BADGE), None)
        height = None
        if lane is not None:
            lanes[lane] = x
            height = 12 + lane * _LANE
        told = f"step {step.number}, {seconds_text(step.seconds)}: {step.name}"
        marks.append((x, height, step.number, told, step.is_kept))
    return marks
