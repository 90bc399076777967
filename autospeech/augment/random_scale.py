"""Another speed, on waveforms."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.resampled import resampled


class RandomScale(Augmentation):
    """Play each clip faster or slower: time, pitch and formants change together; labels stay.

    A slower clip is cut to its old length, a faster one is followed by silence.

    Args:
        slowest: The smallest factor, above 0.
        fastest: The largest factor, 1 or more.

    Raises:
        ValueError: The factors are in the wrong order or out of range.

    Example:
        >>> import numpy as np
        >>> clips = np.arange(1000, dtype="float32").reshape(1, -1, 1)
        >>> played, _ = RandomScale(0.8, 1.25).apply(clips, np.ones((1, 1)), np.array([1.25]))
        >>> np.round(np.ravel(played)[[200, 400, 600, 800, 999]]).tolist()
        [250.0, 500.0, 750.0, 0.0, 0.0]

    References:
        Tokozume, Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition (scale
        augmentation). Ko et al. (2015): Audio augmentation for speech recognition.
    """

    domain = "waveform"

    def __init__(self, slowest: float = 0.8, fastest: float = 1.25) -> None:
        if not 0 < slowest <= 1 <= fastest < math.inf:
            raise ValueError(f"factors go from above 0 to 1 and on to the fastest, not from {slowest} to {fastest}")
        self.slowest = slowest
        self.fastest = fastest

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the factors, `(batch,)`, as often slower as faster where both ends are as far."""
        ends = math.log(self.slowest), math.log(self.fastest)
        return ops.exp(keras.random.uniform((shape[0],), *ends, seed=seeds))

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Play clip i `parameters[i]` times as fast, no faster than `fastest`."""
        return resampled(clips, parameters, self.fastest), labels

    def needed(self, length: int) -> int:
        """Return how long a clip must be so that so many samples of it are no silence, however fast it is played."""
        return math.ceil(length * self.fastest)
