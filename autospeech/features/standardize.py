"""Standardise each image by its own mean and standard deviation."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("autospeech")
class Standardize(keras.layers.Layer):
    """Give each image mean 0 and standard deviation 1, whatever else is in the batch.

    A constant image (silence) becomes all zeros.

    Args:
        epsilon: Added to the standard deviation, in the image's unit.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, frames, bins, channels)`.

    Output shape:
        The same.

    Raises:
        ValueError: `epsilon` is not above 0.

    Example:
        >>> import numpy as np
        >>> image = Standardize()(np.arange(4.0, dtype="float32").reshape(1, 2, 2, 1))
        >>> [round(float(value), 3) for value in np.ravel(image)]
        [-1.342, -0.447, 0.447, 1.342]
    """

    def __init__(self, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if epsilon <= 0:
            raise ValueError(f"epsilon must be above 0, so that silence does not divide by 0, not {epsilon}")
        self.epsilon = epsilon

    def call(self, inputs: Any) -> Any:
        """Standardise a batch of images."""
        axes = tuple(range(1, len(inputs.shape)))
        centred = inputs - ops.mean(inputs, axis=axes, keepdims=True)
        deviation = ops.sqrt(ops.mean(ops.square(centred), axis=axes, keepdims=True))
        return centred / (deviation + self.epsilon)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"epsilon": self.epsilon}
