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

    Models that are far from all others are trusted less, and those that are sure of themselves more. Of the masses
    m_i, one vector for each of n models:

    1. distance `d_ij = sqrt(sum((m_i - m_j)^2) / 2)`, similarity `1 - d_ij`;
    2. credibility: a model's similarities to all others, as a share of those of all models;
    3. certainty: the sum of the squared masses, one minus Gini's impurity;
    4. weight: credibility times exp(certainty), as a share of those of all models;
    5. the weighted mean is combined with itself n - 1 times by Dempster's rule.

    Li et al. name a distance matrix and a modified Gini index. Their formulas were not to be had for this, and
    neither a later paper nor public code that quotes them was found, so these are read into the words: Jousselme's
    distance, as in Deng et al. (steps 1, 2 and 5 are theirs), which for masses on single classes is the one of step 1;
    and step 3. In step 4 the impurity with a minus sign gives the same weights. Without the exponential the paper's
    second paradox does not come out right.

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
        Li, Liu, Tang, Lu, Hu (2017): An ensemble deep convolutional neural network model with improved D-S evidence
        fusion for bearing fault diagnosis. Sensors 17(8), 1729. Deng, Shi, Zhu, Liu (2004): Combining belief functions
        based on distance of evidence. Decision Support Systems 38(3). Jousselme, Grenier, Bosse (2001): A new distance
        between two bodies of evidence. Information Fusion 2(2).
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
