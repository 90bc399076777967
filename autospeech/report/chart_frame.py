"""The plane of a chart, in the units of its SVG."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChartFrame:
    """Maps shares of the plane to coordinates.

    Args:
        width: Of the picture with its margins.
        height: Of the picture with its margins.
        left: Margin.
        right: Margin.
        top: Margin.
        bottom: Margin.

    Example:
        >>> frame = ChartFrame(200, 100, left=20, right=0, top=0, bottom=10)
        >>> frame.x(0.5), frame.y(1.0)
        (110.0, 0.0)
    """

    width: float
    height: float
    left: float = 52
    right: float = 20
    top: float = 16
    bottom: float = 34

    def x(self, share: float) -> float:
        """Return the coordinate of a share of the width."""
        return round(self.left + share * (self.width - self.left - self.right), 1)

    def y(self, share: float) -> float:
        """Return the coordinate of a share of the height, counted from below."""
        return round(self.height - self.bottom - share * (self.height - self.top - self.bottom), 1)
