"""Several answers become one in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from autospeech.export.clip_layer import ClipLayer
from autospeech.schedule import blend

_FARTHEST, _BENT = blend._FARTHEST, blend._BENT


@keras.saving.register_keras_serializable("autospeech")
class BlendLayer(ClipLayer):
    """Blend the logits of members into class probabilities, as a blend does that answers one by one.

    Args:
        weights: One for each member.
        multi_label: Whether a clip may have several labels.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        A list of `(1, classes)`, one for each member.

    Output shape:
        `(1, classes)`.

    Raises:
        ValueError: There are no weights.

    Example:
        >>> import numpy as np
        >>> logits = np.array([[1.0, 0.0]], "float32")
        >>> np.asarray(BlendLayer([0.5, 0.5])([logits, -logits])).tolist()
        [[0.5, 0.5]]
    """

    def __init__(self, weights: Sequence[float], *, multi_label: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # `weights` is what Keras calls the variables of a layer.
        self.member_weights = [float(weight) for weight in weights]
        self.multi_label = bool(multi_label)
        if not self.member_weights:
            raise ValueError("a blend needs a member or more, there are no weights")

    def call(self, inputs: Sequence[Any]) -> Any:
        """Blend the answers for a clip."""
        total: Any = 0.0
        for weight, logits in zip(self.member_weights, inputs, strict=True):
            wide = ops.clip(logits, -_FARTHEST, _FARTHEST)
            total = total + weight * (wide if self.multi_label else ops.log_softmax(wide, axis=-1))
        if self.multi_label:
            return ops.sigmoid(ops.sign(total) * _bent(ops.abs(total)))
        return ops.softmax(-_bent(ops.max(total, axis=-1, keepdims=True) - total), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"weights": self.member_weights, "multi_label": self.multi_label}


def _bent(distances: Any) -> Any:
    return ops.where(distances > _BENT, 2 * _BENT - _BENT**2 / ops.maximum(distances, _BENT), distances)
