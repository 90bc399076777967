"""Noise at a given distance from a clip."""

from __future__ import annotations

import math
from typing import Any

from keras import ops


def add_noise(clips: Any, noise: Any, decibels: Any) -> Any:
    """Add noise to each clip at a signal-to-noise ratio of mean powers.

    Args:
        clips: Waveforms `(batch, samples, 1)`. One that is silent stays silent.
        noise: Waveforms of the same shape, of any loudness. One that is silent changes nothing.
        decibels: The ratios, `(batch,)`.

    Returns:
        Noisy waveforms; samples may leave -1..1.

    Example:
        >>> import numpy as np
        >>> noisy = add_noise(np.ones((1, 4, 1)), np.array([3.0, -3, 3, -3]).reshape(1, 4, 1), np.array([20.0]))
        >>> np.ravel(noisy).round(6).tolist()
        [1.1, 0.9, 1.1, 0.9]
    """
    clips = ops.convert_to_tensor(clips)
    noise, decibels = ops.cast(noise, clips.dtype), ops.cast(decibels, clips.dtype)
    loud = _loudness(noise)
    wanted = _loudness(clips) * ops.exp(ops.reshape(decibels, (-1, 1, 1)) * (-math.log(10) / 20))
    scale = ops.where(loud > 0, wanted / ops.where(loud > 0, loud, ops.ones_like(loud)), ops.zeros_like(loud))
    return clips + scale * noise


def _loudness(waveforms: Any) -> Any:
    return ops.sqrt(ops.mean(ops.square(waveforms), axis=(1, 2), keepdims=True))
