"""CutMix."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.mixed import halves, mixed_labels, pairs_of


class CutMix(Augmentation):
    """Paste a box of one image into another; labels mix by the share of each.

    A batch of 2b images becomes b: in image i a box is filled from image i + b. With lambda from Beta(alpha, alpha) the
    box is sqrt(1 - lambda) of the frames and of the bins wide, its centre anywhere, and what sticks out is cut off.

    Args:
        alpha: Parameter of the Beta distribution; 1 draws every area alike.

    Raises:
        ValueError: `alpha` is not above 0, or a batch is odd.

    Example:
        >>> import numpy as np
        >>> images = np.concatenate([np.ones((1, 4, 4, 1)), np.zeros((1, 4, 4, 1))])
        >>> box = np.array([0]), np.array([2]), np.array([1]), np.array([3])
        >>> mixed, labels = CutMix().apply(images, np.eye(2), box)
        >>> np.asarray(mixed)[0, :, :, 0].tolist(), np.asarray(labels).tolist()
        ([[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]], [[0.75, 0.25]])

    References:
        Yun et al. (ICCV 2019): CutMix: regularization strategy to train strong classifiers with localizable features.
    """

    domain = "image"
    clips_each = 2

    def __init__(self, alpha: float = 1.0) -> None:
        if not alpha > 0:
            raise ValueError(f"alpha must be above 0, not {alpha}; leave cutmix out for none")
        self.alpha = alpha

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any, Any, Any]:
        """Draw each box: first frame, frame after the last, and the same of bins; four times `(batch / 2,)`."""
        pairs = pairs_of(shape[0], "cutmix")
        side = ops.sqrt(1 - keras.random.beta((pairs,), self.alpha, self.alpha, seed=seeds))
        ends: list[Any] = []
        for length in shape[1:3]:
            centre = keras.random.uniform((pairs,), seed=seeds) * length
            ends += [
                ops.cast(ops.clip(ops.round(centre + sign * side * length / 2), 0, length), "int32") for sign in (-1, 1)
            ]
        return ends[0], ends[1], ends[2], ends[3]

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any, Any, Any]) -> tuple[Any, Any]:
        """Fill box i of image i from image i + batch / 2."""
        first, second = halves(clips)
        top, bottom, left, right = (ops.reshape(ops.cast(end, "int32"), (-1, 1, 1, 1)) for end in parameters)
        frames, bins = clips.shape[1:3]
        frame = ops.reshape(ops.arange(frames, dtype="int32"), (1, -1, 1, 1))
        mel = ops.reshape(ops.arange(bins, dtype="int32"), (1, 1, -1, 1))
        in_time = ops.logical_and(frame >= top, frame < bottom)
        in_frequency = ops.logical_and(mel >= left, mel < right)
        mask = ops.logical_and(in_time, in_frequency)
        # Of the box itself and not lambda, since a part of it may stick out.
        area = (parameters[1] - parameters[0]) * (parameters[3] - parameters[2])
        share = 1 - ops.cast(area, "float32") / (frames * bins)
        return ops.where(mask, second, first), mixed_labels(labels, share)
