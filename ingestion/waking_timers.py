"""Timers of the system that let this process go on when another has stopped it (Linux; elsewhere nothing)."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import time

_COUNT = 16
_STEP_NANOSECONDS = 100_000_000
_BY_SIGNAL = 0  # SIGEV_SIGNAL


class _SignalEvent(ctypes.Structure):
    """`struct sigevent` of 64-bit Linux."""

    _fields_ = [
        ("value", ctypes.c_void_p),
        ("number", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_byte * 48),
    ]


class WakingTimers:
    """Have the system send this process SIGCONT, which reaches it when it is stopped too.

    A SIGSTOP takes back a SIGCONT that is on its way, and a timer whose signal is taken back is dead. So there are
    several, which run out one after the other.
    """

    def __init__(self) -> None:
        self._timers: list[ctypes.c_void_p] = []
        with contextlib.suppress(OSError, AttributeError):
            self._system = ctypes.CDLL(None)
            event = _SignalEvent(None, signal.SIGCONT, _BY_SIGNAL)
            for _ in range(_COUNT):
                timer = ctypes.c_void_p()
                if self._system.timer_create(time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)) == 0:
                    self._timers.append(timer)

    def wind(self) -> None:
        """Start all anew, the dead ones too. The receiver of SIGCONT must do so, or the signals stop."""
        for number, timer in enumerate(self._timers, start=1):
            seconds, nanoseconds = divmod(number * _STEP_NANOSECONDS, 10**9)
            self._system.timer_settime(timer, 0, (ctypes.c_long * 4)(0, 0, seconds, nanoseconds), None)
