"""Kernel ridge regression in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.export.clip_layer import ClipLayer, Floats


@keras.saving.register_keras_serializable("autospeech")
class KernelRidgeLayer(ClipLayer):
    """Say what a head does that sums Gaussian kernels, `KernelRidge`.

    Args:
        landmarks: How many vectors it compares with.
        classes: How many classes there are.
        width: What squared distances are divided by.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, numbers)`, standardised.

    Output shape:
        Logits `(1, classes)`.

    Example:
        >>> from autospeech.heads.kernel_ridge import KernelRidge
        >>> vectors, labels = np.eye(4, dtype="float32"), np.eye(2, dtype="float32")[[0, 1, 0, 1]]
        >>> head = KernelRidge()
        >>> head.fit(vectors, labels)
        >>> layer = KernelRidgeLayer.of(*head.expansion)
        >>> bool(np.allclose(layer(vectors[:1]), head.scores(vectors[:1]), atol=1e-4))
        True
    """

    def __init__(self, landmarks: int, classes: int, width: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.landmarks = int(landmarks)
        self.classes = int(classes)
        self.width = float(width)

    @classmethod
    def of(cls, landmarks: Floats, width: float, coefficients: Floats, bias: Floats, **kwargs: Any) -> KernelRidgeLayer:
        """Make the layer of `KernelRidge.expansion`."""
        layer = cls(len(landmarks), len(bias), width, trainable=False, **kwargs)
        layer.build((1, landmarks.shape[1]))
        squares = np.einsum("ij,ij->i", landmarks, landmarks)
        layer.set_weights([landmarks.T, squares, coefficients, bias])
        return layer

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make room for the landmarks, their squares, the coefficients and the bias."""

        def room(name: str, *shape: int | None) -> Any:
            return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

        self.vectors = room("landmarks", input_shape[1], self.landmarks)
        self.squares = room("squares", self.landmarks)
        self.coefficients = room("coefficients", self.landmarks, self.classes)
        self.bias = room("bias", self.classes)

    def call(self, inputs: Any) -> Any:
        """Return the logits of a vector."""
        squares = ops.sum(ops.square(inputs), axis=1, keepdims=True)
        distances = ops.maximum(squares - 2 * ops.matmul(inputs, self.vectors) + self.squares, 0.0)
        return ops.matmul(ops.exp(distances * (-1 / self.width)), self.coefficients) + self.bias

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"landmarks": self.landmarks, "classes": self.classes, "width": self.width}
