"""Standardised vectors in the graph."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.export.clip_layer import ClipLayer, Floats


@keras.saving.register_keras_serializable("autospeech")
class StandardizeLayer(ClipLayer):
    """Do what `Standardizer.by_training` does.

    Args:
        farthest: Standardised values are clipped at this.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, numbers)`.

    Example:
        >>> import numpy as np
        >>> from autospeech.statistics.standardizer import Standardizer
        >>> standardizer = Standardizer(np.array([[0.0], [2.0]], "float32"))
        >>> layer = StandardizeLayer.of(*standardizer.scaling)
        >>> np.asarray(layer(np.array([[3.0]], "float32"))).tolist()
        [[2.0]]
    """

    def __init__(self, farthest: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.farthest = float(farthest)

    @classmethod
    def of(cls, mean: Floats, factor: Floats, farthest: float, weights: Floats, **kwargs: Any) -> StandardizeLayer:
        """Make the layer of `Standardizer.scaling`."""
        layer = cls(farthest, trainable=False, **kwargs)
        layer.build((1, len(mean)))
        layer.set_weights([mean, factor, weights])
        return layer

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make room for the mean, the factor and the weights."""
        shape = (input_shape[1],)
        self.mean = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="mean")
        self.factor = self.add_weight(shape=shape, initializer="ones", trainable=False, name="factor")
        self.weight = self.add_weight(shape=shape, initializer="ones", trainable=False, name="weight")

    def call(self, inputs: Any) -> Any:
        """Standardise a vector."""
        scaled = ops.clip((inputs - self.mean) * self.factor, -self.farthest, self.farthest)
        return scaled * self.weight

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"farthest": self.farthest}
