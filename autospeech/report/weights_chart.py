"""The geometry of what the answer is blended from, over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autospeech.report.chart_frame import ChartFrame
from autospeech.report.curve_chart import x_ticks
from autospeech.report.step import FIRST_LOOK, Step, learners_of
from autospeech.report.time_axis import TimeAxis

COLOURS = 8


@dataclass(frozen=True)
class WeightsChart:
    """Bands that fill the plane, one a learner, as high as its share of the weights.

    Args:
        frame: The plane.
        kind: Of the time axis.
        x_ticks: Place, label and where the label is anchored.
        bands: Learner, number of its colour, path, and where its name has room (x, y) or None.
    """

    frame: ChartFrame
    kind: str
    x_ticks: list[tuple[float, str, str]]
    bands: list[tuple[str, int, str, tuple[float, float] | None]]

    @classmethod
    def of(cls, steps: Sequence[Step], axis: TimeAxis, width: float, end: float) -> WeightsChart:
        """Lay out the shares.

        Args:
            steps: The steps; those kept have weights.
            axis: Of the time.
            width: Of the picture.
            end: Seconds to which the last blend held.
        """
        frame = ChartFrame(width, 260 if width >= 600 else 240, top=12)
        blends = learner_shares(steps)
        names = list(dict.fromkeys(name for _, shares in blends for name in shares))
        moments = [frame.x(axis.place(seconds)) for seconds, _ in blends] + [frame.x(axis.place(end))]
        below = [0.0] * len(blends)
        bands: list[tuple[str, int, str, tuple[float, float] | None]] = []
        for number, name in enumerate(names):
            above = [low + shares.get(name, 0.0) for low, (_, shares) in zip(below, blends, strict=True)]
            bands.append(
                (name, number % COLOURS, _band(frame, moments, below, above), _room(frame, moments, below, above, name))
            )
            below = above
        return cls(frame, axis.kind, x_ticks(frame, axis), bands)


def learner_shares(steps: Sequence[Step]) -> list[tuple[float, dict[str, float]]]:
    """Return when the answer changed, and the share of each learner in it from then on.

    Args:
        steps: In the order of time.

    Returns:
        Seconds and shares, which sum to 1. The first look answers alone until there is a blend.

    Example:
        >>> first = Step(1, 0.2, "first answer", learner="first look")
        >>> kept = Step(2, 0.6, "kept", learner="encoder", evidence={"lda": 0.9}, weights={"lda": 0.5})
        >>> learner_shares([first, kept])
        [(0.2, {'first look': 1.0}), (0.6, {'encoder': 1.0})]
    """
    learners = learners_of(steps)
    blends: list[tuple[float, dict[str, float]]] = []
    for step in steps:
        if not step.is_kept:
            continue
        total = sum(max(0.0, weight) for weight in step.weights.values())
        if step.learner == FIRST_LOOK and not blends:
            blends.append((step.seconds, {FIRST_LOOK: 1.0}))
        elif total > 0:
            shares: dict[str, float] = {}
            for member, weight in step.weights.items():
                learner = learners.get(member, member)
                shares[learner] = shares.get(learner, 0.0) + max(0.0, weight) / total
            blends.append((step.seconds, shares))
    return blends


def _band(frame: ChartFrame, moments: Sequence[float], below: Sequence[float], above: Sequence[float]) -> str:
    """Return the path of the parts where the band has any height."""
    path = ""
    for left, right, low, high in zip(moments, moments[1:], below, above, strict=False):
        if high - low > 1e-6 and right > left:
            path += f"M{left} {frame.y(low)}V{frame.y(high)}H{right}V{frame.y(low)}Z"
    return path


def _room(
    frame: ChartFrame, moments: Sequence[float], below: Sequence[float], above: Sequence[float], name: str
) -> tuple[float, float] | None:
    parts = zip(moments, moments[1:], below, above, strict=False)
    fitting = [
        (right - left, (left + right) / 2, frame.y((low + high) / 2))
        for left, right, low, high in parts
        if right - left > 7.2 * len(name) + 12 and frame.y(low) - frame.y(high) > 17
    ]
    if not fitting:
        return None
    _, x, y = max(fitting)
    return round(x, 1), round(y, 1)
