"""Marks of real time for the transformed time axis, and times written for people."""

from __future__ import annotations

from alc import transformed_time

ROUND_SECONDS = (1, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400)


def duration_text(seconds: float) -> str:
    """Write a duration the short way.

    Args:
        seconds: The duration.

    Returns:
        At most two units.

    Example:
        >>> [duration_text(seconds) for seconds in (0.5, 12.41, 60, 75, 1800, 5400)]
        ['0.50 s', '12.4 s', '1 min', '1 min 15 s', '30 min', '1 h 30 min']
    """
    if seconds < 9.995:
        return f"{seconds:.2f} s" if seconds != int(seconds) else f"{int(seconds)} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s" if seconds != int(seconds) else f"{int(seconds)} s"
    whole = round(seconds)
    large, small, units = (whole // 60, whole % 60, ("min", "s")) if whole < 3600 else _hours(whole)
    return f"{large} {units[0]}" + (f" {small} {units[1]}" if small else "")


def time_ticks(time_budget: float, gap: float) -> list[tuple[float, str]]:
    """Choose the moments to mark.

    Args:
        time_budget: Seconds.
        gap: Least distance of two marks on the transformed axis, 0..1.

    Returns:
        Pairs of place on the transformed axis and label, the end of the budget last.

    Example:
        >>> [label for _, label in time_ticks(120, 0.1)]
        ['10 s', '30 s', '1 min', '2 min']
    """
    ticks: list[tuple[float, str]] = []
    for seconds in ROUND_SECONDS:
        place = transformed_time(seconds, time_budget) if seconds < time_budget else 1.0
        if place - (ticks[-1][0] if ticks else 0.0) >= gap and 1.0 - place >= 1.5 * gap:
            ticks.append((place, duration_text(seconds)))
    return [*ticks, (1.0, duration_text(time_budget))]


def _hours(seconds: int) -> tuple[int, int, tuple[str, str]]:
    minutes = round(seconds / 60)
    return minutes // 60, minutes % 60, ("h", "min")
