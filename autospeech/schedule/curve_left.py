"""How much of the area under a learning curve is still to come."""

from __future__ import annotations

import math

# Seconds after which half of the learning curve's logarithmic time has passed for a budget of some minutes.
_CURVE_SECONDS = 60.0
_ENDLESS = 1200.0


def curve_left(used: float, budget: float | None) -> float:
    """Return the share of the learning curve's area that is still to come.

    Args:
        used: Seconds that have passed.
        budget: Seconds in all; infinite or None where time does not matter.

    Example:
        >>> curve_left(0, 120), round(curve_left(60, 180), 3), curve_left(200, 180)
        (1.0, 0.5, 0.0)
    """
    last = budget if budget is not None and math.isfinite(budget) else _ENDLESS
    return max(0.0, 1 - math.log1p(used / _CURVE_SECONDS) / math.log1p(last / _CURVE_SECONDS))
