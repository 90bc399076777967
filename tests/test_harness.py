from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.autodl_format import write_autodl
from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips


def tones(clips: int) -> LabelledClips:
    rng = np.random.default_rng(clips)
    which = np.arange(clips) % 2
    time = np.arange(16000) / 16000
    sounds = [np.sin(2 * np.pi * 400 * (1 + k) * time) + rng.normal(scale=0.1, size=16000) for k in which]
    return LabelledClips([(0.3 * sound).astype("float32") for sound in sounds], np.eye(2)[which])


@pytest.fixture(scope="module")
def tone_task() -> Dataset:
    return Dataset("tones", tones(40), tones(20), ("low", "high"))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autospeech", "run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_a_run_ends_with_alc_and_page(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autospeech(tone_task, tmp_path, False)
    before = {file: file.read_bytes() for file in source.rglob("*") if file.is_file()}
    out = tmp_path / "out"
    result = run(source, "--budget", "15", "--out", out, "--memory-limit", "8", "--seed", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    scores = json.loads((out / "score" / "scores.json").read_text("utf-8"))
    assert f"ALC {scores['score']:.4f}" in result.stdout
    assert str(out / "score" / "detailed_results.html") in result.stdout
    assert scores["score"] > 0.3
    assert len(list((out / "output").glob("tones.predict_*"))) >= 2
    assert json.loads((out / "submission" / "settings.json").read_text("utf-8")) == {
        "preset": "kon",
        "warm_start": True,
        "seed": 1,
    }
    assert not list((out / "input").rglob("tones.solution"))
    # The budget of the run stands in its own copy of meta.json alone.
    assert {file: file.read_bytes() for file in source.rglob("*") if file.is_file()} == before
    # A second run must not write over the first.
    assert run(source, "--out", out).returncode == 2


def test_autodl_data_run_too(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autodl(tone_task, tmp_path, False)
    result = run(source, "--budget", "12", "--out", tmp_path / "out")
    assert result.returncode == 0, result.stdout + result.stderr
    assert json.loads((tmp_path / "out" / "score" / "scores.json").read_text("utf-8"))["score"] > 0.2
    assert "first after" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nowhere"], "nowhere"),
        (["{empty}"], "convert"),
        (["{data}", "--preset", "nokon"], "nokon"),
        (["{data}", "--budget", "-1"], "budget"),
        (["{broken}"], "meta.json"),
        (["{unsolved}"], "solution"),
    ],
)
def test_bad_input_is_named_in_a_line(arguments: list[str], named: str, tone_task: Dataset, tmp_path: Path) -> None:
    folders = {"empty": tmp_path / "empty", "data": write_autospeech(tone_task, tmp_path / "a", False)}
    folders["empty"].mkdir()
    folders["broken"] = write_autospeech(tone_task, tmp_path / "b", False)
    (folders["broken"] / "tones.data" / "meta.json").write_text("[", "utf-8")
    folders["unsolved"] = write_autospeech(tone_task, tmp_path / "c", False)
    (folders["unsolved"] / "tones.solution").unlink()
    result = run(*(part.format(**folders) for part in arguments), "--out", tmp_path / "out")
    assert result.returncode == 2
    assert named in result.stderr
    assert "Traceback" not in result.stderr
