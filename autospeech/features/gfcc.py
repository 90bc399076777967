"""Gammatone-frequency cepstral coefficients as a Keras layer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from autospeech.features.base import Feature, check_positive, check_range
from autospeech.features.cepstra import check_deltas, cosine_transform, with_deltas
from autospeech.features.magnitude_spectrum import MagnitudeSpectrum

COMPRESSIONS = ("cubic_root", "log")
# Glasberg and Moore: the equivalent rectangular bandwidth at f Hz is f / Q + LEAST.
_Q, _LEAST = 9.26449, 24.7
# Far below any sound's magnitude; the cubic root has no slope at 0.
_SILENCE = 1e-8


@keras.saving.register_keras_serializable("autospeech")
class GFCC(Feature):
    """Turn waveforms into gammatone-frequency cepstral coefficients.

    The magnitudes of a frame are weighted by the responses of gammatone filters, whose centres stand evenly on the
    scale of equivalent rectangular bandwidths, then compressed, then cosine transformed.

    Args:
        sample_rate: Samples a second.
        n_gfcc: Coefficients, at most `n_filters`.
        n_fft: Window length and FFT size, in samples.
        hop_length: Samples from a frame to the next.
        n_filters: Gammatone filters.
        fmin: Centre of the lowest filter, in Hz, above 0.
        fmax: What the centres stop short of, in Hz; half the sample rate if left out.
        compression: `cubic_root`, as loudness grows, or `log`, in dB.
        deltas: How many derivatives over time (nine frames each) stand beside the coefficients: 0, 1 or 2.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_gfcc * (1 + deltas), 1)` with `frames = 1 + samples // hop_length`.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> GFCC(n_gfcc=13)(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 13, 1])

    References:
        Shao, Wang (2008): Robust speaker identification using auditory features and computational auditory scene
        analysis. Slaney (1993): An efficient implementation of the Patterson-Holdsworth auditory filter bank. Ellis
        (2009): Gammatone-like spectrograms.
    """

    ARGUMENTS = (
        "sample_rate",
        "n_gfcc",
        "n_fft",
        "hop_length",
        "n_filters",
        "fmin",
        "fmax",
        "compression",
        "deltas",
    )

    def __init__(
        self,
        sample_rate: int = 16000,
        n_gfcc: int = 20,
        n_fft: int = 2048,
        hop_length: int = 512,
        n_filters: int = 64,
        fmin: float = 50.0,
        fmax: float | None = None,
        compression: str = "cubic_root",
        deltas: int = 0,
        **kwargs: Any,
    ) -> None:
        check_deltas(deltas)
        super().__init__(hop_length, n_gfcc * (1 + deltas), **kwargs)
        check_positive(n_filters=n_filters, fmin=fmin)
        if compression not in COMPRESSIONS:
            raise ValueError(f"compression must be one of {', '.join(COMPRESSIONS)}, not {compression!r}")
        self.sample_rate = sample_rate
        self.n_gfcc = n_gfcc
        self.n_fft = n_fft
        self.n_filters = n_filters
        self.fmin = fmin
        self.fmax = check_range(sample_rate, fmin, fmax)
        self.compression = compression
        self.deltas = deltas
        self._spectrum = MagnitudeSpectrum(n_fft, hop_length)
        self._filterbank = gammatone_filterbank(sample_rate, n_fft, n_filters, fmin, self.fmax).T
        self._transform = cosine_transform(n_filters, n_gfcc)

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        bands = ops.maximum(ops.matmul(self._spectrum(inputs)[..., 0], self._filterbank), _SILENCE)
        compressed = 20 * ops.log10(bands) if self.compression == "log" else ops.power(bands, 1 / 3)
        return with_deltas(ops.matmul(compressed, self._transform), self.deltas)[..., None]


def gammatone_filterbank(
    sample_rate: int, n_fft: int, n_filters: int, fmin: float, fmax: float
) -> npt.NDArray[np.float32]:
    """Return the magnitude responses of gammatone filters at the frequencies of an FFT.

    Args:
        sample_rate: Samples a second.
        n_fft: FFT size.
        n_filters: How many filters; their centres go up from `fmin` and stop one step short of `fmax`.
        fmin: Centre of the lowest, in Hz.
        fmax: Upper end, in Hz.

    Returns:
        `(n_filters, 1 + n_fft // 2)`, each row with a greatest value of 1.

    Example:
        >>> gammatone_filterbank(16000, 512, 24, 50.0, 8000.0).argmax(axis=1)[[0, 12, 23]].tolist()
        [2, 41, 221]
    """
    offset = _Q * _LEAST
    steps = np.arange(n_filters, 0, -1) / n_filters
    centres = (fmax + offset) * np.exp(steps * np.log((fmin + offset) / (fmax + offset))) - offset
    # Four sections in a row with one pair of poles; products of their distances, since multiplied out into polynomials
    # the lowest filters would be lost in rounding.
    angles = 2 * np.pi * centres[:, None] / sample_rate
    damping = np.exp(-1.019 * 2 * np.pi * (centres[:, None] / _Q + _LEAST) / sample_rate)
    circle = np.exp(1j * np.linspace(0, np.pi, n_fft // 2 + 1))
    responses = np.ones((n_filters, len(circle)))
    for sign, inner in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        zeros = damping * (np.cos(angles) + sign * np.sqrt(3 + inner * 2**1.5) * np.sin(angles))
        poles = damping * np.exp(1j * angles)
        responses *= np.abs((circle - zeros) / ((circle - poles) * (circle - poles.conj())))
    return (responses / responses.max(axis=1, keepdims=True)).astype(np.float32)
