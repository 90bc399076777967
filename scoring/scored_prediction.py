"""One prediction and what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class ScoredPrediction:
    """One prediction of a run.

    Args:
        number: K in NAME.predict_K.
        seconds: Since the start; NaN where start.txt makes no sense.
        nauc: 2 * AUC - 1, NaN for an invalid prediction.
        accuracy: Share of clips that are right, 0..1: the likeliest class is the true one, or, where clips may have
            several classes, every class is on the right side of 0.5 (subset accuracy). NaN for an invalid prediction.
        problem: Why the prediction does not count; empty where it does.
    """

    number: int
    seconds: float
    nauc: float = math.nan
    accuracy: float = math.nan
    problem: str = ""
