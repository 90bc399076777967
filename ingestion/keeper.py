"""The first process of the program: it waits for the second, which does the work, and ends what that leaves behind.

A submission of the same user may send any signal to either. Signals that can be ignored are; a stopped process goes on
at once; and of a killed one the other tidies up.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType

from concealment import hide_memory
from process_tree import adopt_orphans, come_first, kill_all
from waking_timers import WakingTimers

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
# A handler would have the system try again for ever what these refuse.
_IGNORED = (signal.SIGTTIN, signal.SIGTTOU)
# A fault of this program itself, or not to be caught, or with another meaning here.
_LEFT_ALONE = {
    *(signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP, signal.SIGSYS, signal.SIGABRT),
    *(signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ),
}
_PR_SET_PDEATHSIG = 1
_CRASHED = 70  # the exit code of a worker that could not even say how it ended
_LOOK_SECONDS = 0.5


class Due:
    """The latest moment at which the worker must show that it is not stuck; both processes see it."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.set(None)

    def set(self, moment: float | None) -> None:
        """Set the moment on the monotonic clock, or None for no such moment."""
        self._memory[:8] = struct.pack("d", float("inf") if moment is None else moment)

    def is_past(self) -> bool:
        """Whether the moment is over."""
        return time.monotonic() > struct.unpack("d", self._memory[:8])[0]


def keep(work: Callable[[Due], int], when_ended_badly: Callable[[str], int]) -> int:
    """Do the work in a second process, and wait for its end.

    Args:
        work: Gets the moment to set while it waits for somebody else; returns the exit code. The signals `STOPPING`
            are blocked until it lets them in.
        when_ended_badly: Called in the first process where the second was killed or crashed, with what happened, after
            all that it left running has been killed; returns the exit code.

    Returns:
        The exit code.
    """
    if not hasattr(signal, "sigtimedwait"):
        return work(Due())  # no Linux
    due = Due()
    all_signals = signal.valid_signals()
    signal.pthread_sigmask(signal.SIG_BLOCK, all_signals)
    adopt_orphans()
    sys.stdout.flush()
    worker = os.fork()
    if worker == 0:
        _run_worker(work, due)
    come_first()
    hide_memory()
    timers = WakingTimers()
    stuck = False
    while (status := _ended(worker)) is None:
        timers.wind()
        received = signal.sigtimedwait(all_signals, _LOOK_SECONDS)
        if received and received.si_signo in STOPPING:
            os.kill(worker, received.si_signo)
        if due.is_past():
            stuck = True
            os.kill(worker, signal.SIGKILL)
    kill_all()
    if os.WIFEXITED(status):
        code = os.WEXITSTATUS(status)
        return code if code != _CRASHED else when_ended_badly("crashed")
    name = signal.Signals(os.WTERMSIG(status)).name
    return when_ended_badly("was stuck and has been killed" if stuck else f"was killed from outside by {name}")


def _run_worker(work: Callable[[Due], int], due: Due) -> None:
    code = _CRASHED
    try:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        for number in signal.valid_signals() - _LEFT_ALONE - set(STOPPING):
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN if number in _IGNORED else _do_nothing)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals() - set(STOPPING))
        timers = WakingTimers()
        signal.signal(signal.SIGCONT, lambda number, frame: timers.wind())
        timers.wind()
        code = work(due)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _ended(worker: int) -> int | None:
    """The status of the worker once it has ended; one that is stopped goes on."""
    while True:
        number, status = os.waitpid(worker, os.WNOHANG | os.WUNTRACED)
        if number == 0:
            return None
        if not os.WIFSTOPPED(status):
            return status
        os.kill(worker, signal.SIGCONT)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Unlike an ignored signal, one with a handler is not handed on to the submission."""
