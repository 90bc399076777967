"""Cutout as a frequency mask."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation


class Cutout(Augmentation):
    """Blank a band of bins, over all frames, in some of the images; labels stay.

    Args:
        probability: Share of the images that get a mask.
        largest: Widest mask, as a share of the bins.
        fill: What stands in the mask; 0 is the mean of a standardised image.

    Raises:
        ValueError: A share is not in 0..1.

    Example:
        >>> import numpy as np
        >>> images, _ = Cutout().apply(np.ones((1, 1, 4, 1)), np.ones((1, 1)), (np.array([1]), np.array([2])))
        >>> np.ravel(images).tolist()
        [1.0, 0.0, 0.0, 1.0]

    References:
        DeVries, Taylor (2017): Improved regularization of convolutional neural networks with cutout.
        Kon (NS Solutions), AutoSpeech 2019, third place, NeurIPS 2019 AutoDL workshop (the form as a frequency mask).
    """

    domain = "image"

    def __init__(self, probability: float = 0.5, largest: float = 0.2, fill: float = 0.0) -> None:
        for name, value in {"probability": probability, "largest": largest}.items():
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is a share and must be in 0..1, not {value}")
        self.probability = probability
        self.largest = largest
        self.fill = fill

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw each mask's first bin and its width, 0 for no mask: two times `(batch,)`, integer."""
        batch, bins = shape[0], shape[2]
        widths = keras.random.randint((batch,), 0, int(self.largest * bins) + 1, seed=seeds)
        chosen = keras.random.uniform((batch,), seed=seeds) < self.probability
        widths = ops.where(chosen, widths, ops.zeros_like(widths))
        places = ops.cast(bins - widths + 1, "float32")
        starts = ops.cast(ops.floor(keras.random.uniform((batch,), seed=seeds) * places), widths.dtype)
        return starts, widths

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any]) -> tuple[Any, Any]:
        """Blank `widths[i]` bins from `starts[i]` on in image i."""
        starts, widths = (ops.reshape(ops.cast(part, "int32"), (-1, 1, 1, 1)) for part in parameters)
        bins = ops.reshape(ops.arange(clips.shape[2], dtype="int32"), (1, 1, -1, 1))
        masked = ops.logical_and(bins >= starts, bins < starts + widths)
        return ops.where(masked, ops.cast(self.fill, clips.dtype), clips), labels
