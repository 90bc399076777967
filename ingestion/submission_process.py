"""The process in which a submission runs, seen from outside."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bounded_log import BoundedLog
from isolation import INSIDE, Isolation
from keeper import Due
from message_reader import MessageReader
from private_folder import PrivateFolder
from process_tree import descendants, kill_all, sacrifice
from submission_fault import OutOfTimeError, SubmissionFaultError
from submission_watch import SubmissionWatch

_TICK = 0.1  # seconds between two looks at the submission
_STUCK_SECONDS = 5.0  # after the end of a wait
_HEARTBEAT = 20.0  # seconds between two signs of life
_T = TypeVar("_T")


class SubmissionProcess:
    """Starts the runner on a folder of copies, and waits for its answers with an eye on time and memory.

    Args:
        private: Its private folder, with the code and the metadata in it.
        isolation: What shuts it in; None for nothing.
        kind: `"autospeech"` or `"autodl"`.
        environment: The environment of the new process.
        log: Takes what the submission prints.
        watch: Looks at the submission while it is waited for.
        due: Says until when a wait must be over.
        still_waiting: Called with the seconds since a command was sent, now and then until it is answered.
    """

    def __init__(
        self,
        private: PrivateFolder,
        isolation: Isolation | None,
        kind: str,
        environment: Mapping[str, str],
        log: BoundedLog,
        watch: SubmissionWatch,
        due: Due,
        still_waiting: Callable[[float], None],
    ) -> None:
        self._still_waiting = still_waiting
        self._log = log
        self._watch = watch
        self._due = due
        self._reader = MessageReader()
        command_read, self._commands = os.pipe()
        self._answers, answer_write = os.pipe()
        self._output, output_write = os.pipe()
        for pipe in (self._answers, self._output, self._commands):
            os.set_blocking(pipe, False)
        self._isolated = isolation is not None
        folder = INSIDE if isolation else private.seen
        variables = dict(environment) | {"TMPDIR": str(folder / "tmp")}
        if isolation:
            # Packages that the user has installed for herself lie in her home.
            variables |= {"HOME": "/tmp", "PYTHONUSERBASE": site.getuserbase()}
        runner = [sys.executable, "-u", str(folder / "runner" / "runner.py")]
        self._process = subprocess.Popen(
            [*(isolation.command(private) if isolation else []), *runner, str(command_read), str(answer_write), kind],
            cwd=private.seen / "code",
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output_write,
            stderr=output_write,
            pass_fds=(command_read, answer_write),
            start_new_session=True,
        )
        for pipe in (command_read, answer_write, output_write):
            os.close(pipe)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._answers, selectors.EVENT_READ)
        self._selector.register(self._output, selectors.EVENT_READ)

    def wait_for_start(self, seconds: float) -> None:
        """Wait until it takes commands, as `ask` does for an answer."""
        self.wait("started", seconds)
        sacrifice(descendants(os.getpid()))

    def ask(self, command: str, answer: str, seconds: float, **values: Any) -> tuple[dict[str, Any], float]:
        """Send a command and wait for its answer.

        Args:
            command: What to do.
            answer: What the answer is called.
            seconds: How long to wait.
            **values: More to send.

        Returns:
            The answer, and the seconds that it took.

        Raises:
            OutOfTimeError: No answer came in time.
            SubmissionFaultError: Something else came, the process ended or used too much memory.
        """
        start = time.monotonic()
        try:
            os.write(self._commands, json.dumps({"do": command, **values}).encode() + b"\n")
        except OSError:
            raise self._ended() from None
        message = self.wait(answer, seconds)
        return message, time.monotonic() - start

    def wait(self, answer: str, seconds: float) -> dict[str, Any]:
        """Wait for an answer, as `ask` does, to what was asked before."""
        message = self._until(self._reader.message, time.monotonic() + seconds)
        if message["is"] == "fault":
            where, error = (str(message.get(key, ""))[:1000] for key in ("where", "error"))
            raise SubmissionFaultError(f"the submission raised {error} in {where}", str(message.get("traceback", "")))
        if message["is"] != answer:
            raise SubmissionFaultError(f"the submission's process answered {message['is'][:50]!r}, not {answer!r}")
        return message

    def receive(self, count: int, seconds: float) -> bytes:
        """Wait for `count` announced bytes, as `ask` does for an answer."""
        return self._until(lambda: self._reader.raw(count), time.monotonic() + seconds)

    def last_output(self, lines: int) -> str:
        """The last lines that the submission printed."""
        self._drain()
        return self._log.last_lines(lines)

    def stop(self) -> bool:
        """Kill the process and all that it started; says whether none is left."""
        gone = kill_all(self._process.pid)
        self._drain()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.1)
        self._selector.close()
        for pipe in (self._commands, self._answers, self._output):
            os.close(pipe)
        return gone

    def _until(self, take: Callable[[], _T | None], deadline: float) -> _T:
        self._due.set(deadline + _STUCK_SECONDS)
        try:
            return self._wait_until(take, deadline)
        finally:
            self._due.set(None)

    def _wait_until(self, take: Callable[[], _T | None], deadline: float) -> _T:
        start = told = time.monotonic()
        while True:
            if time.monotonic() - told > _HEARTBEAT:
                told = time.monotonic()
                self._still_waiting(told - start)
            taken = take()
            if taken is not None:
                return taken
            left = deadline - time.monotonic()
            if left <= 0:
                raise OutOfTimeError
            self._watch.look(self._process.pid)
            for key, _ in self._selector.select(min(left, _TICK)):
                if key.fd == self._output:
                    self._take_output()
                elif not self._take_answers():
                    raise self._ended()
            if self._process.poll() is not None:
                # Its last answer may have come just before its end, and a child of it may hold the pipe open.
                self._take_answers()
                taken = take()
                if taken is None:
                    raise self._ended()
                return taken

    def _take_answers(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._answers, 1 << 20)  # as much as a pipe can hold
            self._reader.feed(data)
            return bool(data)
        return True

    def _take_output(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            if data := os.read(self._output, 1 << 20):
                self._log.write(data)
                return True
            self._selector.unregister(self._output)
        return False

    def _drain(self) -> None:
        end = time.monotonic() + 1  # a child that lives on may print for ever
        while self._output in self._selector.get_map() and time.monotonic() < end and self._take_output():
            pass

    def _ended(self) -> SubmissionFaultError:
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return SubmissionFaultError("the submission closed the descriptors of its own process")
        if self._isolated and code - 128 in signal.valid_signals():
            code = 128 - code  # what shuts it in tells so of a signal
        if code < 0:
            return SubmissionFaultError(f"the submission was killed by signal {-code} ({_signal_name(-code)})")
        return SubmissionFaultError(f"the submission's process exited with code {code}")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
