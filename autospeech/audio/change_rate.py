"""A waveform at another sample rate."""

from __future__ import annotations

import numbers
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import soxr

# In Hz. A header that says less or more is damaged: bats are recorded at 0.5 MHz, and nothing is heard below 50 Hz.
LEAST_RATE, MOST_RATE = 100, 10_000_000
# In Hz. A sound below this rate becomes many times larger when it is resampled, and has so many samples then at most.
LOW_RATE, MOST_OF_LOW_RATE = 4000, 20_000_000


def change_rate(waveform: npt.NDArray[np.float32], before: int, after: int) -> npt.NDArray[np.float32]:
    """Resample a waveform with soxr at high quality.

    Args:
        waveform: `(samples,)`.
        before: Its sample rate in Hz.
        after: The wanted sample rate in Hz.

    Returns:
        The waveform at that rate, float32; the very array that came in where the rates are the same.

    Raises:
        ValueError: A rate is out of range, or the waveform would become too long; see `fault_of_rate` and
            `fault_of_length`.

    Example:
        >>> change_rate(np.zeros(44100, "float32"), 44100, 16000).shape
        (16000,)
    """
    if before == after:
        return waveform
    fault = fault_of_rate(before) or fault_of_rate(after) or fault_of_length(len(waveform), before, after)
    if fault:
        raise ValueError(fault)
    return np.asarray(soxr.resample(waveform, before, after), np.float32)


def fault_of_rate(sample_rate: Any) -> str | None:
    """Tell what is wrong with a sample rate.

    Args:
        sample_rate: In Hz.

    Returns:
        A sentence; None for a number from 100 to 10,000,000.

    Example:
        >>> fault_of_rate(1)
        'its sample rate is 1 Hz; sound has 100 to 10,000,000 Hz'
    """
    if isinstance(sample_rate, numbers.Real) and LEAST_RATE <= cast(float, sample_rate) <= MOST_RATE:
        return None
    unit = " Hz" if isinstance(sample_rate, numbers.Real) else ""
    return f"its sample rate is {str(sample_rate)[:20]}{unit}; sound has {LEAST_RATE} to {MOST_RATE:,} Hz"


def fault_of_length(samples: int, before: int, after: int) -> str | None:
    """Tell whether sound of a rate below 4000 Hz is too long to resample, as it is where a header gives a wrong rate.

    Args:
        samples: At the rate that it has.
        before: That rate in Hz.
        after: The wanted rate in Hz.

    Returns:
        A sentence; None where it becomes no more than 20 million samples, 21 minutes at 16 kHz.

    Example:
        >>> fault_of_length(1_000_000, 8000, 16000) is None
        True
    """
    if before >= LOW_RATE or samples * after <= MOST_OF_LOW_RATE * before:
        return None
    return (
        f"it is {samples / before:.0f} s long at a sample rate of {before} Hz, which may be wrong; below {LOW_RATE} Hz "
        f"{MOST_OF_LOW_RATE / after:.0f} s are the most that is read"
    )
