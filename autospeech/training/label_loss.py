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

    Example:
        >>> import numpy as np
        >>> loss = LabelLoss()
        >>> round(float(loss(np.array([[0.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931
        >>> loss.set_multi_label(True)
        >>> round(float(loss(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931

    References:
        Szegedy et al. (2016): Rethinking the inception architecture for computer vision, for the smoothing.
    """

    def __init__(self, multi_label: bool = False, label_smoothing: float = 0.0) -> None:
        super().__init__(name="label_loss")
        self._label_smoothing = label_smoothing
        self._multi_label = keras.Variable(float(multi_label), trainable=False, dtype="float32", name="multi_label")

    def set_multi_label(self, multi_label: bool) -> None:
        """Choose between the two losses."""
        self._multi_label.assign(float(multi_label))

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each clip, `(batch,)`."""
        categorical = keras.losses.categorical_crossentropy(y_true, y_pred, True, self._label_smoothing)
        binary = keras.losses.binary_crossentropy(y_true, y_pred, True, self._label_smoothing)
        return ops.where(self._multi_label > 0.5, binary, categorical)
