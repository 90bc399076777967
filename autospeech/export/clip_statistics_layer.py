"""Statistics of log-mel frames in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.fft
from keras import ops

from autospeech.export.clip_layer import ClipLayer, fourier, in_segments, later, number, positions
from autospeech.statistics import clip_statistics
from autospeech.statistics.clip_statistics import (
    BANDS,
    CEPSTRA,
    DELTA,
    LAGGED,
    LAGS,
    MODULATION_HOP,
    MODULATION_WINDOW,
    SEGMENTS,
)
from autospeech.statistics.log_mel_frames import MELS


@keras.saving.register_keras_serializable("autospeech")
class ClipStatisticsLayer(ClipLayer):
    """Compute what `ClipStatistics` does.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, frames, 64)`, log-mel frames.

    Output shape:
        The simple statistics `(1, 40)` and the rich ones `(1, 1390)`.

    Example:
        >>> [numbers.shape[1] for numbers in ClipStatisticsLayer()(np.zeros((1, 61, 64), "float32"))]
        [40, 1390]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cosines = scipy.fft.dct(np.eye(MELS), norm="ortho", axis=1)[:, :CEPSTRA].astype(np.float32)
        wide = CEPSTRA + LAGGED * len(LAGS)
        rows, columns = np.triu_indices(CEPSTRA)
        self._covariance = (rows * wide + columns).astype(np.int32)
        self._variance = (np.arange(CEPSTRA) * (wide + 1)).astype(np.int32)
        self._bands = np.kron(np.eye(BANDS), np.full((MELS // BANDS, 1), BANDS / MELS)).astype(np.float32)
        self._fourier = fourier(np.hanning(MODULATION_WINDOW), MODULATION_WINDOW)
        bins, edges = np.arange(MODULATION_WINDOW // 2 + 1)[:, None], clip_statistics._RATES
        ranges = ((bins >= edges[:-1]) & (bins < edges[1:])) / np.diff(edges)
        self._rates = np.concatenate([ranges, ranges]).astype(np.float32)

    def call(self, inputs: Any) -> tuple[Any, Any]:
        """Compute the statistics of a clip."""
        log_mel = inputs[0]
        count = ops.shape(log_mel)[0]
        many, place = number(count), positions(count)[:, None]
        cosines = ops.convert_to_tensor(self._cosines)
        mean = ops.mean(log_mel, axis=0, keepdims=True)
        centred = log_mel - mean
        cepstra = ops.matmul(centred, cosines)
        mean_cepstra = ops.matmul(mean, cosines)

        def deviation_of_difference(values: Any, order: int) -> tuple[Any, Any]:
            difference = (later(values, DELTA) - values) * number(place < count - order * DELTA)
            left = ops.maximum(many - order * DELTA, 1.0)
            average = ops.sum(difference, axis=0, keepdims=True) / left
            power = ops.sum(ops.square(difference), axis=0, keepdims=True) / left
            return ops.sqrt(ops.maximum(power - ops.square(average), 0.0)), difference

        moved = deviation_of_difference(centred, 1)[0]
        moved_cepstra, difference = deviation_of_difference(cepstra, 1)
        moved_twice = deviation_of_difference(difference, 2)[0]

        lagged = [later(cepstra, lag)[:, :LAGGED] * (many / ops.maximum(many - lag, 1.0)) for lag in LAGS]
        products = ops.matmul(ops.transpose(cepstra), ops.concatenate([cepstra, *lagged], axis=1)) / many
        products = ops.sign(products) * ops.sqrt(ops.abs(products))
        flat = ops.reshape(products, (-1,))
        deviation_of_cepstra = ops.take(flat, self._variance)[None]

        inside, sizes = in_segments(count, SEGMENTS)
        segments = ops.matmul(inside, cepstra) / sizes + mean_cepstra
        rich = [
            mean,
            ops.sqrt(ops.mean(ops.square(centred), axis=0, keepdims=True)),
            ops.max(log_mel, axis=0, keepdims=True),
            ops.min(log_mel, axis=0, keepdims=True),
            moved,
            deviation_of_cepstra,
            moved_cepstra,
            moved_twice,
            ops.take(flat, self._covariance)[None],
            ops.reshape(products[:LAGGED, CEPSTRA:], (1, -1)),
            ops.reshape(segments, (1, -1)),
            self._modulation(centred, count),
        ]
        return ops.concatenate([mean_cepstra, deviation_of_cepstra], axis=1), ops.concatenate(rich, axis=1)

    def _modulation(self, centred: Any, count: Any) -> Any:
        bands = ops.matmul(centred, ops.convert_to_tensor(self._bands))
        windows = 1 + ops.floor_divide(ops.maximum(count - MODULATION_WINDOW, 0), MODULATION_HOP)
        frames = positions(windows)[:, None] * MODULATION_HOP + positions(MODULATION_WINDOW)[None]
        pieces = ops.take(bands, ops.minimum(frames, count - 1), axis=0)
        pieces = pieces - ops.mean(pieces, axis=1, keepdims=True)
        pieces = ops.reshape(ops.transpose(pieces, (0, 2, 1)), (-1, MODULATION_WINDOW))
        power = ops.square(ops.matmul(pieces, ops.convert_to_tensor(self._fourier)))
        rates = ops.matmul(power, ops.convert_to_tensor(self._rates))
        rates = ops.reshape(rates, (-1, BANDS * self._rates.shape[1]))
        return ops.log(ops.mean(rates, axis=0, keepdims=True) + 1e-2)
