"""The README's own commands, one after the other, as somebody with a folder of sounds would type them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

# What would take long for no other reason than its length.
SHORTER = {"--budget 60": "--budget 20", "--budget 300": "--budget 12", "--budget 1200": "--budget 12"}
# A page that stays open; a folder of Speech Commands, which has a test of its own; scripts that the repository holds.
LEFT_OUT = ("demo", "keywords", "--check THEIRS.zip")


def commands(root: Path) -> list[str]:
    lines = re.findall(
        r"^    \.venv/bin/(?:autospeech|python -m autospeech) (.*)$", (root / "README.md").read_text(), re.M
    )
    return [line.split("#")[0].strip() for line in lines]


def sounds(folder: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for label, hertz in (("dog", 300), ("rain", 1400)):
        (folder / label).mkdir(parents=True)
        for number in range(12):
            time = np.arange(44100) / 44100
            clip = 0.3 * np.sin(2 * np.pi * hertz * time) + rng.normal(scale=0.05, size=len(time))
            soundfile.write(folder / label / f"{number}.mp3", np.stack([clip, clip], axis=1), 44100)


def test_there_are_commands_to_run(root: Path) -> None:
    found = {line.split()[0] for line in commands(root)}
    assert {"inspect", "fit", "predict", "evaluate", "export", "demo", "convert", "run", "bundle", "show"} <= found


@pytest.mark.slow
def test_the_commands_of_the_readme_run(root: Path, tmp_path: Path) -> None:
    sounds(tmp_path / "MY_SOUNDS", 0)
    sounds(tmp_path / "OTHER_SOUNDS", 1)
    sounds(tmp_path / "NEW_SOUNDS", 2)
    (tmp_path / "NEW_SOUNDS" / "dog" / "0.mp3").rename(tmp_path / "CLIP")
    environment = {**os.environ, "PYTHONPATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3"}
    for line in commands(root):
        if any(part in line for part in LEFT_OUT):
            continue
        for long, short in SHORTER.items():
            line = line.replace(long, short)
        command = [sys.executable, "-m", "autospeech", *shlex.split(line)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, f"autospeech {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    for made in (
        "MY_MODEL/report.html",
        "answers.csv",
        "MY_SOUNDS-inspection.png",
        "submission.zip",
        "competition.zip",
    ):
        assert (tmp_path / made).exists(), made
