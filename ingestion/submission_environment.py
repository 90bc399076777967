"""The environment variables that a submission may see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_NAMES_OF_FOLDERS = ("PWD", "OLDPWD", "_", "AUTOSPEECH_DATA")
# A search path or a home may well contain the data set, and a program does not run without them.
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "VIRTUAL_ENV")
# A platform's or a person's keys are no business of a submission's, which may write them where others read.
_SECRETS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY")


def environment_without(folders: list[Path], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables that name one of some folders, or are called like a secret.

    Args:
        folders: The folders, as given and as resolved.
        environment: The variables.

    Returns:
        Those that may be handed on.

    Example:
        >>> environment_without([Path("/data")], {"LANG": "C", "SET": "/data/a", "HF_TOKEN": "x"})
        {'LANG': 'C'}
    """
    hidden = {str(folder) for folder in folders} - {"/", "."}
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT
        or (
            name not in _NAMES_OF_FOLDERS
            and not any(word in name.upper() for word in _SECRETS)
            and not any(folder in value for folder in hidden)
        )
    }
