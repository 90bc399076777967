"""What holds of every head, whatever the clips and labels look like."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import scipy.special

from autospeech.heads.base import Head, exclusive
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.heads.lda import LDA
from autospeech.heads.logistic import Logistic

HEADS: dict[str, Callable[[], Head]] = {
    "lda": LDA,
    "kernel_ridge": KernelRidge,
    "kernel_ridge of 5 landmarks": lambda: KernelRidge(whole=5, landmarks=5),
    "logistic": Logistic,
}


def noise(clips: int, numbers: int = 6, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(clips, numbers)).astype("float32")


def one_hot(*classes: int, of: int) -> np.ndarray:
    return np.eye(of, dtype="float32")[list(classes)]


def task(clips: int, classes: int, numbers: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Classes that overlap a little."""
    rng = np.random.default_rng(seed)
    label = np.arange(clips) % classes
    centres = 2 * rng.normal(size=(classes, numbers)) / np.sqrt(numbers) * 2
    vectors = centres[label] + rng.normal(size=(clips, numbers))
    return vectors.astype("float32"), np.eye(classes, dtype="float32")[label]


def several_labels(vectors: np.ndarray, classes: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    odds = vectors @ rng.normal(size=(vectors.shape[1], classes))
    return (odds + 0.5 * rng.normal(size=odds.shape) > 0.7).astype("float32")


CASES: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "one clip": (noise(1), one_hot(1, of=3)),
    "one clip of one class": (noise(1), one_hot(0, of=1)),
    "two clips": (noise(2), one_hot(0, 1, of=2)),
    "one class": (noise(10), one_hot(*[0] * 10, of=1)),
    "one class of three": (noise(10), one_hot(*[2] * 10, of=3)),
    "a class without clips": (noise(12), one_hot(*[0, 2] * 6, of=3)),
    "one clip in a class": (noise(11), one_hot(*[0] * 10, 1, of=2)),
    "identical clips": (np.repeat(noise(1), 12, axis=0), one_hot(*[0, 1, 2] * 4, of=3)),
    "identical large clips": (np.repeat(100 * noise(1), 12, axis=0), one_hot(*[0, 1, 2] * 4, of=3)),
    "mostly identical clips": (np.concatenate([*[noise(1)] * 20, noise(5)]), one_hot(*[0] * 20, *[1] * 5, of=2)),
    "constant features": (noise(12) * np.array([1, 0, 1, 0, 0, 1], "float32"), one_hot(*[0, 1] * 6, of=2)),
    "nothing but zeros": (np.zeros((12, 6), "float32"), one_hot(*[0, 1] * 6, of=2)),
    "one number": (noise(12, 1), one_hot(*[0, 1] * 6, of=2)),
    "more classes than clips": (noise(4), one_hot(0, 3, 5, 9, of=12)),
    "more numbers than clips": (noise(9, 400), one_hot(*[0, 1, 2] * 3, of=3)),
    "far outlier": (np.concatenate([noise(20), 1e4 * noise(1)]), one_hot(*[0, 1, 2] * 7, of=3)),
    "tiny numbers": (1e-6 * noise(20), one_hot(*[0, 1] * 10, of=2)),
    "several labels": (noise(30), several_labels(noise(30), 4)),
    "no labels at all": (noise(10), np.zeros((10, 3), "float32")),
    "all labels": (noise(10), np.ones((10, 3), "float32")),
    "a clip without labels": (noise(10), np.concatenate([one_hot(*[0, 1, 2] * 3, of=3), np.zeros((1, 3), "float32")])),
    "one column of yes and no": (noise(10), np.array([[1], [0]] * 5, "float32")),
}  # fmt: skip


@pytest.mark.parametrize("make", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(("vectors", "labels"), CASES.values(), ids=CASES)
def test_every_task_gets_finite_logits(make: Callable[[], Head], vectors: np.ndarray, labels: np.ndarray) -> None:
    before = vectors.copy(), labels.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        head = make()
        head.fit(vectors, labels)
        asked = np.concatenate([vectors, noise(7, vectors.shape[1], seed=5)])
        scores = head.scores(asked)
        assert scores.shape == (len(asked), labels.shape[1])
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        assert head.scores(vectors[:0]).shape == (0, labels.shape[1])
        if len(vectors) > 1:
            for folds in (np.arange(len(vectors)) % 2, np.arange(len(vectors)), np.arange(len(vectors)) == 0):
                judged = make().out_of_fold(vectors, labels, folds.astype(np.intp))
                assert judged.shape == labels.shape
                assert judged.dtype == np.float32
                assert np.isfinite(judged).all()
    np.testing.assert_array_equal(vectors, before[0])
    np.testing.assert_array_equal(labels, before[1])


@pytest.mark.parametrize("make", HEADS.values(), ids=HEADS)
def test_labels_in_double_precision_change_nothing(make: Callable[[], Head]) -> None:
    vectors, labels = task(40, 3, 8)
    single, double = make(), make()
    single.fit(vectors, labels)
    double.fit(vectors, labels.astype("float64"))
    assert double.scores(vectors).dtype == np.float32
    np.testing.assert_allclose(double.scores(vectors), single.scores(vectors), atol=1e-3)


@pytest.mark.parametrize("make", [LDA, KernelRidge, lambda: KernelRidge(whole=100, landmarks=100), Logistic])
@pytest.mark.parametrize("multi_label", [False, True])
def test_learns_and_is_calibrated_roughly(make: Callable[[], Head], multi_label: bool) -> None:
    vectors, labels = task(400, 3, 8)
    if multi_label:
        labels = several_labels(vectors, 3)
    head = make()
    head.fit(vectors[:200], labels[:200])
    scores = head.scores(vectors[200:]).astype("float64")
    if multi_label:
        assert np.mean((scores > 0) == (labels[200:] > 0)) > 0.8
        likelihood = np.mean(np.logaddexp(0, scores) - labels[200:] * scores)
        share = labels[:200].mean(axis=0)
        assert likelihood < 0.95 * np.mean(-share * np.log(share) - (1 - share) * np.log(1 - share))
    else:
        assert np.mean(scores.argmax(axis=1) == labels[200:].argmax(axis=1)) > 0.75
        assert -np.mean(np.sum(labels[200:] * scipy.special.log_softmax(scores, axis=1), axis=1)) < 0.9 * np.log(3)


def honest_loop(
    make: Callable[[], Head], vectors: np.ndarray, labels: np.ndarray, folds: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    scores = np.full(labels.shape, np.nan)
    for fold in np.unique(folds):
        head = make()
        head.fit(vectors[folds != fold], labels[folds != fold], multi_label=not exclusive(labels))
        scores[folds == fold] = head.scores(asked[folds == fold])
    return scores


@pytest.mark.parametrize("make", [LDA, Logistic], ids=["lda", "logistic"])
@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_out_of_fold_is_the_honest_loop(make: Callable[[], Head], multi_label: bool, elsewhere: bool) -> None:
    vectors, labels = task(60, 3, 8)
    if multi_label:
        labels = several_labels(vectors, 3)
    asked = vectors * np.float32(0.9) + np.float32(0.1) if elsewhere else vectors
    folds = np.random.default_rng(3).integers(0, 4, 60)
    got = make().out_of_fold(vectors, labels, folds, asked if elsewhere else None)
    np.testing.assert_allclose(got, honest_loop(make, vectors, labels, folds, asked), atol=1e-5)


@pytest.mark.parametrize("make", [LDA, Logistic], ids=["lda", "logistic"])
def test_a_fold_of_single_labels_does_not_change_what_logits_mean(make: Callable[[], Head]) -> None:
    vectors, labels = task(60, 3, 8)
    folds = np.arange(60) // 30
    # All clips of several labels are in fold 0, so what is learnt for it shows none; odds must stay odds.
    labels[:30:3, :] = 1
    scores = make().out_of_fold(vectors, labels, folds).astype("float64")
    np.testing.assert_allclose(scores[:30], honest_loop(make, vectors, labels, folds, vectors)[:30], atol=1e-5)
    plain = make()
    plain.fit(vectors[30:], labels[30:])
    assert np.abs(scores[:30] - plain.scores(vectors[:30])).max() > 0.05


@pytest.mark.parametrize("make", HEADS.values(), ids=HEADS)
def test_out_of_fold_knows_nothing_of_the_labels_held_out(make: Callable[[], Head]) -> None:
    vectors, labels = task(60, 3, 8)
    folds = np.arange(60) % 4
    changed = labels.copy()
    changed[folds == 1] = changed[folds == 1][:, [1, 2, 0]]
    one, other = (make().out_of_fold(vectors, given, folds) for given in (labels, changed))
    np.testing.assert_array_equal(one[folds == 1], other[folds == 1])
    assert np.abs(one[folds == 2] - other[folds == 2]).max() > 0.01


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: LDA(shrinkage=0), "shrinkage is 0"),
        (lambda: LDA(shrinkage=1.1), "shrinkage is 1.1"),
        (lambda: LDA(shrinkage=float("nan")), "shrinkage is nan"),
        (lambda: LDA(temperature=0), "temperature is 0"),
        (lambda: KernelRidge(ridge=0), "ridge is 0"),
        (lambda: KernelRidge(temperature=-1), "temperature is -1"),
        (lambda: KernelRidge(landmarks=0), "landmarks is 0"),
        (lambda: Logistic(strength=0), "strength is 0"),
        (lambda: Logistic(iterations=0), "iterations is 0"),
    ],
)
def test_wrong_settings_are_named(make: Callable[[], Head], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        make()


def test_exclusive_labels() -> None:
    assert exclusive(np.eye(3, dtype="float32"))
    assert not exclusive(np.ones((2, 2), "float32"))
    assert not exclusive(np.zeros((2, 2), "float32"))
