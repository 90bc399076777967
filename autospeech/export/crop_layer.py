"""The beginning of a clip in the graph."""

from __future__ import annotations

from typing import Any

import keras

from autospeech.export.clip_layer import ClipLayer


@keras.saving.register_keras_serializable("autospeech")
class CropLayer(ClipLayer):
    """Keep the first samples of a clip.

    Args:
        samples: How many; a shorter clip stays as it is.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, samples)`.

    Raises:
        ValueError: No sample would be left.

    Example:
        >>> import numpy as np
        >>> CropLayer(100)(np.zeros((1, 16000), "float32")).shape
        TensorShape([1, 100])
    """

    def __init__(self, samples: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if samples < 1:
            raise ValueError(f"samples is {samples}; it must be 1 or more")
        self.samples = int(samples)

    def call(self, inputs: Any) -> Any:
        """Crop a clip."""
        return inputs[:, : self.samples]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `(1, None)`: a clip may be shorter."""
        return (input_shape[0], None if input_shape[1] is None else min(input_shape[1], self.samples))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"samples": self.samples}
