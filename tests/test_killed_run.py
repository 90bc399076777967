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
import yaml

from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips

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
source, out, submission = map(Path, sys.argv[1:])
run_harness(source, out, budget=200, submission=submission, report=lambda *line: print(*line, flush=True))
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


def of_the_run(out: Path, code: Path) -> list[str]:
    """The command lines of what runs for it: programs that name its folder, the submission and what that started."""
    model = (code / "model.py").read_bytes()
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
            ours = b"runner.py" in words and (process / "cwd" / "model.py").read_bytes() == model
        except OSError:
            continue
        if str(out).encode() in words or ours:
            found.append(words.replace(b"\0", b" ").decode())
    return found


@pytest.mark.slow
def test_nothing_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    source = write_autospeech(Dataset("tones", tones(8), tones(4), ("low", "high")), tmp_path, False)
    code, out = tmp_path / "code", tmp_path / "out"
    code.mkdir()
    # No other run has the same.
    (code / "model.py").write_text(f"# {tmp_path}\n{MODEL}")
    command = [sys.executable, "-c", RUN, str(source), str(out), str(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout is not None
            assert any("model ready" in line for line in run.stdout)
            # The run, the scoring program, the submission and its daemon. The ingestion program hides its arguments.
            wait_until(lambda: len(of_the_run(out, code)) == 4)
            ingestion = yaml.safe_load((out / "output" / "start.txt").read_text("utf-8"))["ingestion_pid"]
            assert is_alive(ingestion)
            second = subprocess.run(command, capture_output=True, text=True)
            assert second.returncode
            assert f"{out}: another program is writing there" in second.stderr
        finally:
            run.send_signal(signal.SIGKILL)
    wait_until(lambda: not of_the_run(out, code) and not is_alive(ingestion))
    assert "stopped by SIGTERM" in (out / "output" / "end.txt").read_text("utf-8")
