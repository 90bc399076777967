"""The area under a learning curve, for records that lack it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autospeech.report.curve_point import CurvePoint

REFERENCE_SECONDS = 60.0


def transformed_time(seconds: float, budget: float) -> float:
    """Map seconds to the time axis of the area, 0 at the start and 1 at the end of the budget.

    Example:
        >>> transformed_time(0, 20), transformed_time(20, 20)
        (0.0, 1.0)
    """
    return math.log1p(seconds / REFERENCE_SECONDS) / math.log1p(budget / REFERENCE_SECONDS)


def learning_curve_area(curve: Sequence[CurvePoint], budget: float) -> float:
    """Integrate a learning curve, as steps, over the logarithm of time.

    Args:
        curve: Its points, time rising; the score is 0 before the first, and a score holds until the next. Of several at
            the same moment the highest holds. Points later than the budget do not count.
        budget: Seconds, above 0.

    Returns:
        The ALC, -1..1; 0 without points.

    Example:
        >>> round(learning_curve_area([CurvePoint(10, 0.5), CurvePoint(60, 1.0), CurvePoint(121, 1.0)], 120), 4)
        0.6144

    References:
        Liu et al. (2021): Winning solutions and post-challenge analyses of the ChaLearn AutoDL challenge 2019.
    """
    counted = sorted((point.seconds, point.nauc) for point in curve if point.seconds <= budget)
    starts = [transformed_time(seconds, budget) for seconds, _ in counted]
    ends = [*starts[1:], 1.0]
    held = zip(starts, ends, counted, strict=False)
    return sum(((end - start) * nauc for start, end, (_, nauc) in held), start=0.0)
