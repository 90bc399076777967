"""Let a submission train and predict, over and over, until it is done or its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine_fault import machine_fault
from output_folder import OutputFolder
from prediction_check import announced_dtype, read_prediction
from submission_fault import OutOfTimeError, SubmissionFaultError
from submission_process import SubmissionProcess
from task import Task

# Checking and writing predictions costs no budget, as in the official program. But a submission that predicts without
# end would so run without end: what goes beyond these seconds in all is counted.
_FREE_SECONDS = 5.0
_STARTING_SECONDS = 600.0
# Loading the clips is free as well, for these seconds and some times what it takes this program.
_FREE_LOADING_SECONDS = 2.0
_FREE_LOADS = 3.0


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Args:
        success: Whether the submission ran to its own end or to that of its time, and has predicted.
        reason: One line on what happened.
        details: More lines on a fault.
    """

    success: bool
    reason: str
    details: str = ""


class AnytimeLoop:
    """The loop over train and test.

    Args:
        process: The submission's process, just started.
        data: The folder in which it will look for the clips.
        task: The data set.
        output: Where predictions go.
        time_budget: Seconds inside train and test, together.
        init_budget: Seconds for the import and the construction of the model, together.
        say: Tells the person at the terminal something.
    """

    def __init__(
        self,
        process: SubmissionProcess,
        data: Path,
        task: Task,
        output: OutputFolder,
        time_budget: float,
        init_budget: float,
        say: Callable[[str], None],
    ):
        self._process = process
        self._data = data
        self._task = task
        self._output = output
        self._budget = time_budget
        self._init_budget = init_budget
        self._say = say
        self._used = 0.0
        self._last: np.ndarray | None = None
        self._free = _FREE_SECONDS

    def run(self) -> Outcome:
        """Run to the end, whatever that is; what was predicted before stays."""
        try:
            reason = self._run()
        except SubmissionFaultError as fault:
            return Outcome(False, fault.reason, fault.details or self._process.last_output(15))
        if self._output.predictions == 0:
            return Outcome(False, f"{reason} before the first prediction")
        return Outcome(True, reason)

    def _run(self) -> str:
        try:
            self._process.wait_for_start(_STARTING_SECONDS)
        except OutOfTimeError:
            raise SubmissionFaultError(f"its process was not ready within {_STARTING_SECONDS:g} s") from None
        try:
            ready, seconds = self._process.ask("init", "ready", self._init_budget)
        except OutOfTimeError:
            raise SubmissionFaultError(f"import and __init__ took more than {self._init_budget:g} s") from None
        self._say(f"model ready after {seconds:.2f} s of import and __init__, which are not counted")
        try:
            self._load()
        except OutOfTimeError:
            return "time budget used up"
        tells_when_done = ready.get("tells_when_done") is True
        done = ready.get("done") is True
        while not done:
            try:
                done = self._round(tells_when_done)
            except OutOfTimeError:
                return "time budget used up"
        return "done_training"

    def _load(self) -> None:
        """Hand over the clips. A submission that learns meanwhile pays for what is longer than loading takes."""
        try:
            self._task.stage_clips(self._data)
        except OSError as error:
            if machine_fault(error) or not error.filename or not Path(error.filename).is_relative_to(self._data):
                raise  # not its doing, as far as can be told
            raise SubmissionFaultError(f"the submission changed the folder of its data: {error}") from None
        free = _FREE_LOADING_SECONDS + _FREE_LOADS * self._task.load_seconds
        _, seconds = self._process.ask("load", "loaded", free + self._left())
        self._used += max(0.0, seconds - free)

    def _round(self, tells_when_done: bool) -> bool:
        train_seconds = self._timed("train", "trained")
        test_seconds = self._timed("test", "tested")
        start = time.monotonic()
        message = self._process.wait("prediction", self._left())
        if message.get("none") is True:
            # The older interface, without done_training, ends a run so.
            if tells_when_done or self._output.predictions == 0:
                raise SubmissionFaultError("the submission's test returned None instead of a prediction")
            return True
        prediction = self._receive(message)
        self._used += time.monotonic() - start  # counted, since the submission may learn while it hands over
        if self._left() < 0:
            raise OutOfTimeError
        start = time.monotonic()
        self._output.add_prediction(prediction, self._used)
        same = self._last is not None and np.array_equal(prediction, self._last)
        self._last = prediction
        self._say(
            f"prediction {self._output.predictions - 1} at {self._used:.2f} s "
            f"(train {train_seconds:.2f} s, test {test_seconds:.2f} s{', the same answer as before' if same else ''})"
        )
        self._free -= time.monotonic() - start
        self._used -= min(0.0, self._free)
        self._free = max(0.0, self._free)
        return message.get("done") is True

    def _timed(self, command: str, answer: str) -> float:
        if self._left() <= 0:
            raise OutOfTimeError
        _, seconds = self._process.ask(command, answer, self._left(), remaining=self._left())
        self._used += seconds
        if self._left() < 0:
            raise OutOfTimeError
        return seconds

    def _left(self) -> float:
        return self._budget - self._used

    def _receive(self, message: dict) -> np.ndarray:
        wanted = (self._task.test_num, self._task.class_num)
        dtype = announced_dtype(message, wanted)
        data = self._process.receive(dtype.itemsize * wanted[0] * wanted[1], self._left())
        return read_prediction(data, dtype, wanted)
