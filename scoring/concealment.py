"""Leave no trace of where the data lie that another process could read (Linux; elsewhere nothing).

This file stands twice, in `ingestion/` and in `scoring/`, which run alone; a test sees that the copies are equal.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

_PR_SET_DUMPABLE = 4


def hide_start(shown_name: bytes) -> None:
    """Leave the current folder, and overwrite the arguments and the environment that `/proc` shows of this process.

    `sys.argv` and `os.environ` keep their values. Call it when all paths are absolute.

    Args:
        shown_name: What stands in the place of the arguments.
    """
    os.chdir("/")
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        # Fields 48 to 51 of proc(5), of which the first after the name is the third.
        argument_start, argument_end, environment_start, environment_end = (int(field) for field in fields[45:49])
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            for start, end, shown in (
                (argument_start, argument_end, shown_name),
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
