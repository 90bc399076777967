"""Scores against scikit-learn, ALC against a plain numerical integration, through the command line."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score


def random_run(seed, clips, classes, multi_label=False, decimals=None, empty_class=False):
    rng = np.random.default_rng(seed)
    classes_in_use = classes - empty_class
    # Every class once, so that each has a positive and a negative clip.
    index = np.concatenate([np.arange(classes_in_use), rng.integers(classes_in_use, size=clips - classes_in_use)])
    labels = np.eye(classes)[index]
    if multi_label:
        labels = np.maximum(labels, rng.random(labels.shape) < 0.2)
    matrices = [1 / (1 + np.exp(-rng.normal(size=labels.shape) - gain * labels)) for gain in (0.2, 1.0, 3.0)]
    return labels, [matrix if decimals is None else matrix.round(decimals) for matrix in matrices]


def integrated(seconds, scores, budget, steps=200_000):
    place = (np.arange(steps) + 0.5) / steps
    real_time = 60 * ((1 + budget / 60) ** place - 1)
    held = np.searchsorted(seconds, real_time, side="right")
    return float(np.concatenate([[0.0], scores])[held].mean())


@pytest.mark.parametrize(
    "case",
    [
        {"clips": 40, "classes": 3},
        {"clips": 60, "classes": 4, "decimals": 1},
        {"clips": 80, "classes": 5, "multi_label": True},
        {"clips": 30, "classes": 4, "empty_class": True},
        {"clips": 260, "classes": 100},
        {"clips": 2, "classes": 2},
    ],
    ids=["plain", "ties", "multi-label", "empty class", "100 classes", "2 clips"],
)
def test_scores(case, run_files):
    labels, matrices = random_run(seed=3, **case)
    seconds, budget = [0.8, 14.5, 66.0], 90.0
    run_files.finished(labels, matrices, seconds, budget=budget)

    outcome = run_files.score()

    scored = labels.any(axis=0)
    expected = [2 * roc_auc_score(labels[:, scored], matrix[:, scored], average="macro") - 1 for matrix in matrices]
    assert [one["nauc"] for one in outcome.curve["predictions"]] == pytest.approx(expected, abs=1e-12)
    if case.get("multi_label"):
        accuracy = [accuracy_score(labels, matrix >= 0.5) for matrix in matrices]
    else:
        accuracy = [accuracy_score(labels.argmax(axis=1), matrix.argmax(axis=1)) for matrix in matrices]
    assert [one["accuracy"] for one in outcome.curve["predictions"]] == pytest.approx(accuracy, abs=1e-12)
    assert outcome.scores["score"] == pytest.approx(integrated(seconds, expected, budget), abs=1e-4)
    assert bool(outcome.curve["warnings"]) == bool(case.get("empty_class"))


def test_time_stamps_since_1970(run_files):
    labels, matrices = random_run(seed=5, clips=20, classes=3)
    start_time = 1_600_000_000.5
    run_files.finished(
        labels, matrices, [start_time + 2, start_time + 30, start_time + 61], budget=60, start_time=start_time
    )

    outcome = run_files.score()

    assert [one["seconds"] for one in outcome.curve["predictions"]] == [2, 30, 61]
    counted = [one["nauc"] for one in outcome.curve["predictions"]][:2]
    assert outcome.scores["score"] == pytest.approx(integrated([2, 30], counted, 60), abs=1e-4)
    assert "prediction 2 came at 61.00 s, later than the budget" in outcome.stderr


def test_progress_on_the_terminal(run_files):
    labels = np.eye(2)[[0, 0, 1, 1]]
    run_files.finished(labels, [labels], [12.414], budget=120)

    outcome = run_files.score()

    first, last = outcome.stdout.splitlines()
    assert first == "prediction 0: 12.41 s, NAUC 1.0000, accuracy 1.00, ALC so far 0.8288"
    assert last == f"ALC 0.8288 from 1 prediction: {outcome.folder / 'detailed_results.html'}"
