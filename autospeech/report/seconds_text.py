"""Durations written for people."""

from __future__ import annotations


def seconds_text(seconds: float) -> str:
    """Write a duration the short way.

    Args:
        seconds: The duration, at least 0.

    Returns:
        At most two units.

    Example:
        >>> [seconds_text(seconds) for seconds in (0, 0.166, 4.26, 12.41, 60, 75, 5400)]
        ['0 s', '0.17 s', '4.3 s', '12 s', '1 min', '1 min 15 s', '1 h 30 min']
    """
    if seconds < 59.5:
        digits = 2 if seconds < 0.995 else 1 if seconds < 9.95 else 0
        text = f"{seconds:.{digits}f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} s"
    whole = round(seconds)
    if whole < 3600:
        large, small, units = whole // 60, whole % 60, ("min", "s")
    else:
        large, small, units = round(whole / 60) // 60, round(whole / 60) % 60, ("h", "min")
    return f"{large} {units[0]}" + (f" {small} {units[1]}" if small else "")
