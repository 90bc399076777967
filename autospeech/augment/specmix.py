"""SpecMix."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.masks import Bands, in_bands
from autospeech.augment.mixed import halves, mixed_labels, pairs_of


class SpecMix(Augmentation):
    """Paste whole bands of frames and whole bands of bins of one image into another; labels mix by the share of each.

    A batch of 2b images becomes b: the bands of image i are filled from image i + b.

    Args:
        gamma: Width of each band as a share of its axis, 0..1; None draws it for each pair, uniform. At 0.3 some 0.58
            of the image is replaced on average.
        bands: The most bands along each axis; how many there are is drawn for each, from 0 on, all alike. Bands may
            overlap. The authors' code draws up to 2, the paper tells of up to 3.

    Raises:
        ValueError: `gamma` is no share, `bands` is below 1, or a batch is odd.

    Example:
        >>> import numpy as np
        >>> images = np.concatenate([np.ones((1, 4, 4, 1)), np.zeros((1, 4, 4, 1))])
        >>> frames, bins = (np.array([[0]]), np.array([[1]])), (np.array([[3]]), np.array([[1]]))
        >>> mixed, labels = SpecMix().apply(images, np.eye(2), (frames, bins))
        >>> np.asarray(mixed)[0, :, :, 0].tolist(), np.asarray(labels).tolist()
        ([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0]], [[0.5625, 0.4375]])

    References:
        Kim, Han, Ko (Interspeech 2021): SpecMix: a mixed sample data augmentation method for training with
        time-frequency domain features, and its public code, from which the width of a band is taken.
    """

    domain = "image"
    clips_each = 2

    def __init__(self, gamma: float | None = 0.3, bands: int = 3) -> None:
        if gamma is not None and not 0 <= gamma <= 1:
            raise ValueError(f"gamma is a share and must be in 0..1, not {gamma}; None draws it")
        if not (isinstance(bands, int) and bands >= 1):
            raise ValueError(f"bands must be a whole number, at least 1, not {bands}; leave specmix out for none")
        self.gamma = gamma
        self.bands = bands

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Bands, Bands]:
        """Draw the bands of frames and those of bins: first places and widths, each `(batch / 2, bands)`."""
        pairs = pairs_of(shape[0], "specmix")
        gamma = keras.random.uniform((pairs,), seed=seeds) if self.gamma is None else self.gamma
        drawn = []
        for length in shape[1:3]:
            many = keras.random.randint((pairs, 1), 0, self.bands + 1, seed=seeds)
            width = ops.reshape(ops.floor(gamma * ops.ones((pairs,)) * length), (pairs, 1))
            starts = ops.floor(keras.random.uniform((pairs, self.bands), seed=seeds) * (length - width + 1))
            there = ops.expand_dims(ops.arange(self.bands, dtype=many.dtype), 0) < many
            drawn.append((ops.cast(starts, "int32"), ops.cast(ops.where(there, width, 0.0), "int32")))
        return drawn[0], drawn[1]

    def apply(self, clips: Any, labels: Any, parameters: tuple[Bands, Bands]) -> tuple[Any, Any]:
        """Fill the bands of image i from image i + batch / 2."""
        first, second = halves(clips)
        frames = in_bands(parameters[0], clips.shape[1])
        bins = in_bands(parameters[1], clips.shape[2])
        mask = ops.logical_or(ops.expand_dims(frames, 2), ops.expand_dims(bins, 1))
        share = 1 - ops.mean(ops.cast(mask, "float32"), axis=(1, 2))
        return ops.where(ops.expand_dims(mask, -1), second, first), mixed_labels(labels, share)
