from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autospeech.training.validation_score import ValidationScore


def test_macro_auc_leaves_out_classes_that_cannot_be_judged() -> None:
    rng = np.random.default_rng(0)
    labels = np.eye(4)[rng.integers(0, 3, 40)]
    probabilities = rng.dirichlet(np.ones(4), 40)
    expected = roc_auc_score(labels[:, :3], probabilities[:, :3], average="macro")
    assert ValidationScore.of(labels, probabilities).auc == pytest.approx(expected)


def test_nothing_to_judge_is_chance() -> None:
    assert ValidationScore.of(np.ones((5, 1)), np.full((5, 1), 0.3)).auc == 0.5


def test_likelihood_decides_between_equal_areas() -> None:
    labels = np.eye(2)
    sure, unsure = (ValidationScore.of(labels, [[p, 1 - p], [1 - p, p]]) for p in (0.9, 0.6))
    assert sure.auc == unsure.auc == 1
    assert sure > unsure > ValidationScore.worst()


def test_probabilities_of_0_and_1_are_finite() -> None:
    assert np.isfinite(ValidationScore.of(np.eye(2), 1 - np.eye(2)).log_likelihood)
