"""Evenly spaced windows of a clip's frames in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.export.clip_layer import ClipLayer, positions


@keras.saving.register_keras_serializable("autospeech")
class WindowsLayer(ClipLayer):
    """Cut the windows that `Embedder` and `FoldNetworks` look through.

    The longest windows are taken that the clip fills. The first begins with the clip, the last ends with it; a single
    one stands in the middle, and a clip shorter than the shortest window repeats.

    Args:
        lengths: Of windows, in frames, rising.
        most: Windows at most.
        step: A further window for each so many frames beyond the first; None for as many windows as cover the clip.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, frames, bins)`.

    Output shape:
        `(windows, length, bins, 1)`.

    Raises:
        ValueError: There is no length, or they do not rise, or a number is below 1.

    Example:
        >>> WindowsLayer((62, 124), 3)(np.zeros((1, 130, 64), "float32")).shape
        TensorShape([2, 124, 64, 1])
    """

    def __init__(self, lengths: Sequence[int], most: int, step: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lengths = [int(length) for length in lengths]
        if not self.lengths or self.lengths[0] < 1 or np.any(np.diff(self.lengths) <= 0):
            raise ValueError(f"lengths are {list(lengths)}; they must be 1 or more frames each, and rise")
        if most < 1 or (step is not None and step < 1):
            raise ValueError(f"most is {most} and step is {step}; both must be 1 or more")
        self.most = int(most)
        self.step = None if step is None else int(step)

    def call(self, inputs: Any) -> Any:
        """Cut the windows of a clip."""
        count = ops.shape(inputs)[1]
        first, *rest = self.lengths
        length: Any = first
        if rest:
            filled = ops.sum(ops.cast(count >= np.array(rest, np.int32), "int32"))
            length = ops.take(np.array(self.lengths, np.int32), filled)
        extra = ops.maximum(count - length, 0)
        if self.step is None:
            many = ops.floor_divide(count + length - 1, length)
        else:
            many = 1 + ops.floor_divide(extra, self.step)
        many = ops.minimum(many, self.most)
        spaced = ops.floor_divide(positions(many) * extra, ops.maximum(many - 1, 1))
        begins = ops.where(many > 1, spaced, ops.floor_divide(extra, 2))
        rows = ops.mod(begins[:, None] + positions(length)[None], count)
        return ops.expand_dims(ops.take(inputs[0], rows, axis=0), -1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {"lengths": self.lengths, "most": self.most, "step": self.step}
