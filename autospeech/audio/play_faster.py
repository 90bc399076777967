"""Another speed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

SAMPLE_RATE = 16000


def play_faster(clip: npt.NDArray[np.float32], factor: float) -> npt.NDArray[np.float32]:
    """Play a clip at another speed: time, pitch and formants change together, as if somebody else were speaking.

    Args:
        clip: Waveform `(samples,)`, 16 kHz.
        factor: How many times as fast, above 0.

    Returns:
        Waveform of about `samples / factor`; a clip too short for that stays as it is.

    Example:
        >>> play_faster(np.ones(16000, "float32"), 1.25).shape
        (12800,)

    References:
        Ko et al. (2015): Audio augmentation for speech recognition. Interspeech.
    """
    played = np.asarray(soxr.resample(clip, SAMPLE_RATE * factor, SAMPLE_RATE), np.float32)
    return played if len(played) else clip
