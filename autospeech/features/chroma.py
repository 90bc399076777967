"""The chromagram as a Keras layer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.features.base import Feature, check_positive
from autospeech.features.magnitude_spectrum import MagnitudeSpectrum
from autospeech.features.normalize import by_largest


@keras.saving.register_keras_serializable("autospeech")
class Chroma(Feature):
    """Turn waveforms into the power of each pitch class, whatever the octave, equal to librosa's `chroma_stft`.

    Each frame is divided by its largest value; a silent one stays 0.

    Args:
        sample_rate: Samples a second.
        n_fft: Window length and FFT size, in samples.
        hop_length: Samples from a frame to the next.
        n_chroma: Pitch classes in an octave.
        tuning: How far the tuning is from 440 Hz, in fractions of a pitch class. (librosa estimates it where it is not
            given; an image would then depend on the whole clip.)
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_chroma, 1)` with `frames = 1 + samples // hop_length`, 0..1.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> a = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)[None, :, None].astype("float32")
        >>> int(np.argmax(Chroma()(a)[0, 16]))  # of C, C#, D and so on
        9

    References:
        Ellis (2007): Chroma feature analysis and synthesis. librosa's `chroma_stft` and `filters.chroma`.
    """

    ARGUMENTS = ("sample_rate", "n_fft", "hop_length", "n_chroma", "tuning")

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 2048,
        hop_length: int = 512,
        n_chroma: int = 12,
        tuning: float = 0.0,
        **kwargs: Any,
    ) -> None:
        from librosa import filters

        super().__init__(hop_length, n_chroma, **kwargs)
        check_positive(sample_rate=sample_rate, n_chroma=n_chroma)
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.n_chroma = n_chroma
        self.tuning = tuning
        self._spectrum = MagnitudeSpectrum(n_fft, hop_length)
        self._filterbank = filters.chroma(sr=sample_rate, n_fft=n_fft, tuning=tuning, n_chroma=n_chroma).T.astype(
            np.float32
        )

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        power = ops.square(self._spectrum(inputs)[..., 0])
        return by_largest(ops.matmul(power, self._filterbank))[..., None]
