"""Mixup."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.mixed import halves, mixed_labels, pairs_of


class Mixup(Augmentation):
    """Mix each clip of a batch's first half with one of its second half, labels likewise.

    A batch of 2b clips becomes b mixtures: x = r x_i + (1 - r) x_j with r from Beta(alpha, alpha). Draw the two halves
    from disjoint halves of an epoch and each clip is seen once an epoch.

    Args:
        alpha: Parameter of the Beta distribution; small values leave most clips nearly pure.

    Raises:
        ValueError: `alpha` is not above 0, or a batch is odd.

    Example:
        >>> import numpy as np
        >>> images, labels = np.array([1.0, 5.0]).reshape(2, 1, 1, 1), np.eye(2)
        >>> images, labels = Mixup().apply(images, labels, np.array([0.75]))
        >>> np.ravel(images).tolist(), np.array(labels).tolist()
        ([2.0], [[0.75, 0.25]])

    References:
        Zhang, Cisse, Dauphin, Lopez-Paz (ICLR 2018): mixup: beyond empirical risk minimization.
    """

    domain = "image"
    clips_each = 2

    def __init__(self, alpha: float = 0.2) -> None:
        if not alpha > 0:
            raise ValueError(f"alpha must be above 0, not {alpha}; leave mixup out for none")
        self.alpha = alpha

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the share of the first clip of each pair: `(batch / 2,)`, 0..1."""
        return keras.random.beta((pairs_of(shape[0], "mixup"),), self.alpha, self.alpha, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Mix clip i with clip i + batch / 2, in the ratio `parameters[i]` to 1."""
        first, second = halves(clips)
        share = ops.reshape(ops.cast(parameters, clips.dtype), (-1,) + (1,) * (len(clips.shape) - 1))
        return share * first + (1 - share) * second, mixed_labels(labels, parameters)
