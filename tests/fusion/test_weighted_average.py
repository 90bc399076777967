from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss

from autospeech.fusion.weighted_average import greedy_weights, slsqp_weights, weighted_average

RNG = np.random.default_rng(0)
TRUTH = np.arange(300) % 3
LABELS = np.eye(3)[TRUTH]


def model(skill: float) -> np.ndarray:
    """Return probabilities that tell the truth more or less, with errors of their own."""
    logits = 2 * (RNG.normal(size=(300, 3)) + skill * LABELS)
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


MODELS = np.stack([model(2.0), model(1.5), model(0.0)])


def loss(weights: np.ndarray) -> float:
    return log_loss(TRUTH, weighted_average(MODELS, weights))


@pytest.mark.parametrize("choose", [greedy_weights, slsqp_weights])
def test_chosen_weights_beat_every_model_and_even_ones(choose: Callable[..., np.ndarray]) -> None:
    weights = choose(MODELS, LABELS)
    assert weights.shape == (3,) and (weights >= 0).all() and weights.sum() == pytest.approx(1)
    assert loss(weights) < min(loss(row) for row in np.eye(3))
    assert loss(weights) < loss(np.ones(3))
    assert weights[2] < 0.2 < weights[0]


def test_slsqp_finds_the_best_of_a_grid() -> None:
    grid = [np.array([a, b, 20 - a - b]) / 20 for a in range(21) for b in range(21 - a)]
    assert loss(slsqp_weights(MODELS, LABELS)) <= min(map(loss, grid)) + 1e-6
    assert loss(greedy_weights(MODELS, LABELS)) <= min(map(loss, grid)) + 1e-2


@pytest.mark.parametrize("choose", [greedy_weights, slsqp_weights])
def test_several_labels_a_clip(choose: Callable[..., np.ndarray]) -> None:
    labels = (RNG.random((200, 4)) > 0.6).astype(float)
    good = np.clip(0.7 * labels + 0.3 * RNG.random((200, 4)), 0, 1)
    weights = choose([RNG.random((200, 4)), good], labels, True)
    assert weights[1] > 0.7


@pytest.mark.parametrize("choose", [greedy_weights, slsqp_weights])
def test_equal_models_and_impossible_answers_give_weights(choose: Callable[..., np.ndarray]) -> None:
    assert choose([MODELS[0], MODELS[0]], LABELS).sum() == pytest.approx(1)
    assert choose(np.zeros((2, 3, 3)), np.eye(3)).sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="labels of shape"):
        choose(MODELS, LABELS[:5])
    with pytest.raises(ValueError, match="rounds"):
        greedy_weights(MODELS, LABELS, rounds=0)


@pytest.mark.parametrize("weights", [[1, 2], [1, 2, -1], [0, 0, 0], [1, np.nan, 1]])
def test_wrong_weights_are_named(weights: Any) -> None:
    with pytest.raises(ValueError, match="3 weights"):
        weighted_average(MODELS, weights)
