"""Logistic regression against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from sklearn.linear_model import LogisticRegression

from autospeech.heads.logistic import Logistic


def task(clips: int = 150, numbers: int = 12, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    label = rng.integers(0, classes, clips)
    vectors = rng.normal(size=(classes, numbers))[label] + rng.normal(size=(clips, numbers))
    return vectors.astype("float32"), np.eye(classes, dtype="float32")[label]


@pytest.mark.parametrize("strength", [0.01, 0.3])
@pytest.mark.parametrize(("clips", "numbers"), [(150, 12), (40, 100)])
def test_converges_to_scikit_learns(strength: float, clips: int, numbers: int) -> None:
    vectors, labels = task(clips, numbers)
    head = Logistic(strength=strength, iterations=1000)
    head.fit(vectors, labels)
    reference = LogisticRegression(C=strength, max_iter=5000, tol=1e-8).fit(vectors, labels.argmax(axis=1))
    got = scipy.special.softmax(head.scores(vectors), axis=1)
    np.testing.assert_allclose(got, reference.predict_proba(vectors), atol=3e-3)


def test_several_labels_converge_to_one_regression_each() -> None:
    vectors, _ = task()
    labels = (vectors @ np.random.default_rng(1).normal(size=(12, 3)) > 1).astype("float32")
    head = Logistic(strength=0.05, iterations=1000)
    head.fit(vectors, labels)
    for number in range(3):
        reference = LogisticRegression(C=0.05, max_iter=5000, tol=1e-8).fit(vectors, labels[:, number])
        got = scipy.special.expit(head.scores(vectors)[:, number])
        np.testing.assert_allclose(got, reference.predict_proba(vectors)[:, 1], atol=3e-3)


def test_few_iterations_come_near() -> None:
    vectors, labels = task()
    few, many = Logistic(iterations=20), Logistic(iterations=1000)
    few.fit(vectors, labels)
    many.fit(vectors, labels)
    near, far = (scipy.special.softmax(head.scores(vectors), axis=1) for head in (few, many))
    assert np.abs(near - far).max() < 0.05
