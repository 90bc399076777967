"""The budget: what is left of it, what a step costs, whether the next one still fits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Clock:
    """Count down a budget and remember what the steps of a job cost.

    A platform counts only the time inside its calls, so each call begins the countdown anew with what the platform says
    is left; the costs that were measured stay.

    Args:
        remaining: Seconds that are left now.
        now: Reads a monotonic time in seconds.

    Attributes:
        stands: Whether no time passes.

    Raises:
        ValueError: `remaining` is not a number.

    Example:
        >>> seconds = iter([0.0, 1.0, 3.0, 3.0])
        >>> clock = Clock(10, now=lambda: next(seconds))
        >>> with clock.measure("step", units=4):
        ...     pass
        >>> clock.cost("step"), clock.left()
        (0.5, 7.0)
    """

    # The share that a new measurement has in the running mean: recent enough to follow a machine that gets busy.
    _SHARE_OF_NEW = 0.3

    def __init__(self, remaining: float = float("inf"), now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._costs: dict[str, float] = {}
        self.stands = False
        self.begin(remaining)

    @classmethod
    def standing(cls) -> Clock:
        """Return a clock on which no time passes: what is done by it is counted in steps, the same on any machine.

        Example:
            >>> Clock.standing().left(), Clock.standing().reserve(5).stands
            (inf, True)
        """
        clock = cls(now=lambda: 0.0)
        clock.stands = True
        return clock

    def begin(self, remaining: float) -> None:
        """Start the countdown anew with `remaining` seconds."""
        if remaining != remaining:
            raise ValueError("remaining is NaN; give the seconds that are left")
        self._end = self._now() + remaining

    def left(self) -> float:
        """Return the seconds that are left; negative when the budget is overdrawn."""
        return self._end - self._now()

    def fits(self, seconds: float) -> bool:
        """Tell whether something that costs `seconds` would end in time."""
        return self.left() >= seconds

    def reserve(self, seconds: float) -> Clock:
        """Return a clock that ends `seconds` sooner and shares this one's measured costs."""
        other = Clock(now=self._now)
        other._end = self._end - seconds
        other._costs = self._costs
        other.stands = self.stands
        return other

    @contextmanager
    def measure(self, step: str, units: int = 1) -> Iterator[None]:
        """Measure what the body costs and remember it, per unit, under the name `step`."""
        start = self._now()
        yield
        cost = (self._now() - start) / max(units, 1)
        known = self._costs.get(step, cost)
        self._costs[step] = known + self._SHARE_OF_NEW * (cost - known)

    def cost(self, step: str, units: int = 1) -> float:
        """Return the seconds that `units` of a step are expected to take; 0 for a step that was never measured."""
        return self._costs.get(step, 0.0) * units
