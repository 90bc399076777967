"""The score of a run: the area under the learning curve (ALC) over logarithmic time."""

from __future__ import annotations

import math
from collections.abc import Iterable

REFERENCE_SECONDS = 60.0


def transformed_time(seconds: float, time_budget: float) -> float:
    """Map real time to the time axis on which the area is taken: the first seconds weigh most.

    Args:
        seconds: Time since the start, 0..time_budget.
        time_budget: The whole budget in seconds, above 0.

    Returns:
        ``log(1 + t / 60) / log(1 + T / 60)``, 0 at the start and 1 at the end of the budget.

    Example:
        >>> round(transformed_time(10, 120), 4)
        0.1403
    """
    return math.log1p(seconds / REFERENCE_SECONDS) / math.log1p(time_budget / REFERENCE_SECONDS)


def area_under_learning_curve(points: Iterable[tuple[float, float]], time_budget: float) -> float:
    """Integrate the step function of the scores over transformed time.

    Each score holds until the next prediction, the last one to the end of the budget; before the first the score is 0.
    Predictions later than the budget do not count. Of several at the same moment the highest score holds.

    Args:
        points: Pairs of time in seconds since the start and NAUC, in any order.
        time_budget: The whole budget in seconds, above 0.

    Returns:
        ALC in -1..1; 0 without predictions.

    Example:
        >>> round(area_under_learning_curve([(10.0, 0.5), (60.0, 1.0), (121.0, 1.0)], 120), 4)
        0.6144
        >>> area_under_learning_curve([], 120)
        0.0

    References:
        Liu et al., "Winning solutions and post-challenge analyses of the ChaLearn AutoDL challenge 2019", TPAMI 2021.
    """
    counted = sorted((seconds, score) for seconds, score in points if seconds <= time_budget)
    ends = [transformed_time(seconds, time_budget) for seconds, _ in counted[1:]] + [1.0]
    return sum(
        (
            (end - transformed_time(seconds, time_budget)) * score
            for (seconds, score), end in zip(counted, ends, strict=False)
        ),
        start=0.0,
    )
