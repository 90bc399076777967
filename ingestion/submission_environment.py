"""The environment variables that a submission may see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_NAMES_OF_FOLDERS = ("PWD", "OLDPWD", "_", "AUTOSPEECH_DATA")
# A search path or a home may well contain the data set, and a program does not run without them.
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "VIRTUAL_ENV")


def environment_without(folders: list[Path], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables that name one of some folders.

    Args:
        folders: The folders, as given and as resolved.
        environment: The variables.

    Returns:
        Those that may be handed on.
    """
    hidden = {str(folder) for folder in folders} - {"/", "."}
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or (name not in _NAMES_OF_FOLDERS and not any(folder in value for folder in hidden))
    }
