"""One clip, in whatever form it was handed over, as a mono float32 waveform."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.mono_mix import MonoMix
from autospeech.audio.sound_warning import SoundWarning

# Resamplers and lossy codecs let a float waveform overshoot ±1 a little; one this far out holds integers.
LOUDEST_FLOAT = 8.0
FULL_SCALE_16, FULL_SCALE_24, FULL_SCALE_32 = 2.0**15, 2.0**23, 2.0**31
# So far may what was resampled stand above 16 or 24 bits: twice.
_OVERSHOOT = 2.0


def float_scale(peak: float) -> float:
    """Tell the full scale of float samples from the largest of them.

    Args:
        peak: The largest magnitude, as `finite` leaves it.

    Returns:
        What to divide by: 1 up to a peak of 8, else the full scale of 16, 24 or 32 bits.

    Example:
        >>> float_scale(1.5), float_scale(30000.0), float_scale(5e6) == 2**23
        (1.0, 32768.0, True)
    """
    if peak <= LOUDEST_FLOAT:
        return 1.0
    return next((scale for scale in (FULL_SCALE_16, FULL_SCALE_24) if peak <= _OVERSHOOT * scale), FULL_SCALE_32)


def finite(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Make 0 of NaN, infinity and what does not fit 32 bits.

    Args:
        samples: Of any shape.

    Returns:
        The samples; the very array where nothing had to change.
    """
    if max(-samples.min(initial=0.0), samples.max(initial=0.0)) <= FULL_SCALE_32:
        return samples
    return np.where(np.abs(samples) <= FULL_SCALE_32, samples, np.float32(0.0))


def as_waveform(clip: Any) -> npt.NDArray[np.float32]:
    """Make a mono, finite float32 waveform of one clip.

    Args:
        clip: Samples as an array or a list. Integers are scaled by the full scale of their type (unsigned ones are
            centred first); 32- and 64-bit integers whose peak fits 16 bits are taken for 16-bit samples, since that is
            what a plain list of samples becomes. Floats whose peak is above 8 are taken for samples of
            16, 24 or 32 bits. Axes of length 1 are dropped; of what is left the longest axis is time, and the others
            are averaged as channels; where these cancel, the loudest is taken and a `SoundWarning` says so.
            NaN, infinity and what does not fit 32 bits become 0. A scalar is one sample.

    Returns:
        Waveform of shape `(samples,)`, float32. The very array that came in where nothing had to change.

    Raises:
        ValueError: The clip does not hold real numbers, or its rows differ in length.

    Example:
        >>> as_waveform(np.array([[16384], [-32768]], "int16"))
        array([ 0.5, -1. ], dtype=float32)
        >>> as_waveform([0.25, float("nan")])
        array([0.25, 0.  ], dtype=float32)
    """
    samples = _numbers(clip)
    if samples.ndim != 1:
        samples = samples.reshape([length for length in samples.shape if length != 1] or [-1])
    waveform = _scaled(samples)
    if waveform.ndim > 1:
        waveform = np.moveaxis(waveform, int(np.argmax(waveform.shape)), 0)
        mix = MonoMix()
        waveform = mix(waveform.reshape(len(waveform), -1)) if waveform.size else np.zeros(0, np.float32)
        if mix.note:
            warnings.warn(f"a clip of several channels: {mix.note}", SoundWarning, stacklevel=2)
    return np.ascontiguousarray(waveform, dtype=np.float32)


def _numbers(clip: Any) -> npt.NDArray[Any]:
    try:
        samples = np.asarray(clip)
        if samples.dtype == object:
            samples = samples.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a clip must be one array of numbers: {error}") from error
    if samples.dtype.kind not in "biuf":
        raise ValueError(f"a clip must hold real numbers, this one holds {samples.dtype}; hand over float32 samples")
    return samples


def _scaled(samples: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    kind, bits = samples.dtype.kind, 8 * samples.dtype.itemsize
    if kind == "u":
        half = 2.0 ** (bits - 1)
        return ((samples - half) / half).astype(np.float32)
    if kind == "i":
        peak = float(np.abs(samples.astype(np.float64)).max(initial=0.0)) if bits > 16 else 0.0
        scale = next((2.0**size for size in (15, 31) if size < bits and peak <= 2.0**size), 2.0 ** (bits - 1))
        return (samples / scale).astype(np.float32)
    waveform: npt.NDArray[np.float32] = samples
    if samples.dtype != np.float32:
        with np.errstate(over="ignore"):
            waveform = samples.astype(np.float32)
    waveform = finite(waveform)
    scale = float_scale(max(-waveform.min(initial=0.0), waveform.max(initial=0.0)))
    return waveform if scale == 1 else waveform / np.float32(scale)
