"""Random crop in time."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation


class RandomCrop(Augmentation):
    """Cut each image to a stretch of frames that starts at random; labels stay.

    Args:
        frames: Length of the stretch.

    Raises:
        ValueError: `frames` is below 1, or an image is shorter than that.

    Example:
        >>> import numpy as np
        >>> crop = RandomCrop(2)
        >>> images, _ = crop.apply(np.arange(5.0).reshape(1, 5, 1, 1), np.ones((1, 1)), np.array([3]))
        >>> np.ravel(images).tolist()
        [3.0, 4.0]
    """

    domain = "image"

    def __init__(self, frames: int = 64) -> None:
        if not (isinstance(frames, int) and frames >= 1):
            raise ValueError(f"frames must be a whole number, at least 1, not {frames}")
        self.frames = frames

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the first frame of each stretch, uniform over all that fit: `(batch,)`, integer."""
        if shape[1] < self.frames:
            raise ValueError(
                f"images of {shape[1]} frames cannot be cropped to {self.frames}; make the clips longer first"
            )
        return keras.random.randint((shape[0],), 0, shape[1] - self.frames + 1, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Cut image i to the `frames` frames from `parameters[i]` on."""
        frames = ops.expand_dims(ops.cast(parameters, "int32"), 1) + ops.expand_dims(
            ops.arange(self.frames, dtype="int32"), 0
        )
        rows = ops.reshape(ops.arange(clips.shape[0], dtype="int32") * clips.shape[1], (-1, 1)) + frames
        flat = ops.reshape(clips, (-1, *clips.shape[2:]))
        return ops.take(flat, rows, axis=0), labels

    def shape_after(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the crops."""
        return (shape[0], self.frames, *shape[2:])
