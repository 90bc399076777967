"""Leave no trace of where the data set lies that the submission's process could read (Linux; elsewhere nothing)."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

_PR_SET_DUMPABLE = 4
_NAMES_OF_FOLDERS = ("PWD", "OLDPWD", "_", "AUTOSPEECH_DATA")
# A search path or a home may well contain the data set, and a program does not run without them.
_KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "VIRTUAL_ENV")


def hide_start() -> None:
    """Leave the current folder, and overwrite the arguments and the environment that `/proc` shows of this process.

    `sys.argv` and `os.environ` keep their values. Call it when all paths are absolute.
    """
    os.chdir("/")
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        # Fields 48 to 51 of proc(5), of which the first after the name is the third.
        argument_start, argument_end, environment_start, environment_end = (int(field) for field in fields[45:49])
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            for start, end, shown in (
                (argument_start, argument_end, b"ingestion"),
                (environment_start, environment_end, b""),
            ):
                memory.seek(start)
                memory.write(shown[: end - start].ljust(end - start, b"\0"))


def hide_memory() -> None:
    """Let no process of this user read this one's memory, folder, descriptors and maps.

    A process with some rights of root still could; the submission's gives those up.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


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
