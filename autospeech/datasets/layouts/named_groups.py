"""Speakers and sources that file names tell, whatever folders the files lie in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from autospeech.datasets.recording import Recording

_SPEECH_COMMANDS = "_nohash_"
# Fold, source at Freesound, take and, since ESC-50, class.
_ESC = re.compile(r"(?P<fold>[1-5])-(?P<source>\d+)-[A-Z](-\d+)?")


def with_named_groups(recordings: Sequence[Recording], group: str | None = None) -> list[Recording]:
    """Group clips by what their names tell.

    The names of Speech Commands have the speaker in front of `_nohash_`; those of ESC-10 and ESC-50 begin with the
    official fold (`1-100032-A-0.wav`), which counts where all names are of that form.

    Args:
        recordings: Clips.
        group: What they are to be grouped by, where a caller said so: `speaker` or `fold`; `group` and None for either.

    Returns:
        The clips. One that has a group, or whose name does not tell, is left as it is.

    Example:
        >>> from pathlib import Path
        >>> [found.group for found in with_named_groups([Recording(Path("yes/0a7c_nohash_1.wav"), ("yes",))])]
        ['speaker 0a7c']
    """
    told = [_ESC.fullmatch(found.path.stem) for found in recordings]
    if group in (None, "group", "fold") and all(told) and not any(found.group for found in recordings):
        return [
            replace(found, group=f"fold {name['fold']}", source=name["source"])
            for found, name in zip(recordings, told, strict=True)
            if name
        ]
    if group not in (None, "group", "speaker"):
        return list(recordings)
    return [
        replace(found, group=f"speaker {found.path.name.partition(_SPEECH_COMMANDS)[0]}")
        if found.group is None and _SPEECH_COMMANDS in found.path.name
        else found
        for found in recordings
    ]
