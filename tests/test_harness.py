from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from autospeech.datasets.autodl_format import write_autodl
from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.harness import _lay_out


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


def arguments_of(process: Path) -> str:
    try:
        return (process / "cmdline").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def test_a_run_ends_with_alc_and_page(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autospeech(tone_task, tmp_path, False)
    before = {file: file.read_bytes() for file in source.rglob("*") if file.is_file()}
    out = tmp_path / "out"
    result = run(source, "--budget", "15", "--out", out, "--memory-limit", "8", "--seed", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    scores = json.loads((out / "score" / "scores.json").read_text("utf-8"))
    assert f"ALC {scores['score']:.4f}" in result.stdout
    assert str(out / "report.html") in result.stdout
    assert scores["score"] > 0.3
    assert len(list((out / "output").glob("tones.predict_*"))) >= 2
    assert json.loads((out / "submission" / "settings.json").read_text("utf-8")) == {
        "preset": "default",
        "warm_start": True,
        "seed": 1,
        "trace": str(out / "trace" / "trace.json"),
    }
    decisions = json.loads((out / "trace.json").read_text("utf-8"))
    assert decisions[0]["decision"] == "first look"
    assert decisions[-1]["decision"] == "done"
    assert "first look" in (out / "output" / "submission.log").read_text("utf-8")
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


@pytest.mark.slow
def test_layers_to_mix_after_travel_with_the_submission(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autospeech(tone_task, tmp_path, False)
    options = ("--preset", "m5", "--mix-at", "input,pool_1", "--budget", "8", "--out", tmp_path / "out")
    result = run(source, *options)
    assert result.returncode == 0, result.stdout + result.stderr
    settings = json.loads((tmp_path / "out" / "submission" / "settings.json").read_text("utf-8"))
    assert (settings["preset"], settings["mix_at"]) == ("m5", "input,pool_1")
    assert "--mix-at input,pool_1" in json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["command"]


@pytest.mark.parametrize(("train", "test", "budget"), [(120, 1, "4"), (360, 180, "4"), (40, 36, "12")])
def test_short_budgets_get_an_answer_in_time(train: int, test: int, budget: str, tmp_path: Path) -> None:
    # The last has as many clips to test on as are left to learn from.
    source = write_autospeech(Dataset("one", tones(train), tones(test), ("low", "high")), tmp_path, False)
    result = run(source, "--budget", budget, "--out", tmp_path / "out", "--no-warm-start")
    assert "prediction 0" in result.stdout, result.stdout
    assert result.returncode == 0


def test_a_request_to_end_leaves_no_program_behind(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autospeech(tone_task, tmp_path, False)
    command = [
        sys.executable,
        "-m",
        "autospeech",
        "run",
        str(source),
        "--budget",
        "100",
        "--out",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as harness:
        assert harness.stdout is not None
        said = [next(harness.stdout) for _ in range(2)]
        harness.send_signal(signal.SIGTERM)
        said += list(harness.stdout)
        assert harness.wait(60) == 130, said
    assert "stopped by SIGINT" in (tmp_path / "out" / "output" / "end.txt").read_text("utf-8")
    page = (tmp_path / "out" / "score" / "detailed_results.html").read_text("utf-8")
    assert 'http-equiv="refresh"' not in page
    start = yaml.safe_load((tmp_path / "out" / "output" / "start.txt").read_text("utf-8"))
    # The ingestion program hides its arguments, the scorer does not.
    assert not Path("/proc", str(start["ingestion_pid"])).exists()
    assert not [process for process in Path("/proc").glob("[0-9]*") if str(tmp_path) in arguments_of(process)]


def test_a_data_set_of_links_is_followed(tone_task: Dataset, tmp_path: Path) -> None:
    source = write_autospeech(tone_task, tmp_path / "real", False)
    linked = tmp_path / "linked" / "tones" / "tones.data"
    linked.mkdir(parents=True)
    for file in (source / "tones.data").iterdir():
        (linked / file.name).symlink_to(Path("../../../real/tones/tones.data") / file.name)
    (linked.parent / "tones.solution").symlink_to("../../real/tones/tones.solution")
    _lay_out(DataFolder.find(linked.parent), tmp_path / "out", 10)
    assert (tmp_path / "out" / "input" / "tones.data" / "train.pkl").stat().st_size > 1000
    assert json.loads((tmp_path / "out" / "input" / "tones.data" / "meta.json").read_text("utf-8"))["time_budget"] == 10
    assert "time_budget" not in (source / "tones.data" / "meta.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nowhere"], "nowhere"),
        (["{empty}"], "convert"),
        (["{parent}"], "tones"),
        (["{data}", "--preset", "nokon"], "nokon"),
        (["{data}", "--mix-at", "input"], "a network on waveforms"),
        (["{data}", "--preset", "m5", "--mix-at", "input,pool_9"], "input, pool_1, pool_2, pool_3"),
        (["{data}", "--fusion", "learned"], "there is no feature; take features-alone"),
        (["{data}", "--budget", "-1"], "budget"),
        (["{broken}"], "meta.json"),
        (["{unsolved}"], "solution"),
        (["{data}", "--budget", "inf"], "the budget must"),
        (["{mismatched}"], "20 test clips"),
    ],
)
def test_bad_input_is_named_in_a_line(arguments: list[str], named: str, tone_task: Dataset, tmp_path: Path) -> None:
    folders = {"empty": tmp_path / "empty", "data": write_autospeech(tone_task, tmp_path / "a", False)}
    folders["empty"].mkdir()
    folders["parent"] = folders["data"].parent
    folders["broken"] = write_autospeech(tone_task, tmp_path / "b", False)
    (folders["broken"] / "tones.data" / "meta.json").write_text("[", "utf-8")
    folders["unsolved"] = write_autospeech(tone_task, tmp_path / "c", False)
    (folders["unsolved"] / "tones.solution").unlink()
    folders["mismatched"] = write_autospeech(tone_task, tmp_path / "d", False)
    (folders["mismatched"] / "tones.solution").write_text("0 1\n" * 15, "utf-8")
    result = run(*(part.format(**folders) for part in arguments), "--out", tmp_path / "out")
    assert result.returncode == 2
    assert named in result.stderr
    assert "Traceback" not in result.stderr
