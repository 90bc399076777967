"""The score by which a state of a network is called better than another."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class ValidationScore(NamedTuple):
    """Macro AUC on the validation clips, and the log-likelihood that decides between equal ones; compares as a tuple.

    On a few dozen clips the AUC is soon 1, and only the likelihood still tells a surer answer from a lucky one.

    Attributes:
        auc: Mean area under the ROC curve over the classes that have both a positive and a negative; 0.5 when there is
            none.
        log_likelihood: Mean over clips and classes of the binary log-likelihood, below 0.
    """

    auc: float
    log_likelihood: float

    @classmethod
    def of(cls, labels: Any, probabilities: Any) -> ValidationScore:
        """Score probabilities against the truth.

        Args:
            labels: `(clips, classes)` of 0 and 1.
            probabilities: `(clips, classes)`, 0..1.

        Returns:
            The score; the worst where a training has diverged and there is a NaN.

        Example:
            >>> ValidationScore.of([[1, 0], [0, 1]], [[0.8, 0.2], [0.4, 0.6]]).auc
            1.0
        """
        # It takes longer to import than whoever only asks a model has.
        from sklearn.metrics import roc_auc_score

        labels, probabilities = np.asarray(labels), np.asarray(probabilities, "float64")
        if not np.isfinite(probabilities).all():
            return cls.worst()
        judged = [k for k in range(labels.shape[1]) if 0 < labels[:, k].sum() < len(labels)]
        areas = [roc_auc_score(labels[:, k], probabilities[:, k]) for k in judged]
        clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
        likelihood = np.where(labels > 0, np.log(clipped), np.log1p(-clipped))
        return cls(float(np.mean(areas)) if areas else 0.5, float(likelihood.mean()))

    @classmethod
    def worst(cls) -> ValidationScore:
        """Return the score that any validated state beats."""
        return cls(-np.inf, -np.inf)
