"""The weighted average of what several models say, and two ways of finding the weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autospeech.fusion.probabilities import as_probabilities, normalized

_LEAST = 1e-7


def weighted_average(probabilities: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> npt.NDArray[np.float64]:
    """Average the probabilities of several models.

    Args:
        probabilities: `(models, clips, classes)`.
        weights: Of each model, not below 0, `(models,)`; they are brought to a sum of 1. All are equal if left out.

    Returns:
        `(clips, classes)`. What sums to 1 over the classes in every model does so here; of multi-label tasks each class
        is averaged by itself.

    Raises:
        ValueError: The shapes do not fit, no weight is above 0, or a value is no probability.

    Example:
        >>> weighted_average([[[0.2, 0.8]], [[0.6, 0.4]]], [3, 1]).round(2).tolist()
        [[0.3, 0.7]]
    """
    values = as_probabilities(probabilities)
    shares = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    if shares.shape != (len(values),) or not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise ValueError(f"wanted {len(values)} weights not below 0, one for each model, not {np.asarray(weights)}")
    return np.tensordot(shares / shares.sum(), values, axes=1)


def greedy_weights(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, multi_label: bool = False, rounds: int = 50
) -> npt.NDArray[np.float64]:
    """Choose weights on validation clips: again and again take in, with replacement, the model that helps most.

    Args:
        probabilities: `(models, clips, classes)`.
        labels: `(clips, classes)` of 0 and 1.
        multi_label: Whether clips may have several labels, each judged by itself.
        rounds: How many models are taken in, repeats included, at least 1.

    Returns:
        Weights `(models,)` with a sum of 1: how often each had been taken when all together did best.

    Raises:
        ValueError: The shapes do not fit, or a value is no probability.

    Example:
        >>> sure, wrong = [[0.9, 0.1], [0.1, 0.9]], [[0.2, 0.8], [0.8, 0.2]]
        >>> greedy_weights([sure, wrong], [[1, 0], [0, 1]]).tolist()
        [1.0, 0.0]

    References:
        Caruana et al. (2004): Ensemble selection from libraries of models.
    """
    values, truth = _validated(probabilities, labels, multi_label)
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, not {rounds}")
    taken, total = np.zeros(len(values)), np.zeros(truth.shape)
    best, lowest = taken, np.inf
    for done in range(rounds):
        losses = [_loss((total + model) / (done + 1), truth, multi_label) for model in values]
        chosen = int(np.argmin(losses))
        taken[chosen] += 1
        total += values[chosen]
        if losses[chosen] < lowest:
            best, lowest = taken / taken.sum(), losses[chosen]
    return best


def slsqp_weights(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, multi_label: bool = False
) -> npt.NDArray[np.float64]:
    """Choose the weights with the smallest cross-entropy on validation clips.

    Args:
        probabilities: `(models, clips, classes)`.
        labels: `(clips, classes)` of 0 and 1.
        multi_label: Whether clips may have several labels, each judged by itself.

    Returns:
        Weights `(models,)`, none below 0, with a sum of 1.

    Raises:
        ValueError: The shapes do not fit, or a value is no probability.

    Example:
        >>> sure, wrong = [[0.9, 0.1], [0.1, 0.9]], [[0.2, 0.8], [0.8, 0.2]]
        >>> slsqp_weights([sure, wrong], [[1, 0], [0, 1]]).round(3).tolist()
        [1.0, 0.0]

    References:
        Kraft (1988): A software package for sequential quadratic programming.
    """
    # Most who import this never look for weights, and it takes half as long as all else.
    from scipy import optimize

    values, truth = _validated(probabilities, labels, multi_label)
    even = np.full(len(values), 1 / len(values))
    found = optimize.minimize(
        lambda weights: _loss(np.tensordot(weights, values, axes=1), truth, multi_label),
        even,
        method="SLSQP",
        bounds=[(0, 1)] * len(values),
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
    )
    weights = np.clip(found.x, 0, 1)
    # Where the search fails, what it started from is better than where it got lost.
    return weights / weights.sum() if found.success and weights.any() else even


def _validated(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, multi_label: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    values, truth = as_probabilities(probabilities), np.asarray(labels, np.float64)
    if truth.shape != values.shape[1:] or not len(truth):
        raise ValueError(f"wanted labels of shape {values.shape[1:]} for a clip or more, not {truth.shape}")
    # Of one label a clip the classes must sum to 1, or a model wins that calls everything likely.
    return (np.clip(values, 0, 1) if multi_label else normalized(values)), truth


def _loss(probabilities: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], multi_label: bool) -> float:
    clipped = np.clip(probabilities, _LEAST, 1 - _LEAST)
    likelihood = truth * np.log(clipped)
    if multi_label:
        likelihood += (1 - truth) * np.log1p(-clipped)
    return float(-likelihood.sum(axis=1).mean())
