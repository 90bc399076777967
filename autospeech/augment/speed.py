"""Another speed, on log-mel images."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation


class Speed(Augmentation):
    """Play each image faster or slower: time is squeezed and the mel bins move as pitch and formants do; labels stay.

    Each image is cut to as many frames as the fastest leaves.

    Args:
        slowest: The smallest factor, above 0.
        fastest: The largest factor, 1 or more.
        low: Frequency in Hz below the lowest mel filter (HTK's scale).
        high: Frequency in Hz above the highest.

    Raises:
        ValueError: The factors are in the wrong order or out of range.

    Example:
        >>> import numpy as np
        >>> images = np.arange(10.0).reshape(1, 10, 1, 1) * np.ones((1, 1, 64, 1))
        >>> played, _ = Speed(0.8, 1.5).apply(images, np.ones((1, 1)), np.array([1.25]))
        >>> np.asarray(played)[0, :, 3, 0].tolist()
        [0.0, 1.25, 2.5, 3.75, 5.0, 6.25, 7.5]

    References:
        Ko et al. (2015): Audio augmentation for speech recognition. Jaitly, Hinton (2013): Vocal tract length
        perturbation (VTLP) improves speech recognition.
    """

    domain = "image"

    def __init__(self, slowest: float = 0.8, fastest: float = 1.25, low: float = 30.0, high: float = 8000.0) -> None:
        if not 0 < slowest <= 1 <= fastest:
            raise ValueError(f"factors go from above 0 to 1 and on to the fastest, not from {slowest} to {fastest}")
        self.slowest = slowest
        self.fastest = fastest
        self._lowest, self._highest = _mel(low), _mel(high)

    def needed(self, length: int) -> int:
        """Return how many frames an image must have so that so many are left."""
        return math.ceil((length - 1) * self.fastest) + 1

    def shape_after(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of what is left of images."""
        return (shape[0], self._left(shape[1]), *shape[2:])

    def _left(self, frames: int) -> int:
        return int((frames - 1) / self.fastest + 1e-6) + 1

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the factors, `(batch,)`, as often slower as faster where both ends are as far."""
        ends = math.log(self.slowest), math.log(self.fastest)
        return ops.exp(keras.random.uniform((shape[0],), *ends, seed=seeds))

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Play image i `parameters[i]` times as fast."""
        factors = ops.reshape(ops.cast(parameters, clips.dtype), (-1, 1))
        frames, bins = clips.shape[1:3]
        left = self._left(frames)
        times = factors * ops.expand_dims(ops.arange(left, dtype=clips.dtype), 0)
        step = (self._highest - self._lowest) / (bins + 1)
        mels = self._lowest + step * (1 + ops.expand_dims(ops.arange(bins, dtype=clips.dtype), 0))
        # What was at half the frequency comes to stand here when the clip is played twice as fast.
        heard = 2595 / math.log(10) * ops.log(1 + (ops.exp(mels * (math.log(10) / 2595)) - 1) / factors)
        places = ops.clip((heard - self._lowest) / step - 1, 0, bins - 1)
        in_time = ops.einsum("btf,bfmc->btmc", _between(times, frames), clips)
        return ops.einsum("bnm,btmc->btnc", _between(places, bins), in_time), labels


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)


def _between(places: Any, length: int) -> Any:
    """Return the weights `(batch, places, length)` by which values at 0, 1, 2, … give those between them."""
    grid = ops.reshape(ops.arange(length, dtype=places.dtype), (1, 1, -1))
    return ops.maximum(1 - ops.abs(ops.expand_dims(places, -1) - grid), 0)
