"""The record of a run's folder, scored by the scoring program itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from record_parts import TRACE, tone

from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.report.from_run import from_run
from autospeech.report.page import write_report
from autospeech.report.record_error import RecordError

LABELS = np.eye(3, dtype=np.float32)[np.arange(12) % 3]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A run of twelve clips, which the scoring program takes some seconds for."""
    tmp_path = tmp_path_factory.mktemp("scored")
    clips = LabelledClips([tone(index)[: 8000 + 500 * index] for index in range(12)], LABELS)
    written = write_autospeech(Dataset("bells", clips, clips, ("ding", "dong", "<b>")), tmp_path / "data")
    run = tmp_path / "run"
    for folder in ("input", "reference", "output", "score", "submission"):
        (run / folder).mkdir(parents=True)
    shutil.move(written / "bells.data", run / "input" / "bells.data")
    shutil.move(written / "bells.solution", run / "reference" / "bells.solution")
    rng = np.random.default_rng(0)
    for number, weight in enumerate((0.3, 0.8, 0.9)):
        said = weight * LABELS + (1 - weight) * rng.dirichlet(np.ones(3), 12)
        said[0] = (0.05, 0.9, 0.05)
        np.savetxt(run / "output" / f"bells.predict_{number}", said, fmt="%.9g")
    start = "task_name: bells\ntime_budget: 20.0\nstart_time: 1700000000.0\n0: 0.5\n1: 4.0\n2: 21.0\n"
    (run / "output" / "start.txt").write_text(start)
    (run / "output" / "end.txt").write_text("ingestion_duration: 21.0\ningestion_success: 1\n")
    (run / "submission" / "settings.json").write_text(
        json.dumps({"preset": "default", "warm_start": False, "seed": 7, "trace": "/x/trace.json"})
    )
    (run / "trace.json").write_text(json.dumps(TRACE))
    score = [sys.executable, root / "scoring" / "score.py", f"--solution_dir={run / 'reference'}"]
    subprocess.run([*score, f"--prediction_dir={run / 'output'}", f"--score_dir={run / 'score'}"], check=True)
    return run


@pytest.fixture
def run_folder(scored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored, tmp_path / "run"))


def test_a_run(run_folder, tmp_path):
    record, sounds = from_run(run_folder)
    board = json.loads((run_folder / "score" / "learning_curve.json").read_text())
    # The third prediction is later than the budget.
    assert [(point.seconds, point.nauc) for point in record.curve] == [
        (one["seconds"], one["nauc"]) for one in board["predictions"][:2]
    ]
    assert (record.alc, record.nauc) == (board["alc"], board["predictions"][1]["nauc"])
    assert record.accuracy == board["predictions"][1]["accuracy"] == pytest.approx(11 / 12)
    assert (record.title, record.kind, record.seed, record.budget, record.seconds_used) == (
        "bells",
        "run",
        7,
        20.0,
        4.0,
    )
    assert record.created == "2023-11-14T22:13:20+00:00"
    assert record.command == "python -m autospeech run bells --budget 20 --preset default --seed 7 --no-warm-start"
    assert "trace" not in record.settings
    assert any("prediction 2 came at 21.00 s" in warning for warning in record.data.warnings)
    assert record.data.class_counts == {"train": (4, 4, 4), "test": (4, 4, 4)}
    np.testing.assert_array_equal(record.truth, LABELS == 1)
    np.testing.assert_allclose(record.probabilities, np.loadtxt(run_folder / "output" / "bells.predict_1"), atol=1e-9)
    np.testing.assert_allclose(sounds(3), tone(3)[:9500], atol=1e-6)
    page = write_report(record, tmp_path, sounds).read_text()
    assert page.count("<audio") == 1 and "test clip 1<" in page


def test_a_run_on_data_at_44_khz(run_folder, tmp_path):
    folder = run_folder / "input" / "bells.data"
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "sample_rate": 44100}))
    settings = {"preset": "m5", "seed": 0, "mix_at": "input,pool_1"}
    (run_folder / "submission" / "settings.json").write_text(json.dumps(settings))
    record, sounds = from_run(run_folder)
    assert record.data.sample_rates == {"44100": 24}
    # The clips have 8000 to 13500 samples.
    assert record.data.length_quantiles["1"] == pytest.approx(13500 / 44100, abs=1e-4)
    assert [len(sounds(number)) for number in (0, 11)] == [round(n * 16000 / 44100) for n in (8000, 13500)]
    assert write_report(record, tmp_path, sounds).read_text().count("<audio") == 1
    assert record.command.endswith("--preset m5 --mix-at input,pool_1 --seed 0")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("output/start.txt", None, "name the folder of a run"),
        ("score/learning_curve.json", None, "that was scored"),
        ("score/learning_curve.json", "{", "not JSON"),
        ("score/learning_curve.json", "{}", "predictions is missing"),
        ("output/bells.predict_1", None, "the last prediction cannot be read"),
        ("output/bells.predict_1", "0.1 0.9 0\n", "its shape is"),
        ("output/bells.predict_1", "3 0 0\n" * 12, "row 1 holds 3; a report needs probabilities"),
        ("output/start.txt", "[1]", "it must hold `start_time`"),
        ("trace.json", "{}", "it must hold a list"),
        ("submission/settings.json", "[]", "it must hold a JSON object"),
        ("submission/settings.json", '{"seed": {}}', "seed is {}; it must be a whole number"),
        ("submission/settings.json", '{"seed": Infinity}', "seed is inf; it must be a whole number"),
    ],
)
def test_a_damaged_run_is_named(run_folder, file, content, message):
    path = run_folder / file
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(RecordError, match=message) as caught:
        from_run(run_folder)
    assert str(path) in str(caught.value)


def test_a_run_without_a_ladder_has_no_steps(run_folder):
    (run_folder / "trace.json").unlink()
    assert from_run(run_folder)[0].steps == ()
