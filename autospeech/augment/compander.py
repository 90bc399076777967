"""How a compander changes loudness, and the usual settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType


@dataclass(frozen=True)
class Compander:
    """The settings of a compander, with the meaning that they have for `sox compand`.

    The level follows a clip's amplitude, and the gain follows the level: linear in dB between points, constant below
    the first.

    Attributes:
        attack: Time constant in seconds by which the level rises.
        release: Time constant in seconds by which it falls.
        points: Pairs of a level and of what it becomes, in dB of full scale, by rising levels. (0, 0) is added where
            none is given for 0 dB.
        gain: Added everywhere, in dB.
        start: The level before the first sample, in dB of full scale.
        delay: How many seconds ahead of a sample the level is taken.

    Raises:
        ValueError: A time is below 0 or not finite, points or the start are above 0 dB, or points are in the wrong
            order or no pairs.

    Example:
        >>> Compander(attack=0.1, release=0.3, points=((-40, -20),)).gains()
        ((-40.0, 20.0), (0.0, 0.0))

    References:
        sox(1), compand: attack,decay in-dB,out-dB gain initial-volume-dB delay.
    """

    attack: float
    release: float
    points: tuple[tuple[float, float], ...]
    gain: float = 0.0
    start: float = 0.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        for name in ("attack", "release", "delay"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is a time in seconds, 0 or more, not {getattr(self, name)}")
        if not math.isfinite(self.gain) or not -math.inf < self.start <= 0:
            raise ValueError(f"gain and start are in dB, start not above 0; not {self.gain} and {self.start}")
        try:
            points = tuple((float(level), float(to)) for level, to in self.points)
        except (TypeError, ValueError):
            raise ValueError(f"points are pairs of a level and what it becomes, not {self.points!r}") from None
        object.__setattr__(self, "points", points)
        levels = [level for level, _ in points]
        if not levels or not all(low < high for low, high in pairwise(levels)):
            raise ValueError(f"points need levels in dB that rise from each to the next, not {self.points}")
        if not all(-math.inf < value <= 0 for point in points for value in point):
            raise ValueError(f"points are in dB of full scale, at most 0, not {self.points}; use gain to make louder")

    def gains(self) -> tuple[tuple[float, float], ...]:
        """Return pairs of a level and of its gain in dB, up to a level of 0."""
        points = self.points if self.points[-1][0] == 0 else (*self.points, (0.0, 0.0))
        return tuple((level, to - level + self.gain) for level, to in points)


def _broadcast(*points: tuple[float, float]) -> Compander:
    return Compander(0.1, 0.3, ((-90, -90), *points, (-31, -31), (-21, -21), (0, -20)), delay=0.1)


# Dolby's standard profiles, and a radio station's, with the numbers of McFee, Humphrey, Bello (ISMIR 2015): A software
# framework for musical data augmentation.
PRESETS: Mapping[str, Compander] = MappingProxyType(
    {
        "music": _broadcast((-70, -58), (-55, -43)),
        "film": _broadcast((-70, -64), (-43, -37)),
        "speech": _broadcast((-70, -55), (-50, -35)),
        "radio": Compander(0.01, 1.0, ((-90, -90), (-70, -70), (-60, -20)), gain=-5.0),
    }
)
