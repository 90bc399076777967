"""Good input in all its layouts, odd clips, and bad input: one clear line and exit code 2."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest


class _RunsCode:
    def __reduce__(self):
        return (print, ("this ran",))


def _write_meta(data: Path, **changes) -> None:
    meta = json.loads((data / "meta.json").read_text()) | changes
    (data / "meta.json").write_text(json.dumps({key: value for key, value in meta.items() if value is not None}))


def _write_clips(data: Path, clips) -> None:
    (data / "train.pkl").write_bytes(pickle.dumps(clips))


def _write_solution(data: Path, text: str) -> None:
    (data / "train.solution").write_text(text)


def _noise(count: int) -> list[np.ndarray]:
    return [np.ones(9, "float32")] * count


# what is done to the data set, and words of the message
BAD = {
    "no data set": (lambda data: shutil.rmtree(data), ["no data set", "looked for NAME.data", "hidden_task.solution"]),
    "two data sets": (lambda data: shutil.copytree(data, data.with_name("b.data")), ["2 data sets", "b.data"]),
    "neither format": (lambda data: [path.unlink() for path in data.iterdir()], ["neither an AutoSpeech data set"]),
    "train.pkl missing": (lambda data: (data / "train.pkl").unlink(), ["missing train.pkl"]),
    "test.pkl misnamed": (lambda data: (data / "test.pkl").rename(data / "tests.pkl"), ["missing test.pkl"]),
    "meta.json missing": (lambda data: (data / "meta.json").unlink(), ["missing meta.json"]),
    "meta.json no JSON": (lambda data: (data / "meta.json").write_text("{class_num: 3"), ["meta.json: not JSON"]),
    "meta.json a list": (lambda data: (data / "meta.json").write_text("[3]"), ["a JSON list"]),
    "class_num missing": (lambda data: _write_meta(data, class_num=None), ["class_num is missing"]),
    "class_num a text": (lambda data: _write_meta(data, class_num="3"), ["class_num is '3'"]),
    "time_budget negative": (lambda data: _write_meta(data, time_budget=-1), ["time_budget is -1"]),
    "test_num wrong": (lambda data: _write_meta(data, test_num=5), ["test_num is 5", "test.pkl holds 4"]),
    "solution too short": (lambda data: _write_solution(data, "1 0 0\n"), ["1 rows", "train.pkl holds 6 clips"]),
    "solution empty": (lambda data: _write_solution(data, ""), ["the file is empty"]),
    "solution too narrow": (lambda data: _write_solution(data, "1 0\n" * 6), ["2 columns", "class_num 3"]),
    "solution ragged": (lambda data: _write_solution(data, "1 0 0\n0 1\n"), ["columns changed", "row 2"]),
    "solution not 0 or 1": (lambda data: _write_solution(data, "1 0 2\n" * 6), ["2 in row 1, column 3"]),
    "solution no numbers": (lambda data: _write_solution(data, "dog cat cow\n" * 6), ["'dog'"]),
    "pickle of code": (lambda data: _write_clips(data, [_RunsCode()]), ["train.pkl", "builtins print"]),
    "pickle cut short": (
        lambda data: (data / "train.pkl").write_bytes((data / "train.pkl").read_bytes()[:200]),
        ["train.pkl", "not a safe, whole pickle"],
    ),
    "pickle of a dict": (lambda data: _write_clips(data, {"a": 1}), ["a pickled dict"]),
    "pickle of one matrix": (lambda data: _write_clips(data, np.ones((6, 9))), ["a pickled ndarray"]),
    "clips of texts": (lambda data: _write_clips(data, ["a"] * 6), ["clip 0 is a str"]),
    "clips of objects": (lambda data: _write_clips(data, [np.array(["a"], object)] * 6), ["the dtype 'O8'"]),
    "stereo clips": (lambda data: _write_clips(data, [np.ones((9, 2))] * 6), ["shape (9, 2)"]),
    "no clips": (lambda data: (_write_clips(data, []), _write_meta(data, train_num=None)), ["no clips"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(run_program, data_set, case):
    damage, words = BAD[case]
    damage(data_set / "hidden_task.data")
    run = run_program(data_set, "good", "--time_budget", "8")
    print("\n" + run.row(case, 0).replace(str(data_set), "…"))
    assert run.code == 2
    assert all(word in run.stdout for word in words), run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert "this ran" not in run.stdout + run.stderr
    assert len(run.stdout.splitlines()) == 1
    assert run.end["ingestion_success"] == 0


def test_bad_folders(run_program, data_set, tmp_path):
    assert "no such folder; --dataset_dir" in run_program(tmp_path / "nothing", "good").stdout
    assert "no such folder; --code_dir" in run_program(data_set, "no_such_submission").stdout
    (tmp_path / "file").write_text("")
    run = run_program(data_set, "good", "--output_dir", str(tmp_path / "file" / "output"))
    assert run.code == 2
    assert "cannot write into --output_dir" in run.stdout
    run = run_program(data_set, "good", "--time_budget", "nan")
    assert run.code == 2
    assert "'nan' is not a number above 0" in run.stderr


ODD = {
    "integer samples": ([np.arange(9, dtype="int16")] * 6, np.eye(3)[[0, 1, 2, 0, 1, 2]]),
    "empty, silent, NaN, one-sample and column clips": (
        [np.zeros(0), np.zeros(9), np.full(9, np.nan), np.ones(1), np.ones((9, 1)), np.ones(9)],
        np.eye(3)[[0, 1, 2, 0, 1, 2]],
    ),
    "a class without clips, several labels, none": (_noise(3), np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]])),
    "one training clip": (_noise(1), np.eye(3)[:1]),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_clips_are_no_fault(run_program, data_set, case):
    clips, labels = ODD[case]
    data = data_set / "hidden_task.data"
    _write_clips(data, clips)
    np.savetxt(data / "train.solution", labels, fmt="%d")
    (data / "test.pkl").write_bytes(pickle.dumps(clips[:1], protocol=2))
    _write_meta(data, train_num=len(clips), test_num=1)
    run = run_program(data_set, "good", "--time_budget", "8")
    print("\n" + run.row(case, 0))
    assert run.code == 0, run.stdout + run.stderr
    assert run.predictions[0].shape == (1, 3)


@pytest.mark.parametrize("layout", ["folder of NAME", "NAME.data beside others", "2020"])
def test_layouts(run_program, data_set, tmp_path, layout):
    folder = data_set
    if layout == "folder of NAME":
        folder = tmp_path / "all"
        folder.mkdir()
        data_set.rename(folder / "hidden_task")
    elif layout == "2020":
        (data_set / "hidden_task.data").rename(data_set / "train.data")
        (data_set / "hidden_task.solution").rename(data_set / "test.solution")
        folder = data_set.rename(tmp_path / "hidden_task")
    run = run_program(folder, "good", "--time_budget", "8")
    assert run.code == 0, run.stdout
    assert run.start["task_name"] == "hidden_task"
    assert (run.output / "hidden_task.predict_1").is_file()


def test_the_budget_of_the_data_set_wins_and_old_output_goes(run_program, data_set, tmp_path):
    _write_meta(data_set / "hidden_task.data", time_budget=7)
    output = tmp_path / "output"
    output.mkdir()
    for name in ("hidden_task.predict_9", "end.txt", "kept.txt"):
        (output / name).write_text("old")
    run = run_program(data_set, "good", "--time_budget", "8")
    assert run.start["time_budget"] == 7
    assert len(run.predictions) == 2
    assert (output / "kept.txt").exists()
    assert set(run.start) == {"ingestion_pid", "task_name", "time_budget", "start_time", 0, 1}
    assert set(run.end) == {"ingestion_duration", "ingestion_success", "end_time", "reason"}


def test_codalab_folders(run_program, data_set, tmp_path):
    place = tmp_path / "run"
    place.mkdir()
    data_set.rename(place / "input_data")
    (place / "input").mkdir()
    (place / "program").mkdir()
    shutil.copytree(Path(__file__).parent / "submissions" / "good", place / "submission")
    assert run_program(place / "input", place / "program").code == 0
