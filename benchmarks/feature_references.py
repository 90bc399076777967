"""What other libraries compute of a clip, for each feature: what tests compare with, and benchmarks race against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import librosa
import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.signal
from spafe.fbanks.gammatone_fbanks import gammatone_filter_banks

Floats = npt.NDArray[np.float32]


def log_mel(clip: Floats, layer: Any) -> Floats:
    """Return librosa's power mel in dB."""
    power = librosa.feature.melspectrogram(
        y=clip,
        sr=layer.sample_rate,
        n_fft=layer.n_fft,
        hop_length=layer.hop_length,
        n_mels=layer.n_mels,
        fmin=layer.fmin,
        fmax=layer.fmax,
        pad_mode="constant",
    )
    return librosa.power_to_db(power, amin=1e-10, top_db=layer.top_db).T


def mfcc(clip: Floats, layer: Any) -> Floats:
    """Return librosa's MFCCs and deltas."""
    cepstra = librosa.feature.mfcc(
        y=clip,
        sr=layer.sample_rate,
        n_mfcc=layer.n_mfcc,
        n_fft=layer.n_fft,
        hop_length=layer.hop_length,
        n_mels=layer.n_mels,
        fmin=layer.fmin,
        fmax=layer.fmax,
    )
    return _with_deltas(cepstra, layer.deltas)


def gfcc(clip: Floats, layer: Any) -> Floats:
    """Return coefficients by librosa's spectrum, spafe's gammatone filters and SciPy's cosine transform."""
    # What spafe calls the order is that of the bandwidths' formula, 1 in Slaney's report; its filters are of order 4.
    filters, _ = gammatone_filter_banks(
        layer.n_filters, layer.n_fft, layer.sample_rate, layer.fmin, layer.fmax, order=1
    )
    magnitude = np.abs(librosa.stft(clip, n_fft=layer.n_fft, hop_length=layer.hop_length))
    bands = np.maximum(filters @ magnitude, 1e-8)
    compressed = np.cbrt(bands) if layer.compression == "cubic_root" else 20 * np.log10(bands)
    return _with_deltas(scipy.fft.dct(compressed, axis=0, norm="ortho")[: layer.n_gfcc], layer.deltas)


def cqt(clip: Floats, layer: Any) -> Floats:
    """Return librosa's constant-Q transform in dB, with whole filters rather than their largest parts."""
    response = librosa.cqt(
        clip,
        sr=layer.sample_rate,
        hop_length=layer.hop_length,
        fmin=layer.fmin,
        n_bins=layer.n_bins,
        bins_per_octave=layer.bins_per_octave,
        filter_scale=layer.filter_scale,
        tuning=0.0,
        sparsity=0.0,
    )
    return librosa.amplitude_to_db(np.abs(response), ref=1.0, amin=1e-5, top_db=layer.top_db).T


def chroma(clip: Floats, layer: Any) -> Floats:
    """Return librosa's chromagram of the spectrum."""
    return librosa.feature.chroma_stft(
        y=clip,
        sr=layer.sample_rate,
        n_fft=layer.n_fft,
        hop_length=layer.hop_length,
        n_chroma=layer.n_chroma,
        tuning=layer.tuning,
    ).T


def tempogram(clip: Floats, layer: Any) -> Floats:
    """Return librosa's tempogram."""
    onsets = librosa.onset.onset_strength(y=clip, sr=layer.sample_rate, hop_length=layer.hop_length, n_fft=layer.n_fft)
    return librosa.feature.tempogram(
        onset_envelope=onsets, sr=layer.sample_rate, hop_length=layer.hop_length, win_length=layer.win_length
    ).T


def wavegram(clip: Floats, layer: Any) -> Floats:
    """Return the convolutions of the layer's own weights by SciPy."""
    x = np.asarray(clip, np.float64)[:, None]
    convolutions = [part for part in layer._flatten_layers() if hasattr(part, "kernel")]
    normalizations = [part for part in layer._flatten_layers() if hasattr(part, "moving_mean")]
    for number, convolution in enumerate(convolutions):
        kernel, bias = (np.asarray(weight, np.float64) for weight in convolution.get_weights())
        step = layer.strides[number]
        frames = -(-len(x) // step)
        lacking = max((frames - 1) * step + len(kernel) - len(x), 0)
        padded = np.pad(x, ((lacking // 2, lacking - lacking // 2), (0, 0)))
        filtered = [
            [
                scipy.signal.correlate(padded[:, into], kernel[:, into, out], "valid")[::step]
                for into in range(x.shape[1])
            ]
            for out in range(kernel.shape[2])
        ]
        x = np.sum(filtered, axis=1).T
        x += bias
        if number < len(normalizations):
            scale, shift, mean, variance = (np.asarray(w, np.float64) for w in normalizations[number].get_weights())
            x = (x - mean) / np.sqrt(variance + normalizations[number].epsilon) * scale + shift
            x = np.where(x > 0, x, 0.01 * x)
    return x.astype(np.float32)


REFERENCES: Mapping[str, Callable[[Floats, Any], Floats]] = {
    function.__name__: function for function in (log_mel, mfcc, gfcc, cqt, chroma, tempogram, wavegram)
}


def _with_deltas(coefficients: npt.NDArray[Any], deltas: int) -> Floats:
    parts: Sequence[npt.NDArray[Any]] = [
        coefficients,
        *(librosa.feature.delta(coefficients, order=order, mode="nearest") for order in range(1, deltas + 1)),
    ]
    return np.concatenate(parts).T.astype(np.float32)
