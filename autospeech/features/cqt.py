"""The constant-Q transform as a Keras layer."""

from __future__ import annotations

import functools
import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import soxr
from keras import ops

from autospeech.features.base import Feature, check_positive

# Samples that the decimating filter gives at a time, by one product of matrices.
_BLOCK = 128
_AMIN = 1e-5


@keras.saving.register_keras_serializable("autospeech")
class CQT(Feature):
    """Turn waveforms into log-magnitude constant-Q spectrograms in decibels, equal to librosa's `cqt`.

    Filters of one octave serve all: after each octave the waveform is decimated by two, by soxr's own filter, so that
    the next lower octave takes the place of the last.

    Args:
        sample_rate: Samples a second.
        hop_length: Samples from a frame to the next.
        fmin: Centre of the lowest bin, in Hz; C1 is 32.70.
        n_bins: Bins.
        bins_per_octave: Bins in an octave.
        filter_scale: Factor on the length of the filters; smaller ones see time more sharply and pitch less.
        top_db: Dynamic range that is kept below each clip's loudest bin, in dB.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_bins, 1)` with `frames = 1 + samples // hop_length`, in dB.

    Raises:
        ValueError: A setting is out of range, or the highest bin beyond half the sample rate.

    Example:
        >>> import numpy as np
        >>> CQT()(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 84, 1])

    References:
        Brown (1991): Calculation of a constant Q spectral transform. Schoerkhuber, Klapuri (2010): Constant-Q transform
        toolbox for music processing. librosa's `cqt` (with `sparsity=0`) and `amplitude_to_db`.
    """

    ARGUMENTS = ("sample_rate", "hop_length", "fmin", "n_bins", "bins_per_octave", "filter_scale", "top_db")

    def __init__(
        self,
        sample_rate: int = 16000,
        hop_length: int = 512,
        fmin: float = 32.703195662574829,
        n_bins: int = 84,
        bins_per_octave: int = 12,
        filter_scale: float = 1.0,
        top_db: float = 80.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(hop_length, n_bins, **kwargs)
        check_positive(
            sample_rate=sample_rate,
            fmin=fmin,
            n_bins=n_bins,
            bins_per_octave=bins_per_octave,
            filter_scale=filter_scale,
            top_db=top_db,
        )
        self.sample_rate = sample_rate
        self.fmin = fmin
        self.n_bins = n_bins
        self.bins_per_octave = bins_per_octave
        self.filter_scale = filter_scale
        self.top_db = top_db
        self._octaves = self._make_octaves()

    def _make_octaves(self) -> list[tuple[int, int, npt.NDArray[np.float32]]]:
        """Return by which factor to decimate before each octave, from the top, its hop and its filters."""
        from librosa import cqt_frequencies, filters

        frequencies = cqt_frequencies(self.n_bins, fmin=self.fmin, bins_per_octave=self.bins_per_octave)
        # A filter is as wide as the distance between its neighbours.
        spread = 2 ** (2 / self.bins_per_octave)
        width = (spread - 1) / (spread + 1)
        lengths, cutoff = filters.wavelet_lengths(
            freqs=frequencies, sr=self.sample_rate, filter_scale=self.filter_scale, alpha=width
        )
        if cutoff > self.sample_rate / 2:
            raise ValueError(
                f"the highest of {self.n_bins} bins reaches to {cutoff:.0f} Hz, beyond half the sample rate of "
                f"{self.sample_rate} Hz; take fewer bins or a lower fmin"
            )
        octaves = math.ceil(self.n_bins / self.bins_per_octave)
        twos = (self.hop_length & -self.hop_length).bit_length() - 1
        # Decimated before the first octave too, where nothing is above half of the new rate.
        early = max(0, math.ceil(math.log2(self.sample_rate / 2 / cutoff)) - 2)
        early = min(early, max(0, twos - octaves + 1))
        done, factor = early, 2**early
        plan = []
        for octave in range(octaves):
            stop = self.n_bins - octave * self.bins_per_octave
            own = slice(max(0, stop - self.bins_per_octave), stop)
            rate = self.sample_rate / 2**done
            basis, sizes = filters.wavelet(
                freqs=frequencies[own], sr=rate, filter_scale=self.filter_scale, norm=1, pad_fft=True, alpha=width
            )
            # librosa multiplies spectra of which it keeps the positive half; these filters do the same in time.
            half = np.fft.fft(basis * sizes[:, None] / basis.shape[1], axis=1)[:, : basis.shape[1] // 2 + 1]
            kernels = np.fft.fft(half, n=basis.shape[1], axis=1)
            kernels *= (np.sqrt(2.0**done) / np.sqrt(lengths[own]))[:, None]
            both = np.concatenate([kernels.real, kernels.imag]).T.astype(np.float32)
            hop = self.hop_length >> done
            plan.append((factor, hop, both))
            factor = 1 if hop % 2 else 2
            done += factor - 1
        return plan

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        waveform = inputs[..., 0]
        frames = 1 + ops.shape(waveform)[1] // self.hop_length
        parts = []
        for factor, hop, kernels in self._octaves:
            if factor > 1:
                waveform = decimate(waveform, factor)
            size = len(kernels)
            padded = ops.pad(waveform, ((0, 0), (size // 2, size // 2 + hop)))
            response = ops.matmul(ops.extract_sequences(padded, size, hop)[:, :frames], kernels)
            real, imaginary = ops.split(response, 2, axis=-1)
            parts.append(ops.square(real) + ops.square(imaginary))
        decibels = 10 * ops.log10(ops.maximum(ops.concatenate(parts[::-1], axis=-1), _AMIN**2))
        loudest = ops.max(decibels, axis=(1, 2), keepdims=True)
        return ops.maximum(decibels, loudest - self.top_db)[..., None]


def decimate(waveform: Any, factor: int) -> Any:
    """Keep every second sample, or every fourth and so on, of a waveform from which the upper frequencies are taken.

    Args:
        waveform: `(batch, samples)`.
        factor: A power of two.

    Returns:
        `(batch, ceil(samples / factor))`, times the root of the factor, so that the energy stays.
    """
    matrix, before = _decimating_matrix(factor)
    samples = ops.shape(waveform)[1]
    wanted = (samples + factor - 1) // factor
    padded = ops.pad(waveform, ((0, 0), (before, len(matrix) + factor * _BLOCK)))
    blocks = ops.matmul(ops.extract_sequences(padded, len(matrix), factor * _BLOCK), matrix)
    return ops.reshape(blocks, (ops.shape(waveform)[0], -1))[:, :wanted]


@functools.cache
def _decimating_matrix(factor: int) -> tuple[npt.NDArray[np.float32], int]:
    """Return what a stretch of samples is multiplied by to give `_BLOCK` decimated ones, and how far before."""
    # What soxr answers to an impulse at each place between two samples that it keeps, beyond which nothing is left.
    half = 100 * factor
    taps = np.zeros(2 * half + 1)
    for phase in range(factor):
        impulse = np.zeros(8 * half)
        impulse[4 * half + phase] = np.sqrt(factor)
        answer = soxr.resample(impulse, factor, 1, quality="HQ")
        places = half - phase + factor * (np.arange(len(answer)) - 4 * half // factor)
        kept = (places >= 0) & (places < len(taps))
        taps[places[kept]] = answer[kept]
    taps = (taps + taps[::-1]) / 2
    matrix = np.zeros((factor * (_BLOCK - 1) + len(taps), _BLOCK), np.float32)
    for sample in range(_BLOCK):
        matrix[factor * sample : factor * sample + len(taps), sample] = taps
    return matrix, half
