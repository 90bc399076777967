"""Programs that end when the process that started them does, also when that is killed.

It is a program too: it asks the system for that and becomes the other program.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def ending_with_parent(command: Sequence[str]) -> list[str]:
    r"""Return the command that starts a program which gets SIGTERM when this process ends, however that is.

    It is for a thread that waits for the program: the signal comes when the thread that started it ends. Where the
    system is not Linux, the program is started as it is.

    Args:
        command: The program and its arguments.

    Example:
        >>> import subprocess
        >>> subprocess.run(ending_with_parent(["echo", "here"]), capture_output=True, text=True).stdout
        'here\n'
    """
    # -I, since the modules beside this file are not for the program, and -S, since it needs no others.
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def _main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        # It may have ended before it was asked for.
        if os.getppid() != parent:
            sys.exit(128 + signal.SIGTERM)
    os.execvp(command[0], command)


if __name__ == "__main__":
    _main()
