"""One clip, in whatever form it was handed over, as a mono float32 waveform."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Resamplers and lossy codecs let a float waveform overshoot ±1 a little; one this far out holds integers.
LOUDEST_FLOAT = 8.0
FULL_SCALE_16, FULL_SCALE_24, FULL_SCALE_32 = 2.0**15, 2.0**23, 2.0**31


def as_waveform(clip: Any) -> npt.NDArray[np.float32]:
    """Make a mono, finite float32 waveform of one clip.

    Args:
        clip: Samples as an array or a list. Integers are scaled by the full scale of their type (unsigned ones are
            centred first); 32- and 64-bit integers whose peak fits 16 bits are taken for 16-bit samples, since that is
            what a plain list of samples becomes. Floats whose peak is above 8 are taken for samples of
            16, 24 or 32 bits. Axes of length 1 are dropped; of what is left the longest axis is time, and the others
            are averaged as channels. NaN, infinity and what does not fit 32 bits become 0. A scalar is one sample.

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
        time = int(np.argmax(waveform.shape))
        channels = tuple(axis for axis in range(waveform.ndim) if axis != time)
        waveform = waveform.mean(axis=channels, dtype=np.float32) if waveform.size else np.zeros(0, np.float32)
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
    low, high = waveform.min(initial=0.0), waveform.max(initial=0.0)
    if not max(-low, high) <= FULL_SCALE_32:
        waveform = np.where(np.abs(waveform) <= FULL_SCALE_32, waveform, np.float32(0.0))
        low, high = waveform.min(initial=0.0), waveform.max(initial=0.0)
    peak = max(-low, high)
    if peak <= LOUDEST_FLOAT:
        return waveform
    scale = next(scale for scale in (FULL_SCALE_16, FULL_SCALE_24, FULL_SCALE_32) if peak <= scale)
    return waveform / np.float32(scale)
