"""Recorded noise in the background."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.signal_to_noise import add_noise

# Stretches begin at multiples of so many samples: rows are gathered several times as fast as single samples.
ROW = 16


class BackgroundNoise(Augmentation):
    """Mix a random stretch of a recorded noise into each clip; labels stay.

    A noise shorter than the clips is repeated. All noises are kept in memory, in one array.

    Args:
        noises: Waveforms `(samples,)` at the clips' sample rate.
        by: "weight": clip * (1 - w) + noise * w. "snr": the noise is added at a signal-to-noise ratio of mean powers;
            a silent clip stays silent, and a silent noise changes nothing.
        lowest: Smallest weight or ratio in dB. None: 0.1 or 5.
        highest: Largest weight or ratio in dB. None: 0.5 or 30.

    Raises:
        ValueError: There are no noises, one is empty or no waveform, `by` is neither, or the ends are in the wrong
            order or out of range.

    Example:
        >>> noise = BackgroundNoise([np.arange(32.0)])
        >>> clips, _ = noise.apply(np.ones((1, 4, 1)), np.ones((1, 1)), (np.array([0]), np.array([1]), np.array([0.5])))
        >>> np.ravel(clips).tolist()
        [8.5, 9.0, 9.5, 10.0]
    """

    domain = "waveform"
    ends: ClassVar[dict[str, tuple[float, float]]] = {"weight": (0.1, 0.5), "snr": (5.0, 30.0)}

    def __init__(
        self,
        noises: Sequence[npt.NDArray[np.float32]],
        by: Literal["weight", "snr"] = "weight",
        lowest: float | None = None,
        highest: float | None = None,
    ) -> None:
        if by not in self.ends:
            raise ValueError(f"by must be 'weight' or 'snr', not {by!r}")
        lowest = self.ends[by][0] if lowest is None else lowest
        highest = self.ends[by][1] if highest is None else highest
        if not -math.inf < lowest <= highest < math.inf:
            raise ValueError(f"the {by} goes from the lowest to the highest, not from {lowest} to {highest}")
        if by == "weight" and (lowest < 0 or highest > 1):
            raise ValueError(f"a weight is a share of the noise in 0..1, not from {lowest} to {highest}")
        rows = [_rows(noise, index) for index, noise in enumerate(_sequence(noises))]
        self.by = by
        self.lowest = lowest
        self.highest = highest
        self._counts = np.array([len(noise) for noise in rows], "int32")
        self._begins = np.cumsum(self._counts, dtype="int32") - self._counts
        # A tensor, for a NumPy array would be written into every graph that is traced.
        self._rows = ops.convert_to_tensor(np.concatenate(rows))

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any, Any]:
        """Draw each clip's noise, the row of 16 samples where its stretch begins, and its weight or SNR: `(batch,)`."""
        batch = (shape[0],)
        noises = keras.random.randint(batch, 0, len(self._counts), seed=seeds)
        # All places where a whole stretch begins; in a noise that is repeated, any.
        spare = self._counts - -(-shape[1] // ROW) + 1
        places = ops.take(np.where(spare > 0, spare, self._counts), noises, axis=0)
        starts = ops.cast(keras.random.uniform(batch, seed=seeds) * ops.cast(places, "float32"), "int32")
        # Below 2^24 places float32 never reaches the end by rounding, above it may.
        starts = ops.minimum(starts, places - 1)
        return noises, starts, keras.random.uniform(batch, self.lowest, self.highest, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any, Any]) -> tuple[Any, Any]:
        """Mix clip i with noise `parameters[0][i]` from row `parameters[1][i]` on, by `parameters[2][i]`."""
        noises, starts, amounts = parameters
        clips = ops.convert_to_tensor(clips)
        samples = clips.shape[1]
        counts, begins = (ops.expand_dims(ops.take(of, noises, axis=0), 1) for of in (self._counts, self._begins))
        offsets = ops.expand_dims(ops.arange(-(-samples // ROW), dtype="int32"), 0)
        places = begins + (ops.expand_dims(ops.cast(starts, "int32"), 1) + offsets) % counts
        stretches = ops.reshape(ops.take(self._rows, places, axis=0), (-1, offsets.shape[1] * ROW, 1))
        stretches = ops.cast(stretches[:, :samples], clips.dtype)
        if self.by == "snr":
            return add_noise(clips, stretches, amounts), labels
        weights = ops.reshape(ops.cast(amounts, clips.dtype), (-1, 1, 1))
        return clips * (1 - weights) + stretches * weights, labels


def _sequence(noises: Any) -> Sequence[Any]:
    if isinstance(noises, str | Path):
        raise ValueError(f"noises are waveforms, not the name {str(noises)!r}; read that folder first")
    if len(noises) == 0:
        raise ValueError("there are no noises; hand over one waveform at least")
    return noises


def _rows(noise: Any, index: int) -> npt.NDArray[np.float32]:
    """Return a noise as `(rows, 16)`, without the samples that fill no row."""
    waveform = np.asarray(noise, "float32")
    if waveform.ndim != 1 or not len(waveform):
        raise ValueError(f"noise {index} has the shape {waveform.shape}; hand over waveforms (samples,), none empty")
    if not np.isfinite(waveform).all():
        raise ValueError(f"noise {index} holds samples that are not finite; leave it out or set them to 0")
    return np.resize(waveform, (max(len(waveform) // ROW, 1), ROW))
