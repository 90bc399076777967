"""Calls in processes of their own, with the time and the memory that each of them took."""

from __future__ import annotations

import importlib
import os
import pickle
import resource
import signal
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# A call that waits for longer is ended, and one that asks for more memory gets a MemoryError.
MOST_WAITED, MOST_BYTES = 10, 3 << 30
# What a small input may cost.
MOST_SECONDS, MOST_MEGABYTES = 1.0, 200.0


@dataclass(frozen=True)
class Outcome:
    """What became of a call.

    Args:
        error: Kind and text of what it raised, or the signal that ended it; empty where it returned.
        value: The text of what it returned, its beginning.
        seconds: Of the processor.
        megabytes: By which the memory of the process grew at most.
    """

    error: str
    value: str
    seconds: float
    megabytes: float

    def check(self) -> Outcome:
        """See that it took no more than a small input may."""
        assert self.seconds < MOST_SECONDS, self
        assert self.megabytes < MOST_MEGABYTES, self
        return self


class BoundedCalls:
    """A process that loads each module once, so that loading counts for no call, and a copy of it for every call.

    Args:
        folder: Where modules lie that are in no package, such as `scoring`.
    """

    def __init__(self, folder: Path = ROOT) -> None:
        command = [sys.executable, __file__, str(folder)]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, name: str, *args: Any) -> Outcome:
        """Call `module:function`, or `module:Class.method`."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        pickle.dump((name, args), self._server.stdin)
        self._server.stdin.flush()
        return Outcome(*pickle.load(self._server.stdout))

    def close(self) -> None:
        """End the process."""
        self._server.communicate()


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            name, args = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        module, _, path = name.partition(":")
        called: Any = importlib.import_module(module)
        for part in path.split("."):
            called = getattr(called, part)
        pickle.dump(_outcome(called, args), answers)
        answers.flush()


def _outcome(called: Any, args: tuple[Any, ...]) -> tuple[str, str, float, float]:
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(sending, "wb") as out:
            pickle.dump(_told(called, args), out)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as answer:
        told = answer.read()
    _, status, usage = os.wait4(child, 0)
    seconds = usage.ru_utime + usage.ru_stime
    error, value, before = pickle.loads(told) if told else (f"signal {os.WTERMSIG(status)}", "", 0.0)
    return error, value, seconds, usage.ru_maxrss / 1024 - before


def _told(called: Any, args: tuple[Any, ...]) -> tuple[str, str, float]:
    signal.alarm(MOST_WAITED)
    size, resident = (int(pages) * resource.getpagesize() for pages in Path("/proc/self/statm").read_text().split()[:2])
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_BYTES,) * 2)
    error = value = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned = called(*args)
            if hasattr(returned, "__next__"):
                returned = sum(1 for _ in returned)
            value = repr(returned)[:1000]
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    return error, value, resident / 2**20


if __name__ == "__main__":
    sys.path[:0] = [sys.argv[1], str(ROOT)]
    _serve()
