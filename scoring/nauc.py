"""The score of one prediction: the normalised area under the ROC curve."""

from __future__ import annotations

import numpy as np


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Rank values from 1 upwards; equal values share the average of their ranks.

    Args:
        values: ``(clips,)``.

    Returns:
        Ranks ``(clips,)``.

    Example:
        >>> average_ranks(np.array([0.3, 0.1, 0.3])).tolist()
        [2.5, 1.0, 2.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def class_aucs(solution: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Compute the area under the ROC curve of every class.

    Args:
        solution: Labels of 0 and 1, ``(clips, classes)``.
        prediction: Scores of any scale, higher for likelier, ``(clips, classes)``.

    Returns:
        AUC ``(classes,)`` in 0..1; NaN for a class that has no positive or no negative clip.

    Example:
        >>> solution = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]])
        >>> class_aucs(solution, np.array([[0.9, 0.5, 0.1], [0.8, 0.5, 0.1], [0.7, 0.5, 0.1]])).tolist()
        [0.5, 0.5, nan]

    References:
        Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
        Radiology 143, 1982.
    """
    aucs = np.full(solution.shape[1], np.nan)
    for index in range(solution.shape[1]):
        positive = solution[:, index] == 1
        positives = int(positive.sum())
        negatives = len(positive) - positives
        if positives and negatives:
            rank_sum = average_ranks(prediction[:, index])[positive].sum()
            aucs[index] = (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)
    return aucs


def nauc_of(aucs: np.ndarray) -> float:
    """Average the AUC of the classes that have one, and scale: 1 perfect, 0 chance, -1 inverted.

    Args:
        aucs: What `class_aucs` returns, ``(classes,)``.

    Returns:
        2 * AUC - 1; 0 where no class has an AUC.

    Example:
        >>> nauc_of(np.array([1.0, 0.5, np.nan]))
        0.5
        >>> nauc_of(np.array([np.nan]))
        0.0
    """
    scored = aucs[~np.isnan(aucs)]
    return float(2 * scored.mean() - 1) if len(scored) else 0.0
