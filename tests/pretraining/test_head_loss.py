from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.metrics import log_loss

from autospeech.pretraining.head_loss import HeadLoss


def softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def test_equals_scikit_learn_where_each_clip_knows_one_head() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(30, 7)).astype("float32")
    labels = np.full((30, 2), -1)
    labels[:10, 0], labels[10:, 1] = rng.integers(0, 3, 10), rng.integers(0, 4, 20)
    parts = [
        log_loss(labels[:10, 0], softmax(logits[:10, :3]), labels=range(3)),
        log_loss(labels[10:, 1], softmax(logits[10:, 3:]), labels=range(4)),
    ]
    loss = HeadLoss([3, 4], [1.0, 0.2], smoothing=0.0)
    assert float(loss(logits, labels)) == pytest.approx((10 * parts[0] + 20 * parts[1]) / 30, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_heads_of_a_clip_are_averaged_by_weight_and_smoothed_as_keras_does(smoothing: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(1, 7)).astype("float32")
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    first = float(entropy(np.eye(3, dtype="float32")[[2]], logits[:, :3]))
    second = float(entropy(np.eye(4, dtype="float32")[[1]], logits[:, 3:]))
    loss = HeadLoss([3, 4], [1.0, 0.5], smoothing)
    assert float(loss(logits, np.array([[2, 1]]))) == pytest.approx((first + 0.5 * second) / 1.5, rel=1e-5)


def test_a_clip_that_knows_nothing_costs_nothing() -> None:
    assert float(HeadLoss([2], [1.0])(np.ones((1, 2), "float32"), np.array([[-1]]))) == 0


def test_guesses_are_numbered_within_their_head() -> None:
    logits = np.array([[0, 9, 1, 2, 3], [5, 0, 0, 8, 0]], "float32")
    assert HeadLoss([2, 3], [1, 1]).guesses(logits).tolist() == [[1, 2], [0, 1]]
