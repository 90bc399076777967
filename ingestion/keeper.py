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
from process_tree import adopt_orphans, kill_all

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
# A handler would have the system try again for ever what these refuse.
_IGNORED = (signal.SIGTTIN, signal.SIGTTOU)
# A fault of this program itself, or not to be caught, or with another meaning here.
_LEFT_ALONE = {
    *(signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP, signal.SIGSYS, signal.SIGABRT),
    *(signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ),
}
_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.5
_WAKING_SECONDS = 0.1


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


def keep(work: Callable[[Due], int], when_killed: Callable[[str], int]) -> int:
    """Do the work in a second process, and wait for its end.

    Args:
        work: Gets the moment to set while it waits for somebody else; returns the exit code.
        when_killed: Called in the first process where the second was killed, with what happened, after all that it
            left running has been killed; returns the exit code.

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
        _run_worker(work, due, os.getppid())
    hide_memory()
    _wake_oneself_when_stopped()
    stuck = False
    while (status := _ended(worker)) is None:
        received = signal.sigtimedwait(all_signals, _LOOK_SECONDS)
        if received and received.si_signo in STOPPING:
            os.kill(worker, received.si_signo)
        if due.is_past():
            stuck = True
            os.kill(worker, signal.SIGKILL)
    kill_all()
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    name = signal.Signals(os.WTERMSIG(status)).name
    return when_killed("was stuck and has been killed" if stuck else f"was killed from outside by {name}")


def _run_worker(work: Callable[[Due], int], due: Due, keeper: int) -> None:
    code = 1
    try:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        for number in signal.valid_signals() - _LEFT_ALONE - set(STOPPING):
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN if number in _IGNORED else _do_nothing)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
        _wake_oneself_when_stopped()
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


def _wake_oneself_when_stopped() -> None:
    """Have the system send SIGCONT now and then, which reaches a stopped process too."""

    class SignalEvent(ctypes.Structure):
        _fields_ = [
            ("value", ctypes.c_void_p),
            ("number", ctypes.c_int),
            ("notify", ctypes.c_int),  # 0: by a signal
            ("rest", ctypes.c_byte * 48),
        ]

    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        timer = ctypes.c_void_p()
        event = SignalEvent(None, signal.SIGCONT, 0)
        nanoseconds = int(_WAKING_SECONDS * 1e9)
        if libc.timer_create(time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)) == 0:
            libc.timer_settime(timer, 0, (ctypes.c_long * 4)(0, nanoseconds, 0, nanoseconds), None)
