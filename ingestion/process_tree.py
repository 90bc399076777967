"""All processes that a submission has started: their memory, and their end (Linux; elsewhere the group alone)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none is lost by a double fork."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(root: int) -> list[int]:
    """Process numbers of all living descendants of a process.

    Args:
        root: The process; not among the answer.

    Returns:
        Numbers, parents before their children.
    """
    children: dict[int, list[int]] = {}
    with contextlib.suppress(OSError):
        for entry in os.scandir("/proc"):
            if entry.name.isdigit() and (stat := _stat(entry.name)) and stat[0] != "Z":
                children.setdefault(int(stat[1]), []).append(int(entry.name))
    found = list(children.get(root, []))
    for process in found:  # the list grows while it is walked
        found += children.get(process, [])
    return found


def resident_bytes(processes: list[int], limit: float) -> int:
    """Memory in use by processes.

    Resident sizes count a page once for each process that shares it. Only where their sum is above the limit is the
    slower, fair share asked for.

    Args:
        processes: Process numbers.
        limit: Bytes above which the answer should be exact.

    Returns:
        Bytes.
    """
    total = sum(_resident(process) for process in processes)
    if total > limit and len(processes) > 1:
        total = sum(_proportional(process) for process in processes)
    return total


def sacrifice(processes: list[int]) -> None:
    """Let processes, and those that they start, be the first to go when the machine runs out of memory."""
    for process in processes:
        with contextlib.suppress(OSError):
            Path(f"/proc/{process}/oom_score_adj").write_text("1000")


def kill_all(group: int, seconds: float = 5.0) -> bool:
    """Kill every descendant of this process, whatever group or session it went to.

    Args:
        group: The group of the submission, all that can be found where there is no /proc.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    end = time.monotonic() + seconds
    if not Path("/proc/self/stat").exists():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    while left := descendants(os.getpid()):
        for sign in (signal.SIGSTOP, signal.SIGKILL):  # stopped first, so that none forks faster than it is found
            for process in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, sign)
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return True


def available_bytes() -> int:
    """Memory that this machine, or the container around this process, still has."""
    free = [os.sysconf("SC_PHYS_PAGES") * _PAGE]
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        free.append(int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024)
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):
            folder = Path("/sys/fs/cgroup")
            free.append(int((folder / limit).read_text()) - int((folder / used).read_text()))
    return max(0, min(free))


def _stat(process: str) -> list[str] | None:
    """State, parent and what follows; the name before them may hold anything, brackets too."""
    try:
        return Path("/proc", process, "stat").read_bytes().rpartition(b")")[2].decode().split()
    except OSError:
        return None


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(process)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
