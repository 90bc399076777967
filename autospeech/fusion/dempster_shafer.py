"""Dempster's rule of combination, and an improved one that evidence in conflict does not upset."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autospeech.fusion.probabilities import as_probabilities, normalized


def dempster_shafer(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Combine the probabilities of several models by Dempster's rule.

    Each model's probabilities are masses of evidence for single classes; masses for the same class are multiplied and
    the conflict is divided away. One class that a single model gives 0 is out. Where the models contradict each other
    wholly (the conflict is 1), Dempster's rule has no answer, and that of the mean is given.

    Args:
        probabilities: `(models, clips, classes)`; brought to a sum of 1 over the classes, so not for multi-label tasks.

    Returns:
        `(clips, classes)` with a sum of 1 for each clip.

    Raises:
        ValueError: Another shape, or a value that is no probability.

    Example:
        >>> dempster_shafer([[[0.6, 0.4]], [[0.6, 0.4]]]).round(4).tolist()
        [[0.6923, 0.3077]]

    References:
        Dempster (1967): Upper and lower probabilities induced by a multivalued mapping. Shafer (1976): A mathematical
        theory of evidence.
    """
    masses = normalized(as_probabilities(probabilities))
    return _combined(masses, np.ones(len(masses)))


def improved_dempster_shafer(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Combine the probabilities of several models by Dempster's rule, after averaging them by how far they are trusted.

    Models that are far from all others are trusted less, and those that are sure of themselves more: a model's weight
    is its credibility (its share of all similarities) times the exponential of its certainty. The weighted mean is
    combined with itself, as often as there are models, by Dempster's rule.

    The paper names the steps and not every formula. Our reading: the distance is Jousselme's, for masses on single
    classes the root of half the squared Euclidean distance; certainty is the sum of the squared masses, one minus
    Gini's impurity.

    Args:
        probabilities: `(models, clips, classes)`; brought to a sum of 1 over the classes, so not for multi-label tasks.

    Returns:
        `(clips, classes)` with a sum of 1 for each clip.

    Raises:
        ValueError: Another shape, or a value that is no probability.

    Example:
        >>> conflict = [[[1, 0, 0]], [[0, 1, 0]], [[0.8, 0.1, 0.1]], [[0.8, 0.1, 0.1]]]
        >>> improved_dempster_shafer(conflict).round(4).tolist()
        [[0.9995, 0.0005, 0.0]]

    References:
        Li et al. (2017): A novel evidence combination method, Sensors 17(8), 1729. Jousselme, Grenier, Bosse (2001): A
        new distance between two bodies of evidence.
    """
    masses = normalized(as_probabilities(probabilities))
    models = len(masses)
    squares = np.square(masses[:, None] - masses[None]).sum(axis=-1)
    similarity = 1 - np.sqrt(squares / 2)
    # Of one model alone, or of two that exclude each other, no one supports any: all are believed alike.
    support = similarity.sum(axis=1) - 1
    credibility = normalized(np.maximum(support, 0).T).T
    weights = normalized((credibility * np.exp(np.square(masses).sum(axis=-1))).T).T
    mean = (weights[..., None] * masses).sum(axis=0)
    return _combined(mean[None], np.array([models]))


def _combined(
    masses: npt.NDArray[np.float64], times: npt.NDArray[np.float64] | npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Multiply masses, each so many times, and divide the conflict away; in logarithms, where many do not underflow."""
    with np.errstate(divide="ignore"):
        logs = np.einsum("m,mck->ck", times, np.maximum(np.log(masses), -1e300))
    highest = logs.max(axis=-1, keepdims=True)
    # Every class is out for some model.
    contradicted = highest < -1e200
    combined = np.exp(np.where(contradicted, 0, logs - highest))
    return normalized(np.where(contradicted, masses.mean(axis=0), combined))
