"""The figures of a page against scikit-learn and the scoring program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from record_parts import TRACE, judged_clips
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support, roc_auc_score

from autospeech.report.calibration import Calibration
from autospeech.report.class_figures import accuracy, answers, class_figures, nauc
from autospeech.report.confusion import Confusion
from autospeech.report.curve_point import CurvePoint
from autospeech.report.learning_curve_area import learning_curve_area
from autospeech.report.mistake import mistakes
from autospeech.report.step import steps_of
from autospeech.report.time_axis import KINDS, TimeAxis
from autospeech.report.weights_chart import WeightsChart, learner_shares


def matrices(classes: int, multi_label: bool) -> tuple[np.ndarray, np.ndarray]:
    clips = judged_clips(classes, 150, multi_label=multi_label)
    truth = np.zeros((len(clips), classes), bool)
    for row, clip in enumerate(clips):
        truth[row, list(clip.labels)] = True
    return truth, np.array([clip.probabilities for clip in clips])


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("classes", [2, 7, 60])
def test_class_figures(classes, multi_label):
    truth, said = matrices(classes, multi_label)
    found = class_figures(truth, said, multi_label)
    claimed = answers(said, multi_label)
    expected = precision_recall_fscore_support(truth, claimed, zero_division=np.nan)
    mine = [
        [np.nan if value is None else value for value in (one.precision, one.recall, one.f1, one.clips)]
        for one in found
    ]
    np.testing.assert_allclose(mine, np.transpose(expected), atol=1e-12)
    np.testing.assert_allclose([one.auc for one in found], roc_auc_score(truth, said, average=None), atol=1e-12)
    assert nauc(found) == pytest.approx(2 * roc_auc_score(truth, said, average="macro") - 1)
    assert accuracy(truth, said, multi_label) == pytest.approx(accuracy_score(truth, claimed))
    assert all(one.right + one.missed + one.false_alarms + one.passed == len(truth) for one in found)


def test_a_class_without_clips_and_never_said_has_no_figures():
    truth, said = matrices(3, False)
    truth, said = np.c_[truth, np.zeros(150, bool)], np.c_[said, np.zeros(150)]
    last = class_figures(truth, said, False)[3]
    assert (last.auc, last.precision, last.recall, last.f1) == (None, None, None, None)
    assert nauc(class_figures(truth, said, False)) == nauc(class_figures(truth[:, :3], said[:, :3], False))
    assert nauc([last]) is None and accuracy(truth[:0], said[:0], False) is None


@pytest.mark.parametrize("classes", [2, 60])
def test_confusion(classes):
    truth, said = matrices(classes, False)
    found = Confusion.of(truth, said)
    np.testing.assert_array_equal(
        found.counts, confusion_matrix(truth.argmax(1), said.argmax(1), labels=range(classes))
    )
    assert all(found.counts[row, column] == count > 0 and row != column for row, column, count in found.pairs)
    assert found.pairs[0][2] == (found.counts - np.diag(np.diag(found.counts))).max()
    assert (found.shades > 0).tolist() == (found.counts > 0).tolist() and found.shades.max() <= 8


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("classes", [2, 7])
def test_calibration(classes, multi_label):
    truth, said = matrices(classes, multi_label)
    confidence = said.ravel() if multi_label else said.max(axis=1)
    right = truth.ravel() if multi_label else truth[np.arange(len(said)), said.argmax(axis=1)]
    shares, means = calibration_curve(right, confidence, n_bins=10)
    found = Calibration.of(truth, said, multi_label)
    filled = found.counts > 0
    np.testing.assert_allclose(found.right[filled], shares)
    np.testing.assert_allclose(found.confidence[filled], means)
    assert found.error == pytest.approx(np.sum(found.counts[filled] * np.abs(shares - means)) / len(right))
    assert found.excess == pytest.approx(confidence.mean() - right.mean())


def test_mistakes_of_one_label():
    truth, said = matrices(5, False)
    found = mistakes(truth, said, False)
    wrong = np.flatnonzero(said.argmax(axis=1) != truth.argmax(axis=1))
    assert len(wrong) > 5 and {one.clip for one in found} == set(wrong.tolist())
    assert [one.confidence for one in found] == sorted((said[row].max() for row in wrong), reverse=True)
    assert not any(one.missed for one in found)
    assert mistakes(truth, truth.astype(float), False) == []


def test_mistakes_of_several_labels():
    truth = np.array([[True, False, True], [False, False, False], [True, True, True]])
    said = np.array([[0.9, 0.2, 0.05], [0.6, 0.7, 0.1], [0.5, 0.6, 0.7]])
    found = mistakes(truth, said, True)
    assert [(one.clip, one.label, one.missed, round(one.confidence, 2)) for one in found] == [
        (0, 2, True, 0.95),
        (1, 1, False, 0.7),
    ]


CURVES = [
    [],
    [(0.2, 0.5)],
    [(0.2, 0.5), (3.0, 0.9), (11.0, -0.2)],
    [(1.0, 0.5), (1.0, 0.7), (130.0, 1.0)],
    [(120.0, 1.0)],
]


@pytest.mark.parametrize("curve", CURVES)
def test_area_is_that_of_the_scoring_program(curve, root: Path):
    code = f"from alc import area_under_learning_curve as area; print(repr(area({curve!r}, 120)))"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root / "scoring", capture_output=True, text=True, check=True
    )
    assert learning_curve_area([CurvePoint(*point) for point in curve], 120) == pytest.approx(float(told.stdout))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("first", "last"), [(0.2, 20), (0.001, 1200), (50, 60), (0.5, 0.5), (7200, 86400)])
def test_ticks_rise_and_stay_apart(kind, first, last):
    axis = TimeAxis(kind, first, last)
    places = [place for place, _ in axis.ticks(0.08)]
    assert places[-1] == 1 and len(places) >= 2
    assert np.diff(places).min() >= 0.079
    assert axis.place(first) <= axis.place(last) == 1


def test_steps_of_a_trace():
    steps = steps_of(TRACE)
    assert [(step.learner, step.verdict) for step in steps] == [
        ("first look", "first answer"),
        ("statistics", "kept"),
        ("encoder", "failed"),
        ("networks", "kept"),
        ("networks", "not kept"),
        ("", "done"),
    ]
    assert (steps[1].began, steps[1].before, steps[1].after) == (0.37, None, 0.96)
    assert (steps[3].began, steps[3].augmentation) == (0.8, "mixup,specmix(gamma=0.3)")
    assert steps[2].note == "in learning: ValueError: <b>no</b>"


@pytest.mark.parametrize(
    ("tried", "note"),
    [
        ({"none": 0.8, "specmix": 0.91}, "tried, NAUC: none 0.800, specmix 0.910; 12.3 s"),
        ("none, for want of time", "tried none, for want of time; 12.3 s"),
    ],
)
def test_a_choice_of_an_augmentation_is_told(tried, note):
    choice = {"time": 40.0, "decision": "chose augmentation", "rung": "network", "augmentation": "specmix"}
    (step,) = steps_of([{**choice, "tried": tried, "search_seconds": 12.34}])
    assert (step.learner, step.verdict, step.augmentation, step.note) == (
        "network",
        "chose augmentation",
        "specmix",
        note,
    )


def test_shares_of_the_learners():
    shares = learner_shares(steps_of(TRACE))
    assert [seconds for seconds, _ in shares] == [0.17, 0.59, 4.5]
    assert shares[2][1] == pytest.approx({"statistics": 0.5, "networks": 0.5})
    chart = WeightsChart.of(steps_of(TRACE), TimeAxis("real", 0.17, 60), 1000, 60)
    assert [learner for learner, *_ in chart.bands] == ["first look", "statistics", "networks"]


@pytest.mark.parametrize(
    "entry",
    [
        {"time": 1, "decision": "learnt", "rung": "x", "evidence": "?", "weights": None, "accepted": True},
        {"time": 1, "decision": "learnt", "evidence": {"m": "nan"}, "weights": {"m": "inf"}, "after": "-inf"},
        {"time": 1, "decision": "learnt", "rung": "x", "augmentations": {"log_mel": {"augmentation": ""}, "cqt": 3}},
        {"time": 1, "decision": "first look"},
        {"time": 1, "decision": "chose", "rung": "x"},
        {"time": 1, "decision": "rested", "because": ["tired"]},
        {"time": 1, "decision": "chose augmentation", "tried": None, "search_seconds": "?"},
    ],
)
def test_a_strange_trace_is_told_as_far_as_it_goes(entry):
    (step,) = steps_of([entry])
    assert step.verdict and learner_shares([step]) == (
        [] if step.learner != "first look" else [(1.0, {"first look": 1.0})]
    )
