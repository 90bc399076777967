"""Clips of any length as waveforms of one length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.waveform import as_waveform


def fix_length(clip: npt.NDArray[np.float32], samples: int) -> npt.NDArray[np.float32]:
    """Cut a clip to its first samples, or repeat it when it is shorter.

    Args:
        clip: Waveform of shape `(any,)`.
        samples: The wanted length, at least 1.

    Returns:
        Waveform of shape `(samples,)`: the clip itself where it has that length, zeros where it is empty.

    Raises:
        ValueError: `samples` is below 1.

    Example:
        >>> fix_length(np.array([1.0, 2.0], "float32"), 5)
        array([1., 2., 1., 2., 1.], dtype=float32)
    """
    if samples < 1:
        raise ValueError(f"samples is {samples}; a clip must be at least 1 sample long")
    if len(clip) >= samples:
        return clip if len(clip) == samples else clip[:samples]
    if not len(clip):
        return np.zeros(samples, clip.dtype)
    # Not np.resize, which joins copies one by one and takes 8 ms to make 5 s of a single sample.
    return np.tile(clip, -(-samples // len(clip)))[:samples]


def batch_clips(clips: Sequence[Any], samples: int) -> npt.NDArray[np.float32]:
    """Make one array of many clips, each cleaned and brought to the same length.

    Args:
        clips: Clips in any form that `as_waveform` takes.
        samples: The wanted length, at least 1.

    Returns:
        Waveforms of shape `(clips, samples)`, float32.

    Raises:
        ValueError: A clip does not hold real numbers, or `samples` is below 1.

    Example:
        >>> batch_clips([[0.5], np.zeros(0), np.array([-32768, 0, 1], "int16")], 2)
        array([[ 0.5,  0.5],
               [ 0. ,  0. ],
               [-1. ,  0. ]], dtype=float32)
    """
    batch = np.empty((len(clips), samples), np.float32)
    for row, clip in zip(batch, clips, strict=True):
        row[:] = fix_length(as_waveform(clip), samples)
    return batch
