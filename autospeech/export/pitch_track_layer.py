"""The pitch of each frame in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.export.clip_layer import ClipLayer, fourier, number, overlapping, positions
from autospeech.statistics import pitch_track as track

_TRANSFORM, _SHORTEST, _LONGEST = track._TRANSFORM, track._SHORTEST, track._LONGEST


@keras.saving.register_keras_serializable("autospeech")
class PitchTrackLayer(ClipLayer):
    """Compute what `PitchTrack` does; the transforms are matrix products.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, samples)`, float32, 16 kHz.

    Output shape:
        Pitch, voicing and level `(1, frames, 3)`, and the loudness of the clip `(1, 1)`.

    Example:
        >>> [numbers.shape for numbers in PitchTrackLayer()(np.zeros((1, 16000), "float32"))]
        [TensorShape([1, 30, 3]), TensorShape([1, 1])]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        window = np.hanning(track.WINDOW + 1)[:-1].astype(np.float32)
        self._fourier = fourier(window, _TRANSFORM)
        bins = np.arange(_TRANSFORM // 2 + 1)
        lags = np.arange(_LONGEST + 1)
        turns = np.outer(bins, lags) % _TRANSFORM
        # All bins but the first and the last stand for their mirror images too.
        share = np.where((bins == 0) | (bins == _TRANSFORM // 2), 1, 2) / _TRANSFORM
        back = share[:, None] * np.cos(2 * np.pi * turns / _TRANSFORM)
        self._back = np.concatenate([back, back]).astype(np.float32)
        own = np.square(np.abs(np.fft.rfft(window.astype(np.float64), _TRANSFORM))) @ back
        self._inverse = (own[0] / own).astype(np.float32)
        looked_at = lags[_SHORTEST:_LONGEST]
        self._favour = (self._inverse[looked_at] * (1 - track._FAVOUR_SHORT * looked_at)).astype(np.float32)

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Track the pitch of a clip."""
        many = ops.floor_divide(ops.shape(inputs)[1], 2)
        hop = track.HOP
        length = ops.maximum(ops.floor_divide(many + hop - 1, hop) * hop, track.WINDOW)
        padded = ops.concatenate([inputs[0], ops.zeros((2 * track.WINDOW,), "float32")], axis=0)
        pairs = ops.reshape(padded[: 2 * length], (-1, 2))
        inside = number(positions(length) < many)
        count = number(ops.maximum(many, 1))
        half = (pairs[:, 0] + pairs[:, 1]) * 0.5 * inside
        offset = _sum(half) / count
        half = (half - offset) * inside
        # Once more: one sum of so many samples is not exact, and what it leaves of a constant clip is no sound.
        half = (half - _sum(half) / count) * inside
        rms = ops.sqrt(_sum(ops.square(half)) / count)
        heard = rms > track._SILENCE * ops.maximum(1.0, ops.abs(offset))
        half = half * ops.where(heard, 1 / ops.maximum(rms, 1e-12), 0.0)
        framed = half[: ops.maximum(ops.floor_divide(many, hop) * hop, track.WINDOW)]
        numbers = self._track(overlapping(framed, hop))
        return numbers[None], ops.reshape(ops.log(rms + track._SILENCE), (1, 1))

    def _track(self, rows: Any) -> Any:
        power = ops.square(ops.matmul(rows, ops.convert_to_tensor(self._fourier)))
        correlation = ops.matmul(power, ops.convert_to_tensor(self._back))
        energy = correlation[:, 0]
        favoured = correlation[:, _SHORTEST:_LONGEST] * ops.convert_to_tensor(self._favour)
        lags = ops.arange(_LONGEST + 1, dtype="int32")[None]
        # The first of the largest; what `ops.argmax` is made of cannot be exported (Keras 3.13).
        largest = favoured >= ops.max(favoured, axis=1, keepdims=True)
        best = ops.min(ops.where(largest, lags[:, _SHORTEST:_LONGEST], _LONGEST - 1), axis=1)
        normal = correlation * ops.convert_to_tensor(self._inverse)

        def at(lag: Any) -> Any:
            chosen = ops.sum(ops.where(lags == lag[:, None], normal, 0.0), axis=1)
            return chosen / (energy + track._NOISE * track.WINDOW)

        before, peak, after = at(best - 1), at(best), at(best + 1)
        bend = ops.minimum(before - 2 * peak + after, -1e-9)
        shift = ops.clip(0.5 * (before - after) / bend, -0.5, 0.5)
        pitch = (np.log(track.SAMPLE_RATE) - ops.log(number(best) + shift)) / np.log(2)
        level = ops.log(energy / track.WINDOW + 1e-4)
        return ops.stack([pitch, ops.clip(peak, 0.0, 1.0), level], axis=1)


def _sum(samples: Any) -> Any:
    """Sum `(samples,)`, whole hops, in blocks: in one go it would lose digits."""
    return ops.sum(ops.sum(ops.reshape(samples, (-1, track.HOP)), axis=1))
