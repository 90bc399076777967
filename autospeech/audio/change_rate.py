"""A waveform at another sample rate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr


def change_rate(waveform: npt.NDArray[np.float32], before: int, after: int) -> npt.NDArray[np.float32]:
    """Resample a waveform with soxr at high quality.

    Args:
        waveform: `(samples,)`.
        before: Its sample rate in Hz.
        after: The wanted sample rate in Hz.

    Returns:
        The waveform at that rate, float32; the very array that came in where the rates are the same.

    Example:
        >>> change_rate(np.zeros(44100, "float32"), 44100, 16000).shape
        (16000,)
    """
    if before == after:
        return waveform
    return np.asarray(soxr.resample(waveform, before, after), np.float32)
