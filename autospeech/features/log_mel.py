"""The log-mel spectrogram as a Keras layer on kapre."""

from __future__ import annotations

from typing import Any

import kapre
import keras

from autospeech.features.base import Feature, check_positive, check_range
from autospeech.features.magnitude_spectrum import MagnitudeSpectrum


@keras.saving.register_keras_serializable("autospeech")
class LogMel(Feature):
    """Turn waveforms into log-mel spectrograms in decibels, equal to librosa's power mel.

    Args:
        sample_rate: Samples a second.
        n_fft: Window length and FFT size, in samples.
        hop_length: Samples from a frame to the next.
        n_mels: Mel bins.
        fmin: Lower edge of the lowest bin, in Hz.
        fmax: Upper edge of the highest bin, in Hz; half the sample rate if left out.
        top_db: Dynamic range that is kept below each clip's loudest bin, in dB.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_mels, 1)` with `frames = 1 + samples // hop_length`, in dB.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> LogMel()(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 64, 1])

    References:
        Choi, Joo, Kim (2017): Kapre: on-GPU audio preprocessing layers for a quick implementation of deep neural
        network models. McFee et al. (2015): librosa: audio and music signal analysis in Python (`melspectrogram`,
        `power_to_db`).
    """

    ARGUMENTS = ("sample_rate", "n_fft", "hop_length", "n_mels", "fmin", "fmax", "top_db")

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 1024,
        hop_length: int = 512,
        n_mels: int = 64,
        fmin: float = 20.0,
        fmax: float | None = None,
        top_db: float = 80.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(hop_length, n_mels, **kwargs)
        check_positive(n_mels=n_mels, top_db=top_db)
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = check_range(sample_rate, fmin, fmax)
        self.top_db = top_db
        self._spectrum = MagnitudeSpectrum(n_fft, hop_length)
        self._filterbank = kapre.ApplyFilterbank(
            type="mel",
            filterbank_kwargs={
                "sample_rate": sample_rate,
                "n_freq": n_fft // 2 + 1,
                "n_mels": n_mels,
                "f_min": fmin,
                "f_max": self.fmax,
                "htk": False,
                "norm": "slaney",
            },
            data_format="channels_last",
            dtype="float32",
        )
        # amin is librosa's; kapre's default of 1e-5 would cut 50 dB off the quiet end.
        self._decibel = kapre.MagnitudeToDecibel(ref_value=1.0, amin=1e-10, dynamic_range=top_db, dtype="float32")

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        # Squared before the filterbank: kapre's own mel layer sums magnitudes, which is up to 31 dB from the power mel.
        return self._decibel(self._filterbank(keras.ops.square(self._spectrum(inputs))))
