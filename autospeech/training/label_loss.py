"""One loss for single-label and multi-label tasks."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class LabelLoss(keras.losses.Loss):
    """Cross-entropy of logits: categorical when each clip has one label, binary when clips may have several.

    Which of the two is a variable and not a branch, so that a training step that was traced before the data came serves
    both.

    Args:
        multi_label: Whether clips may have several labels.
        label_smoothing: Share of a label that is spread over all classes (or, of several labels, between yes and no),
            0..1.
        divergence: Whether to subtract the labels' own entropy, which makes it the Kullback-Leibler divergence from the
            labels to the predictions. It is 0 where they agree, for mixed labels too; its gradients are the same.

    Example:
        >>> import numpy as np
        >>> loss = LabelLoss()
        >>> round(float(loss(np.array([[0.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931
        >>> loss.set_multi_label(True)
        >>> round(float(loss(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931
        >>> divergence = LabelLoss(divergence=True)
        >>> round(float(divergence(np.array([[0.5, 0.5]]), np.array([[0.0, 0.0]]))), 4)
        0.0

    References:
        Szegedy et al. (2016): Rethinking the inception architecture for computer vision, for the smoothing.
    """

    def __init__(self, multi_label: bool = False, label_smoothing: float = 0.0, divergence: bool = False) -> None:
        super().__init__(name="label_loss")
        self._divergence = divergence
        self._label_smoothing = label_smoothing
        self._multi_label = keras.Variable(float(multi_label), trainable=False, dtype="float32", name="multi_label")

    def set_multi_label(self, multi_label: bool) -> None:
        """Choose between the two losses."""
        self._multi_label.assign(float(multi_label))

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each clip, `(batch,)`."""
        categorical = keras.losses.categorical_crossentropy(y_true, y_pred, True, self._label_smoothing)
        binary = keras.losses.binary_crossentropy(y_true, y_pred, True, self._label_smoothing)
        if self._divergence:
            smooth, share = self._label_smoothing, 1 - self._label_smoothing
            either = share * y_true + smooth / 2
            binary = binary - ops.mean(_surprise(either) + _surprise(1 - either), axis=-1)
            categorical = categorical - ops.sum(_surprise(share * y_true + smooth / y_true.shape[-1]), axis=-1)
        return ops.where(self._multi_label > 0.5, binary, categorical)


def _surprise(probabilities: Any) -> Any:
    """Return -p log p, and 0 where there is no probability."""
    some = probabilities > 0
    return ops.where(some, -probabilities * ops.log(ops.where(some, probabilities, 1.0)), 0.0)
