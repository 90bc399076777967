"""What the process may use: cores, threads of the linear algebra, memory that is kept; interruptions of it."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

# glibc's mallopt: give memory back only above this, and take blocks below that from the heap.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT, _FROM_HEAP = 1 << 30, 1 << 28


def cores() -> int:
    """Return how many cores this process may use, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def threads() -> ThreadPoolExecutor:
    """Return the process's threads for NumPy work, one a core."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="autospeech")


def blas_libraries() -> Any:
    """Return the libraries of linear algebra that are loaded by now; looking for them takes some milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_blas_thread(libraries: Any = None) -> AbstractContextManager[Any]:
    """Return a context in which the linear algebra uses one thread, for work that is already shared among all cores.

    Args:
        libraries: What `blas_libraries` found, where no more have been loaded since; None to look again.
    """
    limited: AbstractContextManager[Any] = (libraries or blas_libraries()).limit(limits=1, user_api="blas")
    return limited


def keep_memory() -> None:
    """Let glibc keep freed memory: asking the kernel for every block again doubles the time of short NumPy steps.

    Other C libraries are left as they are.
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
        libc.mallopt(_M_MMAP_THRESHOLD, _FROM_HEAP)
    except (OSError, AttributeError):
        return


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], bool]]:
    """Note each Ctrl-C beside raising it: one that comes while Python tidies up (`__del__`) is lost otherwise.

    Yields:
        What tells whether there was one.
    """
    before = signal.getsignal(signal.SIGINT)
    noted = threading.Event()
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield noted.is_set
        return

    def note(number: int, frame: Any) -> Any:
        noted.set()
        return before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted.is_set
    finally:
        signal.signal(signal.SIGINT, before)
