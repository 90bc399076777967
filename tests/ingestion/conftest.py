"""Tiny data sets, and the real ingestion program run on them."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from ingestion_program import PROGRAM, SUBMISSIONS

from benchmarks.attacks import write_data_set


@dataclasses.dataclass(frozen=True)
class Run:
    """What a run of the program left."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    output: Path

    @property
    def start(self) -> dict:
        return yaml.safe_load((self.output / "start.txt").read_text())

    @property
    def end(self) -> dict:
        return yaml.safe_load((self.output / "end.txt").read_text())

    @property
    def stamps(self) -> list[float]:
        return [value for key, value in self.start.items() if isinstance(key, int)]

    @property
    def predictions(self) -> list[np.ndarray]:
        found = sorted(self.output.glob("*.predict_*"), key=lambda path: int(path.name.rpartition("_")[2]))
        assert [path.name.rpartition("_")[2] for path in found] == [str(number) for number in range(len(found))]
        assert len(found) == len(self.stamps)
        return [np.loadtxt(path, ndmin=2) for path in found]

    def row(self, name: str, past: float) -> str:
        """One line of the table that `pytest -s` prints."""
        text = self.end["reason"].replace("|", "\\|")
        return f"| {name} | {text} | {self.code} | {len(self.predictions)} | {past:.1f} |"


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., Run]:
    """Runs the program as a person or a platform would: `run_program(dataset_dir, "good", "--time_budget", "2")`."""

    def run(dataset_dir: Path, submission: str | Path, *flags: str, **variables: str) -> Run:
        output = tmp_path / "output"
        command = [sys.executable, str(PROGRAM), "--dataset_dir", str(dataset_dir), "--output_dir", str(output)]
        start = time.monotonic()
        done = subprocess.run(
            [*command, "--code_dir", str(SUBMISSIONS / submission), *flags],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=dataset_dir if dataset_dir.is_dir() else None,
            env=os.environ | variables,
        )
        return Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start, output)

    return run


@pytest.fixture
def data_set(tmp_path: Path) -> Path:
    """A folder with the AutoSpeech data set `hidden_task`: six training and four test clips of three classes."""
    folder = tmp_path / "data"
    write_data_set(folder)
    return folder


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a small disk: `small_disk("size=1m")`."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True)
        if done.returncode:
            pytest.xfail(f"no disk may be mounted here: {done.stderr.strip()}")
        return folder

    yield mount
    subprocess.run(["umount", folder], capture_output=True)
