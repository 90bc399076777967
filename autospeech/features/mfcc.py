"""Mel-frequency cepstral coefficients as a Keras layer."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from autospeech.features.base import Feature
from autospeech.features.cepstra import check_deltas, cosine_transform, with_deltas
from autospeech.features.log_mel import LogMel


@keras.saving.register_keras_serializable("autospeech")
class MFCC(Feature):
    """Turn waveforms into mel-frequency cepstral coefficients, equal to librosa's.

    Args:
        sample_rate: Samples a second.
        n_mfcc: Coefficients, at most `n_mels`.
        n_fft: Window length and FFT size, in samples.
        hop_length: Samples from a frame to the next.
        n_mels: Mel bins of which the cosine transform is taken.
        fmin: Lower edge of the lowest mel bin, in Hz.
        fmax: Upper edge of the highest mel bin, in Hz; half the sample rate if left out.
        top_db: Dynamic range of the mel bins that is kept below each clip's loudest, in dB.
        deltas: How many derivatives over time (nine frames each) stand beside the coefficients: 0, 1 or 2.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_mfcc * (1 + deltas), 1)` with `frames = 1 + samples // hop_length`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> MFCC(deltas=1)(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 40, 1])

    References:
        Davis, Mermelstein (1980): Comparison of parametric representations for monosyllabic word recognition in
        continuously spoken sentences. librosa's `mfcc` and `delta` (the latter with `mode="nearest"`).
    """

    ARGUMENTS = ("sample_rate", "n_mfcc", "n_fft", "hop_length", "n_mels", "fmin", "fmax", "top_db", "deltas")

    def __init__(
        self,
        sample_rate: int = 16000,
        n_mfcc: int = 20,
        n_fft: int = 2048,
        hop_length: int = 512,
        n_mels: int = 128,
        fmin: float = 0.0,
        fmax: float | None = None,
        top_db: float = 80.0,
        deltas: int = 0,
        **kwargs: Any,
    ) -> None:
        check_deltas(deltas)
        super().__init__(hop_length, n_mfcc * (1 + deltas), **kwargs)
        self._log_mel = LogMel(sample_rate, n_fft, hop_length, n_mels, fmin, fmax, top_db)
        self._transform = cosine_transform(n_mels, n_mfcc)
        self.sample_rate = sample_rate
        self.n_mfcc = n_mfcc
        self.n_fft = n_fft
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = self._log_mel.fmax
        self.top_db = top_db
        self.deltas = deltas

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        cepstra = ops.matmul(self._log_mel(inputs)[..., 0], self._transform)
        return with_deltas(cepstra, self.deltas)[..., None]
