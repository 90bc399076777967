"""Another loudness."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation


class Gain(Augmentation):
    """Make each clip louder or softer; labels stay. Samples may leave -1..1: nothing is cut off.

    Args:
        lowest: Smallest gain in dB.
        highest: Largest gain in dB.

    Raises:
        ValueError: The gains are in the wrong order or not finite.

    Example:
        >>> import numpy as np
        >>> clips, _ = Gain().apply(np.ones((2, 1, 1)), np.ones((2, 1)), np.array([20.0, -20.0]))
        >>> np.ravel(clips).round(6).tolist()
        [10.0, 0.1]

    References:
        Tokozume, Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition.
    """

    domain = "waveform"

    def __init__(self, lowest: float = -6.0, highest: float = 6.0) -> None:
        if not -math.inf < lowest <= highest < math.inf:
            raise ValueError(f"gains go from the lowest to the highest in dB, not from {lowest} to {highest}")
        self.lowest = lowest
        self.highest = highest

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the gains in dB: `(batch,)`."""
        return keras.random.uniform((shape[0],), self.lowest, self.highest, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Change clip i by `parameters[i]` dB."""
        clips = ops.convert_to_tensor(clips)
        decibels = ops.reshape(ops.cast(parameters, clips.dtype), (-1, 1, 1))
        return clips * ops.exp(decibels * (math.log(10) / 20)), labels
