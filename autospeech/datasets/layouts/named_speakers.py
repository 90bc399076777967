"""Speakers whom file names tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autospeech.datasets.recording import Recording

MARK = "_nohash_"


def with_named_speakers(recordings: Sequence[Recording], group: str | None = None) -> list[Recording]:
    """Group clips by the speaker whom Speech Commands names in front of `_nohash_`.

    Args:
        recordings: Clips.
        group: What they are to be grouped by; anything but None, `group` and `speaker` is not told by names.

    Returns:
        The clips. One whose name does not tell is left as it is.

    Example:
        >>> from pathlib import Path
        >>> [found.group for found in with_named_speakers([Recording(Path("yes/0a7c_nohash_1.wav"), ("yes",))])]
        ['speaker 0a7c']
    """
    if group not in (None, "group", "speaker"):
        return list(recordings)
    return [
        replace(found, group=f"speaker {found.path.name.partition(MARK)[0]}")
        if found.group is None and MARK in found.path.name
        else found
        for found in recordings
    ]
