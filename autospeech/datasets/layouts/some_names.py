"""A look at what is in a folder that costs the same however much there is, and never fails."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from autospeech.datasets.sound_suffixes import is_sound

MOST_NAMES = 200
# Folders of a folder, to see whether there is sound in it.
_LOOKED_INTO = 10


def some_names(folder: Path, *, folders: bool = False) -> list[str]:
    """Name some of what lies in a folder.

    Args:
        folder: The folder; what is none has nothing in it.
        folders: Whether folders are wanted and not files.

    Returns:
        At most 200 names that do not begin with a dot, sorted.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     Path(place, "Actor_01").mkdir()
        ...     some_names(Path(place), folders=True), some_names(Path(place))
        (['Actor_01'], [])
    """
    try:
        with os.scandir(folder) as entries:
            some = [entry for entry in islice(entries, MOST_NAMES) if not entry.name.startswith(".")]
            return sorted(entry.name for entry in some if entry.is_dir() == folders)
    except OSError:
        return []


def has_file(folder: Path, name: str) -> bool:
    """Whether a folder holds a file of a name; no, too, where the folder may not be read."""
    try:
        return (folder / name).is_file()
    except OSError:
        return False


def holds_sound(folder: Path) -> bool:
    """Whether some of the files in a folder, or in folders in it, are sounds by their names."""
    looked_into = [folder, *(folder / name for name in some_names(folder, folders=True)[:_LOOKED_INTO])]
    return any(is_sound(name) for place in looked_into for name in some_names(place))
