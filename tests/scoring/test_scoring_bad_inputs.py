"""Wrong files: a clear line and exit code 2, or the wrong prediction left out and the others scored."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

LABELS = np.eye(2)[[0, 1, 0, 1]]


def solution_text(text):
    return lambda run: (run.solutions / "demo.solution").write_text(text)


def start_text(text):
    return lambda run: (run.predictions / "start.txt").write_text(text)


def no_solution(run):
    (run.solutions / "demo.solution").rename(run.solutions / "train.solution")


def two_other_solutions(run):
    (run.solutions / "demo.solution").rename(run.solutions / "a.solution")
    (run.solutions / "b.solution").write_text("1 0\n")


def no_run(run):
    (run.predictions / "start.txt").unlink()
    (run.predictions / "end.txt").unlink()


def start_without_sense(run):
    for name, text in {
        "start.txt": "%%%\n",
        "end.txt": "ingestion_success: 0\nend_time: 1\nreason: bad input\n",
    }.items():
        (run.predictions / name).write_text(text)
        os.utime(run.predictions / name, (1, 1))


def scores_not_a_folder(run):
    run.scores.write_text("")


@pytest.mark.parametrize(
    ("spoil", "exit_code", "message"),
    [
        pytest.param(no_solution, 2, "no solution here", id="no solution"),
        pytest.param(two_other_solutions, 2, "holds solutions of a, b", id="solutions of other tasks"),
        pytest.param(solution_text("1 0\n1\n"), 2, "rows of equal length", id="ragged solution"),
        pytest.param(solution_text("1 0\ncat dog\n"), 2, "not a matrix of numbers", id="words in the solution"),
        pytest.param(solution_text("1 0\n0.5 0\n"), 2, "row 2, column 1 is 0.5", id="half a label"),
        pytest.param(solution_text(""), 2, "the file is empty", id="empty solution"),
        pytest.param(start_text("time_budget: 0\nstart_time: 5\ntask_name: demo\n"), 2, "above 0", id="no time"),
        pytest.param(scores_not_a_folder, 2, "cannot write here", id="score_dir is a file"),
        pytest.param(no_run, 1, "not there after 0.2 s", id="no start.txt"),
        pytest.param(start_without_sense, 1, "not the YAML", id="start.txt without sense"),
    ],
)
def test_what_cannot_be_scored(spoil, exit_code, message, run_files):
    run_files.finished(LABELS, [LABELS, LABELS], [1.0, 2.0])
    spoil(run_files)

    outcome = run_files.score("--timeout=0.2", "--poll=0.05")

    assert outcome.exit_code == exit_code
    assert message in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1
    if exit_code == 1:
        assert outcome.scores == {"score": 0.0, "Duration": 0.0}
        assert message in outcome.page


RIGHT = "1 0\n0 1\n1 0\n0 1\n"
LEFT_OUT = [  # content of the file (None: no file), line of start.txt (None: no line), what is said of it
    ("1 0 0\n" * 4, 2.0, "has the shape (4, 3), the solution (4, 2)"),
    ("1 0\nnan 1\n1 0\n0 1\n", 3.0, "1 of 8 values are NaN, the first in row 2, column 1"),
    ("1 0\n1\n", 4.0, "not a matrix of numbers with rows of equal length"),
    ("\x00\xff\n", 5.0, "not a matrix of numbers with rows of equal length"),
    ("", 6.0, "the file is empty"),
    (RIGHT, "soon", "has a time stamp in start.txt that is no time"),
    (RIGHT, -2.0, "has a time stamp in start.txt that is no time"),
    (RIGHT, 121.0, "came at 121.00 s, later than the budget"),
    (None, 7.0, "has no file of its own"),
    (RIGHT, None, "start.txt has no time for it"),
]


def test_wrong_predictions_are_left_out(run_files):
    run_files.finished(LABELS, [LABELS], [1.0, *(stamp for _, stamp, _ in LEFT_OUT if stamp is not None)])
    for number, (text, _, _) in enumerate(LEFT_OUT, start=1):
        if text is not None:
            (run_files.predictions / f"demo.predict_{number}").write_text(text)

    outcome = run_files.score()

    assert outcome.exit_code == 0
    assert outcome.scores["score"] == pytest.approx(1 - np.log1p(1 / 60) / np.log1p(2), abs=1e-12)
    told = outcome.stderr.splitlines()
    assert len(told) == len(outcome.curve["warnings"]) == len(LEFT_OUT)
    for number, ((_, _, message), line) in enumerate(zip(LEFT_OUT, told, strict=True), start=1):
        assert message in line
        assert f"prediction {number} " in line or f"predict_{number} " in line
        assert message in outcome.page


@pytest.mark.parametrize(
    ("labels", "matrices", "warning"),
    [
        pytest.param(np.eye(2)[[0, 0, 0]], [np.eye(2)[[0, 1, 0]]], "no class with both", id="one class in the test"),
        pytest.param(np.eye(2)[[0]], [np.eye(2)[[0]]], "no class with both", id="one clip"),
        pytest.param(LABELS, [], None, id="no prediction"),
    ],
)
def test_a_score_of_zero(labels, matrices, warning, run_files):
    run_files.finished(labels, matrices, [1.0] * len(matrices))

    outcome = run_files.score()

    assert outcome.exit_code == 0
    assert outcome.scores["score"] == 0
    assert (run_files.scores / "learning-curve-demo.png").stat().st_size > 1000
    assert (warning in outcome.stderr) if warning else not outcome.stderr


@pytest.mark.parametrize("place", ["demo.solution", "demo/demo.solution", "demo/test.solution"])
def test_layouts_of_the_solution(place, run_files):
    run_files.finished(LABELS, [LABELS], [1.0])
    text = (run_files.solutions / "demo.solution").read_text()
    (run_files.solutions / "demo.solution").unlink()
    for path in (Path(place), Path("other") / "other.solution"):
        (run_files.solutions / path).parent.mkdir(exist_ok=True)
        (run_files.solutions / path).write_text(text if path == Path(place) else "1 0 0\n")

    outcome = run_files.score()

    assert (outcome.exit_code, outcome.curve["task_name"]) == (0, "demo")
    assert outcome.scores["score"] > 0.9
