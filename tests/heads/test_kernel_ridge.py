"""Kernel ridge regression against scikit-learn's, as a whole and by landmarks."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge as Reference
from sklearn.metrics.pairwise import euclidean_distances

from autospeech.heads.kernel_ridge import KernelRidge


def task(clips: int, numbers: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, clips)
    vectors = np.random.default_rng(9).normal(size=(3, numbers))[label] + rng.normal(size=(clips, numbers))
    return vectors.astype("float32"), np.eye(3, dtype="float32")[label]


def width(vectors: np.ndarray) -> float:
    return float(
        np.median(euclidean_distances(vectors.astype("float64"), squared=True)[np.triu_indices(len(vectors), 1)])
    )


def reference(vectors: np.ndarray, labels: np.ndarray, asked: np.ndarray, ridge: float, of_width: float) -> np.ndarray:
    mean = labels.mean(axis=0)
    model = Reference(alpha=ridge * len(vectors) + 1e-5, kernel="rbf", gamma=1 / of_width)
    model.fit(vectors.astype("float64"), labels - mean)
    return (model.predict(asked.astype("float64")) + mean - 0.5) / 0.167


@pytest.mark.parametrize("clips", [2, 10, 300])
@pytest.mark.parametrize("ridge", [1e-4, 1e-2])
@pytest.mark.parametrize("multi_label", [False, True])
def test_equals_scikit_learn(clips: int, ridge: float, multi_label: bool) -> None:
    vectors, labels = task(clips)
    if multi_label:
        labels = (np.random.default_rng(1).random(labels.shape) < 0.4).astype("float32")
    asked = task(50, seed=1)[0]
    head = KernelRidge(ridge=ridge)
    head.fit(vectors, labels)
    expected = reference(vectors, labels, asked, ridge, width(vectors))
    np.testing.assert_allclose(head.scores(asked), expected, atol=0.02)


def test_landmarks_come_near_the_whole() -> None:
    vectors, labels = task(1200, numbers=4)
    asked = task(300, numbers=4, seed=1)[0]
    whole, some, fewer = (
        KernelRidge(ridge=1e-3),
        KernelRidge(ridge=1e-3, whole=400, landmarks=400),
        KernelRidge(1e-3, whole=20, landmarks=20),
    )
    for head in (whole, some, fewer):
        head.fit(vectors, labels)
    expected = whole.scores(asked)
    far = np.abs(fewer.scores(asked) - expected).mean()
    assert np.abs(some.scores(asked) - expected).mean() < 0.02 < far
    assert np.mean(some.scores(asked).argmax(axis=1) == expected.argmax(axis=1)) > 0.98


def test_all_clips_but_one_as_landmarks_are_about_the_whole() -> None:
    vectors, labels = task(300)
    whole, some = KernelRidge(ridge=1e-3), KernelRidge(ridge=1e-3, whole=299, landmarks=299)
    folds = np.arange(300) % 4
    np.testing.assert_allclose(
        some.out_of_fold(vectors, labels, folds), whole.out_of_fold(vectors, labels, folds), atol=0.25
    )


@pytest.mark.parametrize("asked_elsewhere", [False, True])
def test_out_of_fold_is_the_loop_with_the_width_of_all(asked_elsewhere: bool) -> None:
    vectors, labels = task(120)
    asked = vectors * np.float32(0.9) + np.float32(0.1) if asked_elsewhere else vectors
    folds = np.random.default_rng(3).integers(0, 4, 120)
    got = KernelRidge(ridge=1e-3).out_of_fold(vectors, labels, folds, asked if asked_elsewhere else None)
    for fold in range(4):
        out = folds == fold
        expected = reference(vectors[~out], labels[~out], asked[out], 1e-3, width(vectors))
        np.testing.assert_allclose(got[out], expected, atol=0.02)


def test_as_many_clips_to_learn_from_as_landmarks() -> None:
    # 4 folds of 400 clips leave 300, of which none but a few are the 300 landmarks.
    vectors, labels = task(400, numbers=4)
    folds = np.arange(400) % 4
    exact = KernelRidge().out_of_fold(vectors, labels, folds)
    for landmarks in (299, 300, 301):
        judged = KernelRidge(whole=landmarks, landmarks=landmarks).out_of_fold(vectors, labels, folds)
        assert np.corrcoef(judged.ravel(), exact.ravel())[0, 1] > 0.98, landmarks


def test_landmarks_near_each_other() -> None:
    # Half the clips stand twice, so their kernel is singular.
    vectors, labels = task(300, numbers=2)
    twice, of_both = np.concatenate([vectors, vectors]), np.concatenate([labels, labels])
    head = KernelRidge(whole=500, landmarks=500)
    head.fit(twice, of_both)
    whole = KernelRidge()
    whole.fit(twice, of_both)
    assert np.abs(head.scores(vectors) - whole.scores(vectors)).mean() < 0.1


def test_clips_that_are_mostly_equal_do_not_set_the_width() -> None:
    vectors, labels = task(60)
    silent = np.full((200, 8), 0.7, "float32")
    head = KernelRidge()
    head.fit(np.concatenate([vectors, silent]), np.concatenate([labels, np.eye(3, dtype="float32")[[0] * 200]]))
    asked, truth = task(200, seed=1)
    assert np.mean(head.scores(asked).argmax(axis=1) == truth.argmax(axis=1)) > 0.6
