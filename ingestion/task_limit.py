"""A bound on how many processes and threads a submission may have at once (Linux; elsewhere the watch alone)."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

_HARD_SHARE = 1.25  # of the limit; between the two, the watch ends the submission with a clear word
_CGROUPS = Path("/sys/fs/cgroup")
_MOST_TASKS = 2**22  # of a Linux machine
_CLOSE_ENOUGH = 32  # tasks; each halving costs a start of a process


def default_task_limit() -> int:
    """Processes and threads together: TensorFlow has some hundred threads, and more on a machine with many cores."""
    return 500 + 64 * (os.cpu_count() or 1)


class TaskLimit:
    """Lets the system refuse processes and threads beyond a limit, where it offers a way.

    For root that is a cgroup of the kind `pids`; for another user `RLIMIT_NPROC`, above what the user has running.

    Args:
        limit: Processes and threads of the submission together.
    """

    def __init__(self, limit: int):
        self.limit = limit
        self._hard = int(limit * _HARD_SHARE)
        name = f"ingestion-{os.getpid()}"
        self._groups = [(home, place / name) for home, place in _pids_cgroups()]

    def enter(self) -> None:
        """Put this process under the limit, from which its children inherit it."""
        for _, group in self._groups:
            try:
                group.mkdir()
                (group / "pids.max").write_text(str(self._hard))
                (group / "cgroup.procs").write_text(str(os.getpid()))
            except OSError:
                self.close()
            else:
                return
        with contextlib.suppress(OSError, ValueError):
            soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
            limit = _own_tasks(soft) + self._hard
            if hard == resource.RLIM_INFINITY or limit < hard:
                resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))

    def leave(self) -> None:
        """Take this process out again; its children stay. `RLIMIT_NPROC` stays, above what this process needs."""
        for home, group in self._groups:
            if group.is_dir():
                with contextlib.suppress(OSError):
                    (home / "cgroup.procs").write_text(str(os.getpid()))

    def freeze(self) -> None:
        """Let no more processes start under the limit."""
        for _, group in self._groups:
            with contextlib.suppress(OSError):
                (group / "pids.max").write_text("0")

    def close(self) -> None:
        """Remove what was made; all processes under the limit must have ended. A process forked from this one may."""
        for _, group in self._groups:
            with contextlib.suppress(OSError):
                group.rmdir()


def _pids_cgroups() -> list[tuple[Path, Path]]:
    """The cgroup of this process, and a folder in which one for the submission may be made."""
    found = []
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if "pids" in controllers.split(","):
                home = _CGROUPS / controllers / path.lstrip("/")
                found.append((home, home))
            elif not controllers and (_CGROUPS / "cgroup.controllers").exists():
                # A group of version 2 with processes in it cannot hand the controller on, the one above may.
                home = _CGROUPS / path.lstrip("/")
                found.append((home, home.parent if path != "/" else home))
    return found


def _own_tasks(soft_limit: int) -> int:
    """How many processes and threads this user has running, as the system counts.

    The count spans containers, of which `/proc` does not tell. So the smallest limit is sought under which a process
    may still be started.
    """
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    low, high = 0, 1024
    try:
        while high < _MOST_TASKS and not _may_start(high, hard):
            low, high = high, high * 2
        while high - low > _CLOSE_ENOUGH:
            middle = (low + high) // 2
            low, high = (low, middle) if _may_start(middle, hard) else (middle, high)
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, (soft_limit, hard))
    return high


def _may_start(limit: int, hard: int) -> bool:
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
    try:
        child = os.fork()
    except BlockingIOError:
        return False
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True
