"""Between-class learning: mixing by how loud two clips are to the ear."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.mixed import halves, mixed_labels, pairs_of

# dB; lower weights of frequencies and lower gains are raised to it.
FLOOR = -80.0


class BetweenClass(Augmentation):
    """Mix each clip of a batch's first half with one of its second half, by their A-weighted loudness; labels likewise.

    A batch of 2b clips becomes b mixtures. Labels are mixed by a ratio r, uniform in 0..1; clips so that r is also the
    ratio at which they are heard.

    Args:
        sample_rate: Of the clips, in Hz.

    Raises:
        ValueError: `sample_rate` is not above 0, or a batch is odd.

    Example:
        >>> import numpy as np
        >>> clips, labels = np.array([1.0, 3.0]).reshape(2, 1, 1) * np.ones((1, 4096, 1)), np.eye(2)
        >>> clips, labels = BetweenClass().apply(clips, labels, np.array([0.75]))
        >>> tuple(clips.shape), np.array(labels).tolist()
        ((1, 4096, 1), [[0.75, 0.25]])

    References:
        Tokozume, Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition.
        Jindal et al. (INTERSPEECH 2020): SpeechMix (the same shares for hidden states).
    """

    domain = "waveform"
    clips_each = 2

    def __init__(self, sample_rate: int = 16000) -> None:
        if not sample_rate > 0:
            raise ValueError(f"sample_rate must be above 0 Hz, not {sample_rate}")
        self.sample_rate = sample_rate

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the ratio of the first clip of each pair: `(batch / 2,)`, 0..1."""
        return keras.random.uniform((pairs_of(shape[0], "between_class"),), seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Mix clip i with clip i + batch / 2, in the ratio `parameters[i]` to 1."""
        first, second = halves(clips)
        mixed = mix(first, second, mixing_shares(first, second, parameters, self.sample_rate))
        return mixed, mixed_labels(labels, parameters)


def mix(first: Any, second: Any, shares: Any) -> Any:
    """Mix two batches and keep the energy that two unrelated ones of equal energy have.

    Args:
        first: Waveforms, images or hidden states, `(batch, …)`.
        second: Of the same shape.
        shares: Of the first in each mixture, `(batch,)`, 0..1.

    Returns:
        (p x_i + (1 - p) x_j) / sqrt(p^2 + (1 - p)^2).

    Example:
        >>> np.asarray(mix(np.ones((2, 1)), np.zeros((2, 1)), np.array([0.5, 1.0]))).round(4).tolist()
        [[0.7071], [1.0]]
    """
    first, second = ops.convert_to_tensor(first), ops.convert_to_tensor(second)
    shares = ops.reshape(ops.cast(shares, first.dtype), (-1,) + (1,) * (len(first.shape) - 1))
    # The root divides the shares, not the mixture: a pass over all samples less.
    norms = ops.sqrt(ops.square(shares) + ops.square(1 - shares))
    return (shares / norms) * first + ((1 - shares) / norms) * second


def mixing_shares(first: Any, second: Any, ratios: Any, sample_rate: int = 16000) -> Any:
    """Return by which shares to mix two batches of clips, so that they are heard at given ratios.

    Args:
        first: Waveforms `(batch, samples, 1)` or `(batch, samples)`.
        second: Waveforms of the same number.
        ratios: Of the first clips, as heard, `(batch,)`, 0..1.
        sample_rate: In Hz.

    Returns:
        p = 1 / (1 + 10^((G_i - G_j) / 20) (1 - r) / r), `(batch,)`; 0 and 1 where the ratio is. G is the A-weighted
        gain of a clip's loudest frame.

    Example:
        >>> tone = np.sin(np.arange(4096.0))[None]
        >>> np.asarray(mixing_shares(tone, 0.1 * tone, np.array([0.5]))).round(4).tolist()
        [0.0909]
    """
    loud, other = (ops.max(a_weighted_gain(clips, sample_rate), axis=-1) for clips in (first, second))
    ratios = ops.cast(ratios, loud.dtype)
    return ratios / (ratios + ops.exp((loud - other) * (math.log(10) / 20)) * (1 - ratios))


def a_weighted_gain(waveform: Any, sample_rate: int = 16000) -> Any:
    """Return how loud each frame is to the ear.

    Frames are Hann windows of 2048 samples at 16 kHz, 4096 at 44.1 kHz, half overlapping, none of them beyond the end;
    a clip shorter than one is filled up with zeros.

    Args:
        waveform: `(samples,)`, `(batch, samples)` or `(batch, samples, 1)`.
        sample_rate: In Hz.

    Returns:
        Gains in dB, not below -80: `(frames,)` or `(batch, frames)`.

    Example:
        >>> np.asarray(a_weighted_gain(np.zeros(4096, "float32"))).round(3).tolist()
        [-80.0, -80.0, -80.0]
    """
    waveform = ops.convert_to_tensor(waveform)
    if len(waveform.shape) == 3:
        waveform = ops.squeeze(waveform, axis=-1)
    length = 2 ** round(math.log2(0.11 * sample_rate))
    missing = max(length - waveform.shape[-1], 0)
    waveform = ops.pad(waveform, [(0, 0)] * (len(waveform.shape) - 1) + [(0, missing)])
    real, imaginary = ops.stft(waveform, length, length // 2, length, window="hann", center=False)
    weights = np.power(10.0, _a_weighting(np.fft.rfftfreq(length, 1 / sample_rate)) / 10)
    power = ops.matmul(ops.square(real) + ops.square(imaginary), ops.cast(weights, real.dtype)[:, None])[..., 0]
    return (10 / math.log(10)) * ops.log(ops.maximum(power, 10 ** (FLOOR / 10)))


def _a_weighting(hertz: np.ndarray) -> np.ndarray:
    """Return the A-weighting of IEC 61672 in dB."""
    square = np.square(np.maximum(hertz, 1e-3))
    corners = np.square([20.598997, 107.65265, 737.86223, 12194.217])
    amplitude = corners[3] * np.square(square)
    amplitude /= (square + corners[0]) * np.sqrt((square + corners[1]) * (square + corners[2])) * (square + corners[3])
    return np.maximum(2 + 20 * np.log10(amplitude), FLOOR)
