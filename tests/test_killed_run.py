"""What is left of a run whose process was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips
from benchmarks.peak_memory import descendants

# Leaves its process, its session and its parent, as a daemon does, and so does its child.
MODEL = """
import os, time
from pathlib import Path

class Model:
    done_training = False

    def __init__(self, metadata):
        if not os.fork():
            os.setsid()
            if os.fork():
                os._exit(0)
            time.sleep(300)
            os._exit(0)

    def train(self, dataset, remaining_time_budget=None):
        time.sleep(300)

    def test(self, dataset, remaining_time_budget=None):
        return None
"""
RUN = """
import sys
from pathlib import Path
from autospeech.harness import run_harness
source, out, submission = map(Path, sys.argv[1:4])
told = lambda *line: print(*line, flush=True)
run_harness(source, out, budget=200, submission=submission, isolation=sys.argv[4], report=told)
"""


def tones(clips: int) -> LabelledClips:
    which = np.arange(clips) % 2
    sounds = [np.sin(np.arange(4000) * 0.1 * (1 + label)).astype("float32") for label in which]
    return LabelledClips(sounds, np.eye(2)[which])


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["auto", "none"])
def test_nothing_outlives_a_run_that_is_killed(isolation: str, tmp_path: Path) -> None:
    source = write_autospeech(Dataset("tones", tones(8), tones(4), ("low", "high")), tmp_path, False)
    code, out = tmp_path / "code", tmp_path / "out"
    code.mkdir()
    (code / "model.py").write_text(MODEL)
    command = [sys.executable, "-c", RUN, str(source), str(out), str(code), isolation]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout is not None
            assert any("model ready" in line for line in run.stdout)
            # Two of ingestion, the scoring program, the submission and its daemon; and what shuts it in.
            wait_until(lambda: len(descendants(run.pid)) >= 5)
            started = descendants(run.pid)
            second = subprocess.run(command, capture_output=True, text=True)
            assert second.returncode
            assert f"{out}: another program is writing there" in second.stderr
        finally:
            run.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, started)))
    assert "stopped by SIGTERM" in (out / "output" / "end.txt").read_text("utf-8")
