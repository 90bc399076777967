"""All processes that a submission has started: their memory, and their end (Linux; elsewhere the group alone)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none is lost by a double fork."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Process(NamedTuple):
    """A process as `/proc` shows it.

    Args:
        number: Its number.
        parent: The number of its parent.
        group: The number of its process group.
        threads: How many threads it has.
        ended: Whether it has ended and only its parent has not asked for its exit code yet.
    """

    number: int
    parent: int
    group: int
    threads: int
    ended: bool


def process_tree(root: int) -> Iterator[Process]:
    """Walk through all descendants of a process, those that have ended included.

    Each is given out at once when it is seen: a process that forks and exits over and over can only be caught so.

    Args:
        root: The process; not among the answer.

    Yields:
        Processes, parents before their children.
    """
    inside = {root}
    waiting: dict[int, list[Process]] = {}
    if not Path("/proc/self/stat").exists():
        return
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or (process := _look_at(entry.name)) is None:
            continue
        if process.parent not in inside:
            waiting.setdefault(process.parent, []).append(process)
            continue
        found = [process]
        for one in found:  # the list grows while it is walked
            yield one
            inside.add(one.number)
            found += waiting.pop(one.number, [])


def descendants(root: int) -> list[int]:
    """Process numbers of all living descendants of a process.

    Args:
        root: The process; not among the answer.

    Returns:
        Numbers, parents before their children.
    """
    return [process.number for process in process_tree(root) if not process.ended]


def reap(processes: Iterable[Process], spared: int) -> None:
    """Take the exit codes of ended children of this process, so that they do not count as processes any more.

    Args:
        processes: What `process_tree` found.
        spared: A child whose exit code another needs.
    """
    for process in processes:
        if process.ended and process.parent == os.getpid() and process.number != spared:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.number, os.WNOHANG)


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


def come_first() -> None:
    """Get the processor before the submission does, where this user may ask for that (root may).

    What this process starts from now on is not favoured.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def sacrifice(processes: list[int]) -> None:
    """Let processes, and those that they start, be the first to go when the machine runs out of memory."""
    for process in processes:
        with contextlib.suppress(OSError):
            Path(f"/proc/{process}/oom_score_adj").write_text("1000")


def kill_all(group: int | None = None, seconds: float = 8.0) -> bool:
    """Kill every descendant of this process, whatever group or session it went to.

    All are stopped before the first is killed, so that none forks faster than it is found.

    Args:
        group: The group of the submission, all that can be found where there is no /proc.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    end = time.monotonic() + seconds
    if group is not None and not Path("/proc/self/stat").exists():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    stopped: set[int] = set()
    while time.monotonic() < end and _signal_tree(signal.SIGSTOP, stopped):
        pass
    while _signal_tree(signal.SIGKILL, set()):
        if time.monotonic() > end:
            return False
        _reap_all()
        time.sleep(0.01)
    _reap_all()
    return True


def _signal_tree(sign: signal.Signals, done: set[int]) -> bool:
    """Send a signal to every descendant that is not among those already done; says whether there was one."""
    me, own_group = os.getpid(), os.getpgrp()
    groups: set[int] = set()
    fresh = False
    for process in process_tree(me):
        if process.ended or process.number in done:
            continue
        fresh = True
        done.add(process.number)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # The whole group in one call. Its numbers are those of this machine, so that it is the submission's.
            if process.group not in groups and process.group > 1 and process.group != own_group:
                groups.add(process.group)
                os.killpg(process.group, sign)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.number, sign)
    return fresh


def _reap_all() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


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


def _look_at(name: str) -> Process | None:
    try:
        descriptor = os.open(f"/proc/{name}/stat", os.O_RDONLY)
    except OSError:
        return None
    try:
        # The name in brackets may hold anything, brackets too.
        fields = os.read(descriptor, 4096).rpartition(b")")[2].split()
    except OSError:
        return None
    finally:
        os.close(descriptor)
    if len(fields) < 18:
        return None
    threads = int(fields[17])
    # The first thread may have ended before the others: such a process lives.
    ended = fields[0] in (b"Z", b"X") and threads <= 1
    return Process(int(name), int(fields[1]), int(fields[2]), threads, ended)


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
