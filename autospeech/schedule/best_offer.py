"""Which rung is expected to win most of the learning curve's area a second."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.rung import Rung

# Seconds after which half of the learning curve's logarithmic time has passed for a budget of some minutes.
_CURVE_SECONDS = 60.0
_ENDLESS = 1200.0
# What is set aside for an answer, in measured costs and in seconds: machines get busy just then.
CAUTION, MARGIN = 1.3, 0.3
# A rung that is expected to win less than this of the area under the learning curve is not worth starting.
_LEAST_GAIN = 2e-5

Offers = dict[str, dict[str, float]]


def best_offer(
    rungs: Iterable[Rung],
    train: LabelledClips,
    test_clips: int,
    clock: Clock,
    *,
    missing: float,
    used: float,
    budget: float | None,
) -> tuple[Rung | None, Offers]:
    """Return the rung with the largest expected gain a second among those that fit.

    Args:
        rungs: To choose from.
        train: Clips to learn from.
        test_clips: How many will be asked about.
        clock: What is left of the budget. Where it stands, costs do not decide, as they differ from run to run.
        missing: What the score so far is short of perfect.
        used: Seconds of the budget that are over.
        budget: Seconds; None or infinite where there is no end.

    Returns:
        The rung, None where none fits and pays; and the expected cost in seconds and gain of each, by name.
    """
    offers: Offers = {}
    best, best_rate = None, 0.0
    for rung in rungs:
        cost = max(rung.cost(train, test_clips), 1e-3)
        gain = rung.gain * missing * (1.0 if clock.stands else area_left(used + cost, budget))
        fits = clock.fits(CAUTION * cost + MARGIN) and math.isfinite(cost)
        offers[rung.name] = {"cost": cost, "gain": gain}
        rate = gain if clock.stands else gain / cost
        if fits and gain > _LEAST_GAIN and rate > best_rate:
            best, best_rate = rung, rate
    return best, offers


def area_left(used: float, budget: float | None) -> float:
    """Return the share of the area under the learning curve over logarithmic time that later answers can still win.

    Args:
        used: Seconds of the budget that are over.
        budget: Seconds; None or infinite where there is no end, which counts as twenty minutes.

    Example:
        >>> area_left(0, 60), area_left(60, 60)
        (1.0, 0.0)
    """
    whole = budget if budget is not None and math.isfinite(budget) else _ENDLESS
    return max(0.0, 1 - math.log1p(used / _CURVE_SECONDS) / math.log1p(whole / _CURVE_SECONDS))
