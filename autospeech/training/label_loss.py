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

    Example:
        >>> import numpy as np
        >>> loss = LabelLoss()
        >>> round(float(loss(np.array([[0.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931
        >>> loss.set_multi_label(True)
        >>> round(float(loss(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))), 4)
        0.6931
    """

    def __init__(self, multi_label: bool = False) -> None:
        super().__init__(name="label_loss")
        self._multi_label = keras.Variable(float(multi_label), trainable=False, dtype="float32", name="multi_label")

    def set_multi_label(self, multi_label: bool) -> None:
        """Choose between the two losses."""
        self._multi_label.assign(float(multi_label))

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each clip, `(batch,)`."""
        categorical = keras.losses.categorical_crossentropy(y_true, y_pred, from_logits=True)
        binary = keras.losses.binary_crossentropy(y_true, y_pred, from_logits=True)
        return ops.where(self._multi_label > 0.5, binary, categorical)
