"""What the ingestion program leaves for the scoring program: `start.txt`, the predictions and `end.txt`."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path

import numpy as np
import yaml
from bad_input_error import BadInputError

_REASON_LENGTH = 500


class OutputFolder:
    """The output folder; every file appears whole or not at all.

    Args:
        path: The folder; it is made if need be, and what an older run left in it is removed.

    Raises:
        BadInputError: The folder cannot be written.
    """

    def __init__(self, path: Path):
        self.path = path
        self.predictions = 0
        self._start_lines: list[str] = []
        self._task_name = "unknown"
        self._absolute = False
        self._start_time = time.time()
        try:
            path.mkdir(parents=True, exist_ok=True)
            for old in [*path.glob("*.predict_*"), path / "start.txt", path / "end.txt"]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise BadInputError(f"{path}: cannot write into --output_dir: {error.strerror}") from None

    def start(self, task_name: str, time_budget: float, absolute: bool = False) -> None:
        """Write `start.txt`.

        Args:
            task_name: Name of the data set.
            time_budget: Seconds.
            absolute: Whether time stamps are to be seconds since 1970, as in the AutoDL competitions.
        """
        self._task_name = task_name
        self._absolute = absolute
        self._start_lines = [
            f"ingestion_pid: {os.getpid()}",
            f"task_name: {_yaml_text(task_name)}",
            f"time_budget: {time_budget}",
            f"start_time: {self._start_time:.6f}",
        ]
        self._write_start()

    def add_prediction(self, prediction: np.ndarray, seconds: float) -> None:
        """Write a prediction, then its time stamp.

        Args:
            prediction: Float array `(test clips, classes)`.
            seconds: Time used so far.
        """
        text = io.BytesIO()
        np.savetxt(text, prediction, fmt="%.9g")
        self._write(f"{self._task_name}.predict_{self.predictions}", text.getvalue())
        stamp = seconds + (self._start_time if self._absolute else 0.0)
        self._start_lines.append(f"{self.predictions}: {stamp:.6f}")
        self._write_start()
        self.predictions += 1

    def end(self, success: bool, reason: str) -> None:
        """Write `end.txt`, for which a scoring program waits.

        Args:
            success: Whether the submission ran to its end or to the end of its time.
            reason: One line on what happened.
        """
        now = time.time()
        lines = [
            f"ingestion_duration: {now - self._start_time:.6f}",
            f"ingestion_success: {int(success)}",
            f"end_time: {now:.6f}",
            f"reason: {_quoted(reason)}",
        ]
        self._write("end.txt", ("\n".join(lines) + "\n").encode())

    def _write_start(self) -> None:
        self._write("start.txt", ("\n".join(self._start_lines) + "\n").encode())

    def _write(self, name: str, data: bytes) -> None:
        temporary = self.path / f".{name}.tmp"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path / name)


def _yaml_text(text: str) -> str:
    """The text bare, as the official program writes it, unless YAML would read something else in it."""
    try:
        bare = yaml.safe_load(f"task_name: {text}") == {"task_name": text}
    except yaml.YAMLError:
        bare = False
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    """The text on one line in double quotes, without what YAML forbids."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return json.dumps(" ".join(line.split())[:_REASON_LENGTH], ensure_ascii=False)
