"""White Gaussian noise."""

from __future__ import annotations

import math
from typing import Any

import keras

from autospeech.augment.base import Augmentation
from autospeech.augment.signal_to_noise import add_noise


class GaussianNoise(Augmentation):
    """Add white noise to each clip, at a signal-to-noise ratio of mean powers; labels stay.

    A silent clip stays silent. Samples may leave -1..1: nothing is cut off.

    Args:
        lowest_snr: Smallest ratio in dB, the most noise.
        highest_snr: Largest ratio in dB, the least noise.

    Raises:
        ValueError: The ratios are in the wrong order or not finite.

    Example:
        >>> import numpy as np
        >>> noise = np.array([1.0, -1.0]).reshape(1, 2, 1)
        >>> clips, _ = GaussianNoise().apply(np.ones((1, 2, 1)), np.ones((1, 1)), (np.array([20.0]), noise))
        >>> np.ravel(clips).round(6).tolist()
        [1.1, 0.9]
    """

    domain = "waveform"

    def __init__(self, lowest_snr: float = 5.0, highest_snr: float = 40.0) -> None:
        if not -math.inf < lowest_snr <= highest_snr < math.inf:
            raise ValueError(
                f"the signal-to-noise ratio goes from the lowest to the highest in dB, not from {lowest_snr} to "
                f"{highest_snr}"
            )
        self.lowest_snr = lowest_snr
        self.highest_snr = highest_snr

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw the ratios in dB, `(batch,)`, and noise of the clips' shape; `apply` sets its loudness."""
        decibels = keras.random.uniform((shape[0],), self.lowest_snr, self.highest_snr, seed=seeds)
        return decibels, keras.random.normal(shape, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any]) -> tuple[Any, Any]:
        """Add noise i to clip i, that many dB below it."""
        decibels, noise = parameters
        return add_noise(clips, noise, decibels), labels
