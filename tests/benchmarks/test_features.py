"""`python -m benchmarks.features`: folds, tables, and a small run from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from matplotlib import image
from scipy import special
from sklearn.metrics import accuracy_score

from benchmarks.features import as_markdown, compare, folds_of, main


def test_folds_keep_groups_together_and_are_about_even() -> None:
    groups = [f"speaker {number % 10}" for number in range(200)] + ["speaker 3"] * 5
    folds = folds_of(groups, 5)
    assert [
        len({fold for fold, group in zip(folds, groups, strict=True) if group == name}) for name in set(groups)
    ] == [1] * 10
    assert max(np.bincount(folds)) - min(np.bincount(folds)) <= 5
    assert set(folds_of(["1", "2", "3"], 5)) == {0, 1, 2}


def test_the_table_holds_accuracies_and_paired_differences() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 90)
    labels, folds = np.eye(3, dtype="float32")[truth], np.arange(90) % 3
    logits = {
        name: rng.normal(size=(90, 3)).astype("float32") + skill * labels for name, skill in (("cqt", 2), ("mfcc", 1))
    }
    found = compare(logits, labels, folds, ["cqt+mfcc"])
    assert found["best"] == "cqt"
    mean = special.softmax(logits["cqt"], axis=1) + special.softmax(logits["mfcc"], axis=1)
    for fold in range(3):
        rows = folds == fold
        expected = accuracy_score(truth[rows], logits["mfcc"][rows].argmax(axis=1))
        assert found["accuracies"]["mfcc"]["alone"][fold] == pytest.approx(expected)
        fused = accuracy_score(truth[rows], mean[rows].argmax(axis=1))
        assert found["accuracies"]["cqt+mfcc"]["weighted_average"][fold] == pytest.approx(fused)
    differences = np.subtract(found["accuracies"]["mfcc"]["alone"], found["accuracies"]["cqt"]["alone"])
    report = {"command": "python", "commit": "c", "machine": {"CPU": "m"}, "tasks": {"a/b": found}}
    table = as_markdown(report, "features")
    error = differences.std(ddof=1) / np.sqrt(3)
    assert f"({differences.mean():+.3f} ± {error:.3f})" in table
    assert "| cqt + mfcc | " in table and "| 0.823 |" in table


@pytest.mark.slow
def test_from_recordings_to_pictures_and_on_from_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "data" / "tones"
    (corpus / "audio").mkdir(parents=True)
    rows = ["file_name,label,split,group"]
    for number in range(16):
        clip = 0.1 * np.sin(np.arange(8000) * (0.1 if number % 2 else 0.8) + number)
        soundfile.write(corpus / "audio" / f"{number}.wav", clip, 16000)
        rows.append(f"audio/{number}.wav,{'low' if number % 2 else 'high'},train,{number // 4}")
    (corpus / "pitch.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setenv("AUTOSPEECH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("benchmarks.features.FEATURES", {"log_mel": "LogMel", "chroma": "Chroma"})
    command = ["--tasks", "tones/pitch", "--combinations", "log_mel+chroma", "--seconds", "1.5", "--folds", "2"]
    command += ["--network", "rann-1x8-1-d10", "--build", str(tmp_path / "build"), "--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert capsys.readouterr().out.count("without fold") == 4
    report = json.loads((tmp_path / "out" / "features.json").read_text())
    assert max(report["tasks"]["tones/pitch"]["accuracies"]["log_mel"]["alone"]) > 0.7
    assert image.imread(tmp_path / "out" / "features.png").shape[1] > 1000
    assert main(command) == 0
    assert "without fold" not in capsys.readouterr().out
    for wrong, named in ((["--combinations", "log_mel+sonogram"], "sonogram"), (["--network", "resnet"], "rann-8x4-6")):
        assert main([*command, *wrong]) == 2
        assert named in capsys.readouterr().err
    assert main([*command, "--folds", "4"]) == 0
    assert capsys.readouterr().out.count("without fold") == 8
