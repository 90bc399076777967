"""A run as an ingestion program leaves it, written by hand, and the scoring program run on it for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

SCORE = Path(__file__).parents[2] / "scoring" / "score.py"
START_TIME = 1_700_000_000.0


@dataclass(frozen=True)
class Outcome:
    """What one call of the scoring program left behind."""

    exit_code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def scores(self) -> dict[str, float]:
        return json.loads((self.folder / "scores.json").read_text())

    @property
    def curve(self) -> dict:
        return json.loads((self.folder / "learning_curve.json").read_text())

    @property
    def page(self) -> str:
        return (self.folder / "detailed_results.html").read_text()


class RunFiles:
    """Writes the files of one run below a folder and scores them."""

    def __init__(self, folder: Path, name: str = "demo") -> None:
        self.name = name
        self.solutions = folder / "solutions"
        self.predictions = folder / "predictions"
        self.scores = folder / "scores"
        self.solutions.mkdir()
        self.predictions.mkdir()

    def solution(self, labels: np.ndarray, label_names: list[str] | None = None) -> None:
        np.savetxt(self.solutions / f"{self.name}.solution", labels, fmt="%d")
        if label_names is not None:
            data = self.solutions / f"{self.name}.data"
            data.mkdir()
            (data / "meta.json").write_text(json.dumps({"class_num": len(label_names), "label_names": label_names}))

    def header(self, budget: float = 120, start_time: float = START_TIME, pid: int = 1) -> str:
        name = json.dumps(self.name)
        return f"ingestion_pid: {pid}\ntask_name: {name}\ntime_budget: {budget}\nstart_time: {start_time!r}\n"

    def start(self, stamps: list[object], **header: float) -> None:
        lines = "".join(f"{number}: {stamp}\n" for number, stamp in enumerate(stamps))
        (self.predictions / "start.txt").write_text(self.header(**header) + lines)

    def predict(self, number: int, matrix: np.ndarray) -> Path:
        path = self.predictions / f"{self.name}.predict_{number}"
        np.savetxt(path, matrix, fmt="%.17g")
        return path

    def end(self, success: int = 1, reason: str = "done_training") -> Path:
        path = self.predictions / "end.txt"
        path.write_text(
            f"ingestion_duration: 9.5\ningestion_success: {success}\nend_time: {START_TIME + 9.5}\nreason: {reason}\n"
        )
        return path

    def finished(self, labels: np.ndarray, matrices: list[np.ndarray], stamps: list[object], **header: float) -> None:
        self.solution(labels)
        for number, matrix in enumerate(matrices):
            self.predict(number, matrix)
        self.start(stamps, **header)
        self.end()

    def command(self, *flags: str) -> list[str]:
        folders = [
            f"--solution_dir={self.solutions}",
            f"--prediction_dir={self.predictions}",
            f"--score_dir={self.scores}",
        ]
        return [sys.executable, str(SCORE), *folders, *flags]

    def score(self, *flags: str) -> Outcome:
        done = subprocess.run(self.command(*flags), capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return Outcome(done.returncode, done.stdout, done.stderr, self.scores)

    def follow(self, *flags: str) -> subprocess.Popen[str]:
        command = self.command("--poll=0.05", *flags)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def run_files(tmp_path: Path) -> RunFiles:
    return RunFiles(tmp_path)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "waited a minute in vain"
            time.sleep(0.02)

    return wait


@pytest.fixture
def keep_fresh() -> Callable[[Path], None]:
    """Date a file into the future, so that however slow the machine it does not pass for one nobody writes any more."""

    def keep(path: Path) -> None:
        os.utime(path, (time.time() + 3600,) * 2)

    return keep
