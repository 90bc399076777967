from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.competition import Model
from autospeech.datasets.dataset_error import DatasetError
from autospeech.learners.network import NetworkLearner
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.task import Task
from autospeech.pretraining.kon_speakers import fingerprint, pretrain_kon_speakers, read_table
from autospeech.weights import weights_path


def test_the_shipped_weights_have_seen_what_the_corpus_allows_and_nothing_else(data_dir: Path, root: Path) -> None:
    rows = read_table(data_dir / "arspcmd")
    card = (root / "autospeech" / "weights" / "kon_speakers.md").read_text("utf-8")
    assert fingerprint(rows) in card
    trained = {row["file_name"] for row in rows}
    for task in ("keyword", "speaker"):
        with (data_dir / "arspcmd" / f"{task}.csv").open(encoding="utf-8", newline="") as file:
            tested = [row for row in csv.DictReader(file) if row["split"] == "test"]
        assert tested
        assert not trained & {row["file_name"] for row in tested}


def test_the_shipped_weights_are_what_kon_starts_from() -> None:
    warm, cold = (Model({"class_num": 3}, preset="kon", warm_start=warm) for warm in (True, False))
    learner = NetworkLearner(NetworkSettings(warm_start="kon_speakers"))
    learner.warm_up(Task(9))
    first, other, scratch = (
        network.get_weights()
        for network in (warm._schedule._learner.network, learner.network, cold._schedule._learner.network)
    )
    for k in range(len(first) - 2):
        np.testing.assert_array_equal(first[k], other[k])
    assert not np.allclose(first[0], scratch[0])
    assert first[-2].shape == (64, 3)
    assert Path(weights_path("kon_speakers")).stat().st_size < 1e6


def test_trains_on_a_small_corpus_and_writes_weights_that_load(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lines = ["file_name,keyword,speaker"]
    for speaker in range(2):
        for word in range(10):
            name = f"{speaker}_{word}.flac"
            tone = np.sin(2 * np.pi * 200 * (speaker + 1) * np.arange(16000) / 16000)
            soundfile.write(tmp_path / name, 0.3 * tone + rng.normal(scale=0.01, size=16000), 16000)
            lines.append(f"{name},w{word},s{speaker}")
    (tmp_path / "pretraining.csv").write_text("\n".join(lines), "utf-8")
    said: list[str] = []
    score = pretrain_kon_speakers(tmp_path, tmp_path / "out", epochs=5, report=said.append)
    assert 0 <= score.auc <= 1
    assert "judged on 2" in said[-1]
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["kon_speakers.weights.h5"]


def test_a_missing_table_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"pretraining\.csv"):
        read_table(tmp_path)
    (tmp_path / "pretraining.csv").write_text("file_name,speaker\na.wav,b\n", "utf-8")
    with pytest.raises(DatasetError, match="keyword"):
        read_table(tmp_path)


def test_missing_weights_name_those_that_are_shipped() -> None:
    with pytest.raises(FileNotFoundError, match="kon_speakers"):
        weights_path("nothing")
