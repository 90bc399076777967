"""The magnitude of the short-time Fourier transform, of which most images are made."""

from __future__ import annotations

from typing import Any

import kapre
import keras

from autospeech.features.base import check_positive


class MagnitudeSpectrum(keras.layers.Layer):
    """Compute the magnitudes of centred frames under a Hann window, equal to librosa's.

    Args:
        n_fft: Window length and FFT size, in samples; even.
        hop_length: Samples from a frame to the next.

    Input shape:
        `(batch, samples, 1)`, float32.

    Output shape:
        `(batch, 1 + samples // hop_length, 1 + n_fft // 2, 1)`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> MagnitudeSpectrum(1024, 512)(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 513, 1])
    """

    def __init__(self, n_fft: int, hop_length: int) -> None:
        super().__init__(dtype="float32")
        check_positive(n_fft=n_fft, hop_length=hop_length)
        if n_fft % 2:
            raise ValueError(f"n_fft must be even, so that half a window can be padded on each side, not {n_fft}")
        self._pad = keras.layers.ZeroPadding1D(n_fft // 2, dtype="float32")
        self._stft = kapre.STFT(
            n_fft=n_fft,
            hop_length=hop_length,
            input_data_format="channels_last",
            output_data_format="channels_last",
            dtype="float32",
        )
        self._magnitude = kapre.Magnitude(dtype="float32")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Do nothing: the parts hold no weights."""
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Compute the magnitudes of a batch of waveforms."""
        return self._magnitude(self._stft(self._pad(inputs)))
