from __future__ import annotations

import doctest
import importlib
import importlib.util
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile

from autospeech.datasets.autospeech_format import read_autospeech, write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from benchmarks import compare
from benchmarks.curves import draw_curves
from benchmarks.one_run import earlier_run
from benchmarks.run_record import RunRecord
from benchmarks.run_table import mean_and_error, shared_tasks, summary_table, task_table
from benchmarks.system import SYSTEMS, System
from benchmarks.tasks import choose, discover


def record(task: str, system: str, seed: int, alc: float, **more: object) -> RunRecord:
    known = {"points": ((2.0 + seed, alc), (10.0, alc + 0.1)), "seconds_used": 20.0, "peak_mib": 100.0} | more
    return RunRecord(task, system, seed, 20.0, "abc", alc, **known)


RECORDS = [
    record("a/x", "kon", 0, 0.5),
    record("a/x", "kon", 1, 0.7),
    record("a/x", "rival", 0, 0.65),
    record("b/y", "kon", 0, 0.8),
    record("b/y", "kon", 1, 0.0, points=(), peak_mib=None, reason="it raised\nKeyError: 'x|y'", failed=True),
    record("b/y", "rival", 0, 0.3),
    record("c/z", "kon", 0, 0.9),
]


def rows(table: str) -> dict[tuple[str, ...], list[str]]:
    cells = [[cell.strip() for cell in line[1:-1].split(" | ")] for line in table.splitlines()]
    assert len({len(row) for row in cells}) == 1
    return {tuple(row[:2]): row for row in cells}


def tones(clips: int) -> LabelledClips:
    rng = np.random.default_rng(clips)
    which = np.arange(clips) % 3
    time = np.arange(8000) / 16000
    sounds = [np.sin(2 * np.pi * 300 * (1 + k) * time) + rng.normal(scale=0.1, size=8000) for k in which]
    return LabelledClips([(0.3 * sound).astype("float32") for sound in sounds], np.eye(3)[which])


def test_standard_error_is_that_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=7)
    mean, error = mean_and_error(list(values))
    assert mean == pytest.approx(values.mean(), abs=1e-12)
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(7), abs=1e-12)


def test_task_table_means_and_a_failing_run() -> None:
    table = rows(task_table(RECORDS))
    assert table["a/x", "kon"][2:6] == ["2", "0.6000 ± 0.1000", "2.50 ± 0.50", "0.6000 ± 0.1000"]
    assert table["a/x", "rival"][2:4] == ["1", "**0.6500**"]
    # The failed run counts with its ALC of 0, and has no first answer to average.
    failed = table["b/y", "kon"]
    assert failed[3] == "**0.4000 ± 0.4000**"
    assert failed[4] == "2.00"
    assert failed[-1] == r"1 of 2 runs failed: it raised KeyError: 'x\|y'"


def test_summary_is_over_the_tasks_that_all_have_run() -> None:
    assert shared_tasks(RECORDS) == ["a/x", "b/y"]
    table = rows(summary_table(RECORDS, {"other": "not installed"}))
    error = math.hypot(0.1, 0.4) / 2
    kon = next(row for key, row in table.items() if key[0] == "kon")
    assert kon[1] == f"0.5000 ± {error:.4f}"
    assert kon[-1] == "1 of 2"
    assert next(row for key, row in table.items() if key[0] == "rival")[1] == "0.4750"
    assert ("other", "left out: not installed") in table


def test_tasks_are_found_by_their_tables_and_converted_once(tmp_path: Path) -> None:
    corpus = tmp_path / "data" / "birds"
    (corpus / "audio").mkdir(parents=True)
    lines = ["file_name,label,split"]
    for number in range(8):
        noise = np.random.default_rng(number).normal(scale=0.1, size=4000)
        soundfile.write(corpus / "audio" / f"{number}.wav", noise, 16000)
        lines.append(f"audio/{number}.wav,{'wren' if number % 2 else 'owl'},{'train' if number < 6 else 'test'}")
    for name, header in {"song": lines[0], "pretraining": lines[0], "notes": "who,what,when"}.items():
        (corpus / f"{name}.csv").write_text("\n".join([header, *lines[1:]]) + "\n", "utf-8")
    assert list(discover(tmp_path / "data")) == ["birds/song"]
    (task,) = choose(["ALL", "birds/song"], tmp_path / "data")
    build = tmp_path / "build"
    folder = task.dataset_dir(build)
    assert (folder, len(read_autospeech(folder).train)) == (build / "birds_song", 6)
    pickled = folder / "birds_song.data" / "train.pkl"
    before = pickled.stat().st_ino
    assert task.dataset_dir(build) == folder
    assert pickled.stat().st_ino == before
    # A folder that is converted already is a task too.
    assert [found.name for found in choose([str(folder)], tmp_path / "data")] == ["birds_song"]
    with pytest.raises(DatasetError, match="birds/song"):
        choose(["birds/call"], tmp_path / "data")


def test_names_of_systems() -> None:
    assert System.parse("kon:no-warm-start").settings == {"preset": "kon", "warm_start": False}
    assert System.parse("mfcc_logreg").folder == SYSTEMS / "mfcc_logreg"
    with pytest.raises(ValueError, match=r"nokon.*kon.*mfcc_logreg"):
        System.parse("nokon")
    with pytest.raises(ValueError, match="no-warm-start"):
        System.parse("kon:cold")


def test_a_rival_and_a_broken_system_go_through_the_harness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_autospeech(Dataset("tones", tones(30), tones(12), ("low", "mid", "high")), tmp_path, False)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.py").write_text("raise RuntimeError('no good')\n", "utf-8")
    arguments = ["--systems", str(broken), "mfcc_logreg", "--tasks", str(source), "--budget", "20", "--seeds", "1"]
    arguments += ["--resume", "--out", str(tmp_path / "out"), "--name", "found", "--build", str(tmp_path / "build")]
    assert compare.main(arguments) == 0
    kept = json.loads((tmp_path / "out" / "found.json").read_text("utf-8"))
    failed, run = kept["runs"]
    assert (failed["system"], failed["failed"], failed["alc"]) == ("broken", True, 0)
    assert "no good" in failed["reason"]
    assert (run["failed"], run["predictions"], run["final_nauc"]) == (False, 1, pytest.approx(1))
    assert 0 < run["first_seconds"] < 10
    assert run["seconds_used"] == run["first_seconds"]
    assert 50 < run["peak_mib"] < 20_000
    page = (tmp_path / "out" / "found.md").read_text("utf-8")
    assert "failed: the submission raised RuntimeError: no good" in page
    assert "--budget 20" in page
    assert "2 of 2 runs" in capsys.readouterr().out
    assert (tmp_path / "out" / "found.png").stat().st_size > 10_000
    # What ran is found again, unless it failed or was run otherwise.
    runs = tmp_path / "build" / "runs" / "tones"
    same = {"budget": 20.0, "seed": 0, "commit": run["commit"]}
    found = earlier_run(runs / "mfcc_logreg" / "20s-seed0", System.parse("mfcc_logreg"), "tones", **same)
    assert found is not None
    assert json.loads(json.dumps(asdict(found))).items() <= run.items()
    other = same | {"commit": "another"}
    assert earlier_run(runs / "mfcc_logreg" / "20s-seed0", System.parse("mfcc_logreg"), "tones", **other) is None
    assert earlier_run(runs / "broken" / "20s-seed0", System.parse(str(broken)), "tones", **same) is None


# Not the other rival: openSMILE 2.6.0 aborts in a process that has loaded TensorFlow.
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.filterwarnings("ignore:Label not")
def test_a_rival_answers_for_bad_clips(several: bool) -> None:
    spec = importlib.util.spec_from_file_location("mfcc_logreg", SYSTEMS / "mfcc_logreg" / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    good = tones(12)
    labels = good.labels.copy()
    labels[0] = 1 if several else labels[0]
    bad = [np.zeros(0), np.zeros(1), np.zeros(16000), np.ones(50), np.full(8000, np.nan), np.ones(16000)]
    # A class without a training clip is answered for too.
    labels = np.concatenate([np.concatenate([labels, labels[:6]]), np.zeros((18, 1))], axis=1)
    model = module.Model.__new__(module.Model)
    model._classes = 4
    model._features = lambda clips: module.mfcc_statistics(clips, 16000)
    model.train((good.clips + bad, labels))
    answer = model.test(bad + good.clips[:2])
    assert answer.shape == (8, 4)
    assert np.isfinite(answer).all()
    assert model.done_training


def test_the_picture_has_a_panel_for_each_task(tmp_path: Path) -> None:
    draw_curves(RECORDS[:3], tmp_path / "one.png")
    draw_curves(RECORDS, tmp_path / "three.png")
    one, three = (matplotlib.image.imread(tmp_path / name) for name in ("one.png", "three.png"))
    assert three.shape[1] > 1.5 * one.shape[1]
    # The colour of the first system is there.
    blue = np.array([0x00, 0x72, 0xB2]) / 255
    assert (np.abs(three[..., :3] - blue).max(axis=-1) < 0.02).sum() > 200


@pytest.mark.parametrize("module", ["curves", "profile", "run_table", "system"])
def test_doctests(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"benchmarks.{module}"))
    assert result.attempted
    assert not result.failed
