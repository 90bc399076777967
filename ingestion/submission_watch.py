"""Looks at a submission while it is waited for: how much memory and how many processes it has."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from process_tree import process_tree, reap, resident_bytes
from submission_fault import SubmissionFaultError

_TICK = 0.1  # seconds between two looks, unless looking is slow
_WATCHING_SHARE = 0.05  # of one core, at most, for those looks


class SubmissionWatch:
    """Ends a submission that takes more than it may.

    Args:
        memory_limit: Bytes; with more than that the submission is at fault.
        task_limit: Processes and threads together; with more than that it is at fault as well.
        guard_output: Called at every look.
    """

    def __init__(self, memory_limit: float, task_limit: int, guard_output: Callable[[], None]):
        self._memory_limit = memory_limit
        self._task_limit = task_limit
        self._guard_output = guard_output
        self._next_look = 0.0

    def look(self, child: int) -> None:
        """Look, unless the last look was just before.

        Args:
            child: Number of the process that was started.

        Raises:
            SubmissionFaultError: A limit is exceeded.
        """
        if time.monotonic() < self._next_look:
            return
        start = time.thread_time()  # not the clock, on which a look takes long just when it matters
        tree = list(process_tree(os.getpid()))
        reap(tree, spared=child)
        tasks = sum(process.threads for process in tree)
        if tasks > self._task_limit:
            raise SubmissionFaultError(f"the submission had more than {self._task_limit} processes and threads at once")
        used = resident_bytes([process.number for process in tree if not process.ended], self._memory_limit)
        if used > self._memory_limit:
            raise SubmissionFaultError(f"the submission used more than {self._memory_limit / 2**30:.3g} GiB of memory")
        self._guard_output()
        self._next_look = time.monotonic() + max(_TICK, (time.thread_time() - start) / _WATCHING_SHARE)
