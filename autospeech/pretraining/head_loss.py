"""Cross-entropy of many heads, of which each clip knows some."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from keras import KerasTensor, ops


class HeadLoss:
    """Mean over a batch of each clip's mean cross-entropy over the heads that have a label for it.

    Args:
        classes: How many classes each head has; their logits stand side by side.
        weights: What each head counts for within a clip.
        smoothing: Share of each target that is spread over all classes of its head.

    Example:
        >>> loss = HeadLoss([2, 4], [1.0, 1.0], smoothing=0.0)
        >>> float(loss(np.zeros((1, 6), "float32"), np.array([[-1, 3]])))  # ln 4
        1.386...
    """

    def __init__(self, classes: Sequence[int], weights: Sequence[float], smoothing: float = 0.1) -> None:
        self.classes, self.weights, self.smoothing = list(classes), list(weights), smoothing
        self._edges = np.cumsum([0, *self.classes]).tolist()

    def __call__(self, logits: KerasTensor, labels: KerasTensor) -> KerasTensor:
        """Return the loss.

        Args:
            logits: `(batch, classes of all heads)`.
            labels: `(batch, heads)`, -1 where a clip has no label.
        """
        total, weight = 0.0, 0.0
        for head, classes in enumerate(self.classes):
            scores = ops.log_softmax(logits[:, self._edges[head] : self._edges[head + 1]])
            known = ops.cast(labels[:, head] >= 0, scores.dtype) * self.weights[head]
            right = ops.sum(ops.one_hot(ops.maximum(labels[:, head], 0), classes, dtype=scores.dtype) * scores, axis=1)
            entropy = (1 - self.smoothing) * right + self.smoothing * ops.mean(scores, axis=1)
            total, weight = total - known * entropy, weight + known
        return ops.mean(total / ops.maximum(weight, 1e-6))

    def guesses(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
        """Return the likeliest class of each head, `(batch, heads)`, for logits `(batch, classes of all heads)`."""
        edges = itertools.pairwise(self._edges)
        return np.stack([logits[:, first:last].argmax(axis=1) for first, last in edges], axis=1)
